package train_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
)

// many is a table of rows with two classes, three, and a weight.
func many(rows int) string {
	var b strings.Builder
	b.WriteString("a,b,two,three,w\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d,%s,%s,%d\n", i%13, i*i%17, []string{"no", "yes"}[i*7%5%2], []string{"x", "y", "z"}[i*5%7%3], i%4+1)
	}
	return b.String()
}

// A loss that does not add up over the rows is taken of fit.batch_size rows at a time,
// of validation rows and in an evaluation as in training, and so is of one scale
// everywhere. Keras does so; without it the validation loss of a sum is that of 256 rows.
func TestValidationLossIsTakenInBatches(t *testing.T) {
	const sparse, binary = `"three"|3|softmax|`, `"two"|1|sigmoid|`
	for _, c := range []struct {
		net, loss, weight string
		batch             int
	}{
		{sparse, `{"type":"sparse_categorical_crossentropy","reduction":"sum"}`, "", 7},
		{sparse, `{"type":"sparse_categorical_crossentropy","ignore_class":1}`, "", 7},
		{sparse, `{"type":"sparse_categorical_crossentropy","reduction":"mean_with_sample_weight"}`, `,"weight":"w"`, 7},
		{binary, `{"type":"binary_crossentropy","reduction":"sum"}`, `,"weight":"w"`, 300},
		{binary, `"dice"`, "", 7},
		{binary, `"tversky"`, `,"weight":"w"`, 300},
		{binary, `{"type":"dice","axis":-1,"reduction":"sum"}`, "", 40},
		{binary, `{"type":"hinge","reduction":"sum"}`, "", 9},
	} {
		t.Run(fmt.Sprint(c.loss, c.batch), func(t *testing.T) {
			net := strings.Split(c.net, "|")
			ignored := `,"ignore":["w","three"]`
			if net[0] == `"three"` {
				ignored = `,"ignore":["w","two"]`
			}
			if c.weight != "" {
				ignored = strings.Replace(ignored, `"w",`, "", 1)
			}
			m, s, p := recipetest.SetUp(t, fmt.Sprintf(`{"data":{"target":%s%s%s,"split":{"validation":0.5}},"layers":[{"units":4,"activation":"tanh","kernel_regularizer":"l2"},{"units":%s,"activation":"%s"}],
				"compile":{"loss":%s,"optimizer":{"type":"sgd","learning_rate":0.001}},"fit":{"epochs":2,"batch_size":%d}}`,
				net[0], ignored, c.weight, net[1], net[2], c.loss, c.batch), many(1400), 1)
			recipetest.MustFit(t, m, s, p)
			val := p.Validation
			n := val.X.Rows
			if n < 2*model.EvalRows {
				t.Fatalf("%d rows do not tell the two sizes apart", n)
			}
			want := 0.0
			w := m.Reserve(c.batch)
			w.Training = false
			for lo := 0; lo < n; lo += c.batch {
				hi := min(lo+c.batch, n)
				logits, pred := m.Net.Forward(w, val.X.Slice(lo, hi))
				var weight []float32
				if val.Weight != nil {
					weight = val.Weight[lo:hi]
				}
				want += float64(hi-lo) / float64(n) * (m.BatchLoss(logits, pred, val.Target.Slice(lo, hi), weight) + m.Net.Penalty(w, false))
			}
			log := m.History.Column("val_loss")
			if got := log[len(log)-1]; math.Abs(got-want) > 1e-12*math.Abs(want) { // two orders of a few dozen sums
				t.Errorf("val_loss %v, want %v", got, want)
			}
			e, err := evaluate.Measure(m, val, s.Evaluate)
			if err != nil {
				t.Fatal(err)
			}
			if e.Loss != log[len(log)-1] {
				t.Errorf("an evaluation has the loss %v, the run %v", e.Loss, log[len(log)-1])
			}
			train := m.History.Column("loss")
			if ratio := log[1] / train[1]; ratio < 0.7 || ratio > 1.4 {
				t.Errorf("val_loss %v is of another scale than the loss %v", log[1], train[1])
			}
		})
	}
}
