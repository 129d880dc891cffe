package ensemble

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mlp/internal/average"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/task"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// flowers is a spec of three classes; section is its ensemble.
func flowers(section string) string {
	return `{"seed":5,"data":{"target":"kind"},"layers":[{"units":6,"activation":"relu"},{"dropout":0.2},{"units":3,"activation":"softmax"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.02},"metrics":["accuracy"]},"fit":{"epochs":5,"batch_size":16}` + section + `}`
}

// specs are tasks that are averaged in different ways.
var specs = map[string]string{
	"classes": flowers(`,"ensemble":{"members":4}`),
	"logits":  flowers(`,"ensemble":{"members":4,"average":"logit"}`),
	"greedy": flowers(`,"ensemble":{"members":9,"folds":3,"select":"greedy","vary":[{"path":"compile.optimizer.learning_rate","range":[0.001,0.1],"scale":"log"},
		{"path":"layers","choices":[[{"units":3,"activation":"softmax"}],[{"units":4,"activation":"tanh"},{"units":3,"activation":"softmax"}]]}]}`),
	"binary": `{"seed":2,"data":{"target":"colour"},"layers":[{"units":5,"activation":"tanh","kernel_regularizer":"l2"},{"units":1,"activation":"sigmoid"}],
		"compile":{"optimizer":"adam","metrics":["accuracy"]},"ensemble":{"members":3},"fit":{"epochs":4,"batch_size":10},"evaluate":{"threshold":"max_f1"}}`,
	"numbers": `{"data":{"target":"height"},"layers":[{"units":6,"activation":"relu"},{"units":1}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.02},"loss":"mse"},"ensemble":{"members":3,"split":"holdout","share":0.3},"fit":{"epochs":4,"batch_size":9}}`,
}

// set up and run a spec.
func fit(t testing.TB, text string, threads int) (*model.Model, *Result, model.Parts) {
	t.Helper()
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	r, err := Fit(context.Background(), m, options(s, p, threads))
	if err != nil {
		t.Fatal(err)
	}
	return m, r, p
}

func options(s *recipe.Spec, p model.Parts, threads int) Options {
	return Options{Options: train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: p}, Tree: s.Tree, Threads: threads}
}

func TestThreadsChangeNoByte(t *testing.T) {
	for name, text := range specs {
		t.Run(name, func(t *testing.T) {
			one, _, _ := fit(t, text, 1)
			want := recipetest.Written(t, one)
			for _, threads := range []int{2, 7} {
				m, _, _ := fit(t, text, threads)
				if !bytes.Equal(recipetest.Written(t, m), want) {
					t.Errorf("%d threads give another file", threads)
				}
			}
		})
	}
}

func TestFilesKeepMembers(t *testing.T) {
	for name, text := range specs {
		t.Run(name, func(t *testing.T) {
			m, _, p := fit(t, text, 2)
			file := recipetest.Written(t, m)
			read, err := model.ReadFrom("model.bin", file, 3)
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			if !bytes.Equal(recipetest.Written(t, read), file) {
				t.Error("what is read is written otherwise")
			}
			if got, want := predicted(read, p.Train), predicted(m, p.Train); !slices.Equal(got.Data, want.Data) {
				t.Error("what is read answers otherwise")
			}
		})
	}
}

func predicted(m *model.Model, p *model.Part) tensor.Mat {
	out := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, out)
	return out
}

