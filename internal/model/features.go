package model

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/preprocess"
	"mlp/internal/modelfile"
	"mlp/internal/spec"
)

// featureCalibration is a temperature: a reader that overlooked it would give other
// probabilities.
const featureCalibration = "calibration"

// featureEnsemble is members in the place of one network, featureShared members that share
// it.
const featureEnsemble, featureShared = "ensemble", "shared_members"

// What a reader of the spec's data section must know: encoders of numbers make other
// inputs of the same cells, and answers are kept within the targets of training.
const featureNumberEncoders, featureClipTarget = "number_encoders", "clip_target"

// features returns what a reader of the model must know, for requires.
func (m *Model) features() string {
	var all []string
	if m.Calibration != nil {
		all = append(all, featureCalibration)
	}
	if m.Members != nil {
		all = append(all, featureEnsemble)
	}
	if m.Config.Shared != nil {
		all = append(all, featureShared)
	}
	data := m.Spec.Get("data")
	if encodesNumbers(data) {
		all = append(all, featureNumberEncoders)
	}
	if clip := data.Get("clip_target"); clip != nil && clip.Text != "false" {
		all = append(all, featureClipTarget)
	}
	if m.Pipeline != nil {
		all = append(all, m.Pipeline.Requires()...)
	}
	return strings.Join(all, ",")
}

// encodesNumbers reports whether the data section names an encoder of numbers.
func encodesNumbers(data *spec.Node) (found bool) {
	names := preprocess.NumberEncoders.Names()
	data.Walk("", func(path string, n *spec.Node) {
		path = strings.TrimSuffix(path, ".type")
		found = found || strings.HasSuffix(path, ".encode") && n.Kind == spec.String && slices.Contains(names, n.Text)
	})
	return found
}

// checkFeatures refuses what this version does not know.
func checkFeatures(requires string) error {
	unknown := slices.DeleteFunc(strings.Split(requires, ","), func(f string) bool {
		return slices.Contains([]string{"", featureCalibration, featureEnsemble, featureShared, featureNumberEncoders, featureClipTarget, pipeline.RequiresWide}, f)
	})
	if len(unknown) > 0 {
		return &modelfile.NewerFormat{Text: fmt.Sprintf("needs %.60q, which this mlp does not know: a newer mlp wrote it", strings.Join(unknown, ","))}
	}
	return nil
}
