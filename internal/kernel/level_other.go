//go:build !amd64 || purego

package kernel

// assembly lists the levels written in assembly: none.
func assembly() []*level { return nil }

func (l *level) addLanes64(s *[lanes]float64, x []float32)       { sum(s, x) }
func (l *level) addProducts64(s *[lanes]float64, x, y []float32) { dot(s, x, y) }
