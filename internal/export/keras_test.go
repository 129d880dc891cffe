package export

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"mlp/internal/loss"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/recipe/recipetest"
)

// plainNumbers are columns that Keras's Normalization can scale.
const plainNumbers = `"target":"y","ignore":["kind","both","amount","colour","size","member","code"]`

// toKeras writes a model as .keras and returns its configuration.
func toKeras(t *testing.T, m *model.Model, inputs string) (archive []byte, config map[string]any, notes []string, err error) {
	t.Helper()
	f, err := FormatOf("", "M.KERAS")
	if err != nil {
		t.Fatal(err)
	}
	archive, notes, err = f.WriteNetwork(m, inputs)
	if err != nil {
		return nil, nil, nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := z.Open("config.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err == nil {
		err = json.Unmarshal(text, &config)
	}
	if err != nil {
		t.Fatal(err)
	}
	return archive, config, notes, nil
}

// kerasless are the layers and activations that do not go to Keras, with the reason.
var kerasless = map[string]string{
	"batch_ensemble": "no layer of Keras", "glu": "no layer of Keras", "parallel": "no layer of Keras", "periodic": "no layer of Keras", "piecewise_linear": "no layer of Keras",
	"residual": "no layer of Keras", "scale": "no layer of Keras",
	"sparsemax": "Keras computes it in another way", "threshold": "Keras saves no settings of it",
	"mean_sd": "Keras has no such activation", "ordered": "Keras has no such activation",
}

// Every layer and activation leaves for Keras, or is refused by the name of its layer.
// testdata/keras_files.py lets Keras answer.
func TestKerasHasEveryLayer(t *testing.T) {
	settings := map[string]string{"activation": `"activation":"tanh"`, "activity_regularization": `"l1":0.1`, "alpha_dropout": `"rate":0.1`, "dropout": `"rate":0.1`, "gaussian_dropout": `"rate":0.1`,
		"gaussian_noise": `"stddev":0.1`, "dense": `"units":4`, "group_normalization": `"groups":2`, "rescaling": `"scale":2`, "residual": `"layers":[{"units":4}]`, "parallel": `"branches":[[{"units":4}],[]]`,
		"embedding": `"input_dim":5,"output_dim":2`, "periodic": `"frequencies":2`, "piecewise_linear": `"bins":3`, "batch_ensemble": `"units":4,"members":2`}
	try := func(name, layer string) {
		t.Helper()
		text := `{"data":{` + plainNumbers + `},"layers":[{"units":4,"activation":"relu"},` + layer + `,{"units":1}],"compile":{"loss":"mse"},"fit":{"epochs":1}}`
		if strings.Contains(layer, `"embedding"`) {
			text = strings.Replace(text, `{"units":4,"activation":"relu"},`, "", 1)
		}
		m, _, _, err := recipetest.TrySetUp(text, cells(), 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		defer m.Close()
		_, config, notes, err := toKeras(t, m, Encoded)
		switch {
		case kerasless[name] != "" && (err == nil || !strings.Contains(err.Error(), m.Net.Elements[1].Name+": cannot be exported: ")):
			t.Errorf("%s is not refused by the name of its layer: %v", name, err)
		case kerasless[name] == "" && (err != nil || len(notes) > 0 || config["compile_config"] == nil):
			t.Errorf("%s: %v %q", name, err, notes)
		}
	}
	for _, name := range nn.Layers.Names() {
		if name == "input" {
			continue // every model has one
		}
		more := settings[name]
		if more != "" {
			more = "," + more
		}
		try(name, `{"type":"`+name+`"`+more+`}`)
	}
	for _, name := range nn.Activations.Names() {
		more := map[string]string{"threshold": `,"threshold":0.1,"default_value":0`}[name]
		try(name, `{"units":4,"activation":{"type":"`+name+`"`+more+`}}`)
	}
}

// Losses and optimizers go along, or it is said that they do not.
func TestKerasGoesOnTraining(t *testing.T) {
	try := func(name, compile string, known bool) {
		t.Helper()
		m := trained(t, plainNumbers, `{"units":3,"activation":"tanh"},{"units":1}`, compile)
		_, config, notes, err := toKeras(t, m, Columns)
		if err != nil || (config["compile_config"] != nil) != known || !known && len(notes) == 0 {
			t.Errorf("%s: %v; compiled with %v; %q", name, err, config["compile_config"], notes)
		}
	}
	for _, name := range optim.Optimizers.Names() {
		try(name, `"loss":"mse","optimizer":"`+name+`"`, true)
	}
	for _, name := range loss.Losses.Names() {
		m, _, _, err := recipetest.TrySetUp(`{"data":{`+plainNumbers+`},"layers":[{"units":1}],"compile":{"loss":"`+name+`"},"fit":{"epochs":1}}`, cells(), 1)
		if err != nil {
			continue // it is for classes
		}
		m.Close()
		try(name, `"loss":"`+name+`","optimizer":"sgd"`, name != "quantile")
	}
	m := trained(t, plainNumbers, `{"units":1}`, `"loss":"mse","optimizer":{"type":"sgd","learning_rate":{"type":"one_cycle","max_learning_rate":0.1,"total_steps":100}}`)
	if _, _, notes, err := toKeras(t, m, Columns); err != nil || len(notes) != 1 || !strings.Contains(notes[0], "schedule that Keras has not") {
		t.Errorf("a schedule over the run: %v, %q", err, notes)
	}
}

// What Normalization cannot do is refused by the name of the column, and the network alone leaves.
func TestKerasRefusesColumns(t *testing.T) {
	for data, column := range map[string]string{
		`"target":"y","ignore":["kind","both","far","colour","size","member","code"],"columns":[{"name":"amount","na_values":["-1"]}]`: "amount: cannot be exported to Keras: cells of it were missing",
		`"target":"y","ignore":["kind","both","amount","far","whole","size","member","code"]`:                                          "colour: cannot be exported to Keras: it is categorical",
		plainNumbers + `,"numeric":{"scale":"quantile"}`:                                                                               "far: cannot be exported to Keras: `scale: quantile`",
		plainNumbers + `,"numeric":{"clip":2}`:                                                                                         "far: cannot be exported to Keras: it is clipped",
		plainNumbers + `,"numeric":{"indicator":true}`:                                                                                 "far: cannot be exported to Keras: an indicator",
		plainNumbers + `,"numeric":{"encode":"piecewise_linear"}`:                                                                      "far: cannot be exported to Keras: its number is encoded",
	} {
		m := trained(t, data, `{"units":3,"activation":"tanh"},{"units":1}`, `"loss":"mse"`)
		if _, _, _, err := toKeras(t, m, Columns); err == nil || !strings.HasPrefix(err.Error(), column) {
			t.Errorf("%s: %v, want %q", data, err, column)
		}
		if strings.Contains(data, "encode") {
			continue // the network embeds it
		}
		if _, _, _, err := toKeras(t, m, Encoded); err != nil {
			t.Errorf("%s: the network alone: %v", data, err)
		}
	}
	for what, spec := range map[string]string{
		"a target's logarithm": `{"data":{` + plainNumbers + `,"scale_target":"log1p","columns":[]},"layers":[{"units":1}],"compile":{"loss":"mse"},"fit":{"epochs":1}}`,
		"an ensemble":          `{"data":{` + plainNumbers + `},"layers":[{"units":1}],"compile":{"loss":"mse"},"fit":{"epochs":1},"ensemble":{"type":"mini","members":2}}`,
	} {
		m, _, _, err := recipetest.TrySetUp(spec, strings.ReplaceAll(cells(), ",-", ",1"), 1)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if _, _, _, err := toKeras(t, m, Columns); err == nil {
			t.Errorf("%s is not refused", what)
		}
		m.Close()
	}
}

// The .keras file of a model is that which Keras has approved of: loaded, answered and went
// on training (testdata/keras_files.py runs others). It names columns and labels.
func TestKerasIsAsApproved(t *testing.T) {
	m := trained(t, strings.Replace(plainNumbers, `"target":"y","ignore":["kind",`, `"target":"kind","ignore":["y",`, 1),
		`{"units":3,"activation":"tanh"},"batch_normalization",{"units":3,"activation":"softmax"}`, `"loss":"sparse_categorical_crossentropy"`)
	got, _, _, err := toKeras(t, m, Columns)
	if err != nil {
		t.Fatal(err)
	}
	approved(t, "testdata/approved.keras", got, "let Keras load it")
	if !bytes.Contains(got, []byte(`"mlp":{"inputs":["far","whole"],"labels":["x","y","z"],"targets":["kind"]}`)) {
		t.Error("metadata.json does not name columns and labels")
	}
}
