// Package safetensors reads and writes the container of model files and packed
// tables, a safetensors file with a checksum:
//
//	u64 N, little endian
//	N bytes of JSON: {"__metadata__": {name: text, …}, tensor: {"dtype", "shape", "data_offsets"}, …},
//	    padded with spaces so that the data are aligned
//	the tensors, row-major, little endian, one after the other without a gap
//
// The last tensor, integrity.sha256, is the SHA-256 of every byte before it; a
// plain safetensors reader sees it as one more tensor. A reader believes nothing:
// the header is scanned strictly, and sizes are proved before memory is made.
package safetensors

// A File is the content of a safetensors file but for its checksum.
type File struct {
	Metadata map[string]string
	Tensors  []Tensor
}

// A Tensor is a named array. Exactly one of the data fields is set; none is U8 of
// no bytes. Shape is the number of elements along each axis; an empty one is a
// scalar.
type Tensor struct {
	Name  string
	Shape []int
	F32   []float32
	F64   []float64
	I64   []int64
	I32   []int32
	U8    []byte

	Lines []int // written as I64, which is what it is read as
}

// ChecksumName is the tensor of the checksum, the last of every file.
const ChecksumName = "integrity.sha256"

// A Layout is how one family of files uses the container.
type Layout struct {
	Align      int // the data begin at a multiple of so many bytes of the file
	MaxHeader  int // bytes of the JSON header
	MaxTensors int

	// Listed files hold the data in the order in which the tensors are given, and
	// the header's members sorted by name. Others hold both in one order: 8-byte
	// types, then 4-byte ones, then bytes, each by name, so that every tensor is
	// aligned.
	Listed bool
}

// MaxName is how many bytes a tensor's name may have, which may hold that of a
// column.
const MaxName = 64 << 10

func (t Tensor) dtype() (name string, size int) {
	switch {
	case t.F64 != nil:
		return "F64", 8
	case t.I64 != nil, t.Lines != nil:
		return "I64", 8
	case t.F32 != nil:
		return "F32", 4
	case t.I32 != nil:
		return "I32", 4
	}
	return "U8", 1
}

// elements returns the product of the shape.
func (t Tensor) elements() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}
