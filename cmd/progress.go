package cmd

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/report"
	"mlp/internal/run"
	"mlp/internal/train"
)

// A reporter shows a run: one line an epoch on stdout, and on a terminal a bar
// on stderr, which is gone whenever a line is written. With --json every line
// is an event.
type reporter struct {
	app     *App
	m       *model.Model
	options train.Options
	every   int
	bar     *progressbar.ProgressBar // nil off a terminal
	began   time.Time
	final   []string // notes left at the end
}

func newReporter(a *App, m *model.Model, o train.Options, every int) *reporter {
	return &reporter{app: a, m: m, options: o, every: every, began: time.Now()}
}

func (r *reporter) hooks() *train.Hooks {
	h := &train.Hooks{Name: "output", Begin: r.start, Epoch: r.epoch, Retry: r.retry, End: r.finish, Saved: r.saved}
	if r.showsBar() {
		h.BatchEnd = func(*train.Run) error {
			_ = r.bar.Add(1) // a terminal that has gone is no reason to stop
			return nil
		}
	}
	return h
}

// showsBar reports whether a person is watching stderr.
func (r *reporter) showsBar() bool {
	return barWidth(r.app.Err) > 0 && !r.app.quiet && !r.app.json && !r.app.IsSet("CI", "false")
}

// barWidth returns how many columns the bar itself may take: what the words and
// numbers beside it leave of a line, at most 30. A bar that needs a second line
// could not be cleared, so on a narrow terminal there is none, nor off one.
func barWidth(w io.Writer) int {
	const beside, narrowest = 60, 5
	columns := iostreams.Width(w)
	if columns < beside+narrowest {
		return 0
	}
	return min(30, columns-beside)
}

// begin says what will be done.
func (r *reporter) begin() {
	if r.app.json {
		r.print("%s\n", report.Event("begin").Int("rows", r.options.Parts.Train.X.Rows).Int("parameters", r.m.Net.Size))
	} else if r.app.verbose {
		_ = r.app.printSummary(r.m) // as in print
	}
}

// print writes to stdout. That nobody reads, or that it is full, does not stop a
// run; App.Write remembers it, and Main ends with it once the model is saved.
func (r *reporter) print(format string, args ...any) { _ = r.app.say(format, args...) }

func (r *reporter) start(run *train.Run) error {
	if !r.showsBar() {
		return nil
	}
	_, batches := run.Batch()
	left := (run.Epochs() - r.m.Run.Epoch) * batches
	if p := r.m.Run.Partial; p != nil {
		left -= p.Batch
	}
	r.bar = r.newBar(left, "steps")
	return nil
}

// newBar is a bar for so many steps or epochs.
func (r *reporter) newBar(n int, unit string) *progressbar.ProgressBar {
	return progressbar.NewOptions(n,
		progressbar.OptionSetWriter(r.app.Complaints()), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(barWidth(r.app.Err)), progressbar.OptionSetItsString(unit),
		progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription("training"))
}

func (r *reporter) epoch(run *train.Run) error {
	notes := run.TakeNotes()
	if run.Epoch()%r.every != 0 && run.Epoch() != run.Epochs() && len(notes) == 0 {
		return nil
	}
	if r.app.json {
		r.epochEvent(run)
		r.noteEvents(notes)
		return nil
	}
	if r.app.quiet {
		return nil
	}
	if r.bar != nil {
		_ = r.bar.Clear() // as in hooks
	}
	logs := run.Logs()
	_ = r.app.tell("Epoch %d/%d%s\n", run.Epoch(), run.Epochs(), report.Measures(logs.Names, logs.Values)) // as in print
	for _, n := range notes {
		r.app.note("%s", n)
	}
	return nil
}

