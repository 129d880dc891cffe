package oracle

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

// Whole training runs, step by step as Keras takes them. Fifty to two hundred
// steps amplify the 1e-16 of each operation; within drift of 1 or of the number
// they end where Keras's float64 ends.
const drift = 1e-10

type runSpec struct {
	Data struct {
		Split struct{ Validation float64 }
	}
	Layers  []map[string]any
	Compile struct {
		Optimizer, Loss any
	}
	Fit struct {
		Epochs      int
		BatchSize   int                               `json:"batch_size"`
		ClassWeight []struct{ Label, Weight float64 } `json:"class_weight"`
	}
}

func TestGoldenRuns(t *testing.T) {
	crossEntropy := []string{"binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy", "sparse_categorical_crossentropy"}
	done := 0
	for _, c := range load(t, "runs") {
		var s runSpec
		if err := json.Unmarshal(c.Spec, &s); err != nil {
			t.Fatal(err)
		}
		kind, settings := component(s.Compile.Optimizer)
		_, constantRate := settings["learning_rate"]
		composed := settings["use_ema"] != 0 || settings["gradient_accumulation_steps"] != 0
		if rules[kind] == nil || !constantRate || composed {
			continue // optim's business: see TestGoldenOptimizers
		}
		done++
		r := &run{Case: c, count: map[string]int{}, penalties: map[*Param]map[string]any{}, constraint: map[*Param]map[string]any{}, moving: map[string][]float64{}}
		loss, lossSettings := component(s.Compile.Loss)
		last := s.Layers[len(s.Layers)-1]
		final := Act("linear", nil)
		if slices.Contains(crossEntropy, loss) {
			final = Act(last["activation"].(string), nil)
			last["activation"], lossSettings["from_logits"] = "linear", 1
		}
		r.net = r.build(t, s.Layers)
		r.train(t, s, kind, settings, loss, lossSettings)
		for _, p := range r.net.Params() {
			r.ends(t, "final/"+p.Name, p.Value)
		}
		for name, v := range r.moving {
			r.ends(t, "final/"+name, Mat{v})
		}
		y := (&Activate{Act: final}).Forward(r.net.Forward(rows(c.Given["x"]), false), false)
		r.ends(t, "predictions", y)
	}
	if done < 30 {
		t.Errorf("only %d runs", done)
	}
}

// train fits the network, batch after batch in order, and compares the loss of
// each epoch.
func (r *run) train(t *testing.T, s runSpec, kind string, settings Params, loss string, lossSettings Params) {
	t.Helper()
	x, y := rows(r.Given["x"]), rows(r.Given["y"])
	n := int(math.Floor(float64(len(x)) * (1 - s.Data.Split.Validation)))
	weight := slices.Clone(r.Given["sample_weight"].Data)
	if weight == nil {
		weight = slices.Repeat([]float64{1}, len(x))
	}
	for _, cw := range s.Fit.ClassWeight {
		for b := range y {
			label := y[b][0]
			if len(y[b]) > 1 { // one-hot
				label = float64(slices.Index(y[b], 1))
			}
			if label == cw.Label {
				weight[b] *= cw.Weight
			}
		}
	}
	params := r.net.Params()
	opts := map[*Param]*Optimizer{}
	for _, p := range params {
		own := Params{}
		for k, v := range settings {
			own[k] = v
		}
		if slices.Contains(r.DecayExcludes, p.Name[strings.IndexByte(p.Name, '/')+1:]) || slices.Contains(r.DecayExcludes, p.Name) {
			own["weight_decay"] = 0
		}
		opts[p] = &Optimizer{Name: kind, Settings: own}
	}
	var history []float64
	for range s.Fit.Epochs {
		total := 0.0
		for lo := 0; lo < n; lo += s.Fit.BatchSize {
			hi := min(lo+s.Fit.BatchSize, n)
			v, d := Loss(loss, lossSettings, y[lo:hi], r.net.Forward(x[lo:hi], true), weight[lo:hi])
			r.net.Backward(d)
			total += (v + r.penalty(true)) * float64(hi-lo) / float64(n)
			clipped(params, settings)
			for _, p := range params {
				w := Flat([]*Param{p}, func(p *Param) Mat { return p.Value })
				opts[p].Step(settings["learning_rate"], w, Flat([]*Param{p}, func(p *Param) Mat { return p.Grad }))
				Unflat([]*Param{p}, w)
			}
			r.constrain()
		}
		history = append(history, total)
	}
	r.ends(t, "history/loss", Mat{history})
}

// ends compares within drift.
func (r *run) ends(t *testing.T, key string, got Mat) {
	t.Helper()
	m, ok := r.Float64[key]
	if !ok || m.Rows*m.Cols != len(got)*len(got[0]) {
		t.Errorf("%s: %s: Keras has %d × %d, got %d × %d", r.Name, key, m.Rows, m.Cols, len(got), len(got[0]))
		return
	}
	for i, want := range m.Data {
		if v := got[i/len(got[0])][i%len(got[0])]; !(math.Abs(v-want) <= drift*math.Max(1, math.Abs(want))) {
			t.Errorf("%s: %s number %d is %.15g, Keras has %.15g", r.Name, key, i, v, want)
			return
		}
	}
}
