package preprocess

import (
	"fmt"
	"slices"

	"mlp/internal/data/scan"
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
		case g.NumberCode:
			return idleCode(name, "categorical")
		case g.Fill:
			return fmt.Sprintf("column %q is categorical; what stands in for missing numbers does not stand in for words", name), "a missing category is one of its own, or with `missing: mode` the most frequent one"
		case g.MinCount && hashes(s.Encoded.Encode.Use):
			return fmt.Sprintf("column %q is hashed: its categories are not counted", name), "delete min_count"
		case g.Scale && codes(s.Encoded.Encode.Use) && (s.Encoded.Scale.Given() || s.Encoded.Clip.Max != 0):
			return fmt.Sprintf("column %q is encoded by learned vectors, which are not scaled", name), "delete scale and clip"
		}
		return "", ""
	},
	New: newWords,
})

// spellingExact is saved of a column whose words are numbers of which another spelling is
// another word. Models of before tell numbers apart by value.
const spellingExact = "exact"

// words is a fitted column of categories.
type words struct {
	name     string
	settings Settings
	index    Index
	fill     string // the category that stands in for a missing one; "": none does
	apart    apart
	scales   inputScales
}

func newWords(name string, s Settings) Feature { return &words{name: name, settings: s} }

func (f *words) Settings() Settings   { return f.settings }
func (f *words) Fills() bool          { return true }
func (f *words) Categories() []string { return f.index.Words }

// Unknown is never true of an encoder that keeps no categories.
func (f *words) Unknown(word string) bool { return len(f.index.Words) > 0 && f.find(word) < 0 }

// find returns the place of a word among the categories, or -1.
func (f *words) find(word string) int {
	if e, ok := f.settings.Encoded.Encode.Use.(finder); ok {
		return e.find(word, f.index.Words)
	}
	return f.index.Find(word)
}

// Fit learns the categories that are frequent enough, and how they are encoded.
func (f *words) Fit(c *table.Column, rows []int) *problem.Problem {
	s := &f.settings.Encoded
	counts, missing := make([]int, len(c.Words)), 0
	for _, row := range rows {
		if code := c.Codes[row]; code >= 0 {
			counts[code]++
		} else {
			missing++
		}
	}
	var present []string // in these rows: others must not even change the order
	for code, n := range counts {
		if n > 0 {
			present = append(present, c.Words[code])
		}
	}
	all := newIndex(present, bySpelling)
	merged := make([]int, len(all.Words))
	for code, n := range counts {
		if n > 0 {
			merged[all.Find(c.Words[code])] += n
		}
	}
	var frequent []string
	var often []int
	for i, n := range merged {
		if n >= s.MinCount {
			frequent, often = append(frequent, all.Words[i]), append(often, n)
		}
	}
	if imputer, ok := s.Missing.Use.(WordImputer); ok && len(all.Words) > 0 {
		f.fill = imputer.FillWord(all.Words, merged)
	}
	if e, ok := s.Encode.Use.(chooser); ok {
		use, words := e.choose(frequent, often, s.Other)
		if frequent = words; use.Spec != nil {
			s.Encode = use
		}
	}
	chosen, bad := s.Encode.Use.Words(frequent)
	if bad != nil {
		return bad
	}
	f.index = IndexOf(chosen)
	f.index.exact = f.index.codes()
	f.setApart(missing)
	if s.Clip.Max != 0 && !s.Scale.Given() {
		s.Scale = unscaled
	}
	if s.Scale.Given() && !codes(s.Encode.Use) {
		f.scales = f.fitScales(c.Words, counts, missing)
	}
	return nil
}

func (f *words) Inputs() []string {
	var names []string
	for _, suffix := range f.settings.Encoded.Encode.Use.Inputs(f.categories(), f.settings.Encoded.Other) {
		if suffix != "" {
			suffix = "=" + suffix
		}
		names = append(names, f.name+suffix)
	}
	if f.apart == beside {
		names = append(names, f.name+"=missing")
	}
	return names
}

// code returns the place of a word among the categories of the encoder, and their
// number where there is none; "" is a missing one.
func (f *words) code(word string) int {
	n := len(f.index.Words)
	if word == "" && f.fill == "" && f.apart == asCategory {
		return n
	}
	if word == "" {
		word = f.fill
	}
	code := -1
	if word != "" {
		code = f.find(word)
	}
	if code < 0 {
		code = len(f.categories())
	}
	return code
}

