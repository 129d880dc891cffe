package export

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/source"
	"mlp/internal/form"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/recipe/recipetest"
)

// cells is a table of all kinds of columns, with gaps, and of targets of all kinds.
func cells() string {
	var b strings.Builder
	b.WriteString("amount,far,whole,colour,size,member,code,y,kind,both\n")
	for i := range 90 {
		pick := func(words ...string) string { return words[(i*7+i/11)%len(words)] }
		amount, far := fmt.Sprintf("%.3f", float64(i*i%37)-12.5), fmt.Sprintf("%.6g", float64(i%13)*float64(i%29)*1e3-7)
		if i%9 == 4 {
			amount = pick("", "NA", "-1")
		}
		fmt.Fprintf(&b, "%s,%s,%d,%s,%s,%s,%s,%.3f,%s,%s\n", amount, far, i%5, pick("red", "blue", "", "été \"1\"", "a,b"),
			pick("small", "large", "?"), pick("yes", "no", "yes"), pick("3", "4", "5.0", "7"), float64(i%17)*1.5-3+float64(i)/50, pick("x", "y", "z"), pick("lo", "hi"))
	}
	text := b.String()
	return strings.ReplaceAll(strings.ReplaceAll(text, "été \"1\"", `"été ""1"""`), "a,b", `"a,b"`)
}

// unseen is the same table with words and numbers that no training row had.
func unseen() string {
	return "amount,far,whole,colour,size,member,code\n-1,1e30,9,green,tiny,TRUE,9\n-1.0,-1e30,,,,,\nNA,0,2,red,small,No,7.0\n12.25,1e-30,2,\"a,b\",large,0,4\n3,88,1,blue,?,maybe,5\n"
}

// trained fits a model of a few epochs. data are settings of the data section, layers and
// compile what a spec has of them.
func trained(t *testing.T, data, layers, compile string) *model.Model {
	t.Helper()
	text := fmt.Sprintf(`{"data":{%s},"layers":[%s],"compile":{%s},"fit":{"epochs":2,"batch_size":16}}`, data, layers, compile)
	m, s, p := recipetest.SetUp(t, text, cells(), 1)
	recipetest.MustFit(t, m, s, p)
	return m
}

const (
	number  = `"target":"y","ignore":["kind","both"],"columns":[{"name":"amount","na_values":["-1"]}]`
	classes = `"target":"kind","ignore":["y","both"],"columns":[{"name":"amount","na_values":["-1"]}]`
	label   = `"target":"both","ignore":["y","kind"],"columns":[{"name":"amount","na_values":["-1"]}]`
)

// same wants the program to answer as the model, on the rows of training and on others.
func same(t *testing.T, what string, m *model.Model, inputs string) *form.Program {
	t.Helper()
	const threshold = 0.4
	p, err := Express(m, inputs, threshold)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return nil
	}
	for _, text := range []string{cells(), unseen()} {
		c, err := Compare(m, p, inputs, threshold, source.Bytes("table.csv", []byte(text)))
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if c.Labels > 0 || c.SameBits != c.Numbers || c.Numbers == 0 {
			t.Errorf("%s: %v", what, c)
		}
	}
	return p
}

// Every scaler, fill, clip and encoder of numbers writes down what it does, on numbers
// that are missing, far away or like those of training.
func TestNumbersHaveAForm(t *testing.T) {
	try := func(settings string) {
		t.Helper()
		if m := trained(t, number+`,"numeric":{`+settings+`}`, `{"units":3,"activation":"tanh"},{"units":1}`, `"loss":"mse"`); m != nil {
			same(t, settings, m, Columns)
			same(t, settings, m, Encoded)
		}
	}
	for _, name := range preprocess.Scalers.Names() {
		try(`"scale":"` + name + `","indicator":true`)
		try(`"scale":"` + name + `","clip":{"type":"smooth","max":2}`)
		try(`"scale":"` + name + `","clip":1.5,"missing":"mode"`)
	}
	try(`"scale":{"type":"quantile","output_distribution":"uniform","n_quantiles":5}`)
	try(`"scale":{"type":"robust","fallback":"half_range"}`)
	for _, name := range preprocess.Imputers.Names() {
		switch name {
		case "error": // the table has gaps
		default:
			try(`"missing":"` + name + `"`)
		}
	}
	for _, name := range preprocess.NumberEncoders.Names() {
		try(`"encode":"` + name + `"`)
	}
	try(`"encode":{"type":"piecewise_linear","dim":null,"bins":6},"indicator":true`)
	try(`"encode":{"type":"discretization","num_bins":3,"output_mode":"int"},"indicator":true`)
	try(`"encode":{"type":"discretization","bin_boundaries":[-1,0,2.5],"output_mode":"embedding"}`)
	try(`"encode":{"type":"periodic","bias":false,"concat":false,"activation":"relu","shared":true}`)
}

