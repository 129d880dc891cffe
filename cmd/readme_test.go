package cmd

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"mlp/internal/config"
	"mlp/internal/recipe"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The spec of the README is one that mlp takes.
func TestReadmeSpec(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no spec")
	}
	for _, b := range blocks {
		tree, err := config.Parse([]byte(b[1]), "README.md")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := recipe.Decode(tree); err != nil {
			t.Error(err)
		}
	}
}

// The README's exit codes are those of the one table.
func TestReadmeExitCodes(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| (.*) \|$`).FindAllStringSubmatch(readme(t), -1)
	if len(rows) != len(exitCodes) {
		t.Fatalf("the README has %d exit codes, the program %d", len(rows), len(exitCodes))
	}
	for i, e := range exitCodes {
		if got, want := rows[i][1]+" "+strings.TrimSpace(rows[i][2]), fmt.Sprintf("%d %s", e.code, e.text); got != want {
			t.Errorf("README: %q, want %q", got, want)
		}
	}
}
