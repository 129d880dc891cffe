package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mlp/internal/tensor"
)

// tableColumns are what the inputs of these tests are made of: codes, three numbers, and
// one column that became two inputs.
var tableColumns = []string{"city", "age", "weight", "bmi", "sex", "sex"}

func buildOn(t *testing.T, layers string) (*Network, error) {
	t.Helper()
	return Build(elements(t, layers), len(tableColumns), tableColumns...)
}

// Branches find columns by the names of the table's: where layers have made several
// inputs of one, behind a layer that keeps columns apart, and within a branch.
func TestBranchesByName(t *testing.T) {
	for layers, want := range map[string][][]int{
		`[{"type": "parallel", "branches": [{"columns": ["weight", "sex"]}, {"columns": "age"}, {"columns": [2, "bmi"]}, []]}]`: {{2, 4, 5}, {1}, {1, 3}, nil},
		`[{"type": "embedding", "input_dim": 3, "output_dim": 2, "columns": 1}, "scale",
		  {"type": "parallel", "branches": [{"columns": ["sex", "city"]}, {"columns": "age"}]}]`: {{5, 6, 0, 1}, {2}},
	} {
		n, err := buildOn(t, layers)
		if err != nil {
			t.Errorf("%s: %v", layers, err)
			continue
		}
		l := n.Elements[len(n.Elements)-1].Layer.(*Parallel)
		for i, b := range l.Branches {
			if !slices.Equal(b.from, want[i]) {
				t.Errorf("%s: branch %d reads %v, want %v", layers, i, b.from, want[i])
			}
		}
	}
	n, err := buildOn(t, `[{"type": "parallel", "branches": [{"columns": ["bmi", "age", "sex"], "layers": [{"type": "parallel", "branches": [{"columns": "age"}, {"columns": "sex"}]}]}]}]`)
	if err != nil {
		t.Fatal(err)
	}
	inner := n.Elements[0].Layer.(*Parallel).Branches[0].elements[0].Layer.(*Parallel)
	if a, b := inner.Branches[0].from, inner.Branches[1].from; !slices.Equal(a, []int{1}) || !slices.Equal(b, []int{2, 3}) {
		t.Errorf("within a branch: %v and %v", a, b)
	}
}

// Names are known in every branch, whatever one before it has made of its input.
func TestNamesBehindABranch(t *testing.T) {
	n, err := buildOn(t, `[{"type": "parallel", "branches": [[{"units": 2}], [{"type": "parallel", "branches": [{"columns": "bmi"}]}]]}]`)
	if err != nil {
		t.Fatal(err)
	}
	inner := n.Elements[0].Layer.(*Parallel).Branches[1].elements[0].Layer.(*Parallel)
	if from := inner.Branches[0].from; !slices.Equal(from, []int{3}) {
		t.Errorf("bmi is column %v", from)
	}
}

// What is not finite in a branch is found there, by what this branch is given.
func TestFirstBadInABranch(t *testing.T) {
	n := build(t, `[{"type": "parallel", "branches": [{"columns": 1, "layers": [{"units": 1}]}, {"columns": 2, "layers": [{"units": 1, "kernel": [[1e30]]}]}]}, {"units": 1}]`, 2)
	w := n.NewWorkspace(engine(t), 1)
	n.Init(w, 1)
	for x, want := range map[float32]string{1: "", 1e30: "dense_1 output"} {
		layer, what := n.FirstBad(w, tensor.View(1, 2, []float32{1, x}))
		if got := strings.TrimSpace(layer + " " + what); got != want {
			t.Errorf("of %v: %q, want %q", x, got, want)
		}
	}
}

func TestBadBranches(t *testing.T) {
	for layers, want := range map[string]string{
		`["parallel"]`: `test: layers[0].branches: a parallel layer needs at least one branch`,
		`[{"type": "parallel", "merge": "add", "branches": [[{"units": 2}], []]}]`:                               "test: layers[0]: branch 1 gives 2 columns and branch 2 gives 6 columns, which cannot be added",
		`[{"type": "parallel", "merge": "multiply", "branches": [[{"units": 1}], [{"units": 3}]]}]`:              "test: layers[0]: branch 1 gives 1 column and branch 2 gives 3 columns, which cannot be multiplied",
		`[{"type": "parallel", "branches": [{"columns": 7}]}]`:                                                   "test: layers[0].branches[0].columns: there is no column 7; the layer has 6 inputs",
		`[{"type": "parallel", "branches": [[], {"columns": ["age", 2]}]}]`:                                      "test: layers[0].branches[1].columns: column 2 of the input is given twice",
		`[{"type": "parallel", "branches": [{"columns": "agge"}]}]`:                                              `test: layers[0].branches[0].columns: no input is made of a column "agge"`,
		`[{"units": 3}, {"type": "parallel", "branches": [{"columns": "age"}]}]`:                                 `test: layers[1].branches[0].columns: "age" names a column of the table, and the layers before have mixed them`,
		`[{"type": "parallel", "branches": [{"columns": 1.5}]}]`:                                                 "test: layers[0].branches[0].columns: 1.5 is not a column",
		`[{"type": "parallel", "branches": [{"columns": []}]}]`:                                                  "test: layers[0].branches[0].columns: a branch of no columns",
		`[{"type": "parallel", "branches": ["dropout"]}]`:                                                        `test: layers[0].branches[0]: "dropout" is not a map`,
		`[{"type": "parallel", "branches": [{"layer": []}]}]`:                                                    `test: layers[0].branches[0]: unknown key "layer"`,
		`[{"type": "parallel", "branches": [[{"units": 0}]]}]`:                                                   "test: layers[0].branches[0].layers[0].units: 0 is not between 1 and 1048576",
		`[{"type": "parallel", "branches": [[{"units": 2, "name": "a"}], [{"units": 2, "name": "a"}]]}]`:         `test: layers[0].branches[1].layers[0].name: two layers are named "a"`,
		`[{"type": "parallel", "branches": [[{"units": 2, "kernel": [[1]]}], [{"units": 2, "bias": [1]}], []]}]`: "test: layers[0].branches[1].layers[0].bias: 1 biases for 2 units",
	} {
		err := func() error {
			parsed, err := read(layers)
			if err != nil {
				return err
			}
			_, err = Build(parsed, len(tableColumns), tableColumns...)
			return err
		}()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", layers, err, want)
		}
	}
}

