package chart

import (
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/rng"
)

var update = flag.Bool("update", false, "write the pictures anew")

// wave has n points of a decaying curve.
func wave(n int) (xs, ys []float64) {
	for i := range n {
		xs = append(xs, float64(i))
		ys = append(ys, math.Sin(float64(i)/7)/(1+float64(i)/50))
	}
	return xs, ys
}

// pictures are one of each kind.
func pictures() map[string]string {
	epochs, loss := wave(60)
	curves := &Chart{Title: "Loss", X: Axis{Label: "epoch"}, Y: Axis{Label: "loss"}}
	curves.Line("training", First, epochs, loss)
	loss[20] = math.NaN()
	curves.Line("validation", Second, epochs, loss)
	curves.Upright("kept", Quiet, 31)

	share := &Chart{Title: "Calibration", X: Axis{Label: "probability", High: 1, Fixed: true}, Y: Axis{Label: "share", High: 1, Fixed: true}}
	share.Dashed("perfect", Quiet, []float64{0, 1}, []float64{0, 1})
	share.Band("95 % interval", First, []float64{0.1, 0.5, 0.9}, []float64{0, 0.3, 0.7}, []float64{0.2, 0.6, 1})
	share.Dots("found", First, []float64{0.1, 0.5, 0.9}, []float64{0.1, 0.45, 0.9}, []string{"10 rows", "20 rows", "<b>&"})

	bars := &Chart{Title: "Residuals", X: Axis{Label: "truth − answer"}, Y: Axis{Label: "rows"}}
	bars.Bars("", First, []float64{-2000, -1000, 0, 1000, 2000}, []float64{3, 120, 98, 4})

	return map[string]string{
		"curves": curves.SVG(), "shares": share.SVG(), "bars": bars.SVG(), "empty": (&Chart{Title: "Nothing"}).SVG(),
		"ranking": Ranking("Importance", "rise of the loss", []Rank{{"glucose", 0.2, 0.15, 0.26}, {"age", 0.04, -0.01, 0.08}, {"a name that is longer than there is room for it", -0.01, math.NaN(), math.NaN()}}),
		"network": Network("Network", []Layer{{Name: "inputs", Units: 2, Names: []string{"children", "accounts"}}, {Name: "dense", Units: 2, Weights: [][]float64{{1, 1}, {-1, 1}}}, {Name: "wide", Units: 40}, {Name: "output", Units: 1, Names: []string{"y"}}}),
	}
}

