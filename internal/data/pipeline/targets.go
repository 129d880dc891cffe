package pipeline

import (
	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// A scaled target is trained as (y − mean) / sd.
type scaled struct{ mean, sd float64 }

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
			d.Y.Set(i, j, preprocess.Finite32((v-y.mean)/y.sd))
			if p.schema.Task == task.Regression {
				d.Own.Set(i, j, col.Numbers[row])
			}
		}
	}
	return nil
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
			row[j] = preprocess.Finite32(float64(float64(row[j])*s.sd) + s.mean)
		}
	}
}