// Branches are counted, summed up and traced as the layers of a block are, in the order
// of computation; a layer that goes wrong is found within them.
func TestBranchesAreSeen(t *testing.T) {
	n := build(t, `[{"type": "parallel", "branches": [[{"units": 3, "activation": "relu"}, {"units": 2}], {"columns": [2], "layers": ["normalization"]}, []]}, {"units": 1, "activation": "sigmoid"}]`, 2)
	var names []string
	for _, r := range n.Summary().Rows {
		names = append(names, strings.Repeat(" ", r.Depth)+r.Name)
	}
	if got, want := strings.Join(names, ","), "parallel, dense, dense_1, normalization,dense_2"; got != want {
		t.Errorf("the summary lists %s, want %s", got, want)
	}
	if got := n.Summary().Rows[0]; got.Width != 5 || got.Params != 9+8+2 || got.Trainable != 17 {
		t.Errorf("the block is %+v", got)
	}
	w := n.NewWorkspace(engine(t), 4)
	n.Init(w, 1)
	x := tensor.View(1, 2, []float32{0.5, 3})
	steps := n.Trace(w, x, 0)
	for i, want := range []string{"dense", "dense_1", "normalization", "parallel", "dense_2"} {
		if steps[i].Name != want {
			t.Fatalf("step %d is %s, want %s", i, steps[i].Name, want)
		}
	}
	out := slices.Concat(steps[1].Output, steps[2].Output, []float32{0.5, 3})
	same(t, "output of the branches", steps[3].Output, out)
	same(t, "input of a branch", steps[2].Input, []float32{3})

	w.Param(n.chain.elements[0].Layer.(*Parallel).Branches[0].elements[1].Layer.(*Dense).kernel).Data[0] = float32(math.Inf(1))
	if layer, what := n.FirstBad(w, x); layer != "dense_1" || what != "weights" {
		t.Errorf("%s of %s are the first bad ones", what, layer)
	}
}

// Nothing is asked of a branch's first layers that nobody before them learns from,
// whatever the branches beside it learn.
func TestBranchesLearnByThemselves(t *testing.T) {
	n := build(t, `[{"type": "parallel", "branches": [[{"units": 2}], {"columns": 3, "layers": [{"units": 2}, {"units": 2}]}]}, {"units": 1}]`, 3)
	l := n.Elements[0].Layer.(*Parallel)
	for i, want := range [][]bool{{false}, {false, true}} {
		for k, e := range l.Branches[i].elements {
			if got := e.Layer.(*Dense).inputGrad; got != want[k] {
				t.Errorf("branch %d, layer %d: gradient of the input %v, want %v", i, k, got, want[k])
			}
		}
	}
	if !n.Elements[1].Layer.(*Dense).inputGrad {
		t.Error("the layer after the branches does not answer them")
	}
	w := n.NewWorkspace(engine(t), 2)
	n.Init(w, 1)
	w.Param(l.Branches[1].elements[0].Layer.(*Dense).kernel).Data[0] = float32(math.NaN())
	if layer, _ := n.FirstBad(w, tensor.New(2, 3)); layer != "dense_1" {
		t.Errorf("%s is the first bad layer, want dense_1", layer)
	}
}

// Layers in a branch see its columns of all rows, after the layers before them.
func TestBranchesAdapt(t *testing.T) {
	x := grid(rand.New(rand.NewPCG(1, 2)), 50, 4, 2)
	n := build(t, `[{"type": "rescaling", "scale": 3}, {"type": "parallel", "branches": [
		{"columns": [4, 2], "layers": ["normalization"]},
		[{"units": 3, "kernel_initializer": "data_dependent"}]]}]`, 4)
	w := n.NewWorkspace(engine(t), 8)
	n.Init(w, 1)
	n.Adapt(w, x)
	_, y := n.Forward(w, x.Slice(0, 8))
	if y.Cols != 5 {
		t.Fatalf("%d columns", y.Cols)
	}
	all := whole(w, &n.Elements[1], whole(w, &n.Elements[0], x, 4), 5)
	mean, variance := make([]float64, 5), make([]float64, 5)
	columnMoments(mean, variance, all)
	for j, v := range variance {
		if math.Abs(v-1) > 1e-5 { // roundings of 2⁻²⁴, a few dozen
			t.Errorf("column %d has variance %v, want 1", j, v)
		}
		if j < 2 && math.Abs(mean[j]) > 1e-6 {
			t.Errorf("column %d has mean %v, want 0", j, mean[j])
		}
	}
}
