package safetensors

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"
)

// Limits of a header that no layout widens, checked before anything is allocated
// from a size that the file declares.
const (
	maxMetadata = 1024 // pairs; a model has about ten
	maxDims     = 8
	maxDim      = 1 << 40
)

// ErrOther is returned for a file that is something else altogether.
var ErrOther = errors.New("not a safetensors file")

// entry is what the header says of one tensor.
type entry struct {
	name       string
	dtype      string
	shape      []int
	begin, end int64
}

var dtypeSizes = map[string]int64{"F64": 8, "I64": 8, "F32": 4, "I32": 4, "U8": 1}

// readHeader reads the length word and the header of a file of size bytes, and
// proves that the tensors fill the rest of it exactly.
func (l Layout) readHeader(r io.Reader, size int64) (metadata map[string]string, entries []entry, err error) {
	var word [8]byte
	if _, err := io.ReadFull(r, word[:]); err != nil {
		return nil, nil, ErrOther
	}
	length := binary.LittleEndian.Uint64(word[:])
	if length < 2 || length > uint64(l.MaxHeader) || int64(length) > size-8 {
		if length > uint64(l.MaxHeader) || size < 16 {
			return nil, nil, ErrOther // text read as a length is far beyond the limit
		}
		return nil, nil, fmt.Errorf("cut short: the header has %d bytes, the file %d", length, size)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, nil, fmt.Errorf("cut short within the header: %w", err)
	}
	if text[0] != '{' {
		return nil, nil, ErrOther
	}
	h := headerReader{limit: l.MaxTensors, scanner: scanner{text: text}, metadata: map[string]string{}}
	if err := h.read(); err != nil {
		return nil, nil, fmt.Errorf("damaged header: %w", err)
	}
	if l.Listed {
		slices.SortStableFunc(h.entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	}
	at := int64(0)
	for _, e := range h.entries {
		if e.begin != at {
			return nil, nil, fmt.Errorf("damaged header: tensor %.60q begins at %d, the one before ends at %d", e.name, e.begin, at)
		}
		at = e.end
	}
	if rest := size - 8 - int64(length); at != rest {
		return nil, nil, fmt.Errorf("cut short or too long: the tensors need %d bytes, the file has %d", at, rest)
	}
	return h.metadata, h.entries, nil
}

// headerReader collects what the header says.
type headerReader struct {
	scanner
	limit    int // of tensors
	metadata map[string]string
	entries  []entry
}

func (h *headerReader) read() error {
	err := h.members(h.limit+1, func(name string) error {
		if name == "__metadata__" {
			return h.readMetadata()
		}
		if len(h.entries) == h.limit {
			return fmt.Errorf("more than %d tensors", h.limit)
		}
		if err := h.readEntry(name); err != nil {
			return fmt.Errorf("tensor %.60q: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return h.end()
}

func (h *headerReader) readMetadata() error {
	err := h.members(maxMetadata, func(name string) (err error) {
		h.metadata[name], err = h.word()
		return err
	})
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	return nil
}

func (h *headerReader) readEntry(name string) error {
	e := entry{name: name}
	var shape, offsets []int64
	fields := 0
	err := h.members(3, func(key string) (err error) {
		fields++
		switch key {
		case "dtype":
			e.dtype, err = h.word()
		case "shape":
			shape, err = h.sizes(maxDims, maxDim)
		case "data_offsets":
			offsets, err = h.sizes(2, math.MaxInt64)
		default:
			err = fmt.Errorf("unknown field %.60q", key)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case fields != 3 || len(offsets) != 2:
		return errors.New("dtype, shape or data_offsets is missing")
	}
	e.begin, e.end = offsets[0], offsets[1]
	err = e.checkSize(shape)
	h.entries = append(h.entries, e)
	return err
}

// checkSize proves that the shape and the offsets say the same.
func (e *entry) checkSize(shape []int64) error {
	size, ok := dtypeSizes[e.dtype]
	if !ok {
		return fmt.Errorf("unknown dtype %.60q", e.dtype)
	}
	n := uint64(size)
	for _, d := range shape {
		hi, lo := bits.Mul64(n, uint64(d))
		if hi != 0 || max(lo, uint64(d)) > math.MaxInt {
			return errors.New("the shape is too large")
		}
		n = lo
		e.shape = append(e.shape, int(d))
	}
	if e.begin > e.end || uint64(e.end-e.begin) != n {
		return fmt.Errorf("the shape needs %d bytes, the offsets %d to %d give another number", n, e.begin, e.end)
	}
	return nil
}