// A single member that leaves nothing out is the plain model.
func TestOneMemberIsTheModel(t *testing.T) {
	m, s, p := recipetest.SetUp(t, flowers(""), recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	one, _, q := fit(t, flowers(`,"ensemble":{"members":1,"split":"same"}`), 1)
	if !slices.Equal(predicted(m, p.Train).Data, predicted(one, q.Train).Data) {
		t.Error("one member answers unlike the model without an ensemble")
	}
	if !slices.Equal(m.Work.Params, one.Members[0].Work.Params) {
		t.Error("its weights differ")
	}
}

// The average is that of the members' own answers, by weight, and the loss is that of
// the average.
func TestAverageByHand(t *testing.T) {
	for name, text := range specs {
		t.Run(name, func(t *testing.T) {
			m, _, p := fit(t, text, 2)
			m.Members[0].Weight += m.Members[1].Weight / 2 // no two alike
			m.Members[1].Weight /= 2
			got, want := predicted(m, p.Train), make([]float64, p.Train.X.Rows*m.Net.Out)
			total := 0.0
			for _, one := range m.Members {
				total += one.Weight
				for i, v := range predicted(one.Model, p.Train).Data {
					if name == "logits" {
						v = float32(math.Log(float64(v)))
					}
					want[i] += one.Weight * float64(v)
				}
			}
			if math.Abs(total-1) > 1e-12 { // of a few rounded shares
				t.Errorf("the weights add up to %v", total)
			}
			if name == "logits" { // softmax of the mean of log p: normalised anew
				for r := range got.Rows {
					sum := 0.0
					for j := range got.Cols {
						sum += math.Exp(want[r*got.Cols+j])
					}
					for j := range got.Cols {
						want[r*got.Cols+j] = math.Exp(want[r*got.Cols+j]) / sum
					}
				}
			}
			loss := 0.0
			for i, v := range got.Data {
				if math.Abs(float64(v)-want[i]) > 1e-6*max(1, math.Abs(want[i])) { // float32 has 24 bits
					t.Fatalf("answer %d is %v, the average %v", i, v, want[i])
				}
			}
			for r := range got.Rows {
				switch m.Pipeline.Task() {
				case task.Multiclass:
					loss -= math.Log(want[r*got.Cols+int(p.Train.Truth.At(r, 0))])
				case task.Binary:
					y := float64(p.Train.Truth.At(r, 0))
					loss -= y*math.Log(want[r]) + (1-y)*math.Log(1-want[r])
				default:
					return
				}
			}
			logits, pred := m.Answer(p.Train.X)
			if have := m.BatchLoss(logits, pred, p.Train.Target, nil); math.Abs(have-loss/float64(got.Rows)) > 1e-6 { // of float32 logits
				t.Errorf("the loss is %v, by hand %v", have, loss/float64(got.Rows))
			}
		})
	}
}

// Probabilities that a float32 Rounds to 0 or 1 still have a finite average.
func TestAverageOfTheSure(t *testing.T) {
	m, _, _ := recipetest.SetUp(t, specs["binary"], recipetest.Flowers(), 1)
	part := func(z, p float32) average.Answered {
		return average.Answered{Logits: tensor.View(1, 1, []float32{z}), Pred: tensor.View(1, 1, []float32{p})}
	}
	to := part(0, 0)
	m.Average([]average.Answered{part(200, 1), part(300, 1)}, []float64{0.5, 0.5}, to, true)
	// 1 − p is the mean of e⁻²⁰⁰ and e⁻³⁰⁰, so the logit is 200 + log 2.
	if want := float32(200 + math.Ln2); to.Logits.Data[0] != want || to.Pred.Data[0] != 1 {
		t.Errorf("logit %v and probability %v, want %v and 1", to.Logits.Data[0], to.Pred.Data[0], want)
	}
}

// Each row is answered once by each variant, by the member that was not trained on
// it; and a member is what a training on the other rows alone gives.
func TestOutOfFold(t *testing.T) {
	m, result, p := fit(t, specs["classes"], 3)
	if result.Held.Part.X.Rows != p.Train.X.Rows {
		t.Fatalf("%d rows are answered, want %d", result.Held.Part.X.Rows, p.Train.X.Rows)
	}
	for _, one := range m.Members {
		var mine, others []int
		for row, fold := range m.Folds {
			if fold+1 == one.Fold {
				mine = append(mine, row)
			} else {
				others = append(others, row)
			}
		}
		if len(mine) != 15 { // 60 rows in 4 folds
			t.Fatalf("fold %d has %d rows", one.Fold, len(mine))
		}
		s, err := recipe.Decode(m.Spec)
		if err != nil {
			t.Fatal(err)
		}
		s.Model.Seed, s.Model.Ensemble = one.Config.Seed, nil
		alone := &model.Member{}
		if err := m.NewMember(alone, s.Model, s.Tree, p.Train.Select(others), 1); err != nil {
			t.Fatal(err)
		}
		defer alone.Close()
		best := math.Inf(1)
		var answers tensor.Mat
		keep := &train.Hooks{Name: "keep", Epoch: func(r *train.Run) error {
			if v := r.Logs().Get("val_loss"); v < best {
				best, answers = v, predicted(alone.Model, p.Train.Select(mine))
			}
			return nil
		}}
		if _, err := train.Fit(context.Background(), alone.Model, train.Options{Config: s.Fit, Observers: []*train.Hooks{keep},
			Parts: model.Parts{Train: p.Train.Select(others), Validation: p.Train.Select(mine)}}); err != nil {
			t.Fatal(err)
		}
		for i, row := range mine {
			if !slices.Equal(answers.Row(i), result.Held.Pred.Row(row)) {
				t.Fatalf("row %d, fold %d: %v out of fold, %v alone", row, one.Fold, result.Held.Pred.Row(row), answers.Row(i))
			}
		}
	}
}

// The penalty of an ensemble is the mean of the members' by weight: 0.01·Σw² each.
func TestPenalty(t *testing.T) {
	m, _, p := fit(t, specs["binary"], 1)
	m.Members[0].Weight, m.Members[1].Weight, m.Members[2].Weight = 0.5, 0.3, 0.2
	m.Answer(p.Train.X.Slice(0, 1))
	want := 0.0
	for _, one := range m.Members {
		for _, w := range one.Work.Params[:one.Net.Params[0].Len()] {
			want += one.Weight * 0.01 * float64(w) * float64(w)
		}
	}
	if got, _ := m.Penalty(); math.Abs(got-want) > 1e-7 { // the factor is a float32
		t.Errorf("penalty %v, by hand %v", got, want)
	}
}

// Variants count in the out-of-fold answers as often as they do in the average.
func TestOutOfFoldByWeight(t *testing.T) {
	m, s, p := recipetest.SetUp(t, strings.Replace(specs["greedy"], "greedy", "all", 1), recipetest.Flowers(), 1)
	if _, err := Fit(context.Background(), m, options(s, p, 2)); err != nil {
		t.Fatal(err)
	}
	r, err := newRun(m, options(s, p, 1))
	if err != nil {
		t.Fatal(err)
	}
	r.keep = newKeeper(r, func(error) {})
	for _, slot := range r.slots {
		r.answer(slot, p.Train.Select(slot.rows))
	}
	result, rows := &Result{}, []int{3, 30, 59}
	if err := r.measure(result, rows, []int{3, 0, 1}); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		own := p.Train.Select([]int{row})
		one, three := predicted(m.Members[m.Folds[row]].Model, own), predicted(m.Members[6+m.Folds[row]].Model, own)
		for j, v := range result.Held.Pred.Row(i) {
			if want := 0.75*float64(one.Data[j]) + 0.25*float64(three.Data[j]); math.Abs(float64(v)-want) > 1e-7 { // of a float32 below 1
				t.Errorf("row %d, class %d: %v, by hand %v", row, j, v, want)
			}
		}
	}
}

