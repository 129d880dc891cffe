package data

import (
	"fmt"
	"strconv"

	"mlp/internal/spec"
)

// A Schema says what the columns of a table are and what is to be predicted.
type Schema struct {
	Columns []SchemaColumn // in the order of the table
	Header  bool           // whether the table names its columns; else they are c1, c2, …

	Task    Task
	Labels  []string // sorted, numbers as numbers; of two, Labels[1] is the positive one
	Targets []string

	labels labelIndex
}

// A SchemaColumn is one column of a schema.
type SchemaColumn struct {
	Name    string
	Kind    Kind
	Role    Role
	NA      []string // cells that stand for a missing value
	Numeric NumericConfig
	Encoded CategoricalConfig
}

// Column returns the column of that name, or nil.
func (s *Schema) Column(name string) *SchemaColumn {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return &s.Columns[i]
		}
	}
	return nil
}

// idShare: a text column with more than one different word for so many cells
// names its rows rather than describing them. Below idRows cells nothing can be
// said.
const (
	idShare = 2
	idRows  = 20
)

// integerClasses is up to how many different integers are taken for labels.
const integerClasses = 20

// Infer decides what every column is. hint is the task that the loss demands,
// Auto if it leaves it open. All that is wrong with the table as a thing to
// learn from is found here: it returns spec.Problems.
func Infer(t *Table, c Config, hint Task) (*Schema, error) {
	s, err := InferFeatures(t, c)
	if err != nil {
		return nil, err
	}
	if len(s.Targets) == 0 {
		return nil, &spec.Problem{Domain: spec.InData, Pos: c.Pos, Path: "data.target", Msg: "which column is to be predicted?",
			Hint: "add `target: …` to `data:`, or --target; the table has " + spec.Quote(t.Names()[max(0, len(t.Columns)-12):])}
	}
	if t.Rows < 2 {
		return nil, spec.DataProblem(spec.Pos{File: t.Name, Line: t.Lines[0]}, "", "training needs at least two rows, one to learn from and one more", "there is only one row")
	}
	if err := inferTarget(t, c, hint, s); err != nil {
		return nil, err
	}
	return s, nil
}

// InferFeatures decides what every column is but leaves the target alone, which
// need not be named: for a profile of a table.
func InferFeatures(t *Table, c Config) (*Schema, error) {
	roles, problems := c.resolve(t.Names())
	if len(problems) > 0 {
		return nil, problems
	}
	s := &Schema{Header: t.HeaderFound}
	bad := complaints{file: t.Name}
	features := 0
	for i, col := range t.Columns {
		r := roles[i]
		na := newNASet(c.naOf(r)...)
		sc := SchemaColumn{Name: col.Name, Kind: col.Kind, Role: r.role, NA: na.list()}
		switch r.role {
		case Feature:
			features++
			sc.Numeric, sc.Encoded = c.settings(r)
			checkFeature(t, col, r, sc, &bad)
		case Weight:
			checkWeights(t, col, &bad)
		}
		s.Columns = append(s.Columns, sc)
	}
	for _, ref := range c.Target { // in the order of the spec
		s.Targets = append(s.Targets, t.Columns[ref.find(t.Names())].Name)
	}
	if features == 0 {
		bad.add(spec.DataProblem(spec.Pos{File: t.Name, Line: 1}, "", "the table needs columns to predict from; if it has some, name the `delimiter:`", "no column is left as an input"))
	}
	return s, bad.err()
}

// settings merges the section-wide settings with the exceptions of a column.
func (c Config) settings(r columnRole) (NumericConfig, CategoricalConfig) {
	n, k := c.Numeric, c.Categorical
	e := r.exception
	if e == nil {
		return n, k
	}
	if e.Scale.given() {
		n.Scale = e.Scale
	}
	if e.Missing.given() {
		n.Missing = e.Missing
	}
	if e.Indicator != Look {
		n.Indicator = e.Indicator == Yes
	}
	if e.Clip != 0 {
		n.Clip = e.Clip
	}
	if e.Encode.given() {
		k.Encode = e.Encode
	}
	if e.MinCount != 0 {
		k.MinCount = e.MinCount
	}
	if e.Unknown != "auto" {
		k.Other = e.Unknown == "other"
	}
	return n, k
}

