package model_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/recipe"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// testdata/released has a folder for each format version that was ever released,
// with model files of that version and what they predict. Every later version of
// mlp must load them and predict the same bits, for ever. Files of the current
// version are written by
//
//	go test ./internal/model -run Released -update
//
// which is for additions to the format before its release; a file of a version
// that is out is never written again.
var update = flag.Bool("update", false, "write the corpus of the current format version anew")

const released = "testdata/released"

// An expectation stands beside each model file.
type expectation struct {
	Stage   model.Stage `json:"stage"`
	Epochs  int         `json:"epochs"`
	Rows    string      `json:"rows"`    // a table
	Outputs string      `json:"outputs"` // float32 bits, in hexadecimal, row after row
}

// A fixture is how a file of the corpus came about.
type fixture struct {
	spec  string
	table string // a file of data/, or a table
	rows  int    // how many rows of the table are predicted
	stage model.Stage
	until int // epochs after which the run is cut off as a checkpoint would; 0: it ends
}

// flowers has gaps, categories, three classes and two labels.
func flowers() string {
	var b strings.Builder
	b.WriteString("length,width,colour,kind,height,sweet,tall\n")
	for i := range 60 {
		k := i % 3
		width := fmt.Sprintf("%.1f", float64(i%5)/5-float64(k))
		if i%11 == 0 {
			width = ""
		}
		fmt.Fprintf(&b, "%.2f,%s,%s,%s,%.3f,%d,%d\n", float64(k)+float64(i%7)/9, width, []string{"red", "blue", "grün"}[i%2+i/58],
			[]string{"rose", "lily", "iris"}[k], 3*float64(k)+float64(i%4), i%2, min(k, 1))
	}
	return b.String()
}

