package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// space is how many elements an array has along each axis.
type space struct {
	shape []int
	count uint64
}

func readSpace(b []byte) (space, error) {
	if len(b) < 4 || b[0] != 1 && b[0] != 2 {
		return space{}, errShort
	}
	rank, at := int(b[1]), 4
	if b[0] == 1 {
		at = 8
	}
	if rank > maxRank {
		return space{}, fmt.Errorf("an array of %d axes is not known here", rank)
	}
	if len(b) < at+8*rank {
		return space{}, errShort
	}
	s := space{count: 1}
	if b[0] == 2 && b[3] == 2 {
		s.count = 0
	}
	for i := range rank {
		d := binary.LittleEndian.Uint64(b[at+8*i:])
		hi, lo := bits.Mul64(s.count, d)
		if hi != 0 || max(lo, d) > math.MaxInt>>3 {
			return space{}, fmt.Errorf("damaged: an axis of %d elements", d)
		}
		s.shape, s.count = append(s.shape, int(d)), lo
	}
	return s, nil
}

// datatype is what the elements of an array are.
type datatype struct {
	class  byte
	size   uint64 // in bytes
	signed bool
	other  string // what it is, where its elements are not read
}

// floats are the properties of the types that are read: where sign, exponent and mantissa lie.
var floats = map[uint64]string{
	4: "\x00\x00\x20\x00\x17\x08\x00\x17\x7f\x00\x00\x00",
	8: "\x00\x00\x40\x00\x34\x0b\x00\x34\xff\x03\x00\x00",
}

// classes are the names of what is not read.
var classes = map[byte]string{2: "times", 3: "texts", 4: "bit fields", 5: "opaque bytes", 6: "records", 7: "references", 8: "an enumeration", 9: "lists", 10: "arrays"}

func readType(b []byte) (datatype, error) {
	if len(b) < 8 {
		return datatype{}, errShort
	}
	t := datatype{class: b[0] & 15, size: uint64(binary.LittleEndian.Uint32(b[4:])), signed: b[1]&8 != 0}
	switch {
	case t.class == classVariable && b[1]&15 != 1:
		t.class, t.other = 10, "lists"
	case t.class > classFloat:
		t.other = classes[t.class]
	case b[1]&1 != 0:
		t.other = "numbers whose highest byte comes first"
	case t.class == classWhole && t.size != 1 && t.size != 2 && t.size != 4 && t.size != 8:
		t.other = fmt.Sprintf("whole numbers of %d bytes", t.size)
	case t.class == classFloat && (len(b) < 20 || floats[t.size] != string(b[8:20])):
		t.other = fmt.Sprintf("floating-point numbers of %d bytes that are neither float32 nor float64", t.size)
	}
	if t.size == 0 {
		return t, errShort
	}
	return t, nil
}

// array reads the array that a header describes.
func (r *reader) array(h *header) (*Data, error) {
	if h.layout == nil || h.kind == nil || h.space == nil {
		return nil, errShort
	}
	space, err := readSpace(h.space)
	if err != nil {
		return nil, err
	}
	kind, err := readType(h.kind)
	if err != nil {
		return nil, err
	}
	d := &Data{Shape: space.shape, Other: kind.other}
	if d.Other == "" && h.external {
		d.Other = "numbers that stand in another file"
	}
	if d.Other != "" {
		return d, nil
	}
	hi, size := bits.Mul64(space.count, kind.size)
	if hi != 0 || size > math.MaxInt64 {
		return nil, errOutside
	}
	raw, err := r.bytes(h, space, kind.size, size)
	if err != nil {
		return nil, err
	}
	if err := r.room(max(space.count*8, size)); err != nil {
		return nil, err
	}
	d.decode(raw, kind)
	return d, nil
}

func (d *Data) decode(raw []byte, kind datatype) {
	n := len(raw) / int(kind.size)
	switch {
	case kind.class == classFloat && kind.size == 4:
		d.F32 = make([]float32, n)
		for i := range d.F32 {
			d.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	case kind.class == classFloat:
		d.F64 = make([]float64, n)
		for i := range d.F64 {
			d.F64[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
		}
	default:
		d.I64 = make([]int64, n)
		size := int(kind.size)
		for i := range d.I64 {
			v := uint64(0)
			for k, b := range raw[i*size : (i+1)*size] {
				v |= uint64(b) << (8 * k)
			}
			if shift := 64 - 8*size; kind.signed {
				d.I64[i] = int64(v<<shift) >> shift
			} else {
				d.I64[i] = int64(v)
			}
		}
	}
}

// bytes returns the bytes of an array, wherever they are.
func (r *reader) bytes(h *header, s space, element, size uint64) ([]byte, error) {
	l := h.layout
	if len(l) < 2 {
		return nil, errShort
	}
	if l[0] != 3 && l[0] != 4 {
		return nil, fmt.Errorf("an array laid out as in version %d is not known here: write the file with h5py's usual settings", l[0])
	}
	switch l[1] {
	case 0: // in the header
		if len(l) < 4 || uint64(binary.LittleEndian.Uint16(l[2:])) < size || uint64(len(l)-4) < size {
			return nil, errShort
		}
		return l[4 : 4+size], nil
	case 1: // in one piece
		if len(l) < 18 {
			return nil, errShort
		}
		address, n := binary.LittleEndian.Uint64(l[2:]), binary.LittleEndian.Uint64(l[10:])
		if size == 0 || address == undefined { // never written: zeros
			if err := r.room(size); err != nil {
				return nil, err
			}
			return make([]byte, size), nil
		}
		if n < size {
			return nil, fmt.Errorf("damaged: an array of %d bytes has %d", size, n)
		}
		return r.at(address, size)
	case 2:
		if l[0] == 4 {
			return nil, fmt.Errorf("chunks as newer libraries lay them out are not known here: write the file with h5py's usual settings, without libver")
		}
		return r.chunks(h, s, element, size)
	}
	return nil, fmt.Errorf("an array of layout class %d is not known here", l[1])
}
