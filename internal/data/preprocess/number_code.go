package preprocess

import (
	"fmt"
	"slices"
	"strconv"

	"mlp/internal/embedding"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A numberCode writes the numbers of one column as its encoder says: what it learned of
// the training rows.
type numberCode struct {
	encode NumberEncoder
	ends   []float32 // of the pieces, ascending; nil where there are none
	cuts   []float64 // between the bins, ascending; of bins only
}

// fitNumberCode learns from the scaled numbers of the training rows, which it sorts, and
// from what stands in for those that are missing. A column of one value or two is not
// encoded: the number itself tells them apart.
func fitNumberCode(encode NumberEncoder, present, filled []float32) numberCode {
	slices.Sort(present)
	if values := slices.Compact(slices.Clone(present)); len(values) <= 2 {
		return numberCode{}
	}
	c := numberCode{encode: encode}
	if encode.Piecewise != nil {
		var z []float64
		for _, v := range append(present, filled...) {
			z = append(z, float64(v))
		}
		slices.Sort(z)
		c.ends = encode.Piecewise.Ends(z)
	}
	return c
}

// pure reports whether the pieces are the inputs of the network.
func (c numberCode) pure() bool { return c.encode.Piecewise != nil && c.encode.Piecewise.Dim == 0 }

// inputs names what stands for the number.
func (c numberCode) inputs(name string) []string {
	var names []string
	switch bins := c.encode.Bins; {
	case bins != nil && bins.output == oneHotBins:
		for i := range len(c.cuts) + 1 {
			names = append(names, name+".bin_"+strconv.Itoa(i))
		}
		return names
	case !c.pure():
		return []string{name}
	}
	for t := 1; t < len(c.ends); t++ {
		names = append(names, name+".piece_"+strconv.Itoa(t))
	}
	return names
}

// apply writes what stands for v, which is z when it is scaled, into row i of x, from
// column at on.
func (c numberCode) apply(x tensor.Mat, i, at int, v float64, z float32) {
	switch bins := c.encode.Bins; {
	case bins != nil && bins.output == oneHotBins:
		x.Set(i, at+binOf(c.cuts, v), 1)
		return
	case bins != nil:
		x.Set(i, at, float32(binOf(c.cuts, v)))
		return
	case !c.pure():
		x.Set(i, at, z)
		return
	}
	for t := range len(c.ends) - 1 {
		v, _ := embedding.Component(c.ends, t, z)
		x.Set(i, at+t, v)
	}
}

const endsName = "ends"

// save writes how many bins there are into n, and returns what was learned.
func (c numberCode) save(n *spec.Node, prefix string) []Numbers {
	if c.encode.Bins != nil {
		n.Put("bins", spec.NewInt(int64(len(c.cuts)+1)))
	}
	switch {
	case len(c.cuts) > 0:
		return []Numbers{{Name: prefix + cutsName, Data: c.cuts}}
	case c.ends == nil:
		return nil
	}
	ends := Numbers{Name: prefix + endsName}
	for _, v := range c.ends {
		ends.Data = append(ends.Data, float64(v))
	}
	return []Numbers{ends}
}

const cutsName = "boundaries"

// loadCuts reads the boundaries of so many bins.
func loadCuts(l *Loader, bins int, name string) []float64 {
	if bins == 1 {
		return nil
	}
	cuts := l.Table(name)
	if len(cuts) != bins-1 || len(slices.Compact(slices.Clone(cuts))) < len(cuts) {
		l.Fail("%q does not hold the boundaries of %s", name, problem.Count(bins, "bin"))
	}
	return cuts
}

func loadNumberCode(l *Loader, n *spec.Node, encode NumberEncoder, prefix string) numberCode {
	c := numberCode{encode: encode}
	if encode.Bins != nil {
		c.cuts = loadCuts(l, int(l.Float(n, "bins", 1, 1<<20)), prefix+cutsName)
	}
	if encode.Piecewise == nil {
		return c
	}
	for _, v := range l.Table(prefix + endsName) {
		c.ends = append(c.ends, Finite32(v))
	}
	if n := len(c.ends); n < 2 || n > encode.Piecewise.Bins+1 || len(slices.Compact(slices.Clone(c.ends))) < n {
		l.Fail("%q does not hold the ends of up to %d pieces", prefix+endsName, encode.Piecewise.Bins)
		c.ends = []float32{0, 1}
	}
	return c
}

func init() {
	Encoders.Elsewhere(func(name string) string {
		if _, ok := NumberEncoders.Describe(name); !ok {
			return ""
		}
		return fmt.Sprintf("%s is for numbers: write it under `numeric:`, or for one column under `columns:`", name)
	})
	NumberEncoders.Elsewhere(func(name string) string {
		if _, ok := Encoders.Describe(name); !ok {
			return ""
		}
		return fmt.Sprintf("%s is for categories: write it under `categorical:`, or for one column under `columns:`", name)
	})
}