// wordless are the encoders that have no form outside, with the reason.
var wordless = map[string]string{"hash": "a word is hashed, which no operation of a form does"}

// Every encoder of words writes down what it does with known, unknown and missing ones.
func TestWordsHaveAForm(t *testing.T) {
	for _, name := range preprocess.Encoders.Names() {
		if name == "boolean" {
			continue // it has a kind of its own, which every model here has
		}
		for _, more := range []string{``, `,"scale":"standard"`, `,"unknown":"ignore"`, `,"missing":"mode"`, `,"indicator":true`} {
			if name == "embedding" && strings.Contains(more, "scale") {
				continue // vectors are not scaled
			}
			m, s, p, err := recipetest.TrySetUp(`{"data":{`+number+`,"categorical":{"encode":"`+name+`"`+more+`}},"layers":[{"units":4,"activation":"relu"},{"units":1}],"compile":{"loss":"mse"},"fit":{"epochs":1}}`, cells(), 1)
			if err != nil {
				continue // the encoder has no such setting
			}
			defer m.Close()
			recipetest.MustFit(t, m, s, p)
			if wordless[name] != "" {
				if _, err := Express(m, Columns, 0.5); err == nil || !strings.Contains(err.Error(), "colour") {
					t.Errorf("%s is not refused by the name of its column: %v", name, err)
				}
				same(t, name+more, m, Encoded)
				continue
			}
			same(t, name+more, m, Columns)
		}
	}
	same(t, "signed", trained(t, number+`,"categorical":{"encode":{"type":"one_hot","binary":"signed"}}`, `{"units":1}`, `"loss":"mse"`), Columns)
}

// refusedKinds are the kinds of column that have no form outside, with the reason.
var refusedKinds = map[string]string{
	"date": "a text is parsed, which no operation of a form does",
	"time": "as a date",
}