// A run that is stopped after any batch, in whatever members, and resumed from its
// file ends in the same bytes.
func TestResume(t *testing.T) {
	for _, name := range []string{"classes", "greedy", "numbers"} {
		m, _, _ := fit(t, specs[name], 2)
		want := recipetest.Written(t, m)
		for _, stop := range []int{1, 7, 24, 40} {
			t.Run(fmt.Sprint(name, stop), func(t *testing.T) {
				file := interrupted(t, specs[name], stop, 2)
				for range 2 { // and once more in between
					file = resumed(t, file, specs[name], stop+3)
				}
				if got := resumed(t, file, specs[name], 0); !bytes.Equal(got, want) {
					t.Error("the resumed run gives another file")
				}
			})
		}
	}
}

// stopAfter cancels after so many batches of all members together.
func stopAfter(o *Options, batches int, cancel func()) {
	var mu sync.Mutex
	o.Callbacks = nil
	o.Control = new(train.Control)
	if batches == 0 {
		return
	}
	o.BatchEnd = func() {
		mu.Lock()
		defer mu.Unlock()
		if batches--; batches == 0 {
			cancel()
		}
	}
}

func interrupted(t *testing.T, text string, batches, threads int) []byte {
	t.Helper()
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := options(s, p, threads)
	stopAfter(&o, batches, cancel)
	r, err := Fit(ctx, m, o)
	if err != nil || !r.Interrupted {
		t.Fatalf("%+v, %v; want a run that was interrupted", r, err)
	}
	return recipetest.Written(t, m)
}

