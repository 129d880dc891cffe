package nn

import (
	"math"

	"mlp/internal/embedding"
	"mlp/internal/kernel"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("periodic", "Periodic",
	"waves of single columns, of learned frequencies, mixed for each column by itself (PLR, arXiv:2203.05556; PBLD of RealMLP, arXiv:2407.04491)",
	func(f *spec.Fields) Layer {
		return &Periodic{Periodic: embedding.ReadPeriodic(f), places: places(f)}
	})

// places reads which columns are embedded and returns them counted from 0.
func places(f *spec.Fields) []int {
	var places []int
	for _, c := range f.Floats("columns", nil, "which inputs are embedded, counted from 1; empty: all. The others pass as they are, before what is made of these") {
		if c != math.Floor(c) || c < 1 {
			f.Problem("columns", "write the columns' places: [1, 4]", "%v is not the place of a column", c)
			continue
		}
		places = append(places, int(c)-1)
	}
	return places
}

// Periodic makes of every embedded column x the waves h, and of these e = h·W + b:
//
//	h_f = cos(2π·w_f·x + φ_f)                  with phases
//	h_f = cos(2π·w_f·x), h_(F+f) = sin(2π·w_f·x)   without
//
// A row of the output holds all inputs (without concat, those that are not embedded),
// then e of each embedded column. Every column has weights of its own.
type Periodic struct {
	embedding.Periodic

	places []int // embedded columns, counted from 0; empty: all

	in                                embedded
	frequencies, phases, kernel, bias ParamID
	waves, slopes, dwaves, mixed      BufID // see Forward
}

func (e *Periodic) defaultRate() float64 { return embedding.PeriodicRate }

// Plan declares the frequencies (columns, F), the phases (columns, F), the kernel, of
// each column made × waves, and the bias (columns, made).
func (e *Periodic) Plan(p *Plan, in int) int {
	e.in.plan(p, e.places, in, e.Concat, e.Made())
	n, waves := len(e.in.places), e.Waves()
	e.frequencies = p.Param("frequencies", Param{Rows: n, Cols: e.Frequencies, Trainable: true, Stacked: true, Decay: true, Init: e.startFrequencies()})
	if e.Phases {
		e.phases = p.Param("phases", Param{Rows: n, Cols: e.Frequencies, Trainable: true, Stacked: true, Init: uniformWithin(math.Pi)})
	}
	blocks, start := n, uniformWithin(1/math.Sqrt(float64(waves)))
	if e.Shared {
		blocks = 1
	}
	e.kernel = p.Param("kernel", Param{Rows: blocks * e.Made(), Cols: waves, Trainable: true, Stacked: true, Decay: true, Init: start})
	e.bias = p.Param("bias", Param{Rows: blocks, Cols: e.Made(), Trainable: true, Stacked: true, Init: start})
	e.waves, e.dwaves = p.Buffer(n*waves), p.Buffer(n*waves)
	e.slopes = e.waves
	if e.Phases {
		e.slopes = p.Buffer(n * waves)
	}
	e.mixed = p.Buffer(n * e.Made())
	return e.in.out
}

func (e *Periodic) madeOf(columns []string) []string { return e.in.madeOf(columns) }

// uniformWithin draws uniformly from ± limit.
func uniformWithin(limit float64) Initializer {
	return fillFunc(func(w []float32, _ []int, s rng.Stream) { uniform(w, s, -limit, limit) })
}

// startFrequencies draws N(0, sigma²), without phases cut at three sigma, as the papers do.
func (e *Periodic) startFrequencies() Initializer {
	return fillFunc(func(w []float32, _ []int, s rng.Stream) {
		for i := range w {
			v := s.Normal(uint64(i))
			for k := uint64(1); !e.Phases && math.Abs(v) > 3; k++ {
				v = s.At(k).Normal(uint64(i))
			}
			w[i] = float32(e.Sigma * v)
		}
	})
}

// columnBlock returns the part of a buffer that belongs to column j: rows of the batch lie
// beside one another in it, so that products run along them.
func columnBlock(buf []float32, j, width, rows int) []float32 {
	return buf[j*width*rows : (j+1)*width*rows]
}

// Forward computes the waves (of each column F × batch) with their sines, mixes them
// (made × batch) and lays the result out by rows.
func (e *Periodic) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	n, waves, made := x.Rows, e.Waves(), e.Made()
	columns := e.in.gather(w, x)                                                            // (columns, batch)
	all, slopes, mixed := w.values(e.waves, n), w.values(e.slopes, n), w.values(e.mixed, n) // (columns, waves, batch) twice, (columns, made, batch)
	frequencies, kern := w.Param(e.frequencies), w.Param(e.kernel)                          // (columns, F), (columns·made, waves)
	for j := range columns.Rows {
		z := columns.Row(j)
		cos, sin := columnBlock(all, j, waves, n), columnBlock(slopes, j, waves, n)
		if !e.Phases {
			cos, sin = cos[:len(cos)/2], cos[len(cos)/2:]
		}
		for f, frequency := range frequencies.Row(j) {
			phase := float32(0)
			if e.Phases {
				phase = float32(w.Param(e.phases).At(j, f) * (1 / (2 * math.Pi)))
			}
			w.K.Affine(sin[f*n:(f+1)*n], z, frequency, phase) // in turns, where the sine comes to stand
		}
		w.K.SinCosTurns(sin, cos, sin)
		w.K.Gemm(kernel.NN, made, n, waves, e.of(kern, j, made).Data, columnBlock(all, j, waves, n), 0, columnBlock(mixed, j, made, n))
	}
	return e.in.scatter(w, x, mixed, w.Param(e.bias), e.ReLU)
}

