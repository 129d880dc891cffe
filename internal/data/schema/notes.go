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

// A Note tells what a column of words was taken for, where it may well be another thing.
type Note struct{ Kind, Column, Msg, Hint string }

// noteOf returns the note of a feature that the spec says nothing of; nil for none.
func noteOf(col *table.Column, kind *preprocess.Kind) *Note {
	if kind != preprocess.Categorical || col.Codes == nil {
		return nil
	}
	if marks := MissingMarks(col); len(marks) > 0 {
		return &Note{"mixed", col.Name, fmt.Sprintf("%q holds numbers and %s, and is taken for %d categories", col.Name, spec.Quote(marks), len(col.Words)), marksHint(col, marks)}
	}
	if preprocess.DoubtfulDates(col) {
		return &Note{"date", col.Name, fmt.Sprintf("%q seems to hold dates (%q), and is taken for %d categories", col.Name, problem.Clip(col.Words[0]), len(col.Words)), preprocess.DayFirstHint(col.Name)}
	}
	return nil
}
