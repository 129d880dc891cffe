package config

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mlp/internal/spec"
)

const (
	maxFlow    = 100 // columns up to which a map or list may stand on one line
	maxAligned = 60  // columns up to which a line has its comment under the others
)

// Render writes a tree as YAML, in the order of its fields; Parse reads the same
// tree from it. Sections stand in block style, short maps and lists in them on
// one line. With origins, every line with a value ends in a comment that says
// where the value comes from.
func Render(n *spec.Node, origins bool) []byte {
	r := renderer{origins: origins}
	r.value("", "", n, n.Origin, 0)
	return r.bytes()
}

type renderer struct {
	origins bool
	lines   []renderedLine
}

type renderedLine struct{ text, origin string }

// value writes n after lead, which is its key or the dash of a list, on one line
// or on lines of its own that begin with indent. A value without an origin has
// that of what it stands in.
func (r *renderer) value(lead, indent string, n *spec.Node, origin string, depth int) {
	if n.Origin != "" {
		origin = n.Origin
	}
	if text, origin, ok := r.oneLine(lead, n, origin, depth); ok {
		r.lines = append(r.lines, renderedLine{text, origin})
		return
	}
	if lead != "" && !(n.Kind == spec.Map && strings.HasSuffix(lead, "-")) {
		r.lines = append(r.lines, renderedLine{text: lead})
		lead = ""
	}
	for _, item := range n.Items {
		r.value(indent+"-", indent+"  ", item, origin, depth+1)
	}
	for _, k := range n.Keys {
		before := indent
		if lead != "" { // the first key shares the line of the dash
			before, lead = lead+" ", ""
		}
		r.value(before+quote(k.Name)+":", indent+"  ", k.Value, origin, depth+1)
	}
}

// oneLine returns lead and n on one line, and where all of n comes from.
func (r *renderer) oneLine(lead string, n *spec.Node, origin string, depth int) (string, string, bool) {
	if !n.IsScalar() && len(n.Items)+len(n.Keys) > 0 {
		if depth < 2 && n.Kind == spec.Map || !reads(n) {
			return "", "", false
		}
	}
	origin, same := commonOrigin(n, origin)
	if r.origins && !same {
		return "", "", false
	}
	text := flow(n)
	if lead != "" {
		text = lead + " " + text
	}
	fits := n.IsScalar() || utf8.RuneCountInString(text) <= maxFlow || isNumbers(n)
	return text, origin, fits
}

// reads reports whether a map or list reads well on one line: nothing in it is
// more than a list of values.
func reads(n *spec.Node) bool {
	for _, item := range n.Items {
		if !item.IsScalar() && (item.Kind == spec.Map || !reads(item)) {
			return false
		}
	}
	for _, k := range n.Keys {
		if !k.Value.IsScalar() && len(k.Value.Keys) > 0 || !reads(k.Value) {
			return false
		}
	}
	return true
}

// isNumbers tells a row of a matrix, which is long but no better on many lines.
func isNumbers(n *spec.Node) bool {
	for _, item := range n.Items {
		if item.Kind != spec.Int && item.Kind != spec.Float {
			return false
		}
	}
	return n.Kind == spec.List
}

// commonOrigin returns the origin that all values in n share.
func commonOrigin(n *spec.Node, inherited string) (string, bool) {
	if n.Origin != "" {
		inherited = n.Origin
	}
	if n.IsScalar() || len(n.Items)+len(n.Keys) == 0 {
		return inherited, true
	}
	children := append([]*spec.Node{}, n.Items...)
	for _, k := range n.Keys {
		children = append(children, k.Value)
	}
	common := ""
	for i, c := range children {
		origin, same := commonOrigin(c, inherited)
		if !same || i > 0 && origin != common {
			return "", false
		}
		common = origin
	}
	return common, true
}

// flow writes n on one line.
func flow(n *spec.Node) string {
	var parts []string
	switch n.Kind {
	case spec.List:
		for _, item := range n.Items {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case spec.Map:
		for _, k := range n.Keys {
			parts = append(parts, quote(k.Name)+": "+flow(k.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case spec.Null:
		return "null"
	case spec.String:
		return quote(n.Text)
	}
	if written := resolve(n.Text); written.Kind == n.Kind && written.Bool == n.Bool && written.Int == n.Int && written.Float == n.Float {
		return n.Text
	}
	return number(n)
}

// number writes a truth value or number whose text is not YAML.
func number(n *spec.Node) string {
	switch {
	case n.Kind == spec.Bool:
		return strconv.FormatBool(n.Bool)
	case n.Kind == spec.Int:
		return strconv.FormatInt(n.Int, 10)
	case math.IsNaN(n.Float):
		return ".nan"
	case math.IsInf(n.Float, 1):
		return ".inf"
	case math.IsInf(n.Float, -1):
		return "-.inf"
	}
	text := strconv.FormatFloat(n.Float, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0" // stays a Float
	}
	return text
}

// quote writes text so that every YAML reader takes it for the same text: as it
// is when it can be nothing else, otherwise in double quotes. Go's escapes are
// YAML's.
func quote(s string) string {
	if isPlain(s) {
		return s
	}
	return strconv.Quote(s)
}

// isPlain accepts text that begins like a name or path and holds nothing that
// YAML, of any version and in any place, reads as something else.
func isPlain(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) && first != '_' && first != '/' && !strings.HasPrefix(s, "./") && !strings.HasPrefix(s, "../") {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off":
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" _-./+*()%=@<>~^", r) {
			return false
		}
	}
	return !strings.HasSuffix(s, " ") && resolve(s).Kind == spec.String
}

// bytes joins the lines, with their comments one under the other.
func (r *renderer) bytes() []byte {
	column := 0
	for _, l := range r.lines {
		if w := utf8.RuneCountInString(l.text); l.origin != "" && w <= maxAligned {
			column = max(column, w)
		}
	}
	var b bytes.Buffer
	for _, l := range r.lines {
		b.WriteString(l.text)
		if r.origins && l.origin != "" {
			pad := max(0, column-utf8.RuneCountInString(l.text))
			b.WriteString(strings.Repeat(" ", pad) + "  # " + clean(l.origin))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// clean keeps the name of a file from ending its comment.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
