package oracle

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"mlp/internal/oracle/golden"
)

// exact is how far the oracle may be from Keras in float64, relative to the
// larger of 1 and the number: both round some tens of operations to 2⁻⁵³, and
// exp and its kin differ in their last bits.
const exact = 1e-12

func load(t *testing.T, family string) []golden.Case {
	t.Helper()
	f, err := golden.Load(filepath.Join("..", "train", "testdata", "keras", family+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return f.Cases
}

func rows(m golden.Matrix) Mat {
	out := Zeros(m.Rows, m.Cols)
	for i := range out {
		copy(out[i], m.Data[i*m.Cols:])
	}
	return out
}

// settings reads a case's parameters: the numbers and booleans, and the others.
func settings(t *testing.T, c golden.Case) (Params, map[string]any) {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(c.Config, &all); err != nil {
		t.Fatal(err)
	}
	p := Params{}
	for k, v := range all {
		switch v := v.(type) {
		case float64:
			p[k] = v
		case bool:
			if p[k] = 0; v {
				p[k] = 1
			}
		}
	}
	return p, all
}

// agrees complains where got is not the answer under key; a case without such an
// answer asks no such question.
func agrees(t *testing.T, c golden.Case, key string, got Mat) {
	t.Helper()
	m, asked := c.Float64[key]
	if !asked {
		return
	}
	if len(got) != m.Rows || len(got[0]) != m.Cols {
		t.Errorf("%s: %s is %d × %d, Keras has %d × %d", c.Name, key, len(got), len(got[0]), m.Rows, m.Cols)
		return
	}
	for i, want := range m.Data {
		if v := got[i/m.Cols][i%m.Cols]; !(math.Abs(v-want) <= exact*math.Max(1, math.Abs(want))) {
			t.Errorf("%s: %s number %d is %.17g, Keras has %.17g", c.Name, key, i, v, want)
			return
		}
	}
}

func TestGoldenActivations(t *testing.T) {
	for _, c := range load(t, "activations") {
		p, _ := settings(t, c)
		var l Layer = &GLU{}
		if c.Type != "glu" {
			l = &Activate{Act: Act(c.Type, p)}
		}
		x, dy := rows(c.Given["x"]), c.Given["dy"]
		if c.Type == "sparsemax" {
			x, dy = oneSurvivor(&c)
		}
		agrees(t, c, "y", l.Forward(x, true))
		if dy.Rows > 0 {
			agrees(t, c, "dx", l.Backward(rows(dy)))
		}
	}
}

// oneSurvivor keeps the rows of which sparsemax leaves one number. For the others
// the threshold of Keras 3.15.1 is a sum of cumulative sums where the paper has
// the last of them: its rows do not sum to 1, and ours do.
func oneSurvivor(c *golden.Case) (x Mat, dy golden.Matrix) {
	keep := func(m golden.Matrix) golden.Matrix {
		out := golden.Matrix{Cols: m.Cols}
		for i, row := range rows(c.Given["x"]) {
			if slices.Contains(sparsemax(row), 1) && m.Rows > 0 {
				out.Data = append(out.Data, m.Data[i*m.Cols:(i+1)*m.Cols]...)
				out.Rows++
			}
		}
		return out
	}
	x, dy = rows(keep(c.Given["x"])), keep(c.Given["dy"])
	c.Float64 = map[string]golden.Matrix{"y": keep(c.Float64["y"]), "dx": keep(c.Float64["dx"])}
	if len(x) == 0 {
		c.Float64 = nil
	}
	return x, dy
}

func TestGoldenLosses(t *testing.T) {
	for _, c := range load(t, "losses") {
		p, all := settings(t, c)
		y, pred := rows(c.Given["y"]), rows(c.Given["p"])
		var v float64
		var dp Mat
		switch c.Type {
		case "dice":
			v, dp = Dice(y, pred)
		case "tversky": // Keras 3.15.1 has the two exchanged, later versions have them right
			v, dp = Tversky(p.get("beta", 0.5), p.get("alpha", 0.5), y, pred)
		case "categorical_generalized_cross_entropy":
			// Keras 3.15.1 pairs every target with every prediction when targets are
			// N × 1, as these are: the mean over N losses of one target each.
			if c.Given["w"].Rows > 0 {
				continue
			}
			dp = like(pred)
			for _, class := range y {
				one, d := Loss(c.Type, p, slices.Repeat(Mat{class}, len(pred)), pred, nil)
				v += one / float64(len(y))
				for b := range d {
					for j := range d[b] {
						dp[b][j] += d[b][j] / float64(len(y))
					}
				}
			}
		default:
			if losses()[c.Type] == nil {
				t.Errorf("no loss %q", c.Type)
				continue
			}
			weight := slices.Clone(c.Given["w"].Data)
			if weight == nil {
				weight = slices.Repeat([]float64{1}, len(y))
			}
			n, sum, valid := float64(len(y)), 0.0, 0.0
			for b, w := range weight {
				if ignored, ok := p["ignore_class"]; ok && y[b][0] == ignored {
					weight[b] = 0
					continue
				}
				sum += w
				valid++
			}
			scale := n / valid // an ignored class is no part of the mean
			switch all["reduction"] {
			case "sum":
				scale = n
			case "mean_with_sample_weight":
				scale = n / sum
			}
			for b := range weight {
				weight[b] *= scale
			}
			v, dp = Loss(c.Type, p, y, pred, weight)
		}
		agrees(t, c, "value", Mat{{v}})
		agrees(t, c, "dp", dp)
	}
}

func TestGoldenRegularizers(t *testing.T) {
	for _, c := range load(t, "regularizers") {
		p, all := settings(t, c)
		w := rows(c.Given["w"])
		v, dw := 0.0, Mat(nil)
		switch c.Type {
		case "l1":
			v, dw = L1L2(p.get("l1", 0.01), 0, w)
		case "l2":
			v, dw = L1L2(0, p.get("l2", 0.01), w)
		case "l1l2":
			v, dw = L1L2(p["l1"], p["l2"], w)
		case "orthogonal_regularizer":
			if all["mode"] == "columns" {
				v, dw = Orthogonal(p.get("factor", 0.01), Transposed(w))
				dw = Transposed(dw)
			} else {
				v, dw = Orthogonal(p.get("factor", 0.01), w)
			}
		default:
			t.Errorf("no regularizer %q", c.Type)
			continue
		}
		agrees(t, c, "penalty", Mat{{v}})
		agrees(t, c, "dw", dw)
	}
}

func TestGoldenConstraints(t *testing.T) {
	for _, c := range load(t, "constraints") {
		p, _ := settings(t, c)
		w := rows(c.Given["w"])
		if p["axis"] == 1 {
			w = Transposed(w)
		}
		var y Mat
		switch c.Type {
		case "non_neg":
			y = NonNeg(w)
		case "max_norm":
			y = MinMaxNorm(0, p.get("max_value", 2), 1, w)
		case "unit_norm":
			y = MinMaxNorm(1, 1, 1, w)
		case "min_max_norm":
			y = MinMaxNorm(p.get("min_value", 0), p.get("max_value", 1), p.get("rate", 1), w)
		default:
			t.Errorf("no constraint %q", c.Type)
			continue
		}
		if p["axis"] == 1 {
			y = Transposed(y)
		}
		agrees(t, c, "y", y)
	}
}

// The update rules, with weight decay. What is composed around them (clipping,
// averages, accumulation, schedules) is the business of optim's own tests, as are
// the rules that the oracle does not have.
func TestGoldenOptimizers(t *testing.T) {
	composed := []string{"clipnorm", "clipvalue", "global_clipnorm", "use_ema", "gradient_accumulation_steps"}
	checked := 0
	for _, c := range load(t, "optimizers") {
		p, all := settings(t, c)
		_, scheduled := all["learning_rate"].(map[string]any)
		if rules[c.Type] == nil || scheduled || slices.ContainsFunc(composed, func(k string) bool { return all[k] != nil }) {
			continue
		}
		checked++
		for _, name := range []string{"kernel", "bias"} {
			s := p
			if slices.Contains(c.DecayExcludes, name) {
				s = Params{"weight_decay": 0}
				for k, v := range p {
					if k != "weight_decay" {
						s[k] = v
					}
				}
			}
			rate := map[string]float64{"sgd": 0.01}[c.Type]
			if rate == 0 {
				rate = 0.001
			}
			o, w := Optimizer{Name: c.Type, Settings: s}, slices.Clone(c.Given[name].Data)
			var after Mat
			for _, g := range rows(c.Given["gradient/"+name]) {
				o.Step(p.get("learning_rate", rate), w, g)
				after = append(after, slices.Clone(w))
			}
			agrees(t, c, name, after)
		}
	}
	if checked < 35 {
		t.Errorf("only %d cases of a rule on its own", checked)
	}
}
