package schema

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/task"
)

// Numbers that stand for missing ones are told with their count and with what to write,
// which takes them for missing ones; plain columns are left in peace.
func TestSentinels(t *testing.T) {
	plain := func(i int) string { return fmt.Sprintf("%d.%d", 3+i%17, i%10) }
	for _, c := range []struct {
		name, marks string // in every tenth row, in turn
		other       func(i int) string
		told        string
		values      string
	}{
		{"-999", "-999", plain, `"a" is -999 in 6 rows, far from all other numbers`, "-999"},
		{"-9999.0", "-9999.0", plain, `"a" is -9999 in 6 rows`, "-9999"},
		{"two of them", "-99 -999", plain, `"a" is -999 in 3 rows and -99 in 3 rows`, "-999, -99"},
		{"above", "9999", plain, `"a" is 9999 in 6 rows`, "9999"},
		{"99 beside flags", "99", func(i int) string { return fmt.Sprint(i % 2) }, `"a" is 99 in 6 rows`, "99"},
		{"on both sides", "-99 999", plain, `"a" is 999 in 3 rows and -99 in 3 rows`, "999, -99"},
		{"the end of 16 bits", "-32768", plain, `"a" is -32768 in 6 rows`, "-32768"},
		{"the fill of netCDF", "9.96921e+36", plain, `"a" is 9.96921e+36 in 6 rows`, "9.96921e+36"},
		{"beside long numbers", "-999", func(i int) string { return fmt.Sprintf("0.12345678%d", i) }, `"a" is -999 in 6 rows`, "-999"},
		{"-1 among positive ones", "-1", func(i int) string { return fmt.Sprint(1 + i) }, `"a" is -1 in 6 rows, and never below 0 otherwise`, "-1"},

		{"-1 among counts from 0", "-1", func(i int) string { return fmt.Sprint(i % 20) }, "", ""},
		{"-1 among a few", "-1", func(i int) string { return fmt.Sprint(1 + i%3) }, "", ""},
		{"-1 among negative ones", "-1", func(i int) string { return fmt.Sprint(i - 30) }, "", ""},
		{"99 of a hundred", "99", func(i int) string { return fmt.Sprint(i) }, "", ""},
		{"999 of a thousand", "999", func(i int) string { return fmt.Sprint(i * 16) }, "", ""},
		{"no marker", "-500", plain, "", ""},
		{"a flag of 99", "99", func(int) string { return "1" }, "", ""},
		{"9 is a grade", "9", func(i int) string { return fmt.Sprint(i % 3) }, "", ""},
	} {
		marks := strings.Fields(c.marks)
		csv := "a,y\n"
		for i := range 60 {
			cell := c.other(i)
			if i%10 == 7 {
				cell = marks[i/10%len(marks)]
			}
			csv += fmt.Sprintf("%s,%d\n", cell, i)
		}
		infer := func(columns string) *Schema {
			config := configure(t, `{"target": "y", "task": "regression", "columns": [`+columns+`]}`)
			tab, err := Read(text(csv), config)
			if err != nil {
				t.Fatal(err)
			}
			if columns != "" && tab.Columns[0].Missing != 6 {
				t.Errorf("%s: with %s, %d cells are missing", c.name, columns, tab.Columns[0].Missing)
			}
			s, err := Infer(tab, config, task.Auto)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := infer("")
		if c.told == "" {
			if len(s.Notes) > 0 {
				t.Errorf("%s: %v", c.name, s.Notes)
			}
			continue
		}
		if len(s.Notes) != 1 || s.Notes[0].Kind != SentinelNote || !strings.HasPrefix(s.Notes[0].Msg, c.told) || !strings.Contains(s.Notes[0].Hint, "na_values: ["+c.values+"]") {
			t.Errorf("%s: %v", c.name, s.Notes)
			continue
		}
		if s = infer(fmt.Sprintf(`{"name": "a", "na_values": [%s]}`, c.values)); len(s.Notes) > 0 {
			t.Errorf("%s: with what is told, %v", c.name, s.Notes)
		}
	}
	// Of a target too, whose rows are left out then.
	config := configure(t, `{"target": "y"}`)
	csv := "a,y\n"
	for i := range 60 {
		csv += fmt.Sprintf("%d,%s\n", i, []string{plain(i), "-999"}[i%10/9])
	}
	read, err := Read(text(csv), config)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Infer(read, config, task.Auto)
	if err != nil || len(s.Notes) != 1 || s.Notes[0].Column != "y" || !strings.HasSuffix(s.Notes[0].Hint, "drop_missing_target: true`") {
		t.Errorf("of a target: %v, %v", s, err)
	}
	// One cell is an outlier.
	tab, err := Read(text("a,y\n1,1\n2,2\n3,3\n-999,4\n"), configure(t, `{"target": "y"}`))
	if err != nil || Sentinels(tab.Columns[0]) != nil {
		t.Errorf("one cell is taken for a sentinel, %v", err)
	}
}

// A column that says nothing is told, of numbers and of words, also where cells are missing.
func TestConstantsAreTold(t *testing.T) {
	for cells, told := range map[string]bool{"5 5 5 5": true, "x x x x": true, "5% 5% 5% 5%": true, "2024-05-01 2024-05-01 2024-05-01 2024-05-01": true,
		"5 NA 5 NA": false, "x NA x x": false, "5 5 5 6": false} { // whether a cell is missing says something
		csv := "a,b,y\n"
		for i, cell := range strings.Fields(cells) {
			csv += fmt.Sprintf("%s,%d,%d\n", cell, i, i)
		}
		config := configure(t, `{"target": "y", "task": "regression"}`)
		tab, err := Read(text(csv), config)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Infer(tab, config, task.Auto)
		if err != nil || (len(s.Notes) == 1 && s.Notes[0].Kind == ConstantNote) != told {
			t.Errorf("%s: %v, %v", cells, s.Notes, err)
		}
	}
}
