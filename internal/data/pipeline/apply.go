package pipeline

import (
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/task"
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
		switch f.column.Kind {
		case table.Numeric:
			err = f.applyNumbers(t, col, rows, d.X, at)
		case table.Date:
			err = f.applyDates(t, col, rows, d.X, at)
		default:
			f.applyWords(col, rows, d.X, at)
		}
		if err != nil {
			return nil, err
		}
		at += f.width
	}
	if err := p.applyTargets(t, rows, d); err != nil {
		return nil, err
	}
	p.applyRoles(columns, rows, d)
	return d, nil
}

func (f *feature) applyNumbers(t *table.Table, col *table.Column, rows []int, x tensor.Mat, at int) error {
	if err := f.refuseMissing(t, col, rows, f.fills); err != nil {
		return err
	}
	for i, row := range rows {
		v := float64(col.Numbers[row])
		if v != v {
			v = f.fill
			if f.column.Numeric.Indicator {
				x.Set(i, at+1, 1)
			}
		}
		x.Set(i, at, f.input(v))
	}
	return nil
}

// refuseMissing refuses missing values that nothing stands in for.
func (f *feature) refuseMissing(t *table.Table, col *table.Column, rows []int, fills bool) error {
	list := problem.List{File: t.Name}
	if !fills {
		t.Refuse(&list, col, rows, col.IsMissing, refusedMissing)
	}
	return list.Err()
}

func (f *feature) applyWords(col *table.Column, rows []int, x tensor.Mat, at int) {
	n := len(f.words.Words)
	codes := make([]int, len(col.Words))
	for i, w := range col.Words {
		if codes[i] = f.words.Find(w); codes[i] < 0 {
			codes[i] = n
		}
	}
	gap := n
	if at := f.words.Find(f.gap); at >= 0 && f.gap != "" {
		gap = at
	}
	encoder := f.column.Encoded.Encode.Use
	for i, row := range rows {
		code, word := gap, f.gap
		if c := col.Codes[row]; c >= 0 {
			code, word = codes[c], col.Words[c]
		}
		encoder.Encode(x.Row(i)[at:at+f.width], word, code, n)
	}
}

func (p *Pipeline) applyTargets(t *table.Table, rows []int, d *Dataset) error {
	var cols []*table.Column
	for _, name := range p.schema.Targets {
		if col := t.Column(name); col != nil {
			cols = append(cols, col)
		}
	}
	if len(cols) == 0 || len(cols) < len(p.schema.Targets) {
		return nil
	}
	list := problem.List{File: t.Name}
	d.Y = tensor.New(len(rows), len(cols))
	if p.schema.Task.Classes() {
		if cols[0].Codes == nil {
			return problem.Data(problem.Pos{File: t.Name}, cols[0].Name, "", "the column holds more different numbers than there can be labels")
		}
		classes := p.schema.ClassesOf(cols[0])
		p.schema.CheckLabels(t, cols[0], rows, classes, &list)
		for i, row := range rows {
			d.Y.Set(i, 0, float32(classes[row]))
		}
		return list.Err()
	}
	if p.schema.Task == task.Regression {
		d.Own = tensor.New(len(rows), len(cols))
	}
	for j, col := range cols {
		if col.Numbers == nil {
			return problem.Data(problem.Pos{File: t.Name}, col.Name, "", "the target of a regression holds words")
		}
		if p.schema.Task == task.MultiLabel {
			schema.CheckShares(t, col, rows, &list)
		}
		schema.CheckTargets(t, col, rows, &list, targetHint)
		if err := list.Err(); err != nil {
			return err
		}
		y := p.targets[j]
		for i, row := range rows {
			v := float64(col.Numbers[row])
			d.Y.Set(i, j, finite32((v-y.mean)/y.sd))
			if p.schema.Task == task.Regression {
				d.Own.Set(i, j, col.Numbers[row])
			}
		}
	}
	return nil
}

// applyRoles copies weights and ids.
func (p *Pipeline) applyRoles(columns map[string]*table.Column, rows []int, d *Dataset) {
	for _, sc := range p.schema.Columns {
		col := columns[sc.Name]
		if col == nil || col.Skipped {
			continue
		}
		switch {
		case sc.Role == schema.Weight && col.Numbers != nil:
			d.Weight = make([]float32, len(rows))
			for i, row := range rows {
				d.Weight[i] = col.Numbers[row]
			}
		case sc.Role == schema.ID:
			d.IDs = make([]string, len(rows))
			for i, row := range rows {
				d.IDs[i] = col.Text(row)
			}
		}
	}
}

// Unscale turns predictions of a regression back into the target's own units, in
// place. y is rows × targets.
func (p *Pipeline) Unscale(y tensor.Mat) {
	if len(p.targets) != y.Cols {
		return
	}
	for i := range y.Rows {
		row := y.Row(i)
		for j, s := range p.targets {
			row[j] = finite32(float64(float64(row[j])*s.sd) + s.mean)
		}
	}
}
