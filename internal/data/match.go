package data

import (
	"fmt"
	"slices"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// ReadFor reads a table for a pipeline that exists already. Columns are matched
// by name, in any order; those the pipeline does not know are skipped. The
// target is read only when it is needed; then it must be there, and each label
// must be one that training saw. An unknown category is never an error.
func (p *Pipeline) ReadFor(src Source, needTarget bool) (*Table, error) {
	src, err := src.InMemory()
	if err != nil {
		return nil, err
	}
	q, err := p.open(src, needTarget)
	if err != nil {
		return nil, err
	}
	if q.packed != nil {
		return q.packed, p.check(q.packed, needTarget)
	}
	if err := q.run(); err != nil {
		return nil, err
	}
	if q.rows == 0 {
		return nil, q.noRows()
	}
	t := q.table()
	t.dropSkipped()
	return t, p.check(t, needTarget)
}

// dropSkipped removes the columns that were not read.
func (t *Table) dropSkipped() {
	t.Columns = slices.DeleteFunc(t.Columns, func(c *Column) bool { return c.Skipped })
}

// open starts reading a table whose schema is known.
func (p *Pipeline) open(src Source, needTarget bool) (*pass, error) {
	wanted := p.wanted(needTarget)
	names := wanted
	if !p.schema.Header {
		names = nil
	}
	q, err := openPass(src, 0, names)
	if err != nil {
		return nil, err
	}
	if q.packed != nil {
		q.src, q.names, q.whole = src, q.packed.Names(), q.packed
		if err := p.require(q, wanted); err != nil {
			return nil, err
		}
		q.builders = p.builders(q.names, needTarget)
		q.packed = q.packed.adopt(q.builders)
		q.packed.dropSkipped()
		return q, nil
	}
	header := No
	if p.schema.Header {
		header = Yes
	}
	if err := q.begin(header, naSet{}, wanted); err != nil {
		return nil, firstOf(err, q.rs.close())
	}
	if !p.schema.Header && q.rs.cut.objects == nil {
		if err := p.nameByPosition(q); err != nil {
			return nil, firstOf(err, q.rs.close())
		}
	}
	if err := p.require(q, wanted); err != nil {
		return nil, firstOf(err, q.rs.close())
	}
	q.strict = true
	q.builders = p.builders(q.names, needTarget)
	return q, nil
}

// wanted names the columns that must be there.
func (p *Pipeline) wanted(needTarget bool) []string {
	var names []string
	for _, sc := range p.schema.Columns {
		if sc.Role == Feature || sc.Role == Target && needTarget {
			names = append(names, sc.Name)
		}
	}
	return names
}

// builders plans how the columns of the file are kept.
func (p *Pipeline) builders(names []string, needTarget bool) []*builder {
	known := make(map[string]*SchemaColumn, len(p.schema.Columns))
	for i := range p.schema.Columns {
		known[p.schema.Columns[i].Name] = &p.schema.Columns[i]
	}
	all := make([]*builder, len(names))
	for j, name := range names {
		all[j] = p.builder(name, j, known[name], needTarget)
	}
	return all
}

func (p *Pipeline) builder(name string, index int, sc *SchemaColumn, needTarget bool) *builder {
	b := &builder{name: name, index: index, mode: skip}
	if sc == nil || sc.Role == Ignored || sc.Role != Feature && sc.Role != ID && !needTarget {
		return b
	}
	b.na = newNASet(sc.NA...)
	b.mode, b.declared = numbers, "numeric"
	if sc.Role == ID || sc.Role == Group || sc.Role == Part || sc.Role == Target && p.schema.Task.Classes() || sc.Role == Feature && sc.Kind != Numeric {
		b.mode, b.declared = words, "categorical"
	}
	return b
}

// nameByPosition names the columns of a table without a header as those of the
// training table: all of them, or all but the targets.
func (p *Pipeline) nameByPosition(q *pass) error {
	var all, inputs []string
	for _, sc := range p.schema.Columns {
		all = append(all, sc.Name)
		if sc.Role != Target {
			inputs = append(inputs, sc.Name)
		}
	}
	switch len(q.names) {
	case len(all):
		q.names = all
	case len(inputs):
		q.names = inputs
	default:
		return problem.Data(problem.Pos{File: q.src.Name, Line: 1}, "", "columns without names are matched by their place",
			"%s found; the model was trained on a table without a header with %d, %d without the target", problem.Count(len(q.names), "column"), len(all), len(inputs))
	}
	return nil
}

// require complains about all columns that are missing.
func (p *Pipeline) require(q *pass, wanted []string) error {
	var missing []string
	there := make(map[string]bool, len(q.names))
	for _, name := range q.names {
		there[name] = true
	}
	for _, name := range wanted {
		if !there[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	at := problem.Pos{File: q.src.Name, Line: q.headerLine}
	if len(missing) == len(wanted) && q.rs != nil {
		hint := "its first line must name the columns, among them " + spec.Quote(wanted[:min(len(wanted), 8)])
		if q.rs.cut.objects == nil {
			hint += fmt.Sprintf("; is the delimiter %s?", delimiterWord(q.rs.cut.delim))
		}
		return problem.Data(at, "", hint, "the table has none of the columns that the model needs")
	}
	hint := "the table has " + spec.Quote(q.names[:min(len(q.names), 24)])
	others := slices.DeleteFunc(slices.Clone(q.names), func(name string) bool { return p.schema.Column(name) != nil })
	if near := problem.Nearest(missing[0], others); near != "" {
		hint = fmt.Sprintf("is %q the one called %q? columns are matched by name", near, missing[0])
	}
	if len(missing) == 1 {
		return problem.Data(at, missing[0], hint, "the column is missing")
	}
	return problem.Data(at, "", hint, "%d columns are missing: %s", len(missing), spec.Quote(missing))
}

// check refuses what can be seen only in whole columns.
func (p *Pipeline) check(t *Table, needTarget bool) error {
	columns := t.byName()
	for _, sc := range p.schema.Columns {
		if sc.Role == Feature || sc.Role == Target && needTarget && !p.schema.Task.Classes() {
			col, err := sc.fits(t, columns[sc.Name])
			if err != nil {
				return err
			}
			bad := complaints{file: t.Name}
			if sc.Kind == Date && sc.Role == Feature {
				badDates(t, col, &bad)
			} else {
				badNumbers(t, col, &bad)
			}
			if err := bad.err(); err != nil {
				return err
			}
		}
		if col := columns[sc.Name]; sc.Role == Weight && col != nil && !col.Skipped {
			bad := complaints{file: t.Name}
			checkWeights(t, col, &bad)
			if err := bad.err(); err != nil {
				return err
			}
		}
	}
	if !needTarget {
		return nil
	}
	for _, name := range p.schema.Targets {
		col := columns[name]
		if p.schema.Task.Classes() {
			classes := p.schema.classes(col)
			if slices.Contains(classes, -1) {
				rows := make([]int, t.Rows)
				for i := range rows {
					rows[i] = i
				}
				return p.badLabels(t, col, rows, classes)
			}
			continue
		}
		bad := complaints{file: t.Name}
		bad.missing(t, col, "give the row a target, or leave it out", col.isMissing)
		if err := bad.err(); err != nil {
			return err
		}
	}
	return nil
}
