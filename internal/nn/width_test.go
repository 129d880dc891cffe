package nn

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/spec"
)

// A width that the spec says is that of the layer's inputs, in every way in which Keras
// and Python write it, or it is told.
func TestStatedWidths(t *testing.T) {
	const differs = "says 8 inputs, and there are 6"
	for _, c := range []struct{ key, value, want string }{
		{"input_dim", `6`, ""},
		{"input_shape", `[6]`, ""},
		{"input_shape", `"(6,)"`, ""},
		{"input_shape", `"[6]"`, ""},
		{"batch_input_shape", `[null, 6]`, ""},
		{"batch_input_shape", `"(None, 6)"`, ""},
		{"input_shape", `null`, ""},
		{"input_shape", `"None"`, ""},
		{"input_dim", `8`, "layers[0].input_dim: input_dim " + differs},
		{"input_shape", `[8]`, "layers[0].input_shape: input_shape " + differs},
		{"input_shape", `[28, 28]`, "a list is not the shape of a row"},
		{"input_shape", `"(X.shape[1],)"`, `"(X.shape[1],)" is not the shape of a row`},
		{"input_dim", `0`, `"0" is not the shape of a row`},
		{"input_dim", `6.5`, `"6.5" is not the shape of a row`},
		{"shape", `[6]`, ""},
		{"batch_shape", `[null, 6]`, ""},
		{"shape", `[8]`, differs},
	} {
		layer := `"type": "dense", "units": 2`
		if strings.HasSuffix("batch_shape", c.key) {
			layer = `"type": "InputLayer"`
		}
		n, err := spec.ParseJSON(fmt.Appendf(nil, `{%s, %q: %s}`, layer, c.key, c.value), "layers", "")
		if err != nil {
			t.Fatal(err)
		}
		e, resolved, err := Layers.Resolve(n)
		if err == nil {
			e.Path = "layers[0]"
			_, err = Build([]Element{e}, 6)
		}
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("{%s, %s: %s}: %v, want %q", layer, c.key, c.value, err, c.want)
		}
		if resolved.Get(c.key) != nil {
			t.Errorf("{%s, %s: %s}: the resolved layer has it: %s", layer, c.key, c.value, spec.CanonicalJSON(resolved))
		}
	}
}
