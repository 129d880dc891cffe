package schema

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/preprocess"
	"mlp/internal/task"
)

// One word that stands again and again among numbers stands for missing ones, and the
// reader is told how to say so; what follows that advice is a column of numbers.
func TestMarksOfMissingNumbers(t *testing.T) {
	column := func(words ...string) string {
		var b strings.Builder
		b.WriteString("a,y\n")
		for i := range 60 {
			cell := fmt.Sprint(i % 23)
			if i%4 == 0 {
				cell = words[i/4%len(words)]
			}
			fmt.Fprintf(&b, "%s,%d\n", cell, i%2)
		}
		return b.String()
	}
	for _, marks := range [][]string{{`\N`}, {"None"}, {"-"}, {"#DIV/0!"}, {"NaT"}, {"<NA>"}, {"inf"}, {"-inf", "inf"}, {"unknown"}, {"n.a.", "#VALUE!"}, {"closed"}, {"."}, {"nil"}} {
		csv := column(marks...)
		tab, err := Read(text(csv), configure(t, `{"target": "y"}`))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Infer(tab, configure(t, `{"target": "y"}`), task.Binary)
		if err != nil || len(s.Notes) != 1 || s.Notes[0].Column != "a" || !strings.Contains(s.Notes[0].Hint, "na_values") {
			t.Errorf("%q: notes %+v, %v", marks, s, err)
		}
		if got := MissingMarks(tab.Columns[0]); len(got) != len(marks) {
			t.Errorf("%q: %q", marks, got)
		}
		quoted := fmt.Sprintf("%q", marks)
		quoted = strings.ReplaceAll(quoted, `" "`, `", "`)
		tab, err = Read(text(csv), configure(t, `{"target": "y", "columns": [{"name": "a", "na_values": `+quoted+`}]}`))
		if err != nil || !tab.Columns[0].HasNumbers() || tab.Columns[0].Missing != 15 {
			t.Errorf("%q: with the advice: %v", marks, err)
		}
	}
	for _, words := range [][]string{{"red", "blue"}, {"a", "b", "c", "d"}, {"-", "closed"}} {
		tab, err := Read(text(column(words...)), configure(t, `{"target": "y"}`))
		if err != nil || MissingMarks(tab.Columns[0]) != nil {
			t.Errorf("%q are taken for missing numbers, %v", words, err)
		}
	}
	few := "a,y\n" + strings.Repeat("1,0\n2,1\n3,0\n4+,1\n", 9) // rooms, and so many categories
	tab, err := Read(text(few), configure(t, `{"target": "y"}`))
	if err != nil || MissingMarks(tab.Columns[0]) != nil {
		t.Errorf("4+ is taken for a missing number, %v", err)
	}
}

// Where most cells differ the advice is never to drop the column.
func TestMarksAmongManyNumbers(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,y\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%s,%d\n", []string{fmt.Sprint(i), fmt.Sprint(i), fmt.Sprint(i), "NaT"}[i%4], i%2)
	}
	tab, err := Read(text(b.String()), configure(t, `{"target": "y"}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Infer(tab, configure(t, `{"target": "y"}`), task.Binary)
	if got := withHints(err); !strings.Contains(got, `na_values: ["NaT"]`) || strings.Contains(got, "ignore") || strings.Contains(got, "hash") {
		t.Errorf("%s", got)
	}
}

func TestDoubtfulDatesAreTold(t *testing.T) {
	var b strings.Builder
	b.WriteString("d,y\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%02d/%02d/2024,%d\n", 1+i%3, 1+i%4, i%2)
	}
	tab, err := Read(text(b.String()), configure(t, `{"target": "y"}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Infer(tab, configure(t, `{"target": "y"}`), task.Binary)
	if err != nil || !slices.ContainsFunc(s.Notes, func(n Note) bool { return strings.Contains(n.Hint, "day_first") }) {
		t.Errorf("%+v, %v", s, err)
	}
}

// What keeps a column from being one of amounts is told, with what to do about it, and
// what is told leads on.
func TestNearlyAmounts(t *testing.T) {
	for _, c := range []struct{ cells, msg, hint, columns string }{
		{"$5 $7 free $12 $13", `"a" holds US dollars and "free"`, "na_values: [\"free\"]", `{"name": "a", "type": "amount", "na_values": ["free"]}`},
		{"5% 7% tbd 12% 13% 9% n/k 4% 6% 3%", `"a" holds percent and "tbd", "n/k"`, "na_values: [\"tbd\", \"n/k\"]", `{"name": "a", "type": "amount", "na_values": ["tbd", "n/k"]}`},
		{"5km 7km 8km 3mi", `"a" holds numbers in "km" and numbers in "mi"`, "one unit", ""},
		{"€5 €7 $3 €4", `"a" holds euros and US dollars`, "one unit", ""},
		{"5kg 7kg 8kg 12", `"a" holds numbers in "kg" and "12"`, "na_values", ""},
		{"1,234km 5,678km", `"a" holds numbers in "km" with commas ("1,234km")`, "`read: {thousands: \",\"}`", ""},
		{"red green 5%", "", "", ""},
	} {
		csv := "a,y\n"
		for i, cell := range strings.Fields(strings.Repeat(c.cells+" ", 3)) {
			csv += fmt.Sprintf("%q,%d\n", cell, i)
		}
		infer := func(columns string) (*Schema, error) {
			config := configure(t, `{"target": "y", "task": "regression", "columns": [`+columns+`]}`)
			tab, err := Read(text(csv), config)
			if err != nil {
				t.Fatal(err)
			}
			return Infer(tab, config, task.Auto)
		}
		s, err := infer("")
		if err != nil {
			t.Fatal(err)
		}
		if c.msg == "" {
			if len(s.Notes) > 0 {
				t.Errorf("%s: %v", c.cells, s.Notes)
			}
			continue
		}
		if len(s.Notes) != 1 || !strings.Contains(s.Notes[0].Msg, c.msg) || !strings.Contains(s.Notes[0].Hint, c.hint) {
			t.Errorf("%s: %v", c.cells, s.Notes)
		}
		if c.columns == "" {
			continue
		}
		if s, err = infer(c.columns); err != nil || s.Columns[0].Kind != preprocess.Amount {
			t.Errorf("%s: with what is told, %v", c.cells, err)
		}
	}
}

// Versions that are numbers are told; numbers with a fixed count of digits, or the
// shortest that do, are not.
func TestVersionsAreTold(t *testing.T) {
	for cells, told := range map[string]bool{
		"1.9 1.10 1.8": true, "3.6 3.7 3.10 3.11": true, "10.4 10.10 9.9": true, "1.20 2.1": true,
		"1.90 1.10 1.80": false, "1.9 1.1 1.8": false, "1.9 1.11 2.25": false, "1 1.5 2.50": false, "1.950 1.5": false, "-1.5 -1.10": false, "1.5e0 1.10": false,
	} {
		csv := "a,y\n"
		for i, cell := range strings.Fields(cells + " " + cells) {
			csv += fmt.Sprintf("%s,%d\n", cell, i)
		}
		for columns, told := range map[string]bool{"": told, `{"name": "a", "type": "numeric"}`: false} {
			config := configure(t, `{"target": "y", "task": "regression", "columns": [`+columns+`]}`)
			tab, err := Read(text(csv), config)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Infer(tab, config, task.Auto)
			if err != nil || (len(s.Notes) == 1 && s.Notes[0].Kind == VersionNote) != told {
				t.Errorf("%s, %s: %v, %v", cells, columns, s.Notes, err)
			}
		}
	}
}
