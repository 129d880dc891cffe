package schema

import (
	"fmt"
	"slices"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// missingMarks are words that programs write for a missing number and that are hardly
// ever anything else beside numbers.
var missingMarks = []string{"\\N", "None", "none", "NONE", "-", "--", "—", "–", ".", "..", "...", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "#N/A N/A", "NaT", "<NA>", "Na", "n.a.", "N.A.",
	"inf", "-inf", "Inf", "-Inf", "INF", "Infinity", "-Infinity", "nil", "NIL", "missing", "Missing", "unknown", "Unknown", "n/d", "(null)", "(blank)", "<null>", "*"}

// Marks of a column of words: at least marksNumbers different numbers in half of its
// cells, and few other words, are numbers with marks for missing ones.
const (
	marksNumbers = 10
	marksWords   = 3
)

// MissingMarks returns the words of a column that seem to stand for missing numbers: all
// its words that are none, if they are known for it or the only one, and stand again and
// again; nil where they seem to be categories.
func MissingMarks(col *table.Column) []string {
	counts := make([]int, len(col.Words))
	for _, code := range col.Codes {
		if code >= 0 {
			counts[code]++
		}
	}
	var marks []string
	different, numbers, others := 0, 0, 0
	for i, w := range col.Words {
		if _, v := (scan.Marks{}).Real([]byte(w)); v == scan.IsNumber {
			different++
			numbers += counts[i]
			continue
		}
		if others += counts[i]; len(marks) == marksWords || counts[i] < 2 && !slices.Contains(missingMarks, w) {
			return nil
		}
		marks = append(marks, w)
	}
	known := !slices.ContainsFunc(marks, func(w string) bool { return !slices.Contains(missingMarks, w) })
	if different < marksNumbers || numbers < others || len(marks) > 1 && !known {
		return nil
	}
	return marks
}

// marksHint says how to take words for missing numbers.
func marksHint(col *table.Column, marks []string) string {
	return fmt.Sprintf("if it stands for a missing number: `- {name: %q, na_values: [%s]}` under `columns:`", col.Name, spec.Quote(marks))
}

// A Note tells what the cells of a column were taken for, where they may well be another
// thing.
type Note struct{ Kind, Column, Msg, Hint string }

// ReadNote is the kind of notes that say how cells were read, and nothing against it.
const ReadNote = "read"

// SentinelNote is the kind of notes of numbers that seem to stand for missing ones,
// VersionNote of numbers that seem to be versions, and ConstantNote of columns that say
// nothing.
const (
	SentinelNote = "sentinel"
	VersionNote  = "version"
	ConstantNote = "constant"
)

func (n Note) String() string { return n.Msg + "; " + n.Hint }

// constant reports whether a column is the same in every row.
func constant(col *table.Column) bool {
	if col.Skipped || col.Missing == col.Len() {
		return false // which is told otherwise
	}
	for row := range col.Len() {
		switch {
		case col.HasNumbers():
			if v, first := col.Number(row), col.Number(0); v != first && (v == v || first == first) {
				return false
			}
		case col.Codes[row] != col.Codes[0]:
			return false
		}
	}
	return true
}

// noteOf returns the note of a feature that the spec says nothing of; nil for none.
func noteOf(t *table.Table, col *table.Column, kind *preprocess.Kind, settings preprocess.Settings) *Note {
	if col.Skipped {
		return nil
	}
	if constant(col) {
		return &Note{ConstantNote, col.Name, fmt.Sprintf("%q is the same in every row", col.Name), IgnoreHint(col.Name)}
	}
	switch {
	case !col.HasNumbers() || !kind.Numbers:
	case col.Look.Version:
		return &Note{VersionNote, col.Name, fmt.Sprintf("numbers of %q end in 0 beside shorter ones, as 1.10 does beside 1.9 where they are versions; as numbers 1.10 is 1.1", col.Name),
			fmt.Sprintf("if they are: `- {name: %q, type: categorical}` under `columns:`", col.Name)}
	default:
		return sentinelNote(col)
	}
	if col.Codes == nil || len(col.Words) == 0 {
		return nil
	}
	as := ""
	if kind.ReadAs != nil {
		as = kind.ReadAs(col.Words, settings)
	}
	if as != "" {
		return &Note{ReadNote, col.Name, fmt.Sprintf("%q is read as %s", col.Name, as),
			fmt.Sprintf("if its cells are names: `- {name: %q, type: categorical}` under `columns:`", col.Name)}
	}
	if kind != preprocess.Categorical {
		return nil
	}
	taken := fmt.Sprintf("and is taken for %d categories", len(col.Words))
	if marks := MissingMarks(col); len(marks) > 0 {
		return &Note{"mixed", col.Name, fmt.Sprintf("%q holds numbers and %s, %s", col.Name, spec.Quote(marks), taken), marksHint(col, marks)}
	}
	if preprocess.DoubtfulDates(col) {
		return &Note{"date", col.Name, fmt.Sprintf("%q seems to hold dates (%q), %s", col.Name, problem.Clip(col.Words[0]), taken), preprocess.DayFirstHint(col.Name)}
	}
	if msg, hint := preprocess.NearlyAmounts(t, col); msg != "" {
		return &Note{"amount", col.Name, fmt.Sprintf("%q %s, %s", col.Name, msg, taken), hint}
	}
	return nil
}

// IgnoreHint says how to leave a column out.
func IgnoreHint(name string) string {
	return fmt.Sprintf("leave the column out: `ignore: [%q]`", name)
}
