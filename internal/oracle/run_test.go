package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/oracle/golden"
)

// A run is a network with what its spec attaches to the parameters.
type run struct {
	golden.Case
	net        Network
	count      map[string]int
	penalties  map[*Param]map[string]any
	constraint map[*Param]map[string]any
	activity   []*penalised
	moving     map[string][]float64
}

// penalised is a layer whose output costs (l1·Σ|y| + l2·Σy²)/rows.
type penalised struct {
	Layer
	l1, l2, value float64
	grad          Mat
}

func (p *penalised) Forward(x Mat, training bool) Mat {
	y := p.Layer.Forward(x, training)
	n := float64(len(y))
	p.value, p.grad = L1L2(p.l1/n, p.l2/n, y)
	return y
}

func (p *penalised) Backward(dy Mat) Mat { return p.Layer.Backward(sum(dy, p.grad)) }

func numbers(m map[string]any) Params {
	p := Params{}
	for k, v := range m {
		switch v := v.(type) {
		case float64:
			p[k] = v
		case bool:
			if p[k] = 0; v {
				p[k] = 1
			}
		}
	}
	return p
}

// component splits a name, or a map with a type, into both.
func component(v any) (string, Params) {
	if m, ok := v.(map[string]any); ok {
		return m["type"].(string), numbers(m)
	}
	return v.(string), Params{}
}

// build makes the layers of a list, named as Keras names them.
func (r *run) build(t *testing.T, specs []map[string]any) Network {
	t.Helper()
	var net Network
	for _, s := range specs {
		kind := s["type"].(string)
		if kind == "residual" {
			var inner []map[string]any
			b, _ := json.Marshal(s["layers"])
			if err := json.Unmarshal(b, &inner); err != nil {
				t.Fatal(err)
			}
			net = append(net, &Residual{r.build(t, inner)})
			continue
		}
		name := map[string]string{"prelu": "p_re_lu"}[kind]
		if name == "" {
			name = kind
		}
		if r.count[name]++; r.count[name] > 1 {
			name = fmt.Sprintf("%s_%d", name, r.count[name]-1)
		}
		one := r.Case
		one.Type, one.Given = kind, map[string]golden.Matrix{"x": r.Given["x"]}
		for key, m := range r.Given {
			if rest, ok := strings.CutPrefix(key, "initial/"+name+"/"); ok {
				one.Given[rest] = m
			}
		}
		one.Config, _ = json.Marshal(s)
		l := layerOf(t, one)
		if l == nil {
			t.Fatalf("%s: no layer %q", r.Name, kind)
		}
		for _, p := range l.Params() {
			if m, ok := s[p.Name+"_regularizer"].(map[string]any); ok {
				r.penalties[p] = m
			}
			if m, ok := s[p.Name+"_constraint"].(map[string]any); ok {
				r.constraint[p] = m
			}
			p.Name = name + "/" + p.Name
		}
		if bn, ok := l.(*BatchNormalization); ok {
			r.moving[name+"/moving_mean"], r.moving[name+"/moving_variance"] = bn.Mean, bn.Variance
		}
		a, penal := s["activity_regularizer"].(map[string]any)
		if kind == "activity_regularization" {
			a, penal = s, true
		}
		if penal {
			p := numbers(a)
			w := &penalised{Layer: l, l1: p["l1"], l2: p["l2"]}
			r.activity = append(r.activity, w)
			l = w
		}
		net = append(net, l)
	}
	return net
}

// penalty returns the sum of all penalties, and adds the gradients of those on
// parameters to the parameters'.
func (r *run) penalty(grads bool) float64 {
	total := 0.0
	for _, a := range r.activity {
		total += a.value
	}
	for p, m := range r.penalties {
		kind, s := component(m)
		v, g := L1L2(s["l1"], s["l2"], p.Value)
		if kind == "orthogonal_regularizer" {
			v, g = Orthogonal(s.get("factor", 0.01), p.Value)
		}
		if total += v; grads {
			p.Grad = sum(p.Grad, g)
		}
	}
	return total
}

func (r *run) constrain() {
	for p, m := range r.constraint {
		switch kind, s := component(m); kind {
		case "unit_norm":
			p.Value = MinMaxNorm(1, 1, 1, p.Value)
		case "max_norm":
			p.Value = MinMaxNorm(0, s.get("max_value", 2), 1, p.Value)
		case "min_max_norm":
			p.Value = MinMaxNorm(s.get("min_value", 0), s.get("max_value", 1), s.get("rate", 1), p.Value)
		}
	}
}

// clipped applies Keras's three ways of clipping to all gradients.
func clipped(params []*Param, s Params) {
	all := 0.0
	for _, p := range params {
		for _, row := range p.Grad {
			all += dot(row, row)
		}
	}
	for _, p := range params {
		square := 0.0
		for _, row := range p.Grad {
			square += dot(row, row)
		}
		scale := 1.0
		if c, ok := s["clipnorm"]; ok {
			scale = c / math.Max(math.Sqrt(square), c)
		}
		if c, ok := s["global_clipnorm"]; ok {
			scale = c * math.Min(1/math.Sqrt(all), 1/c)
		}
		for _, row := range p.Grad {
			for j := range row {
				row[j] *= scale
				if c, ok := s["clipvalue"]; ok {
					row[j] = clip(row[j], -c, c)
				}
			}
		}
	}
}
