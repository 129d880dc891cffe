package hdf5

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// superblockSize is the length of the first block, which is written last.
const superblockSize = 48

// writer lays a file out from its beginning; what a part names by its address stands
// before it.
type writer struct {
	b     []byte
	heap  uint64 // address of the texts
	texts int    // how many of them have been named
}

// Encode returns the file of a tree. The same tree gives the same bytes. Whole numbers are
// written with 32 bits where all of an array fit.
func Encode(root *Object) []byte {
	w := &writer{b: make([]byte, superblockSize)}
	w.writeHeap(texts(root, nil))
	at := w.object(root)
	s := append([]byte(signature), 2, 8, 8, 0)
	s = u64(s, 0, undefined, uint64(len(w.b)), at)
	copy(w.b, binary.LittleEndian.AppendUint32(s, checksum(s)))
	return w.b
}

func u16(b []byte, v int) []byte { return binary.LittleEndian.AppendUint16(b, uint16(v)) }
func u32(b []byte, v int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(v)) }

func u64(b []byte, all ...uint64) []byte {
	for _, v := range all {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

// padded fills up to a multiple of 8 bytes.
func padded(b []byte) []byte { return append(b, make([]byte, -len(b)&7)...) }

// texts lists those of all attributes, in the order in which objects are written.
func texts(o *Object, all []string) []string {
	for _, m := range members(o) {
		all = texts(m, all)
	}
	for _, a := range o.Attributes {
		all = append(all, a.Texts...)
	}
	return all
}

func members(o *Object) []*Object {
	return slices.SortedFunc(slices.Values(o.Members), func(a, b *Object) int { return cmp.Compare(a.Name, b.Name) })
}

// writeHeap writes the texts, counted from 1. What is left of the least size of a heap is
// one free piece.
func (w *writer) writeHeap(texts []string) {
	if len(texts) == 0 {
		return
	}
	var b []byte
	for i, t := range texts {
		b = u64(u32(u16(u16(b, i+1), 0), 0), uint64(len(t)))
		b = padded(append(b, t...))
	}
	size := max(4096, 16+len(b)+16)
	b = u64(append(b, make([]byte, 8)...), uint64(size-16-len(b)))
	w.heap = uint64(len(w.b))
	w.b = u64(append(w.b, "GCOL\x01\x00\x00\x00"...), uint64(size))
	w.b = append(append(w.b, b...), make([]byte, size-16-len(b))...)
}

// object writes an object behind all that is in it, and returns its address.
func (w *writer) object(o *Object) uint64 {
	var m []byte
	if o.Data != nil {
		m = w.array(o.Data)
	} else {
		m = messageOf(m, msgLinkInfo, u64([]byte{0, 0}, undefined, undefined))
		m = messageOf(m, msgGroupInfo, []byte{0, 0})
		for _, one := range members(o) {
			at := w.object(one)
			l := u16([]byte{1, 0x11, 1}, len(one.Name)) // a length of two bytes, a name in UTF-8
			m = messageOf(m, msgLink, u64(append(l, one.Name...), at))
		}
	}
	for _, a := range o.Attributes {
		m = messageOf(m, msgAttribute, w.attribute(a))
	}
	w.b = padded(w.b)
	at := uint64(len(w.b))
	h := u32(append([]byte("OHDR"), 2, 2), len(m)) // a length of four bytes
	h = append(h, m...)
	w.b = binary.LittleEndian.AppendUint32(append(w.b, h...), checksum(h))
	return at
}

func messageOf(b []byte, kind byte, body []byte) []byte {
	return append(append(u16(append(b, kind), len(body)), 0), body...)
}

func spaceOf(shape []int) []byte {
	b := []byte{2, byte(len(shape)), 0, 1}
	if len(shape) == 0 {
		b[3] = 0
	}
	for _, d := range shape {
		b = u64(b, uint64(d))
	}
	return b
}

// array writes numbers and returns the messages of their header.
func (w *writer) array(d *Data) []byte {
	w.b = padded(w.b)
	at := uint64(len(w.b))
	var kind []byte
	switch {
	case d.F32 != nil:
		kind = append([]byte{0x11, 0x20, 31, 0, 4, 0, 0, 0}, floats[4]...)
		for _, v := range d.F32 {
			w.b = binary.LittleEndian.AppendUint32(w.b, math.Float32bits(v))
		}
	case d.F64 != nil:
		kind = append([]byte{0x11, 0x20, 63, 0, 8, 0, 0, 0}, floats[8]...)
		for _, v := range d.F64 {
			w.b = u64(w.b, math.Float64bits(v))
		}
	default:
		size := 4
		if slices.ContainsFunc(d.I64, func(v int64) bool { return v != int64(int32(v)) }) {
			size = 8
		}
		kind = []byte{0x10, 0x08, 0, 0, byte(size), 0, 0, 0, 0, 0, byte(8 * size), 0}
		for _, v := range d.I64 {
			w.b = append(w.b, u64(nil, uint64(v))[:size]...)
		}
	}
	size := uint64(len(w.b)) - at
	if size == 0 {
		at = undefined
	}
	m := messageOf(nil, msgSpace, spaceOf(d.Shape))
	m = messageOf(m, msgType, kind)
	m = messageOf(m, msgFill, []byte{3, 0x0a}) // room is made late, no fill value
	return messageOf(m, msgLayout, u64([]byte{3, 1}, at, size))
}

// attribute writes texts of any length: how long each is, and where it stands.
func (w *writer) attribute(a Attribute) []byte {
	kind := append([]byte{0x19, 1, 1, 0, 16, 0, 0, 0}, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0) // lists of bytes that are UTF-8
	var shape []int
	if a.List {
		shape = []int{len(a.Texts)}
	}
	space := spaceOf(shape)
	b := append(u16(u16(u16([]byte{3, 0}, len(a.Name)+1), len(kind)), len(space)), 1)
	b = append(append(append(append(b, a.Name...), 0), kind...), space...)
	for _, t := range a.Texts {
		w.texts++
		b = u32(u64(u32(b, len(t)), w.heap), w.texts)
	}
	return b
}
