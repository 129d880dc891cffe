package preprocess

import (
	"slices"
	"strings"

	"mlp/internal/data/table"
	"mlp/internal/embedding"
	"mlp/internal/form"
	"mlp/internal/spec"
)

// An Expresser is a feature with a form outside: it writes down which inputs it makes of a
// cell. missing are the texts that stand for a missing cell; a missing number is NaN. A
// feature that is none is refused.
type Expresser interface {
	Express(b *form.Builder, cell form.Value, missing []string) form.Value
}

// A scalerForm is a scaler with a form outside: it writes down Scale.
type scalerForm interface {
	express(b *form.Builder, stats []float64, x form.Value) form.Value
}

func (identity) express(_ *form.Builder, _ []float64, x form.Value) form.Value { return x }

func (standard) express(b *form.Builder, stats []float64, x form.Value) form.Value {
	return b.Div(b.Sub(x, b.Const64(stats[0])), b.Const64(stats[1]))
}

func (minmax) express(b *form.Builder, stats []float64, x form.Value) form.Value {
	return standard{}.express(b, stats, x)
}

func (robust) express(b *form.Builder, stats []float64, x form.Value) form.Value {
	if stats[1] == 0 {
		return b.Const64(0)
	}
	return standard{}.express(b, stats, x)
}

func (logarithm) express(b *form.Builder, stats []float64, x form.Value) form.Value {
	log := b.Call(form.Log1p64, b.Abs(x))
	log = b.Select(b.Less(x, b.Const64(0)), b.Neg(log), log)
	return standard{}.express(b, stats, log)
}

// express writes down share, and what it is in the normal distribution. The places in the
// table are found by counting.
func (s quantiles) express(b *form.Builder, stats []float64, x form.Value) form.Value {
	last := len(stats) - 1
	zero, one := b.Const64(0), b.Const64(1)
	ends := b.Const64(stats...)
	share := zero
	if last > 0 {
		count := func(below form.Value) form.Value {
			n := b.Total(b.Select(below, one, zero), len(stats))
			return b.AtMost(b.AtLeast(n, one), b.Const64(float64(last)))
		}
		between := func(at form.Value) form.Value {
			before := b.Sub(at, one)
			from := b.RowsOf(b.To(form.Code, before), form.F64, stats, 1)
			to := b.RowsOf(b.To(form.Code, at), form.F64, stats, 1)
			part := b.Div(b.Sub(x, from), b.Sub(to, from))
			return b.Div(b.Add(before, part), b.Const64(float64(last)))
		}
		above := count(b.Or(b.Less(ends, x), b.Equal(ends, x)))
		first := count(b.Less(ends, x))
		share = b.Div(b.Add(between(above), between(first)), b.Const64(2))
	}
	share = b.Select(b.Less(x, b.Const64(stats[last])), share, one)
	share = b.Select(b.Less(b.Const64(stats[0]), x), share, zero)
	if !s.normal {
		return share
	}
	y := b.Call(normal, share)
	if stats[0] == stats[last] {
		y = b.Select(b.Equal(x, b.Const64(stats[0])), zero, y)
	}
	return y
}

// normal is normalQuantile.
var normal = form.Define("normal_quantile", []form.Type{form.F64}, func(b *form.Builder, x ...form.Value) form.Value {
	ratio := func(r form.Value, c [2][8]float64) form.Value {
		slices.Reverse(c[0][:])
		slices.Reverse(c[1][:])
		return b.Div(b.Horner64(r, c[0][:]...), b.Horner64(r, c[1][:]...))
	}
	p := b.AtMost(b.AtLeast(x[0], b.Const64(shareLimit)), b.Const64(1-shareLimit))
	q := b.Sub(p, b.Const64(0.5))
	middle := b.Mul(q, ratio(b.Sub(b.Const64(0.180625), b.Mul(q, q)), centre))
	least := b.AtMost(p, b.Sub(b.Const64(1), p))
	far := ratio(b.Sub(b.Sqrt(b.Neg(b.Call(form.Log64, least))), b.Const64(1.6)), tail)
	far = b.Select(b.Less(q, b.Const64(0)), b.Neg(b.Abs(far)), b.Abs(far))
	return b.Select(b.Less(b.Const64(0.425), b.Abs(q)), far, middle)
})

// express writes down apply.
func (c Clip) express(b *form.Builder, z form.Value) form.Value {
	bound := b.Const64(c.Max)
	switch {
	case c.Max == 0:
		return z
	case !c.Smooth:
		return b.AtLeast(b.AtMost(z, bound), b.Const64(-c.Max))
	}
	r := b.Div(z, bound)
	y := b.Div(z, b.Sqrt(b.Add(b.Const64(1), b.Mul(r, r))))
	y = b.Select(b.Less(b.Const64(1e9), r), bound, y)
	return b.Select(b.Less(r, b.Const64(-1e9)), b.Const64(-c.Max), y)
}

