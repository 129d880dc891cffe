package train_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// What members that share a network answer is the mean of what each says by itself, of
// probabilities or of logits, and the loss of validation rows is that of this mean.
func TestSharedAnswers(t *testing.T) {
	for _, c := range []struct{ kind, average string }{{"members", "probability"}, {"members", "logit"}, {"few factors", "probability"}} {
		text := strings.Replace(recipetest.Kinds[c.kind], `"ensemble":{`, `"ensemble":{"average":"`+c.average+`",`, 1)
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		v, k := p.Validation, m.Net.Members
		out := tensor.New(v.X.Rows, m.Net.Out)
		m.Predict(v.X, out)
		loss := 0.0
		for r := range v.X.Rows {
			want := make([]float64, m.Net.Out)
			for i := range k {
				steps := m.Net.Trace(m.Reserve(0), v.X.Slice(r, r+1), i)
				last := steps[len(steps)-1]
				said := last.Output
				if c.average == "logit" {
					said = last.Sums
				}
				for j, a := range said {
					want[j] += float64(a) / float64(k)
				}
			}
			switch {
			case c.average == "logit":
				total := 0.0
				for j, z := range want {
					want[j] = math.Exp(z)
					total += want[j]
				}
				for j := range want {
					want[j] /= total
				}
				fallthrough
			case m.Net.Out > 1:
				loss -= math.Log(want[int(v.Truth.At(r, 0))]) / float64(v.X.Rows)
			default:
				d := want[0] - float64(v.Target.At(r, 0))
				loss += d * d / float64(v.X.Rows)
				scaled := tensor.View(1, 1, []float32{float32(want[0])})
				m.Unscale(scaled)
				want[0] = float64(scaled.Data[0])
			}
			for j, a := range want {
				// The mean is rounded once, and so is what goes into it.
				if gap := math.Abs(float64(out.At(r, j)) - a); !(gap <= 1e-6*max(1, math.Abs(a))) {
					t.Fatalf("%s by %s: row %d is answered %v, its members say %v", c.kind, c.average, r, out.Row(r), want)
				}
			}
		}
		if got := evaluate.Update(m, v, nil); math.Abs(got-loss) > 1e-5*loss { // of float32 answers
			t.Errorf("%s by %s: loss %v, of the mean %v", c.kind, c.average, got, loss)
		}
	}
}

// Every member sees every row once an epoch, all the same ones in a step, or each those of
// an order of its own; target, truth and weight go with them.
func TestMembersHaveRows(t *testing.T) {
	const rows, size, members = 11, 4, 3
	p := &model.Part{X: tensor.New(rows, 1), Target: tensor.New(rows, 1), Truth: tensor.New(rows, 1), Weight: make([]float32, rows)}
	for i := range rows {
		v := float32(i)
		p.X.Data[i], p.Target.Data[i], p.Truth.Data[i], p.Weight[i] = v, 100+v, 200+v, 300+v
	}
	k, err := kernel.New("native", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	for _, apart := range []bool{false, true} {
		for _, shuffle := range []bool{false, true} {
			seen := make([][]int, members)
			differ := false
			for _, b := range train.Epoch(k, p, size, shuffle, members, apart) {
				for i, target := range b.Target.Data {
					x := b.X.Data
					at := i / members
					if apart {
						at = i
					}
					if row := target - 100; x[at] != row || b.Truth.Data[i] != 200+row || b.Weight[i] != 300+row {
						t.Fatalf("apart %v: input %v has target %v, truth %v and weight %v", apart, x[at], target, b.Truth.Data[i], b.Weight[i])
					}
					seen[i%members] = append(seen[i%members], int(target-100))
					differ = differ || target != b.Target.Data[i/members*members]
				}
			}
			for m, all := range seen {
				if slices.Sort(all); len(all) != rows || all[0] != 0 || all[rows-1] != rows-1 || len(slices.Compact(all)) != rows {
					t.Errorf("apart %v, shuffle %v: member %d saw %v", apart, shuffle, m, all)
				}
			}
			if differ != (apart && shuffle) {
				t.Errorf("apart %v, shuffle %v: members differ in their rows: %v", apart, shuffle, differ)
			}
		}
	}
}

// The slope of every parameter, those before the members part among them, is that of the
// loss: half of a step there, half of one back. h is 2⁻⁸, where a third derivative near 1
// and the rounding of a loss near 1 both stay below a hundredth of a slope.
func TestSharedSlopes(t *testing.T) {
	for _, kind := range []string{"batch", "mini"} {
		for _, apart := range []string{"false", "true"} {
			m, _, p := recipetest.SetUp(t, `{"data":{"target":"kind"},"layers":["scale",{"units":7,"activation":"tanh","parameterization":"ntk"},{"units":5,"activation":"tanh","parameterization":"ntk"},{"units":3,"activation":"softmax","parameterization":"ntk"}],
				"ensemble":{"type":"`+kind+`","members":3,"share_batches":`+apart+`}}`, recipetest.Flowers(), 1)
			k, err := kernel.New("native", 1)
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			b := train.Epoch(k, p.Train, 30, true, 3, apart == "false")[0]
			w := m.Reserve(30)
			loss := func() float64 {
				w.Training = true
				logits, pred := m.Net.Forward(w, b.X)
				value, d := m.BatchGradient(logits, pred, b.Target, nil)
				m.Net.Backward(w, d)
				return value
			}
			for i := range w.Params[:m.Net.Trainable] { // nothing stays where it starts
				w.Params[i] += float32(i%7-3) / 8
			}
			loss()
			grads := slices.Clone(w.Grads)
			for _, q := range m.Net.Params {
				const h = 1. / 256
				slope, size := 0.0, 0.0
				move := func(by float32) {
					for i := range q.Len() {
						w.Params[q.Off+i] += by * float32(1-2*(i%2)) * float32(1+i%3) / 2
					}
				}
				for i := range q.Len() {
					d := float64(1-2*(i%2)) * float64(1+i%3) / 2
					slope += d * float64(grads[q.Off+i])
					size += math.Abs(d * float64(grads[q.Off+i]))
				}
				move(h)
				up := loss()
				move(-2 * h)
				down := loss()
				move(h)
				if got := (up - down) / (2 * h); math.Abs(got-slope) > 0.01*size+1e-4 {
					t.Errorf("%s, together %s: %s has the slope %v, the loss %v", kind, apart, q.Name, slope, got)
				}
			}
		}
	}
}
