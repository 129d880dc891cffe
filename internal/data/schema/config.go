// Package schema says what the columns of a table are. The data section of a spec
// (Decode) and a table flow in; out comes a Schema: the kind and the role of every
// column, the task, the labels. What a network cannot be trained on is refused here.
package schema

import (
	"fmt"

	"mlp/internal/data/dialect"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// DefaultNA are the cells that stand for "missing" where the spec does not say.
// They match exactly. "-" and "none" are not among them: both are labels in
// tables people have. The empty cell is missing whatever the spec lists.
var DefaultNA = []string{"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?"}

// Config is the `data:` section of a spec.
type Config struct {
	Pos problem.Pos // where the section begins

	Path, Train, Validation, Test []string // as written; the caller resolves them. Several are a table in parts

	Target      []ColumnRef
	Task        task.Task
	Positive    string // "" where the spec is silent
	PositivePos problem.Pos

	Delimiter byte          // 0: found by looking
	Header    table.Setting // whether the first row names the columns
	Reading   dialect.Reading
	NA        []string

	DropMissingTarget bool // rows without a target are left out

	Ignore []ColumnRef
	ID     []ColumnRef // none or one
	Weight []ColumnRef // none or one

	Numeric     preprocess.NumericConfig
	Categorical preprocess.CategoricalConfig
	Columns     []ColumnConfig

	ScaleTarget TargetScale
	ClipTarget  table.Setting // answers stay within the targets of the training rows; Look: those of a regression
	ClipPos     problem.Pos
	Split       SplitConfig
}

// A ColumnRef names a column in the spec.
type ColumnRef struct {
	Name   string // as written
	Number int    // counted from 1, or from -1 backwards; 0 where a name is meant
	Pos    problem.Pos
}

func (r ColumnRef) String() string {
	if r.Number != 0 {
		return fmt.Sprint(r.Number)
	}
	return fmt.Sprintf("%q", r.Name)
}

// A ColumnConfig is an exception for one column.
type ColumnConfig struct {
	Ref       ColumnRef
	Type      string // auto, or a kind
	NA        []string
	OwnNA     bool // no missing tokens but its own, and the empty cell
	Scale     preprocess.Choice[preprocess.Scaler]
	Missing   preprocess.Choice[preprocess.Imputer]
	Indicator table.Setting
	Clip      preprocess.Clip                       // without a bound: as in `numeric`
	Encode    preprocess.Choice[preprocess.Encoder] // of categories
	Number    preprocess.Choice[preprocess.NumberEncoder]
	MinCount  int                                   // 0: as in `categorical`
	Unknown   string                                // auto, other, ignore
	Parts     []spec.Component[preprocess.DatePart] // of a date; none: chosen by the training rows
	DayFirst  table.Setting                         // of a date
}
