package crossval_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/crossval"
	"mlp/internal/data/source"
	"mlp/internal/data/split"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
)

// paused are specs with all that a run carries from epoch to epoch: slots, averages,
// schedules, dropout, callbacks that count.
var paused = map[string]string{
	"plain":          `"compile":{"optimizer":"sgd"},"fit":{"epochs":12,"batch_size":7}`,
	"slots":          `"compile":{"optimizer":{"type":"adam","learning_rate":0.01}},"fit":{"epochs":12,"batch_size":7}`,
	"an average":     `"compile":{"optimizer":{"type":"adam","learning_rate":0.01,"use_ema":true}},"fit":{"epochs":12,"batch_size":7}`,
	"a schedule":     `"compile":{"optimizer":{"type":"adamw","learning_rate":{"type":"cosine_decay","initial_learning_rate":0.05,"decay_steps":null}}},"fit":{"epochs":12,"batch_size":7}`,
	"early stopping": `"compile":{"optimizer":{"type":"adam","learning_rate":0.1}},"fit":{"epochs":40,"batch_size":7,"callbacks":[{"type":"early_stopping","monitor":"loss","patience":2,"restore_best_weights":true}]}`,
	"a plateau":      `"compile":{"optimizer":{"type":"adam","learning_rate":0.1}},"fit":{"epochs":12,"batch_size":7,"callbacks":[{"type":"reduce_lr_on_plateau","monitor":"loss","patience":1}]}`,
}

// A fold that pauses, and pauses again, ends with the answers of one that never did.
func TestPausesChangeNothing(t *testing.T) {
	for name, rest := range paused {
		text := `{"seed":3,"data":{"target":"kind"},"layers":[{"units":4,"activation":"relu"},{"type":"dropout","rate":0.2},{"type":"batch_normalization"},{"units":3,"activation":"softmax"}],` + rest + `}`
		run := func(pause int, from []crossval.Standing) *crossval.Result {
			tree, err := spec.ParseJSON([]byte(text), "spec", "spec")
			if err != nil {
				t.Fatal(err)
			}
			s, err := recipe.Decode(tree)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			src := source.Bytes("table.csv", []byte(recipetest.Flowers()))
			r, err := crossval.Run(t.Context(), s, model.Sources{Train: &src}, crossval.Options{FoldConfig: split.FoldConfig{Folds: 3}, Repeats: 1, Pause: pause, Paused: from, Bare: true})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return r
		}
		whole := run(0, nil)
		first := run(2, nil)
		if first.Paused == nil {
			t.Fatalf("%s: no fold has paused", name)
		}
		second := run(5, first.Paused)
		last := run(0, second.Paused)
		if last.Paused != nil {
			t.Errorf("%s: a fold has not ended", name)
		}
		if answers(last) != answers(whole) {
			t.Errorf("%s: with pauses the answers are others", name)
		}
		if answers(first) == answers(whole) {
			t.Errorf("%s: a pause after two epochs changes nothing", name)
		}
		if strings.Contains(name, "schedule") {
			continue // which is over the whole run
		}
		// A pause is measured as the end would be: by the average, where there is one.
		text = strings.NewReplacer(`"epochs":12`, `"epochs":2`, `"epochs":40`, `"epochs":2`).Replace(text)
		if answers(first) != answers(run(0, nil)) {
			t.Errorf("%s: paused after two epochs the answers are not those of a run of two", name)
		}
	}
}

func answers(r *crossval.Result) string {
	text := ""
	for _, row := range r.OutOfFold() {
		for _, v := range row.Outputs {
			text += fmt.Sprintf("%08x", math.Float32bits(v))
		}
	}
	return text
}
