package predict_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/ensemble"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/rng"
	"mlp/internal/task"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// sheet keeps the cells of the rows that are written.
type sheet struct {
	rows [][]string
	row  []string
}

func (s *sheet) Word(w string)         { s.row = append(s.row, w) }
func (s *sheet) Words(all []string)    { s.Word(strings.Join(all, "|")) }
func (s *sheet) Number(v float32)      { s.Word(strconv.FormatFloat(float64(v), 'g', -1, 32)) }
func (s *sheet) Verbatim([]byte, bool) {}
func (s *sheet) End()                  { s.rows, s.row = append(s.rows, s.row), nil }
func (s *sheet) Bytes() []byte         { return nil }

// promised answers a table with intervals alone, chunk rows at a time.
func promised(t testing.TB, m *model.Model, text string, level float64, chunk int) [][]string {
	t.Helper()
	a, err := predict.NewAnswer(m, 0.5, "interval")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Promise(m, level); err != nil {
		t.Fatal(err)
	}
	p, err := predict.Open(m, source.Bytes("rows.csv", []byte(text)), a, predict.Options{Rows: chunk})
	if err != nil {
		t.Fatal(err)
	}
	s := new(sheet)
	if err := p.Write(s, io.Discard); err != nil {
		t.Fatal(err)
	}
	return s.rows
}

// trained is an ensemble of a spec, with the parts of its table.
func trained(t testing.TB, text, tab string, threads int) (*model.Model, model.Parts) {
	t.Helper()
	m, s, p := recipetest.SetUp(t, text, tab, 1)
	o := ensemble.Options{Options: train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: p}, Tree: s.Tree, Threads: threads}
	if _, err := ensemble.Fit(context.Background(), m, o); err != nil {
		t.Fatal(err)
	}
	return m, p
}

// twice is Flowers with a second number, and rows that answer each other less well.
func twice() string {
	draw := rng.New(3, "twice")
	var b strings.Builder
	b.WriteString("a,b,y,z,kind,yes,no\n")
	for i := range 70 {
		u, v, e := draw.At(1).Normal(uint64(i)), draw.At(2).Normal(uint64(i)), draw.At(3).Normal(uint64(i))
		word := func(x float64) int { return int(math.Min(1, math.Max(0, math.Round(x)))) }
		fmt.Fprintf(&b, "%.3f,%.3f,%.3f,%.3f,%s,%d,%d\n", u, v, 20+3*u+2*e, 7*v-e, []string{"rose", "lily", "iris"}[(i*i+i/5)%3], word(u+e), word(v-e))
	}
	return b.String()
}

const layered = `{"seed":4,"data":{"target":%s,"ignore":[%s]},"layers":[{"units":6,"activation":"relu"},{"units":%d,"activation":"%s"}],
	"compile":{"optimizer":{"type":"adam","learning_rate":0.03}},"ensemble":{%s},"fit":{"epochs":6,"batch_size":16,"intervals":true%s}}`

