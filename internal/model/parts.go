package model

import (
	"mlp/internal/data/pipeline"
	"mlp/internal/data/source"
	"mlp/internal/data/split"
	"mlp/internal/loss"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// Sources are the tables of a run. Validation and Test are set only when the
// spec names files for them; otherwise Train is split.
type Sources = split.Parts[*source.Source]

// Sets are the parts of the data after preprocessing; a part that does not exist
// is nil.
type Sets = split.Parts[*pipeline.Dataset]

// Parts are the parts of the data, prepared for the loss and the metrics; one that
// does not exist is nil.
type Parts = split.Parts[*Part]

// A Part is one part of the data in the forms that a compiled model takes.
type Part struct {
	X      tensor.Mat // (rows, inputs)
	Target tensor.Mat // as the loss wants it
	Truth  tensor.Mat // as metrics want it: labels as 0/1 or class indices, numbers in their own units
	Weight []float32  // one a row; nil: 1 each
	Lines  []int      // where the rows stand in their file
}

// Select copies some rows of a part.
func (p *Part) Select(rows []int) *Part {
	s := &Part{X: p.X.Pick(rows), Target: p.Target.Pick(rows), Truth: p.Truth.Pick(rows)}
	if len(rows) > 0 && &p.Target.Data[0] == &p.Truth.Data[0] {
		s.Truth = s.Target
	}
	for _, row := range rows {
		s.Lines = append(s.Lines, p.Lines[row])
		if p.Weight != nil {
			s.Weight = append(s.Weight, p.Weight[row])
		}
	}
	return s
}

// Part prepares a dataset for the model's loss and metrics.
func (m *Model) Part(d *pipeline.Dataset) *Part {
	if d == nil {
		return nil
	}
	p := &Part{X: d.X, Target: d.Y, Truth: d.Y, Weight: d.Weight, Lines: d.Lines}
	switch {
	case m.Pipeline.Task() == task.Regression:
		p.Truth = d.Own
	case m.Loss != nil && m.Pipeline.Task().Classes() && m.Net.Out > 1 && m.Loss.Wants() != loss.Class:
		p.Target = d.OneHot(m.Net.Out)
	}
	return p
}

// Parts prepares datasets for the model's loss and metrics.
func (m *Model) Parts(sets *Sets) Parts {
	return Parts{Train: m.Part(sets.Train), Validation: m.Part(sets.Validation), Test: m.Part(sets.Test)}
}

// HeldOut returns the rows on which a run is finally judged, and what they are
// called: test rows if there are any, else validation, else training rows.
func HeldOut(p Parts) (part *Part, name string) {
	switch {
	case p.Test != nil:
		return p.Test, "test"
	case p.Validation != nil:
		return p.Validation, "validation"
	}
	return p.Train, "training"
}
