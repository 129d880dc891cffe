package kernel

import "math"

// AddRow adds bias to every row of c, a rows × cols matrix.
func (e *Engine) AddRow(c []float32, rows, cols int, bias []float32) {
	check("AddRow", "c", len(c), rows*cols)
	check("AddRow", "bias", len(bias), cols)
	for ; len(c) > 0; c = c[cols:] {
		for j, b := range bias {
			c[j] += b
		}
	}
}

// SumRows computes dst[j] = Σ x[i][j], over the rows in order, from zero.
func (e *Engine) SumRows(dst, x []float32, rows, cols int) {
	check("SumRows", "dst", len(dst), cols)
	check("SumRows", "x", len(x), rows*cols)
	clear(dst)
	for ; len(x) > 0; x = x[cols:] {
		for j := range dst {
			dst[j] += x[j]
		}
	}
}

// Gather copies row rows[i] of src, a matrix of cols columns, to row i of dst.
// dst and src must not overlap.
func (e *Engine) Gather(dst, src []float32, cols int, rows []int) {
	check("Gather", "dst", len(dst), len(rows)*cols)
	for i, r := range rows {
		copy(dst[i*cols:][:cols], src[r*cols:][:cols])
	}
}

// Softmax computes e^(x − max)/Σ e^(x − max) over each row.
func (e *Engine) Softmax(y, x []float32, rows, cols int) {
	check("Softmax", "y", len(y), rows*cols)
	check("Softmax", "x", len(x), rows*cols)
	for ; len(x) > 0; x, y = x[cols:], y[cols:] {
		top := rowMax(x[:cols])
		for j, v := range x[:cols] {
			y[j] = Exp32(v - top)
		}
		s := sumLanes(y[:cols])
		for j := range y[:cols] {
			y[j] /= s
		}
	}
}

// LogSoftmax computes x − max − ln Σ e^(x − max) over each row.
func (e *Engine) LogSoftmax(y, x []float32, rows, cols int) {
	check("LogSoftmax", "y", len(y), rows*cols)
	check("LogSoftmax", "x", len(x), rows*cols)
	for ; len(x) > 0; x, y = x[cols:], y[cols:] {
		top := rowMax(x[:cols])
		var s [lanes]float32
		for j, v := range x[:cols] {
			s[j%lanes] += Exp32(v - top)
		}
		l := Log32(tree32(&s))
		for j, v := range x[:cols] {
			y[j] = (v - top) - l
		}
	}
}

// rowMax returns the largest number of a row, NaN aside.
func rowMax(x []float32) float32 {
	top := float32(math.Inf(-1))
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	return top
}

// sumLanes is Sum in float32.
func sumLanes(x []float32) float32 {
	var s [lanes]float32
	for j, v := range x {
		s[j%lanes] += v
	}
	return tree32(&s)
}

func tree32(s *[lanes]float32) float32 {
	for w := lanes / 2; w > 0; w /= 2 {
		for l := range w {
			s[l] += s[l+w]
		}
	}
	return s[0]
}
