package evaluate

import (
	"fmt"

	"mlp/internal/model"
	"mlp/internal/tensor"
)

// deadUnits names the first layer of which at least half of the units give 0 for every
// row: no gradient goes through them, so they stay as they are.
func (e *Evaluation) deadUnits(name string) string {
	if e.m.Members == nil {
		return e.deadUnitsOf(e.m, "", name)
	}
	for _, one := range e.m.Members {
		if found := e.deadUnitsOf(one.Model, fmt.Sprintf("member %d, ", one.Number), name); found != "" {
			return found
		}
	}
	return ""
}

// activity is what the units of a layer have given.
type activity struct {
	layer string
	lives []bool // by unit: it has given something other than 0
	live  int
}

func (a *activity) dying() bool { return 2*a.live <= len(a.lives) }

func (e *Evaluation) deadUnitsOf(m *model.Model, whose, name string) string {
	var layers []*activity
	for lo := 0; lo < e.part.X.Rows; lo += model.EvalRows {
		next, dying := 0, false
		w := m.Reserve(0)
		m.Net.Activations(w, e.part.X.Slice(lo, min(lo+model.EvalRows, e.part.X.Rows)), func(layer string, y tensor.Mat) {
			if lo == 0 {
				layers = append(layers, &activity{layer: layer, lives: make([]bool, y.Cols)})
			}
			a := layers[next]
			next++
			for i := 0; i < y.Rows && a.live < y.Cols; i++ {
				for j, v := range y.Row(i) {
					if v != 0 && !a.lives[j] {
						a.lives[j] = true
						a.live++
					}
				}
			}
			dying = dying || a.dying()
		})
		if !dying { // as in almost every network after its first rows
			return ""
		}
	}
	for _, a := range layers {
		if a.dying() {
			return fmt.Sprintf("%d of the %d units of %slayer %q give 0 for every one of the %d %s rows, so nothing is learned through them: "+
				"try another initializer, a lower learning rate, or leaky_relu", len(a.lives)-a.live, len(a.lives), whose, a.layer, e.Rows, name)
		}
	}
	return ""
}
