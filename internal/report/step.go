package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"mlp/internal/iostreams"
	"mlp/internal/problem"
	"mlp/internal/train"
)

// mostWeights is how many weights of a parameter are shown one by one: of more, those
// with the largest gradients.
const mostWeights = 32

// StepText says what a step of training on one row did to each weight. loss and optimizer
// are what they are called.
func StepText(s *train.StepTrace, loss, optimizer string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "loss\n  %s %s\n", loss, Cell(float32(s.Loss)))
	if s.Penalty != 0 {
		fmt.Fprintf(&b, "  penalties %s\n", Cell(float32(s.Penalty)))
	}
	fmt.Fprintf(&b, "\nstep %d of %s at a learning rate of %s\n", s.Step, optimizer, Cell(float32(s.LearningRate)))
	for _, p := range s.Params {
		if p.Gradient != nil {
			fmt.Fprintf(&b, "\n%s\n%s", iostreams.Printable(p.Name), weightTable(p).Text())
			if more := len(p.Before) - mostWeights; more > 0 {
				fmt.Fprintf(&b, "  … and %s of smaller gradients\n", problem.Count(more, "weight"))
			}
		}
	}
	return b.String()
}

// weightTable has a line a weight.
func weightTable(p train.ParamTrace) *Table {
	order := make([]int, len(p.Before))
	for i := range order {
		order[i] = i
	}
	if len(order) > mostWeights {
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(math.Abs(float64(p.Gradient[b])), math.Abs(float64(p.Gradient[a])))
		})
		order = order[:mostWeights]
	}
	t := NewTable("  place", "weight", "gradient", "moves by", "new weight")
	t.Right(1, 2, 3, 4)
	for _, i := range order {
		place := fmt.Sprint(i%p.Cols + 1)
		if p.Rows > 1 {
			place = fmt.Sprintf("%d → %s", i/p.Cols+1, place)
		}
		t.Add("  "+place, short(p.Before[i]), short(p.Gradient[i]), short(p.New[i]-p.Before[i]), short(p.New[i]))
	}
	return t
}

// short writes six digits: the seventh of a float32 is rounding, and the difference of two
// would show it.
func short(v float32) string { return fmt.Sprintf("%.6g", v) }

// A StepOfParam is what JSON has of a parameter.
type StepOfParam struct {
	Name     string    `json:"name"`
	Rows     int       `json:"rows"`
	Cols     int       `json:"columns"`
	Before   []float32 `json:"weights"`
	Gradient []float32 `json:"gradient,omitempty"`
	New      []float32 `json:"new_weights"`
}

// StepJSON is what JSON has of a step.
func StepJSON(s *train.StepTrace) any {
	var params []StepOfParam
	for _, p := range s.Params {
		params = append(params, StepOfParam(p))
	}
	return map[string]any{"loss": s.Loss, "penalty": s.Penalty, "step": s.Step, "learning_rate": s.LearningRate, "parameters": params}
}
