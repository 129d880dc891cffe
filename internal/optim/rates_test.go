package optim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A parameter with a factor moves as the whole network would at the learning rate
// times the factor; the bits of the others are those they have without. 4 is a factor
// by which nothing is rounded.
func TestFactorIsARateOfItsOwn(t *testing.T) {
	eachVariant(t, func(t *testing.T, text string) {
		steps := func(text string, factors [4]float32) []float32 {
			o := build(t, text)
			params := shapes()
			for i := range params {
				params[i].Rate = factors[i]
			}
			o.Init(params)
			w, g, k := start(34), make([]float32, 34), engine(t)
			for batch := range 7 { // gradients that do not depend on the weights, so that parameters do not depend on each other
				for i := range g {
					g[i] = float32((i*7+batch*3)%11)/5 - 0.9
				}
				o.Step(k, w, g)
			}
			return w
		}
		plain := steps(text, [4]float32{})
		if !slices.Equal(plain, steps(text, [4]float32{1, 1, 1, 1})) {
			t.Error("a factor of 1 changes something")
		}
		i, j := strings.Index(text, `"learning_rate": `)+len(`"learning_rate": `), 0
		for j = i; !strings.ContainsRune(",}", rune(text[j])); j++ {
		}
		fast := steps(text[:i]+times4(t, text[i:j])+text[j:], [4]float32{})
		for at, p := range shapes() {
			factors := [4]float32{1, 0, 1, 0}
			factors[at] = 4
			got := steps(text, factors)
			for i, q := range shapes() {
				want := q.of(plain)
				if i == at {
					want = p.of(fast)
				}
				if !slices.Equal(q.of(got), want) {
					t.Errorf("factor of %s: %s is\n%v, want\n%v", p.Name, q.Name, q.of(got), want)
				}
			}
			if slices.Equal(p.of(plain), p.of(fast)) && !strings.Contains(text, "adafactor") { // whose rate is at most 1/√t
				t.Errorf("%s moves the same at four times the rate", p.Name)
			}
		}
	})
}

func times4(t *testing.T, rate string) string {
	v, err := strconv.ParseFloat(rate, 64)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(4 * v)
}

// Weight decay takes the parameter's learning rate, and its own factor beside it.
func TestDecayFollowsTheFactor(t *testing.T) {
	o := build(t, `{"type": "sgd", "learning_rate": 0.5, "weight_decay": 0.25}`)
	o.Init([]Span{
		{Name: "a/kernel", Rows: 1, Cols: 1, Decay: true},
		{Name: "b/kernel", Off: 1, Rows: 1, Cols: 1, Decay: true, Rate: 2},
		{Name: "c/kernel", Off: 2, Rows: 1, Cols: 1, Decay: true, Rate: 2, DecayRate: 2},
		{Name: "d/bias", Off: 3, Rows: 1, Cols: 1, Vector: true, Rate: 2, DecayRate: 2},
	})
	w := []float32{1, 1, 1, 1}
	o.Step(engine(t), w, make([]float32, 4))
	if want := []float32{0.875, 0.75, 0.5, 1}; !slices.Equal(w, want) {
		t.Errorf("weights %v, want %v", w, want)
	}
}

// Parameters of one rate are one stretch, so that a network without factors is moved
// in one go.
func TestPartsAreAsLongAsTheyCanBe(t *testing.T) {
	for _, c := range []struct {
		rates [4]float32
		want  int
	}{{[4]float32{}, 1}, {[4]float32{1, 0, 1, 1}, 1}, {[4]float32{2, 2, 0, 0}, 2}, {[4]float32{1, 2, 1, 2}, 4}} {
		params := shapes()
		for i := range params {
			params[i].Rate = c.rates[i]
		}
		if p := newPacing(params); len(p.parts) != c.want || p.parts[0].Lo != 0 || p.parts[len(p.parts)-1].Hi != 34 {
			t.Errorf("%v: parts %v, want %d", c.rates, p.parts, c.want)
		}
	}
}
