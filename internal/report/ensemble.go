package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/spec"
)

// MemberLine says what a member is and how it went.
func MemberLine(one *model.Member, c *model.Ensemble) string {
	text := fmt.Sprintf("Member %d/%d", one.Number, c.Members)
	if one.Fold > 0 {
		text += fmt.Sprintf(" - fold %d", one.Fold)
	}
	if c.Variants() > 1 && one.Fold > 0 {
		text += fmt.Sprintf(" - variant %d", one.Variant)
	}
	text += fmt.Sprintf(" - epoch %d", one.Run.Epoch)
	if one.Run.BestEpoch > 0 {
		text = fmt.Sprintf("%s, best %d", text, one.Run.BestEpoch)
	}
	names, values := MemberValues(one)
	return text + Measures(names, values)
}

// MemberValues are what was measured in the epoch whose weights a member has.
func MemberValues(one *model.Member) (names []string, values []float64) {
	epoch := one.Run.BestEpoch
	if epoch == 0 {
		epoch = len(one.History.Epochs)
	}
	if epoch == 0 {
		return nil, nil
	}
	return one.History.Names, one.History.Epochs[epoch-1]
}

// EnsembleText is a line for each member, and what they are worth together.
func EnsembleText(m *model.Model) string {
	c := m.Config.Ensemble
	text := fmt.Sprintf("ensemble: %d member(s)", len(m.Members))
	if !m.Run.Done {
		text += fmt.Sprintf(" of %d, not finished", c.Members)
	}
	t := NewTable("member", "variant", "fold", "weight", "epochs", "best", "val_loss", "differs in")
	t.Right(0, 1, 2, 3, 4, 5, 6)
	for _, one := range m.Members {
		var set []string
		for _, s := range one.Set {
			set = append(set, s.Path+"="+string(spec.CanonicalJSON(s.Value)))
		}
		cells := []string{strconv.Itoa(one.Number), strconv.Itoa(one.Variant), "", Percent(one.Weight), strconv.Itoa(one.Run.Epoch), "", "", iostreams.Printable(strings.Join(set, " "))}
		if one.Fold > 0 {
			cells[2] = strconv.Itoa(one.Fold)
		}
		names, values := MemberValues(one)
		if one.Run.BestEpoch > 0 {
			cells[5] = strconv.Itoa(one.Run.BestEpoch)
		}
		if i := slices.Index(names, "val_loss"); i >= 0 {
			cells[6] = fmt.Sprintf("%.4f", values[i])
		}
		t.Add(cells...)
	}
	text += "\n" + t.Text()
	if g := m.OutOfFold; g != nil {
		text += fmt.Sprintf("out of fold, on %d rows%s\n", g.Rows, Measures(g.Names, g.Values))
	}
	return text
}

// A Member is what JSON has of one.
type Member struct {
	Number    int     `json:"member"`
	Variant   int     `json:"variant"`
	Fold      int     `json:"fold,omitempty"`
	Weight    float64 `json:"weight"`
	Epochs    int     `json:"epochs"`
	BestEpoch int     `json:"best_epoch,omitempty"`
}

// Members lists the members of an ensemble; nil for one network.
func Members(m *model.Model) (all []Member) {
	for _, one := range m.Members {
		all = append(all, Member{one.Number, one.Variant, one.Fold, one.Weight, one.Run.Epoch, one.Run.BestEpoch})
	}
	return all
}
