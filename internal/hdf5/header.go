package hdf5

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// header is what an object says of itself.
type header struct {
	attributes []Attribute
	links      []link
	table      *[2]uint64 // addresses of tree and heap
	space      []byte     // messages that say what an array is
	kind       []byte
	layout     []byte
	filters    []byte
	external   bool
}

// header reads the header of an object: messages in its first block, and in others that
// it names.
func (r *reader) header(address uint64) (*header, error) {
	h := &header{}
	block, newer, ordered, err := r.firstBlock(address)
	if err != nil {
		return nil, err
	}
	blocks := [][]byte{block}
	for len(blocks) > 0 {
		block, blocks = blocks[0], blocks[1:]
		for {
			m, rest, err := nextMessage(block, newer, ordered)
			if err != nil {
				return nil, err
			}
			if rest == nil {
				break
			}
			block = rest
			if m.kind != msgContinued {
				if err := r.message(h, m); err != nil {
					return nil, err
				}
				continue
			}
			more, err := r.continuation(m.body, newer)
			if err != nil {
				return nil, err
			}
			blocks = append(blocks, more)
		}
	}
	return h, nil
}

// firstBlock returns the messages that stand in the header itself, and how they are
// written: newer ones have shorter heads, and an ordered one a number more.
func (r *reader) firstBlock(address uint64) (block []byte, newer, ordered bool, err error) {
	head, err := r.at(address, 16)
	if err != nil {
		return nil, false, false, err
	}
	if string(head[:4]) != "OHDR" {
		if head[0] != 1 {
			return nil, false, false, fmt.Errorf("damaged: a header of version %d", head[0])
		}
		block, err = r.at(address+16, uint64(binary.LittleEndian.Uint32(head[8:])))
		return block, false, false, err
	}
	flags, skip, width := head[5], uint64(6), uint64(1)<<(head[5]&3)
	if flags&0x20 != 0 {
		skip += 16 // times
	}
	if flags&0x10 != 0 {
		skip += 4 // how many attributes are kept here
	}
	head, err = r.at(address, skip+width)
	if err != nil {
		return nil, false, false, err
	}
	size := uint64(0)
	for i := range width {
		size |= uint64(head[skip+i]) << (8 * i)
	}
	if size > uint64(len(r.b)) {
		return nil, false, false, errOutside
	}
	all, err := r.at(address, skip+width+size+4)
	if err != nil {
		return nil, false, false, err
	}
	if block, err = summed(all); err != nil {
		return nil, false, false, err
	}
	return block[skip+width:], true, flags&4 != 0, nil
}

// continuation returns the messages of a further block.
func (r *reader) continuation(body []byte, newer bool) ([]byte, error) {
	if len(body) < 16 {
		return nil, errShort
	}
	block, err := r.at(binary.LittleEndian.Uint64(body), binary.LittleEndian.Uint64(body[8:]))
	if err != nil || !newer {
		return block, err
	}
	if block, err = summed(block); err != nil {
		return nil, err
	}
	if len(block) < 4 || string(block[:4]) != "OCHK" {
		return nil, errors.New("damaged: a header goes on where there is none")
	}
	return block[4:], nil
}

// summed checks the sum at the end of a block and takes it off.
func summed(b []byte) ([]byte, error) {
	if len(b) < 4 {
		return nil, errShort
	}
	at := len(b) - 4
	if checksum(b[:at]) != binary.LittleEndian.Uint32(b[at:]) {
		return nil, errors.New("damaged: the checksum of a header does not match")
	}
	return b[:at], nil
}

// A message is a part of a header.
type message struct {
	kind   int
	shared bool
	body   []byte
}

// nextMessage takes the next message of a block; rest is nil where there is none.
func nextMessage(block []byte, newer, ordered bool) (m message, rest []byte, err error) {
	head := 8
	if newer {
		if head = 4; ordered {
			head = 6
		}
	}
	if len(block) < head {
		return m, nil, nil
	}
	var size int
	if newer {
		m.kind, size, m.shared = int(block[0]), int(binary.LittleEndian.Uint16(block[1:])), block[3]&2 != 0
	} else {
		m.kind, size, m.shared = int(binary.LittleEndian.Uint16(block)), int(binary.LittleEndian.Uint16(block[2:])), block[4]&2 != 0
	}
	if size > len(block)-head {
		return m, nil, errShort
	}
	m.body = block[head : head+size]
	return m, block[head+size:], nil
}

// message takes in a message.
func (r *reader) message(h *header, m message) (err error) {
	if m.shared && m.kind != 0 {
		return errors.New("a message that several objects share is not known here")
	}
	switch m.kind {
	case msgSpace:
		h.space = m.body
	case msgType:
		h.kind = m.body
	case msgLayout:
		h.layout = m.body
	case msgFilters:
		h.filters = m.body
	case msgExternal:
		h.external = true
	case msgTable:
		if len(m.body) < 16 {
			return errShort
		}
		h.table = &[2]uint64{binary.LittleEndian.Uint64(m.body), binary.LittleEndian.Uint64(m.body[8:])}
	case msgLink:
		l, err := readLink(m.body)
		h.links = append(h.links, l)
		return err
	case msgLinkInfo, msgAttrInfo:
		return checkDense(m)
	case msgAttribute:
		return r.attribute(h, m.body)
	}
	return nil
}

// checkDense refuses links and attributes that are kept in a heap beside the header.
func checkDense(m message) error {
	at := 2
	if len(m.body) > 1 && m.body[1]&1 != 0 { // the largest number so far stands before
		at += map[int]int{msgLinkInfo: 8, msgAttrInfo: 2}[m.kind]
	}
	if len(m.body) < at+8 {
		return errShort
	}
	if binary.LittleEndian.Uint64(m.body[at:]) != undefined {
		return errors.New("a group whose members stand in a heap of their own is not known here: write the file with h5py's usual settings, without libver")
	}
	return nil
}

func readLink(b []byte) (link, error) {
	if len(b) < 2 || b[0] != 1 {
		return link{}, errShort
	}
	flags, at := b[1], 2
	if flags&8 != 0 {
		if len(b) < 3 || b[2] != 0 {
			return link{}, errors.New("a link by name or to another file is not known here")
		}
		at++
	}
	if flags&4 != 0 {
		at += 8 // its number
	}
	if flags&16 != 0 {
		at++ // the character set
	}
	width := 1 << (flags & 3)
	if len(b) < at+width {
		return link{}, errShort
	}
	n := uint64(0)
	for i := range width {
		n |= uint64(b[at+i]) << (8 * i)
	}
	if at += width; n > uint64(len(b)-at) || len(b)-at-int(n) < 8 {
		return link{}, errShort
	}
	return link{string(b[at : at+int(n)]), binary.LittleEndian.Uint64(b[at+int(n):])}, nil
}
