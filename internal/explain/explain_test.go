package explain

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
)

// A golden is a network, a table and what scikit-learn and shap make of them.
type golden struct {
	Weights    [4]json.RawMessage
	Rows       [][3]any
	Labels     []int
	Loss       float64
	Deals      [][][]int // [column][shuffle][row]
	Importance []float64
	Curves     []struct {
		Column int
		Grid   []float64
		Mean   [][]float64   // [output][point]
		Rows   [][][]float64 // [output][row][point]
	}
	Shapley struct {
		Background, First int
		Values            [][][]float64 // [row][column][output]
		Base              [][]float64
	}
}

func goldens(t *testing.T) (all []golden) {
	t.Helper()
	text, err := os.ReadFile("testdata/explained.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// subject builds the network on the table.
func (g *golden) subject(t *testing.T) (*Subject, *model.Part) {
	t.Helper()
	var b strings.Builder
	b.WriteString("a,b,colour,y\n")
	for i, r := range g.Rows {
		fmt.Fprintf(&b, "%v,%v,%v,%d\n", r[0], r[1], r[2], g.Labels[i])
	}
	last := `"units":3,"activation":"softmax"`
	if string(g.Weights[3])[1] != '[' && strings.Count(string(g.Weights[3]), ",") == 0 {
		last = `"units":1,"activation":"sigmoid"`
	}
	spec := fmt.Sprintf(`{"data":{"target":"y","task":"TASK","numeric":{"scale":"none"}},"layers":[{"units":4,"activation":"tanh","kernel":%s,"bias":%s},{%s,"kernel":%s,"bias":%s}],"compile":{"optimizer":"sgd"}}`,
		g.Weights[0], g.Weights[1], last, g.Weights[2], g.Weights[3])
	kind := map[bool]string{true: "binary", false: "multiclass"}[strings.Contains(last, "sigmoid")]
	return subject(t, strings.ReplaceAll(spec, "TASK", kind), b.String())
}

func subject(t testing.TB, spec, csv string, groups ...string) (*Subject, *model.Part) {
	t.Helper()
	m, _, _ := recipetest.SetUp(t, spec, csv, 1)
	return subjectOf(t, m, csv, groups...)
}

func subjectOf(t testing.TB, m *model.Model, csv string, groups ...string) (*Subject, *model.Part) {
	t.Helper()
	s, err := Read(m, source.Bytes("table.csv", []byte(csv)), groups, true)
	if err != nil {
		t.Fatal(err)
	}
	set, err := s.encode(table.AllRows(s.table))
	if err != nil {
		t.Fatal(err)
	}
	return s, m.Part(set)
}

// near holds numbers of float32 networks against those of float64: three layers of
// rounding on answers of size 1, and logarithms of probabilities that are not tiny.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-6) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestImportanceIsScikitLearns(t *testing.T) {
	for i, g := range goldens(t) {
		s, p := g.subject(t)
		r, err := s.importance(p, len(g.Deals[0]), 1, func(c Column, shuffle int, from []int) {
			copy(from, g.Deals[0][shuffle])
		})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "loss", r.Loss, g.Loss)
		for _, c := range r.Columns {
			at := map[string]int{"a": 0, "b": 1, "colour": 2}[c.Name]
			near(t, fmt.Sprintf("case %d, %s", i, c.Name), c.Value, g.Importance[at])
			if !(c.Low < c.Value && c.Value < c.High) {
				t.Errorf("case %d, %s: %v is not in %v to %v", i, c.Name, c.Value, c.Low, c.High)
			}
		}
	}
}

