package config

import (
	"math"
	"regexp"
	"strconv"

	"mlp/internal/spec"
)

// The numbers of YAML 1.2's core schema. There, 017 is decimal; before 1.2 it
// was octal, which now is 0o17.
var (
	decimal = regexp.MustCompile(`^[-+]?[0-9]+$`)
	octal   = regexp.MustCompile(`^0o[0-7]+$`)
	hex     = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	float   = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

var words = map[string]*spec.Node{
	"": spec.NewNull(), "~": spec.NewNull(), "null": spec.NewNull(), "Null": spec.NewNull(), "NULL": spec.NewNull(),
	"true": spec.NewBool(true), "True": spec.NewBool(true), "TRUE": spec.NewBool(true),
	"false": spec.NewBool(false), "False": spec.NewBool(false), "FALSE": spec.NewBool(false),
	".nan": special(math.NaN()), ".NaN": special(math.NaN()), ".NAN": special(math.NaN()),
	".inf": special(math.Inf(1)), ".Inf": special(math.Inf(1)), ".INF": special(math.Inf(1)),
	"+.inf": special(math.Inf(1)), "+.Inf": special(math.Inf(1)), "+.INF": special(math.Inf(1)),
	"-.inf": special(math.Inf(-1)), "-.Inf": special(math.Inf(-1)), "-.INF": special(math.Inf(-1)),
}

func special(f float64) *spec.Node { return &spec.Node{Kind: spec.Float, Float: f} }

// resolve says what a word without quotes means: nothing, a truth value, a
// number or text. The node keeps the word as it was written. Whole numbers
// beyond 64 bits become Floats, as does 1e3.
func resolve(word string) *spec.Node {
	if w := words[word]; w != nil {
		n := w.Clone()
		n.Text = word
		return n
	}
	for _, form := range []struct {
		pattern      *regexp.Regexp
		prefix, base int
	}{{decimal, 0, 10}, {octal, 2, 8}, {hex, 2, 16}} {
		if form.pattern.MatchString(word) {
			if i, err := strconv.ParseInt(word[form.prefix:], form.base, 64); err == nil {
				n := spec.NewInt(i)
				n.Text = word
				return n
			}
		}
	}
	if float.MatchString(word) {
		f, _ := strconv.ParseFloat(word, 64) // out of range is ±Inf, which no field accepts
		return &spec.Node{Kind: spec.Float, Float: f, Text: word}
	}
	return spec.NewString(word)
}
