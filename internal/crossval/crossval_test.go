package crossval_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mlp/internal/crossval"
	"mlp/internal/data/source"
	"mlp/internal/data/split"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// crossErr cross-validates a spec written as JSON on a table.
func crossErr(ctx context.Context, text, tab string, o crossval.Options) (*crossval.Result, error) {
	tree, err := spec.ParseJSON([]byte(text), "spec", "spec")
	if err != nil {
		return nil, err
	}
	s, err := recipe.Decode(tree)
	if err != nil {
		return nil, err
	}
	src := source.Bytes("table.csv", []byte(tab))
	if o.Repeats == 0 {
		o.Repeats = 1
	}
	return crossval.Run(ctx, s, model.Sources{Train: &src}, o)
}

func cross(t testing.TB, text, table string, o crossval.Options) *crossval.Result {
	t.Helper()
	cv, err := crossErr(context.Background(), text, table, o)
	if err != nil {
		t.Fatal(err)
	}
	return cv
}

func inFolds(k int) crossval.Options { return crossval.Options{FoldConfig: split.FoldConfig{Folds: k}} }

// said is all that a cross-validation says, to the last bit.
func said(cv *crossval.Result) string {
	text := fmt.Sprintf("%b %+v", cv.Pooled.Loss, cv.Pooled.Confusion)
	for _, s := range cv.Scores {
		text += fmt.Sprintf("\n%s %b %b %b", s.Name, s.Folds, s.Mean, s.SD)
	}
	for _, v := range cv.Pooled.Values {
		text += fmt.Sprintf("\n%s %b %b %b %b", v.Name, v.Value, v.Low, v.High, v.Baseline)
	}
	for _, row := range cv.OutOfFold() {
		text += fmt.Sprintf("\n%d %d %d %b %b", row.Line, row.Repeat, row.Fold, row.Truth, row.Outputs)
	}
	return text
}

func TestCrossValidationIsTheSameForAnyThreads(t *testing.T) {
	for name, text := range recipetest.Kinds {
		o := inFolds(4)
		o.By, o.Repeats = "random", 2 // whatever the spec splits by
		o.Threads = 1
		first := said(cross(t, text, recipetest.Flowers(), o))
		for _, threads := range []int{2, 3, 0} {
			o.Threads = threads
			if said(cross(t, text, recipetest.Flowers(), o)) != first {
				t.Errorf("%s: %d threads say something else than one", name, threads)
			}
		}
	}
}

// The first repeat is the same however many follow, and the next deals the rows
// out anew.
func TestRepeats(t *testing.T) {
	o := inFolds(3)
	one := cross(t, recipetest.Kinds["classes"], recipetest.Flowers(), o)
	o.Repeats = 2
	two := cross(t, recipetest.Kinds["classes"], recipetest.Flowers(), o)
	if got, want := two.Scores[0].Folds[:3], one.Scores[0].Folds; !slices.Equal(got, want) {
		t.Errorf("the first of two repeats has the losses %v, one alone %v", got, want)
	}
	if slices.Equal(two.Scores[0].Folds[3:], one.Scores[0].Folds) {
		t.Error("the second repeat is the first")
	}
	rows := two.OutOfFold()
	if len(rows) != 120 {
		t.Fatalf("%d out-of-fold rows of 60 in 2 repeats", len(rows))
	}
	moved := 0
	for i, row := range rows {
		if row.Line != i/2+2 || row.Repeat != i%2+1 {
			t.Fatalf("row %d is line %d, repeat %d", i, row.Line, row.Repeat)
		}
		if i%2 == 1 && row.Fold != rows[i-1].Fold {
			moved++
		}
	}
	if moved == 0 {
		t.Error("no row is in another fold in the second repeat")
	}
}

