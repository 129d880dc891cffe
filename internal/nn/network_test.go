package nn

import (
	"strings"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// build makes a network from a spec's list of layers, written as JSON.
func build(t testing.TB, layers string, in int) *Network {
	t.Helper()
	n, err := buildErr(layers, in)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func buildErr(layers string, in int) (*Network, error) {
	elements, err := read(layers)
	if err != nil {
		return nil, err
	}
	return Build(elements, in)
}

// read reads a spec's list of layers.
func read(layers string) ([]Element, error) {
	tree, err := spec.ParseJSON([]byte(`{"layers": `+layers+`}`), "test", "test")
	if err != nil {
		return nil, err
	}
	var all []Element
	_, problems := spec.Decode(tree, func(f *spec.Fields) { all = spec.Values(spec.Many(f, "layers", Layers, nil, "")) })
	return all, problems.Err()
}

func elements(t testing.TB, layers string) []Element {
	t.Helper()
	all, err := read(layers)
	if err != nil {
		t.Fatalf("%s: %v", layers, err)
	}
	return all
}

func engine(t testing.TB) *kernel.Engine {
	t.Helper()
	k, err := kernel.New("native", 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// The tutorial's network drawn by hand: inputs 2 and 3, hidden 5 and 1, output 9.
func TestLiteralWeights(t *testing.T) {
	n := build(t, `[{"units": 2, "kernel": [[1, -1], [1, 1]]}, {"units": 1, "kernel": [2, -1]}]`, 2)
	w := n.NewWorkspace(engine(t), 1)
	n.Init(w, 1)
	_, y := n.Forward(w, tensor.View(1, 2, []float32{2, 3}))
	if y.At(0, 0) != 9 {
		t.Errorf("output %v, want 9", y.At(0, 0))
	}
}

func TestNamesAndPlacing(t *testing.T) {
	n := build(t, `[{"units": 4, "trainable": false}, "batch_normalization", {"units": 3, "name": "dense_1"}, {"units": 1}]`, 5)
	var names []string
	for _, e := range n.Elements {
		names = append(names, e.Name)
	}
	want := []string{"dense", "batch_normalization", "dense_1", "dense_2"}
	for i := range want {
		if names[i] != want[i] {
			t.Errorf("layer %d is %q, want %q", i, names[i], want[i])
		}
	}
	if want := 4 + 4 + (4*3 + 3) + (3 + 1); n.Trainable != want {
		t.Errorf("%d trainable numbers, want %d", n.Trainable, want)
	}
	if want := n.Trainable + (5*4 + 4) + 8; n.Size != want {
		t.Errorf("%d numbers, want %d", n.Size, want)
	}
	seen := make([]bool, n.Size)
	for _, p := range n.Params {
		for i := p.Off; i < p.Off+p.Len(); i++ {
			if seen[i] {
				t.Fatalf("%s overlaps another parameter", p.Name)
			}
			seen[i] = true
		}
		if p.Trainable != (p.Off < n.Trainable) {
			t.Errorf("%s lies at %d, but %d numbers are trained", p.Name, p.Off, n.Trainable)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	for layers, want := range map[string]string{
		`[]`:                                 `layers: a network needs at least one layer`,
		`[{"units": 2, "kernel": [[1, 2]]}]`: `test: layers[0]: the kernel is 1 × 2; 3 inputs and 2 units need 3 × 2`,
		`[{"units": 2, "name": "a"}, {"units": 2, "name": "a"}]`: `test: layers[1].name: two layers are named "a"`,
		`[{"units": 2, "bias": [1]}]`:                            `test: layers[0].bias: 1 biases for 2 units`,
		`[{"units": -4}]`:                                        `test: layers[0].units: -4 is not between 1 and 1048576`,
		`[{"units": 2, "activation": "rleu"}]`:                   `test: layers[0].activation: unknown activation "rleu"`,
		`[{"type": "dense"}]`:                                    `test: layers[0].units: "units" is missing`,
	} {
		_, err := buildErr(layers, 3)
		if err == nil {
			t.Errorf("%s: accepted", layers)
		} else if err.Error() != want {
			t.Errorf("%s:\n got %s\nwant %s", layers, err, want)
		}
	}
}

// What no machine has room for is refused, not asked for.
func TestHugeNetworksAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"weights": `[{"units":1048576},{"units":1048576}]`,
		"columns": `[{"units":1048576},` + strings.Repeat(`"relu",`, 20) + `{"units":1}]`,
	} {
		if _, err := buildErr(text, 3); err == nil || !strings.Contains(err.Error(), "are possible") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
