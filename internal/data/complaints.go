package data

import "mlp/internal/spec"

// complaintLimit is how many problems of one table are shown; the rest are counted.
const complaintLimit = 10

// complaints collects the problems of one table in the order of its lines.
type complaints struct {
	file string
	list spec.Problems
	more int
}

// full reports whether a further problem would only be counted, and counts it.
func (c *complaints) full() bool {
	if len(c.list) < complaintLimit {
		return false
	}
	c.more++
	return true
}

func (c *complaints) add(p *spec.Problem) {
	if !c.full() {
		c.list = append(c.list, p)
	}
}

// err returns what was collected, with the count of the rest last, or nil.
func (c *complaints) err() error {
	if len(c.list) == 0 {
		return nil
	}
	if c.more == 0 {
		return c.list
	}
	rest := spec.DataProblem(spec.Pos{File: c.file}, "", "", "and %d more problems", c.more)
	if c.more == 1 {
		rest.Msg = "and 1 more problem"
	}
	return append(c.list, rest)
}
