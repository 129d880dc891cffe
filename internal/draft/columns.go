package draft

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/profile"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// An ignored column is left out of the inputs.
type ignored struct {
	name, why string
	brief     bool // the reason is not given
}

// Why a column is left out that useAnyway may take back.
const (
	neverVaries = "the same in every row"
	numbersRows = "numbers the rows"
	sameAs      = "the same as "
)

// dateInputs is about how many inputs a date becomes, timeInputs a time of the day.
const (
	dateInputs = 7
	timeInputs = 3
)

// manyWords is how many different words a column may have before they become learned
// vectors; manyOfMembers how many in an ensemble's draft.
const (
	manyWords     = 50
	manyOfMembers = 8
)

// column decides whether one column is an input, and how it becomes one.
func (d *draft) column(col profile.ColumnSurvey) {
	drop := func(format string, args ...any) {
		d.ignored = append(d.ignored, ignored{name: col.Name, why: fmt.Sprintf(format, args...)})
	}
	switch {
	case col.Name == d.id, col.Name == d.weight:
	case col.Skipped:
		drop("left out when the table was read")
	case col.Filled == 0:
		drop("every cell is missing")
	case col.Distinct <= 1:
		drop(neverVaries)
	case col.CopyOf != "":
		drop(sameAs+"%s", col.CopyOf)
	case col.NumbersRows:
		drop(numbersRows)
	case col.Of == preprocess.Date:
		if d.inputs += dateInputs; col.ReadAs != "" {
			d.exception(col, []string{"read as " + col.ReadAs}, ofKind(col))
		}
	case col.Of == preprocess.Time:
		d.inputs += timeInputs
		d.exception(col, []string{"read as " + col.ReadAs}, ofKind(col))
	case col.Kind == table.Categorical && len(schema.MissingMarks(col.Column)) > 0:
		d.marked(col, schema.MissingMarks(col.Column))
	case col.NamesRows && col.Distinct == d.table.Rows && d.id == "":
		d.id = col.Name
	case col.NamesRows:
		drop("%d different words in %d rows", col.Distinct, col.Filled)
	case col.ManyNotNumber:
		drop("numbers, but for %d cells of many kinds", col.OtherN)
	case col.Kind == table.Categorical, col.Look.Codes && col.OtherN == 0:
		d.wordColumn(col)
	default:
		d.numbers(col)
	}
}

// ofKind is the setting that a column is of the kind that it was found to be.
func ofKind(col profile.ColumnSurvey) setting {
	return setting{"type", spec.NewString(col.Of.Name)}
}

// wordColumn says how a column of words is encoded where it has many: by vectors, which
// keep every word apart and cost no more for each.
func (d *draft) wordColumn(col profile.ColumnSurvey) {
	d.words = true
	var settings []setting
	var why []string
	if col.Look.Codes && col.Kind == table.Numeric {
		settings, why = append(settings, setting{"type", spec.NewString("categorical")}), append(why, "numbers that begin with 0 are codes, not amounts")
	}
	switch {
	case d.folded() && col.Distinct > manyOfMembers:
		d.inputs++ // as max_categories has it
	case col.Distinct > manyWords:
		d.inputs++
		settings = append(settings, setting{"encode", component(preprocess.Encoders, "embedding", setting{"dim", spec.NewInt(manyOfMembers)})})
		why = append(why, fmt.Sprintf("%d different words, each learned as a vector", col.Distinct))
	default:
		d.inputs += col.Distinct + 1
	}
	if len(settings) > 0 {
		d.exception(col, why, settings...)
	}
}

// marked takes the words of a column of numbers for missing ones.
func (d *draft) marked(col profile.ColumnSurvey, marks []string) {
	d.inputs += 2
	settings := []setting{{"na_values", spec.NewStrings(marks...)}}
	if !d.folded() {
		settings = append(settings, setting{"indicator", spec.NewBool(true)})
	}
	d.exception(col, []string{"numbers but for such cells: taken as missing"}, settings...)
}

// numbers says which cells of a numeric column are missing values, and takes the
// logarithm of one that a standard deviation would not spread.
func (d *draft) numbers(col profile.ColumnSurvey) {
	d.inputs++
	na := spec.NewList()
	var why []string
	if col.ZerosFar > 0 {
		na.Items = append(na.Items, spec.NewInt(0))
		why = append(why, fmt.Sprintf("0 in %s, far from all other values: taken as missing", problem.Count(col.ZerosFar, "row")))
	}
	for _, s := range col.Sentinels {
		text := col.Format(s.Value)
		if !s.Sure {
			d.doubts = append(d.doubts, fmt.Sprintf("%q is %s in %s and never below 0 otherwise: %s", col.Name, text, problem.Count(s.N, "row"), schema.NAHint(col.Name, []string{text})))
			continue
		}
		na.Items = append(na.Items, numberOf(s.Value))
		why = append(why, fmt.Sprintf("%s in %s, far from all other numbers: taken as missing", text, problem.Count(s.N, "row")))
	}
	if col.OtherN > 0 {
		na.Items = append(na.Items, spec.NewStrings(col.OtherWords...).Items...)
		why = append(why, fmt.Sprintf("%s no number: taken as missing", problem.CountAre(col.OtherN, "cell")))
	}
	var settings []setting
	if col.ReadAs != "" {
		settings, why = append(settings, ofKind(col)), append(why, "read as "+col.ReadAs)
	}
	if len(na.Items) > 0 {
		settings = append(settings, setting{"na_values", na})
	}
	switch {
	case d.folded(): // the members have an indicator wherever a value is missing, and a scale for long tails
	case len(na.Items) > 0:
		settings = append(settings, setting{"indicator", spec.NewBool(true)})
	case 20*col.Missing > d.table.Rows:
		settings = append(settings, setting{"indicator", spec.NewBool(true)})
		why = append(why, fmt.Sprintf("missing in %s", problem.Count(col.Missing, "row")))
	}
	if !d.folded() && (col.LongTail || col.FarOut) {
		settings = append(settings, setting{"scale", component(preprocess.Scalers, "log1p")})
		reason := "a few values far out"
		if col.LongTail {
			reason = "a long tail"
		}
		why = append(why, reason)
	}
	if len(settings) > 0 {
		d.exception(col, why, settings...)
	}
}

// numberOf writes a whole number as one.
func numberOf(v float64) *spec.Node {
	if whole := int64(v); float64(whole) == v {
		return spec.NewInt(whole)
	}
	return spec.NewFloat(v)
}

// exception adds an entry for one column, with its reasons.
func (d *draft) exception(col profile.ColumnSurvey, why []string, settings ...setting) {
	n := fields(append([]setting{{"name", spec.NewString(col.Name)}}, settings...)...)
	d.exceptions = append(d.exceptions, noted(n, strings.Join(why, "; ")))
}

// useAnyway takes columns back that it was better to leave out, where there are
// no others. Of a constant can only be learned how often each answer is right.
func (d *draft) useAnyway() {
	d.ignored = slices.DeleteFunc(d.ignored, func(c ignored) bool {
		back := c.why == neverVaries || c.why == numbersRows
		if back {
			d.inputs++
		}
		return back
	})
	d.constants = d.inputs > 0
}