var recipes = map[string]fixture{
	"pima_built": {table: "pima.csv", rows: 5, stage: model.Built,
		spec: `{"name":"pima","seed":7,"data":{"target":"diabetes","numeric":{"scale":"none"}},"layers":[{"units":12,"init":"uniform","activation":"relu"},
			{"units":8,"init":"uniform","activation":"relu"},{"units":1,"init":"uniform","activation":"sigmoid"}],"compile":{"optimizer":"adam","loss":"binary_crossentropy"}}`},
	"iris_compiled": {table: "iris.csv", rows: 5, stage: model.Compiled,
		spec: `{"seed":1,"data":{"target":"Species"},"layers":[{"units":16,"activation":"relu"},{"units":3,"activation":"softmax"}]}`},
	"iris": {table: "iris.csv", rows: 7, stage: model.Fitted,
		spec: `{"seed":1,"data":{"target":"Species","split":{"validation":0.2,"test":0.2}},"layers":[{"units":16,"activation":"relu"},{"units":3,"activation":"softmax"}],
			"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"metrics":["accuracy","auc"]},
			"fit":{"epochs":12,"batch_size":16,"callbacks":[{"type":"early_stopping","patience":3,"restore_best_weights":true},{"type":"reduce_lr_on_plateau","patience":2}]}}`},
	"servo": {table: "servo.csv", rows: 7, stage: model.Fitted,
		spec: `{"seed":3,"data":{"target":"Class","task":"regression","numeric":{"scale":"robust"},"columns":[{"name":"Pgain","type":"categorical"}]},
			"layers":[{"units":16,"activation":"relu"},{"units":1}],"compile":{"optimizer":{"type":"sgd","momentum":0.9,"learning_rate":0.01},"loss":"mse","metrics":["rmse","r2"]},"fit":{"epochs":10,"batch_size":16}}`},
	"layers": {table: flowers(), rows: 60, stage: model.Fitted,
		spec: `{"seed":5,"data":{"target":"kind","ignore":["sweet","tall"],"numeric":{"missing":"mean","indicator":true}},"layers":["normalization",{"rescaling":0.5},{"gaussian_noise":0.05},
			{"units":16,"init":"he_normal","use_bias":false},{"type":"batch_normalization","momentum":0.9},{"activation":"silu"},
			{"type":"residual","layers":["layer_normalization",{"units":16,"activation":"gelu","kernel_constraint":"max_norm"},{"units":16}]},
			{"type":"group_normalization","groups":4},"prelu",{"units":16,"kernel_regularizer":"l2"},"glu","rms_normalization",{"alpha_dropout":0.05},
			{"units":8,"activation":"mish"},{"units":8,"trainable":false},{"leaky_relu":0.1},{"dropout":0.05},{"units":3,"activation":"softmax"}],
			"compile":{"optimizer":{"type":"nadam","learning_rate":0.01,"use_ema":true,"gradient_accumulation_steps":2}},"fit":{"epochs":6,"batch_size":12,"class_weight":"balanced","callbacks":["swap_ema_weights"]}}`},
	"multilabel": {table: flowers(), rows: 12, stage: model.Fitted,
		spec: `{"seed":6,"data":{"target":["sweet","tall"],"task":"multilabel"},"layers":[{"units":8,"activation":"tanh"},{"units":2,"activation":"sigmoid"}],
			"compile":{"optimizer":"adagrad"},"fit":{"epochs":4}}`},
	"embedding": {table: flowers(), rows: 60, stage: model.Fitted,
		spec: `{"seed":8,"data":{"target":"height","categorical":{"encode":"embedding"},"columns":[{"name":"kind","encode":{"embedding":5}}]},"layers":[{"units":6,"activation":"relu"},{"units":1}],
			"compile":{"optimizer":{"type":"adamw","amsgrad":true,"learning_rate":{"type":"cosine_decay","initial_learning_rate":0.01,"decay_steps":40}},"loss":"huber"},"fit":{"epochs":4,"batch_size":11}}`},
	"tutorial": {table: "pima.csv", rows: 3, stage: model.Fitted,
		spec: `{"name":"pima","seed":7,"data":{"target":"diabetes","numeric":{"scale":"none"}},"layers":[{"units":12,"init":"uniform","activation":"relu"},
			{"units":8,"init":"uniform","activation":"relu"},{"units":1,"init":"uniform","activation":"sigmoid"}],
			"compile":{"optimizer":"adam","loss":"binary_crossentropy","metrics":["accuracy"]},"fit":{"epochs":3,"batch_size":10}}`},
	"wide": {table: flowers(), rows: 3, stage: model.Fitted,
		spec: `{"seed":2,"data":{"target":"kind"},"layers":[{"units":70,"activation":"tanh"},{"units":33,"activation":"softplus"},{"units":3,"activation":"softmax"}],
			"compile":{"optimizer":{"type":"adamax","clipnorm":0.5}},"fit":{"epochs":2,"batch_size":60}}`},
	"nesterov": {table: flowers(), rows: 3, stage: model.Fitted,
		spec: `{"seed":4,"data":{"target":"height","numeric":{"scale":"minmax"},"split":{"test":0.2,"by":"last"}},"layers":[{"units":6,"activation":"selu","kernel_regularizer":{"type":"l1l2","l1":0.001,"l2":0.01}},{"units":1}],
			"compile":{"optimizer":{"type":"sgd","momentum":0.9,"nesterov":true,"learning_rate":{"type":"exponential_decay","initial_learning_rate":0.05,"decay_steps":5,"decay_rate":0.9}},"loss":"log_cosh","metrics":["mae"]},"fit":{"epochs":5,"batch_size":7}}`},
	"ftrl": {table: "transactions.csv", rows: 2, stage: model.Fitted,
		spec: `{"seed":12,"data":{"target":-1,"numeric":{"scale":"log1p"}},"layers":[{"units":4,"activation":"sigmoid"},{"units":1}],"compile":{"optimizer":{"type":"ftrl","learning_rate":0.1},"loss":"mae"},"fit":{"epochs":5,"shuffle":false}}`},
	"adadelta": {table: flowers(), rows: 3, stage: model.Fitted,
		spec: `{"seed":10,"data":{"target":"sweet","task":"binary","categorical":{"encode":"ordinal"}},"layers":[{"units":9,"activation":"gelu"},{"dropout":0.3},{"units":1,"activation":"sigmoid"}],
			"compile":{"optimizer":{"type":"adadelta","learning_rate":1},"loss":"binary_focal_crossentropy","metrics":["auc","f1"]},"fit":{"epochs":4,"batch_size":13,"class_weight":"balanced"}}`},
	"checkpoint": {table: flowers(), rows: 9, stage: model.Fitted, until: 3,
		spec: `{"seed":9,"data":{"target":"colour","split":{"validation":0.25}},"layers":[{"units":6,"activation":"elu"},{"units":3,"activation":"softmax"}],
			"compile":{"optimizer":{"type":"rmsprop","momentum":0.5,"centered":true}},"fit":{"epochs":8,"batch_size":10,
			"callbacks":[{"type":"early_stopping","patience":5,"restore_best_weights":true},{"type":"reduce_lr_on_plateau","patience":1}]}}`},
}

