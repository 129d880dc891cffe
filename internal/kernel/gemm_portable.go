package kernel

// gemmPortable is Gemm as its definition reads, row by row of C.
func gemmPortable(op Op, m, n, k int, a, b []float32, beta float32, c []float32) {
	for i := range m {
		row := c[i*n:][:n]
		if beta == 0 {
			clear(row)
		}
		if op == NT {
			ai := a[i*k:][:k]
			for j := range row {
				s := row[j]
				for l, v := range b[j*k:][:k] {
					s = FMA(ai[l], v, s)
				}
				row[j] = s
			}
			continue
		}
		for l := range k {
			v := a[l*m*int(op)+i*(1-int(op))*k+l*(1-int(op))+i*int(op)] // NN: a[i][l], TN: a[l][i]
			for j, w := range b[l*n:][:n] {
				row[j] = FMA(v, w, row[j])
			}
		}
	}
}
