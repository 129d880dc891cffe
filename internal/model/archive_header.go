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
	maxTensors = 65536
	maxDims    = 8
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
	h := headerReader{d: json.NewDecoder(bytes.NewReader(text)), metadata: map[string]string{}}
	if err := h.read(); err != nil {
		return nil, nil, fmt.Errorf("damaged header: %w", err)
	}
	at := int64(0)
	for _, e := range h.entries {
		if e.begin != at {
			return nil, nil, fmt.Errorf("damaged header: tensor %q begins at %d, the one before ends at %d", e.name, e.begin, at)
		}
		at = e.end
	}
	if rest := size - 8 - int64(length); at != rest {
		return nil, nil, fmt.Errorf("cut short or too long: the tensors need %d bytes, the file has %d", at, rest)
	}
	return h.metadata, h.entries, nil
}

// headerReader walks the header token by token: encoding/json itself would let
// duplicate keys and unknown fields pass.
type headerReader struct {
	d        *json.Decoder
	metadata map[string]string
	entries  []entry
	seen     map[string]bool
}

func (h *headerReader) read() error {
	h.d.UseNumber()
	h.seen = map[string]bool{}
	if err := h.delim('{'); err != nil {
		return err
	}
	for h.d.More() {
		name, err := h.text()
		if err != nil {
			return err
		}
		if h.seen[name] {
			return fmt.Errorf("%q stands twice", name)
		}
		h.seen[name] = true
		if name == "__metadata__" {
			err = h.readMetadata()
		} else {
			err = h.readEntry(name)
		}
		if err != nil {
			return err
		}
		if len(h.entries) > maxTensors {
			return fmt.Errorf("more than %d tensors", maxTensors)
		}
	}
	if err := h.delim('}'); err != nil {
		return err
	}
	if _, err := h.d.Token(); err != io.EOF {
		return errors.New("text after the header")
	}
	return nil
}

func (h *headerReader) readMetadata() error {
	if err := h.delim('{'); err != nil {
		return err
	}
	for h.d.More() {
		k, err := h.text()
		if err != nil {
			return err
		}
		v, err := h.text()
		if err != nil {
			return err
		}
		if _, ok := h.metadata[k]; ok {
			return fmt.Errorf("metadata %q stands twice", k)
		}
		h.metadata[k] = v
	}
	return h.delim('}')
}

func (h *headerReader) readEntry(name string) error {
	e := entry{name: name}
	var shape, offsets []int64
	if err := h.delim('{'); err != nil {
		return err
	}
	fields := map[string]bool{}
	for h.d.More() {
		key, err := h.text()
		if err != nil {
			return err
		}
		if fields[key] {
			return fmt.Errorf("tensor %q: %q stands twice", name, key)
		}
		fields[key] = true
		switch key {
		case "dtype":
			e.dtype, err = h.text()
		case "shape":
			shape, err = h.integers(maxDims)
		case "data_offsets":
			offsets, err = h.integers(2)
		default:
			err = fmt.Errorf("unknown field %q", key)
		}
		if err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
	}
	if len(fields) != 3 || len(offsets) != 2 {
		return fmt.Errorf("tensor %q: dtype, shape or data_offsets is missing", name)
	}
	e.begin, e.end = offsets[0], offsets[1]
	if err := e.checkSize(shape); err != nil {
		return fmt.Errorf("tensor %q: %w", name, err)
	}
	h.entries = append(h.entries, e)
	return h.delim('}')
}

// checkSize proves that the shape and the offsets say the same.
func (e *entry) checkSize(shape []int64) error {
	size, ok := dtypeSizes[e.dtype]
	if !ok {
		return fmt.Errorf("unknown dtype %q", e.dtype)
	}
	n := uint64(size)
	for _, d := range shape {
		hi, lo := bits.Mul64(n, uint64(d))
		if hi != 0 || lo > math.MaxInt64 {
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

func (h *headerReader) delim(want json.Delim) error {
	t, err := h.d.Token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("found %v where %v belongs", t, want)
	}
	return nil
}

func (h *headerReader) text() (string, error) {
	t, err := h.d.Token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("found %v where text belongs", t)
	}
	return s, nil
}

// integers reads a list of at most limit non-negative integers below 2⁶².
func (h *headerReader) integers(limit int) ([]int64, error) {
	if err := h.delim('['); err != nil {
		return nil, err
	}
	var list []int64
	for h.d.More() {
		t, err := h.d.Token()
		if err != nil {
			return nil, err
		}
		n, ok := t.(json.Number)
		if !ok {
			return nil, fmt.Errorf("found %v where a number belongs", t)
		}
		v, err := n.Int64()
		if err != nil || v < 0 || v >= 1<<62 {
			return nil, fmt.Errorf("%s is not a size", n)
		}
		if list = append(list, v); len(list) > limit {
			return nil, fmt.Errorf("more than %d numbers in a list", limit)
		}
	}
	return list, h.delim(']')
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
