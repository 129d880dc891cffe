package cmd

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/crossval"
	"mlp/internal/evaluate"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A document is an evaluation or a cross-validation in parts, for other formats
// than the text on a terminal.
type document struct {
	verb     string // that has made it
	title    string
	notes    []string
	sections []section
	gates    []evaluate.GateResult
	warnings []string
	numbers  [][2]string // name and value of what was measured
}

// A section is a table under a heading.
type section struct {
	title string
	table *textTable
}

// add appends a table, if there is one.
func (d *document) add(title string, t *textTable) {
	if t != nil {
		d.sections = append(d.sections, section{title, t})
	}
}

// note appends a line, if there is one.
func (d *document) note(text string) {
	if text != "" {
		d.notes = append(d.notes, text)
	}
}

// addEvaluation appends what there is to say of some rows.
func (d *document) addEvaluation(e *evaluate.Result) {
	d.add("Metrics", metricTable(e))
	d.add("Confusion matrix", confusionTable(e))
	d.add("Each label", classTable(e))
	d.add("Reliability of the probabilities", binTable(e))
	d.add("Errors", residualTable(e))
	d.warnings = append(d.warnings, misgivings(e)...)
}

func evaluationDocument(e *evaluate.Result, name string) *document {
	d := &document{verb: "evaluate", title: fmt.Sprintf("Evaluation on %d %s", e.Rows, name), gates: e.Gates}
	d.note(decisionText(e.Decision))
	d.note(binNote(e))
	d.addEvaluation(e)
	d.numbers = append(d.numbers, [2]string{"rows", fmt.Sprint(e.Rows)}, [2]string{"loss", spec.NumberJSON(e.Loss)})
	for _, v := range e.Values {
		d.numbers = append(d.numbers, [2]string{v.Name, spec.NumberJSON(v.Value)})
	}
	return d
}

func cvDocument(a *App, cv *crossval.Result) *document {
	d := &document{verb: "cv", title: "Cross-validation", gates: cv.Gates}
	d.note(foldText(cv))
	d.note(foldDecision(cv))
	d.note(fmt.Sprintf("pooled: %d %s", cv.Pooled.Rows, pooledText(cv)))
	d.add("Folds", a.foldTable(cv))
	d.warnings = undefined(cv)
	d.addEvaluation(cv.Pooled)
	for _, s := range cv.Scores {
		d.numbers = append(d.numbers, [2]string{s.Name + "_mean", spec.NumberJSON(s.Mean)}, [2]string{s.Name + "_sd", spec.NumberJSON(s.SD)})
	}
	return d
}

// A reportFormat writes a document for another program.
type reportFormat struct {
	text  func(*document) string
	added func(*document) string // what goes to the end of a file that others write to as well; nil: a file holds text alone
}

// formats are the kinds of report; each adds itself in the file that writes it.
var formats = map[string]reportFormat{}

func addReportFormat(kind string, f reportFormat) struct{} {
	formats[kind] = f
	return struct{}{}
}

// reports says where a report goes: what stands on stdout in place of the text,
// and files by kind.
type reports struct {
	stdout string // a kind; "" for the text
	files  []reportFile
}

type reportFile struct{ kind, path string }

func addReport(c *cobra.Command, to *[]string) {
	c.Flags().StringArrayVar(to, "report", nil, "write a report: `KIND` "+alternatives(slices.Sorted(maps.Keys(formats)))+" on stdout in place of the text, or KIND=FILE beside it; "+
		"github=FILE adds Markdown to the end of FILE, as $GITHUB_STEP_SUMMARY wants it (repeatable)")
}

// readReports reads --report and proves that the files can be written.
func (a *App) readReports(texts []string, inputs ...string) (reports, error) {
	var all reports
	kinds := slices.Sorted(maps.Keys(formats))
	for _, text := range texts {
		kind, path, toFile := strings.Cut(text, "=")
		switch {
		case !slices.Contains(kinds, kind):
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
		if toFile && formats[kind].added == nil {
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
func (r reports) write(a *App, d *document) error {
	for _, f := range r.files {
		text, before := "", []byte(nil)
		if added := formats[f.kind].added; added != nil {
			text = added(d)
			var err error
			if before, err = os.ReadFile(f.path); err != nil && !os.IsNotExist(err) {
				return problem.Usage("flag --report", "", "%s cannot be read", f.path)
			}
		} else {
			text = formats[f.kind].text(d)
		}
		err := outfile.Write(f.path, func(w io.Writer) error { _, err := fmt.Fprintf(w, "%s%s", before, text); return err })
		if err != nil {
			return problem.Usage("flag --report", "", "%v", err)
		}
	}
	if r.stdout == "" {
		return nil
	}
	return a.say("%s", formats[r.stdout].text(d))
}

// alternatives joins names as a sentence does: a, b or c.
func alternatives(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