func TestDependenceIsScikitLearns(t *testing.T) {
	for i, g := range goldens(t) {
		s, _ := g.subject(t)
		for _, curve := range g.Curves {
			c := s.Columns[curve.Column]
			// The rows that have the values of the grid.
			var grid []int
			for _, v := range curve.Grid {
				for row, r := range g.Rows {
					if r[curve.Column] == v || r[curve.Column] == []string{"blue", "green", "red"}[min(2, max(0, int(v)))] {
						grid = append(grid, row)
						break
					}
				}
			}
			d, err := s.dependence(c, grid, table.AllRows(s.table))
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Points) != len(curve.Grid) {
				t.Fatalf("case %d: %d points for %d", i, len(d.Points), len(curve.Grid))
			}
			for k, p := range d.Points {
				for j, mean := range curve.Mean {
					what := fmt.Sprintf("case %d, %s at %s, output %d", i, c.Name, p.Cell, j)
					near(t, what, p.Mean[j], mean[k])
					for line, rows := range d.Curves {
						near(t, what+", a row", rows[k][j], curve.Rows[j][line*len(g.Rows)/len(d.Curves)][k])
					}
					if !(p.Low[j] <= p.Mean[j] && p.Mean[j] <= p.High[j]) {
						t.Errorf("%s: the mean is outside of the spread", what)
					}
				}
			}
		}
	}
}

func TestShapleyValuesAreShaps(t *testing.T) {
	for i, g := range goldens(t) {
		s, _ := g.subject(t)
		set, err := s.encode(Sample(g.Shapley.Background, g.Shapley.Background, 0, ""))
		if err != nil {
			t.Fatal(err)
		}
		b := &Background{set.X}
		for k, row := range g.Shapley.Values {
			got, err := s.Shapley(g.Shapley.First+k, b, 1)
			if err != nil {
				t.Fatal(err)
			}
			for c, outs := range row {
				for j, want := range outs {
					near(t, fmt.Sprintf("case %d, row %d, column %d, output %d", i, k, c, j), got.Values[c][j], want)
					near(t, "base", got.Base[j], g.Shapley.Base[k][j])
				}
			}
			exactly(t, s, got)
		}
	}
}

// exactly holds the sum of the values against what is answered.
func exactly(t *testing.T, s *Subject, r *Shapley) {
	t.Helper()
	for j := range s.Outputs {
		sum := r.Base[j]
		for _, v := range r.Values {
			sum += v[j]
		}
		near(t, "sum of the values", sum, r.Answer[j])
	}
}

// wide is a table with more columns than sets of them can be asked about, and a network
// with interactions.
func wide(t *testing.T, columns int) (*Subject, *model.Part) {
	var b strings.Builder
	for j := range columns {
		fmt.Fprintf(&b, "c%d,", j)
	}
	b.WriteString("y\n")
	for i := range 40 {
		for j := range columns {
			fmt.Fprintf(&b, "%.3f,", math.Sin(float64(i*(j+2)+j*j)))
		}
		fmt.Fprintf(&b, "%d\n", i%2)
	}
	return subject(t, `{"seed":4,"data":{"target":"y","task":"binary"},"layers":[{"units":8,"activation":"tanh","init":"he_normal"},{"units":1,"activation":"sigmoid"}],"compile":{"optimizer":"sgd"}}`, b.String())
}

// Drawn orders come to the exact values, within the standard errors that they give.
func TestDrawnShapleyValues(t *testing.T) {
	s, _ := wide(t, 10)
	b, err := s.Background(20, 1)
	if err != nil {
		t.Fatal(err)
	}
	squares, n := 0.0, 0.0
	for row := range 30 {
		exact, err := s.Shapley(row, b, 1)
		if err != nil || exact.Errors != nil {
			t.Fatal(err, exact.Errors)
		}
		set, err := s.encode([]int{row})
		if err != nil {
			t.Fatal(err)
		}
		g := &game{s, set.X.Row(0), b.x}
		drawn := g.sampled(orders(uint64(row)))
		exactly(t, s, drawn)
		for c := range drawn.Values {
			z := (drawn.Values[c][0] - exact.Values[c][0]) / drawn.Errors[c][0]
			squares, n = squares+z*z, n+1
		}
	}
	// The mean square of 300 standard normal variables is within 1 ± 0.25 but once in a
	// thousand times; here they are ratios to estimated errors, a little wider.
	if mean := squares / n; mean < 0.75 || mean > 1.35 {
		t.Errorf("the errors are %.3f standard errors on average (squares)", mean)
	}
	s, _ = wide(t, ExactColumns+1)
	if b, err = s.Background(20, 1); err != nil {
		t.Fatal(err)
	}
	first, err := s.Shapley(3, b, 1)
	again, _ := s.Shapley(3, b, 1)
	other, _ := s.Shapley(3, b, 2)
	if err != nil || first.Errors == nil || !reflect.DeepEqual(first, again) || reflect.DeepEqual(first, other) {
		t.Errorf("the values are not those of the seed: %v", err)
	}
}