// A row in which everything is far out changes the scale of the folds that train
// on it. The fold that holds it out must not notice: its other rows are answered
// to the last bit as before.
func TestPreprocessingIsFittedInEveryFold(t *testing.T) {
	const text = `{"seed":1,"data":{"target":"kind"},"layers":[{"units":4,"activation":"tanh"},{"units":3,"activation":"softmax"}],"fit":{"epochs":2}}`
	lines := strings.Split(strings.TrimSpace(recipetest.Flowers()), "\n")
	const planted = 17 // of lines: length, width, colour, kind, height
	cells := strings.Split(lines[planted], ",")
	before := cross(t, text, strings.Join(lines, "\n"), inFolds(4)).OutOfFold()
	lines[planted] = strings.Join([]string{"1000000", "-99999", "purple", cells[3], "12345"}, ",")
	after := cross(t, text, strings.Join(lines, "\n"), inFolds(4)).OutOfFold()
	home, same, changed := before[planted-1].Fold, 0, 0
	for i, row := range before {
		switch {
		case i == planted-1:
		case row.Fold != after[i].Fold:
			t.Fatalf("line %d has moved to another fold", row.Line)
		case row.Fold == home:
			same++
			if !slices.Equal(row.Outputs, after[i].Outputs) {
				t.Errorf("line %d: %v before, %v after", row.Line, row.Outputs, after[i].Outputs)
			}
		case !slices.Equal(row.Outputs, after[i].Outputs):
			changed++
		}
	}
	if same != 14 || changed != 45 { // of 60 rows in 4 folds
		t.Errorf("%d rows of its fold, want 14; %d rows elsewhere are answered otherwise, want 45", same, changed)
	}
}

// What is pooled is what anybody can compute from the out-of-fold rows.
func TestPooledIsOfTheOutOfFoldRows(t *testing.T) {
	for _, repeats := range []int{1, 3} {
		o := inFolds(5)
		o.By, o.AllRows, o.Repeats = "random", true, repeats
		cv := cross(t, recipetest.Kinds["classes"], recipetest.Flowers(), o)
		right, confusion := 0.0, [3][3]int{}
		for _, row := range cv.OutOfFold() {
			answer := evaluate.Answer(row.Outputs, 0)
			confusion[int(row.Truth[0])][answer]++
			if answer == int(row.Truth[0]) {
				right++
			}
		}
		near(t, "accuracy", cv.Pooled.Values[0].Value, right/float64(60*repeats))
		for truth, row := range confusion {
			for answer, want := range row {
				if got := cv.Pooled.Confusion.Rows(truth, answer); got != want {
					t.Errorf("%d rows of class %d are answered %d, want %d", got, truth, answer, want)
				}
			}
		}
		near(t, "mean of accuracy", cv.Scores[1].Mean, right/float64(60*repeats)) // the folds have 12 rows each

		cv = cross(t, recipetest.Kinds["regression"], recipetest.Flowers(), o)
		rmse := 0.0
		squares := make([]float64, repeats)
		for i, row := range cv.OutOfFold() {
			if want := flowerHeight(i / repeats); row.Truth[0] != want {
				t.Fatalf("line %d: the truth is %v, want %v", row.Line, row.Truth[0], want)
			}
			d := float64(row.Outputs[0]) - float64(row.Truth[0])
			squares[row.Repeat-1] += d * d
		}
		for _, s := range squares {
			rmse += math.Sqrt(s/60) / float64(repeats)
		}
		near(t, "rmse", cv.Pooled.Values[0].Value, rmse)
		for _, v := range cv.Pooled.Values {
			if !(v.Low < v.Value && v.Value < v.High) || math.IsNaN(v.Baseline) {
				t.Errorf("%s: %g in %g to %g, baseline %g", v.Name, v.Value, v.Low, v.High, v.Baseline)
			}
		}
	}
}

// flowerHeight is the height of row i of flowers.
func flowerHeight(i int) float32 { return float32(3*(i%3) + i%4) }

// near compares sums of the same few numbers in another order.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: %.17g, want %.17g", what, got, want)
	}
}

