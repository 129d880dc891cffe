package model

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"maps"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// This file writes safetensors archives, archive_read.go reads them:
//
//	u64 N, little endian
//	N bytes of JSON: {"__metadata__": {name: text, …}, tensor: {"dtype", "shape", "data_offsets"}, …},
//	    padded with spaces so that the data begins at a multiple of 64
//	the tensors, row-major, little endian, one after the other without a gap
//
// 8-byte types come first, then F32, then U8, each by name, so that every tensor
// is aligned. The last tensor, integrity.sha256, is the SHA-256 of every byte
// before it; a plain safetensors reader sees it as one more tensor.

// A Tensor is a named array in an archive. Exactly one of the data fields is
// set; Shape is the number of elements along each axis.
type Tensor struct {
	Name  string
	Shape []int
	F32   []float32
	F64   []float64
	I64   []int64
	U8    []byte
}

const integrityName = "integrity.sha256"

// An Archive is the content of a safetensors file but for its checksum.
type Archive struct {
	Metadata map[string]string
	Tensors  []Tensor
}

func (t Tensor) dtype() (name string, size int) {
	switch {
	case t.F64 != nil:
		return "F64", 8
	case t.I64 != nil:
		return "I64", 8
	case t.F32 != nil:
		return "F32", 4
	}
	return "U8", 1
}

// elements returns the product of the shape; an empty shape is a scalar.
func (t Tensor) elements() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// WriteTo writes the archive and its checksum. The bytes depend on the content
// alone.
func (a *Archive) WriteTo(w io.Writer) (int64, error) {
	tensors := slices.Clone(a.Tensors)
	sort.SliceStable(tensors, func(i, j int) bool {
		_, si := tensors[i].dtype()
		_, sj := tensors[j].dtype()
		if si != sj {
			return si > sj
		}
		return tensors[i].Name < tensors[j].Name
	})
	sum := &summer{w: w, h: sha256.New()}
	header := a.header(tensors)
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(header)))
	sum.write(length[:])
	sum.write(header)
	for _, t := range tensors {
		sum.tensor(t)
	}
	sum.write(sum.h.Sum(nil))
	return sum.n, sum.err
}

func (a *Archive) header(tensors []Tensor) []byte {
	var b strings.Builder
	b.WriteString(`{"__metadata__":{`)
	for i, k := range slices.Sorted(maps.Keys(a.Metadata)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quote(k))
		b.WriteByte(':')
		b.Write(quote(a.Metadata[k]))
	}
	b.WriteByte('}')
	at := 0
	entry := func(name, dtype string, shape []int, size int) {
		dims := make([]string, len(shape))
		for i, d := range shape {
			dims[i] = strconv.Itoa(d)
		}
		fmt.Fprintf(&b, `,%s:{"dtype":"%s","shape":[%s],"data_offsets":[%d,%d]}`, quote(name), dtype, strings.Join(dims, ","), at, at+size)
		at += size
	}
	for _, t := range tensors {
		dtype, size := t.dtype()
		entry(t.Name, dtype, t.Shape, size*t.elements())
	}
	entry(integrityName, "U8", []int{sha256.Size}, sha256.Size)
	b.WriteByte('}')
	for (8+b.Len())%64 != 0 {
		b.WriteByte(' ')
	}
	return []byte(b.String())
}

// A summer writes and hashes; after an error it does nothing.
type summer struct {
	w   io.Writer
	h   hash.Hash
	n   int64
	err error
	buf [4096]byte
}

func (s *summer) write(p []byte) {
	if s.err != nil {
		return
	}
	n, err := s.w.Write(p)
	s.n += int64(n)
	s.err = err
	s.h.Write(p)
}

func (s *summer) tensor(t Tensor) {
	switch {
	case t.F64 != nil:
		encode(s, t.F64, 8, func(b []byte, v float64) { binary.LittleEndian.PutUint64(b, math.Float64bits(v)) })
	case t.I64 != nil:
		encode(s, t.I64, 8, func(b []byte, v int64) { binary.LittleEndian.PutUint64(b, uint64(v)) })
	case t.F32 != nil:
		encode(s, t.F32, 4, func(b []byte, v float32) { binary.LittleEndian.PutUint32(b, math.Float32bits(v)) })
	default:
		s.write(t.U8)
	}
}

func encode[T any](s *summer, data []T, size int, put func([]byte, T)) {
	for len(data) > 0 {
		n := min(len(data), len(s.buf)/size)
		for i, v := range data[:n] {
			put(s.buf[i*size:], v)
		}
		s.write(s.buf[:n*size])
		data = data[n:]
	}
}
