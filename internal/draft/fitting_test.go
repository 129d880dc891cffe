package draft_test

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/config"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/draft"
	"mlp/internal/spec"
)

// A draft that is too long to be read as a spec says less: first no reasons, then
// nothing of columns that are only of no use. One that is too long even so is refused.
func TestDraftsFit(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("x,y,constant")
	for j := range 50 {
		fmt.Fprintf(&csv, ",copy%d", j)
	}
	csv.WriteByte('\n')
	for i := range 40 {
		fmt.Fprintf(&csv, "%d.5,%d,1", i*7%19, i*13%29)
		csv.WriteString(strings.Repeat(fmt.Sprintf(",%d.5", i*7%19), 50) + "\n")
	}
	drafted := func(limit int) (string, error) {
		c := schema.Default()
		c.Target = []schema.ColumnRef{{Name: "y"}}
		table, err := schema.Read(source.Bytes("wide.csv", []byte(csv.String())), c)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := draft.New(table, c, []string{"wide.csv"}, draft.Hints{Fits: func(n *spec.Node) bool { return len(config.Render(n)) <= limit }}, true, 1)
		if err != nil {
			return "", err
		}
		return string(config.Render(tree)), nil
	}
	const reason = "# the same as x\n"
	whole, err := drafted(1 << 20)
	if err != nil || !strings.Contains(whole, reason) {
		t.Fatalf("%v, %q is not in\n%s", err, reason, whole)
	}
	brief, err := drafted(len(whole) - 1)
	if err != nil || !strings.Contains(brief, "- copy7\n") || strings.Contains(brief, "the same as") {
		t.Errorf("without reasons: %v\n%s", err, brief)
	}
	short, err := drafted(len(brief) - 1)
	if err != nil || strings.Contains(short, "copy7") || strings.Contains(short, "constant") {
		t.Errorf("without what is only of no use: %v\n%s", err, short)
	}
	if _, err := drafted(len(short) - 1); err == nil || !strings.Contains(err.Error(), "too long to be read") {
		t.Errorf("too long even so: %v", err)
	}
}

// What fits is what can be read again.
func TestFits(t *testing.T) {
	for names, want := range map[int]bool{10: true, 50_000: true, 110_000: false} {
		list := spec.NewList()
		for i := range names {
			list.Items = append(list.Items, spec.NewString(fmt.Sprint("c", i)))
		}
		if got := config.Fits(list); got != want {
			t.Errorf("a list of %d names: %v, want %v", names, got, want)
		}
	}
}