// Every kind of column has a form, or is refused by name.
func TestKindsHaveAForm(t *testing.T) {
	for _, name := range preprocess.KindNames() {
		f := preprocess.KindNamed(name).New("column", preprocess.Settings{})
		_, ok := f.(preprocess.Expresser)
		if ok != (refusedKinds[name] == "") {
			t.Errorf("kind %s: it has a form: %v, and the reason why it has none is %q", name, ok, refusedKinds[name])
		}
	}
	text := "took,cost,y\n"
	for i := range 40 {
		text += fmt.Sprintf("%d h %d min,%d.5 %%,%d\n", i%5, i, i*i%70, i)
	}
	measured, s, p := recipetest.SetUp(t, `{"data":{"target":"y"},"layers":[{"units":3,"activation":"relu"},{"units":1}],"compile":{"loss":"mse"},"fit":{"epochs":2}}`, text, 1)
	recipetest.MustFit(t, measured, s, p)
	of, err := Express(measured, Columns, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compare(measured, of, Columns, 0.5, source.Bytes("table.csv", []byte(text)))
	if err != nil || c.SameBits != c.Numbers || c.Numbers != 40 {
		t.Errorf("durations and amounts: %v %v", c, err)
	}
	text = "when,y\n"
	for i := range 40 {
		text += fmt.Sprintf("2024-%02d-%02d,%d\n", i%12+1, i%28+1, i)
	}
	m, _, _ := recipetest.SetUp(t, `{"data":{"target":"y"},"layers":[{"units":1}],"compile":{"loss":"mse"}}`, text, 1)
	if _, err := Express(m, Columns, 0.5); err == nil || !strings.Contains(err.Error(), "when") {
		t.Errorf("a date is not refused by the name of its column: %v", err)
	}
}

// tasks are models of every kind of answer.
func tasks(t *testing.T) map[string]*model.Model {
	many := `"target":["m1","m2"],"columns":[{"name":"x"}]`
	text := "x,m1,m2\n"
	for i := range 40 {
		text += fmt.Sprintf("%d,%d,%d\n", i, i%2, i/20)
	}
	multi, s, p := recipetest.SetUp(t, `{"data":{`+many+`,"task":"multilabel"},"layers":[{"units":3,"activation":"tanh"},{"units":2,"activation":"sigmoid"}],"compile":{"loss":"binary_crossentropy"},"fit":{"epochs":3}}`, text, 1)
	recipetest.MustFit(t, multi, s, p)
	return map[string]*model.Model{
		"two labels":   trained(t, label, `{"units":4,"activation":"relu"},{"units":1,"activation":"sigmoid"}`, `"loss":"binary_crossentropy"`),
		"margins":      trained(t, label, `{"units":4,"activation":"relu"},{"units":1}`, `"loss":"hinge"`),
		"logits":       trained(t, label, `{"units":4,"activation":"relu"},{"units":1}`, `"loss":{"type":"binary_crossentropy","from_logits":true}`),
		"three labels": trained(t, classes, `{"units":4,"activation":"relu"},{"units":3,"activation":"softmax"}`, `"loss":"sparse_categorical_crossentropy"`),
		"a number":     trained(t, number, `{"units":4,"activation":"gelu"},{"units":1}`, `"loss":"huber"`),
		"a logarithm":  trained(t, strings.Replace(number, `"target":"y"`, `"target":"whole","scale_target":"log1p","clip_target":true`, 1), `{"units":4,"activation":"gelu"},{"units":1}`, `"loss":"mse"`),
		"quantiles":    trained(t, number, `{"units":4,"activation":"gelu"},{"units":3,"activation":"ordered"}`, `"loss":{"type":"quantile","quantiles":[0.1,0.5,0.9]}`),
		"a spread":     trained(t, number, `{"units":4,"activation":"gelu"},{"units":2,"activation":"mean_sd"}`, `"loss":"gaussian_nll"`),
		"many labels":  multi,
	}
}

// Members that share a network are written down one after the other, and averaged.
func TestSharedMembersHaveAForm(t *testing.T) {
	const ntk = `{"units":4,"activation":{"type":"selu","parametric":true},"parameterization":"ntk"},{"residual":[{"units":4,"activation":"tanh"}]},{"units":3,"activation":"softmax"}`
	for _, ensemble := range []string{`"type":"batch"`, `"type":"batch","average":"logit"`, `"type":"mini","share_batches":false`} {
		same(t, ensemble, trained(t, classes, "\"scale\","+ntk, `"optimizer":"adam"},"ensemble":{`+ensemble+`,"members":3`), Columns)
	}
}

func TestAnswersHaveAForm(t *testing.T) {
	for name, m := range tasks(t) {
		if name == "many labels" || name == "a logarithm" {
			p, err := Express(m, Columns, 0.5)
			if err != nil {
				t.Fatal(err)
			}
			text := "x\n1\n7\n30\n39\n"
			if name == "a logarithm" {
				text = cells() // of which y is a column now
			}
			c, err := Compare(m, p, Columns, 0.5, source.Bytes("table.csv", []byte(text)))
			if err != nil || c.Labels > 0 || c.SameBits != c.Numbers || c.Numbers == 0 {
				t.Errorf("%s: %v %v", name, c, err)
			}
			continue
		}
		same(t, name, m, Columns)
	}
}

// everything is a network of all layers and activations that have a form.
func everything(t *testing.T) *model.Model {
	var branches []string
	for _, name := range nn.Activations.Names() {
		switch name {
		case "sparsemax":
		case "threshold":
			branches = append(branches, `[{"type":"activation","activation":{"type":"threshold","threshold":0.1,"default_value":-0.5}}]`)
		default:
			branches = append(branches, `[{"units":3,"activation":"`+name+`"}]`)
		}
	}
	for _, l := range []string{`"batch_normalization"`, `"layer_normalization"`, `{"type":"group_normalization","groups":-1}`, `"rms_normalization"`, `"unit_normalization"`, `"normalization"`,
		`{"type":"rescaling","scale":0.5,"offset":0.1}`, `"p_re_lu"`, `"scale"`, `{"type":"residual","layers":[{"type":"dropout","rate":0.1},{"type":"gaussian_noise","stddev":0.1}]}`,
		`{"type":"batch_ensemble","units":2,"members":3}`, `{"type":"batch_ensemble","units":2,"members":3,"shared":false,"average":true}`, `{"type":"periodic","frequencies":3,"columns":[1,2]}`,
		`{"type":"piecewise_linear","bins":4,"dim":3,"columns":[1,2]}`, `{"units":4,"parameterization":"ntk","activation":{"type":"mish","parametric":true}}`} {
		branches = append(branches, "["+l+"]")
	}
	return trained(t, classes+`,"categorical":{"encode":"embedding"},"numeric":{"scale":"quantile","clip":{"type":"smooth","max":2}}`,
		`{"type":"parallel","branches":[`+strings.Join(branches, ",")+`]},{"units":6},"glu",{"units":3,"activation":"softmax"}`, `"loss":"sparse_categorical_crossentropy"`)
}

func TestEverythingHasAForm(t *testing.T) { same(t, "everything", everything(t), Columns) }
