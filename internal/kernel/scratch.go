package kernel

// A scratch is the memory of one thread.
type scratch struct {
	a []float32 // a block of A, tileRows rows side by side
	b []float32 // a panel of B
	// A tile of C and its bias, for levels whose tiles take whole vectors.
	edge [maxRows * maxVecs * 16]float32
	bias [maxVecs * 16]float32
	row  []float32 // a piece of a row of LogSoftmax, a multiple of the lanes
}

func (l *level) newScratch() *scratch {
	s := &scratch{row: make([]float32, 64*lanes)}
	if t := l.tile; t != nil {
		s.a = make([]float32, ceil(blockRows, t.rows)*tileRows*t.maxK)
		s.b = make([]float32, t.maxK*t.vecs*t.width)
	}
	return s
}
