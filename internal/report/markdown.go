package report

import (
	"fmt"
	"strings"

	"mlp/internal/iostreams"
)

var _ = register("md", Format{Write: markdown})

// markdown writes a document as GitHub-flavoured Markdown.
func markdown(d *Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", markdownText(d.title))
	for _, note := range d.notes {
		fmt.Fprintf(&b, "%s  \n", markdownText(note))
	}
	if len(d.notes) > 0 {
		b.WriteString("\n")
	}
	if len(d.gates) > 0 {
		b.WriteString("### Gates\n\n| | gate | value | |\n|---|---|---:|---|\n")
		for _, g := range d.gates {
			mark, why := "✓", "holds"
			if g.Failed != "" {
				mark, why = "✗", "fails: "+g.Failed
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", mark, markdownText(g.String()), number(g.Value), markdownText(why))
		}
		b.WriteString("\n")
	}
	for _, s := range d.sections {
		if s.table == nil {
			continue // pictures are for pages
		}
		fmt.Fprintf(&b, "### %s\n\n%s\n", markdownText(s.title), markdownTable(s.table))
	}
	for _, w := range d.warnings {
		fmt.Fprintf(&b, "> **Warning:** %s\n\n", markdownText(w))
	}
	return b.String()
}

func markdownTable(t *Table) string {
	var b strings.Builder
	for i, row := range t.rows {
		for _, c := range row {
			b.WriteString("| " + markdownText(c) + " ")
		}
		b.WriteString("|\n")
		if i > 0 {
			continue
		}
		for j := range row {
			b.WriteString(map[bool]string{true: "|---:", false: "|---"}[t.ends[j]])
		}
		b.WriteString("|\n")
	}
	return b.String()
}

// markdownEscapes keep the words of a table from being markup: in GitHub's
// Markdown any punctuation after a backslash stands for itself, and HTML is let
// through.
var markdownEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", " ", "\t", " ",
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`, "$", `\$`, "@", "&#64;", "://", "&#58;//")

func markdownText(s string) string { return markdownEscapes.Replace(iostreams.Printable(s)) }
