package weights

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mlp/internal/keras"
	"mlp/internal/model"
	"mlp/internal/problem"
)

// pair is a layer of the model, and the one of the file whose weights it takes.
type pair struct {
	to   layer
	from keras.Stored
}

// Assign gives the layers of a model the weights of the file and says what was done. Each
// layer must find its own, unless it is partial: then those that find none, or one of
// another shape, keep the weights that they were drawn.
func (f *File) Assign(m *model.Model, partial bool) (note string, err error) {
	if m.Config.Ensemble != nil || m.Net.Members > 1 {
		return "", problem.InOption("weights", "drop the section ensemble, or the file", "the networks of an ensemble differ by what they start from; the weights of one file would make them one")
	}
	layers := layersOf(m)
	pairs, by, lonely := f.match(layers)
	var problems []string
	for _, l := range lonely {
		problems = append(problems, fmt.Sprintf("layer %q finds none", l.name))
	}
	var ready []func()
	taken := 0
	for _, p := range pairs {
		copies, wrong := f.fit(p)
		if wrong != "" {
			problems = append(problems, wrong)
			continue
		}
		taken++
		ready = append(ready, copies...)
	}
	if len(problems) > 0 && (!partial || taken == 0) {
		const most = 8
		text := strings.Join(problems[:min(len(problems), most)], "; ")
		if len(problems) > most {
			text += fmt.Sprintf("; and %d more", len(problems)-most)
		}
		p := problem.InOption("weights", "", "%s: of its %s not all fit: %s", f.Path, counted(len(f.Layers), "layer"), text)
		if taken > 0 {
			p.Remedy.Kind = problem.TakePart
		}
		return "", p
	}
	for _, do := range ready {
		do()
	}
	note = fmt.Sprintf("%s: %s took the weights of layers of the same %s", f.Path, counted(taken, "layer"), by)
	if len(problems) > 0 {
		note += "; not taken: " + strings.Join(problems, "; ")
	}
	if unused := len(f.Layers) - len(pairs); unused > 0 {
		note += fmt.Sprintf("; %s of the file not used", counted(unused, "layer"))
	}
	return note, nil
}

// match finds for each layer of the model one of the file: by name where the names of one
// are all among those of the other, else by place among those of the same kind, or, where
// the file does not know kinds, among all.
func (f *File) match(layers []layer) (pairs []pair, by string, lonely []layer) {
	find := func(name string) int {
		return slices.IndexFunc(f.Layers, func(s keras.Stored) bool { return s.Name == name })
	}
	named, kinds := 0, true
	for _, l := range layers {
		if find(l.name) >= 0 {
			named++
		}
	}
	for _, s := range f.Layers {
		kinds = kinds && s.Kind != ""
	}
	if named > 0 && (named == len(layers) || named == len(f.Layers)) {
		for _, l := range layers {
			if k := find(l.name); k >= 0 {
				pairs = append(pairs, pair{l, f.Layers[k]})
			} else {
				lonely = append(lonely, l)
			}
		}
		return pairs, "name", lonely
	}
	next := map[string]int{}
	for _, l := range layers {
		kind, seen := "", 0
		if kinds {
			kind = l.kind
		}
		at := slices.IndexFunc(f.Layers, func(s keras.Stored) bool {
			if kinds && s.Kind != kind {
				return false
			}
			seen++
			return seen > next[kind]
		})
		if at < 0 {
			lonely = append(lonely, l)
			continue
		}
		next[kind]++
		pairs = append(pairs, pair{l, f.Layers[at]})
	}
	return pairs, "place", lonely
}

// fit checks that the arrays of a layer are those of its counterpart, and returns what is
// to be copied; wrong says why not.
func (f *File) fit(p pair) (copies []func(), wrong string) {
	arrays := p.from.Arrays
	if len(arrays) != len(p.to.vars) {
		return nil, fmt.Sprintf("layer %q has %s, and %q of the file has %d", p.to.name, counted(len(p.to.vars), "array"), p.from.Name, len(arrays))
	}
	for i, v := range p.to.vars {
		a := arrays[i]
		if at := slices.IndexFunc(arrays, func(a keras.StoredArray) bool { return a.Name == v.name || slices.Contains(torchNames[a.Name], v.name) }); at >= 0 {
			a = arrays[at]
		}
		turned := f.rows && len(a.Shape) == 2 && v.name == "kernel"
		shape := slices.Clone(a.Shape)
		if turned {
			slices.Reverse(shape)
		}
		if !slices.Equal(shape, v.shape) {
			return nil, fmt.Sprintf("%s of layer %q is %s, and that of %q in the file %s", v.name, p.to.name, size(v.shape), p.from.Name, size(shape))
		}
		if slices.ContainsFunc(a.Data, func(x float32) bool { return x != x || math.IsInf(float64(x), 0) }) {
			return nil, fmt.Sprintf("%s of layer %q in the file has a weight that is not a finite number", v.name, p.from.Name)
		}
		copies = append(copies, func() {
			if !turned {
				copy(v.data, a.Data)
				return
			}
			in, out := v.shape[0], v.shape[1]
			for i := range in {
				for j := range out {
					v.data[i*out+j] = a.Data[j*in+i]
				}
			}
		})
	}
	return copies, ""
}

// size writes a shape: 8 × 4.
func size(shape []int) string {
	var all []string
	for _, d := range shape {
		all = append(all, fmt.Sprint(d))
	}
	return strings.Join(all, " × ")
}
