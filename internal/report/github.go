package report

import (
	"fmt"
	"strings"

	"mlp/internal/iostreams"
)

// On stdout GitHub Actions reads commands; the file $GITHUB_STEP_SUMMARY is Markdown,
// to which each step adds.
var _ = register("github", Format{Write: workflowCommands, File: markdown, Append: true})

// workflowCommands writes a document as GitHub Actions reads it off stdout: an
// error for each gate that fails, at its line of the spec if it stands in one, a
// notice for each that holds, warnings, and one notice of what was measured.
func workflowCommands(d *Document) string {
	var b strings.Builder
	for _, g := range d.gates {
		if g.Failed == "" {
			fmt.Fprintf(&b, "::notice title=gate holds::%s\n", commandText(fmt.Sprintf("%s: it is %s", g, number(g.Value))))
			continue
		}
		place := ""
		if g.Pos.Line > 0 {
			place = fmt.Sprintf("file=%s,line=%d,col=%d,", commandProperty(g.Pos.File), g.Pos.Line, max(1, g.Pos.Col))
		}
		fmt.Fprintf(&b, "::error %stitle=gate failed::%s\n", place, commandText(g.Failed))
	}
	for _, w := range d.warnings {
		fmt.Fprintf(&b, "::warning title=mlp %s::%s\n", d.verb, commandText(w))
	}
	words := make([]string, len(d.numbers))
	for i, n := range d.numbers {
		words[i] = n[0] + " " + n[1]
	}
	fmt.Fprintf(&b, "::notice title=mlp %s::%s\n", d.verb, commandText(d.title+": "+strings.Join(words, ", ")))
	return b.String()
}

// commandText escapes the message of a workflow command, as GitHub's toolkit does.
func commandText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(iostreams.Printable(s))
}

// commandProperty escapes a property, which ends at a comma or a colon.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandText(s))
}