// encode writes the inputs of a word, "" where it is missing, with its code, before
// they are scaled. dst holds zeros; n is the number of categories.
func (f *words) encode(dst []float32, word string, code, n int) {
	if f.apart == beside {
		last := len(dst) - 1
		if word == "" {
			dst[last] = 1
		}
		dst = dst[:last:last]
	}
	if word == "" {
		word = f.fill
	}
	f.settings.Encoded.Encode.Use.Encode(dst, word, code, n)
}

func (f *words) Apply(c *table.Column, rows []int, x tensor.Mat, at int) {
	n, width := len(f.categories()), len(f.Inputs())
	codes := make([]int, len(c.Words)+1) // the last one is of a missing cell
	for i, w := range c.Words {
		codes[i] = f.code(w)
	}
	codes[len(c.Words)] = f.code("")
	for i, row := range rows {
		code, word := codes[len(c.Words)], ""
		if of := c.Codes[row]; of >= 0 {
			code, word = codes[of], c.Words[of]
		}
		dst := x.Row(i)[at : at+width]
		f.encode(dst, word, code, n)
		f.scales.apply(dst)
	}
}

// fitScales learns the scale of every input; counts says how often each word stands in
// the training rows, and missing how many cells are empty.
func (f *words) fitScales(all []string, counts []int, missing int) inputScales {
	n, width, rows := len(f.categories()), len(f.Inputs()), missing
	written := make([][]float64, width) // of each input what is not 0, as often as it is so
	dst := make([]float32, width)
	add := func(word string, times int) {
		if times == 0 {
			return
		}
		clear(dst)
		f.encode(dst, word, f.code(word), n)
		for j, v := range dst {
			if v != 0 {
				for range times {
					written[j] = append(written[j], float64(v))
				}
			}
		}
	}
	for i, w := range all {
		add(w, counts[i])
		rows += counts[i]
	}
	add("", missing)
	return fitInputScales(f.settings.Encoded.Scale.Use, f.settings.Encoded.Clip, written, rows)
}

// codes reports whether an encoder leaves the vectors to the network.
func codes(e Encoder) bool {
	_, ok := e.(coder)
	return ok
}

// Embedding is of a column whose encoder leaves the vectors to the network.
func (f *words) Embedding() (Embedding, bool) {
	e, ok := f.settings.Encoded.Encode.Use.(coder)
	if !ok {
		return Embedding{}, false
	}
	n := len(f.categories()) + 1
	return Embedding{Vectors: Vectors{Codes: n, Dim: e.dimension(n), Standard: e.standard()}}, true
}

func (f *words) Save(n *spec.Node) []Numbers {
	s := f.settings.Encoded
	n.Put("encode", s.Encode.Spec.Bare())
	n.Put("min_count", spec.NewInt(int64(s.MinCount)))
	n.Put("other", spec.NewBool(s.Other))
	n.Put("words", spec.TextList(f.index.Words))
	if f.index.exact {
		n.Put("spelling", spec.NewString(spellingExact))
	}
	if f.fill != "" {
		n.Put("missing", s.Missing.Spec.Bare())
		n.Put("fill", spec.NewString(f.fill))
	}
	if f.apart != notApart {
		n.Put("apart", spec.NewString(apartNames[f.apart]))
	}
	if f.scales == nil {
		return nil
	}
	n.Put("scale", s.Scale.Spec.Bare())
	n.Put("clip", s.Clip.save())
	return f.scales.save(s.Scale.Use, Prefix(f.name))
}

func (f *words) Load(l *Loader, n *spec.Node) {
	s := &f.settings.Encoded
	s.Encode = component(l, Encoders, n, "encode")
	s.MinCount = int(l.Float(n, "min_count", 1, 1<<40))
	s.Other = l.Bool(n, "other")
	all := l.Texts(n, "words")
	if scan.Repeated(all) >= 0 {
		l.Fail("column %q: a category stands twice", f.name)
	}
	f.index = IndexOf(all)
	if n.Get("spelling") != nil {
		l.Enum(n, "spelling", spellingExact)
		f.index.exact = true
	}
	if n.Get("fill") != nil {
		f.fill = l.Text(n, "fill")
		s.Missing = component(l, Imputers, n, "missing")
	}
	if n.Get("apart") != nil {
		f.apart = apart(1 + l.Enum(n, "apart", apartNames[1:]...))
	}
	if n.Get("scale") == nil || l.Err != nil {
		return
	}
	s.Scale = component(l, Scalers, n, "scale")
	s.Clip = loadClip(l, n, "clip")
	if l.Err == nil {
		f.scales = loadInputScales(l, s.Scale.Use, s.Clip, Prefix(f.name), len(f.Inputs()))
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
