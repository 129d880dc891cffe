package oracle

import "math"

// An Optimizer updates one vector of parameters by Keras's rules. Name and
// settings are Keras's; weight decay is w ← w − w·decay·lr before the update.
type Optimizer struct {
	Name     string
	Settings Params

	t     float64 // updates done
	slots map[string][]float64
}

// slot returns a state vector as long as w, at first filled with v.
func (o *Optimizer) slot(name string, w []float64, v float64) []float64 {
	if o.slots == nil {
		o.slots = map[string][]float64{}
	}
	if o.slots[name] == nil {
		s := make([]float64, len(w))
		for i := range s {
			s[i] = v
		}
		o.slots[name] = s
	}
	return o.slots[name]
}

// Step updates w from the gradient g at the rate lr.
func (o *Optimizer) Step(lr float64, w, g []float64) {
	o.t++
	decay := 0.0
	if o.Name == "adamw" {
		decay = 0.004
	}
	decay = o.Settings.get("weight_decay", decay)
	for i := range w {
		w[i] -= w[i] * decay * lr
	}
	rules[o.Name](o, o.Settings, lr, w, g)
}

var rules = map[string]func(o *Optimizer, s Params, lr float64, w, g []float64){
	"sgd": sgd, "rmsprop": rmsprop, "adam": adam, "adamw": adam, "adamax": adamax,
	"nadam": nadam, "adagrad": adagrad, "adadelta": adadelta, "lion": lion,
}

// m ← μm − lr·g; w ← w + m, or with nesterov w + μm − lr·g.
func sgd(o *Optimizer, s Params, lr float64, w, g []float64) {
	mu, m := s["momentum"], o.slot("momentum", w, 0)
	for i := range w {
		m[i] = mu*m[i] - lr*g[i]
		if s["nesterov"] != 0 && mu != 0 {
			w[i] += mu*m[i] - lr*g[i]
		} else {
			w[i] += m[i]
		}
	}
}

// v ← ρv + (1−ρ)g²; u = lr·g/√(v + ε), centered √(v − a² + ε); m ← μm + u; w ← w − m.
func rmsprop(o *Optimizer, s Params, lr float64, w, g []float64) {
	rho, mu := s.get("rho", 0.9), s["momentum"]
	v, m, a := o.slot("velocity", w, 0), o.slot("momentum", w, 0), o.slot("average_gradient", w, 0)
	for i := range w {
		v[i] = rho*v[i] + (1-rho)*g[i]*g[i]
		d := v[i] + s.get("epsilon", 1e-7)
		if s["centered"] != 0 {
			a[i] = rho*a[i] + (1-rho)*g[i]
			d -= a[i] * a[i]
		}
		m[i] = mu*m[i] + lr*g[i]/math.Sqrt(d)
		w[i] -= m[i]
	}
}

// α = lr·√(1−β2ᵗ)/(1−β1ᵗ); w ← w − α·m/(√v + ε), ε beside the uncorrected root.
func adam(o *Optimizer, s Params, lr float64, w, g []float64) {
	b1, b2 := s.get("beta_1", 0.9), s.get("beta_2", 0.999)
	m, v, top := o.slot("momentum", w, 0), o.slot("velocity", w, 0), o.slot("velocity_hat", w, 0)
	alpha := lr * math.Sqrt(1-math.Pow(b2, o.t)) / (1 - math.Pow(b1, o.t))
	for i := range w {
		m[i] += (g[i] - m[i]) * (1 - b1)
		v[i] += (g[i]*g[i] - v[i]) * (1 - b2)
		d := v[i]
		if s["amsgrad"] != 0 {
			top[i] = math.Max(top[i], v[i])
			d = top[i]
		}
		w[i] -= m[i] * alpha / (math.Sqrt(d) + s.get("epsilon", 1e-7))
	}
}

// u ← max(β2·u, |g|); w ← w − lr·m/((1−β1ᵗ)(u + ε)).
func adamax(o *Optimizer, s Params, lr float64, w, g []float64) {
	b1, b2 := s.get("beta_1", 0.9), s.get("beta_2", 0.999)
	m, u := o.slot("momentum", w, 0), o.slot("norm", w, 0)
	for i := range w {
		m[i] += (g[i] - m[i]) * (1 - b1)
		u[i] = math.Max(b2*u[i], math.Abs(g[i]))
		w[i] -= lr * m[i] / ((1 - math.Pow(b1, o.t)) * (u[i] + s.get("epsilon", 1e-7)))
	}
}

// Adam with Nesterov momentum whose decay u grows from β1/2 towards β1.
func nadam(o *Optimizer, s Params, lr float64, w, g []float64) {
	b1, b2 := s.get("beta_1", 0.9), s.get("beta_2", 0.999)
	m, v, product := o.slot("momentum", w, 0), o.slot("velocity", w, 0), o.slot("u_product", w[:1], 1)
	u := b1 * (1 - 0.5*math.Pow(0.96, o.t))
	next := b1 * (1 - 0.5*math.Pow(0.96, o.t+1))
	product[0] *= u
	for i := range w {
		m[i] += (g[i] - m[i]) * (1 - b1)
		v[i] += (g[i]*g[i] - v[i]) * (1 - b2)
		mhat := next*m[i]/(1-product[0]*next) + (1-u)*g[i]/(1-product[0])
		w[i] -= lr * mhat / (math.Sqrt(v[i]/(1-math.Pow(b2, o.t))) + s.get("epsilon", 1e-7))
	}
}

// a ← a + g²; w ← w − lr·g/√(a + ε).
func adagrad(o *Optimizer, s Params, lr float64, w, g []float64) {
	a := o.slot("accumulator", w, s.get("initial_accumulator_value", 0.1))
	for i := range w {
		a[i] += g[i] * g[i]
		w[i] -= lr * g[i] / math.Sqrt(a[i]+s.get("epsilon", 1e-7))
	}
}

// d = −√(D + ε)·g/√(A + ε), A and D the running means of g² and d².
func adadelta(o *Optimizer, s Params, lr float64, w, g []float64) {
	rho, e := s.get("rho", 0.95), s.get("epsilon", 1e-7)
	a, dd := o.slot("accumulated_grad", w, 0), o.slot("accumulated_delta_var", w, 0)
	for i := range w {
		a[i] = rho*a[i] + (1-rho)*g[i]*g[i]
		d := -math.Sqrt(dd[i]+e) * g[i] / math.Sqrt(a[i]+e)
		dd[i] = rho*dd[i] + (1-rho)*d*d
		w[i] += lr * d
	}
}

// w ← w − lr·sign(β1·m + (1−β1)·g); m ← β2·m + (1−β2)·g.
func lion(o *Optimizer, s Params, lr float64, w, g []float64) {
	b1, b2, m := s.get("beta_1", 0.9), s.get("beta_2", 0.99), o.slot("momentum", w, 0)
	for i := range w {
		w[i] -= lr * sign(b1*m[i]+(1-b1)*g[i])
		m[i] = b2*m[i] + (1-b2)*g[i]
	}
}
