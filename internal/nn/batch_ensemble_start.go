package nn

import "mlp/internal/rng"

// alike lets all members that share a kernel start from one draw, so that only their
// factors tell them apart.
func alike(start Initializer, units int, shared bool) Initializer {
	return fillFunc(func(w []float32, shape []int, s rng.Stream) {
		start.Fill(w, shape, s)
		for i := units; shared && i < len(w); i++ {
			w[i] = w[i-units]
		}
	})
}

// startScale draws the factors of a member's inputs; those that are made of one column
// of the table, where columns are known, have one in common.
func (e *BatchEnsemble) startScale(columns []string) Initializer {
	start := e.start
	if start == "auto" {
		start = "random_signs"
		if e.Split {
			start = "ones"
		}
	}
	first := make([]int, e.in) // the first input that is made of the same column
	at := map[string]int{}
	for j := range first {
		first[j] = j
		if !e.Split && len(columns) == e.in {
			if k, ok := at[columns[j]]; ok {
				first[j] = k
			} else {
				at[columns[j]] = j
			}
		}
	}
	return fillFunc(func(w []float32, _ []int, s rng.Stream) {
		for i := range w {
			v := 1.0
			switch k := uint64(i - i%len(first) + first[i%len(first)]); {
			case start == "standard_normal":
				v = s.Normal(k)
			case start == "random_signs" && s.Float64(k) < 0.5:
				v = -1
			}
			w[i] = float32(v)
		}
	})
}