// express writes down what becomes of a number, NaN where it is missing.
func (s *scaling) express(b *form.Builder, x form.Value) form.Value {
	scaler, ok := s.config.Scale.Use.(scalerForm)
	if !ok {
		return b.Refuse(1, "its scaler has no form outside")
	}
	return b.Finite32(s.config.Clip.express(b, scaler.express(b, s.stats, s.filled(b, x))))
}

// filled writes down the number, or what stands in for it.
func (s *scaling) filled(b *form.Builder, x form.Value) form.Value {
	if !s.fills {
		return x
	}
	return b.Select(b.IsNaN(x), b.Const64(s.fill), x)
}

// Express writes down the number, its bin or its pieces, and the indicator.
func (f *number) Express(b *form.Builder, cell form.Value, _ []string) form.Value {
	x := b.To(form.F64, cell)
	var z form.Value
	if f.code.encode.Bins != nil {
		z = f.code.encode.Bins.express(b, f.code.cuts, f.scaling.filled(b, x))
	} else if z = f.scaling.express(b, x); f.code.pure() {
		z = embedding.Express(b, f.code.ends, z)
	}
	if f.settings.Numeric.Indicator != table.Yes {
		return z
	}
	return b.Join(z, b.Select(b.IsNaN(x), b.Const32(1), b.Const32(0)))
}

// strange is a word that no category is.
const strange = "\x00"

// Express writes down which category a word is, and a table of what is made of each: of
// the words, of one that is none of them, and of a missing one.
func (f *words) Express(b *form.Builder, cell form.Value, missing []string) form.Value {
	width, n := len(f.Inputs()), len(f.categories())
	if hashes(f.settings.Encoded.Encode.Use) {
		return b.Refuse(width, "its words are hashed, which no operation of a form does")
	}
	var table []float32 // one row for all words of which the same is made
	add := func(word string) int {
		row := make([]float32, width)
		f.encode(row, word, f.code(word), n)
		f.scales.apply(row)
		for i := range len(table) / width {
			if slices.Equal(table[i*width:(i+1)*width], row) {
				return i
			}
		}
		table = append(table, row...)
		return len(table)/width - 1
	}
	codes := make([]int, len(f.index.Words))
	for i, w := range f.index.Words {
		codes[i] = add(w)
	}
	unknown, gap := add(strange), add("")
	var match []form.Word
	taken := map[string]bool{}
	say := func(word string, code int) {
		if !taken[word] {
			taken[word] = true
			match = append(match, form.Word{Text: word, Code: code})
		}
	}
	say("", gap)
	for _, w := range missing {
		say(w, gap)
	}
	for _, w := range f.spellings() {
		if code := f.find(w); code >= 0 {
			say(w, codes[code])
		}
	}
	return b.Encode(b.Match(cell, match, unknown), table, width)
}

// spellings are the categories, whole numbers also with a point, and yes and no in all
// ways that are read, if the encoder knows them.
func (f *words) spellings() []string {
	all := slices.Clone(f.index.Words)
	if _, ok := f.settings.Encoded.Encode.Use.(finder); ok {
		for _, pair := range yesAndNo {
			for _, w := range pair {
				all = append(all, cases(w)...)
			}
		}
	}
	for _, w := range slices.Clone(all) {
		if v := whole(w); v != "" {
			all = append(all, v, v+".0")
		}
	}
	return all
}

// cases returns a word of letters in every mixture of small and capital ones.
func cases(w string) []string {
	if w == "" {
		return []string{""}
	}
	var all []string
	for _, rest := range cases(w[1:]) {
		all = append(all, w[:1]+rest)
		if capital := strings.ToUpper(w[:1]); capital != w[:1] {
			all = append(all, capital+rest)
		}
	}
	return all
}

// affine is a scaler that is (x − shift)/divisor.
type affine interface {
	affine(stats []float64) (shift, divisor float64)
}

func (identity) affine([]float64) (shift, divisor float64)       { return 0, 1 }
func (standard) affine(stats []float64) (shift, divisor float64) { return stats[0], stats[1] }
func (minmax) affine(stats []float64) (shift, divisor float64)   { return stats[0], stats[1] }
func (robust) affine(stats []float64) (shift, divisor float64)   { return stats[0], stats[1] }

// An Affine feature may be (x − shift)/divisor of a number and nothing else; why is what
// more it is, empty if there is nothing.
type Affine interface {
	Affine() (shift, divisor float64, why string)
}

// Affine is of numbers that are scaled alone.
func (f *number) Affine() (shift, divisor float64, why string) {
	scaler, ok := f.config.Scale.Use.(affine)
	switch {
	case !ok:
		name := f.config.Scale.Spec
		if name.Kind == spec.Map {
			name = name.Get("type")
		}
		return 0, 0, "`scale: " + name.Text + "` is no subtraction and division"
	case f.config.Clip.Max != 0:
		return 0, 0, "it is clipped"
	case f.settings.Numeric.Indicator == table.Yes:
		return 0, 0, "an indicator says where it is missing"
	case f.code.encode != (NumberEncoder{}):
		return 0, 0, "its number is encoded"
	}
	if shift, divisor = scaler.affine(f.stats); divisor == 0 {
		return 0, 0, "it was constant in training, and is always 0"
	}
	return shift, divisor, ""
}