const linear = `{"data":{"target":"y","task":"regression","numeric":{"scale":"none"},"scale_target":"none"},"layers":[{"units":1,"kernel":[[3],[-1],[0],[2]],"bias":[1]}],"compile":{"optimizer":"sgd","loss":"mse"}}`

func lines(n int, draw func(i uint64) float64) string {
	var b strings.Builder
	b.WriteString("lag_1,lag_2,idle,other,y\n")
	for i := range uint64(n) {
		var x [4]float64
		for j := range x {
			x[j] = draw(5*i + uint64(j))
		}
		fmt.Fprintf(&b, "%g,%g,%g,%g,%g\n", x[0], x[1], x[2], x[3], 1+3*x[0]-x[1]+2*x[3]+draw(5*i+4))
	}
	return b.String()
}

// Columns of a group are dealt together: what one says of the other stays.
func TestGroups(t *testing.T) {
	csv := "lag_1,lag_2,idle,other,y\n"
	for i := range 50 {
		csv += fmt.Sprintf("%d,%d,%d,%d,%d\n", i%7, 3*(i%7), i%5, i%3, 1+2*(i%3)) // 3·lag_1 − lag_2 is 0
	}
	alone, _ := subject(t, linear, csv)
	r, err := alone.Importance(10, 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	together, _ := subject(t, linear, csv, "lag_*")
	g, err := together.Importance(10, 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	value := func(r *Importance, name string) float64 {
		for _, c := range r.Columns {
			if c.Name == name {
				return c.Value
			}
		}
		t.Fatalf("no column %q", name)
		return 0
	}
	if value(r, "lag_1") < 1 || value(r, "lag_2") < 1 || value(r, "idle") != 0 || value(g, "lag_*") > 1e-9 || value(g, "other") != value(r, "other") {
		t.Errorf("alone %+v, together %+v", r.Columns, g.Columns)
	}
	if _, err := columns([]string{"lag_1"}, []string{"leg_*"}); err == nil || !strings.Contains(err.Error(), `"leg_*"`) {
		t.Errorf("a group of nothing: %v", err)
	}
}

// Values of a linear model are its weights times the distance from the mean.
func TestLinearModel(t *testing.T) {
	csv := "lag_1,lag_2,idle,other,y\n2,1,5,1,0\n4,3,0,0,1\n0,5,2,2,0\n"
	s, _ := subject(t, linear, csv)
	b, err := s.Background(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Shapley(1, b, 1)
	if err != nil {
		t.Fatal(err)
	}
	for c, want := range []float64{3 * (4 - 2), 0, 0, 2 * (0 - 1)} {
		near(t, s.Columns[c].Name, r.Values[c][0], want)
	}
	d, err := s.Dependence("lag_1", 1000, 1)
	if err != nil || len(d.Points) != 3 || d.Points[0].Number != 0 || d.Points[2].Cell != "4" {
		t.Fatalf("%+v, %v", d, err)
	}
	near(t, "slope", d.Points[2].Mean[0]-d.Points[0].Mean[0], 12)
}

// An ensemble, a calibrated model, a column of words and a missing cell are explained as
// they are answered.
func TestWhatIsAnsweredIsExplained(t *testing.T) {
	for name, spec := range recipetest.Kinds {
		csv := recipetest.Flowers()
		m, r, p := recipetest.SetUp(t, spec, csv, 1)
		recipetest.MustFit(t, m, r, p)
		s, _ := subjectOf(t, m, csv)
		b, err := s.Background(10, 1)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Shapley(7, b, 1)
		if err != nil {
			t.Fatal(err)
		}
		set, _ := s.encode([]int{7})
		for j, v := range s.answer(set.X).Row(0) {
			near(t, name+": answer", got.Answer[j], float64(v))
		}
		i, err := s.Importance(3, 1000, 1)
		if err != nil || len(i.Columns) != len(s.Columns) || i.Rows != 60 {
			t.Errorf("%s: %+v, %v", name, i, err)
		}
	}
}
