package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
	"mlp/internal/problem"
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
	Group // rows of one group stay in one part
	Part  // says which part a row is in
	Time  // says which rows are later
)

var RoleNames = [...]string{"feature", "target", "id", "weight", "ignored", "group", "part", "time"}

func (r Role) String() string { return RoleNames[r] }

// A columnRole is what the spec says about one column.
type columnRole struct {
	role      Role
	at        problem.Pos // where the spec gives the role
	exception *ColumnConfig
	named     bool // the exception is for this column by name, not by a pattern
}

// declared returns the kind that an exception declares its column to be, be it by
// settings that are for one kind only; nil: none.
func (c *ColumnConfig) declared() *preprocess.Kind {
	if c.Type != "auto" {
		return preprocess.KindNamed(c.Type)
	}
	return preprocess.DeclaredKind(c.given())
}

// reading returns how the column is to be read: as numbers, as words, or as what
// its cells turn out to be.
func (c *ColumnConfig) reading() table.Declared {
	switch kind := c.declared(); {
	case kind == nil:
		return table.Undeclared
	case kind.Numbers:
		return table.DeclaredNumeric
	}
	return table.DeclaredWords
}

// Find returns the index of the column meant, or -1. A number in quotes is a
// name first, so that a column called "2020" can be named.
func (r ColumnRef) Find(names []string) int {
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
// and the table lacks, or names for two purposes. A column that the table gives no name
// is left out unless the spec names it.
func (c Config) resolve(names []string, nameless []bool) ([]columnRole, problem.Problems) {
	r := &resolver{names: names, roles: make([]columnRole, len(names))}
	r.assign("data.target", c.Target, Target)
	r.assign("data.id", c.ID, ID)
	r.assign("data.weight", c.Weight, Weight)
	r.assign("data.ignore", c.Ignore, Ignored)
	r.except(c.Columns)
	r.split("data.split.group", c.Split.Group, Group)
	role := Part
	if c.Split.By == "time" {
		role = Time
	}
	r.split("data.split.column", c.Split.Column, role)
	for i, without := range nameless {
		if role := &r.roles[i]; without && role.role == Feature && !role.named {
			role.role, role.exception = Ignored, nil
		}
	}
	return r.roles, r.problems
}

type resolver struct {
	names    []string
	roles    []columnRole
	problems problem.Problems
}

func (r *resolver) add(p *problem.Problem) { r.problems = append(r.problems, p) }

// assign gives the columns a role. A pattern takes only those that have none.
func (r *resolver) assign(path string, refs []ColumnRef, role Role) {
	for _, ref := range refs {
		at, exact := ref.Find(r.names), true
		found := []int{at}
		if role == Ignored {
			found, exact = ref.findAll(r.names)
		} else if at < 0 {
			found = nil
		}
		used := false
		for _, i := range found {
			switch has := r.roles[i].role; {
			case has == role && role != Target:
				used = true
			case has == Feature:
				r.roles[i].role, r.roles[i].at = role, ref.Pos
				used = true
			case exact:
				r.add(&problem.Problem{Domain: problem.InData, Pos: ref.Pos, Path: path, Also: []problem.Pos{r.roles[i].at},
					Msg: fmt.Sprintf("column %q is the %s already", r.names[i], has), Hint: "a column has one purpose"})
			}
		}
		r.unused(path, ref, found, exact, used)
	}
}

// unused complains about a name that no column has, or a pattern without use.
func (r *resolver) unused(path string, ref ColumnRef, found []int, exact, used bool) {
	switch {
	case len(found) == 0:
		p := UnknownColumn(path, ref, r.names)
		if !exact {
			p.Msg = fmt.Sprintf("no column of the table fits the pattern %s", ref)
		}
		r.add(p)
	case !exact && !used:
		r.add(&problem.Problem{Domain: problem.InData, Pos: ref.Pos, Path: path, Width: len(ref.Name), Hint: "delete it, or write it before the entry that takes its columns",
			Msg: fmt.Sprintf("the pattern %q is left without a column: those it fits have an entry or a purpose already", ref.Name)})
	}
}

// except gives columns their exceptions: first those named exactly, then by
// pattern, in the order of the spec, the features that have none yet.
func (r *resolver) except(columns []ColumnConfig) {
	var patterns []int
	path := func(k int) string { return fmt.Sprintf("data.columns[%d].name", k) }
	for k := range columns {
		e := &columns[k]
		found, exact := e.Ref.findAll(r.names)
		switch {
		case !exact:
			patterns = append(patterns, k)
		case len(found) == 0:
			r.add(UnknownColumn(path(k), e.Ref, r.names))
		case r.roles[found[0]].exception != nil:
			r.add(&problem.Problem{Domain: problem.InData, Pos: e.Ref.Pos, Path: path(k), Also: []problem.Pos{r.roles[found[0]].exception.Ref.Pos},
				Msg: fmt.Sprintf("column %q has an entry already", r.names[found[0]]), Hint: "make one entry of the two"})
		default:
			r.roles[found[0]].exception, r.roles[found[0]].named = e, true
		}
	}
	for _, k := range patterns {
		found, _ := columns[k].Ref.findAll(r.names)
		used := false
		for _, i := range found {
			if c := &r.roles[i]; c.role == Feature && c.exception == nil {
				c.exception, used = &columns[k], true
			}
		}
		r.unused(path(k), columns[k].Ref, found, false, used)
	}
}

// split takes a column that the split goes by. It is no feature then, unless the
// spec has an entry of its own for it; an id or an ignored column may be one.
func (r *resolver) split(path string, refs []ColumnRef, role Role) {
	for _, ref := range refs {
		i := ref.Find(r.names)
		if i < 0 {
			r.add(UnknownColumn(path, ref, r.names))
			continue
		}
		switch c := &r.roles[i]; {
		case c.role == Target || c.role == Weight:
			r.add(&problem.Problem{Domain: problem.InData, Pos: ref.Pos, Path: path, Also: []problem.Pos{c.at},
				Msg: fmt.Sprintf("column %q is the %s already", r.names[i], c.role), Hint: "a column has one purpose"})
		case c.role == Ignored || c.role == Feature && !c.named:
			c.role, c.at, c.exception = role, ref.Pos, nil
		}
	}
}

func UnknownColumn(path string, ref ColumnRef, names []string) *problem.Problem {
	p := &problem.Problem{Domain: problem.InData, Pos: ref.Pos, Path: path, Width: len(ref.Name),
		Msg: fmt.Sprintf("the table has no column %s", ref), Hint: problem.DidYouMean(strings.Trim(ref.Name, "*?"), names)}
	switch {
	case ref.Number == 0 && len(names) == 1 && slices.Contains(strings.Fields(names[0]), ref.Name):
		p.Hint = blanksHint
	case ref.Number != 0:
		p.Hint = fmt.Sprintf("it has %s", problem.Count(len(names), "column"))
	case p.Hint == "":
		p.Hint = fmt.Sprintf("it has %s, among them %s", problem.Count(len(names), "column"), spec.Quote(names[:min(len(names), 5)]))
	}
	return p
}
