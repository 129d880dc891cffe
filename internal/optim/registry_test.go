package optim

import (
	"testing"

	"mlp/internal/spec"
)

// Recipes of Keras 1 and 2 say lr; it is the same field under an older name.
func TestOldNameOfTheRate(t *testing.T) {
	n := spec.NewMap()
	n.Put("type", spec.NewString("sgd"))
	n.Put("lr", spec.NewFloat(0.25))
	o, resolved, err := Optimizers.Resolve(n)
	if err != nil {
		t.Fatal(err)
	}
	if o.rate != 0.25 {
		t.Errorf("lr: 0.25 gives the rate %g", o.rate)
	}
	if resolved.Get("learning_rate") == nil || resolved.Get("lr") != nil {
		t.Errorf("resolved spec: %s, want learning_rate", spec.CanonicalJSON(resolved))
	}
}
