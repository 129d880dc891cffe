package preprocess

import (
	"fmt"
	"slices"

	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Categorical is the kind of columns of words that are none of the other kinds.
var Categorical = addKind(Kind{
	Name: "categorical", Rank: 1,
	Declared: func(g Given) bool { return g.Encode },
	AnyWord:  true,
	Idle: func(name string, g Given, s Settings) (msg, hint string) {
		switch {
		case g.Parts:
			return idleParts(name, "categorical")
		case g.Numeric:
			return fmt.Sprintf("column %q is categorical; scale, missing, indicator and clip are for numbers", name), "missing categories go to the bucket of unknown ones, or with `missing: mode` to the most frequent one"
		case g.MinCount && hashes(s.Encoded.Encode.Use):
			return fmt.Sprintf("column %q is hashed: its categories are not counted", name), "delete min_count"
		}
		return "", ""
	},
	New: newWords,
})

// words is a fitted column of categories.
type words struct {
	name     string
	settings Settings
	index    Index
	fill     string // the category that stands in for a missing one; "": the bucket does
}

func newWords(name string, s Settings) Feature { return &words{name: name, settings: s} }

func (f *words) Settings() Settings   { return f.settings }
func (f *words) Fills() bool          { return true }
func (f *words) Categories() []string { return f.index.Words }

// Unknown is never true of an encoder that keeps no categories.
func (f *words) Unknown(word string) bool { return len(f.index.Words) > 0 && f.index.Find(word) < 0 }

// Fit learns the categories that are frequent enough.
func (f *words) Fit(c *table.Column, rows []int) *problem.Problem {
	counts := make([]int, len(c.Words))
	for _, row := range rows {
		if code := c.Codes[row]; code >= 0 {
			counts[code]++
		}
	}
	var present []string // in these rows: others must not even change the order
	for code, n := range counts {
		if n > 0 {
			present = append(present, c.Words[code])
		}
	}
	all := NewIndex(present)
	merged := make([]int, len(all.Words))
	for code, n := range counts {
		if n > 0 {
			merged[all.Find(c.Words[code])] += n
		}
	}
	var frequent []string
	for i, n := range merged {
		if n >= f.settings.Encoded.MinCount {
			frequent = append(frequent, all.Words[i])
		}
	}
	if imputer, ok := f.settings.Encoded.Missing.Use.(WordImputer); ok && len(all.Words) > 0 {
		f.fill = imputer.FillWord(all.Words, merged)
	}
	chosen, bad := f.settings.Encoded.Encode.Use.Words(frequent)
	if bad != nil {
		return bad
	}
	f.index = IndexOf(chosen)
	return nil
}

func (f *words) Inputs() []string {
	var names []string
	for _, suffix := range f.settings.Encoded.Encode.Use.Inputs(f.index.Words, f.settings.Encoded.Other) {
		if suffix != "" {
			suffix = "=" + suffix
		}
		names = append(names, f.name+suffix)
	}
	return names
}

func (f *words) Apply(c *table.Column, rows []int, x tensor.Mat, at int) {
	n, width := len(f.index.Words), len(f.Inputs())
	codes := make([]int, len(c.Words))
	for i, w := range c.Words {
		if codes[i] = f.index.Find(w); codes[i] < 0 {
			codes[i] = n
		}
	}
	missing := n
	if code := f.index.Find(f.fill); code >= 0 && f.fill != "" {
		missing = code
	}
	for i, row := range rows {
		code, word := missing, f.fill
		if of := c.Codes[row]; of >= 0 {
			code, word = codes[of], c.Words[of]
		}
		f.settings.Encoded.Encode.Use.Encode(x.Row(i)[at:at+width], word, code, n)
	}
}

// Codes is of a column whose encoder leaves the vectors to the network.
func (f *words) Codes() (n, dim int, ok bool) {
	e, ok := f.settings.Encoded.Encode.Use.(coder)
	if !ok {
		return 0, 0, false
	}
	n = len(f.index.Words) + 1
	return n, e.dimension(n), true
}

func (f *words) Save(n *spec.Node) []Numbers {
	s := f.settings.Encoded
	n.Put("encode", s.Encode.Spec.Bare())
	n.Put("min_count", spec.NewInt(int64(s.MinCount)))
	n.Put("other", spec.NewBool(s.Other))
	n.Put("words", spec.TextList(f.index.Words))
	if f.fill != "" {
		n.Put("missing", s.Missing.Spec.Bare())
		n.Put("fill", spec.NewString(f.fill))
	}
	return nil
}

func (f *words) Load(l *Loader, n *spec.Node) {
	s := &f.settings.Encoded
	s.Encode = component(l, Encoders, n, "encode")
	s.MinCount = int(l.Float(n, "min_count", 1, 1<<40))
	s.Other = l.Bool(n, "other")
	all := l.Texts(n, "words")
	if table.Repeated(all) >= 0 {
		l.Fail("column %q: a category stands twice", f.name)
	}
	f.index = IndexOf(all)
	if n.Get("fill") != nil {
		f.fill = l.Text(n, "fill")
		s.Missing = component(l, Imputers, n, "missing")
	}
}

// checkWords refuses the cells whose words are not good.
func checkWords(t *table.Table, col *table.Column, list *problem.List, good func(word string) bool, describe func(text string) (msg, hint string)) {
	wrong := make([]bool, len(col.Words))
	for i, w := range col.Words {
		wrong[i] = !good(w)
	}
	if slices.Contains(wrong, true) {
		t.Refuse(list, col, nil, func(row int) bool { return col.Codes[row] >= 0 && wrong[col.Codes[row]] }, describe)
	}
}
