package cmd

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/report"
)

// reports says where a report goes: what stands on stdout in place of the text,
// and files by kind.
type reports struct {
	stdout string // a kind; "" for the text
	files  []reportFile
}

type reportFile struct{ kind, path string }

func addReport(c *cobra.Command, to *[]string) {
	c.Flags().StringArrayVar(to, "report", nil, "write a report: `KIND` "+alternatives(report.Formats())+" on stdout in place of the text, or KIND=FILE beside it; "+
		"github=FILE adds Markdown to the end of FILE, as $GITHUB_STEP_SUMMARY wants it (repeatable)")
}

// readReports reads --report and proves that the files can be written.
func (a *App) readReports(texts []string, inputs ...string) (reports, error) {
	var all reports
	kinds := report.Formats()
	for _, text := range texts {
		kind, path, toFile := strings.Cut(text, "=")
		format, ok := report.FormatOf(kind)
		switch {
		case !ok:
			return all, problem.Usage("flag --report", cmp.Or(problem.DidYouMean(kind, kinds), "write, for example, --report md"), "there is no report %q", kind)
		case toFile && path == "":
			return all, problem.Usage("flag --report", "write --report "+kind+" for stdout", "%q names no file", text)
		}
		if toFile {
			if err := checkOutput("--report", path, inputs...); err != nil {
				return all, err
			}
			all.files = append(all.files, reportFile{kind, path})
		}
		if toFile && !format.Append {
			continue
		}
		if other := cmp.Or(all.stdout, map[bool]string{true: "--json"}[a.json]); other != "" && other != kind {
			return all, problem.Usage("flag --report", "write one of them to a file", "%s and %s would both be on stdout", other, kind)
		}
		all.stdout = kind
	}
	return all, nil
}

// write writes the reports.
func (r reports) write(a *App, d *report.Document) error {
	for _, f := range r.files {
		format, _ := report.FormatOf(f.kind)
		var before []byte
		if format.Append {
			var err error
			if before, err = os.ReadFile(f.path); err != nil && !os.IsNotExist(err) {
				return problem.Usage("flag --report", "", "%s cannot be read", f.path)
			}
		}
		text := format.File(d)
		err := outfile.Write(f.path, func(w io.Writer) error { _, err := fmt.Fprintf(w, "%s%s", before, text); return err })
		if err != nil {
			return problem.Usage("flag --report", "", "%v", err)
		}
	}
	if r.stdout == "" {
		return nil
	}
	format, _ := report.FormatOf(r.stdout)
	return a.say("%s", format.Write(d))
}

// alternatives joins names as a sentence does: a, b or c.
func alternatives(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
