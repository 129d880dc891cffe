package data

import (
	"fmt"
	"slices"
	"strconv"

	"mlp/internal/spec"
)

// Role is what a column is for.
type Role uint8

// The roles of columns.
const (
	Feature Role = iota
	Target
	ID
	Weight
	Ignored
)

var roleNames = [...]string{"feature", "target", "id", "weight", "ignored"}

func (r Role) String() string { return roleNames[r] }

// A columnRole is what the spec says about one column.
type columnRole struct {
	role      Role
	at        spec.Pos // where the spec says so
	exception *ColumnConfig
}

// declared returns the kind that an exception declares its column to be, or
// auto. A way to encode is for categories, and parts are a date's.
func (c *ColumnConfig) declared() string {
	switch {
	case c.Type != "auto":
		return c.Type
	case c.Encode.given():
		return Categorical.String()
	case len(c.Parts) > 0:
		return Date.String()
	}
	return "auto"
}

// kind returns how the column is to be read: as numbers, as words, or as what
// its cells turn out to be.
func (c *ColumnConfig) kind() string {
	switch d := c.declared(); d {
	case "auto", Numeric.String():
		return d
	}
	return Categorical.String() // all but numbers are kept as words
}

// find returns the index of the column meant, or -1. A number in quotes is a
// name first, so that a column called "2020" can be named.
func (r ColumnRef) find(names []string) int {
	n := r.Number
	if n == 0 {
		if i := slices.Index(names, r.Name); i >= 0 {
			return i
		}
		n, _ = strconv.Atoi(r.Name)
	}
	switch {
	case n > 0 && n <= len(names):
		return n - 1
	case n < 0 && -n <= len(names):
		return len(names) + n
	}
	return -1
}

// resolve gives every column its role, and complains about what the spec names
// and the table lacks, or names for two purposes.
func (c Config) resolve(names []string) ([]columnRole, spec.Problems) {
	roles := make([]columnRole, len(names))
	var problems spec.Problems
	assign := func(path string, refs []ColumnRef, role Role) {
		for _, ref := range refs {
			i := ref.find(names)
			switch {
			case i < 0:
				problems = append(problems, unknownColumn(path, ref, names))
			case roles[i].role == role && role != Target:
			case roles[i].role != Feature:
				problems = append(problems, &spec.Problem{Domain: spec.InData, Pos: ref.Pos, Path: path, Also: []spec.Pos{roles[i].at},
					Msg: fmt.Sprintf("column %q is the %s already", names[i], roles[i].role), Hint: "a column has one purpose"})
			default:
				roles[i].role, roles[i].at = role, ref.Pos
			}
		}
	}
	assign("data.target", c.Target, Target)
	assign("data.id", c.ID, ID)
	assign("data.weight", c.Weight, Weight)
	assign("data.ignore", c.Ignore, Ignored)
	for k := range c.Columns {
		e := &c.Columns[k]
		path := fmt.Sprintf("data.columns[%d].name", k)
		i := e.Ref.find(names)
		switch {
		case i < 0:
			problems = append(problems, unknownColumn(path, e.Ref, names))
		case roles[i].exception != nil:
			problems = append(problems, &spec.Problem{Domain: spec.InData, Pos: e.Ref.Pos, Path: path, Also: []spec.Pos{roles[i].exception.Ref.Pos},
				Msg: fmt.Sprintf("column %q has an entry already", names[i]), Hint: "make one entry of the two"})
		default:
			roles[i].exception = e
		}
	}
	return roles, problems
}

func unknownColumn(path string, ref ColumnRef, names []string) *spec.Problem {
	p := &spec.Problem{Domain: spec.InData, Pos: ref.Pos, Path: path, Width: len(ref.Name),
		Msg: fmt.Sprintf("the table has no column %s", ref), Hint: spec.DidYouMean(ref.Name, names)}
	switch {
	case ref.Number != 0:
		p.Hint = fmt.Sprintf("it has %s", count(len(names), "column"))
	case p.Hint == "":
		p.Hint = fmt.Sprintf("it has %s, among them %s", count(len(names), "column"), spec.Quote(names[:min(len(names), 5)]))
	}
	return p
}
