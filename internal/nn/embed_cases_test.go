package nn

import (
	"math"
	"slices"

	"mlp/internal/oracle"
	"mlp/internal/tensor"
)

// ofColumns is the float64 twin of a layer that makes numbers of single columns; its own
// Backward is not needed, since gradients are compared with differences of Forward.
type ofColumns struct {
	places []int
	concat bool
	params []*oracle.Param
	of     func(j int, x float64) []float64 // j counts the embedded columns
}

func (m *ofColumns) Forward(x oracle.Mat, _ bool) oracle.Mat {
	var y oracle.Mat
	for _, row := range x {
		var out []float64
		places := m.places
		if len(places) == 0 {
			for j := range row {
				places = append(places, j)
			}
		}
		for j, v := range row {
			if m.concat || !slices.Contains(places, j) {
				out = append(out, v)
			}
		}
		for j, from := range places {
			out = append(out, m.of(j, row[from])...)
		}
		y = append(y, out)
	}
	return y
}

func (m *ofColumns) Backward(oracle.Mat) oracle.Mat { panic("not needed") }
func (m *ofColumns) Params() []*oracle.Param        { return m.params }

// mixture is h·Wᵀ + b with the rows of W and of b that column j has.
func mixture(kernel, bias *oracle.Param, j int, shared bool, h []float64) []float64 {
	made := len(bias.Value[0])
	if shared {
		j = 0
	}
	out := slices.Clone(bias.Value[j])
	for k := range out {
		for f, v := range h {
			out[k] += kernel.Value[j*made+k][f] * v
		}
	}
	return out
}

func wavesOf(phases, relu, concat, shared bool, places ...int) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &ofColumns{places: places, concat: concat, of: func(j int, x float64) []float64 {
			var cos, sin []float64
			for f, frequency := range p("frequencies").Value[j] {
				angle := 2 * math.Pi * frequency * x
				if phases {
					angle += p("phases").Value[j][f]
				}
				cos, sin = append(cos, math.Cos(angle)), append(sin, math.Sin(angle))
			}
			if !phases {
				cos = append(cos, sin...)
			}
			out := mixture(p("kernel"), p("bias"), j, shared, cos)
			for k, v := range out {
				if relu {
					out[k] = max(v, 0)
				}
			}
			return out
		}}
	}
}

// riseBetween makes ends of pieces of random numbers: multiples of ¼, where inputs are
// not, rising, the last one in every second row standing twice.
func riseBetween(ends tensor.Mat) {
	for j := range ends.Rows {
		row := ends.Row(j)
		for t := range row {
			row[t] = float32(t-len(row)/2)/2 + float32(j)/4
		}
		if n := len(row); j%2 == 1 && n > 2 {
			row[n-1] = row[n-2]
		}
	}
}

func piecesOf(places ...int) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &ofColumns{places: places, of: func(j int, x float64) []float64 {
			ends := slices.Compact(slices.Clone(p("ends").Value[j]))
			h := make([]float64, len(p("ends").Value[j])-1)
			for t := range len(ends) - 1 {
				h[t] = (x - ends[t]) / (ends[t+1] - ends[t])
				if t > 0 {
					h[t] = max(h[t], 0)
				}
				if t < len(ends)-2 {
					h[t] = min(h[t], 1)
				}
			}
			out := mixture(p("kernel"), p("bias"), j, false, h)
			for k, u := range p("slope").Value[j] {
				out[k] += u * x
			}
			return out
		}}
	}
}
