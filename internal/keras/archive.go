package keras

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"mlp/internal/hdf5"
)

// IsArchive reports whether bytes are a .keras file, or a zip of another kind.
func IsArchive(b []byte) bool { return bytes.HasPrefix(b, []byte("PK\x03\x04")) }

// Config returns config.json of a .keras file.
func Config(b []byte) ([]byte, error) { return member(b, configFile) }

// member unpacks one file of an archive. Keras does not compress, so what is much longer
// than the archive is no such file.
func member(b []byte, name string) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("a damaged .keras file: %w", err)
	}
	at := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	if at < 0 {
		return nil, fmt.Errorf("a zip file without %s is no .keras file", name)
	}
	limit := 64<<20 + 32*int64(len(b))
	f, err := z.File[at].Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("it is unpacked to more than %d bytes", limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// A Stored layer is one whose weights stand in a file, with the arrays in Keras's order.
type Stored struct {
	Name   string // that it had when it was saved
	Kind   string // its class: "dense"; empty where the file does not say
	Arrays []StoredArray
}

// A StoredArray is one array of a layer; Name is empty where the file does not say it.
type StoredArray struct {
	Array
	Name string
}

// Weights reads the layers that have weights from a .keras file, or one that save_weights
// wrote: model.weights.h5, or .h5 of Keras 2.
func Weights(b []byte) ([]Stored, error) {
	if IsArchive(b) {
		var err error
		if b, err = member(b, weightsFile); err != nil {
			return nil, err
		}
	}
	root, err := hdf5.Read(b)
	if err != nil {
		return nil, err
	}
	if of := root.At("model_weights"); of != nil {
		root = of
	}
	if root.Attribute("layer_names") != nil || root.Attribute("layer_names0") != nil {
		return legacy(root)
	}
	layers := root.At("layers")
	if layers == nil {
		layers = root.At("_layer_checkpoint_dependencies") // Keras of TensorFlow 2.13
	}
	if layers == nil {
		return nil, fmt.Errorf("the HDF5 file has no group of layers, so it is not one of Keras")
	}
	var all []Stored
	return all, collect(layers, &all)
}

// collect lists the layers of a group, those of a kind in the order in which they were
// saved, and those within them.
func collect(group *hdf5.Object, all *[]Stored) error {
	members := slices.Clone(group.Members)
	slices.SortStableFunc(members, func(a, b *hdf5.Object) int {
		kindA, placeA := placeOf(a.Name)
		kindB, placeB := placeOf(b.Name)
		if kindA != kindB {
			return strings.Compare(kindA, kindB)
		}
		return placeA - placeB
	})
	for _, m := range members {
		if vars := m.At("vars"); vars != nil {
			kind, _ := placeOf(m.Name)
			s := Stored{Kind: kind, Name: m.Name}
			if name := vars.Attribute("name"); len(name) == 1 {
				s.Name = name[0]
			}
			for i := range vars.Members {
				v := vars.At(fmt.Sprint(i))
				if v == nil {
					return fmt.Errorf("layer %.60q: variable %d is not there", s.Name, i)
				}
				if err := s.add("", v); err != nil {
					return err
				}
			}
			if len(s.Arrays) > 0 {
				*all = append(*all, s)
			}
		}
		if inner := m.At("layers"); inner != nil {
			if err := collect(inner, all); err != nil {
				return err
			}
		}
	}
	return nil
}

// placeOf splits "dense_12" into the class and the place among its layers.
func placeOf(name string) (kind string, place int) {
	i := strings.LastIndexByte(name, '_')
	if i < 0 || i+1 == len(name) || len(name)-i > 7 {
		return name, 0
	}
	for _, c := range name[i+1:] {
		if c < '0' || c > '9' {
			return name, 0
		}
		place = 10*place + int(c-'0')
	}
	return name[:i], place
}

// add takes an array in. Single numbers are counts, and no weights.
func (s *Stored) add(name string, o *hdf5.Object) error {
	if o.Data == nil {
		return fmt.Errorf("layer %.60q: %.60q is a group and no array", s.Name, o.Name)
	}
	if len(o.Data.Shape) == 0 {
		return nil
	}
	numbers := o.Data.Numbers()
	if numbers == nil {
		what := o.Data.Other
		if what == "" {
			what = "nothing"
		}
		return fmt.Errorf("layer %.60q: an array holds %s", s.Name, what)
	}
	s.Arrays = append(s.Arrays, StoredArray{Array{o.Data.Shape, numbers}, name})
	return nil
}

// legacy reads a file of Keras 2, which lists its layers, and of each its arrays.
func legacy(root *hdf5.Object) ([]Stored, error) {
	var all []Stored
	for _, name := range listed(root, "layer_names") {
		group := root.At(strings.Split(name, "/")...)
		if group == nil {
			return nil, fmt.Errorf("layer %.60q is not there", name)
		}
		s := Stored{Name: name}
		if kind, _ := placeOf(name); known[kind].class != "" {
			s.Kind = kind // the name that Keras gave it
		}
		for _, path := range listed(group, "weight_names") {
			v := group.At(strings.Split(path, "/")...)
			if v == nil {
				return nil, fmt.Errorf("layer %.60q: %.60q is not there", name, path)
			}
			if err := s.add(strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ":0"), v); err != nil {
				return nil, err
			}
		}
		if len(s.Arrays) > 0 {
			all = append(all, s)
		}
	}
	return all, nil
}

// listed returns the texts of an attribute, which stand in several where they are long.
func listed(o *hdf5.Object, name string) []string {
	if all := o.Attribute(name); all != nil {
		return all
	}
	var all []string
	for i := 0; ; i++ {
		part := o.Attribute(fmt.Sprint(name, i))
		if part == nil {
			return all
		}
		all = append(all, part...)
	}
}