func resumed(t *testing.T, file []byte, text string, batches int) []byte {
	t.Helper()
	m, err := model.ReadFrom("run.bin", file, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Run.Done {
		return file
	}
	fresh, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	m.Folds = fresh.Folds
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := options(s, p, 3)
	o.Resume = true
	stopAfter(&o, batches, cancel)
	if _, err := Fit(ctx, m, o); err != nil {
		t.Fatal(err)
	}
	return recipetest.Written(t, m)
}

// A file that is written on request while members are under way, however many, is
// resumed like any other, and asking for it changes nothing.
func TestSaved(t *testing.T) {
	m, _, _ := fit(t, specs["classes"], 2)
	want := recipetest.Written(t, m)
	for _, threads := range []int{1, 3} {
		m, s, p := recipetest.SetUp(t, specs["classes"], recipetest.Flowers(), 1)
		path := t.TempDir() + "/run.bin"
		o := options(s, p, threads)
		o.Control, o.Aside = new(train.Control), path
		var steps atomic.Int64
		o.BatchEnd = func() {
			if steps.Add(1)%5 == 0 {
				o.Control.Save()
			}
		}
		var files [][]byte
		o.Progress = func(e Event) {
			if e.Saved == nil {
				return
			}
			file, err := os.ReadFile(path)
			if e.Saved.Err != nil || err != nil {
				t.Error(e.Saved.Err, err)
			}
			files = append(files, file)
		}
		if _, err := Fit(context.Background(), m, o); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(recipetest.Written(t, m), want) {
			t.Errorf("%d threads: saving on the way has changed the run", threads)
		}
		if len(files) < 3 {
			t.Fatalf("%d threads: %d saves, want 3 at least", threads, len(files))
		}
		for i, file := range files {
			if !bytes.Equal(resumed(t, file, specs["classes"], 0), want) {
				t.Errorf("%d threads: the run resumed from save %d of %d gives another file", threads, i+1, len(files))
			}
		}
	}
}

// A member that was trained before and goes on while others are asked to be saved is
// in the file as it was.
func TestSavedWhileOneBegins(t *testing.T) {
	m, s, p := recipetest.SetUp(t, specs["classes"], recipetest.Flowers(), 1)
	if _, err := Fit(context.Background(), m, options(s, p, 1)); err != nil {
		t.Fatal(err)
	}
	r, err := newRun(m, options(s, p, 1))
	if err != nil {
		t.Fatal(err)
	}
	k := newKeeper(r, func(error) {})
	path := t.TempDir() + "/run.bin"
	first, second := r.slots[0], r.slots[1]
	k.begin(first, new(train.Control))
	k.request(path, true)
	if _, err := os.Stat(path); err == nil {
		t.Fatal("the file is written before the member under way has answered")
	}
	k.begin(second, new(train.Control))
	weight := second.Work.Params[0]
	second.Work.Params[0]++ // it goes on
	first.Freeze()
	first.Work.Params[0]++ // so does this one
	k.deposit(first)
	read, err := model.Read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	if len(read.Members) != 4 || read.Members[1].Work.Params[0] != weight || read.Members[0].Work.Params[0] != first.Work.Params[0]-1 {
		t.Errorf("%d members are saved, want 4 as they stood", len(read.Members))
	}
}

// A fitted ensemble trains on, each member on its own rows.
func TestContinue(t *testing.T) {
	m, _, p := fit(t, specs["classes"], 2)
	_, s, _ := recipetest.SetUp(t, specs["classes"], recipetest.Flowers(), 1)
	if _, err := Fit(context.Background(), m, options(s, p, 2)); err != nil {
		t.Fatal(err)
	}
	for _, one := range m.Members {
		if one.Run.Epoch != 10 || one.Round != 2 {
			t.Errorf("member %d has %d epochs in round %d, want 10 in round 2", one.Number, one.Run.Epoch, one.Round)
		}
	}
}

// Variants differ as vary says, by a pure function of seed, path and variant.
func TestVariants(t *testing.T) {
	m, _, _ := recipetest.SetUp(t, specs["greedy"], recipetest.Flowers(), 1)
	e := m.Config.Ensemble
	if settings(e, 5, 0) != nil {
		t.Error("the first variant is not the spec itself")
	}
	one, two := settings(e, 5, 1), settings(e, 5, 2)
	rate := one[0].Value.Float
	if rate < 0.001 || rate > 0.1 || rate == two[0].Value.Float || rate != settings(e, 5, 1)[0].Value.Float || rate == settings(e, 6, 1)[0].Value.Float {
		t.Errorf("rates %v and %v", rate, two[0].Value.Float)
	}
	if len(one[1].Value.Items) != 1 || len(two[1].Value.Items) != 2 {
		t.Error("the choices are not taken in turn")
	}
}

// A variant that diverges is left out by a greedy ensemble, and ends any other.
func TestDivergedVariant(t *testing.T) {
	text := flowers(`,"ensemble":{"members":4,"folds":2,"select":"greedy","vary":[{"path":"compile","choices":[{"optimizer":{"type":"sgd","learning_rate":1e30}}]}]}`)
	m, r, _ := fit(t, text, 2)
	if len(m.Members) != 2 || m.Members[1].Variant != 1 || !slices.Equal(r.Dropped, []int{2}) {
		t.Errorf("%d members, dropped %v; want the two of the first variant", len(m.Members), r.Dropped)
	}
	n, s, p := recipetest.SetUp(t, strings.Replace(text, "greedy", "all", 1), recipetest.Flowers(), 1)
	var diverged *train.Diverged
	if _, err := Fit(context.Background(), n, options(s, p, 1)); !errors.As(err, &diverged) || !strings.HasPrefix(err.Error(), "member 3: ") {
		t.Errorf("%v, want a divergence of member 3", err)
	}
}

// Greedy selection is compared with a search that computes every mean anew.
func TestGreedy(t *testing.T) {
	next := uint64(1)
	random := func() float64 { // a small generator of its own
		next = next*6364136223846793005 + 1442695040888963407
		return float64(next>>40) / (1 << 24)
	}
	for range 50 {
		const rows, variants = 12, 4
		truth := make([]float64, rows)
		all := make([]tensor.Mat, variants)
		for i := range truth {
			truth[i] = random()
		}
		for v := range all {
			all[v] = tensor.New(rows, 1)
			for i := range truth {
				all[v].Data[i] = float32(truth[i] + 0.8*random() - 0.3)
			}
		}
		loss := func(mean tensor.Mat) float64 {
			sum := 0.0
			for i, y := range truth {
				sum += (float64(mean.Data[i]) - y) * (float64(mean.Data[i]) - y)
			}
			return sum
		}
		var chosen []int
		var best []int
		least := math.Inf(1)
		for range Rounds {
			pick, value := 0, math.Inf(1)
			for v := range all {
				if l := loss(meanOf(all, append(slices.Clone(chosen), v))); l < value {
					pick, value = v, l
				}
			}
			if chosen = append(chosen, pick); value < least {
				least, best = value, slices.Clone(chosen)
			}
		}
		want := make([]int, variants)
		for _, v := range best {
			want[v]++
		}
		got := Greedy(all, loss)
		if !slices.Equal(got, want) && math.Abs(loss(meanOf(all, repeated(got)))-least) > 1e-9 { // sums in another order may break a tie
			t.Errorf("weights %v, want %v", got, want)
		}
		for v := range all {
			if loss(all[v]) < loss(meanOf(all, repeated(got)))-1e-6 { // float32 means
				t.Errorf("variant %d alone is better than the ensemble %v", v, got)
			}
		}
	}
}

func repeated(counts []int) (all []int) {
	for v, n := range counts {
		for range n {
			all = append(all, v)
		}
	}
	return all
}

func meanOf(all []tensor.Mat, chosen []int) tensor.Mat {
	out := tensor.New(all[0].Rows, all[0].Cols)
	for i := range out.Data {
		sum := 0.0
		for _, v := range chosen {
			sum += float64(all[v].Data[i])
		}
		out.Data[i] = float32(sum / float64(len(chosen)))
	}
	return out
}

// What cannot be is refused with the place.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ section, want string }{
		{`{"members":7,"folds":4}`, "7 members cannot fill 4 folds alike"},
		{`{"members":1}`, "one member cannot leave a fold out"},
		{`{"split":"same","select":"greedy"}`, "members are chosen by their out-of-fold answers"},
		{`{"split":"same","folds":3}`, "there are no folds under split: same"},
		{`{"members":4,"vary":[{"path":"fit.epochs","choices":[3]}]}`, "all 4 members are of the first variant"},
		{`{"members":8,"folds":4,"vary":[{"path":"data.target","choices":["a"]}]}`, "is the same for all members"},
		{`{"members":8,"folds":4,"vary":[{"path":"fit.epochs"}]}`, "one of range and choices is needed"},
		{`{"members":8,"folds":4,"vary":[{"path":"fit.epochs","range":[0,3],"scale":"log"}]}`, "0 has no logarithm"},
		{`{"members":8,"folds":4,"vary":[{"path":"fit.epochs","range":[3]}]}`, "a range is two numbers"},
		{`{"members":80}`, "60 rows cannot fill 80 folds"},
	} {
		m, _, _, err := recipetest.TrySetUp(flowers(`,"ensemble":`+c.section), recipetest.Flowers(), 1)
		if err == nil {
			m.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.section, err, c.want)
		}
	}
}

