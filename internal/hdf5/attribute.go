package hdf5

import (
	"encoding/binary"
	"errors"
	"strings"
)

// attribute takes in an attribute if it is of texts.
func (r *reader) attribute(h *header, b []byte) error {
	if len(b) < 9 {
		return errShort
	}
	version, at := b[0], 8
	if version == 3 {
		at = 9 // the character set
	}
	if version > 1 && b[1] != 0 {
		return nil // of a type that is kept elsewhere
	}
	var parts [3][]byte // name, type, space
	for i := range parts {
		n := int(binary.LittleEndian.Uint16(b[2+2*i:]))
		whole := n
		if version == 1 {
			whole = (n + 7) &^ 7
		}
		if len(b) < at+whole {
			return errShort
		}
		parts[i], at = b[at:at+n], at+whole
	}
	kind, err := readType(parts[1])
	if err != nil || kind.class != classText && kind.class != classVariable {
		return err
	}
	space, err := readSpace(parts[2])
	if err != nil {
		return err
	}
	a := Attribute{Name: strings.TrimRight(string(parts[0]), "\x00"), List: len(space.shape) > 0}
	data := b[at:]
	if space.count > uint64(len(data)) || space.count*kind.size > uint64(len(data)) {
		return errShort
	}
	for i := range space.count {
		text, err := r.text(data[i*kind.size:][:kind.size], kind)
		if err != nil {
			return err
		}
		a.Texts = append(a.Texts, text)
	}
	h.attributes = append(h.attributes, a)
	return nil
}

// text reads one text: of a fixed length, or one that stands in a heap.
func (r *reader) text(b []byte, kind datatype) (string, error) {
	if kind.class == classText {
		if r.toLook -= int64(len(b)); r.toLook < 0 {
			return "", errShort
		}
		return strings.TrimRight(string(b), "\x00"), nil
	}
	if len(b) != 16 {
		return "", errShort
	}
	n := uint64(binary.LittleEndian.Uint32(b))
	if n == 0 {
		return "", nil
	}
	address := binary.LittleEndian.Uint64(b[4:])
	heap, known := r.heaps[address]
	if !known {
		var err error
		if heap, err = r.heap(address); err != nil {
			return "", err
		}
		r.heaps[address] = heap
	}
	at, there := heap[uint16(binary.LittleEndian.Uint32(b[12:]))]
	if !there || n > at.hi-at.lo {
		return "", errors.New("damaged: a text is not where it should be")
	}
	text, err := r.at(at.lo, n)
	return string(text), err
}

// heap reads where the texts of a heap lie, by their numbers.
func (r *reader) heap(address uint64) (map[uint16]span, error) {
	head, err := r.at(address, 16)
	if err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint64(head[8:])
	if string(head[:4]) != "GCOL" || size < 16 {
		return nil, errors.New("damaged: a heap of texts is none")
	}
	b, err := r.at(address, size)
	if err != nil {
		return nil, err
	}
	all := map[uint16]span{}
	for at := uint64(16); at+16 <= size; {
		number, n := binary.LittleEndian.Uint16(b[at:]), binary.LittleEndian.Uint64(b[at+8:])
		if number == 0 {
			break // what is free
		}
		if n > size-at-16 {
			return nil, errors.New("damaged: a text ends beyond its heap")
		}
		all[number] = span{address + at + 16, address + at + 16 + n}
		at += 16 + (n+7)&^7
	}
	return all, nil
}