// Rows that are all alike are answered alike by one network, and, where nothing is
// learned, otherwise by one with other weights.
func TestEachFoldDrawsItsOwnWeights(t *testing.T) {
	const text = `{"seed":3,"data":{"target":"y","numeric":{"scale":"none"}},"layers":[{"units":3,"activation":"tanh"},{"units":1,"activation":"sigmoid"}],"compile":{"optimizer":{"type":"sgd","learning_rate":1e-30}}}`
	o := inFolds(3)
	o.Repeats = 2
	answers := map[float32]string{}
	for _, row := range cross(t, text, "x,y\n"+strings.Repeat("0.5,p\n0.5,q\n", 9), o).OutOfFold() {
		fold := fmt.Sprint(row.Repeat, row.Fold)
		if had := answers[row.Outputs[0]]; had != "" && had != fold {
			t.Fatalf("repeat and fold %s answer as %s do", fold, had)
		}
		answers[row.Outputs[0]] = fold
	}
	if len(answers) != 6 {
		t.Errorf("%d different answers of 6 networks", len(answers))
	}
}

func TestFoldsStopEarly(t *testing.T) {
	const text = `{"data":{"target":"kind","split":{"validation":0.25,"test":0.5}},"layers":[{"units":8,"activation":"relu"},{"units":3,"activation":"softmax"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.1}},"fit":{"epochs":300,"callbacks":[{"type":"early_stopping","patience":2},{"type":"model_checkpoint","filepath":"DIR/m.bin"},{"type":"csv_logger","filename":"DIR/log.csv"}]}}`
	dir := t.TempDir()
	var notes []string
	var epochs atomic.Int64
	o := inFolds(3)
	o.Note = func(text string) { notes = append(notes, text) }
	o.Warn = o.Note
	o.Progress = func(n int) { epochs.Add(int64(n)) }
	o.AllRows = true
	cv := cross(t, strings.ReplaceAll(text, "DIR", filepath.ToSlash(dir)), recipetest.Flowers(), o)
	for _, f := range cv.Folds {
		if f.Train != 30 || f.Validation != 10 || f.Rows != 20 || f.Epochs >= 300 {
			t.Errorf("%+v: want 30 rows for training, 10 for validation, 20 held out, and fewer than 300 epochs", f)
		}
	}
	if epochs.Load() != 900 {
		t.Errorf("progress tells of %d epochs, done or dropped; want 900", epochs.Load())
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("files were Written: %v %v", files, err)
	}
	want := []string{"the test rows of the spec are held out in their turn, as every row",
		"fit.callbacks[1]: the model checkpoint is left out, for every fold would write the same file",
		"fit.callbacks[2]: the log file is left out, for every fold would write the same file"}
	if !slices.Equal(notes, want) {
		t.Errorf("notes %q", notes)
	}
}

func TestGatesOfCrossValidation(t *testing.T) {
	o := inFolds(4)
	gate := func(text string, below bool) {
		g, err := evaluate.ParseGate(text, below)
		if err != nil {
			t.Fatal(err)
		}
		g.Source = text
		o.Gates = append(o.Gates, g)
	}
	cv := cross(t, recipetest.Kinds["binary"], recipetest.Flowers(), o)
	mean, low, high := cv.Scores[1].Mean, cv.Pooled.Values[0].Low, cv.Pooled.Values[0].High
	gate(fmt.Sprint("accuracy=", mean+0.001), false)
	gate(fmt.Sprint("accuracy=", mean-0.001), false)
	gate(fmt.Sprint("accuracy=", low+0.001, "@lower"), false)
	gate(fmt.Sprint("accuracy=", low-0.001, "@lower"), false)
	gate(fmt.Sprint("accuracy=", high-0.001, "@upper"), true)
	gate("log_loss=9", true)
	failed := cross(t, recipetest.Kinds["binary"], recipetest.Flowers(), o).Failed
	if len(failed) != 3 || !strings.HasPrefix(failed[0], o.Gates[0].Source) || !strings.HasPrefix(failed[1], o.Gates[2].Source) || !strings.HasPrefix(failed[2], o.Gates[4].Source) {
		t.Errorf("failed: %q", failed)
	}
}

