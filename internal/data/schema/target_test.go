package schema

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/task"
)

// Numbers with something on them are no names of classes, unless they are few, or said to
// be.
func TestMeasuredTargets(t *testing.T) {
	column := func(rows int, cell func(i int) string) string {
		var b strings.Builder
		b.WriteString("x,y\n")
		for i := range rows {
			fmt.Fprintf(&b, "%d,%q\n", i, cell(i))
		}
		return b.String()
	}
	money := func(i int) string { return fmt.Sprintf("$%d,%03d", 1+i%50, i) }
	for name, c := range map[string]struct {
		table, config string
		refused       bool
	}{
		"money":             {column(60, money), `{"target":"y"}`, true},
		"percent":           {column(60, func(i int) string { return fmt.Sprintf("%d.5%%", i) }), `{"target":"y"}`, true},
		"a unit":            {column(60, func(i int) string { return fmt.Sprintf("%d km", i) }), `{"target":"y"}`, true},
		"durations":         {column(60, func(i int) string { return fmt.Sprintf("%dh%02dm", i/7+1, i%60) }), `{"target":"y"}`, true},
		"days":              {column(60, func(i int) string { return fmt.Sprintf("2024-%02d-%02d", i%12+1, i%28+1) }), `{"target":"y"}`, true},
		"times of the day":  {column(60, func(i int) string { return fmt.Sprintf("%02d:%02d", i%24, i%60) }), `{"target":"y"}`, true},
		"said to be labels": {column(60, money), `{"target":"y","task":"multiclass"}`, false},
		"three shares":      {column(60, func(i int) string { return []string{"5%", "10%", "20%"}[i%3] }), `{"target":"y"}`, false},
		"words":             {column(60, func(i int) string { return fmt.Sprintf("w%d", i%30) }), `{"target":"y"}`, false},
	} {
		config := configure(t, c.config)
		read, err := Read(source.Bytes("t.csv", []byte(c.table)), config)
		if err == nil {
			_, err = Infer(read, config, task.Auto)
		}
		if refused := err != nil && strings.Contains(err.Error(), "different cells of the kind"); refused != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}