// of returns the rows of the kernel that column j has.
func (e *Periodic) of(m tensor.Mat, j, made int) tensor.Mat {
	if e.Shared {
		return m
	}
	return m.Slice(j*made, (j+1)*made)
}

// Backward computes, with d = ∂loss/∂e, db = Σ d, dW = d·hᵀ, dh = Wᵀ·d, and from the
// angle a of each wave, da = −sin a·dh_cos + cos a·dh_sin: dφ = Σ da, dw = 2π·Σ da·x,
// dx = 2π·Σ w·da. Sums over rows go in their order.
func (e *Periodic) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	n, waves, made := dy.Rows, e.Waves(), e.Made()
	columns := e.in.columns(w, n)                              // (columns, batch)
	mixed := e.in.collect(w, dy, w.values(e.mixed, n), e.ReLU) // ∂loss/∂e (columns, made, batch)
	all, slopes, dwaves := w.values(e.waves, n), w.values(e.slopes, n), w.values(e.dwaves, n)
	frequencies, kern := w.Param(e.frequencies), w.Param(e.kernel)
	learns := !w.Grad(e.kernel).Empty()
	if learns {
		sumColumns(w.Grad(e.bias), mixed, n, e.Shared)
	}
	for j := range columns.Rows {
		d := columnBlock(mixed, j, made, n) // (made, batch)
		if learns {
			beta := float32(0)
			if e.Shared && j > 0 {
				beta = 1
			}
			w.K.Gemm(kernel.NT, made, waves, n, d, columnBlock(all, j, waves, n), beta, e.of(w.Grad(e.kernel), j, made).Data)
		}
		dh := columnBlock(dwaves, j, waves, n)
		w.K.Gemm(kernel.TN, waves, n, made, e.of(kern, j, made).Data, d, 0, dh)
		e.backWaves(w, j, columns.Row(j), columnBlock(all, j, waves, n), columnBlock(slopes, j, waves, n), dh, frequencies.Row(j), learns)
	}
	return e.in.back(w, dy)
}

// backWaves computes the gradients of the frequencies, phases and inputs of column j
// from dh (waves, batch).
func (e *Periodic) backWaves(w *Workspace, j int, z, cos, sin, dh, frequencies []float32, learns bool) {
	n := len(z)
	dz := e.in.grad(w, j, n) // (batch), or empty
	dhSin := []float32(nil)
	if !e.Phases {
		half := len(cos) / 2
		cos, sin, dh, dhSin = cos[:half], cos[half:], dh[:half], dh[half:]
	}
	if e.Phases {
		for i, v := range sin {
			dh[i] *= -v
		}
	} else {
		for i, v := range sin {
			dh[i] = float32(cos[i]*dhSin[i]) - float32(v*dh[i])
		}
	}
	if learns {
		for f := 0; f < len(frequencies); f += 4 {
			sums, weighted := sumFour(dh[f*n:], z)
			for i := range min(4, len(frequencies)-f) {
				w.Grad(e.frequencies).Set(j, f+i, float32(weighted[i]*(2*math.Pi)))
				if e.Phases {
					w.Grad(e.phases).Set(j, f+i, sums[i])
				}
			}
		}
	}
	if len(dz) > 0 {
		for f, frequency := range frequencies {
			w.K.Axpy(float32(frequency*(2*math.Pi)), dh[f*n:(f+1)*n], dz)
		}
	}
}

// sumFour returns Σ d and Σ d·z of the first four rows of d (any, len(z)), or of as many
// as there are. Each sum waits for its last addition, so four are under way.
func sumFour(d, z []float32) (sums, weighted [4]float32) {
	n := len(z)
	if len(d) < 4*n {
		for k := range len(d) / n {
			for i, v := range d[k*n : (k+1)*n] {
				sums[k] += v
				weighted[k] += float32(v * z[i])
			}
		}
		return sums, weighted
	}
	d0, d1, d2, d3 := d[:n], d[n:2*n], d[2*n:3*n], d[3*n:4*n]
	var s0, s1, s2, s3, w0, w1, w2, w3 float32
	for i, x := range z {
		v0, v1, v2, v3 := d0[i], d1[i], d2[i], d3[i]
		s0, s1, s2, s3 = s0+v0, s1+v1, s2+v2, s3+v3
		w0, w1, w2, w3 = w0+float32(v0*x), w1+float32(v1*x), w2+float32(v2*x), w3+float32(v3*x)
	}
	return [4]float32{s0, s1, s2, s3}, [4]float32{w0, w1, w2, w3}
}
