package chart

import (
	"fmt"
	"math"
)

// MostUnits is how many units of a layer are drawn one by one.
const MostUnits = 16

// A Layer is a column of units in the drawing of a network.
type Layer struct {
	Name  string
	Units int
	Names []string // of each unit; nil: none

	// Weights lead from the units of the layer before to these, [to][from], as many as
	// are drawn; nil: they are not known, or each does not lead to each.
	Weights [][]float64
}

// Network draws layers from left to right, strong weights dark, positive ones in
// the first tone and negative ones in the second. Of a wide layer the first units are
// drawn, with how many there are.
func Network(title string, layers []Layer) string {
	most, names := 1, 0.0
	for i, l := range layers {
		most = max(most, min(l.Units, MostUnits))
		if i == 0 || i == len(layers)-1 {
			for _, n := range l.Names[:min(len(l.Names), MostUnits)] {
				names = max(names, min(110, wide(n)))
			}
		}
	}
	const row, radius = 20.0, 6.0
	wideAll := max(width, 2*(names+20)+70*float64(len(layers)-1))
	top, tall := 30.0, 30+row*float64(most)+40
	x := func(layer int) float64 {
		if len(layers) == 1 {
			return wideAll / 2
		}
		return names + 20 + float64(layer)*(wideAll-2*(names+20))/float64(len(layers)-1)
	}
	y := func(layer, unit int) float64 {
		n := min(layers[layer].Units, MostUnits)
		return top + row*(float64(most)/2+float64(unit)-float64(n)/2+0.5)
	}
	p := &pen{}
	about := title + ":"
	for _, l := range layers {
		about += fmt.Sprintf(" %s %d;", l.Name, l.Units)
	}
	p.open(wideAll, tall, title, about[:len(about)-1])
	for i := 1; i < len(layers); i++ {
		largest := 0.0
		for _, to := range layers[i].Weights {
			for _, w := range to {
				if finite(w) {
					largest = max(largest, math.Abs(w))
				}
			}
		}
		for to := range min(layers[i].Units, MostUnits) {
			for from := range min(layers[i-1].Units, MostUnits) {
				tone, strength, say := Quiet, 0.25, ""
				if layers[i].Weights != nil && largest > 0 {
					w := layers[i].Weights[to][from]
					if tone = First; w < 0 {
						tone = Second
					}
					strength, say = max(0.05, math.Abs(w)/largest), Number(w)
				}
				fmt.Fprintf(&p.b, `<line class="l t%d" stroke-opacity="%.2f" x1="%s" y1="%s" x2="%s" y2="%s"`, tone, strength, place(x(i-1)), place(y(i-1, from)), place(x(i)), place(y(i, to)))
				p.say("line", say)
			}
		}
	}
	for i, l := range layers {
		for unit := range min(l.Units, MostUnits) {
			name := ""
			if unit < len(l.Names) {
				name = l.Names[unit]
			}
			p.circle("unit", x(i), y(i, unit), radius, name)
			switch {
			case name == "":
			case i == 0:
				p.text("name", "end", x(i)-radius-4, y(i, unit)+4, fitName(name, names))
			case i == len(layers)-1:
				p.text("name", "start", x(i)+radius+4, y(i, unit)+4, fitName(name, names))
			}
		}
		anchor := map[bool]string{true: "start", false: "middle"}[i == 0]
		at := x(i)
		switch i {
		case 0:
			at = 8
		case len(layers) - 1:
			anchor, at = "end", wideAll-8
		}
		room := (wideAll - 2*(names+20)) / float64(max(1, len(layers)-1))
		p.text("", anchor, at, tall-20, fit(l.Name, max(60, room-6)))
		count := fmt.Sprint(l.Units)
		if l.Units > MostUnits {
			count = fmt.Sprintf("%d of %d", MostUnits, l.Units)
		}
		p.text("", anchor, at, tall-7, count)
	}
	return p.close()
}