// What comes after the training changes the ensemble, and is not yet the end of the run:
// no timer that has fired late, and no request, may write it as it is then.
func TestNothingIsSavedAfterTheStop(t *testing.T) {
	m, s, p := recipetest.SetUp(t, specs["classes"], recipetest.Flowers(), 1)
	if _, err := Fit(context.Background(), m, options(s, p, 1)); err != nil {
		t.Fatal(err)
	}
	o := options(s, p, 1)
	path := t.TempDir() + "/run.bin"
	o.Checkpoint, o.EveryTime = path, time.Hour
	r, err := newRun(m, o)
	if err != nil {
		t.Fatal(err)
	}
	k := newKeeper(r, func(error) {})
	k.stop()
	k.request(path, false) // as a timer that had fired before
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is written after the stop")
	}
	if k.every.Stop() {
		t.Error("the timer is set anew")
	}
}

// Of equal variants the first is chosen, and of equal means the shortest.
func TestGreedyTies(t *testing.T) {
	same := tensor.View(2, 1, []float32{0.25, 0.75})
	got := Greedy([]tensor.Mat{same, same.Clone()}, func(mean tensor.Mat) float64 { return float64(mean.Data[0]) })
	if !slices.Equal(got, []int{1, 0}) {
		t.Errorf("of two equal variants %v are chosen", got)
	}
}

