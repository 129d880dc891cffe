package chart

import (
	"fmt"
	"strings"
)

// SVG draws the chart.
func (c *Chart) SVG() string {
	var xs, ys []float64
	for _, m := range c.marks {
		m.extent(func(v float64) { xs = append(xs, v) }, func(v float64) { ys = append(ys, v) })
	}
	xLow, xHigh := c.X.span(xs)
	yLow, yHigh := c.Y.span(ys)
	if room := (yHigh - yLow) / 20; !c.Y.Fixed { // so that no curve lies on the frame
		if yHigh += room; yLow != 0 {
			yLow -= room
		}
	}
	f := frame{right: width - 14, top: 30, bottom: height - 38}
	if len(c.legend) > 0 {
		f.top += 16 * float64(c.legendLines())
	}
	yTicks, decimals := ticks(yLow, yHigh, 6)
	yLabels := labels(yTicks, decimals)
	for _, l := range yLabels {
		f.left = max(f.left, wide(l))
	}
	f.left += 14
	if c.Y.Label != "" {
		f.left += 14
	}
	x, y := scale{xLow, xHigh, f.left, f.right}, scale{yLow, yHigh, f.bottom, f.top}

	p := &pen{}
	p.open(width, height, c.Title, c.about())
	for i, v := range yTicks {
		p.line("g", f.left, y.at(v), f.right, y.at(v))
		p.text("", "end", f.left-5, y.at(v)+4, yLabels[i])
	}
	xTicks, xLabels := c.xTicks(x)
	for i, v := range xTicks {
		p.line("g", x.at(v), f.top, x.at(v), f.bottom)
		half := wide(xLabels[i]) / 2
		p.text("", "middle", min(max(x.at(v), half), width-half), f.bottom+14, xLabels[i])
	}
	p.line("axis", f.left, f.bottom, f.right, f.bottom)
	p.line("axis", f.left, f.top, f.left, f.bottom)
	p.text("", "middle", (f.left+f.right)/2, height-8, fit(c.X.Label, f.right-f.left))
	if c.Y.Label != "" {
		middle := (f.top + f.bottom) / 2
		fmt.Fprintf(&p.b, "<text text-anchor=\"middle\" transform=\"translate(14 %s) rotate(-90)\">%s</text>\n", place(middle), escape(fit(c.Y.Label, f.bottom-f.top)))
	}
	for _, m := range c.marks {
		m.draw(p, x, y)
	}
	c.drawLegend(p)
	return p.close()
}

// A frame is the place of the axes.
type frame struct{ left, right, top, bottom float64 }

// xTicks are as many ticks as have labels that stand apart.
func (c *Chart) xTicks(x scale) ([]float64, []string) {
	for most := 8; ; most-- {
		at, decimals := ticks(x.low, x.high, most)
		texts := labels(at, decimals)
		apart := true
		for i := 1; i < len(at); i++ {
			if x.at(at[i])-x.at(at[i-1]) < (wide(texts[i])+wide(texts[i-1]))/2+8 {
				apart = false
			}
		}
		if apart || most == 2 {
			return at, texts
		}
	}
}

// about says what the chart shows to who cannot see it.
func (c *Chart) about() string {
	text := c.Title
	if c.X.Label != "" && c.Y.Label != "" {
		text += ": " + c.Y.Label + " by " + c.X.Label
	}
	var names []string
	for _, e := range c.legend {
		names = append(names, e.name)
	}
	if len(names) > 0 {
		text += "; " + strings.Join(names, ", ")
	}
	return text
}

const sample = 22 // of the line beside a name in the legend

// places says where the entries of the legend stand, line by line.
func (c *Chart) places() (at [][2]float64) {
	x, line := 8.0, 0.0
	for _, e := range c.legend {
		room := sample + wide(fit(e.name, width-16-sample)) + 10
		if x > 8 && x+room > width-8 {
			x, line = 8, line+1
		}
		at = append(at, [2]float64{x, 34 + 16*line})
		x += room
	}
	return at
}

func (c *Chart) legendLines() int {
	at := c.places()
	return 1 + int((at[len(at)-1][1]-34)/16)
}

func (c *Chart) drawLegend(p *pen) {
	for i, at := range c.places() {
		e := c.legend[i]
		class := fmt.Sprintf("l t%d", e.tone)
		if e.dash {
			class += " dash"
		}
		p.line(class, at[0], at[1]-4, at[0]+sample-6, at[1]-4)
		p.text("name", "start", at[0]+sample, at[1], fit(e.name, width-16-sample))
	}
}
