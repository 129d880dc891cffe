package split

import (
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// Groups reads one column of a source as words, one a row, whatever the spec
// makes of it, and returns its name with them; t is the table that the spec reads
// from the source. column is a name, or a number as a target may be.
func Groups(t *table.Table, src source.Source, c schema.Config, column string) (name string, groups []string, err error) {
	ref := schema.ColumnRef{Name: column}
	names := t.Names()
	at := ref.Find(names)
	if at < 0 {
		p := schema.UnknownColumn("", ref, names)
		p.Option = "group"
		return "", nil, p
	}
	only := schema.Default()
	only.Delimiter, only.Header, only.NA = c.Delimiter, c.Header, c.NA
	only.Columns = []schema.ColumnConfig{{Ref: schema.ColumnRef{Number: at + 1}, Type: "categorical"}}
	for i := range names {
		if i != at {
			only.Ignore = append(only.Ignore, schema.ColumnRef{Number: i + 1})
		}
	}
	words, err := schema.Read(src, only)
	if err != nil {
		return "", nil, err
	}
	col := words.Columns[at]
	if words.SHA256 != t.SHA256 {
		return "", nil, problem.Data(problem.Pos{File: t.Name}, col.Name, "try again", "the table has changed while it was read")
	}
	list := problem.List{File: t.Name}
	if schema.CheckGroups(words, col, &list); list.Len() > 0 {
		return "", nil, list.Err()
	}
	groups = make([]string, words.Rows)
	for row, code := range col.Codes {
		groups[row] = col.Words[code]
	}
	return col.Name, groups, nil
}

// dealGroups gives whole groups, in the order of their first shuffled row, to the
// fold with the fewest rows so far (of equal ones the first). No fold stays
// empty if there are as many groups, and no two differ by more than the largest
// group.
func (f FoldConfig) dealGroups(fold, order []int) {
	names, members := f.Members(order)
	size := make([]int, f.Folds)
	for _, name := range names {
		least := slices.Index(size, slices.Min(size))
		for _, row := range members[name] {
			fold[row] = least
		}
		size[least] += len(members[name])
	}
}

// Members collects the rows of each group, and the groups by first appearance.
func (f FoldConfig) Members(rows []int) (names []string, members map[string][]int) {
	members = map[string][]int{}
	for _, row := range rows {
		g := f.Groups[row]
		if members[g] == nil {
			names = append(names, g)
		}
		members[g] = append(members[g], row)
	}
	return names, members
}

// holdOutGroups keeps groups for validation while that brings their rows nearer
// to the share; at least one, and never all.
func (f FoldConfig) holdOutGroups(p *Rows, order []int, share float64) {
	want := float64(len(order)) * share
	names, members := f.Members(order)
	for i, name := range names {
		rows := members[name]
		before, after := want-float64(len(p.Validation)), float64(len(p.Validation)+len(rows))-want
		if i < len(names)-1 && (i == 0 || after < before) {
			p.Validation = append(p.Validation, rows...)
		} else {
			p.Train = append(p.Train, rows...)
		}
	}
}
