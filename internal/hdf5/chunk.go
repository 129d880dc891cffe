package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Filters that chunks go through.
const (
	gzip    = 1
	shuffle = 2
)

// chunks puts an array together from its chunks: blocks of one shape, each at a place of
// the array, found through a tree.
func (r *reader) chunks(h *header, s space, element, size uint64) ([]byte, error) {
	l, rank := h.layout, len(s.shape)
	if len(l) < 11+4*(rank+1) || int(l[2]) != rank+1 {
		return nil, errShort
	}
	dims, block := make([]int, rank), element
	for i := range dims {
		d := binary.LittleEndian.Uint32(l[11+4*i:])
		if block *= uint64(d); d == 0 || block > 1<<32 {
			return nil, errors.New("damaged: a chunk without size")
		}
		dims[i] = int(d)
	}
	filters, err := readFilters(h.filters)
	if err != nil {
		return nil, err
	}
	if err := r.room(size); err != nil {
		return nil, err
	}
	to := make([]byte, size)
	root := binary.LittleEndian.Uint64(l[3:])
	if root == undefined || size == 0 {
		return to, nil
	}
	err = r.tree(root, 1, 8+8*uint64(rank+1), 0, func(key []byte, child uint64) error {
		at := make([]int, rank)
		for i := range at {
			o := binary.LittleEndian.Uint64(key[8+8*i:])
			if o >= uint64(s.shape[i]) {
				return errors.New("damaged: a chunk lies outside of its array")
			}
			at[i] = int(o)
		}
		raw, err := r.at(child, uint64(binary.LittleEndian.Uint32(key)))
		if err != nil {
			return err
		}
		if raw, err = r.unpack(raw, filters, binary.LittleEndian.Uint32(key[4:]), block, element); err != nil {
			return err
		}
		place(to, raw, s.shape, dims, at, int(element))
		return nil
	})
	return to, err
}

// place copies a chunk of shape dims to its place in an array, as far as it lies in it.
func place(to, from []byte, shape, dims, at []int, element int) {
	if len(shape) == 0 {
		copy(to, from)
		return
	}
	// A row is what lies end to end in both: the last axis.
	last := len(shape) - 1
	row := min(dims[last], shape[last]-at[last]) * element
	index := make([]int, last)
	for {
		src, dst := 0, 0
		for i := range index {
			src, dst = src*dims[i]+index[i], dst*shape[i]+at[i]+index[i]
		}
		copy(to[(dst*shape[last]+at[last])*element:][:row], from[src*dims[last]*element:])
		i := last - 1
		for ; i >= 0; i-- {
			if index[i]++; index[i] < dims[i] && at[i]+index[i] < shape[i] {
				break
			}
			index[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

// readFilters returns the filters in the order in which they were applied.
func readFilters(b []byte) (all []uint16, err error) {
	if b == nil {
		return nil, nil
	}
	if len(b) < 2 {
		return nil, errShort
	}
	version, n, at := b[0], int(b[1]), 2
	if version == 1 {
		at = 8
	}
	for range n {
		if len(b) < at+8 {
			return nil, errShort
		}
		id := binary.LittleEndian.Uint16(b[at:])
		if id != gzip && id != shuffle {
			return nil, fmt.Errorf("chunks packed by filter %d are not known here: gzip and shuffle are", id)
		}
		name, values := 0, 0
		if version == 1 {
			name, values = int(binary.LittleEndian.Uint16(b[at+2:])), int(binary.LittleEndian.Uint16(b[at+6:]))
			at += 8 + (name+7)&^7 + 4*(values+values%2)
		} else {
			at += 6 + 4*int(binary.LittleEndian.Uint16(b[at+4:]))
		}
		if at > len(b) {
			return nil, errShort
		}
		all = append(all, id)
	}
	return all, nil
}

// unpack takes back the filters of a chunk, but for those that its mask leaves out, and
// returns a block of the size given.
func (r *reader) unpack(raw []byte, filters []uint16, mask uint32, size, element uint64) ([]byte, error) {
	for i := len(filters) - 1; i >= 0; i-- {
		if mask>>i&1 != 0 {
			continue
		}
		if err := r.room(size); err != nil {
			return nil, err
		}
		if filters[i] == shuffle {
			raw = unshuffle(raw, int(element))
			continue
		}
		z, err := zlib.NewReader(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("damaged: a packed chunk: %w", err)
		}
		block := make([]byte, size)
		if _, err := io.ReadFull(z, block); err != nil {
			return nil, fmt.Errorf("damaged: a packed chunk: %w", err)
		}
		raw = block
	}
	if uint64(len(raw)) < size {
		return nil, fmt.Errorf("damaged: a chunk of %d bytes has %d", size, len(raw))
	}
	return raw, nil
}

// unshuffle puts bytes together that stand by their place within an element: all first
// ones, then all second ones.
func unshuffle(b []byte, element int) []byte {
	n := len(b) / element
	to := make([]byte, len(b))
	for i := range n {
		for k := range element {
			to[i*element+k] = b[k*n+i]
		}
	}
	copy(to[n*element:], b[n*element:])
	return to
}
