package crossval

import (
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/split"
)

// keepTest takes the test rows of the spec's split out of what is dealt out: whoever
// chooses between specs by cross-validation has not seen them then, and what they say in
// the end is true of rows that nobody chose by.
func (v *crossing) keepTest(c schema.Config) error {
	if v.o.AllRows || c.Test != "" || v.src.Test != nil || c.Split.Test == 0 && c.Split.By != "column" {
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
