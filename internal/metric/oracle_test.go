package metric

import (
	"math"
	"testing"

	"mlp/internal/task"
	"mlp/internal/tensor"
)

// find returns the table of a task with so many target columns.
func find(t *testing.T, task task.Task, targets int) table {
	t.Helper()
	for _, tab := range tables() {
		if tab.Task == task && tab.target.Cols == targets {
			return tab
		}
	}
	t.Fatalf("no table of %s", task)
	return table{}
}

func measure(t *testing.T, text string, tab table, weight []float32) float64 {
	t.Helper()
	m := build(t, text)
	if p := m.Prepare(tab.Outputs); p != nil {
		t.Fatal(p)
	}
	m.Update(tab.pred, tab.target, weight)
	return m.Value()
}

func check(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !same(got, want, 1e-12) { // a few dozen float64 operations in another order
		t.Errorf("%s: %.15g, want %.15g", what, got, want)
	}
}

// AUC is the share of pairs of a positive and a negative in which the positive
// scores higher, ties counted half.
func pairs(score func(i int) float64, positive func(i int) bool, weight func(i int) float64, n int) float64 {
	var won, all float64
	for i := range n {
		for j := range n {
			if !positive(i) || positive(j) {
				continue
			}
			w := weight(i) * weight(j)
			all += w
			switch a, b := score(i), score(j); {
			case a > b:
				won += w
			case a == b:
				won += w / 2
			}
		}
	}
	return won / all
}

func TestAUCByPairs(t *testing.T) {
	one := func(int) float64 { return 1 }
	b := find(t, task.Binary, 1)
	score := func(j int) func(i int) float64 { return func(i int) float64 { return float64(b.pred.At(i, j)) } }
	positive := func(i int) bool { return b.target.At(i, 0) == 1 }
	check(t, "auc", measure(t, `"auc"`, b, nil), pairs(score(0), positive, one, b.pred.Rows))
	check(t, "weighted auc", measure(t, `"auc"`, b, b.weight), pairs(score(0), positive, func(i int) float64 { return float64(b.weight[i]) }, b.pred.Rows))

	for _, targets := range []int{1, 3} {
		c := find(t, task.Multiclass, targets)
		want := 0.0
		for j := range 3 {
			want += pairs(func(i int) float64 { return float64(c.pred.At(i, j)) }, func(i int) bool { return classOf(c.target.Row(i)) == j }, one, c.pred.Rows) / 3
		}
		check(t, "one against the rest", measure(t, `"auc"`, c, nil), want)
	}

	l := find(t, task.MultiLabel, 4)
	n := len(l.pred.Data)
	check(t, "labels pooled", measure(t, `"auc"`, l, nil),
		pairs(func(i int) float64 { return float64(l.pred.Data[i]) }, func(i int) bool { return l.target.Data[i] == 1 }, one, n))
	want := 0.0
	for j := range 4 {
		want += pairs(func(i int) float64 { return float64(l.pred.At(i, j)) }, func(i int) bool { return l.target.At(i, j) == 1 }, one, l.pred.Rows) / 4
	}
	check(t, "labels apart", measure(t, `{"type": "auc", "multi_label": true}`, l, nil), want)
}

// With one class only there are no pairs.
func TestAUCOfOneClassIsUndefined(t *testing.T) {
	m := build(t, `"auc"`)
	m.Update(mat(2, 1, .2, .3), mat(2, 1, 1, 1), nil)
	if v := m.Value(); v == v {
		t.Errorf("%v, want NaN", v)
	}
}

// Of many thresholds that no two scores share a bucket of, Keras's value is the
// exact one.
func TestManyThresholdsAreExact(t *testing.T) {
	b := find(t, task.Binary, 1)
	for _, curve := range []string{"ROC", "PR", "PRGAIN"} {
		check(t, curve, measure(t, `{"type": "auc", "curve": "`+curve+`", "num_thresholds": 5000}`, b, nil),
			measure(t, `{"type": "auc", "curve": "`+curve+`"}`, b, nil))
	}
}

