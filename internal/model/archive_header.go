package model

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// Limits of a header, checked before anything is allocated from a size that the
// file declares.
const (
	maxHeader  = 64 << 20
	maxTensors = 1 << 18  // a table of 20 000 columns has three learned numbers for each
	maxMeta    = 1024     // metadata; mlp writes about ten
	maxName    = 64 << 10 // bytes of a tensor's name, which may hold that of a column
	maxDims    = 8
	maxDim     = 1 << 40
)

// errNotArchive is returned for a file that is something else altogether.
var errNotArchive = errors.New("not a model file")

// entry is what the header says of one tensor.
type entry struct {
	name       string
	dtype      string
	shape      []int
	begin, end int64
}

var dtypeSizes = map[string]int64{"F64": 8, "I64": 8, "F32": 4, "U8": 1}

// readHeader reads the length word and the header of a file of size bytes, and
// proves that the tensors fill the rest of it exactly.
func readHeader(r io.Reader, size int64) (metadata map[string]string, entries []entry, err error) {
	var word [8]byte
	if _, err := io.ReadFull(r, word[:]); err != nil {
		return nil, nil, errNotArchive
	}
	length := binary.LittleEndian.Uint64(word[:])
	if length < 2 || length > maxHeader || int64(length) > size-8 {
		if length > maxHeader || size < 16 {
			return nil, nil, errNotArchive // text read as a length is far beyond the limit
		}
		return nil, nil, fmt.Errorf("cut short: the header has %d bytes, the file %d", length, size)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, nil, fmt.Errorf("cut short within the header: %w", err)
	}
	if text[0] != '{' {
		return nil, nil, errNotArchive
	}
	h := headerReader{scanner: scanner{text: text}, metadata: map[string]string{}}
	if err := h.read(); err != nil {
		return nil, nil, fmt.Errorf("damaged header: %w", err)
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
	metadata map[string]string
	entries  []entry
}

func (h *headerReader) read() error {
	err := h.members(maxTensors+1, func(name string) error {
		if name == "__metadata__" {
			return h.readMetadata()
		}
		if len(h.entries) == maxTensors {
			return fmt.Errorf("more than %d tensors", maxTensors)
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
	err := h.members(maxMeta, func(name string) (err error) {
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

// quote writes text as JSON without the HTML escapes of encoding/json's default.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("model: " + err.Error()) // a string always encodes
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
