package kernel

import "math"

// AddRow adds bias (cols) to every row of c (rows, cols).
func (e *Engine) AddRow(c []float32, rows, cols int, bias []float32) {
	check("AddRow", "c", len(c), rows*cols)
	check("AddRow", "bias", len(bias), cols)
	e.level.addRow(c, rows, cols, bias)
}

// SumRows computes dst[j] = Σ x[i][j] for dst (cols) and x (rows, cols), over the rows
// in order, from zero.
func (e *Engine) SumRows(dst, x []float32, rows, cols int) {
	check("SumRows", "dst", len(dst), cols)
	check("SumRows", "x", len(x), rows*cols)
	e.level.sumRows(dst, x, rows, cols)
}

// Gather copies row rows[i] of src (any, cols) to row i of dst (len(rows), cols).
// dst and src must not overlap.
func (e *Engine) Gather(dst, src []float32, cols int, rows []int) {
	check("Gather", "dst", len(dst), len(rows)*cols)
	if !e.divides(len(dst)) {
		gather(dst, src, cols, rows)
		return
	}
	each := max(1, unitLen/cols)
	e.vector = vector{kind: gatherRows, a: dst, b: src, rows: rows, cols: cols, each: each}
	e.pool.run(&e.vector, ceil(len(rows), each))
	e.vector = vector{}
}

func gather(dst, src []float32, cols int, rows []int) {
	if cols == 1 {
		for i, r := range rows {
			dst[i] = src[r]
		}
		return
	}
	for i, r := range rows {
		copy(dst[i*cols:][:cols], src[r*cols:][:cols])
	}
}

// Softmax computes e^(x − max)/Σ e^(x − max) over each row of x (rows, cols). The sum runs over
// 16 lanes and a fixed tree.
func (e *Engine) Softmax(y, x []float32, rows, cols int) {
	check("Softmax", "y", len(y), rows*cols)
	check("Softmax", "x", len(x), rows*cols)
	for i := range rows {
		subtractMax(y[i*cols:][:cols], x[i*cols:][:cols])
	}
	e.Exp(y, y)
	for i := range rows {
		row := y[i*cols:][:cols]
		var s [lanes]float32
		addLanes(&s, row)
		sum := tree(&s)
		for j := range row {
			row[j] /= sum
		}
	}
}

// LogSoftmax computes x − max − ln Σ e^(x − max) over each row of x (rows, cols).
func (e *Engine) LogSoftmax(y, x []float32, rows, cols int) {
	check("LogSoftmax", "y", len(y), rows*cols)
	check("LogSoftmax", "x", len(x), rows*cols)
	exp := e.pool.own.row
	for i := range rows {
		row := y[i*cols:][:cols]
		subtractMax(row, x[i*cols:][:cols])
		var s [lanes]float32
		for j := 0; j < cols; j += len(exp) {
			part := exp[:min(len(exp), cols-j)]
			e.level.exp(part, row[j:][:len(part)])
			addLanes(&s, part)
		}
		l := Log32(tree(&s))
		for j := range row {
			row[j] -= l
		}
	}
}

// subtractMax computes y = x − max x, where NaN does not count as the largest.
func subtractMax(y, x []float32) {
	top := float32(math.Inf(-1))
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	for j, v := range x {
		y[j] = v - top
	}
}

// addLanes adds x to the lanes of a sum; x begins at lane 0.
func addLanes(s *[lanes]float32, x []float32) {
	for ; len(x) >= lanes; x = x[lanes:] {
		for l := range s {
			s[l] += x[l]
		}
	}
	for l, v := range x {
		s[l] += v
	}
}
