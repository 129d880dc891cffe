package preprocess

import (
	"slices"

	"mlp/internal/data/table"
	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

// Bins say how a number becomes the bin that it lies in, as Keras's layer Discretization
// has it: bin i holds the numbers from boundary i on, up to the next one, and bin 0 those
// below all boundaries.
type Bins struct {
	count  int       // of bins between quantiles; 0 where the boundaries are given
	given  []float64 // boundaries, ascending
	output string
	dim    int    // of the vector that is learned of a bin; 0: by their number
	start  string // how it starts
}

// What output_mode may say.
const oneHotBins, numberOfBin, vectorOfBin = "one_hot", "int", "embedding"

// usualBins is how many bins there are where the spec is silent.
const usualBins = 10

var _ = NumberEncoders.Add("discretization", "the bin that the number lies in, be it scaled or not: Keras's layer Discretization. A bin begins with its boundary; what stands in for a missing number is in the bin of that", func(f *spec.Fields) NumberEncoder {
	b := &Bins{
		count:  f.OptInt("num_bins", "how many bins; their boundaries are quantiles of the training rows, of which equal ones are one, so that there may be fewer; null: 10, if there are no bin_boundaries", spec.In(2, 4096)),
		given:  f.Floats("bin_boundaries", nil, "boundaries in the place of quantiles, ascending: one fewer than there are bins"),
		output: f.Enum("output_mode", oneHotBins, "what the network is given: an input for each bin, as one_hot has it for categories; the number of the bin, from 0 (int); a vector that it learns of the bin (embedding)", oneHotBins, numberOfBin, vectorOfBin),
		dim:    f.OptInt("dim", "length of that vector; null: 1.6·n^0.56 of n bins, at most 600", spec.In(1, 65536)),
		start:  f.Enum("embeddings_initializer", "uniform", "how the vectors start: as those of categories", "uniform", "normal"),
	}
	f.Moot("epsilon", "the quantiles are exact")
	f.Moot("sparse", "inputs are dense", "false")
	for i := 1; i < len(b.given); i++ {
		if b.given[i] <= b.given[i-1] {
			f.Problem("bin_boundaries", "write each once, the lowest first", "%v stands behind %v", b.given[i], b.given[i-1])
			b.given = b.given[:i]
			break
		}
	}
	switch {
	case b.count > 0 && len(b.given) > 0:
		f.Problem("num_bins", "drop one of them", "bin_boundaries say already how many bins there are")
	case b.output != vectorOfBin && b.dim > 0:
		f.Problem("dim", "drop it, or write `output_mode: embedding`", "nothing is learned of the bins under output_mode: %s", b.output)
	case b.count == 0 && len(b.given) == 0:
		b.count = usualBins
	}
	return NumberEncoder{Bins: b}
})

// boundaries returns those of a column, whose numbers in the training rows are x; it sorts
// them. Of quantiles that are equal one is left, and none that is the least number, below
// which there is nothing. Numbers that are kept in float32 are compared with given
// boundaries that are, so that 0.7 of the table lies in the bin that begins with 0.7.
func (b *Bins) boundaries(c *table.Column, x []float64) (cuts []float64) {
	if b.given != nil {
		for _, v := range b.given {
			if c.Wide == nil {
				v = float64(float32(v))
			}
			cuts = append(cuts, v)
		}
		return slices.Compact(cuts)
	}
	slices.Sort(x)
	for i := 1; i < b.count && len(x) > 0; i++ {
		v := stats.Quantile(x, float64(i)/float64(b.count))
		if v > x[0] && (len(cuts) == 0 || v > cuts[len(cuts)-1]) {
			cuts = append(cuts, v)
		}
	}
	return cuts
}

// binOf returns the bin of v between ascending boundaries.
func binOf(cuts []float64, v float64) int {
	i, is := slices.BinarySearch(cuts, v)
	if is {
		i++
	}
	return i
}

// express writes down what is made of a number that is not missing.
func (b *Bins) express(w *form.Builder, cuts []float64, x form.Value) form.Value {
	bins := len(cuts) + 1
	at := w.Const64(0)
	if len(cuts) > 0 {
		ends := w.Const64(cuts...)
		at = w.Total(w.Select(w.Or(w.Less(ends, x), w.Equal(ends, x)), w.Const64(1), w.Const64(0)), len(cuts))
	}
	if b.output != oneHotBins {
		return w.To(form.F32, at)
	}
	table := make([]float32, bins*bins) // a row for each bin
	for i := range bins {
		table[i*bins+i] = 1
	}
	return w.Encode(w.To(form.Code, at), table, bins)
}
