package model

import (
	"encoding/json"
	"slices"
	"strconv"

	"mlp/internal/modelfile"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// Freeze notes how the member stands, for the ensemble to be saved while it goes on.
func (one *Member) Freeze() {
	f := &frozen{record: one.record(), tensors: one.tensors()}
	for i, t := range f.tensors {
		f.tensors[i].F32, f.tensors[i].F64 = slices.Clone(t.F32), slices.Clone(t.F64)
	}
	one.frozen = f
}

// Frozen reports whether the member was frozen, and Thaw forgets it.
func (one *Member) Frozen() bool { return one.frozen != nil }

// Thaw lets the member be saved as it stands again.
func (one *Member) Thaw() { one.frozen = nil }

func (one *Member) record() modelfile.Member {
	r := modelfile.Member{Number: one.Number, Variant: one.Variant, Fold: one.Fold, Round: one.Round,
		Seed: strconv.FormatUint(one.Config.Seed, 10), History: json.RawMessage(one.History.Encode()), Run: json.RawMessage(one.encodeRun())}
	for _, s := range one.Set {
		r.Set = append(r.Set, modelfile.Setting{Path: s.Path, Value: spec.CanonicalJSON(s.Value)})
	}
	return r
}

// writeMembers adds the members to a file.
func (m *Model) writeMembers(f *safetensors.File) {
	r := modelfile.Ensemble{Round: m.Round}
	for _, one := range m.Members {
		s := one.frozen
		if s == nil {
			s = &frozen{one.record(), one.tensors()}
		}
		s.record.Weight = one.Weight
		r.Members = append(r.Members, s.record)
		for _, t := range s.tensors {
			t.Name = s.record.Prefix() + t.Name
			f.Tensors = append(f.Tensors, t)
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		panic("model: " + err.Error()) // histories and runs are JSON, weights finite
	}
	f.Metadata["members"] = string(text)
	if m.OutOfFold != nil {
		f.Metadata["out_of_fold"] = m.OutOfFold.Encode()
	}
}
