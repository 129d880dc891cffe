package optim

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"mlp/internal/kernel"
	"mlp/internal/schedule"
	"mlp/internal/spec"
)

var _ = add("muon",
	"momentum, made orthogonal for each matrix by Newton–Schulz iterations (Jordan et al. 2024; scaled as "+
		"in arXiv:2502.16982); Adam for vectors, embeddings and what members or columns have of their own",
	defaults{rate: 0.001, decay: new(0.004)}, readMuon)

type muon struct {
	adam       // for the parameters that are no matrices
	adamRate   float32
	adamDecay  schedule.Number
	a, b, c    float32 // of the iteration's quintic
	momentum   float32
	steps      int
	nesterov   bool
	rmsRate    float64 // 0: none
	embeddings bool    // are excluded
	excluded   []*regexp.Regexp

	params []Span
	plain  []bool // params[i] follows Adam
	partOf []int  // of Step's parts, the one in which params[i] lies

	x, gram, square, next []float32 // matrices of the iteration, for the largest parameter
}

func readMuon(f *spec.Fields) Rule {
	r := &muon{
		momentum:  float32(f.Float("momentum", 0.95, "share of the last step that is taken again", spec.In(0, 1))),
		nesterov:  f.Bool("nesterov", true, "looks ahead by the momentum"),
		steps:     f.Int("ns_steps", 5, "iterations that make the step orthogonal", spec.AtLeast(1)),
		a:         float32(f.Float("muon_a", 3.4445, "coefficient of the iteration a·x + b·x³ + c·x⁵")),
		b:         float32(f.Float("muon_b", -4.7750, "coefficient of the iteration")),
		c:         float32(f.Float("muon_c", 2.0315, "coefficient of the iteration")),
		adamRate:  float32(f.Float("adam_lr_ratio", 1, "factor of the learning rate under Adam", spec.NonNegative)),
		adamDecay: schedule.Read(f, "adam_weight_decay", new(0.004), "weight_decay of the parameters under Adam", 0, math.Inf(1)),
	}
	r.beta1 = newRunningMean(f.Float("adam_beta_1", 0.9, "decay of Adam's mean of g", spec.NonNegative, spec.Less(1)))
	r.beta2 = newRunningMean(f.Float("adam_beta_2", 0.999, "decay of Adam's mean of g²", spec.NonNegative, spec.Less(1)))
	r.eps = readEpsilon(f, "added to Adam's √v")
	r.rmsRate = f.Float("rms_rate", 0.2, "scales the step by rms_rate·√(longer side), so that Adam's learning rates fit; 0: no scaling", spec.NonNegative)
	r.embeddings = f.Bool("exclude_embeddings", true, "embeddings follow Adam")
	for _, text := range f.Strings("exclude_layers", nil, "regular expressions of parameters that follow Adam, for example \"dense_2\"") {
		re, err := regexp.Compile(text)
		if err != nil {
			f.Problem("exclude_layers", "", "%q is not a regular expression", text)
			continue
		}
		r.excluded = append(r.excluded, re)
	}
	return r
}

// Init implements Rule.
func (r *muon) Init(params []Span) {
	r.adam.Init(params)
	r.params, r.plain, r.partOf = params, make([]bool, len(params)), newPacing(params).partOf
	side, all := 0, 0
	for i, p := range params {
		r.plain[i] = p.Vector || p.Stacked || r.embeddings && strings.Contains(strings.ToLower(p.Name), "embedding") ||
			slices.ContainsFunc(r.excluded, func(re *regexp.Regexp) bool { return re.MatchString(p.Name) })
		if !r.plain[i] {
			side, all = max(side, min(p.Rows, p.Cols)), max(all, p.Len())
		}
	}
	r.x, r.next = make([]float32, all), make([]float32, all)
	r.gram, r.square = make([]float32, side*side), make([]float32, side*side)
}

func (r *muon) decayOf(i int, common float64, now schedule.Time) float64 {
	if r.plain[i] {
		return r.adamDecay.At(now)
	}
	return common
}

func (r *muon) overRun() bool { return r.adamDecay.OverRun() }

// Step implements Rule.
func (r *muon) Step(k *kernel.Engine, t int64, parts []Part, w, g []float32) {
	for i, p := range r.params {
		lr := parts[r.partOf[i]].LR
		weights, grads, m := p.of(w), p.of(g), p.of(r.m)
		if r.plain[i] {
			r.step(k, r.alpha(lr*r.adamRate, t), p.Off, p.Off+p.Len(), w, g)
			continue
		}
		for j, gj := range grads {
			m[j] += gj + float32(m[j]*(r.momentum-1))
			if r.nesterov {
				grads[j] = gj + float32(r.momentum*m[j])
			} else {
				grads[j] = m[j]
			}
		}
		scale := float32(1)
		if r.rmsRate > 0 {
			scale = float32(sqrt(float32(max(p.Rows, p.Cols))) * float32(r.rmsRate))
		}
		r.orthogonal(k, grads, p.Rows, p.Cols)
		for j, u := range grads {
			weights[j] -= float32(float32(lr*u) * scale)
		}
	}
}

// orthogonal replaces the rows × cols matrix g by one with nearly the same
// singular vectors and singular values near 1: X = a·X + (b·A + c·A²)·X with
// A = X·Xᵀ, from X = g/‖g‖, transposed if it is higher than wide.
func (r *muon) orthogonal(k *kernel.Engine, g []float32, rows, cols int) {
	x, next := r.x[:len(g)], r.next[:len(g)]
	high := rows > cols
	m, n := rows, cols
	if high {
		m, n = cols, rows
	}
	gram, square := r.gram[:m*m], r.square[:m*m]
	size := float32(norm(g)) + 1e-7
	for i := range rows {
		for j := range cols {
			at := i*cols + j
			if high {
				at = j*rows + i
			}
			x[at] = g[i*cols+j] / size
		}
	}
	for range r.steps {
		k.Gemm(kernel.NT, m, m, n, x, x, 0, gram)
		k.Gemm(kernel.NN, m, m, m, gram, gram, 0, square)
		for i, a := range gram {
			square[i] = float32(r.b*a) + float32(r.c*square[i])
		}
		k.Gemm(kernel.NN, m, n, m, square, x, 0, next)
		for i, v := range x {
			x[i] = float32(r.a*v) + next[i]
		}
	}
	for i := range rows {
		for j := range cols {
			at := i*cols + j
			if high {
				at = j*rows + i
			}
			g[i*cols+j] = x[at]
		}
	}
}
