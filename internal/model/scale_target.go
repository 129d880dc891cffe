package model

import (
	"fmt"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/loss"
	"mlp/internal/problem"
	"mlp/internal/stats"
	"mlp/internal/task"
)

// scaleTargets decides, when the model is built, how the target of a regression is
// trained: as the spec says, else so that the loss keeps its meaning and the last
// activation can give the values. It remembers the targets' ranges for Compile.
func (m *Model) scaleTargets(tab *table.Table, rows []int) (err error) {
	how := m.Config.Data.ScaleTarget
	if how == schema.ScaleAuto && m.Config.Compile.Loss != nil && loss.DomainOf(m.Config.Compile.Loss).AsIs {
		how = schema.ScaleNone
	}
	clip := m.Config.Data.ClipTarget
	if kind := m.Pipeline.Task(); clip == table.Yes && kind != task.Regression {
		return &problem.Problem{Pos: m.Config.Data.ClipPos, Path: "data.clip_target", Hint: "drop it, or write `auto`",
			Msg: fmt.Sprintf("answers of a regression can be clipped, and the task is %s", kind)}
	}
	reach := m.Net.Last.Range
	m.targets, err = m.Pipeline.FitTargets(tab, rows, how, clip == table.Yes || clip == table.Look, func(r stats.Interval) bool { return reach.Covers(r.Low, r.High) })
	return err
}

// targetsFit refuses targets, as they are trained, that the loss is not made for or the
// last activation cannot give. Their range is known where the model was built, not
// where it was read from a file.
func (f *compatibility) targetsFit() error {
	m := f.m
	domain, reach := loss.DomainOf(m.Loss), m.Net.Last.Range
	how := m.Config.Data.ScaleTarget
	if m.targets == nil && m.Stage == Built && domain.AsIs && how == schema.ScaleAuto && m.Pipeline.Scaled() {
		return f.atLoss("build the model with this loss, or set `scale_target` under data", "%s takes targets as they stand, and the model was built for scaled ones", f.name)
	}
	for i, r := range m.targets {
		name := m.Pipeline.Targets()[i]
		if !domain.Covers(r.Low, r.High) {
			return f.atLoss(fmt.Sprintf("use `loss: %s`, or correct the column", suited[task.Regression]),
				"%s is for targets %s, and %q is trained with values from %.4g to %.4g", f.name, domain, name, r.Low, r.High)
		}
		if f.wants == loss.Binary && f.scores || reach.Covers(r.Low, r.High) {
			continue // a hinge wants outputs on the right side, however far
		}
		hint := "use `activation: linear`"
		switch {
		case how == schema.ScaleStandard || how == schema.ScaleLog1p:
			hint = "drop `scale_target` under data, or " + hint
		case reach == stats.Interval{Low: 0, High: 1}:
			hint += ", or `task: binary` under data if the numbers are labels"
		}
		return f.atLayer(hint, "%s gives only values %s, and %q is trained with values from %.4g to %.4g", f.last, reach, name, r.Low, r.High)
	}
	return nil
}
