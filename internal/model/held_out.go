package model

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"mlp/internal/calibrate"
	"mlp/internal/conformal"
	"mlp/internal/modelfile"
	"mlp/internal/safetensors"
)

// encodeCalibration writes the record.
func encodeCalibration(c *calibrate.Calibration) string {
	text, err := json.Marshal(c)
	if err != nil {
		panic("model: " + err.Error()) // every number is finite
	}
	return string(text)
}

func (m *Model) decodeCalibration(text string) error {
	if text == "" {
		return nil
	}
	c := new(calibrate.Calibration)
	if err := modelfile.Unmarshal(text, c); err != nil {
		return err
	}
	if exclusive, ok := m.Probabilities(); !ok || exclusive != c.Softmax {
		return fmt.Errorf("it is not for outputs of %s", m.Net.Last.Name)
	}
	m.Calibration = c
	return c.Check(m.Net.Out)
}

// scored is how the scores of intervals stand in the metadata; they themselves are
// tensors conformal/<target>/<fold>, by number. Which members answered a fold stands in
// left_out_by: a list as long does not belong before the format, which is looked for at
// the front of a file.
type scored struct {
	Rows    int    `json:"rows"`
	On      string `json:"on"`
	Targets int    `json:"targets"`
	Folds   int    `json:"folds"`
}

func encodeScores(s *conformal.Scores) string {
	text, _ := json.Marshal(scored{s.Rows, s.On, len(s.Targets), s.Folds()}) // of numbers and a word
	return string(text)
}

func scoreName(target, fold int) string {
	return "conformal/" + strconv.Itoa(target) + "/" + strconv.Itoa(fold)
}

func scoreTensors(s *conformal.Scores) []safetensors.Tensor {
	var all []safetensors.Tensor
	for j, lists := range s.Targets {
		for f, list := range lists {
			all = append(all, safetensors.Tensor{Name: scoreName(j, f), Shape: []int{len(list)}, F64: list})
		}
	}
	return all
}

func (m *Model) decodeScores(text, members string, c *modelfile.Contents) error {
	if text == "" {
		return nil
	}
	var r scored
	if err := modelfile.Unmarshal(text, &r); err != nil {
		return err
	}
	targets := m.Net.Out
	if m.Pipeline.Task().Classes() || m.Head().Several() {
		targets = 1
	}
	if r.Folds < 1 || r.Folds > modelfile.MaxTensors || r.Targets != targets || r.Rows < 1 || r.Rows > math.MaxInt32 {
		return fmt.Errorf("%d targets of %d folds and %d rows", r.Targets, r.Folds, r.Rows)
	}
	s := &conformal.Scores{Rows: r.Rows, On: r.On}
	if members != "" {
		if err := modelfile.Unmarshal(members, &s.Members); err != nil {
			return err
		}
		if err := m.checkGroups(s.Members); err != nil {
			return err
		}
	}
	for j := range targets {
		var lists [][]float64
		for f := range r.Folds {
			t, ok := c.Take(scoreName(j, f))
			if !ok || t.F64 == nil {
				return fmt.Errorf("tensor %q is missing", scoreName(j, f))
			}
			lists = append(lists, t.F64)
		}
		s.Targets = append(s.Targets, lists)
	}
	m.Scores = s
	return s.Check(targets)
}

// checkGroups refuses members that cannot be averaged: none, some that are not there or
// stand there twice, or without any weight.
func (m *Model) checkGroups(groups [][]int) error {
	weights := make(map[int]float64, len(m.Members))
	for _, one := range m.Members {
		weights[one.Number] = one.Weight
	}
	for f, group := range groups {
		total, last := 0.0, 0
		for _, number := range group {
			w, ok := weights[number]
			if !ok || number <= last {
				return fmt.Errorf("member %d has no place among those that answered fold %d", number, f+1)
			}
			total, last = total+w, number
		}
		if !(total > 0) {
			return fmt.Errorf("fold %d was answered by no member", f+1)
		}
	}
	return nil
}
