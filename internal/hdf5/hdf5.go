// Package hdf5 reads and writes the part of HDF5 that files of weights are made of: groups
// within groups, arrays of numbers, and texts as attributes. A file flows in as bytes and
// out comes a tree of Objects, or the other way round. What is read: superblocks 0 to 3,
// groups as symbol tables and as links, arrays in one piece, within the header, or in
// chunks that are packed with gzip and shuffle. What is written: superblock 2, links, arrays
// in one piece; h5py reads it as its own.
//
// A reader believes nothing. No byte is looked at outside the file; all that is looked at
// is at most 16 times the file's length and a mebibyte, and all that is unpacked 32 times
// its length and 64 MiB, so a hostile file costs no more time or memory than a long one.
package hdf5

import "math"

// An Object is a group, or an array where Data is not nil.
type Object struct {
	Name       string
	Attributes []Attribute // in the order of the file
	Members    []*Object   // of a group, by name
	Data       *Data
}

// An Attribute is texts: one, or a list. Attributes of other types are not read.
type Attribute struct {
	Name  string
	Texts []string
	List  bool
}

// Data is an array, row-major. At most one of the slices is not nil; none is where the
// array holds something else, and Other says what. No Shape is a single number.
type Data struct {
	Shape []int
	F32   []float32
	F64   []float64
	I64   []int64
	Other string
}

// At returns what is found along a path of names, nil if there is nothing.
func (o *Object) At(path ...string) *Object {
	for _, name := range path {
		if o == nil {
			return nil
		}
		var next *Object
		for _, m := range o.Members {
			if m.Name == name {
				next = m
			}
		}
		o = next
	}
	return o
}

// Attribute returns the texts of an attribute, nil if there is none of the name.
func (o *Object) Attribute(name string) []string {
	for _, a := range o.Attributes {
		if a.Name == name {
			return a.Texts
		}
	}
	return nil
}

// Numbers returns the array as float32, nil if it holds no numbers.
func (d *Data) Numbers() []float32 {
	switch {
	case d.F32 != nil:
		return d.F32
	case d.F64 != nil:
		return narrowed(d.F64)
	case d.I64 != nil:
		return narrowed(d.I64)
	}
	return nil
}

func narrowed[T float64 | int64](v []T) []float32 {
	all := make([]float32, len(v))
	for i, x := range v {
		all[i] = float32(x)
	}
	return all
}

const (
	signature = "\x89HDF\r\n\x1a\n"
	undefined = math.MaxUint64 // an address of nothing
)

// Types of header messages.
const (
	msgSpace     = 0x01
	msgLinkInfo  = 0x02
	msgType      = 0x03
	msgFill      = 0x05
	msgLink      = 0x06
	msgExternal  = 0x07
	msgLayout    = 0x08
	msgGroupInfo = 0x0a
	msgFilters   = 0x0b
	msgAttribute = 0x0c
	msgContinued = 0x10
	msgTable     = 0x11
	msgAttrInfo  = 0x15
)

// Classes of types.
const (
	classWhole    = 0
	classFloat    = 1
	classText     = 3
	classVariable = 9
)
