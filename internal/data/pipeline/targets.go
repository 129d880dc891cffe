package pipeline

import (
	"slices"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/stats"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// A scaled target is trained as (y − mean) / sd, or with its logarithm ln(1 + y) in
// the place of y.
type scaled struct {
	mean, sd float64
	log      bool
}

// trained returns what is trained for a target in its own units, NaN where it has no
// logarithm; own goes back.
func (s scaled) trained(y float64) float64 {
	if s.log {
		y = kernel.Log1p64(y)
	}
	return (y - s.mean) / s.sd
}

func (s scaled) own(v float64) float64 {
	v = float64(v*s.sd) + s.mean
	if s.log {
		v = kernel.Expm164(v)
	}
	return v
}

// FitTargets decides how the targets of a regression are trained, from the rows that
// the pipeline was fitted to. Where how is ScaleAuto, it is the first of standard,
// scale and none of which fits approves, given the targets' range as trained; none
// if it approves of no one. In each target's place comes its range as trained. With clip,
// answers are kept within the range of the rows.
func (p *Pipeline) FitTargets(t *table.Table, rows []int, how schema.TargetScale, clip bool, fits func(stats.Interval) bool) ([]stats.Interval, error) {
	if p.schema.Task != task.Regression {
		return nil, nil
	}
	columns := t.ByName()
	ranges := make([]stats.Interval, len(p.targets))
	for i, name := range p.schema.Targets {
		values := columns[name].Values(rows)
		low, high := slices.Min(values), slices.Max(values)
		if clip {
			p.within = append(p.within, stats.Interval{Low: low, High: high})
		}
		if how == schema.ScaleLog1p && low <= -1 {
			return nil, problem.Data(problem.Pos{File: t.Name}, name, "use `scale_target: standard`", "log1p is for targets above −1, and the least here is %v", low)
		}
		for _, candidate := range candidates(how) {
			y := fitTarget(candidate, values)
			p.targets[i], ranges[i] = y, stats.Interval{Low: y.trained(low), High: y.trained(high)}
			if fits(ranges[i]) {
				break
			}
		}
	}
	return ranges, nil
}

func candidates(how schema.TargetScale) []schema.TargetScale {
	if how == schema.ScaleAuto {
		return []schema.TargetScale{schema.ScaleStandard, schema.ScaleDivide, schema.ScaleNone}
	}
	return []schema.TargetScale{how}
}

// fitTarget learns a scale from the targets of the training rows, which it overwrites
// for log1p: it is the only one tried then.
func fitTarget(how schema.TargetScale, values []float64) scaled {
	y := scaled{sd: 1}
	switch how {
	case schema.ScaleDivide:
		_, y.sd = stats.Moments(values)
	case schema.ScaleLog1p:
		y.log = true
		for i, v := range values {
			values[i] = kernel.Log1p64(v)
		}
		fallthrough
	case schema.ScaleStandard:
		y.mean, y.sd = stats.Moments(values)
	}
	return y
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
		if !col.HasNumbers() {
			return problem.Data(problem.Pos{File: t.Name}, col.Name, "", "the target of a regression holds words")
		}
		if p.schema.Task == task.MultiLabel {
			schema.CheckShares(t, col, rows, &list)
		}
		schema.CheckTargets(t, col, rows, &list, schema.MissingTarget)
		if err := list.Err(); err != nil {
			return err
		}
		y := p.targets[j]
		for i, row := range rows {
			v := col.Number(row)
			d.Y.Set(i, j, preprocess.Finite32(y.trained(v)))
			if p.schema.Task == task.Regression {
				d.Own.Set(i, j, float32(v))
			}
		}
	}
	return nil
}

// Scaled reports whether a target is trained in other than its own units.
func (p *Pipeline) Scaled() bool {
	return slices.ContainsFunc(p.targets, func(s scaled) bool { return s != scaled{sd: 1} })
}

// Unscale turns predictions of a regression back into the target's own units, in
// place, and clips them where the spec says so. y is rows × outputs of the head.
func (p *Pipeline) Unscale(y tensor.Mat, of task.Head) {
	if of.Outputs(len(p.targets)) != y.Cols {
		return
	}
	for i := range y.Rows {
		row := y.Row(i)
		for j := range row {
			switch {
			case of.Form == task.MeanSD && j == 1: // a distance, which no centre moves
				row[j] = preprocess.Finite32(float64(row[j]) * p.targets[0].sd)
			case of.Several():
				// The scale rises, but its roundings need not.
				if row[j] = p.own(0, row[j]); j > 0 && row[j] < row[j-1] {
					row[j] = row[j-1]
				}
			default:
				row[j] = p.own(j, row[j])
			}
		}
	}
}

// own is a prediction of a target in its own units.
func (p *Pipeline) own(target int, y float32) float32 {
	v := p.targets[target].own(float64(y))
	if p.within != nil {
		v = max(p.within[target].Low, min(p.within[target].High, v)) // NaN stays NaN
	}
	return preprocess.Finite32(v)
}
