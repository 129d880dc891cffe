// Command man writes the manual of mlp in the folder that it is given: mlp(1), a
// page for each verb, mlp-fit(1) and so on, and one for each topic of the help,
// mlp-spec(7) and so on. Everything in them is what `mlp help` prints.
//
//	go run ./tools/man dist/man
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mlp/cmd"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: man FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "man:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	root := cmd.Tree()
	for _, c := range append(root.Commands(), root) {
		if c != root && !c.IsAvailableCommand() && !c.IsAdditionalHelpTopicCommand() {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, pageName(c)+"."+section(c)), []byte(page(c)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pageName is the path of a command with dashes: mlp-fit.
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// section is 1, of programs, or 7, of everything that is to be known about them.
func section(c *cobra.Command) string {
	if c.IsAdditionalHelpTopicCommand() {
		return "7"
	}
	return "1"
}

// page returns the page of a verb, a topic or the program, in the macros of man(7).
func page(c *cobra.Command) string {
	root := c.Root()
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s %s \"\" \"mlp %s\" \"mlp manual\"\n", strings.ToUpper(pageName(c)), section(c), root.Version)
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", escape(pageName(c)), escape(c.Short))
	if c.IsAdditionalHelpTopicCommand() {
		fmt.Fprintf(&b, ".SH DESCRIPTION\n.nf\n%s.fi\n", escape(helpText(c)))
		return b.String() + seeAlso(c)
	}
	fmt.Fprintf(&b, ".SH SYNOPSIS\n%s\n", escape(c.UseLine()))
	if c.Long != "" {
		b.WriteString(".SH DESCRIPTION\n" + prose(c.Long))
	}
	if c == root {
		b.WriteString(".SH VERBS\n")
		for _, verb := range root.Commands() {
			if verb.IsAvailableCommand() && verb.Name() != "help" {
				fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", escape(verb.Name()), escape(verb.Short))
			}
		}
	}
	b.WriteString(options("OPTIONS", c.LocalFlags()) + options("OPTIONS OF EVERY VERB", c.InheritedFlags()))
	if c.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", escape(c.Example))
	}
	return b.String() + seeAlso(c)
}

// helpText returns what `mlp help TOPIC` prints.
func helpText(c *cobra.Command) string {
	var text bytes.Buffer
	c.Root().SetOut(&text)
	_ = c.Help() // a buffer takes everything
	return text.String()
}

// prose fills paragraphs, and leaves those with an indented line as they are:
// lists, tables and commands.
func prose(text string) string {
	var b strings.Builder
	for _, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if strings.HasPrefix(paragraph, " ") || strings.Contains(paragraph, "\n ") {
			fmt.Fprintf(&b, ".PP\n.nf\n%s\n.fi\n", escape(paragraph))
		} else {
			fmt.Fprintf(&b, ".PP\n%s\n", escape(paragraph))
		}
	}
	return b.String()
}

func options(title string, flags *pflag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			value = " \\fI" + escape(value) + "\\fR"
		}
		fmt.Fprintf(&b, ".TP\n\\fB%s\\fR%s\n%s\n", escape(name), value, escape(usage))
	})
	if b.Len() == 0 {
		return ""
	}
	return ".SH " + title + "\n" + b.String()
}

// seeAlso names the page of the program and those of the topics.
func seeAlso(c *cobra.Command) string {
	var pages []string
	for _, other := range append([]*cobra.Command{c.Root()}, c.Root().Commands()...) {
		if other != c && (other == c.Root() || other.IsAdditionalHelpTopicCommand()) {
			pages = append(pages, fmt.Sprintf(".BR %s (%s)", escape(pageName(other)), section(other)))
		}
	}
	return ".SH SEE ALSO\n" + strings.Join(pages, " ,\n") + "\n"
}

// escape keeps text from being taken for a request or an escape sequence, and its
// dashes from being made hyphens.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
