package config

import (
	"bytes"
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"mlp/internal/spec"
)

// Origins returns a copy of a tree in which each value has the place it comes
// from as its comment, and no other. A value without an origin has that of what it stands in.
func Origins(n *spec.Node) *spec.Node {
	n = n.Clone()
	noteOrigins(n, "")
	return n
}

func noteOrigins(n *spec.Node, origin string) {
	origin = cmp.Or(n.Origin, origin)
	n.Above, n.Note = nil, ""
	inside := children(n)
	if len(inside) == 0 {
		n.Note = origin
	}
	for _, c := range inside {
		noteOrigins(c, origin)
	}
}

// children returns the values that stand directly in a list or map.
func children(n *spec.Node) []*spec.Node {
	all := append([]*spec.Node{}, n.Items...)
	for _, k := range n.Keys {
		all = append(all, k.Value)
	}
	return all
}

// lineComment returns the comment of a node that stands on one line: its own, or
// the one that all values in it share. ok is false where one does not do.
func lineComment(n *spec.Node) (comment string, ok bool) {
	for i, c := range children(n) {
		inner, ok := lineComment(c)
		if !ok || len(c.Above) > 0 || i > 0 && inner != comment {
			return "", false
		}
		comment = inner
	}
	if comment != "" && n.Note != "" && comment != n.Note {
		return "", false
	}
	return cmp.Or(n.Note, comment), true
}

// above writes the comments before a node, indented as its key or dash. A map
// whose first key stands beside a dash has no line of its own for its note, which
// is written here too.
func (r *renderer) above(lead string, n *spec.Node, oneLine bool) {
	indent := lead[:len(lead)-len(strings.TrimLeft(lead, " "))]
	comments := n.Above
	if !oneLine && n.Note != "" && (lead == "" || sharesDash(lead, n)) {
		comments = append(comments[:len(comments):len(comments)], n.Note)
	}
	for _, c := range comments {
		if c != "" {
			c = indent + "# " + clean(c)
		}
		r.lines = append(r.lines, renderedLine{text: c})
	}
}

// sharesDash reports whether the first key of a map stands beside its dash.
func sharesDash(lead string, n *spec.Node) bool {
	return n.Kind == spec.Map && strings.HasSuffix(lead, "-")
}

// bytes joins the lines, with the comments between two empty lines one under the
// other.
func (r *renderer) bytes() []byte {
	var b bytes.Buffer
	column, block := 0, 0 // where comments stand, up to which line
	for i, l := range r.lines {
		if i == block {
			column, block = commentColumn(r.lines[i:])
			block += i
		}
		b.WriteString(l.text)
		if l.comment != "" {
			pad := max(0, column-utf8.RuneCountInString(l.text))
			b.WriteString(strings.Repeat(" ", pad) + "  # " + clean(l.comment))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// commentColumn returns the column at which the comments of the first lines stand,
// and how many lines that is: up to and with the next empty one.
func commentColumn(lines []renderedLine) (column, n int) {
	for _, l := range lines {
		if n++; l == (renderedLine{}) {
			break
		}
		if w := utf8.RuneCountInString(l.text); l.comment != "" && w <= maxAligned {
			column = max(column, w)
		}
	}
	return column, n
}

// clean keeps a line end within a comment from ending it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