// What greedy selection minimises is the log loss by the weights of the rows.
func TestGreedyWeighsRows(t *testing.T) {
	m, _, p := recipetest.SetUp(t, specs["binary"], recipetest.Flowers(), 1)
	n := p.Train.X.Rows
	p.Train.Weight = make([]float32, n)
	mean := tensor.New(n, 1)
	sum, weights := 0.0, 0.0
	for i := range n {
		p.Train.Weight[i], mean.Data[i] = float32(i%4), float32(i*i%61+1)/64
		q := float64(mean.Data[i])
		if p.Train.Truth.At(i, 0) == 0 {
			q = 1 - q
		}
		sum -= float64(i%4) * math.Log(q)
		weights += float64(i % 4)
	}
	if got, want := lossOf(m, p.Train)(mean), sum/weights; math.Abs(got-want) > 1e-7*want { // 1 − p is rounded to float32
		t.Errorf("%v, want %v", got, want)
	}
}

// Under split: holdout each member leaves out a share of its own.
func TestHoldoutShares(t *testing.T) {
	m, s, p := recipetest.SetUp(t, specs["numbers"], recipetest.Flowers(), 1)
	r, err := newRun(m, options(s, p, 1))
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range r.slots {
		if len(one.rows) != 18 { // 0.3 of 60
			t.Errorf("member %d leaves out %d rows", i+1, len(one.rows))
		}
		for _, other := range r.slots[:i] {
			if slices.Equal(one.rows, other.rows) {
				t.Errorf("members %d and %d leave out the same rows", i+1, other.Number)
			}
		}
	}
}

// Each member has a seed of its own, the first that of the spec, and a draw under scale:
// log is even in the logarithm.
func TestSeedsAndDraws(t *testing.T) {
	m, s, p := recipetest.SetUp(t, specs["greedy"], recipetest.Flowers(), 1)
	r, err := newRun(m, options(s, p, 1))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint64]int{}
	for i := range r.slots {
		if other := seen[r.seed(i+1)]; other > 0 {
			t.Errorf("members %d and %d have one seed", other, i+1)
		}
		seen[r.seed(i+1)] = i + 1
	}
	if seen[m.Config.Seed] != 1 {
		t.Error("the first member has another seed than the spec")
	}
	v := model.Vary{Range: []float64{0.001, 0.1}}
	if got := draw(v, 0.5).Text; got != "0.0505" {
		t.Errorf("the middle is %s", got)
	}
	if v.Log = true; draw(v, 0.5).Text != "0.01" {
		t.Errorf("the middle of the logarithms is %s", draw(v, 0.5).Text)
	}
}
