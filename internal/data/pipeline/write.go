package pipeline

import (
	"mlp/internal/data/table"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// Numbers are learned numbers under their name in a model file, for example
// "preprocess/glucose/mean".
type Numbers struct {
	Name string
	Data []float64
}

// Save returns all that is needed to predict from a raw row: the schema as a
// tree and the learned numbers.
func (p *Pipeline) Save() (sch *spec.Node, learned []Numbers) {
	s := p.schema
	sch = spec.NewMap()
	sch.Put("task", spec.NewString(s.Task.String()))
	sch.Put("header", spec.NewBool(s.Header))
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
		if f := fitted[sc.Name]; f != nil {
			learned = append(learned, f.save(c)...)
		}
		columns.Items = append(columns.Items, c)
	}
	sch.Put("columns", columns)
	for i, y := range p.targets {
		if s.Task != task.Regression {
			break // 0 and 1 are not scaled
		}
		learned = append(learned, number1(s.Targets[i], "mean", y.mean), number1(s.Targets[i], "sd", y.sd))
	}
	return sch, append(learned, p.saveSeen()...)
}

// save writes the settings of a feature into its node and returns its numbers.
func (f *feature) save(c *spec.Node) []Numbers {
	prefix := prefixOf(f.column.Name)
	if !f.column.Kind.Scales() {
		k := f.column.Encoded
		c.Put("encode", k.Encode.Spec.Bare())
		c.Put("min_count", spec.NewInt(int64(k.MinCount)))
		c.Put("other", spec.NewBool(k.Other))
		c.Put("words", spec.TextList(f.words.Words))
		if f.gap != "" {
			c.Put("missing", k.Missing.Spec.Bare())
			c.Put("fill", spec.NewString(f.gap))
		}
		return nil
	}
	n := f.column.Numeric
	c.Put("scale", n.Scale.Spec.Bare())
	c.Put("missing", n.Missing.Spec.Bare())
	c.Put("indicator", spec.NewBool(n.Indicator))
	c.Put("clip", spec.NewFloat(n.Clip))
	if f.column.Kind == table.Numeric {
		return f.scaling.save(prefix)
	}
	var names []string
	var learned []Numbers
	for i := range f.parts {
		q := &f.parts[i]
		if names = append(names, q.name); q.On == nil {
			learned = append(learned, q.scaling.save(q.prefix(f.column.Name))...)
		}
	}
	c.Put("parts", spec.TextList(names))
	return learned
}

// prefixOf stands before the names of what was learned of a column.
func prefixOf(column string) string { return "preprocess/" + column + "/" }

func number1(column, what string, v float64) Numbers {
	return Numbers{Name: prefixOf(column) + what, Data: []float64{v}}
}
