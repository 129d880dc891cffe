package weights

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/keras"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
)

const rows = "a,b,c,d,e,f,y\n1,2,3,4,5,6,u\n2,1,4,3,6,5,v\n3,5,1,0,2,4,w\n4,4,0,1,1,3,u\n5,9,2,2,0,2,v\n6,8,7,6,3,1,w\n"

// built makes an untrained model of layers.
func built(t *testing.T, layers, more string) *model.Model {
	t.Helper()
	m, _, _, err := recipetest.TrySetUp(`{"seed":5,"data":{"target":"y"},"layers":[`+layers+`],"compile":{"loss":"sparse_categorical_crossentropy"},"fit":{"epochs":1}`+more+`}`, rows, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

const network = `{"units":5,"activation":"relu"},"batch_normalization",{"units":3,"activation":"softmax"}`

// tensors writes a file of safetensors as PyTorch's library does.
func tensors(t *testing.T, names []string, shapes [][]int, data [][]float32) string {
	t.Helper()
	header, bytes := map[string]any{}, []byte{}
	for i, name := range names {
		begin := len(bytes)
		for _, v := range data[i] {
			bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(v))
		}
		header[name] = map[string]any{"dtype": "F32", "shape": shapes[i], "data_offsets": []int{begin, len(bytes)}}
	}
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	return put(t, "x.safetensors", append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...), bytes...))
}

