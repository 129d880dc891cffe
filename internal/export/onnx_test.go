package export

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"mlp/internal/model"
)

var update = flag.Bool("update", false, "write what other programs have approved of anew")

// ONNX of these models is that which onnxruntime and the checker of onnx have approved of:
// see testdata/conformance.py, which runs others. A file that changes is to be approved anew.
func TestONNXIsAsApproved(t *testing.T) {
	for name, m := range map[string]*model.Model{
		"labels": trained(t, label, `{"units":4,"activation":"selu"},{"units":1,"activation":"sigmoid"}`, `"loss":"binary_crossentropy"`),
		"number": trained(t, number+`,"numeric":{"scale":"quantile","encode":{"type":"piecewise_linear","dim":null,"bins":6},"indicator":true},"categorical":{"encode":"embedding"}`,
			`{"type":"batch_ensemble","units":3,"members":2},{"units":4,"activation":"mish"},"layer_normalization",{"units":1}`, `"loss":"mse"`),
	} {
		p, err := Express(m, Columns, 0.4)
		if err != nil {
			t.Fatal(err)
		}
		f, err := FormatOf("", "x.onnx")
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Write(p, Options{About: "A test."})
		if err != nil {
			t.Fatal(err)
		}
		approved(t, filepath.Join("testdata", name+".onnx"), got, "run it by onnxruntime")
	}
}

// Everything that has a form has one in ONNX.
func TestONNXHasEveryOperation(t *testing.T) {
	models := tasks(t)
	models["everything"] = everything(t)
	for name, m := range models {
		for _, inputs := range []string{Columns, Encoded} {
			p, err := Express(m, inputs, 0.4)
			if err != nil {
				t.Fatal(err)
			}
			if text, err := writeONNX(p, Options{Name: "predict"}); err != nil || len(text) < 500 {
				t.Errorf("%s: %d bytes, %v", name, len(text), err)
			}
		}
	}
}

// approved holds a file against the one that another program has approved of, in the way
// that check says.
func approved(t *testing.T, file string, got []byte, check string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has changed: %s, then write it anew with -update", file, check)
	}
}
