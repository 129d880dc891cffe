package chart

import "fmt"

// MostPoints is how many points a curve has at the most.
const MostPoints = 500

// thin leaves of a long curve the lowest and the highest point of each of as many
// stretches as are wanted, and the ends, so that its shape stays.
func thin(xs, ys []float64) ([]float64, []float64) {
	n := len(xs)
	if n <= MostPoints {
		return xs, ys
	}
	tx, ty := []float64{xs[0]}, []float64{ys[0]}
	add := func(i int) {
		tx, ty = append(tx, xs[i]), append(ty, ys[i])
	}
	const stretches = MostPoints/2 - 1
	for s := range stretches {
		from, to := 1+s*(n-2)/stretches, 1+(s+1)*(n-2)/stretches
		low, high := from, from
		for i := from; i < to; i++ {
			if ys[i] < ys[low] {
				low = i
			}
			if ys[i] > ys[high] {
				high = i
			}
		}
		add(min(low, high))
		if low != high {
			add(max(low, high))
		}
	}
	add(n - 1)
	return tx, ty
}

// Line adds a curve; a value that is no number breaks it.
func (c *Chart) Line(name string, tone Tone, xs, ys []float64) { c.line(name, tone, xs, ys, "") }

// Dashed adds a curve that others are compared with.
func (c *Chart) Dashed(name string, tone Tone, xs, ys []float64) { c.line(name, tone, xs, ys, " dash") }

// Faint adds one curve of many, which has no name of its own.
func (c *Chart) Faint(tone Tone, xs, ys []float64) { c.line("", tone, xs, ys, " thin") }

func (c *Chart) line(name string, tone Tone, xs, ys []float64, how string) {
	c.name(name, tone, how == " dash")
	xs, ys = thin(xs, ys)
	class := fmt.Sprintf("l t%d%s", tone, how)
	c.marks = append(c.marks, mark{both(xs, ys), func(p *pen, x, y scale) {
		var run []float64
		flush := func() {
			switch {
			case len(run) == 2:
				p.circle(class, run[0], run[1], 2, "")
			case len(run) > 2:
				p.path("polyline", class, run)
			}
			run = nil
		}
		for i, v := range ys {
			if !finite(v) || !finite(xs[i]) {
				flush()
				continue
			}
			run = append(run, x.at(xs[i]), y.at(v))
		}
		flush()
	}})
}

// Band adds the area between two curves.
func (c *Chart) Band(name string, tone Tone, xs, low, high []float64) {
	c.name(name, tone, false)
	c.marks = append(c.marks, mark{both(xs, append(append([]float64{}, low...), high...)), func(p *pen, x, y scale) {
		var corners []float64
		for i, v := range xs {
			if finite(v) && finite(low[i]) && finite(high[i]) {
				corners = append(corners, x.at(v), y.at(high[i]))
			}
		}
		for i := len(xs) - 1; i >= 0; i-- {
			if finite(xs[i]) && finite(low[i]) && finite(high[i]) {
				corners = append(corners, x.at(xs[i]), y.at(low[i]))
			}
		}
		if len(corners) > 4 {
			p.path("polygon", fmt.Sprintf("a t%d", tone), corners)
		}
	}})
}

// Dots adds points; says has a word for each, or is nil. Of too many the first are
// shown, so their order must mean nothing.
func (c *Chart) Dots(name string, tone Tone, xs, ys []float64, says []string) {
	c.name(name, tone, false)
	n := min(len(xs), MostPoints)
	xs, ys = xs[:n], ys[:n]
	radius := 3.5
	if n > 60 {
		radius = 2
	}
	c.marks = append(c.marks, mark{both(xs, ys), func(p *pen, x, y scale) {
		for i, v := range ys {
			if finite(v) && finite(xs[i]) {
				say := ""
				if says != nil {
					say = says[i]
				}
				p.circle(fmt.Sprintf("d t%d", tone), x.at(xs[i]), y.at(v), radius, say)
			}
		}
	}})
}

// Bars adds a bar for each height, from 0, between edges, of which there is one more.
func (c *Chart) Bars(name string, tone Tone, edges, heights []float64) {
	c.name(name, tone, false)
	c.marks = append(c.marks, mark{both(edges, append([]float64{0}, heights...)), func(p *pen, x, y scale) {
		for i, h := range heights {
			if finite(h) && h != 0 {
				left, right := x.at(edges[i]), x.at(edges[i+1])
				top, bottom := y.at(max(h, 0)), y.at(min(h, 0))
				p.rect(fmt.Sprintf("b t%d", tone), left, top, max(0.5, right-left-0.5), bottom-top,
					fmt.Sprintf("%s to %s: %s", Number(edges[i]), Number(edges[i+1]), Number(h)))
			}
		}
	}})
}

// Upright adds a line at x over the whole height.
func (c *Chart) Upright(name string, tone Tone, at float64) {
	c.name(name, tone, true)
	c.marks = append(c.marks, mark{func(x, _ func(float64)) { x(at) }, func(p *pen, x, y scale) {
		p.path("polyline", fmt.Sprintf("l t%d dash", tone), []float64{x.at(at), y.from, x.at(at), y.to})
	}})
}

// both visits the values of a mark.
func both(xs, ys []float64) func(x, y func(float64)) {
	return func(x, y func(float64)) {
		for _, v := range xs {
			x(v)
		}
		for _, v := range ys {
			y(v)
		}
	}
}