func TestWhatCrossValidationRefuses(t *testing.T) {
	gate := inFolds(3)
	gate.Gates = []evaluate.Gate{{Metric: "acuracy", Source: "--min acuracy=1"}}
	group := inFolds(3)
	group.Group = "colr"
	none := inFolds(3)
	none.Repeats = -1
	for _, c := range []struct {
		name, text string
		o          crossval.Options
		msg        string
	}{
		{"misfit", strings.Replace(recipetest.Kinds["one-hot"], `"units":3`, `"units":2`, 1), inFolds(3), "layers[1]: 2 outputs for a target of 3 classes"},
		{"gate", recipetest.Kinds["one-hot"], gate, `--min acuracy=1: there is no metric "acuracy"`},
		{"group", recipetest.Kinds["one-hot"], group, `group: the table has no column "colr"`},
		{"repeats", recipetest.Kinds["one-hot"], none, "repeats: -1 is not between 1 and 1000"},
		{"folds", recipetest.Kinds["one-hot"], inFolds(1), "folds: 1 fold cannot"},
		{"monitor", strings.Replace(recipetest.Kinds["one-hot"], `"epochs":4`, `"epochs":4,"callbacks":["early_stopping"]`, 1), inFolds(3), `"val_loss" is not measured in this run`},
		{"diverges", strings.Replace(recipetest.Kinds["regression"], `"learning_rate":0.01`, `"learning_rate":1e30`, 1), inFolds(3), "fold 1: fit: epoch "},
	} {
		for range 5 { // whichever fold is the first to complain
			_, err := crossErr(context.Background(), c.text, recipetest.Flowers(), c.o)
			if err == nil || !strings.Contains(err.Error(), c.msg) {
				t.Errorf("%s: %v, want %s", c.name, err, c.msg)
			}
		}
	}
	var diverged *train.Diverged
	_, err := crossErr(context.Background(), strings.Replace(recipetest.Kinds["regression"], `"learning_rate":0.01`, `"learning_rate":1e30`, 1), recipetest.Flowers(), inFolds(3))
	if !errors.As(err, &diverged) {
		t.Errorf("%v is not known as a run that diverged", err)
	}
}

func TestCrossValidationIsInterrupted(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	o := inFolds(4)
	o.Threads = 2
	var epochs atomic.Int64
	o.Progress = func(int) {
		if epochs.Add(1) == 5 {
			cancel(why)
		}
	}
	cv, err := crossErr(ctx, strings.Replace(recipetest.Kinds["one-hot"], `"epochs":4`, `"epochs":1000000`, 1), recipetest.Flowers(), o)
	if cv != nil || !errors.Is(err, why) {
		t.Errorf("%v, %v", cv, err)
	}
}

func TestScores(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values   []float64
		mean, sd float64
		known    int
	}{
		{[]float64{2, 4, 4, 4, 5, 5, 7, 9}, 5, math.Sqrt(32.0 / 7), 8},
		{[]float64{1, nan, 3}, 2, math.Sqrt2, 2},
		{[]float64{nan, 3}, 3, nan, 1},
		{[]float64{nan, nan}, nan, nan, 0},
	} {
		s := crossval.NewScore("x", c.values)
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if !same(s.Mean, c.mean) || !same(s.SD, c.sd) || s.Known != c.known {
			t.Errorf("%v: %+v", c.values, s)
		}
	}
}

