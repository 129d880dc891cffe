package train_test

import (
	"flag"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/model"
	"mlp/internal/oracle/golden"
	"mlp/internal/recipe"
)

// battery is a folder with battery.json, all combinations in the place of those that are
// committed: make battery.
var battery = flag.String("battery", "", "folder of battery.json")

// refusals are the combinations that Keras trains without a word and the model refuses,
// each with what it says. Anything else has to agree.
var refusals = []struct {
	task, last, losses, says string
}{
	// Outputs that are no probabilities, under a loss that takes their logarithm: Keras cuts
	// them to [1e-7, 1 − 1e-7], outside of which nothing is learned.
	{"binary", "linear tanh", "binary_crossentropy binary_focal_crossentropy", "needs a probability"},
	{"multilabel", "linear tanh softmax", "binary_crossentropy binary_focal_crossentropy dice tversky", "needs a probability for each label"},
	{"binary multiclass", "linear sigmoid", "categorical_crossentropy categorical_focal_crossentropy sparse_categorical_crossentropy categorical_generalized_cross_entropy kl_divergence categorical_hinge",
		"needs"},
	{"multilabel", "linear sigmoid", "categorical_crossentropy categorical_focal_crossentropy kl_divergence", "add up to 1"},
	// Targets that the last activation cannot reach.
	{"regression", "sigmoid tanh softplus", "mean_squared_error mean_absolute_error huber log_cosh cosine_similarity mean_absolute_percentage_error mean_squared_logarithmic_error poisson",
		"gives only values"},
}

// Loss, last layer, task, from_logits and reduction, in all combinations of which one in
// six is committed: what the loss is, on what scale and of which outputs, what is learned
// by it, and what the answers are, is what Keras has, to the bounds of all runs.
func TestHeadsAreKeras(t *testing.T) {
	folder, family, least := "testdata/keras", "heads", 50
	if *battery != "" {
		folder, family, least = *battery, "battery", 300
	}
	early, late := golden.Comparison{Bound: tenSteps}, golden.Comparison{Bound: fiftySteps}
	compared, refused := 0, make([]int, len(refusals))
	for _, c := range golden.Cases(t, folder, family, least) {
		t.Run(c.Name, func(t *testing.T) {
			early.T, late.T = t, t
			r := asTable(t, c)
			if i, said := r.refused(t); said != "" {
				if i < 0 {
					t.Fatalf("refused: %s", said)
				}
				refused[i]++
				return
			}
			compared++
			runIsKeras(t, &r, &early, &late)
		})
	}
	early.T, late.T = t, t
	early.Report()
	late.Report()
	t.Logf("%d runs compared, %v refused", compared, refused)
	for i, n := range refused {
		if n == 0 && *battery != "" {
			t.Errorf("nothing is refused by %q any more", refusals[i].says)
		}
	}
}

// Several numbers about one target, and the rate of counts: Keras has no words for them,
// but its layers and optimizers do the same under losses that are written for it.
func TestSpreadsAreKeras(t *testing.T) {
	early, late := golden.Comparison{Bound: tenSteps}, golden.Comparison{Bound: fiftySteps}
	for _, c := range golden.Cases(t, "testdata/keras", "spreads", 12) {
		t.Run(c.Name, func(t *testing.T) {
			early.T, late.T = t, t
			r := asTable(t, c)
			runIsKeras(t, &r, &early, &late)
		})
	}
	early.T, late.T = t, t
	early.Report()
	late.Report()
}

// refused returns what the model says against the run, and which of the refusals that is:
// −1 for none of them.
func (r kerasRun) refused(t *testing.T) (int, string) {
	t.Helper()
	s, err := recipe.Decode(r.tree)
	if err != nil {
		t.Fatal(err)
	}
	src := source.Bytes("table.csv", []byte(r.table))
	m, _, err := model.Build(s.Model, s.Tree, model.Sources{Train: &src}, 1)
	if err != nil {
		return -1, err.Error()
	}
	defer m.Close()
	if err = m.Compile(); err == nil {
		return -1, ""
	}
	loss := r.tree.Get("compile").Get("loss").Get("type").Text
	within := func(list, word string) bool { return strings.Contains(" "+list+" ", " "+word+" ") }
	for i, f := range refusals {
		if within(f.task, m.Pipeline.Task().String()) && within(f.last, m.Net.Ends.Name) && within(f.losses, loss) && strings.Contains(err.Error(), f.says) {
			return i, err.Error()
		}
	}
	return -1, err.Error()
}
