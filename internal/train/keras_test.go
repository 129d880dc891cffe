package train_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/evaluate"
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/oracle/golden"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// A kerasRun is one run of the real Keras, and the same as a table and a spec.
type kerasRun struct {
	golden.Case
	tree  *spec.Node
	table string
	extra int // rows at the top of the table that Keras did not see

	// Weight decay acts on the slopes of PReLU. Where Keras was told to spare biases
	// and normalisations it still did; mlp spares the slopes too, as He et al. 2015
	// (arXiv:1502.01852) do.
	slopes bool

	training, batch int // rows, once trained
}

// asTable writes rows as a table, classes as labels, and adds to the run's own
// spec what it does not say of the table: which column is what, and that nothing
// is to be scaled.
func asTable(t testing.TB, c golden.Case) kerasRun {
	t.Helper()
	tree, err := spec.ParseJSON(c.Spec, c.Name, c.Name)
	if err != nil {
		t.Fatal(err)
	}
	section := tree.Get("data")
	if section == nil {
		section = spec.NewMap()
		tree.Put("data", section)
	}
	x, y, w := c.Given["x"], c.Given["y"], c.Given["sample_weight"]
	classes, task := asClasses(tree.Get("compile").Get("loss"), y)
	if given := section.Get("task"); given != nil {
		if classes, task = y, given.Text; (task == "binary" || task == "multiclass") && y.Cols > 1 {
			classes = asLabels(y)
		}
	}
	var head []string
	for j := range x.Cols {
		head = append(head, fmt.Sprintf("x%d", j))
	}
	targets := spec.NewList()
	for j := range classes.Cols {
		targets.Items = append(targets.Items, spec.NewString(fmt.Sprintf("y%d", j)))
		head = append(head, fmt.Sprintf("y%d", j))
	}
	section.Put("target", targets)
	section.Put("task", spec.NewString(task))
	section.Put("scale_target", spec.NewBool(false))
	none := spec.NewMap()
	none.Put("scale", spec.NewString("none"))
	section.Put("numeric", none)
	if w.Data != nil {
		head = append(head, "w")
		section.Put("weight", spec.NewString("w"))
	}
	if c.DecayExcludes == nil { // Keras decays all variables (pitfall 21)
		tree.Get("compile").Get("optimizer").Put("decay_all", spec.NewBool(true))
	}
	// mlp learns how many classes there are from the rows, and wants one of each;
	// Keras goes by the units. A class without rows gets one, which is cut off again
	// before training.
	var rows []int
	if layers := tree.Get("layers").Items; task == "multiclass" {
		last := layers[len(layers)-1]
		if last.Get("units") == nil { // an activation by itself
			last = layers[len(layers)-2]
		}
		units, _ := strconv.Atoi(last.Get("units").Text)
		for class := range units {
			if !slices.Contains(classes.Data, float64(class)) {
				x.Data, classes.Data = append(x.Data, x.Data[:x.Cols]...), append(classes.Data, float64(class))
				rows = append(rows, len(classes.Data)-1)
			}
		}
	}
	extra := len(rows)
	if split := section.Get("split"); extra > 0 && split != nil {
		f, _ := strconv.ParseFloat(split.Get("validation").Text, 64)
		kept := math.Floor(float64(x.Rows) * (1 - f)) // Keras's rule; half a row more, so that ours gives the same rows
		split.Put("validation", spec.NewFloat((float64(x.Rows)-kept-0.5)/float64(x.Rows+extra)))
	}
	for i := range x.Rows {
		rows = append(rows, i)
	}
	var b strings.Builder
	b.WriteString(strings.Join(head, ",") + "\n")
	for _, i := range rows {
		cells := append([]float64{}, x.Data[i*x.Cols:(i+1)*x.Cols]...)
		cells = append(cells, classes.Data[i*classes.Cols:(i+1)*classes.Cols]...)
		if w.Data != nil {
			cells = append(cells, w.Data[i])
		}
		for j, v := range cells {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
		}
		b.WriteByte('\n')
	}
	return kerasRun{Case: c, tree: tree, table: b.String(), extra: extra}
}

// asClasses turns one-hot targets into one column of labels, and says what the
// targets are. Numbers are whatever is neither one label nor the other.
func asClasses(loss *spec.Node, y golden.Matrix) (golden.Matrix, string) {
	name := loss.Text
	if loss.Kind == spec.Map {
		name = loss.Get("type").Text
	}
	switch {
	case strings.HasPrefix(name, "binary") && y.Cols == 1:
		return y, "binary"
	case strings.HasPrefix(name, "sparse"):
		return y, "multiclass"
	case y.Cols > 1 && (strings.HasPrefix(name, "binary") || name == "kl_divergence"):
		return y, "auto" // labels, or a distribution
	case !strings.HasPrefix(name, "categorical"):
		return y, "regression"
	}
	return asLabels(y), "multiclass"
}