// A class that no row is of has no recall: the plain means leave it out, all of the same
// classes. The figures are those of scikit-learn 1.9.1 with labels=[1, 2], and of its
// balanced_accuracy_score.
func TestAveragesLeaveOutClassesWithoutRows(t *testing.T) {
	truth, chosen := []int{1, 1, 1, 2, 2, 2, 2}, []int{1, 0, 1, 2, 0, 1, 2}
	pred, target := tensor.New(7, 3), tensor.New(7, 1)
	for i := range truth {
		target.Set(i, 0, float32(truth[i]))
		pred.Set(i, chosen[i], 1)
	}
	tab := table{Outputs: Outputs{Task: task.Multiclass, Columns: 3}, pred: pred, target: target}
	for text, want := range map[string]float64{
		`"recall"`: 0.5833333333333333, `"balanced_accuracy"`: 0.5833333333333333, `"precision"`: 0.8333333333333333, `"f1"`: 0.6666666666666666,
		`{"type": "recall", "average": "weighted"}`: 0.5714285714285714, `{"type": "f1", "average": "weighted"}`: 0.6666666666666666,
		`{"type": "recall", "average": "micro"}`: 4. / 7,
	} {
		if got := measure(t, text, tab, nil); math.Abs(got-want) > 1e-15 { // the order of a sum of two
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
}

// Three classes by hand: the decisions below against the truth.
func TestThreeClasses(t *testing.T) {
	pred := tensor.New(8, 3)
	target := tensor.New(8, 1)
	truth := []int{0, 0, 0, 0, 1, 1, 2, 2}
	chosen := []int{0, 0, 1, 2, 1, 0, 2, 2}
	for i := range truth {
		target.Set(i, 0, float32(truth[i]))
		for j := range 3 {
			pred.Set(i, j, 0.2)
		}
		pred.Set(i, chosen[i], 0.6)
	}
	tab := table{Outputs: Outputs{Task: task.Multiclass, Columns: 3}, pred: pred, target: target}
	// Per class TP, FP, FN: 2 1 2; 1 1 1; 2 1 0.
	f := []float64{4. / 7, 0.5, 0.8}
	p := []float64{2. / 3, 0.5, 2. / 3}
	r := []float64{0.5, 0.5, 1}
	for text, want := range map[string]float64{
		`"accuracy"`:                              5. / 8,
		`"f1"`:                                    (f[0] + f[1] + f[2]) / 3,
		`{"type": "f1", "average": "none"}`:       (f[0] + f[1] + f[2]) / 3,
		`{"type": "f1", "average": "micro"}`:      5. / 8,
		`{"type": "f1", "average": "weighted"}`:   (4*f[0] + 2*f[1] + 2*f[2]) / 8,
		`"precision"`:                             (p[0] + p[1] + p[2]) / 3,
		`"recall"`:                                (r[0] + r[1] + r[2]) / 3,
		`"balanced_accuracy"`:                     (r[0] + r[1] + r[2]) / 3,
		`"specificity"`:                           (3./4 + 5./6 + 5./6) / 3,
		`{"type": "recall", "class_id": 2}`:       1, // both are above 0.5
		`"mcc"`:                                   (5.*8 - (4*3 + 2*2 + 2*3)) / math.Sqrt((64-(9.+4+9))*(64-(16.+4+4))),
		`"cohen_kappa"`:                           1 - (3./8)/(1-(4*3+2*2+2*3)/64.),
		`{"cohen_kappa": "linear"}`:               1 - (1+2+1)/((4*(2+2*3)+2*(3+3)+2*(2*3+2))/8.),
		`"mean_iou"`:                              (2./5 + 1./3 + 2./3) / 3,
		`{"iou": [0, 2]}`:                         (2./5 + 2./3) / 2,
		`"brier"`:                                 (5*(0.16+0.08) + 3*(0.36+0.64+0.04)) / 8,
		`{"ece": 5}`:                              math.Abs(0.6 - 5./8),
		`"log_loss"`:                              -(5*math.Log(0.6) + 3*math.Log(0.2)) / 8,
		`{"type": "top_k_accuracy", "k": 2}`:      1, // the two others tie
		`{"type": "precision", "top_k": 1}`:       5. / 8,
		`{"type": "precision", "threshold": 0.1}`: 1. / 3,
	} {
		if got := measure(t, text, tab, nil); math.Abs(got-want) > 1e-7 { // 0.6 and 0.2 are float32
			t.Errorf("%s: %.9g, want %.9g", text, got, want)
		}
	}
}

func TestNumbersByTwoPasses(t *testing.T) {
	tab := find(t, task.Regression, 1)
	for i := range tab.pred.Data { // a large mean, which one pass must survive
		tab.pred.Data[i] += 4096
		tab.target.Data[i] += 4096
	}
	n := float64(tab.pred.Rows)
	var mt, mp, tt, pp, tp, pin float64
	for i, p := range tab.pred.Data {
		mt, mp = mt+float64(tab.target.Data[i])/n, mp+float64(p)/n
	}
	for i, p := range tab.pred.Data {
		a, b := float64(tab.target.Data[i])-mt, float64(p)-mp
		tt, pp, tp = tt+a*a, pp+b*b, tp+a*b
		e := float64(tab.target.Data[i] - p)
		pin += max(0.9*e, -0.1*e) / n
	}
	loose := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-10 { // the means are 4096, to a few units of 2⁻⁵²
			t.Errorf("%s: %.15g, want %.15g", what, got, want)
		}
	}
	loose("pearson", measure(t, `"pearson"`, tab, nil), tp/math.Sqrt(tt*pp))
	loose("concordance", measure(t, `"ccc"`, tab, nil), 2*tp/(tt+pp+n*(mt-mp)*(mt-mp)))
	loose("pinball", measure(t, `{"pinball": 0.9}`, tab, nil), pin)
	mse := measure(t, `"mse"`, tab, nil)
	loose("r2", measure(t, `"r2"`, tab, nil), 1-n*mse/tt)
	loose("rmse", measure(t, `"rmse"`, tab, nil), math.Sqrt(mse))
}

func TestProbabilitiesOfOneColumn(t *testing.T) {
	tab := table{Outputs: Outputs{Task: task.Binary, Columns: 1}, pred: mat(5, 1, 0.1, 0.3, 0.55, 0.75, 0.95), target: mat(5, 1, 0, 1, 0, 1, 1)}
	for text, want := range map[string]float64{
		`"brier"`:             (0.01 + 0.49 + 0.3025 + 0.0625 + 0.0025) / 5,
		`{"ece": 2}`:          (math.Abs(0.4-1) + math.Abs(0.55+0.75+0.95-2)) / 5,
		`"f1"`:                2. / 3, // Keras, without a threshold, calls every row positive: 0.75
		`"mcc"`:               (2.*1 - 1*1) / math.Sqrt(3*3*2*2),
		`"average_precision"`: (1 + 1 + 3./4) / 3,
		`"false_positives"`:   1,
		`"true_negatives"`:    1,
		`"false_negatives"`:   1,
		`"true_positives"`:    2,
		`"log_loss"`:          -(math.Log(0.9) + math.Log(0.3) + math.Log(0.45) + math.Log(0.75) + math.Log(0.95)) / 5,
	} {
		if got := measure(t, text, tab, nil); math.Abs(got-want) > 1e-7 { // predictions are float32
			t.Errorf("%s: %.9g, want %.9g", text, got, want)
		}
	}
}

// Keras takes the most probable of several labels; here each label is judged.
func TestAccuracyOfLabels(t *testing.T) {
	tab := table{Outputs: Outputs{Task: task.MultiLabel, Columns: 3}, pred: mat(2, 3, .9, .8, .1, .2, .6, .7), target: mat(2, 3, 1, 0, 0, 0, 1, 1)}
	check(t, "accuracy", measure(t, `"accuracy"`, tab, nil), 5./6)
}

// The refinement is the least log loss that any temperature gives, searched for here among
// ever nearer ones with the formulas as they are written.
func TestRefinementByHand(t *testing.T) {
	logLoss := func(tab table, weight []float32, j int, temperature float64) float64 {
		sum, all := 0.0, 0.0
		for i := range tab.pred.Rows {
			row, w := tab.pred.Row(i), 1.0
			if weight != nil {
				w = float64(weight[i])
			}
			all += w
			if tab.Task == task.Multiclass {
				total := 0.0
				for _, p := range row {
					total += math.Pow(float64(p), 1/temperature)
				}
				sum -= w * math.Log(math.Pow(float64(row[classOf(tab.target.Row(i))]), 1/temperature)/total)
				continue
			}
			p := 1 / (1 + math.Pow(1/float64(row[j])-1, 1/temperature))
			if tab.target.At(i, j) == 0 {
				p = 1 - p
			}
			sum -= w * math.Log(p)
		}
		return sum / all
	}
	least := func(of func(temperature float64) float64) float64 {
		low, high := math.Log(0.01), math.Log(100.)
		for range 200 {
			a, b := low+(high-low)/3, high-(high-low)/3
			if of(math.Exp(a)) < of(math.Exp(b)) {
				high = b
			} else {
				low = a
			}
		}
		return of(math.Exp(low))
	}
	for _, tab := range tables() {
		if tab.Task == task.Regression {
			continue
		}
		for i := range tab.pred.Data { // 1 has no logit
			tab.pred.Data[i] = min(tab.pred.Data[i], 0.99)
		}
		for _, weight := range [][]float32{nil, tab.weight} {
			columns, want := tab.Columns, 0.0
			if tab.Task == task.Multiclass {
				columns = 1
			}
			for j := range columns {
				want += least(func(temperature float64) float64 { return logLoss(tab, weight, j, temperature) }) / float64(columns)
			}
			got := measure(t, `"refinement"`, tab, weight)
			// The search ends where values of the parabola cannot be told apart in float64.
			if !same(got, want, 1e-9) {
				t.Errorf("%s: %.15g, want %.15g", tab.Task, got, want)
			}
			if plain := measure(t, `"log_loss"`, tab, weight); !(got < plain) {
				t.Errorf("%s: %g is not below the log loss %g", tab.Task, got, plain)
			}
		}
	}
}

// A temperature mends how sure answers are, so that they have the refinement of those that
// are half as sure, and none is left of answers that separate the rows.
func TestRefinementIsOfTheOrder(t *testing.T) {
	target := mat(6, 1, 0, 0, 1, 0, 1, 1)
	value := func(scale float64, logits ...float64) float64 {
		m, pred := build(t, `"refinement"`), tensor.New(6, 1)
		for i, z := range logits {
			pred.Data[i] = float32(1 / (1 + math.Exp(-scale*z)))
		}
		m.Update(pred, target, nil)
		return m.Value()
	}
	mixed := []float64{-2, -1, -0.5, 0.5, 1, 2}
	if one, half := value(1, mixed...), value(0.5, mixed...); !same(one, half, 1e-6) { // of probabilities in float32
		t.Errorf("%g, but %g of answers half as sure", one, half)
	}
	if v := value(1, -2, -1, 1, -0.5, 2, 3); v > 1e-6 { // of the largest logit there is
		t.Errorf("%g of answers that separate the rows", v)
	}
}
