package pipeline

import (
	"slices"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// Save returns all that is needed to predict from a raw row: the schema as a
// tree and the learned numbers.
func (p *Pipeline) Save() (sch *spec.Node, learned []preprocess.Numbers) {
	s := p.schema
	sch = spec.NewMap()
	sch.Put("task", spec.NewString(s.Task.String()))
	sch.Put("header", spec.NewBool(s.Header))
	if !s.Reading.Plain() {
		sch.Put("read", s.Reading.Node())
	}
	sch.Put("labels", spec.TextList(s.Labels))
	sch.Put("targets", spec.TextList(s.Targets))
	columns := spec.NewList()
	fitted := map[string]*feature{}
	for i := range p.features {
		fitted[p.features[i].column.Name] = &p.features[i]
	}
	for _, sc := range s.Columns {
		c := spec.NewMap()
		c.Put("name", spec.NewString(sc.Name))
		c.Put("kind", spec.NewString(sc.Kind.String()))
		c.Put("role", spec.NewString(sc.Role.String()))
		c.Put("na_values", spec.TextList(sc.NA))
		if sc.Wide {
			c.Put("wide", spec.NewBool(true))
		}
		if f := fitted[sc.Name]; f != nil {
			learned = append(learned, f.Feature.Save(c)...)
		}
		columns.Items = append(columns.Items, c)
	}
	sch.Put("columns", columns)
	for i, y := range p.targets {
		if s.Task != task.Regression {
			break // 0 and 1 are not scaled
		}
		if y.log {
			sch.Put("target_scale", spec.NewString(string(schema.ScaleLog1p)))
		}
		learned = append(learned, number1(s.Targets[i], "mean", y.mean), number1(s.Targets[i], "sd", y.sd))
		if p.within != nil {
			learned = append(learned, number1(s.Targets[i], "min", p.within[i].Low), number1(s.Targets[i], "max", p.within[i].High))
		}
	}
	if p.within != nil {
		sch.Put("target_clip", spec.NewBool(true))
	}
	return sch, append(learned, p.saveSeen()...)
}

// Requires names what a reader of the saved pipeline must know: an older one would
// make other inputs of the same cells.
func (p *Pipeline) Requires() []string {
	if slices.ContainsFunc(p.schema.Columns, func(sc schema.SchemaColumn) bool { return sc.Wide }) {
		return []string{RequiresWide}
	}
	return nil
}

// RequiresWide is that numbers of a column are read as float64.
const RequiresWide = "float64"

func number1(column, what string, v float64) preprocess.Numbers {
	return preprocess.Numbers{Name: preprocess.Prefix(column) + what, Data: []float64{v}}
}