// The intervals of an ensemble are those of Barber et al. 2021 by their definition: for
// each training row the average of the members that left it out, here computed anew, and
// how far that was from the truth; for each new row the quantiles of what those averages
// answer to it, less and more by as much. A label is in the set if of these averages fewer
// than the level's share find it less likely than the truth of the row that they left out.
func TestIntervalsOfEnsemblesByHand(t *testing.T) {
	greedy := `"members":9,"folds":3,"select":"greedy","vary":[{"path":"compile.optimizer.learning_rate","choices":[0.01,0.1]}]`
	for name, text := range map[string]string{
		"numbers":         fmt.Sprintf(layered, `"y"`, `"z","kind","yes","no"`, 1, "linear", `"members":5`, ""),
		"several numbers": fmt.Sprintf(layered, `["y","z"]`, `"kind","yes","no"`, 2, "linear", `"members":4`, ""),
		"greedy":          fmt.Sprintf(layered, `"y"`, `"z","kind","yes","no"`, 1, "linear", greedy, ""),
		"shares":          fmt.Sprintf(layered, `"y"`, `"z","kind","yes","no"`, 1, "linear", `"members":4,"split":"holdout","share":0.5`, ""),
		"classes":         fmt.Sprintf(layered, `"kind"`, `"y","z","yes","no"`, 3, "softmax", `"members":3`, `,"calibrate":"temperature"`),
		"logits":          fmt.Sprintf(layered, `"kind"`, `"y","z","yes","no"`, 3, "softmax", `"members":6,"folds":3,"average":"logit"`, ""),
		"two":             fmt.Sprintf(layered, `"yes"`, `"y","z","kind","no"`, 1, "sigmoid", greedy, `,"calibrate":"temperature"`),
		"labels":          fmt.Sprintf(layered, `["yes","no"]`, `"y","z","kind"`, 2, "sigmoid", `"members":3`, ""),
	} {
		t.Run(name, func(t *testing.T) {
			m, p := trained(t, text, twice(), 2)
			n := p.Train.X.Rows
			var without []tensor.Mat // of each row, what its members answer to every row
			var rows []int
			for row := range n {
				var of []*model.Member
				for _, one := range m.Members {
					if left(m, one, row, n) {
						of = append(of, one)
					}
				}
				if of != nil {
					without, rows = append(without, average(m, of, p.Train.X)), append(rows, row)
				}
			}
			if m.Config.Ensemble.Split == model.ByFolds && len(rows) != n {
				t.Fatalf("%d of %d rows are left out by a member", len(rows), n)
			}
			const level = 0.8
			rank := int(math.Ceil(level*float64(len(rows)+1) - 1e-9))
			got := promised(t, m, twice(), level, 33)
			for x, cells := range got {
				var want []string
				for j, target := range targets(m) {
					if len(target) == 0 {
						var lower, upper []float64
						for i, row := range rows {
							mu, miss := float64(without[i].At(x, j)), math.Abs(float64(without[i].At(row, j))-float64(p.Train.Truth.At(row, j)))
							lower, upper = append(lower, mu-miss), append(upper, mu+miss)
						}
						slices.Sort(lower)
						slices.Sort(upper)
						for _, v := range []float64{lower[len(rows)-rank], upper[rank-1]} {
							want = append(want, strconv.FormatFloat(float64(float32(v)), 'g', -1, 32))
						}
						continue
					}
					var set []string
					for class, label := range target {
						surer := 0
						for i, row := range rows {
							if chance(without[i].Row(x), j, class, len(target)) < chance(without[i].Row(row), j, int(p.Train.Truth.At(row, j)), len(target)) {
								surer++
							}
						}
						if surer < rank {
							set = append(set, label)
						}
					}
					want = append(want, strings.Join(set, "|"))
				}
				if !slices.Equal(cells, want) {
					t.Fatalf("row %d: %v, by hand %v", x, cells, want)
				}
			}
		})
	}
}

// left reports that a member was not trained on a row; under holdout the shares are
// those of the draw that it is documented by.
func left(m *model.Model, one *model.Member, row, n int) bool {
	if m.Config.Ensemble.Split == model.ByFolds {
		return m.Folds[row]+1 == one.Fold
	}
	order := make([]int, n)
	rng.New(m.Config.Seed, "holdout").At(uint64(one.Number - 1)).Perm(order)
	return slices.Contains(order[:int(float64(n)*m.Config.Ensemble.Share)], row)
}

// average is what members answer together, in the units of the target.
func average(m *model.Model, of []*model.Member, x tensor.Mat) tensor.Mat {
	alone := &model.Model{Config: m.Config, Pipeline: m.Pipeline, Net: m.Net, Engine: m.Engine, Calibration: m.Calibration, Work: m.Work}
	total := 0.0
	for _, one := range of {
		total += one.Weight
	}
	for _, one := range of {
		alone.Members = append(alone.Members, &model.Member{Model: one.Model, Weight: one.Weight / total})
	}
	out := tensor.New(x.Rows, m.Net.Out)
	alone.Predict(x, out)
	return out
}

// targets are those of a model, with their labels; none of numbers.
func targets(m *model.Model) [][]string {
	switch m.Pipeline.Task() {
	case task.MultiLabel:
		return [][]string{{"0", "1"}, {"0", "1"}}
	case task.Regression:
		return make([][]string, m.Net.Out)
	}
	return [][]string{m.Pipeline.Labels()}
}

// chance is the probability of a class of target j.
func chance(out []float32, j, class, classes int) float64 {
	switch {
	case classes > 2:
		return float64(out[class])
	case class == 0:
		return 1 - float64(out[j])
	}
	return float64(out[j])
}

// An interval needs nothing of a row but its own cells: neither how many are answered at
// a time nor the threads that do it change it, nor that the model was a file between, in
// which dozens of groups of members stand.
func TestIntervalsOfARowAlone(t *testing.T) {
	m, _ := trained(t, fmt.Sprintf(layered, `"y"`, `"z","kind","yes","no"`, 1, "linear", `"members":8,"split":"holdout","share":0.5`, ""), twice(), 2)
	want := fmt.Sprint(promised(t, m, twice(), 0.9, 0))
	path := t.TempDir() + "/model.bin"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	for _, threads := range []int{1, 3} {
		again, err := model.Read(path, threads)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		for _, chunk := range []int{1, 7, 70} {
			if got := fmt.Sprint(promised(t, again, twice(), 0.9, chunk)); got != want {
				t.Errorf("%d rows at a time on %d threads: other intervals", chunk, threads)
			}
		}
	}
}