// text returns the table of a fixture.
func (r fixture) text(t *testing.T) string {
	if strings.Contains(r.table, "\n") {
		return r.table
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "data", r.table))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// make trains the model and returns its file.
func (r fixture) make(t *testing.T) []byte {
	tree, err := spec.ParseJSON([]byte(r.spec), "spec", "spec")
	if err != nil {
		t.Fatal(err)
	}
	s, err := recipe.Decode(tree)
	if err != nil {
		t.Fatal(err)
	}
	src := source.Bytes("table.csv", []byte(r.text(t)))
	m, sets, err := model.Build(s.Model, s.Tree, model.Sources{Train: &src}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if r.stage != model.Built {
		if err := m.Compile(); err != nil {
			t.Fatal(err)
		}
	}
	var cut []byte
	if r.stage == model.Fitted {
		o := train.Options{Config: s.Fit, Parts: m.Parts(sets)}
		o.Observers = []*train.Hooks{{Name: "cut", State: func(run *train.Run) error {
			if run.Epoch() == r.until {
				cut = bytesOf(t, m)
			}
			return nil
		}}}
		if _, err := train.Fit(context.Background(), m, o); err != nil {
			t.Fatal(err)
		}
	}
	if r.until > 0 {
		return cut
	}
	return bytesOf(t, m)
}

func bytesOf(t testing.TB, m *model.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// predict returns the bits of what a model answers to the rows of a table.
func predict(t testing.TB, m *model.Model, rows string) string {
	t.Helper()
	tab, err := m.Pipeline.ReadFor(source.Bytes("rows.csv", []byte(rows)), false)
	if err != nil {
		t.Fatal(err)
	}
	set, err := m.Pipeline.Apply(tab, table.AllRows(tab))
	if err != nil {
		t.Fatal(err)
	}
	out := tensor.New(set.X.Rows, m.Net.Out)
	m.Predict(set.X, out)
	var bits []byte
	for _, v := range out.Data {
		b := math.Float32bits(v)
		bits = append(bits, byte(b>>24), byte(b>>16), byte(b>>8), byte(b))
	}
	return hex.EncodeToString(bits)
}

func writeCorpus(t *testing.T, dir string) {
	for name, r := range recipes {
		file := r.make(t)
		m, err := model.ReadFrom(name, file, 1)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfterN(r.text(t), "\n", r.rows+2)
		want := expectation{m.Stage, len(m.History.Epochs), strings.Join(lines[:r.rows+1], ""), ""}
		want.Outputs = predict(t, m, want.Rows)
		m.Close()
		text, err := json.MarshalIndent(want, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		for suffix, content := range map[string][]byte{".bin": file, ".json": append(text, '\n')} {
			if err := os.WriteFile(filepath.Join(dir, name+suffix), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestReleasedFilesLoadForEver(t *testing.T) {
	if *update {
		writeCorpus(t, filepath.Join(released, "v1"))
	}
	files, err := filepath.Glob(filepath.Join(released, "v*", "*.bin"))
	if err != nil || len(files) < len(recipes) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(strings.TrimSuffix(path, ".bin") + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var want expectation
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			m, err := model.Read(path, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if m.Stage != want.Stage || len(m.History.Epochs) != want.Epochs {
				t.Errorf("%s after %d epochs, want %s after %d", m.Stage, len(m.History.Epochs), want.Stage, want.Epochs)
			}
			if got := predict(t, m, want.Rows); got != want.Outputs {
				t.Errorf("it predicts\n%s, want\n%s", got, want.Outputs)
			}
			checkRewriting(t, path, m)
		})
	}
}

// checkRewriting demands that a file that this version wrote comes out as it was,
// and that any other survives.
func checkRewriting(t *testing.T, path string, m *model.Model) {
	again := bytesOf(t, m)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old, err := modelfile.Layout.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if old.Metadata["writer"] == modelfile.Writer && !bytes.Equal(again, file) {
		t.Error("writing what was read gives other bytes")
	}
	now, err := modelfile.Layout.Read(bytes.NewReader(again), int64(len(again)))
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]safetensors.Tensor{}
	for _, tensor := range now.Tensors {
		kept[tensor.Name] = tensor
	}
	for _, want := range old.Tensors {
		if got, ok := kept[want.Name]; !ok || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("tensor %q is lost, or has changed", want.Name)
		}
	}
}

// To train anew gives the files of the corpus, byte for byte: on any number of
// threads (GOMAXPROCS), at any level (MLP_CPU), under the race detector, whatever
// the collector does, on any architecture; bench/determinism.sh runs them all.
func TestReleasedFilesAreMadeAgain(t *testing.T) {
	for name, r := range recipes {
		want := archive(t, name)
		if want.Metadata["writer"] != modelfile.Writer {
			continue // an older version's, which may have had less metadata
		}
		file := r.make(t)
		got, err := modelfile.Layout.Read(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		for key, text := range want.Metadata {
			if got.Metadata[key] != text {
				t.Errorf("%s: %s is now\n%s, was\n%s", name, key, got.Metadata[key], text)
			}
		}
		if !bytes.Equal(file, encode(t, want)) {
			t.Errorf("%s: training gives other bytes", name)
		}
	}
}

// What a newer mlp wrote beside what this one knows is there after a rewrite.
func TestUnknownMetadataSurvives(t *testing.T) {
	a := archive(t, "iris")
	a.Metadata["drift"] = `{"a later":"thing é"}`
	m, err := model.ReadFrom("m.bin", encode(t, a), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if again := bytesOf(t, m); !bytes.Equal(again, encode(t, a)) {
		t.Error("a file with unknown metadata changes when it is written again")
	}
}