// saved tells whoever asked for it that the run is saved.
func (r *reporter) saved(run *train.Run, s train.Saved) {
	if r.bar != nil {
		_ = r.bar.Clear() // as in hooks
	}
	if s.Err != nil {
		r.app.warn("%v; the run goes on", s.Err)
		return
	}
	where := fmt.Sprintf("after epoch %d", s.Epoch)
	if s.Batch > 0 {
		where = fmt.Sprintf("after batch %d of %d in epoch %d", s.Batch, s.Batches, s.Epoch+1)
	}
	r.app.note("saved %s %s; the run goes on", s.Path, where)
}

// retry says at once that the run has gone back.
func (r *reporter) retry(run *train.Run) error {
	notes := run.TakeNotes()
	if r.app.json {
		r.noteEvents(notes)
		return nil
	}
	if r.bar != nil {
		_ = r.bar.Clear() // as in hooks
	}
	for _, n := range notes {
		r.app.note("%s", n)
	}
	return nil
}

func (r *reporter) epochEvent(run *train.Run) {
	logs := run.Logs()
	r.print("%s\n", report.Event("epoch").Int("epoch", run.Epoch()).Numbers(logs.Names, logs.Values).Seconds("seconds", time.Since(r.began).Seconds()))
}

// noteEvents writes what callbacks have to say.
func (r *reporter) noteEvents(notes []string) {
	for _, n := range notes {
		r.print("%s\n", report.Event("note").Text("text", n))
	}
}

// finish keeps what the callbacks said at the end, for after the bar is gone.
func (r *reporter) finish(run *train.Run) error {
	r.final = append(r.final, run.TakeNotes()...)
	return nil
}

// close takes the bar away.
func (r *reporter) close() {
	if r.bar != nil {
		_ = r.bar.Clear()
		_ = r.bar.Exit()
		r.bar = nil
	}
}

// end prints the last and the best epoch, the final evaluation, and what was written.
func (r *reporter) end(result *run.Outcome, e *evaluate.Evaluation, name string) error {
	path := result.Path
	if result.Unsettled != nil {
		r.app.insist("%v; none is stored, and what follows is at %g", result.Unsettled, r.m.Meaning().Cut())
	}
	at := report.DecisionText(e.Decision)
	findings := e.Findings(name)
	if c := r.m.Calibration; c != nil {
		r.final = append(r.final, report.CalibrationText(c))
	}
	if r.app.json {
		r.noteEvents(r.final)
		r.noteEvents(findings)
		o := report.Event("end").Int("epochs", r.m.Run.Epoch).Text("stopped", result.Stopped).Text("part", name).Int("rows", e.Rows).Number("loss", e.Loss)
		for _, v := range e.Values {
			o.Number(v.Name, v.Value)
		}
		if at != "" {
			o.Number("threshold", e.Decision.Value)
		}
		return r.app.say("%s\n", o.Text("model", path).Seconds("seconds", time.Since(r.began).Seconds()))
	}
	if result.Stopped != "" {
		r.app.note("stopped: %s", result.Stopped)
	}
	for _, n := range r.final {
		r.app.note("%s", n)
	}
	if err := r.endEnsemble(result.Dropped, name); err != nil {
		return err
	}
	h := r.m.History
	if last := len(h.Epochs); last > 0 && !r.app.quiet {
		best, by := h.Best()
		if err := r.app.tell("last epoch %d%s\n", last, report.Measures(h.Names, h.Epochs[last-1])); err != nil {
			return err
		}
		if best != last {
			if err := r.app.tell("best epoch %d by %s%s\n", best, by, report.Measures(h.Names, h.Epochs[best-1])); err != nil {
				return err
			}
		}
	}
	names, values := []string{"loss"}, []float64{e.Loss}
	for _, v := range e.Values {
		names, values = append(names, v.Name), append(values, v.Value)
	}
	if at != "" {
		at = ", " + at
	}
	if err := r.app.tell("final, on %d %s rows%s%s\nwrote %s\n", e.Rows, name, at, report.Measures(names, values), iostreams.Printable(path)); err != nil {
		return err
	}
	for _, text := range findings {
		r.app.insist("%s", text)
	}
	return nil
}