func put(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func assign(t *testing.T, m *model.Model, path string, partial bool) (note string, err error) {
	t.Helper()
	f, err := Read(path)
	if err != nil {
		return "", err
	}
	return f.Assign(m, partial)
}

// toKeras writes the network of a model as Keras does; rename gives its layers other names.
func toKeras(t *testing.T, m *model.Model, rename func(string) string) (archive, weights string) {
	t.Helper()
	n := &keras.Network{Inputs: m.Net.In}
	for _, l := range layersOf(m) {
		node := spec.NewMap()
		node.Put("type", spec.NewString(l.kind))
		one := keras.Layer{Name: rename(l.name), Spec: node}
		for _, v := range l.vars {
			one.Vars = append(one.Vars, keras.Array{Shape: v.shape, Data: v.data})
		}
		n.Layers = append(n.Layers, one)
	}
	a, w, _, err := n.Write()
	if err != nil {
		t.Fatal(err)
	}
	return put(t, "m.keras", a), put(t, "m.weights.h5", w)
}

// Weights that left come back with the same bits, whatever the file and its names.
func TestRoundTrip(t *testing.T) {
	from := built(t, network, "")
	for i := range from.Work.Params {
		from.Work.Params[i] = float32(i)*0.25 - 3
	}
	file := filepath.Join(t.TempDir(), "m.bin")
	if err := from.Save(file); err != nil {
		t.Fatal(err)
	}
	archive, weights := toKeras(t, from, func(name string) string { return name })
	other, otherWeights := toKeras(t, from, func(name string) string { return "my_" + name })
	for path, how := range map[string]string{file: "name", archive: "name", weights: "name", other: "place", otherWeights: "place"} {
		to := built(t, network, "")
		note, err := assign(t, to, path, false)
		if err != nil || !strings.HasSuffix(note, "3 layers took the weights of layers of the same "+how) {
			t.Errorf("%s: %q, %v", filepath.Base(path), note, err)
		}
		if !slices.Equal(to.Work.Params, from.Work.Params) {
			t.Errorf("%s: other weights came back", filepath.Base(path))
		}
	}
}

// A file of Keras 2 lists its layers; those without a counterpart are told.
func TestLegacy(t *testing.T) {
	m := built(t, `{"units":5},"layer_normalization",{"units":3,"activation":"softmax"}`, "")
	note, err := assign(t, m, "../hdf5/testdata/legacy.h5", false)
	if err != nil || !strings.HasSuffix(note, "3 layers took the weights of layers of the same place; 1 layer of the file not used") {
		t.Fatal(note, err)
	}
	f, err := Read("../hdf5/testdata/legacy.h5")
	if err != nil {
		t.Fatal(err)
	}
	last := f.Layers[len(f.Layers)-1]
	if got := layersOf(m)[2].vars[0].data; !slices.Equal(got, last.Arrays[0].Data) || last.Arrays[0].Name != "kernel" {
		t.Errorf("the last kernel is %v, and in the file %v", got, last.Arrays[0])
	}
}

// PyTorch's matrices have a row for each output, and its layers are counted.
func TestTorch(t *testing.T) {
	m := built(t, `{"units":2},"batch_normalization",{"units":3,"activation":"softmax"}`, "")
	w, v := make([]float32, 12), make([]float32, 6)
	for i := range w {
		w[i] = float32(i)
	}
	for i := range v {
		v[i] = float32(100 + i)
	}
	path := tensors(t, []string{"net.10.weight", "net.10.bias", "net.2.weight", "net.2.bias", "net.3.weight", "net.3.bias", "net.3.running_mean", "net.3.running_var", "net.3.num_batches_tracked"},
		[][]int{{3, 2}, {3}, {2, 6}, {2}, {2}, {2}, {2}, {2}, {}}, [][]float32{v, {7, 8, 9}, w, {5, 6}, {1, 2}, {3, 4}, {-1, -2}, {11, 12}, {1}})
	if note, err := assign(t, m, path, false); err != nil || !strings.Contains(note, "3 layers took the weights of layers of the same place") {
		t.Fatal(note, err)
	}
	l := layersOf(m)
	for name, both := range map[string][2][]float32{
		"first kernel": {l[0].vars[0].data, {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11}}, "first bias": {l[0].vars[1].data, {5, 6}},
		"gamma": {l[1].vars[0].data, {1, 2}}, "beta": {l[1].vars[1].data, {3, 4}}, "mean": {l[1].vars[2].data, {-1, -2}}, "variance": {l[1].vars[3].data, {11, 12}},
		"last kernel": {l[2].vars[0].data, {100, 102, 104, 101, 103, 105}}, "last bias": {l[2].vars[1].data, {7, 8, 9}},
	} {
		if !slices.Equal(both[0], both[1]) {
			t.Errorf("%s is %v, want %v", name, both[0], both[1])
		}
	}
}

// What does not fit is refused with both shapes and changes nothing; what fits may be taken
// alone.
func TestWhatDoesNotFit(t *testing.T) {
	_, weights := toKeras(t, built(t, network, ""), func(name string) string { return name })
	for _, c := range []struct{ name, layers, more, path, want string }{
		{"another shape", `{"units":5},"batch_normalization",{"units":7},{"units":3,"activation":"softmax"}`, "", weights, `kernel of layer "dense_1" is 5 × 7, and that of "dense_1" in the file 5 × 3`},
		{"too few layers", network + `,{"units":3,"activation":"softmax"}`, "", weights, `layer "dense_2" finds none`},
		{"too few arrays", `{"units":5,"use_bias":false},"batch_normalization",{"units":3,"activation":"softmax"}`, "", weights, `layer "dense" has 1 array, and "dense" of the file has 2`},
		{"an ensemble", network, `,"ensemble":{"members":2}`, weights, "networks of an ensemble differ by what they start from"},
		{"no number", `{"units":3,"activation":"softmax"}`, "", tensors(t, []string{"0.weight", "0.bias"}, [][]int{{3, 6}, {3}}, [][]float32{make([]float32, 18), {1, float32(math.NaN()), 0}}), `bias of layer "0" in the file has a weight that is not a finite number`},
		{"no file of weights", network, "", put(t, "x.csv", []byte(rows)), "this holds no weights that are known"},
		{"a zip of another kind", network, "", put(t, "x.keras", []byte("PK\x03\x04 and so on")), "a damaged .keras file"},
		{"no file", network, "", "none.h5", "no such file or directory"},
	} {
		m := built(t, c.layers, c.more)
		before := slices.Clone(m.Work.Params)
		if _, err := assign(t, m, c.path, false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if !slices.Equal(m.Work.Params, before) {
			t.Errorf("%s: refused, and weights have changed", c.name)
		}
	}
	m := built(t, `{"units":5},"batch_normalization",{"units":7},{"units":3,"activation":"softmax"}`, "")
	before := slices.Clone(layersOf(m)[2].vars[0].data)
	note, err := assign(t, m, weights, true)
	if err != nil || !strings.Contains(note, "2 layers took the weights") || !strings.Contains(note, `layer "dense_2" finds none`) {
		t.Errorf("in part: %q, %v", note, err)
	}
	if !slices.Equal(layersOf(m)[2].vars[0].data, before) {
		t.Error("a layer that does not fit has changed")
	}
}
