package report

import (
	"fmt"
	"strings"

	"mlp/internal/calibrate"
	"mlp/internal/iostreams"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/spec"
)

// Provenance says how far the model has come and on what.
func Provenance(m *model.Model) string {
	var b strings.Builder
	fmt.Fprintf(&b, "stage: %s\n", m.Stage)
	p := m.Pipeline
	fmt.Fprintf(&b, "target: %s, %s", iostreams.Printable(SomeNames(p.Targets())), p.Task())
	if p.Task().Classes() {
		fmt.Fprintf(&b, " (%s)", iostreams.Printable(SomeNames(p.Labels())))
	}
	fmt.Fprintf(&b, "\ninputs: %d\n", len(p.Features()))
	if m.Stage != model.Built {
		compile := m.Spec.Get("compile")
		fmt.Fprintf(&b, "compiled: optimizer %s, loss %s\n", TypeName(compile.Get("optimizer")), TypeName(compile.Get("loss")))
		if n := m.Run.Slowed; n > 0 {
			fmt.Fprintf(&b, "learning rate: cut to a tenth %d time(s), when the run had diverged\n", n)
		}
	}
	if s := m.Config.Shared; s != nil {
		fmt.Fprintf(&b, "ensemble: %d members that share the network, but for %s of their own\n", s.Count, own(s))
	}
	if m.Members != nil {
		b.WriteString(EnsembleText(m))
	} else if n := len(m.History.Epochs); m.Stage == model.Fitted {
		state, last := "", ""
		if !m.Run.Done {
			state = fmt.Sprintf(" of %d, not finished", m.Run.Target)
		}
		if p := m.Run.Partial; p != nil {
			state = fmt.Sprintf(" of %d and %d batch(es) of the next, not finished", m.Run.Target, p.Batch)
		}
		if n > 0 {
			epoch := n
			if best := m.Run.BestEpoch; m.Run.Done && best > 0 && best < n {
				state, epoch = fmt.Sprintf("; the weights of epoch %d are kept", best), best
			}
			last = Measures(m.History.Names, m.History.Epochs[epoch-1])
		}
		fmt.Fprintf(&b, "epochs: %d%s%s\n", n, state, last)
	}
	if t := m.Threshold; t != nil {
		fmt.Fprintf(&b, "threshold: %g, chosen by %s on %d %s rows\n", t.Value, t.Rule, t.Rows, t.On)
	}
	if c := m.Calibration; c != nil {
		b.WriteString(CalibrationText(c) + "\n")
	}
	if s := m.Scores; s != nil {
		fmt.Fprintf(&b, "intervals: from %d %s rows, up to a level of %s\n", s.Rows, s.On, number(s.Highest()))
	}
	fmt.Fprintf(&b, "data: %d rows, %d columns; %d training, %d validation, %d test\nsha256: %s\n",
		m.Data.Rows, m.Data.Columns, m.Data.Train, m.Data.Validation, m.Data.Test, m.Data.SHA256)
	if m.Data.Split != "" {
		fmt.Fprintf(&b, "split: %s\n", iostreams.Printable(m.Data.Split))
	}
	return b.String()
}

// intervals are what a model has kept to make them.
type intervals struct {
	Rows    int     `json:"rows"`
	On      string  `json:"on"`
	Highest float64 `json:"highest_level"`
}

// Summary is what JSON has of a model.
func Summary(m *model.Model) any {
	s := m.Net.Summary()
	type layer struct {
		Name   string `json:"name"`
		Class  string `json:"class"`
		Out    int    `json:"out"`
		Params int    `json:"params"`
	}
	out := struct {
		Name         string   `json:"name"`
		Stage        string   `json:"stage"`
		Inputs       []string `json:"inputs"`
		Targets      []string `json:"targets"`
		Labels       []string `json:"labels"`
		Task         string   `json:"task"`
		Layers       []layer  `json:"layers"`
		Trainable    int      `json:"trainable"`
		NonTrainable int      `json:"non_trainable"`
		Epochs       int      `json:"epochs"`
		Rows         int      `json:"rows"`
		SHA256       string   `json:"sha256"`

		Threshold   *metric.Threshold      `json:"threshold,omitempty"`
		Calibration *calibrate.Calibration `json:"calibration,omitempty"`
		Intervals   *intervals             `json:"intervals,omitempty"`
		Members     []Member               `json:"members,omitempty"`
		Shared      int                    `json:"members_that_share,omitempty"`
	}{Name: m.Config.Name, Stage: string(m.Stage), Inputs: m.Pipeline.Features(), Targets: m.Pipeline.Targets(), Labels: m.Pipeline.Labels(),
		Task: m.Pipeline.Task().String(), Trainable: s.Trainable, NonTrainable: s.NonTrainable, Epochs: len(m.History.Epochs),
		Rows: m.Data.Rows, SHA256: m.Data.SHA256, Threshold: m.Threshold, Calibration: m.Calibration, Members: Members(m)}
	if s := m.Config.Shared; s != nil {
		out.Shared = s.Count
	}
	if s := m.Scores; s != nil {
		out.Intervals = &intervals{s.Rows, s.On, s.Highest()}
	}
	for _, r := range s.Rows {
		out.Layers = append(out.Layers, layer{r.Name, r.Class, r.Width, r.Params})
	}
	return out
}

// own says what members have for themselves.
func own(s *model.Shared) string {
	if s.Mini {
		return "factors of the first inputs and a last layer"
	}
	return "factors of inputs and outputs, biases and a last layer"
}

// TypeName returns the name of a component in a resolved spec.
func TypeName(n *spec.Node) string {
	if t := n.Get("type"); t != nil {
		return t.Text
	}
	return n.Text
}
