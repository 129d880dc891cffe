package keras

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"mlp/internal/hdf5"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A Network is one that is to be written as Keras writes it: layers one after the other.
type Network struct {
	Name    string
	Inputs  int
	Layers  []Layer
	Compile *spec.Node     // the section of a resolved spec; nil: it is not compiled
	State   *State         // of the optimizer; nil: it begins anew
	Rate    float64        // the learning rate of now
	About   map[string]any // for people, in metadata.json
}

// A Layer is one of a network.
type Layer struct {
	Name string
	Spec *spec.Node // as a resolved spec has it
	Vars []Array    // weights in Keras's order, then statistics
}

// An Array is numbers in a shape, row-major.
type Array struct {
	Shape []int
	Data  []float32
}

// A State is what an optimizer remembers.
type State struct {
	Iterations int64
	Slots      []Slot // in Keras's order
}

// A Slot is one number for each number that is trained, weight by weight.
type Slot struct {
	Name string
	Vars []Array
}

// writing is a network on its way out.
type writing struct {
	*Network
	Notes     []string
	problems  problem.Problems
	scheduled bool // the learning rate follows a schedule
	constant  bool // … which was replaced by the rate of now
	optimizer string
}

// Version is the version of Keras whose files are written.
const Version = "3.15.1"

// Write returns the network as a .keras file and as a file of weights, and notes on what
// of its training Keras has not. What has no counterpart in Keras is refused by its layer.
func (n *Network) Write() (archive, weights []byte, notes []string, err error) {
	w := &writing{Network: n}
	config := w.model()
	if err := w.problems.Err(); err != nil {
		return nil, nil, nil, err
	}
	weights = hdf5.Encode(w.weights())
	about := object{"keras_version": Version, "date_saved": "1980-01-01@00:00:00"}
	for k, v := range n.About {
		about[k] = v
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, file := range []struct {
		name string
		data any
	}{{"metadata.json", about}, {"config.json", config}, {weightsFile, weights}} {
		data, ok := file.data.([]byte)
		if !ok {
			if data, err = json.Marshal(file.data); err != nil {
				return nil, nil, nil, err
			}
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Store})
		if err != nil {
			return nil, nil, nil, err
		}
		if _, err := f.Write(data); err != nil {
			return nil, nil, nil, err
		}
	}
	err = z.Close()
	return b.Bytes(), weights, w.Notes, err
}

// Names of the files within a .keras file.
const (
	configFile  = "config.json"
	weightsFile = "model.weights.h5"
)

// model writes config.json.
func (w *writing) model() object {
	width := []any{nil, w.Inputs}
	input := serialized("keras.layers", "InputLayer", object{"batch_shape": width, "dtype": "float32", "sparse": false, "ragged": false, "optional": false, "name": "inputs"})
	layers := []any{input}
	for _, l := range w.Layers {
		class, config := w.config(l)
		o := serialized("keras.layers", class, config)
		if class == "Normalization" && len(l.Vars) > 0 { // the only one whose load does without a call
			o["build_config"] = object{"input_shape": []any{nil, l.Vars[0].Shape[0]}}
		}
		layers = append(layers, o)
	}
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune("/.: ", r) {
			return '_'
		}
		return r
	}, w.Name)
	if name == "" {
		name = "sequential"
	}
	o := serialized("keras", sequential, object{"name": name, "trainable": true, "dtype": "float32", "layers": layers, "build_input_shape": width})
	o["build_config"] = object{"input_shape": width}
	if compiled := w.compiled(); compiled != nil {
		o["compile_config"] = compiled
		w.optimizer = typeOf(w.Compile.Get("optimizer"))
	}
	return o
}

// weights writes model.weights.h5: a group a layer, named after its class.
func (w *writing) weights() *hdf5.Object {
	count := map[string]int{}
	layers := &hdf5.Object{Name: "layers"}
	for _, l := range w.Layers {
		kind := typeOf(l.Spec)
		name := kind
		if k := count[kind]; k > 0 {
			name = fmt.Sprintf("%s_%d", kind, k)
		}
		count[kind]++
		vars := asVars(l.Name, l.Vars)
		if kind == "normalization" && len(l.Vars) > 0 {
			vars.Members = append(vars.Members, &hdf5.Object{Name: "2", Data: &hdf5.Data{I64: []int64{0}}}) // the count
		}
		layers.Members = append(layers.Members, &hdf5.Object{Name: name, Members: []*hdf5.Object{vars}})
	}
	root := &hdf5.Object{Members: []*hdf5.Object{layers, asVars("sequential", nil)}}
	if state := w.state(); state != nil {
		root.Members = append(root.Members, &hdf5.Object{Name: "optimizer", Members: []*hdf5.Object{state}})
	}
	return root
}

func asVars(name string, vars []Array) *hdf5.Object {
	o := &hdf5.Object{Name: "vars", Attributes: []hdf5.Attribute{{Name: "name", Texts: []string{name}}}}
	for i, v := range vars {
		o.Members = append(o.Members, &hdf5.Object{Name: fmt.Sprint(i), Data: &hdf5.Data{Shape: v.Shape, F32: v.Data}})
	}
	return o
}

// state writes what the optimizer remembers: how many batches there were, the learning rate
// where it is a number, and the slots.
func (w *writing) state() *hdf5.Object {
	if w.optimizer == "" || w.State == nil {
		return nil
	}
	inTurn := optimizers[w.optimizer].inTurn
	if inTurn == begins {
		w.note("what the optimizer %s remembers is laid out in another way in Keras: it begins anew", w.optimizer)
		return nil
	}
	o := asVars(w.optimizer, nil)
	add := func(d *hdf5.Data) {
		o.Members = append(o.Members, &hdf5.Object{Name: fmt.Sprint(len(o.Members)), Data: d})
	}
	add(&hdf5.Data{I64: []int64{w.State.Iterations}})
	if !w.scheduled {
		add(&hdf5.Data{F32: []float32{float32(w.Rate)}})
	}
	turns := strings.Fields(inTurn)
	for i := 0; i < len(w.State.Slots); {
		group := w.State.Slots[i : i+1]
		if len(turns) > 0 && group[0].Name == turns[0] {
			group = w.State.Slots[i : i+len(turns)]
		}
		for k := range group[0].Vars {
			for _, s := range group {
				add(&hdf5.Data{Shape: s.Vars[k].Shape, F32: s.Vars[k].Data})
			}
		}
		i += len(group)
	}
	return o
}
