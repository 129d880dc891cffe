package ensemble

import (
	"fmt"

	"mlp/internal/evaluate"
)

// mostGroups is how many models may stand behind the intervals of an answer. Members
// that leave out folds make one a fold. Those that leave out random shares make one
// for each set of members that left a row out (Kim et al. 2020, arXiv:2002.09025),
// and an interval takes some microseconds for each. mostNumbers is how many members they
// may have together, so that the model file has room for their numbers.
const (
	mostGroups  = 256
	mostNumbers = 1 << 16
)

// groups collects which members answered each row that they were not trained on.
type groups struct {
	known   map[string]int
	numbers int
	all     evaluate.Answerers
}

func newGroups(rows int) *groups {
	return &groups{known: map[string]int{}, all: evaluate.Answerers{Fold: make([]int, 0, rows)}}
}

func (g *groups) add(numbers []int) {
	key := fmt.Sprint(numbers)
	i, ok := g.known[key]
	if !ok {
		i = len(g.all.Members)
		g.known[key] = i
		g.numbers += len(numbers)
		g.all.Members = append(g.all.Members, numbers)
	}
	g.all.Fold = append(g.all.Fold, i)
}

// answerers says what is collected; nothing where there are too many groups: then the
// rows are taken for answered by the ensemble itself, which is nearer to the truth than
// a few of its members are, so that the intervals are rather too wide.
func (g *groups) answerers() evaluate.Answerers {
	if len(g.all.Members) > mostGroups || g.numbers > mostNumbers {
		return evaluate.Answerers{}
	}
	return g.all
}
