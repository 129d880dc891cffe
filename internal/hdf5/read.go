package hdf5

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// ErrOther is returned for a file that is something else altogether.
var ErrOther = errors.New("not an HDF5 file")

var (
	errOutside = errors.New("cut short or damaged: an address lies outside of the file")
	errShort   = errors.New("damaged: a message is too short")
)

const (
	maxDepth = 64
	maxRank  = 8
)

// reader is a file, and how much of it may still be looked at and unpacked.
type reader struct {
	b        []byte
	base     uint64
	toLook   int64
	toUnpack int64
	known    map[uint64]bool            // addresses of the objects so far
	heaps    map[uint64]map[uint16]span // of texts, by their address
}

// A span is where something lies in the file.
type span struct{ lo, hi uint64 }

// Read reads a whole file.
func Read(b []byte) (*Object, error) {
	r := &reader{b: b, toLook: 16*int64(len(b)) + 1<<20, toUnpack: 32*int64(len(b)) + 64<<20,
		known: map[uint64]bool{}, heaps: map[uint64]map[uint16]span{}}
	root, err := r.superblock()
	if err != nil {
		return nil, err
	}
	return r.object("", root, 0)
}

// at returns n bytes at an address.
func (r *reader) at(address, n uint64) ([]byte, error) {
	size := uint64(len(r.b)) - r.base
	if address > size || n > size-address {
		return nil, errOutside
	}
	if r.toLook -= int64(n); r.toLook < 0 {
		return nil, errors.New("damaged: the parts of the file point at one another without end")
	}
	return r.b[r.base+address:][:n], nil
}

// room takes n bytes of what may be unpacked.
func (r *reader) room(n uint64) error {
	if n > uint64(r.toUnpack) {
		return fmt.Errorf("damaged: an array of %d bytes is more than a file of %d bytes should hold", n, len(r.b))
	}
	r.toUnpack -= int64(n)
	return nil
}

// superblock reads the first block and returns the address of the outermost group.
func (r *reader) superblock() (root uint64, err error) {
	b := r.b
	if len(b) < len(signature)+1 || string(b[:len(signature)]) != signature {
		return 0, ErrOther
	}
	version := b[8]
	if len(b) < 100 {
		return 0, errOutside
	}
	sizes, base, end, at := b[13:15], 24, 40, 64
	switch version {
	case 0:
	case 1:
		base, end, at = base+4, end+4, at+4
	case 2, 3:
		sizes, base, end, at = b[9:11], 12, 28, 36
		if checksum(b[:44]) != binary.LittleEndian.Uint32(b[44:]) {
			return 0, errors.New("damaged: the checksum of the first block does not match")
		}
	default:
		return 0, fmt.Errorf("a superblock of version %d is not known", version)
	}
	if sizes[0] != 8 || sizes[1] != 8 {
		return 0, fmt.Errorf("addresses of %d bytes are not known, only of 8", sizes[0])
	}
	r.base = binary.LittleEndian.Uint64(b[base:])
	// The length stands there from the file's very beginning.
	if length := binary.LittleEndian.Uint64(b[end:]); r.base > uint64(len(b)) || length > uint64(len(b)) {
		return 0, fmt.Errorf("cut short: the file should have %d bytes and has %d", length, len(b))
	}
	return binary.LittleEndian.Uint64(b[at:]), nil
}

// object reads what is at an address, and all that is in it.
func (r *reader) object(name string, address uint64, depth int) (*Object, error) {
	switch {
	case depth > maxDepth:
		return nil, fmt.Errorf("damaged: groups within groups, more than %d deep", maxDepth)
	case r.known[address]:
		return nil, fmt.Errorf("%.60q is another name of an object, which is not known here", name)
	}
	r.known[address] = true
	h, err := r.header(address)
	if err != nil {
		return nil, err
	}
	o := &Object{Name: name, Attributes: h.attributes}
	if h.layout != nil || h.kind != nil || h.space != nil {
		o.Data, err = r.array(h)
		return o, err
	}
	links := h.links
	if h.table != nil {
		if links, err = r.table(*h.table); err != nil {
			return nil, err
		}
	}
	for _, l := range links {
		m, err := r.object(l.name, l.address, depth+1)
		if err != nil {
			return nil, fmt.Errorf("%.60s: %w", l.name, err)
		}
		o.Members = append(o.Members, m)
	}
	slices.SortFunc(o.Members, func(a, b *Object) int { return cmp.Compare(a.Name, b.Name) })
	for i := range max(0, len(o.Members)-1) {
		if o.Members[i].Name == o.Members[i+1].Name {
			return nil, fmt.Errorf("damaged: %.60q stands twice in a group", o.Members[i].Name)
		}
	}
	return o, nil
}

// A link is the name of an object in a group.
type link struct {
	name    string
	address uint64
}

// table reads the members of a group that is a symbol table: a tree whose leaves hold
// addresses, and a heap with the names.
func (r *reader) table(t [2]uint64) ([]link, error) {
	head, err := r.at(t[1], 32)
	if err != nil {
		return nil, err
	}
	if string(head[:4]) != "HEAP" {
		return nil, errors.New("damaged: a group has no heap of names")
	}
	names, err := r.at(binary.LittleEndian.Uint64(head[24:]), binary.LittleEndian.Uint64(head[8:]))
	if err != nil {
		return nil, err
	}
	var links []link
	err = r.tree(t[0], 0, 8, 0, func(_ []byte, child uint64) error {
		n, err := r.at(child, 8)
		if err != nil {
			return err
		}
		if string(n[:4]) != "SNOD" {
			return errors.New("damaged: a group has no table of symbols")
		}
		count := uint64(binary.LittleEndian.Uint16(n[6:]))
		entries, err := r.at(child+8, 40*count)
		for ; err == nil && len(entries) > 0; entries = entries[40:] {
			if binary.LittleEndian.Uint32(entries[16:]) == 2 {
				return errors.New("a link by name is not known here")
			}
			var name string
			name, err = r.name(names, binary.LittleEndian.Uint64(entries))
			links = append(links, link{name, binary.LittleEndian.Uint64(entries[8:])})
		}
		return err
	})
	return links, err
}

// name returns the text in a heap from a place to the next zero byte.
func (r *reader) name(heap []byte, at uint64) (string, error) {
	if at >= uint64(len(heap)) {
		return "", errOutside
	}
	n := slices.Index(heap[at:], 0)
	if r.toLook -= int64(max(n, 0)); n < 0 || r.toLook < 0 {
		return "", errors.New("damaged: a name in a group has no end")
	}
	return string(heap[at:][:n]), nil
}

// tree goes through the leaves of a tree of one of the two types: 0 of groups, 1 of chunks.
// A node has a key of so many bytes before each child, and one after the last.
func (r *reader) tree(address uint64, kind byte, key uint64, depth int, leaf func(key []byte, child uint64) error) error {
	head, err := r.at(address, 24)
	if err != nil {
		return err
	}
	if string(head[:4]) != "TREE" || head[4] != kind || depth > maxDepth {
		return errors.New("damaged: a tree of addresses is none")
	}
	level, n := head[5], uint64(binary.LittleEndian.Uint16(head[6:]))
	children, err := r.at(address+24, n*(key+8))
	if err != nil {
		return err
	}
	for ; len(children) > 0; children = children[key+8:] {
		child := binary.LittleEndian.Uint64(children[key:])
		if level == 0 {
			err = leaf(children[:key], child)
		} else {
			err = r.tree(child, kind, key, depth+1, leaf)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
