package crossval

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/schema"
	"mlp/internal/data/split"
	"mlp/internal/problem"
)

// keepTest takes the test rows of the spec's split out of what is dealt out: whoever
// chooses between specs by cross-validation has not seen them then, and what they say in
// the end is true of rows that nobody chose by.
func (v *crossing) keepTest(c schema.Config) error {
	if v.o.AllRows || len(c.Test) > 0 || v.src.Test != nil || c.Split.Test == 0 && c.Split.By != "column" {
		return nil
	}
	parts, err := split.Split(v.table, v.schema, c, v.spec.Model.Seed)
	if err != nil || len(parts.Test) == 0 {
		return err
	}
	v.o.Rows = slices.Concat(parts.Train, parts.Validation)
	slices.Sort(v.o.Rows)
	return nil
}

// dealt is how many rows are dealt out.
func (v *crossing) dealt() int {
	if v.o.Rows != nil {
		return len(v.o.Rows)
	}
	return v.table.Rows
}

// dealAsSpec lets folds respect what the spec's split does, unless the options say
// otherwise: rows that belong together, and the order of time.
func (v *crossing) dealAsSpec(c schema.Config) error {
	var err error
	o := v.o
	switch {
	case o.Group == "" && o.By == "" && c.Split.By == "group": // rows that belong together do so in folds too
		if v.o.Group, v.o.Groups, err = split.SplitGroups(v.table, v.schema, c); err != nil {
			return err
		}
	case o.Group != "":
		if v.o.Group, v.o.Groups, err = split.Groups(v.table, *v.src.Train, c, o.Group); err != nil {
			return err
		}
	}
	if o.Group == "" && o.By == "" && (c.Split.By == "last" || c.Split.By == "time") { // rows in the order of time
		v.o.By = split.Forward
	}
	if c.Split.By == "time" && v.o.By == split.Forward {
		if v.o.Time, err = split.ByTime(v.table, v.schema, c); err != nil {
			return err
		}
	}
	return nil
}

// sameFolds refuses folds that are others than those of an earlier run: answers are held
// against each other row by row, each by a model that was trained on the same others.
func (v *crossing) sameFolds(like *Result) error {
	const hint = "let both say the same under data of the table, the target, the rows left out and the split"
	switch {
	case v.table.SHA256 != like.SHA256:
		return problem.Usage(v.o.Name, "name the table once, after the specs", "%s is another table than that of the first spec", v.src.Train.Name)
	case v.schema.Task != like.Schema.Task, !slices.Equal(v.schema.Targets, like.Schema.Targets), !slices.Equal(v.schema.Labels, like.Schema.Labels):
		return problem.Usage(v.o.Name, hint, "it has another target, %s, than the first one, %s", nameOfTarget(v.schema), nameOfTarget(like.Schema))
	case !slices.Equal(v.table.Lines, like.lines), len(v.parts) != len(like.Folds):
		return problem.Usage(v.o.Name, hint, "its rows are others than those of the first one")
	}
	for i, p := range v.parts {
		if held := slices.Sorted(slices.Values(p.Test)); !slices.Equal(held, slices.Sorted(slices.Values(like.Folds[i].rows))) {
			return problem.Usage(v.o.Name, hint, "its folds are others than those of the first one")
		}
	}
	return nil
}

func nameOfTarget(s *schema.Schema) string {
	return fmt.Sprintf("%s (%s)", problem.Clip(strings.Join(s.Targets, ", ")), s.Task)
}
