package spec

import "fmt"

// A Strict reads a tree that a program wrote, such as the record in a model file.
// Nothing is optional in it and nothing is believed. It keeps the first mistake it
// meets; what it returns after one is of no use but does no harm.
type Strict struct {
	What string // the record, before each mistake: "schema"
	Err  error
}

// Fail notes a mistake, if it is the first.
func (s *Strict) Fail(format string, args ...any) {
	if s.Err == nil {
		s.Err = fmt.Errorf(s.What+": "+format, args...)
	}
}

// Text returns the text at a key.
func (s *Strict) Text(n *Node, key string) string {
	v := n.Get(key)
	if v == nil || v.Kind != String {
		s.Fail("%q is missing or no text", key)
		return ""
	}
	return v.Text
}

// Texts returns the list of texts at a key.
func (s *Strict) Texts(n *Node, key string) []string {
	v := n.Get(key)
	if v == nil || v.Kind != List {
		s.Fail("%q is missing or no list", key)
		return nil
	}
	var words []string
	for _, item := range v.Items {
		if item.Kind != String {
			s.Fail("%q holds something that is no text", key)
			return nil
		}
		words = append(words, item.Text)
	}
	return words
}

// Bool returns what is true or false at a key.
func (s *Strict) Bool(n *Node, key string) bool {
	v := n.Get(key)
	if v == nil || v.Kind != Bool {
		s.Fail("%q is missing or neither true nor false", key)
		return false
	}
	return v.Bool
}

// Float returns the number at a key, which must be within bounds.
func (s *Strict) Float(n *Node, key string, lo, hi float64) float64 {
	v := n.Get(key)
	if v == nil || v.Kind != Int && v.Kind != Float || !(v.Float >= lo && v.Float <= hi) {
		s.Fail("%q is missing or no number from %g to %g", key, lo, hi)
		return lo
	}
	return v.Float
}

// Enum returns the place of the text at a key among the names it may be.
func (s *Strict) Enum(n *Node, key string, names ...string) int {
	word := s.Text(n, key)
	for i, name := range names {
		if name == word {
			return i
		}
	}
	s.Fail("%q is %q, which is unknown", key, word)
	return 0
}

// TextList is the inverse of Texts.
func TextList(words []string) *Node {
	list := NewList()
	for _, w := range words {
		list.Items = append(list.Items, NewString(w))
	}
	return list
}
