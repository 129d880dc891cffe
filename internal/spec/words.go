package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/problem"
)

// BoolOr reads true or false, or one of a few words beside them. It returns what is
// written, so "true" and "false" for the booleans, which stay booleans in the resolved
// spec.
func (f *Fields) BoolOr(name string, def bool, doc string, words ...string) string {
	options := append(slices.Clone(words), "true", "false")
	n := f.open(FieldDoc{Name: name, Type: "text", Default: strconv.FormatBool(def), Doc: doc, Options: options})
	v := def
	switch {
	case n == nil:
	case n.Kind == Bool:
		v = n.Bool
	case n.Kind == String && slices.Contains(words, n.Text):
		f.use(name, n, NewString(n.Text))
		return n.Text
	case n.Kind == String:
		f.Problem(name, problem.DidYouMean(n.Text, options), "%q is not one of %s", n.Text, strings.Join(options, ", "))
	default:
		f.wrongKind(name, n, "one of "+strings.Join(options, ", "))
	}
	f.use(name, n, NewBool(v))
	return strconv.FormatBool(v)
}

// String reads text. null stands for "".
func (f *Fields) String(name, def, doc string) string {
	n := f.open(FieldDoc{Name: name, Type: "text", Default: strconv.Quote(def), Doc: doc})
	v := def
	switch {
	case n == nil:
	case n.Kind == String:
		v = n.Text
	case n.Kind == Null:
		v = ""
	default:
		f.wrongKind(name, n, String.String())
	}
	f.use(name, n, NewString(v))
	return v
}

// OneOrMore reads a word or a list of words, which stay what they are in the resolved
// spec; null and "" stand for none.
func (f *Fields) OneOrMore(name, doc string) []string {
	n := f.open(FieldDoc{Name: name, Type: "text or list of text", Default: `""`, Doc: doc})
	var all []string
	list := NewList()
	given := NewNull()
	if n != nil {
		given = n
	}
	for _, item := range items(given) {
		switch {
		case item.Kind == String && item.Text != "":
			all = append(all, item.Text)
			list.Items = append(list.Items, item.Clone())
		case item.Kind != Null && item.Kind != String:
			f.problem(item.Pos, name, fmt.Sprintf("%s is not %s", item.Shown(), String), kindHint(item, String.String()))
		}
	}
	switch value := NewString(""); {
	case given.Kind == List:
		f.use(name, n, list)
	case len(all) == 1:
		value.Text = all[0]
		fallthrough
	default:
		f.use(name, n, value)
	}
	return all
}

// Enum reads one of a closed list of words. Booleans count as the words true
// and false where the list has them.
func (f *Fields) Enum(name, def, doc string, options ...string) string {
	n := f.open(FieldDoc{Name: name, Type: "text", Default: def, Doc: doc, Options: options})
	v := def
	if n != nil && n.Kind == Null && slices.Contains(options, "none") { // Python's None is the word
		n = &Node{Kind: String, Text: "none", Pos: n.Pos, Origin: n.Origin}
	}
	switch {
	case n == nil:
	case n.IsScalar() && n.Kind != Null && slices.Contains(options, n.Text):
		v = n.Text
	case !n.IsScalar() || n.Kind == Null:
		f.wrongKind(name, n, "one of "+strings.Join(options, ", "))
	default:
		f.Problem(name, problem.DidYouMean(n.Text, options), "%q is not one of %s", n.Text, strings.Join(options, ", "))
	}
	f.use(name, n, NewString(v))
	return v
}

// Strings reads a list of words; a single one may stand without brackets, and
// numbers are kept as they are written.
func (f *Fields) Strings(name string, def []string, doc string) []string {
	n := f.open(FieldDoc{Name: name, Type: "list of text", Default: "[" + strings.Join(def, ", ") + "]", Doc: doc})
	v := def
	if n != nil {
		v = []string{}
		for _, item := range items(n) {
			switch {
			case !item.IsScalar():
				f.Problem(name, "", "%s in this list is not text", item.Kind)
			case item.Kind == Null:
				v = append(v, "")
			default:
				v = append(v, item.Text)
			}
		}
		if n.Kind == Null {
			v = def
		}
	}
	f.use(name, n, NewStrings(v...))
	return v
}
