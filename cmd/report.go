package cmd

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
		"github=FILE adds Markdown to the end of FILE, as $GITHUB_STEP_SUMMARY wants it; svg=FOLDER writes each picture of the page to a file (repeatable)")
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
		if format.Folder != nil {
			if !toFile {
				return all, problem.Usage("flag --report", "write --report "+kind+"=FOLDER", "%s is several files, which stdout cannot carry", kind)
			}
			if err := checkReportFolder("--report", path); err != nil {
				return all, err
			}
		} else if toFile {
			if err := checkOutput("--report", path, inputs...); err != nil {
				return all, err
			}
		}
		if toFile {
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
		if format.Folder != nil {
			if err := writeFolder(f.path, format.Folder(d)); err != nil {
				return err
			}
			continue
		}
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

// pictures reports whether one of the reports has any.
func (r reports) pictures() bool {
	kinds := []string{r.stdout}
	for _, f := range r.files {
		kinds = append(kinds, f.kind)
	}
	return slices.Contains(kinds, "html") || slices.Contains(kinds, "svg")
}

// checkReportFolder proves that files can be written into a folder, which is made if it is
// not there.
func checkReportFolder(flag, path string) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return problem.Usage("flag "+flag, "name a folder", "%v", err)
	}
	probe, err := os.CreateTemp(path, ".mlp-*")
	if err != nil {
		return problem.Usage("flag "+flag, "choose another place", "%v", err)
	}
	_ = probe.Close() // it is empty
	return os.Remove(probe.Name())
}

// writeFolder writes files into a folder.
func writeFolder(path string, files map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		err := outfile.Write(filepath.Join(path, name), func(w io.Writer) error { _, err := io.WriteString(w, files[name]); return err })
		if err != nil {
			return problem.Usage("flag --report", "", "%v", err)
		}
	}
	return nil
}

// alternatives joins names as a sentence does: a, b or c.
func alternatives(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
