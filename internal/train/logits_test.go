package train_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/tensor"
)

// A logitRun is a spec whose last layer ends in an activation that its loss takes away
// again; %s stand for the activation and for what the loss says of it.
type logitRun struct{ data, units, activation, loss, fit string }

var logitRuns = map[string]logitRun{
	"classes":         {`"target":"kind"`, "3", "softmax", `"type":"sparse_categorical_crossentropy"`, `,"calibrate":"temperature","intervals":true`},
	"one-hot":         {`"target":"kind"`, "3", "softmax", `"type":"categorical_crossentropy","label_smoothing":0.1`, ""},
	"focal":           {`"target":"kind"`, "3", "softmax", `"type":"categorical_focal_crossentropy"`, ""},
	"robust":          {`"target":"kind"`, "3", "softmax", `"type":"categorical_generalized_cross_entropy"`, ""},
	"sum":             {`"target":"kind"`, "3", "softmax", `"type":"sparse_categorical_crossentropy","reduction":"sum"`, ""},
	"binary":          {`"target":"colour"`, "1", "sigmoid", `"type":"binary_crossentropy"`, `,"calibrate":"temperature","intervals":true`},
	"binary focal":    {`"target":"colour"`, "1", "sigmoid", `"type":"binary_focal_crossentropy","label_smoothing":0.2`, ""},
	"two units":       {`"target":"colour"`, "2", "softmax", `"type":"sparse_categorical_crossentropy"`, `,"calibrate":"temperature","intervals":true`},
	"two, one-hot":    {`"target":"colour"`, "2", "softmax", `"type":"categorical_crossentropy"`, ""},
	"labels":          {`"target":["wide","long"]`, "2", "sigmoid", `"type":"binary_crossentropy"`, `,"calibrate":"temperature","intervals":true`},
	"distribution":    {`"target":["wide","other"]`, "2", "softmax", `"type":"categorical_crossentropy"`, ""},
	"classes one-hot": {`"target":"kind","task":"multiclass"`, "3", "sigmoid", `"type":"binary_crossentropy"`, ""},
	"numbers":         {`"target":"share","task":"regression"`, "1", "sigmoid", `"type":"binary_crossentropy"`, ""},
}

// spec is the run with the activation, or with a loss from logits.
func (r logitRun) spec(fromLogits bool, seed int) string {
	activation, loss := r.activation, r.loss
	if fromLogits {
		activation, loss = "linear", loss+`,"from_logits":true`
	}
	metrics := `["accuracy","log_loss","auc"]`
	if strings.Contains(r.data, "regression") {
		metrics = `["mae"]`
	}
	return fmt.Sprintf(`{"seed":%d,"data":{%s,"split":{"validation":0.3}},"layers":[{"units":5,"activation":"tanh"},{"units":%s,"activation":"%s"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.02},"loss":{%s},"metrics":%s},"fit":{"epochs":5,"batch_size":7%s}}`,
		seed, r.data, r.units, activation, loss, metrics, r.fit)
}

// labelled is the table of flowers with targets of the other kinds.
func labelled() string {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(recipetest.Flowers()), "\n") {
		wide := i * i % 5 % 2
		if i == 0 {
			line += ",wide,other,long,share"
		} else {
			line += fmt.Sprintf(",%d,%d,%d,%.3f", wide, 1-wide, i%7%2, float64(i%11)/10)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// What a loss takes as logits is what the same network hands on before its activation:
// all of training, and all that is answered and measured, is the same to the bit. The
// model that is read from its file answers so too.
func TestFromLogitsIsTheActivation(t *testing.T) {
	for name, r := range logitRuns {
		t.Run(name, func(t *testing.T) {
			got, _, gotParts := fittedRun(t, r.spec(true, 3))
			want, c, parts := fittedRun(t, r.spec(false, 3))
			if !slices.Equal(got.Work.Params, want.Work.Params) {
				t.Fatal("other weights")
			}
			if a, b := fmt.Sprint(got.History), fmt.Sprint(want.History); a != b {
				t.Errorf("the history is %s, want %s", a, b)
			}
			back, err := model.Read(saved(t, got), 1)
			if err != nil {
				t.Fatal(err)
			}
			defer back.Close()
			for _, m := range []*model.Model{got, back} {
				if a, b := answers(m, gotParts), answers(want, parts); !slices.Equal(a, b) {
					t.Errorf("answers %v, want %v", a[:3], b[:3])
				}
				if a, b := fmt.Sprint(m.Calibration, m.Scores), fmt.Sprint(want.Calibration, want.Scores); a != b {
					t.Errorf("learned from held-out rows %s, want %s", a, b)
				}
				a, err := evaluate.Measure(m, gotParts.Validation, c.Evaluate)
				if err != nil {
					t.Fatal(err)
				}
				b, err := evaluate.Measure(want, parts.Validation, c.Evaluate)
				if err != nil {
					t.Fatal(err)
				}
				if a, b := told(a.Result), told(b.Result); a != b {
					t.Errorf("evaluation %s, want %s", a, b)
				}
			}
			if v := got.History.Column("loss"); !(v[len(v)-1] < v[0]) && !math.IsNaN(v[0]) {
				t.Errorf("nothing is learned: %v", v)
			}
		})
	}
}

func fittedRun(t *testing.T, text string) (*model.Model, *recipe.Spec, model.Parts) {
	t.Helper()
	m, s, p := recipetest.SetUp(t, text, labelled(), 1)
	recipetest.MustFit(t, m, s, p)
	return m, s, p
}

func saved(t *testing.T, m *model.Model) string {
	t.Helper()
	path := t.TempDir() + "/m.bin"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// answers are those of the training rows.
func answers(m *model.Model, p model.Parts) []float32 {
	out := tensor.New(p.Train.X.Rows, m.Net.Out)
	m.Predict(p.Train.X, out)
	return out.Data
}

// One-hot targets and numbers of classes are the same to a loss that has both forms,
// of two classes as of three.
func TestOneHotIsTheClass(t *testing.T) {
	for _, target := range []string{"kind", "colour"} {
		units := map[string]string{"kind": "3", "colour": "2"}[target]
		of := func(loss string) []byte {
			m, _, _ := fittedRun(t, logitRun{`"target":"` + target + `"`, units, "softmax", `"type":"` + loss + `"`, ""}.spec(false, 1))
			return []byte(fmt.Sprint(m.History, m.Work.Params))
		}
		if !bytes.Equal(of("categorical_crossentropy"), of("sparse_categorical_crossentropy")) {
			t.Errorf("%s: the two forms of cross-entropy train otherwise", target)
		}
	}
}

// told is all that an evaluation says.
func told(r *evaluate.Result) string {
	plain := *r
	plain.Confusion = nil // which is a pointer, and printed by itself
	return fmt.Sprint(plain, r.Confusion)
}
