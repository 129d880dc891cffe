package ensemble

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/safetensors"
)

// promising is an ensemble with all that is learned from rows left out.
var promising = strings.Replace(specs["greedy"], `"fit":{`, `"fit":{"calibrate":"temperature","intervals":true,`, 1)

func TestThreadsChangeNoPromise(t *testing.T) {
	var want []byte
	for _, threads := range []int{1, 2, 7} {
		m, _, _ := fit(t, promising, threads)
		if m.Calibration == nil || m.Scores == nil || len(m.Scores.Members) != 3 {
			t.Fatalf("temperature %v, scores %v", m.Calibration, m.Scores)
		}
		switch got := recipetest.Written(t, m); {
		case want == nil:
			want = got
		case !bytes.Equal(got, want):
			t.Errorf("%d threads give another file", threads)
		}
	}
}

// A file whose records of members, temperature and intervals are damaged is refused with
// a sentence, whatever is gone or too large, and nothing panics.
func TestDamagedRecords(t *testing.T) {
	m, _, _ := fit(t, promising, 2)
	file := recipetest.Written(t, m)
	damaged := func(damage func(f *safetensors.File)) error {
		f, err := modelfile.Layout.Read(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		damage(f)
		delete(f.Metadata, safetensors.ChecksumName)
		var b bytes.Buffer
		if _, err := modelfile.Layout.Write(&b, f); err != nil {
			t.Fatal(err)
		}
		n, err := model.ReadFrom("model.bin", b.Bytes(), 1)
		if err == nil {
			n.Close()
		}
		return err
	}
	if err := damaged(func(*safetensors.File) {}); err != nil {
		t.Fatal(err)
	}
	set := func(key, was, is string) func(f *safetensors.File) {
		return func(f *safetensors.File) {
			if was != "" && !strings.Contains(f.Metadata[key], was) {
				t.Errorf("%s has no %s: %.200s", key, was, f.Metadata[key])
			}
			if f.Metadata[key] = strings.Replace(f.Metadata[key], was, is, 1); was == "" {
				f.Metadata[key] = is
			}
		}
	}
	number := fmt.Sprintf(`"number":%d`, m.Members[0].Number)
	for name, damage := range map[string]func(f *safetensors.File){
		"no members":                set("members", "", ""),
		"members of another kind":   set("members", "", "[]"),
		"an empty list":             set("members", "", `{"round":1,"members":[]}`),
		"no such number":            set("members", number, `"number":4096`),
		"a negative number":         set("members", number, `"number":-1`),
		"an absurd weight":          set("members", `"weight":`, `"weight":1e300,"w":`),
		"a weight less than none":   set("members", `"weight":`, `"weight":-1,"w":`),
		"a seed that is none":       set("members", `"seed":"`, `"seed":"x`),
		"a history of nothing":      set("members", `"history":`, `"history":7,"h":`),
		"no temperature":            set("calibration", `"temperature"`, `"t"`),
		"many temperatures":         set("calibration", `"temperature":[`, `"temperature":[1,2,3,`),
		"a cold temperature":        set("calibration", `"temperature":[`, `"temperature":[0],"t":[`),
		"sigmoids":                  set("calibration", `"softmax":true`, `"softmax":false`),
		"a temperature of no rows":  set("calibration", `"rows":60`, `"rows":0`),
		"no targets":                set("conformal", `"targets":1`, `"targets":0`),
		"many targets":              set("conformal", `"targets":1`, `"targets":1000000000`),
		"no folds":                  set("conformal", `"folds":3`, `"folds":0`),
		"fewer folds":               set("conformal", `"folds":3`, `"folds":2`),
		"many folds":                set("conformal", `"folds":3`, `"folds":1000000000`),
		"scores of no rows":         set("conformal", `"rows":60`, `"rows":-60`),
		"no conformal record":       set("conformal", "", "{"),
		"folds of nobody":           set("left_out_by", "", ""),
		"a fold too few":            set("left_out_by", "", "[[1],[2]]"),
		"a fold of no member":       set("left_out_by", "", "[[],[2],[3]]"),
		"a member that is not":      set("left_out_by", "", "[[1],[2],[4000]]"),
		"a member twice":            set("left_out_by", "", "[[1,1],[2],[3]]"),
		"members that are no list":  set("left_out_by", "", `{"1":2}`),
		"a long list":               set("left_out_by", "", "["+strings.Repeat("[1],", 1<<18)+"[1]]"),
		"an ensemble without need":  set("requires", "", "telepathy"),
		"scores that are not there": func(f *safetensors.File) { f.Tensors = without(f.Tensors, "conformal/0/1") },
		"weights that are not":      func(f *safetensors.File) { f.Tensors = without(f.Tensors, "member_1/dense/kernel") },
		"scores in disorder": func(f *safetensors.File) {
			for _, tensor := range f.Tensors {
				if tensor.Name == "conformal/0/0" {
					slices.Reverse(tensor.F64)
				}
			}
		},
	} {
		if err := damaged(damage); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func without(all []safetensors.Tensor, name string) []safetensors.Tensor {
	return slices.DeleteFunc(all, func(t safetensors.Tensor) bool { return t.Name == name })
}
