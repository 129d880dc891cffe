package report

import (
	"fmt"
	"math"
	"strings"

	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/problem"
)

var sparks = []rune("▁▂▃▄▅▆▇█")

// sparkline draws values as blocks between low and high, a block a value, or a block for
// the mean of a stretch where there are more than fit; what is no number is left open.
func sparkline(values []float64, low, high float64, most int) string {
	blocks := min(len(values), most)
	var b strings.Builder
	for i := range blocks {
		sum, n := 0.0, 0
		for _, v := range values[i*len(values)/blocks : (i+1)*len(values)/blocks] {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				sum, n = sum+v, n+1
			}
		}
		switch share := (sum/float64(n) - low) / (high - low); {
		case n == 0:
			b.WriteRune(' ')
		case !(high > low):
			b.WriteRune(sparks[len(sparks)/2])
		default:
			b.WriteRune(sparks[min(len(sparks)-1, int(share*float64(len(sparks))))])
		}
	}
	return b.String()
}

// rangeOf are the least and the largest of the numbers among values.
func rangeOf(values []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

// HistoryText draws what was measured after each epoch, a line a name; "" without. Of an
// ensemble it has a line a member.
func HistoryText(m *model.Model) string {
	const most, wide = 8, 40 // lines, and blocks in each
	t := NewTable("history", "", "first", "last", "least", "largest")
	t.Right(2, 3, 4, 5)
	lines, more := 0, 0
	add := func(name string, values []float64) {
		low, high := rangeOf(values)
		switch {
		case low > high:
			return
		case lines == most:
			more++
			return
		}
		lines++
		t.Add(iostreams.Printable(name), sparkline(values, low, high, wide), number(values[0]), number(values[len(values)-1]), number(low), number(high))
	}
	for _, name := range m.History.Names {
		add(name, m.History.Column(name))
	}
	for _, one := range m.Members {
		for _, name := range []string{"val_loss", "loss"} {
			if values := one.History.Column(name); len(values) > 0 {
				add(fmt.Sprintf("%s of member %d", name, one.Number), values)
				break
			}
		}
	}
	if lines == 0 {
		return ""
	}
	text := "\n" + t.Text()
	if more > 0 {
		text += "and " + problem.Count(more, "more line") + "\n"
	}
	return text
}
