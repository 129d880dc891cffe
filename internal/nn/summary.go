package nn

// A Summary is what the table of layers shows.
type Summary struct {
	Rows                    []SummaryRow
	Trainable, NonTrainable int // numbers
}

// A SummaryRow is one layer.
type SummaryRow struct {
	Name, Class string
	Out         int // width of the output
	Params      int // numbers, those that are not trained included
}

// Summary counts the parameters of each layer.
func (n *Network) Summary() Summary {
	s := Summary{Trainable: n.Trainable, NonTrainable: n.Size - n.Trainable}
	for i, e := range n.Elements {
		row := SummaryRow{Name: e.Name, Class: e.Class, Out: n.Widths[i]}
		for _, p := range n.Params {
			if len(p.Name) > len(e.Name) && p.Name[:len(e.Name)+1] == e.Name+"/" {
				row.Params += p.Len()
			}
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}
