package config

import (
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

// Fits reports whether a tree, written by Render, is a spec that can be read again: one
// has a limit of bytes and of values.
func Fits(n *spec.Node) bool {
	_, err := Parse(Render(n), "")
	return err == nil
}

// Render writes a tree as YAML, in the order of its fields; Parse reads the same
// tree from it. Sections stand in block style, short maps and lists in them on
// one line. The comments of a node stand above it and at the end of its line.
func Render(n *spec.Node) []byte {
	var r renderer
	r.value("", "", n, 0)
	return r.bytes()
}

type renderer struct{ lines []renderedLine }

type renderedLine struct{ text, comment string }

// value writes n after lead, which is its key or the dash of a list, on one line
// or on lines of its own that begin with indent.
func (r *renderer) value(lead, indent string, n *spec.Node, depth int) {
	text, comment, ok := oneLine(lead, n, depth)
	r.above(lead, n, ok)
	if ok {
		r.lines = append(r.lines, renderedLine{text, comment})
		return
	}
	if lead != "" && !sharesDash(lead, n) {
		r.lines = append(r.lines, renderedLine{lead, n.Note})
		lead = ""
	}
	for _, item := range n.Items {
		r.value(indent+"-", indent+"  ", item, depth+1)
	}
	for _, k := range n.Keys {
		before := indent
		if lead != "" { // the first key shares the line of the dash
			before, lead = lead+" ", ""
		}
		r.value(before+quote(k.Name)+":", indent+"  ", k.Value, depth+1)
	}
}

// oneLine returns lead and n on one line, and the comment of that line. A node
// stands on one line if it is short, holds nothing that reads badly there, and
// needs no more than one comment.
func oneLine(lead string, n *spec.Node, depth int) (text, comment string, ok bool) {
	if !n.IsScalar() && len(n.Items)+len(n.Keys) > 0 {
		if depth < 2 && n.Kind == spec.Map || !reads(n) {
			return "", "", false
		}
	}
	if comment, ok = lineComment(n); !ok {
		return "", "", false
	}
	text = flow(n)
	if lead != "" {
		text = lead + " " + text
	}
	return text, comment, n.IsScalar() || utf8.RuneCountInString(text) <= maxFlow || isNumbers(n)
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
