package pipeline

import (
	"fmt"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/memory"
	"mlp/internal/problem"
	"mlp/internal/tensor"
)

// A Dataset is rows as a network takes them.
type Dataset struct {
	X tensor.Mat // rows × inputs

	// Y is rows × 1 of 0 or 1 for two classes, rows × 1 of class numbers for more,
	// rows × targets of scaled values for a regression; without rows where the
	// table has no target.
	Y tensor.Mat

	Own    tensor.Mat // the targets of a regression in their own units, as they stand in the table
	Weight []float32  // one a row; nil where the table has no weights
	Lines  []int      // the line of each row in its file
	IDs    []string   // the id of each row; nil where the table has no ids
}

// Rows returns the number of rows.
func (d *Dataset) Rows() int { return d.X.Rows }

// OneHot returns the class numbers of Y as rows × classes of 0 and 1.
func (d *Dataset) OneHot(classes int) tensor.Mat {
	y := tensor.New(d.Y.Rows, classes)
	for i := range d.Y.Rows {
		y.Set(i, int(d.Y.At(i, 0)), 1)
	}
	return y
}

// Apply turns rows of a table into a Dataset; nil stands for all rows. A table
// without the target columns gives a Dataset without Y.
func (p *Pipeline) Apply(t *table.Table, rows []int) (*Dataset, error) {
	if rows == nil {
		rows = table.AllRows(t)
	}
	if err := p.checkRoom(t, len(rows)); err != nil {
		return nil, err
	}
	d := &Dataset{X: tensor.New(len(rows), len(p.names)), Lines: make([]int, len(rows))}
	for i, row := range rows {
		d.Lines[i] = t.Lines[row]
	}
	at, columns := 0, t.ByName()
	for i := range p.features {
		f := &p.features[i]
		col, err := columnFor(f.column, t, columns[f.column.Name])
		if err != nil {
			return nil, err
		}
		if !f.Fills() {
			list := problem.List{File: t.Name}
			if t.Refuse(&list, col, rows, col.IsMissing, refusedMissing); list.Len() > 0 {
				return nil, list.Err()
			}
		}
		f.Apply(col, rows, d.X, at)
		at += f.width
	}
	if err := p.applyTargets(t, rows, d); err != nil {
		return nil, err
	}
	p.applyRoles(columns, rows, d)
	return d, nil
}

// checkRoom refuses rows that would take more memory than is left: a column of many
// categories has an input for each.
func (p *Pipeline) checkRoom(t *table.Table, rows int) error {
	need := int64(rows) * (4*int64(len(p.names)) + rowExtra)
	left := memory.Left(need)
	if need <= left {
		return nil
	}
	wide := &p.features[0]
	for i := range p.features {
		if p.features[i].width > wide.width {
			wide = &p.features[i]
		}
	}
	return problem.Data(problem.Pos{File: t.Name}, "", fmt.Sprintf("work on some of the rows, leave columns out with `ignore:`, or encode columns of many categories as an embedding or by hash: %q alone has %s",
		wide.column.Name, problem.Count(wide.width, "input")),
		"%s of %s would take %s, and of the %s that the process may use %s are left", problem.Count(rows, "row"), problem.Count(len(p.names), "input"),
		source.InBytes(need), source.InBytes(memory.Available()), source.InBytes(left))
}

// rowExtra is what a row takes beside its inputs: its line, its place in the order of
// training, its target and what it is compared with.
const rowExtra = 32

// applyRoles copies weights and ids.
func (p *Pipeline) applyRoles(columns map[string]*table.Column, rows []int, d *Dataset) {
	for _, sc := range p.schema.Columns {
		col := columns[sc.Name]
		if col == nil || col.Skipped {
			continue
		}
		switch {
		case sc.Role == schema.Weight && col.HasNumbers():
			d.Weight = make([]float32, len(rows))
			for i, row := range rows {
				d.Weight[i] = float32(col.Number(row))
			}
		case sc.Role == schema.ID:
			d.IDs = make([]string, len(rows))
			for i, row := range rows {
				d.IDs[i] = col.Text(row)
			}
		}
	}
}
