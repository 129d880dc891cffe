package preprocess

import (
	"math"

	"mlp/internal/data/dialect"
	"mlp/internal/data/quantity"
	"mlp/internal/data/table"
	"mlp/internal/spec"
)

// A reader returns what reads words, among which are these, as numbers.
type reader func(words []string, s Settings) func(word string) (float64, bool)

// column returns the numbers of a column of words.
func (r reader) column(c *table.Column, s Settings) *table.Column {
	if c == nil || c.Codes == nil {
		return c
	}
	value := r(c.Words, s)
	of := make([]float64, len(c.Words))
	for i, w := range c.Words {
		v, ok := value(w)
		if of[i] = v; !ok {
			of[i] = math.NaN() // it has been complained of
		}
	}
	numbers := *c
	numbers.Kind, numbers.Codes, numbers.Words = table.Numeric, nil, nil
	numbers.Wide = make([]float64, len(c.Codes))
	for row, code := range c.Codes {
		if numbers.Wide[row] = math.NaN(); code >= 0 {
			numbers.Wide[row] = of[code]
		}
	}
	return &numbers
}

// formOf returns the form of the words of a column.
func formOf(words []string, s Settings) quantity.Form {
	if s.Form != nil {
		return *s.Form
	}
	f, _ := quantity.Most(words, s.Marks)
	return f.Form
}

// saveForm writes what a model keeps of a form.
func saveForm(f quantity.Form) *spec.Node {
	n := spec.NewMap()
	n.Put("money", spec.NewString(f.Money))
	n.Put("unit", spec.NewString(f.Unit))
	n.Put("scaled", spec.NewBool(f.Scaled))
	n.Put("marks", dialect.Reading{Marks: f.Marks}.Node())
	return n
}

func loadForm(l *Loader, n *spec.Node) *quantity.Form {
	f := &quantity.Form{Money: l.Text(n, "money"), Unit: l.Text(n, "unit"), Scaled: l.Bool(n, "scaled")}
	if l.Err == nil {
		_, problems := spec.Decode(n.Get("marks"), func(of *spec.Fields) { f.Marks = dialect.Decode(of).Marks })
		if len(problems) > 0 {
			l.Fail("%v", problems)
		}
	}
	return f
}
