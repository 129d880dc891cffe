package nn

// A Summary is what the table of a network shows.
type Summary struct {
	Rows                           []SummaryRow
	Total, Trainable, NonTrainable int // parameters, counted as numbers
}

// A SummaryRow is one layer. The layers of a block come after it, one deeper;
// their parameters are counted in the block's row too.
type SummaryRow struct {
	Depth             int
	Name, Class       string
	Width             int // columns of the output
	Params, Trainable int
}

// Summary counts the network's parameters, layer by layer.
func (n *Network) Summary() Summary {
	s := Summary{Total: n.Size, Trainable: n.Trainable, NonTrainable: n.Size - n.Trainable}
	s.add(n, &n.chain, 0)
	return s
}

func (s *Summary) add(n *Network, c *chain, depth int) {
	for i := range c.elements {
		e := &c.elements[i]
		row := SummaryRow{Depth: depth, Name: e.Name, Class: e.Class, Width: c.widths[i]}
		for _, p := range n.Params[c.params[i][0]:c.params[i][1]] {
			row.Params += p.Len()
			if p.Trainable {
				row.Trainable += p.Len()
			}
		}
		s.Rows = append(s.Rows, row)
		if b, ok := e.Layer.(block); ok {
			for _, inner := range b.inside() {
				s.add(n, inner, depth+1)
			}
		}
	}
}
