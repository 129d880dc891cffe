package pipeline

import (
	"math"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/spec"
)

// scaled restores a column of numbers or dates.
func (l *loader) scaled(f *feature, sc *schema.SchemaColumn, n *spec.Node) {
	sc.Numeric = preprocess.NumericConfig{
		Scale:     component(l, preprocess.Scalers, n, "scale"),
		Missing:   component(l, preprocess.Imputers, n, "missing"),
		Indicator: l.Bool(n, "indicator"),
		Clip:      l.Float(n, "clip", 0, math.MaxFloat64),
	}
	if sc.Kind == table.Date {
		sc.Parts = l.Texts(n, "parts")
	}
	f.column = *sc
	if l.Err != nil {
		return
	}
	if sc.Kind == table.Numeric {
		f.scaling = l.scaling(sc.Numeric, prefixOf(sc.Name))
		return
	}
	if len(sc.Parts) == 0 || table.Repeated(sc.Parts) >= 0 {
		l.Fail("column %q: a date has parts, each once", sc.Name)
	}
	for _, name := range sc.Parts {
		part, err := preprocess.DateParts.Build(spec.NewString(name))
		if err != nil {
			l.Fail("column %q: %v", sc.Name, err)
			return
		}
		q := fittedPart{name: name, DatePart: part}
		if part.On == nil {
			q.scaling = l.scaling(sc.Numeric, q.prefix(sc.Name))
		}
		f.parts = append(f.parts, q)
	}
}

func (l *loader) categorical(f *feature, sc *schema.SchemaColumn, n *spec.Node) {
	sc.Encoded = preprocess.CategoricalConfig{
		Encode:   component(l, preprocess.Encoders, n, "encode"),
		MinCount: int(l.Float(n, "min_count", 1, 1<<40)),
		Other:    l.Bool(n, "other"),
	}
	f.column = *sc
	words := l.Texts(n, "words")
	if table.Repeated(words) >= 0 {
		l.Fail("column %q: a category stands twice", sc.Name)
	}
	f.words = schema.IndexOf(words)
	if n.Get("fill") != nil {
		f.gap = l.Text(n, "fill")
		sc.Encoded.Missing = component(l, preprocess.Imputers, n, "missing")
		f.column = *sc
	}
}
