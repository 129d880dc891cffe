package evaluate_test

import (
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/recipe/recipetest"
)

// Where loss and log_loss are two figures, it is said why; where they are one, nothing is.
func TestLossBesideLogLoss(t *testing.T) {
	for _, c := range []struct{ layer, loss, want string }{
		{``, `"sparse_categorical_crossentropy"`, ""},
		{`,"kernel_regularizer":{"type":"l2","l2":0.1}`, `"sparse_categorical_crossentropy"`, "loss: with penalties; log_loss: of the answers"},
		{``, `{"type":"sparse_categorical_crossentropy","label_smoothing":0.2}`, "loss: with label smoothing; "},
		{``, `"categorical_focal_crossentropy"`, "loss: categorical_focal_crossentropy; "},
		{`,"activity_regularizer":{"type":"l2","l2":0.1}`, `"sparse_categorical_crossentropy"`, "loss: as training has it; "},
	} {
		m, s, p := recipetest.SetUp(t, `{"data":{"target":"kind"},"layers":[{"units":4`+c.layer+`},{"units":3,"activation":"softmax"}],"compile":{"loss":`+c.loss+`},"evaluate":{"metrics":["log_loss"]}}`, recipetest.Flowers(), 1)
		e, err := evaluate.Measure(m, p.Train, s.Evaluate)
		if err != nil {
			t.Fatal(err)
		}
		if _, told := e.Find("log_loss"); !told {
			t.Fatal("log_loss is not told")
		}
		if e.LossNote != c.want && (c.want == "" || !strings.HasPrefix(e.LossNote, c.want)) {
			t.Errorf("%s %s: %q, want %q", c.layer, c.loss, e.LossNote, c.want)
		}
	}
}
