package draft

import (
	"slices"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// fitting is the spec, as long as one may be. A table of tens of thousands of columns
// can take more lines than that: then they are given without their reasons, and columns
// that are only of no use are inputs all the same.
func (d *draft) fitting() (*spec.Node, error) {
	shorten := []func(){d.leaveOutReasons, d.useCopies}
	for {
		tree := d.spec()
		switch {
		case d.hints.Fits == nil || d.hints.Fits(tree):
			return tree, nil
		case len(shorten) == 0:
			return nil, problem.Data(problem.Pos{File: d.table.Name}, "", "leave those out of the table that are not needed, or write a spec whose entries stand for many columns, as \"lag_*\" does",
				"%d columns want an entry of their own, and a spec with so many is too long to be read", len(d.ignored)+len(d.exceptions))
		}
		shorten[0]()
		shorten = shorten[1:]
	}
}

func (d *draft) leaveOutReasons() {
	for i := range d.ignored {
		d.ignored[i].brief = true
	}
	for _, n := range d.exceptions {
		n.Note = ""
	}
}

// useCopies takes back what is constant or stands in another column too.
func (d *draft) useCopies() {
	d.ignored = slices.DeleteFunc(d.ignored, func(c ignored) bool {
		back := c.why == neverVaries || strings.HasPrefix(c.why, sameAs)
		if back {
			d.inputs++
		}
		return back
	})
	d.plan = d.choosePlan()
}