func TestPictures(t *testing.T) {
	for name, got := range pictures() {
		path := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(path, []byte(Alone(got)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || string(want) != Alone(got) {
			t.Errorf("%s: the picture is another one, %v; -update writes it, then look at it", name, err)
		}
	}
}

// Ticks are round, as the field has it: multiples of 1, 2 or 5 times a power of ten,
// inside of the range, few and at least two, whatever the range.
func TestTicksAreRound(t *testing.T) {
	draw := rng.New(1, "ticks")
	for i := range uint64(20000) {
		low := draw.Normal(3*i) * math.Pow(10, math.Floor(draw.Float64(3*i+1)*20-10))
		high := low + math.Abs(draw.Normal(3*i+2))*math.Pow(10, math.Floor(draw.Float64(3*i+1)*24-12))
		low, high = Axis{}.span([]float64{low, high})
		at, decimals := ticks(low, high, 6)
		if len(at) < 2 || len(at) > 6 {
			t.Fatalf("%v to %v: %d ticks", low, high, len(at))
		}
		step := at[1] - at[0]
		mantissa, _ := strconv.ParseFloat(strconv.FormatFloat(step, 'e', 3, 64)[:5], 64)
		if mantissa != 1 && mantissa != 2 && mantissa != 5 {
			t.Fatalf("%v to %v: a step of %v", low, high, step)
		}
		slack := (high - low) * 1e-8
		texts := labels(at, decimals)
		for k, v := range at {
			if v < low-slack || v > high+slack {
				t.Fatalf("%v to %v: tick %v is outside", low, high, v)
			}
			if k > 0 && texts[k] == texts[k-1] && high-low > 1e-3*math.Abs(low) {
				t.Fatalf("%v to %v: two ticks are both %q", low, high, texts[k])
			}
		}
	}
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{0, 1, "0 0.2 0.4 0.6 0.8 1.0"}, {0, 768, "0 200 400 600"}, {0.43, 0.71, "0.45 0.50 0.55 0.60 0.65 0.70"}, {-3, 3, "−2 0 2"},
		{1, 150, "50 100 150"}, {0, 1500, "0 500 1000 1500"}, {0, 400_000, "0 100k 200k 300k 400k"}, {0, 2.5e6, "0 0.5M 1.0M 1.5M 2.0M 2.5M"},
		{0, 3e8, "0 100M 200M 300M"}, {0, 4e-7, "0 1e−7 2e−7 3e−7 4e−7"}, {-2e15, 2e15, "−2e15 −1e15 0 1e15 2e15"}, {1e6, 1e6 + 4, "1.000000M 1.000001M 1.000002M 1.000003M 1.000004M"},
	} {
		at, decimals := ticks(c.low, c.high, 6)
		if got := strings.Join(labels(at, decimals), " "); got != c.want {
			t.Errorf("%v to %v: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

var coordinate = regexp.MustCompile(`\b(x|y|cx|cy|x1|x2|y1|y2)="([^"]*)"`)

// Whatever is drawn lies in the picture, is well-formed, says what it is, and its labels
// stand apart; the size is bounded.
func TestPicturesAreWhole(t *testing.T) {
	all := pictures()
	xs, ys := wave(1_000_000)
	long := &Chart{Title: "<script>alert(1)</script>\x1b[31m", X: Axis{Label: strings.Repeat("long ", 80)}, Y: Axis{Label: `"quoted"`}}
	long.Line("a", First, xs, ys)
	long.Dots("b\x00", Second, xs, ys, nil)
	for i := range 12 {
		long.Line(fmt.Sprintf("curve number %d", i), Third, xs[:3], ys[:3])
	}
	all["long"] = long.SVG()
	ranks := make([]Rank, 1500)
	for i := range ranks {
		ranks[i] = Rank{strings.Repeat("x", i), 1 / float64(i+1), 0, 1}
	}
	all["ranks"] = Ranking("Many", "share", ranks)
	all["deep"] = Network("Deep", []Layer{{Name: "a", Units: 1000}, {Name: "b", Units: 1000}, {Name: "c", Units: 1000}, {Name: "d", Units: 3}})
	for _, v := range []float64{0, 1, -5, 1e300, 1e-300, math.Inf(1), math.NaN()} {
		c := &Chart{Title: "One value"}
		c.Line("v", First, []float64{v, v}, []float64{v, v})
		c.Bars("v", First, []float64{v, v}, []float64{v})
		all[fmt.Sprint("one value, ", v)] = c.SVG()
	}
	for name, picture := range all {
		if len(picture) > 64<<10 {
			t.Errorf("%s has %d bytes", name, len(picture))
		}
		var box [2]float64
		if n, _ := fmt.Sscanf(picture[strings.Index(picture, "viewBox"):], `viewBox="0 0 %g %g"`, &box[0], &box[1]); n != 2 {
			t.Fatalf("%s has no size", name)
		}
		for d := xml.NewDecoder(strings.NewReader(Alone(picture))); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "script" {
				t.Errorf("%s has a script", name)
			}
		}
		if !strings.Contains(picture, `role="img" aria-label="`) {
			t.Errorf("%s does not say what it is", name)
		}
		for _, m := range coordinate.FindAllStringSubmatch(picture, -1) {
			v, err := strconv.ParseFloat(m[2], 64)
			limit := box[0]
			if strings.Contains(m[1], "y") {
				limit = box[1]
			}
			if err != nil || !(v >= 0 && v <= limit) {
				t.Errorf("%s: %s lies outside of %g", name, m[0], limit)
			}
		}
		apart(t, name, picture)
	}
}

var label = regexp.MustCompile(`<text class="([^"]*)" text-anchor="([^"]*)" x="([^"]*)" y="([^"]*)">([^<]*)<`)

// apart fails for labels that lie over each other, each as wide as its letters can be.
func apart(t *testing.T, name, picture string) {
	type box struct {
		from, to, y float64
		words       string
	}
	var all []box
	for _, m := range label.FindAllStringSubmatch(picture, -1) {
		x, _ := strconv.ParseFloat(m[3], 64)
		y, _ := strconv.ParseFloat(m[4], 64)
		words := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&amp;", "&").Replace(m[5])
		w := 0.85 * wide(words) // a letter is taken to be wider than it is on average
		b := box{x, x + w, y, words}
		switch m[2] {
		case "middle":
			b.from, b.to = x-w/2, x+w/2
		case "end":
			b.from, b.to = x-w, x
		}
		for _, other := range all {
			if math.Abs(other.y-b.y) < 9 && b.from < other.to && other.from < b.to {
				t.Errorf("%s: %q lies on %q", name, b.words, other.words)
			}
		}
		all = append(all, b)
	}
}
