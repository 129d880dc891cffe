package safetensors

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/spec"
)

// Write writes f and its checksum. The bytes depend on the content alone.
func (l Layout) Write(w io.Writer, f *File) (int64, error) {
	data := slices.Clone(f.Tensors) // in the order of their bytes
	if !l.Listed {
		slices.SortStableFunc(data, func(a, b Tensor) int {
			_, wide := a.dtype()
			_, other := b.dtype()
			return cmp.Or(cmp.Compare(other, wide), strings.Compare(a.Name, b.Name))
		})
	}
	sum := &summer{w: w, h: sha256.New()}
	header := l.header(f.Metadata, data)
	sum.write(binary.LittleEndian.AppendUint64(nil, uint64(len(header))))
	sum.write(header)
	for _, t := range data {
		sum.tensor(t)
	}
	sum.write(sum.h.Sum(nil))
	return sum.n, sum.err
}

// header returns the JSON of the header, padded to the layout's alignment.
func (l Layout) header(metadata map[string]string, data []Tensor) []byte {
	type member struct{ name, text string }
	members := make([]member, 0, len(data)+1)
	at := 0
	for _, t := range append(slices.Clip(data), Tensor{Name: ChecksumName, Shape: []int{sha256.Size}}) {
		dtype, size := t.dtype()
		dims := make([]string, len(t.Shape))
		for i, d := range t.Shape {
			dims[i] = strconv.Itoa(d)
		}
		end := at + size*t.elements()
		format := `{"dtype":"%[1]s","shape":[%[2]s],"data_offsets":[%[3]d,%[4]d]}`
		if l.Listed {
			format = `{"data_offsets":[%[3]d,%[4]d],"dtype":"%[1]s","shape":[%[2]s]}`
		}
		members = append(members, member{t.Name, fmt.Sprintf(format, dtype, strings.Join(dims, ","), at, end)})
		at = end
	}
	if l.Listed {
		slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	}
	var b strings.Builder
	b.WriteString(`{"__metadata__":{`)
	for i, k := range slices.Sorted(maps.Keys(metadata)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(spec.QuoteJSON(k))
		b.WriteByte(':')
		b.Write(spec.QuoteJSON(metadata[k]))
	}
	b.WriteByte('}')
	for _, m := range members {
		b.WriteByte(',')
		b.Write(spec.QuoteJSON(m.name))
		b.WriteByte(':')
		b.WriteString(m.text)
	}
	b.WriteByte('}')
	for (8+b.Len())%l.Align != 0 {
		b.WriteByte(' ')
	}
	return []byte(b.String())
}

// A summer writes and hashes. After an error it does nothing.
type summer struct {
	w   io.Writer
	h   hash.Hash
	n   int64
	err error
	buf [64 << 10]byte
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
	case t.Lines != nil:
		encode(s, t.Lines, 8, func(b []byte, v int) { binary.LittleEndian.PutUint64(b, uint64(v)) })
	case t.I32 != nil:
		encode(s, t.I32, 4, func(b []byte, v int32) { binary.LittleEndian.PutUint32(b, uint32(v)) })
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
