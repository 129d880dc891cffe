package cmd

import (
	"fmt"
	"strings"
	"time"

	"mlp/internal/ensemble"
	"mlp/internal/report"
)

// event shows the run of an ensemble: a line for each member when it has ended, and
// on a terminal a bar for the epochs of all.
func (r *reporter) event(e ensemble.Event) {
	c := r.m.Config.Ensemble
	if e.Epochs > 0 && r.showsBar() {
		if r.bar == nil {
			r.bar = r.newBar(c.Members*r.options.Epochs, "epochs")
		}
		_ = r.bar.Add(e.Epochs) // a terminal that has gone is no reason to stop
	}
	if r.bar != nil && (e.Member != nil || e.Saved != nil) {
		_ = r.bar.Clear()
	}
	switch {
	case e.Saved != nil && e.Saved.Err != nil:
		r.app.warn("%v; the run goes on", e.Saved.Err)
	case e.Saved != nil:
		r.app.note("saved %s with %d of %d members trained; the run goes on", e.Saved.Path, e.Saved.Epoch, c.Members)
	case e.Member != nil && r.app.json:
		names, values := report.MemberValues(e.Member)
		r.print("%s\n", report.Event("member").Int("member", e.Member.Number).Int("variant", e.Member.Variant).Int("fold", e.Member.Fold).
			Int("epochs", e.Member.Run.Epoch).Int("best_epoch", e.Member.Run.BestEpoch).Numbers(names, values).Seconds("seconds", time.Since(r.began).Seconds()))
		r.noteEvents(e.Notes)
	case e.Member != nil && !r.app.quiet:
		_ = r.app.tell("%s\n", report.MemberLine(e.Member, c)) // as in print
		if r.app.verbose {
			for _, n := range e.Notes {
				r.app.note("member %d: %s", e.Member.Number, n)
			}
		}
	}
}

// endEnsemble says what has become of the variants, and what the out-of-fold answers
// are worth where the final evaluation is on other rows.
func (r *reporter) endEnsemble(dropped []int, name string) error {
	if len(dropped) > 0 && !r.app.quiet {
		r.app.note("without weight, so left out: variant %s", strings.Trim(fmt.Sprint(dropped), "[]"))
	}
	if g := r.m.OutOfFold; g != nil && name != ensemble.OutOfFold && !r.app.quiet && !r.app.json {
		return r.app.tell("out of fold, on %d rows%s\n", g.Rows, report.Measures(g.Names, g.Values))
	}
	return nil
}