// checkFeature refuses columns that nothing can be learned from as they stand.
func checkFeature(t *Table, col *Column, r columnRole, sc SchemaColumn, bad *complaints) {
	at := spec.Pos{File: t.Name, Line: t.Lines[0]}
	switch {
	case col.Skipped:
		bad.add(spec.DataProblem(at, col.Name, "pack the table again, or "+ignoreHint(col.Name), "the column was left out when the table was packed"))
	case col.Missing == t.Rows:
		bad.add(spec.DataProblem(at, col.Name, ignoreHint(col.Name), "every cell is missing"))
	case col.Kind == Numeric:
		badNumbers(t, col, bad)
	case r.exception != nil && r.exception.kind() == "categorical":
	default:
		filled := t.Rows - col.Missing
		if commas(col) {
			bad.list = append(bad.list, t.problems([]cellAt{{firstFilled(col), col}}, func(c *Column, text string) (string, string) {
				return fmt.Sprintf("the numbers of this column have commas: %q", text),
					"write them with a decimal point and no thousands separators: 1234.5"
			})...)
			return
		}
		if len(col.Words)*idShare > filled && filled >= idRows {
			p := spec.DataProblem(at, col.Name, "", "%s in %s look like names of the rows, not like categories",
				count(len(col.Words), "different word"), count(filled, "row"))
			p.Hint = fmt.Sprintf("leave the column out (`ignore: [%s]`) or make it the `id:`; if it is categorical, say so under `columns:`", strconv.Quote(col.Name))
			p.Msg += mixedNote(col)
			bad.add(p)
		}
	}
}

func ignoreHint(name string) string {
	return fmt.Sprintf("leave the column out: `ignore: [%q]`", name)
}

// badNumbers complains about the cells of a numeric column that are no numbers.
func badNumbers(t *Table, col *Column, bad *complaints) {
	if col.OtherN == 0 {
		return
	}
	var cells []cellAt
	for _, row := range col.Others {
		cells = append(cells, cellAt{row, col})
	}
	for _, p := range t.problems(cells, func(_ *Column, text string) (string, string) { return whyNotNumber(text) }) {
		bad.add(p)
	}
	bad.more += col.OtherN - len(col.Others)
}

// commas reports whether all cells of a column of words are numbers, some of
// them with a decimal comma.
func commas(col *Column) bool {
	found := false
	for _, w := range col.Words {
		if _, v := number(w); v == notNumber {
			if !looksLikeDecimalComma(w) {
				return false
			}
			found = true
		}
	}
	return found
}

// mixedNote tells of numbers among the words of a column.
func mixedNote(col *Column) string {
	isNum := make([]bool, len(col.Words))
	for i, w := range col.Words {
		_, v := number(w)
		isNum[i] = v == isNumber
	}
	n, example := 0, ""
	for _, code := range col.Codes {
		if code >= 0 && isNum[code] {
			n++
		} else if code >= 0 && example == "" {
			example = col.Words[code]
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d of them are numbers, but %q is not)", n, clip(example))
}

func firstFilled(col *Column) int {
	for row := range col.Codes {
		if !col.isMissing(row) {
			return row
		}
	}
	return 0
}

// checkWeights refuses weights that are no numbers, negative, or missing.
func checkWeights(t *Table, col *Column, bad *complaints) {
	if col.Kind != Numeric {
		bad.add(spec.DataProblem(spec.Pos{File: t.Name, Line: t.Lines[0]}, col.Name, "a row's weight is a number, 0 or more", "the weights are not numbers"))
		return
	}
	badNumbers(t, col, bad)
	if col.OtherN > 0 {
		return
	}
	var cells []cellAt
	for row, w := range col.Numbers {
		if !(w >= 0) {
			if len(cells) == complaintLimit {
				bad.more++
				continue
			}
			cells = append(cells, cellAt{row, col})
		}
	}
	for _, p := range t.problems(cells, func(_ *Column, text string) (string, string) {
		return fmt.Sprintf("%q is no weight", text), "a row's weight is a number, 0 or more"
	}) {
		bad.add(p)
	}
}
