package kernel

// gemmPortable computes rows [i0, i1) and columns [j0, j1) of g, as the
// definition of Gemm reads.
func gemmPortable(g *product, i0, i1, j0, j1 int) {
	for i := i0; i < i1; i++ {
		row := g.c[i*g.n+j0 : i*g.n+j1]
		if g.beta == 0 {
			clear(row)
		}
		switch g.op {
		case NT:
			ai := g.a[i*g.k:][:g.k]
			for j := range row {
				s := row[j]
				for l, v := range g.b[(j0+j)*g.k:][:g.k] {
					s = FMA(ai[l], v, s)
				}
				row[j] = s
			}
		case NN:
			for l, v := range g.a[i*g.k:][:g.k] {
				fmaRow(row, v, g.b[l*g.n+j0:])
			}
		case TN:
			for l := range g.k {
				fmaRow(row, g.a[l*g.m+i], g.b[l*g.n+j0:])
			}
		}
	}
}

// fmaRow computes c[j] = fma(a, b[j], c[j]).
func fmaRow(c []float32, a float32, b []float32) {
	for j, w := range b[:len(c)] {
		c[j] = FMA(a, w, c[j])
	}
}
