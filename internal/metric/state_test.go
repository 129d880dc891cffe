package metric

import (
	"slices"
	"testing"
)

// A metric that is saved after any batch and restored into a fresh one goes on to
// the same bits.
func TestStateGoesOn(t *testing.T) {
	eachTwice(t, func(t *testing.T, m, fresh Metric, tab table) {
		update := func(m Metric, lo, hi int) {
			m.Update(tab.pred.Slice(lo, hi), tab.target.Slice(lo, hi), tab.weight[lo:hi])
		}
		const size = 10
		for cut := 0; cut <= tab.pred.Rows; cut += size {
			m.Reset()
			if cut > 0 {
				for lo := 0; lo < cut; lo += size {
					update(m, lo, min(lo+size, cut))
				}
				fresh.Update(tab.pred, tab.target, nil) // what it has seen is to be forgotten
			}
			saved := Save(m)
			if err := Restore(fresh, saved); err != nil {
				t.Fatalf("%s: after %d rows: %v", tab.Task, cut, err)
			}
			if !slices.Equal(Save(fresh), saved) {
				t.Fatalf("%s: after %d rows: saved again, the state differs", tab.Task, cut)
			}
			for lo := cut; lo < tab.pred.Rows; lo += size {
				hi := min(lo+size, tab.pred.Rows)
				update(m, lo, hi)
				update(fresh, lo, hi)
			}
			if got, want := fresh.Value(), m.Value(); !same(got, want, 0) {
				t.Errorf("%s: restored after %d rows it is %v, want %v", tab.Task, cut, got, want)
			}
		}
	})
}

// A state that is too short, too long or makes no sense is refused and does no harm.
func TestStateIsChecked(t *testing.T) {
	each(t, func(t *testing.T, m Metric, tab table) {
		m.Update(tab.pred, tab.target, nil)
		saved := Save(m)
		if len(saved) == 0 {
			t.Fatal("nothing is saved")
		}
		if Restore(m, saved[:len(saved)-1]) == nil {
			t.Errorf("%s: a state that is too short is taken", tab.Task)
		}
		m.Reset()
		if Restore(m, append(slices.Clone(saved), 1)) == nil {
			t.Errorf("%s: a state that is too long is taken", tab.Task)
		}
		for i := range min(3, len(saved)) {
			for _, v := range []float64{-1, 1e300, 0.5, 7} {
				m.Reset()
				bad := slices.Clone(saved)
				bad[i] = v
				if Restore(m, bad) == nil {
					m.Value() // must not panic
				}
			}
		}
	})
}