// cv decides the rows of each fold by the fold's own threshold, and its pooled
// counts are those of these answers.
func TestThresholdsOfFolds(t *testing.T) {
	cv := cross(t, strings.Replace(recipetest.Kinds["binary"], `"data":{`, `"evaluate":{"threshold":"recall>=0.8"},"data":{`, 1), recipetest.Flowers(), inFolds(4))
	var want [2][2]int
	seen := map[float64]bool{}
	for _, row := range cv.OutOfFold() {
		seen[row.Threshold] = true
		want[int(row.Truth[0])][evaluate.Answer(row.Outputs, row.Threshold)]++
	}
	if len(seen) < 2 {
		t.Errorf("one threshold for all folds: %v", seen)
	}
	hits := float64(want[1][1])
	f1 := 2 * hits / (2*hits + float64(want[0][1]+want[1][0]))
	if v, _ := cv.Pooled.Find("f1"); math.Abs(v.Value-f1) > 1e-12 || !(v.Low < f1 && f1 < v.High) { // a division each
		t.Errorf("pooled f1 %v, want %v", v, f1)
	}
	if got := cv.Pooled.Confusion; got.Rows(0, 0) != want[0][0] || got.Rows(0, 1) != want[0][1] || got.Rows(1, 0) != want[1][0] || got.Rows(1, 1) != want[1][1] {
		t.Errorf("confusion matrix %v, want %v", got, want)
	}
}

// The test rows of the spec are those that fit would keep, and no fold sees them.
func TestTestRowsStayUnseen(t *testing.T) {
	const text = `{"data":{"target":"kind","split":{"test":0.25}},"layers":[{"units":3,"activation":"softmax"}]}`
	var notes []string
	o := inFolds(3)
	o.Note = func(text string) { notes = append(notes, text) }
	o.Warn = o.Note
	cv := cross(t, text, recipetest.Flowers(), o)
	_, _, parts := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	lines := map[int]bool{}
	for _, line := range parts.Test.Lines {
		lines[line] = true
	}
	rows := cv.OutOfFold()
	if len(rows) != 45 || cv.Pooled.Rows != 45 || len(lines) != 15 {
		t.Fatalf("%d rows are held out, %d pooled, %d are for the test", len(rows), cv.Pooled.Rows, len(lines))
	}
	for _, row := range rows {
		if lines[row.Line] {
			t.Errorf("line %d is a test row, and held out in fold %d", row.Line, row.Fold)
		}
	}
	for _, f := range cv.Folds {
		if f.Train != 30 || f.Rows != 15 {
			t.Errorf("fold %d: %d rows to train on, %d held out", f.Fold, f.Train, f.Rows)
		}
	}
	if len(notes) != 1 || notes[0] != "the spec's 15 test rows are left unseen; 45 are dealt out" {
		t.Errorf("notes %q", notes)
	}
}

// A spec that takes its last rows has them in the order of time: no fold is trained on
// rows after those that it holds out, and its validation rows are the last before them.
func TestFoldsOfLastRowsGoForward(t *testing.T) {
	const text = `{"data":{"target":"height","task":"regression","split":{"by":"last","validation":0.2,"test":0.2}},"layers":[{"units":1}]}`
	cv := cross(t, text, recipetest.Flowers(), inFolds(3))
	if cv.By != "forward" || len(cv.OutOfFold()) != 36 { // of 48 in 4 blocks, the first only trained on
		t.Fatalf("%s, %d rows", cv.By, len(cv.OutOfFold()))
	}
	for i, f := range cv.Folds {
		if f.Train+f.Validation != 12*(i+1) || f.Rows != 12 {
			t.Errorf("fold %d: %d and %d rows before %d", f.Fold, f.Train, f.Validation, f.Rows)
		}
	}
	for i, row := range cv.OutOfFold() {
		if row.Line != 12+i+2 || row.Fold != 1+i/12 || row.Truth[0] != flowerHeight(12+i) { // line 1 is the header
			t.Fatalf("row %d: line %d in fold %d", i, row.Line, row.Fold)
		}
	}
	o := inFolds(3)
	o.Repeats = 2
	if _, err := crossErr(context.Background(), text, recipetest.Flowers(), o); err == nil || !strings.Contains(err.Error(), "cut in one way only") {
		t.Errorf("%v", err)
	}
}
