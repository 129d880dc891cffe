package model_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/loss"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/stats"
	"mlp/internal/tensor"
)

// spreads are targets of several signs and sizes.
var spreads = map[string]string{
	"amounts":    "12 40 7 0 55 23 18 31",
	"prices":     "1200 4000 700 9900 5500 2300 1800 3100",
	"signed":     "-3 4 -7 0 5 2 -1 3",
	"shares":     "0.1 0.9 0.5 0.3 1 0 0.25 0.75",
	"directions": "-1 1 -0.5 0 1 -1 0.25 0.75",
	"debts":      "-12 -40 -7 -1 -55 -23 -18 -31",
}

// TestTargetsFitLossAndActivation crosses every loss with every last activation and
// every scale: a spec is either refused, or what is trained lies in the loss's domain
// and in the activation's range; and auto is refused only where each scale is.
func TestTargetsFitLossAndActivation(t *testing.T) {
	var activations []string // one for each range
	ranges := map[stats.Interval]bool{}
	for _, name := range nn.Activations.Names() {
		if a, err := nn.Activations.Build(spec.NewString(name)); err == nil && !ranges[a.Range] {
			ranges[a.Range] = true
			activations = append(activations, name)
		}
	}
	for name, values := range spreads {
		var b strings.Builder
		b.WriteString("x,y\n")
		for i, v := range strings.Fields(values) {
			fmt.Fprintf(&b, "%d,%s\n", i, v)
		}
		for _, l := range loss.Losses.Names() {
			for _, activation := range activations {
				accepted := map[string]bool{}
				for _, scale := range []string{"standard", "scale", "log1p", "none", "auto"} {
					text := fmt.Sprintf(`{"data":{"target":"y","task":"regression","scale_target":%q},"layers":[{"units":1,"activation":%q}],"compile":{"loss":%q}}`, scale, activation, l)
					m, _, p, err := recipetest.TrySetUp(text, b.String(), 1)
					if err != nil {
						if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), ":") {
							t.Fatalf("%s: %v", text, err)
						}
						continue
					}
					accepted[scale] = true
					low, high := slices.Min(p.Train.Target.Data), slices.Max(p.Train.Target.Data)
					if d := loss.DomainOf(m.Loss); !d.Covers(float64(low), float64(high)) {
						t.Errorf("%s over %s: targets from %v to %v under a loss for targets %v", text, name, low, high, d)
					}
					if reach := m.Net.Last.Range; !reach.Covers(float64(low), float64(high)) && m.Loss.Wants() != loss.Binary {
						t.Errorf("%s over %s: targets from %v to %v, outputs %v", text, name, low, high, reach)
					}
					if scale == "auto" && loss.DomainOf(m.Loss).AsIs && !slices.Equal(p.Train.Target.Data, p.Train.Truth.Data) {
						t.Errorf("%s over %s: the loss takes targets as they stand, and gets %v", text, name, p.Train.Target.Data)
					}
					m.Close()
				}
				if !accepted["auto"] && accepted["none"] {
					t.Errorf("%s, %s over %s: auto is refused, and none is not", l, activation, name)
				}
			}
		}
	}
}

// TestScaledTargetsComeBack trains with each scale and compares what is measured and
// predicted with the target's own units, before and after a file.
func TestScaledTargetsComeBack(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%g\n", i, 5*math.Exp(float64(i)/10))
	}
	for _, scale := range []string{"standard", "scale", "log1p", "none", "auto"} {
		text := fmt.Sprintf(`{"data":{"target":"y","scale_target":%q},"layers":[{"units":16,"activation":"tanh"},{"units":1}],
			"compile":{"loss":"mse","metrics":["r2"],"optimizer":{"type":"adam","learning_rate":0.02}},"fit":{"epochs":300,"batch_size":40}}`, scale)
		m, s, p := recipetest.SetUp(t, text, b.String(), 1)
		recipetest.MustFit(t, m, s, p)
		out := tensor.New(p.Train.X.Rows, 1)
		m.Predict(p.Train.X, out)
		mean, errors, spread := 0.0, 0.0, 0.0
		for _, v := range p.Train.Truth.Data {
			mean += float64(v) / 40
		}
		for i, v := range out.Data {
			y := float64(p.Train.Truth.Data[i])
			errors += (float64(v) - y) * (float64(v) - y)
			spread += (y - mean) * (y - mean)
		}
		// Scaled, most of the curve is learned, which answers in other units would miss
		// by far; unscaled, Adam's steps of 0.02 cannot reach its height of 250.
		if r2 := 1 - errors/spread; r2 < 0.9 && scale != "none" {
			t.Errorf("%s: R² %.3g in the target's own units", scale, r2)
		}
		back, err := model.ReadFrom("m.bin", recipetest.Written(t, m), 1)
		if err != nil {
			t.Fatal(err)
		}
		again := tensor.New(out.Rows, 1)
		back.Predict(p.Train.X, again)
		if !slices.Equal(out.Data, again.Data) {
			t.Errorf("%s: other predictions after reading the file", scale)
		}
		back.Close()
	}
}

func TestLog1pNeedsTargetsAboveMinusOne(t *testing.T) {
	_, _, _, err := recipetest.TrySetUp(`{"data":{"target":"y","task":"regression","scale_target":"log1p"},"layers":[{"units":1}],"compile":{"loss":"mse"}}`, "x,y\n1,3\n2,-1\n3,4\n4,6\n", 1)
	if err == nil || !strings.Contains(err.Error(), "above −1") {
		t.Errorf("got %v", err)
	}
}
