package safetensors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"slices"
)

// Read reads a file of size bytes and checks its sum. Memory is allocated only for
// what the size of the file proves to be there.
func (l Layout) Read(r io.Reader, size int64) (*File, error) {
	h := sha256.New()
	hashed := io.TeeReader(r, h)
	metadata, entries, err := l.readHeader(hashed, size)
	if err != nil {
		return nil, err
	}
	if !endsInChecksum(entries) {
		return nil, errors.New("no checksum: the file was not written by mlp, or was rewritten by another tool")
	}
	f := &File{Metadata: metadata}
	for _, e := range entries[:len(entries)-1] {
		t, err := readTensor(hashed, e)
		if err != nil {
			return nil, fmt.Errorf("tensor %.60q: %w", e.name, err)
		}
		f.Tensors = append(f.Tensors, t)
	}
	return f, checkSum(r, h)
}

// ReadForeign reads a file that another program may have written: it has no checksum.
func (l Layout) ReadForeign(r io.Reader, size int64) (*File, error) {
	metadata, entries, err := l.readHeader(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{Metadata: metadata}
	for _, e := range entries {
		t, err := readTensor(r, e)
		if err != nil {
			return nil, fmt.Errorf("tensor %.60q: %w", e.name, err)
		}
		f.Tensors = append(f.Tensors, t)
	}
	return f, nil
}

// ReadMetadata reads the metadata alone. The sum is not checked.
func (l Layout) ReadMetadata(r io.Reader, size int64) (map[string]string, error) {
	metadata, _, err := l.readHeader(r, size)
	return metadata, err
}

func endsInChecksum(entries []entry) bool {
	if len(entries) == 0 {
		return false
	}
	last := entries[len(entries)-1]
	return last.name == ChecksumName && last.dtype == "U8" && slices.Equal(last.shape, []int{sha256.Size})
}

func checkSum(r io.Reader, h hash.Hash) error {
	want := h.Sum(nil)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil {
		return fmt.Errorf("cut short within the checksum: %w", err)
	}
	if !bytes.Equal(got, want) {
		return errors.New("the checksum does not match: the file is damaged, or was changed by another tool")
	}
	return nil
}

func readTensor(r io.Reader, e entry) (Tensor, error) {
	t := Tensor{Name: e.name, Shape: e.shape}
	n := int((e.end - e.begin) / dtypeSizes[e.dtype])
	var err error
	switch e.dtype {
	case "F64":
		t.F64 = make([]float64, n)
		err = decode(r, t.F64, 8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) })
	case "I64":
		t.I64 = make([]int64, n)
		err = decode(r, t.I64, 8, func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) })
	case "I32":
		t.I32 = make([]int32, n)
		err = decode(r, t.I32, 4, func(b []byte) int32 { return int32(binary.LittleEndian.Uint32(b)) })
	case "F32":
		t.F32 = make([]float32, n)
		err = decode(r, t.F32, 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
	default:
		t.U8 = make([]byte, n)
		_, err = io.ReadFull(r, t.U8)
	}
	return t, err
}

func decode[T any](r io.Reader, data []T, size int, get func([]byte) T) error {
	var buf [4096]byte
	for len(data) > 0 {
		n := min(len(data), len(buf)/size)
		if _, err := io.ReadFull(r, buf[:n*size]); err != nil {
			return fmt.Errorf("cut short: %w", err)
		}
		for i := range data[:n] {
			data[i] = get(buf[i*size:])
		}
		data = data[n:]
	}
	return nil
}