// asLabels turns one-hot rows into labels.
func asLabels(y golden.Matrix) golden.Matrix {
	labels := golden.Matrix{Rows: y.Rows, Cols: 1}
	for i := range y.Rows {
		for j, v := range y.Data[i*y.Cols : (i+1)*y.Cols] {
			if v == 1 {
				labels.Data = append(labels.Data, float64(j))
			}
		}
	}
	return labels
}

// prepared builds and compiles the model with the run's initial weights.
func (r kerasRun) prepared(t testing.TB) (*model.Model, *recipe.Spec, model.Parts) {
	t.Helper()
	s, err := recipe.Decode(r.tree)
	if err != nil {
		t.Fatalf("%s: %v", r.Name, err)
	}
	src := source.Bytes("table.csv", []byte(r.table))
	m, sets, err := model.Build(s.Model, s.Tree, model.Sources{Train: &src}, 1)
	if err != nil {
		t.Fatalf("%s: %v", r.Name, err)
	}
	t.Cleanup(m.Close)
	for i := range m.Net.Params {
		p := &m.Net.Params[i]
		p.Decay = p.Decay || r.slopes && strings.HasSuffix(p.Name, "/alpha")
	}
	if err := m.Compile(); err != nil {
		t.Fatalf("%s: %v", r.Name, err)
	}
	initial := 0
	for i, p := range m.Net.Params {
		w, ok := r.Given["initial/"+p.Name]
		if !ok || len(w.Data) != p.Len() {
			t.Fatalf("%s: Keras has no %s of %d numbers", r.Name, p.Name, p.Len())
		}
		copy(m.Work.Param(nn.ParamID(i)).Data, w.Float32())
		initial++
	}
	for key := range r.Given {
		if strings.HasPrefix(key, "initial/") {
			initial--
		}
	}
	if initial != 0 {
		t.Fatalf("%s: Keras has %d variables more than the model", r.Name, -initial)
	}
	p := m.Part(sets.Train)
	n := p.X.Rows
	p.X, p.Target, p.Truth = p.X.Slice(r.extra, n), p.Target.Slice(r.extra, n), p.Truth.Slice(r.extra, n)
	return m, s, model.Parts{Train: p, Validation: m.Part(sets.Validation)}
}

// plainParts returns every row, in the order of the table, without weights.
func plainParts(p model.Parts) []*model.Part {
	var parts []*model.Part
	for _, part := range []*model.Part{p.Train, p.Validation} {
		if part != nil {
			plain := *part
			plain.Weight = nil
			parts = append(parts, &plain)
		}
	}
	return parts
}

// What the runs are held to, relative to the largest number of each result. The
// promise is 1e-6 for a loss after ten steps and 5e-6 after fifty, which is about
// how far Keras in float32 is from Keras in float64; where it is further off in a
// run than that, golden.Comparison goes by the distance it has in that result.
const (
	tenSteps   = 1e-6
	fiftySteps = 5e-6
)

// Both back ends of the products are held to it.
func TestRunsAreKeras(t *testing.T) {
	for _, backend := range kernel.Backends {
		early, late := golden.Comparison{Bound: tenSteps}, golden.Comparison{Bound: fiftySteps}
		for _, c := range golden.Cases(t, "testdata/keras", "runs", 70) {
			t.Run(backend+"/"+c.Name, func(t *testing.T) {
				early.T, late.T = t, t
				r := asTable(t, c)
				r.slopes = true
				r.tree.Get("compile").Put("backend", spec.NewString(backend))
				runIsKeras(t, &r, &early, &late)
			})
		}
		early.T, late.T = t, t
		early.Report()
		late.Report()
	}
}

// runIsKeras compares all that Keras says about a run, its history up to ten
// steps once more under the closer bound.
func runIsKeras(t *testing.T, r *kerasRun, early, late *golden.Comparison) {
	t.Helper()
	got := r.trained(t, 0)
	var shaken []map[string][]float64
	if r.Float32 == nil {
		shaken = append(shaken, r.trained(t, 1), r.trained(t, -1))
	}
	for key, want := range r.Float64 {
		v, ok := got[key]
		if !ok {
			t.Errorf("%s: nothing to compare Keras's %s with", r.Name, key)
			continue
		}
		if r.Float32 == nil {
			allowed := fiftySteps
			for _, other := range shaken {
				allowed = math.Max(allowed, golden.Spread*golden.ByLargest(other[key], v))
			}
			late.Within(r.Name+": "+key, v, want.Data, allowed)
			continue
		}
		late.NearWide(r.Case, key, v)
		if n := r.within(10); strings.HasPrefix(key, "history/") {
			early.NearWide(r.until(n), key, v[:n])
		}
	}
}

