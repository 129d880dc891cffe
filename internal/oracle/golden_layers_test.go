package oracle

import (
	"slices"
	"strings"
	"testing"

	"mlp/internal/oracle/golden"
)

// layerOf makes the oracle's layer of a case; nil where it has none.
func layerOf(t *testing.T, c golden.Case) Layer {
	t.Helper()
	p, all := settings(t, c)
	param := func(name string) *Param {
		if m, ok := c.Given[name]; ok {
			return NewParam(name, rows(m))
		}
		return nil
	}
	activation, _ := all["activation"].(string)
	if activation == "" {
		activation = "linear"
	}
	switch c.Type {
	case "dense":
		return &Dense{Kernel: param("kernel"), Bias: param("bias"), Act: Act(activation, nil)}
	case "activation":
		return &Activate{Act: Act(activation, nil)}
	case "activity_regularization":
		return &Activate{Act: Act("linear", nil)}
	case "relu", "elu", "softmax":
		return &Activate{Act: Act(c.Type, p)}
	case "leaky_relu":
		return &Activate{Act: Act(c.Type, Params{"negative_slope": p.get("negative_slope", 0.3)})}
	case "prelu":
		return &PReLU{Alpha: param("alpha")}
	case "batch_normalization":
		bn := &BatchNormalization{Gamma: param("gamma"), Beta: param("beta"), Momentum: p.get("momentum", 0.99), Epsilon: p.get("epsilon", 1e-3),
			Frozen: all["trainable"] == false, Mean: slices.Clone(c.Given["moving_mean"].Data), Variance: slices.Clone(c.Given["moving_variance"].Data)}
		if bn.Mean == nil {
			bn.Mean, bn.Variance = make([]float64, c.Given["x"].Cols), slices.Repeat([]float64{1}, c.Given["x"].Cols)
		}
		return bn
	case "layer_normalization", "group_normalization":
		return &GroupNormalization{Groups: int(p.get("groups", 1)), Gamma: param("gamma"), Beta: param("beta"), Epsilon: p.get("epsilon", 1e-3)}
	case "rms_normalization":
		return &RMSNormalization{Scale: param("scale"), Epsilon: p.get("epsilon", 1e-6)}
	case "unit_normalization":
		return &UnitNormalization{}
	case "rescaling":
		x := rows(c.Given["x"])
		a := &Affine{Factor: like(x), Shift: like(x)}
		for i := range x {
			for j := range x[i] {
				a.Factor[i][j], a.Shift[i][j] = p["scale"], p["offset"]
			}
		}
		return a
	}
	return nil
}

func TestGoldenLayers(t *testing.T) {
	// Statistics that are learned, codes that are looked up and draws have no
	// layer here; nn's own tests hold the engine against these cases.
	without := []string{"normalization", "embedding", "dropout", "alpha_dropout"}
	for _, c := range load(t, "layers") {
		l := layerOf(t, c)
		if l == nil {
			if !slices.Contains(without, c.Type) {
				t.Errorf("no layer %q", c.Type)
			}
			continue
		}
		x := rows(c.Given["x"])
		if batches, ok := c.Given["batches"]; ok {
			var y Mat
			for _, n := range batches.Data {
				at := len(y)
				y = append(y, l.Forward(x[at:at+int(n)], true)...)
			}
			agrees(t, c, "y", y)
		} else {
			passes(t, c, l, x, "", true)
		}
		if bn, ok := l.(*BatchNormalization); ok {
			agrees(t, c, "updated/moving_mean", Mat{bn.Mean})
			agrees(t, c, "updated/moving_variance", Mat{bn.Variance})
		}
		if _, ok := c.Given["batches"]; ok {
			agrees(t, c, "inference/y", l.Forward(x, false))
		} else if strings.HasPrefix(c.Type, "batch") {
			passes(t, c, layerOf(t, c), x, "inference/", false)
		}
	}
}

// passes compares one forward and backward pass with the answers under prefix.
func passes(t *testing.T, c golden.Case, l Layer, x Mat, prefix string, training bool) {
	t.Helper()
	agrees(t, c, prefix+"y", l.Forward(x, training))
	agrees(t, c, prefix+"dx", l.Backward(rows(c.Given["dy"])))
	for _, p := range l.Params() {
		agrees(t, c, prefix+"gradient/"+p.Name, p.Grad)
	}
}
