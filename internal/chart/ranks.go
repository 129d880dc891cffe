package chart

import (
	"fmt"
)

// MostRanks is how many lines a ranking has at the most.
const MostRanks = 30

// A Rank is a line of a ranking: a value, and an interval around it, or NaN.
type Rank struct {
	Name             string
	Value, Low, High float64
}

// Ranking draws values as bars under each other, as many as fit in the order in which
// they come.
func Ranking(title, axis string, ranks []Rank) string {
	more := len(ranks) - MostRanks
	if more > 0 {
		ranks = ranks[:MostRanks]
	}
	const row, most = 19, 150.0
	names := 0.0
	var values []float64
	for _, r := range ranks {
		names = max(names, min(most, wide(r.Name)))
		values = append(values, r.Value, r.Low, r.High)
	}
	low, high := Axis{}.span(append(values, 0))
	left, top, right := names+14, 30.0, float64(width-14)
	bottom := top + row*float64(len(ranks))
	tall := bottom + 38
	if more > 0 {
		tall += 16
	}
	x := scale{low, high, left, right}
	p := &pen{}
	about := title + ": " + axis
	for _, r := range ranks[:min(3, len(ranks))] {
		about += fmt.Sprintf("; %s %s", r.Name, Number(r.Value))
	}
	p.open(width, tall, title, about)
	c := Chart{X: Axis{Label: axis}}
	at, texts := c.xTicks(x)
	for i, v := range at {
		p.line("g", x.at(v), top, x.at(v), bottom)
		half := wide(texts[i]) / 2
		p.text("", "middle", min(max(x.at(v), half), width-half), bottom+14, texts[i])
	}
	for i, r := range ranks {
		y := top + row*float64(i)
		p.text("name", "end", left-6, y+13, fitName(r.Name, names))
		if !finite(r.Value) {
			continue
		}
		from, to := x.at(min(0, r.Value)), x.at(max(0, r.Value))
		say := r.Name + ": " + Number(r.Value)
		if finite(r.Low) {
			say += fmt.Sprintf(" (%s to %s)", Number(r.Low), Number(r.High))
		}
		p.rect("b t0", from, y+3, max(0.5, to-from), row-6, say)
		if finite(r.Low) {
			middle := y + row/2.0
			p.line("axis", x.at(r.Low), middle, x.at(r.High), middle)
			p.line("axis", x.at(r.Low), middle-3, x.at(r.Low), middle+3)
			p.line("axis", x.at(r.High), middle-3, x.at(r.High), middle+3)
		}
	}
	p.line("axis", x.at(0), top, x.at(0), bottom)
	if more > 0 {
		p.text("", "end", right, bottom+46, fmt.Sprintf("and %d more", more))
	}
	axis = fit(axis, width-16)
	half := wide(axis) / 2
	p.text("", "middle", min(max((left+right)/2, half+8), width-8-half), bottom+30, axis)
	return p.close()
}