// within returns how many epochs end within so many steps, at least the first.
func (r kerasRun) within(steps int) int {
	per := (r.training + r.batch - 1) / r.batch
	return max(1, steps/per)
}

// until is the run's history cut after some epochs.
func (r kerasRun) until(epochs int) golden.Case {
	c := r.Case
	cut := func(from map[string]golden.Matrix) map[string]golden.Matrix {
		to := map[string]golden.Matrix{}
		for key, m := range from {
			if strings.HasPrefix(key, "history/") {
				to[key] = golden.Matrix{Rows: 1, Cols: epochs, Data: m.Data[:epochs]}
			}
		}
		return to
	}
	c.Float64, c.Float32 = cut(c.Float64), cut(c.Float32)
	return c
}

// trained does the run and returns what Keras says about its own, by its keys. In
// a few runs rounding is amplified so much that Keras gives no float32 answer
// (testdata/keras/README.md), only a float64 one. How much, the engine itself can
// say: shaken by ±1, the run starts from weights one unit in the last place away,
// and with a learning rate that is off by 2⁻¹⁷, about as much as Adam's is in
// float32, where 1 − 0.999 has lost 10 of its 24 bits. As far as that moves a
// result, the float64 one may be from ours.
func (r *kerasRun) trained(t testing.TB, shake int) map[string][]float64 {
	t.Helper()
	m, s, parts := r.prepared(t)
	if shake != 0 {
		for i, v := range m.Work.Params {
			m.Work.Params[i] = math.Nextafter32(v, float32(math.Inf(shake*(1-2*(i%2)))))
		}
		if err := m.Optimizer.SetLearningRate(m.Optimizer.LearningRate() * (1 + float64(shake)*0x1p-17)); err != nil {
			t.Fatal(err)
		}
	}
	r.training, r.batch = parts.Train.X.Rows, s.Fit.BatchSize
	if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: parts}); err != nil {
		t.Fatalf("%s: %v", r.Name, err)
	}
	got := map[string][]float64{"predictions": predictions(m, parts), "evaluate/loss": {evaluated(m, parts)}}
	for _, name := range m.History.Names {
		got["history/"+name] = m.History.Column(name)
	}
	for i, p := range m.Net.Params {
		got["final/"+p.Name] = widened(m.Work.Param(nn.ParamID(i)).Data)
	}
	return got
}

func widened(v []float32) []float64 {
	wide := make([]float64, len(v))
	for i, x := range v {
		wide[i] = float64(x)
	}
	return wide
}

// predictions are those of all rows.
func predictions(m *model.Model, parts model.Parts) []float64 {
	var all []float64
	for _, p := range plainParts(parts) {
		out := tensor.New(p.X.Rows, m.Net.Out)
		m.Predict(p.X, out)
		all = append(all, widened(out.Data)...)
	}
	return all
}

// evaluated is the loss over all rows, penalties included.
func evaluated(m *model.Model, parts model.Parts) float64 {
	sum, n := 0.0, 0.0
	for _, p := range plainParts(parts) {
		sum += evaluate.Update(m, p, nil) * float64(p.X.Rows)
		n += float64(p.X.Rows)
	}
	return sum / n
}

// Every run of Keras's, cut in two and carried over by a model file, ends in the
// weights that it ends in uncut, bit by bit: so every optimizer, schedule and layer
// of them is saved whole. The file itself is read and written again without change.
func TestRunsSurviveAFile(t *testing.T) {
	for _, c := range golden.Cases(t, "testdata/keras", "runs", 70) {
		t.Run(c.Name, func(t *testing.T) {
			r := asTable(t, c)
			whole, s, parts := r.prepared(t)
			run := func(m *model.Model, s *recipe.Spec, parts model.Parts, epochs int) {
				o := train.Options{Config: s.Fit, Parts: parts}
				o.Epochs = epochs
				if _, err := train.Fit(context.Background(), m, o); err != nil {
					t.Fatal(err)
				}
			}
			first, rest := s.Fit.Epochs/2, s.Fit.Epochs-s.Fit.Epochs/2
			run(whole, s, parts, first+rest)
			cut, s, parts := r.prepared(t)
			run(cut, s, parts, first)
			path := t.TempDir() + "/m.bin"
			if err := cut.Save(path); err != nil {
				t.Fatal(err)
			}
			back, err := model.Read(path, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer back.Close()
			if !bytes.Equal(recipetest.Written(t, back), recipetest.Written(t, cut)) {
				t.Error("reading and writing changes the file")
			}
			run(back, s, parts, rest)
			if !slices.Equal(back.Work.Params, whole.Work.Params) {
				t.Errorf("in two parts the run ends in %v, want %v", back.Work.Params, whole.Work.Params)
			}
		})
	}
}
