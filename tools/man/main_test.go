package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mlp/cmd"
)

// Each verb and topic has a page that names its flags, and no text of the help is
// taken for a request of the formatter.
func TestPages(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	request := regexp.MustCompile(`^\.(TH|SH|PP|TP|B|BR|nf|fi)( |$)`)
	root := cmd.Tree()
	pages := 0
	for _, c := range append([]*cobra.Command{root}, root.Commands()...) {
		if c.Name() == "help" {
			continue
		}
		pages++
		text, err := os.ReadFile(filepath.Join(dir, pageName(c)+"."+section(c)))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, line := range strings.Split(string(text), "\n") {
			if (strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'")) && !request.MatchString(line) {
				t.Errorf("%s: a line of text begins as a request does: %q", pageName(c), line)
			}
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && !c.IsAdditionalHelpTopicCommand() && !strings.Contains(string(text), escape("--"+f.Name)+`\fR`) {
				t.Errorf("%s: --%s is missing", pageName(c), f.Name)
			}
		})
	}
	if written, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(written) != pages || pages < 19 {
		t.Errorf("%d pages for %d verbs and topics, %v", len(written), pages, err)
	}
}
