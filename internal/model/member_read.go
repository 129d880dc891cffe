package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"mlp/internal/modelfile"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// readMembers makes the members that a file holds, and of the first of them what the
// ensemble is planned by.
func (m *Model) readMembers(md map[string]string, a *safetensors.File) (err error) {
	var r modelfile.Ensemble
	if err := json.Unmarshal([]byte(md["members"]), &r); err != nil {
		return err
	}
	if len(r.Members) == 0 || m.Config.Ensemble == nil {
		return errors.New("there are no members, or the spec has no ensemble")
	}
	m.Round = r.Round
	used := 0
	total := 0.0
	for i, record := range r.Members {
		if i > 0 && record.Number <= r.Members[i-1].Number || record.Number < 1 || record.Number > m.Config.Ensemble.Members || !(record.Weight >= 0 && record.Weight <= 1) {
			return fmt.Errorf("member %d has no place or no weight", record.Number)
		}
		if variant, fold := m.Config.Ensemble.Place(record.Number - 1); record.Variant != variant+1 || record.Fold != fold+1 {
			return fmt.Errorf("member %d is of variant %d and fold %d; the spec has it in variant %d and fold %d", record.Number, record.Variant, record.Fold, variant+1, fold+1)
		}
		one := &Member{Number: record.Number, Variant: record.Variant, Fold: record.Fold, Weight: record.Weight, Round: record.Round}
		for _, s := range record.Set {
			v, err := spec.ParseJSON(s.Value, s.Path, "model file")
			if err != nil {
				return err
			}
			one.Set = append(one.Set, Setting{s.Path, v})
		}
		var own safetensors.File
		for _, t := range a.Tensors {
			if name, ok := strings.CutPrefix(t.Name, record.Prefix()); ok {
				t.Name = name
				own.Tensors = append(own.Tensors, t)
			}
		}
		used += len(own.Tensors)
		total += one.Weight
		if err := m.readMember(one, record, &own); err != nil {
			return fmt.Errorf("member %d: %w", record.Number, err)
		}
	}
	if math.Abs(total-1) > 1e-9 { // of at most 4096 rounded shares
		return fmt.Errorf("the weights of the members add up to %g", total)
	}
	for _, t := range a.Tensors {
		if strings.HasPrefix(t.Name, "preprocess/") || strings.HasPrefix(t.Name, "conformal/") {
			used++
		}
	}
	if used != len(a.Tensors) {
		return errors.New("a tensor belongs to no member")
	}
	m.OutOfFold, err = modelfile.DecodeFigures(md["out_of_fold"])
	return err
}

func (m *Model) readMember(one *Member, r modelfile.Member, own *safetensors.File) error {
	tree, err := VariantSpec(m.Spec, one.Set)
	if err != nil {
		return err
	}
	n := &Model{Stage: Fitted, Spec: tree, Pipeline: m.Pipeline}
	if _, problems := spec.Decode(tree, func(f *spec.Fields) {
		n.Config = Decode(f)
		f.Skip("fit", "evaluate")
	}); len(problems) > 0 {
		return problems.Err()
	}
	if n.Config.Seed, err = strconv.ParseUint(r.Seed, 10, 64); err != nil {
		return err
	}
	if err := n.plan(1); err != nil {
		return err
	}
	one.Model = n
	m.Members = append(m.Members, one) // so that Close knows of it
	if err := n.checkSize(own); err != nil {
		return err
	}
	n.reserve(0)
	if err := n.readState(map[string]string{"stage": string(Fitted), "history": string(r.History), "run": string(r.Run)}, own); err != nil {
		return err
	}
	if first := m.Members[0]; n.Net.Out != first.Net.Out || n.Net.Last.Name != first.Net.Last.Name {
		return errors.New("its outputs are not those of the others")
	}
	return nil
}
