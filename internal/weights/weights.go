// Package weights lets a network start from the weights of another: a file flows in, of
// Keras, of PyTorch or of mlp, and its arrays go to the layers of a model, by their names
// or by their places. Every shape is checked before anything is changed.
package weights

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/keras"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/nn"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
)

// A File is the layers with weights of a file, in its order.
type File struct {
	Path   string
	Layers []keras.Stored
	rows   bool // matrices have a row for each output, as PyTorch's: the other way round
}

// foreign is a file of safetensors of any program.
var foreign = safetensors.Layout{MaxHeader: 64 << 20, MaxTensors: 1 << 18, Listed: true}

// Read reads a file of weights, whatever its kind: what it is its first bytes say.
func Read(path string) (*File, error) {
	f := &File{Path: path}
	if modelfile.Is(path) {
		m, err := model.Read(path, 1)
		if err != nil {
			return nil, err
		}
		defer m.Close()
		return f, f.take(m)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, problem.InOption("weights", "", "%s: %v", path, problem.Reason(err))
	}
	switch {
	case keras.IsArchive(b) || bytes.HasPrefix(b, []byte("\x89HDF")):
		f.Layers, err = keras.Weights(b)
	default:
		err = f.readTensors(b)
	}
	if errors.Is(err, safetensors.ErrOther) {
		return nil, problem.InOption("weights", "name a .keras, .weights.h5, .h5 or .safetensors file, or a model", "%s: this holds no weights that are known", path)
	}
	if err != nil {
		return nil, problem.InOption("weights", "", "%s: %v", path, err)
	}
	return f, nil
}

// take takes the layers of a model.
func (f *File) take(m *model.Model) error {
	if m.Members != nil || m.Net.Members > 1 {
		return problem.InOption("weights", "", "%s is an ensemble, and holds the weights of several networks", f.Path)
	}
	for _, l := range layersOf(m) {
		s := keras.Stored{Name: l.name, Kind: l.kind}
		for _, v := range l.vars {
			s.Arrays = append(s.Arrays, keras.StoredArray{Array: keras.Array{Shape: v.shape, Data: v.data}, Name: v.name})
		}
		f.Layers = append(f.Layers, s)
	}
	return nil
}

// torchNames are what PyTorch calls the arrays of its layers.
var torchNames = map[string][]string{
	"weight": {"kernel", "gamma", "alpha", "scale", "embeddings"}, "bias": {"bias", "beta"}, "running_mean": {"moving_mean"}, "running_var": {"moving_variance"},
}

// readTensors reads a file of safetensors: "0.weight" as PyTorch names them, or
// "dense/kernel" as Keras does.
func (f *File) readTensors(b []byte) error {
	file, err := foreign.ReadForeign(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	for _, t := range file.Tensors {
		at := max(strings.LastIndexByte(t.Name, '.'), strings.LastIndexByte(t.Name, '/'))
		if at < 0 || len(t.Shape) == 0 {
			continue // a count, or none of a layer
		}
		layer, name := t.Name[:at], t.Name[at+1:]
		array := keras.StoredArray{Array: keras.Array{Shape: t.Shape, Data: t.F32}, Name: name}
		if t.F64 != nil {
			array.Data = make([]float32, len(t.F64))
			for i, v := range t.F64 {
				array.Data[i] = float32(v)
			}
		} else if t.F32 == nil {
			continue
		}
		f.rows = f.rows || t.Name[at] == '.'
		k := slices.IndexFunc(f.Layers, func(l keras.Stored) bool { return l.Name == layer })
		if k < 0 {
			k, f.Layers = len(f.Layers), append(f.Layers, keras.Stored{Name: layer})
		}
		f.Layers[k].Arrays = append(f.Layers[k].Arrays, array)
	}
	if len(f.Layers) == 0 {
		return errors.New("no tensor of it is named after a layer, as 0.weight or dense/kernel")
	}
	slices.SortStableFunc(f.Layers, func(a, b keras.Stored) int { return natural(a.Name, b.Name) })
	return nil
}

// natural compares names by the numbers in them: "net.2" comes before "net.10".
func natural(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		p, errP := strconv.Atoi(x[i])
		q, errQ := strconv.Atoi(y[i])
		c := strings.Compare(x[i], y[i])
		if errP == nil && errQ == nil {
			c = cmp.Compare(p, q)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x), len(y))
}

// A layer is one of the model's that has weights.
type layer struct {
	name, kind string
	vars       []variable
}

type variable struct {
	name  string // "kernel"
	shape []int
	data  []float32 // the model's own
}

// layersOf lists the layers of a model that have weights, those within blocks too.
func layersOf(m *model.Model) []layer {
	var all []layer
	kinds := m.Net.Kinds()
	for k, p := range m.Net.Params {
		name, of, _ := strings.Cut(p.Name, "/")
		if len(all) == 0 || all[len(all)-1].name != name {
			all = append(all, layer{name: name, kind: kinds[name]})
		}
		last := &all[len(all)-1]
		last.vars = append(last.vars, variable{of, p.Shape(), m.Work.Param(nn.ParamID(k)).Data})
	}
	return all
}

// counted says how many there are of something.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
