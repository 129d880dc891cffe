package report

import (
	"fmt"
	"strings"

	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/search"
	"mlp/internal/spec"
	"mlp/internal/tune"
)

// TrialLine is what is said of a trial as it ends; best is the number of the best so far.
func TrialLine(t *tune.Trial, trials, best int) string {
	text := fmt.Sprintf("Trial %d/%d", t.Number, trials)
	if t.Failed != "" {
		return text + " - failed: " + t.Failed + settingsText(t.Settings)
	}
	if t.Epochs > 0 {
		text += fmt.Sprintf(" - after %s", problem.Count(t.Epochs, "epoch"))
	}
	text += fmt.Sprintf(" - %s: %s", t.Metric, number(t.Score))
	if t.Number == best {
		text += " - best so far"
	}
	return text + settingsText(t.Settings)
}

func settingsText(all []search.Setting) string {
	text := ""
	for _, s := range all {
		text += " - " + s.Path + "=" + valueText(s.Value)
	}
	return text
}

// valueText is a value as --set takes it.
func valueText(n *spec.Node) string {
	if n.IsScalar() {
		return n.Text
	}
	return string(spec.CanonicalJSON(n))
}

// TrialEvent is TrialLine for a program.
func TrialEvent(t *tune.Trial, best int) *Object {
	e := Event("trial").Int("trial", t.Number).Int("best", best).Raw("settings", t.SettingsJSON())
	if t.Epochs > 0 {
		e.Int("epochs", t.Epochs)
	}
	if t.Failed != "" {
		return e.Text("failed", t.Failed)
	}
	return e.Text("metric", t.Metric).Number("score", t.Score)
}

// TuneText names the best trial, with what its score says and what it is worth.
func TuneText(r *tune.Result) string {
	best := r.Trials[r.Best-1]
	t := NewTable("best of "+fmt.Sprint(len(r.Trials))+" trials", r.Metric, "95 % interval")
	t.Right(1)
	scored := fmt.Sprintf("trial %d, as it scored", r.Best)
	if best.Epochs > 0 { // the time was up
		scored += fmt.Sprintf(" after %s", problem.Count(best.Epochs, "epoch"))
	}
	t.Add(scored, number(best.Score), "")
	t.Add("corrected for the choice", number(r.Worth.Score), number(r.Worth.Low)+" to "+number(r.Worth.High))
	if e := r.Together; e != nil {
		t.Add(problem.Count(len(e.Trials), "trial")+" together, as they scored", number(e.Score), "")
		t.Add("corrected for the choice", number(e.Worth.Score), number(e.Worth.Low)+" to "+number(e.Worth.High))
	}
	text := t.Text() + fmt.Sprintf("of %d out-of-fold rows; the best of many scores better than it is worth, so the second figure is the one to report\n", r.Rows)
	if e := r.Together; e != nil {
		for i, number := range e.Trials {
			text += fmt.Sprintf("  trial %d, %s%s\n", number, problem.Count(e.Counts[i], "time"), settingsText(r.Trials[number-1].Settings))
		}
		return text
	}
	for _, s := range best.Settings {
		text += "  " + s.Path + "=" + valueText(s.Value) + "\n"
	}
	return text
}

// TuneEvent is TuneText for a program.
func TuneEvent(r *tune.Result) *Object {
	best := r.Trials[r.Best-1]
	goal := "lower"
	if r.Goal == metric.Higher {
		goal = "higher"
	}
	o := Event("tuned").Text("metric", r.Metric).Text("goal", goal).Int("trials", len(r.Trials)).Int("best", r.Best).Number("score", best.Score).
		Number("corrected", r.Worth.Score).Number("corrected_lower", r.Worth.Low).Number("corrected_upper", r.Worth.High).
		Int("rows", r.Rows).Raw("settings", best.SettingsJSON())
	if e := r.Together; e != nil {
		members := make([]string, len(e.Trials))
		for i, number := range e.Trials {
			members[i] = fmt.Sprintf(`{"trial":%d,"times":%d}`, number, e.Counts[i])
		}
		o.Raw("ensemble", "["+strings.Join(members, ",")+"]").Number("ensemble_score", e.Score).
			Number("ensemble_corrected", e.Worth.Score).Number("ensemble_corrected_lower", e.Worth.Low).Number("ensemble_corrected_upper", e.Worth.High)
	}
	return o
}
