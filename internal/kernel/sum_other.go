//go:build !amd64 || purego

package kernel

func (l *level) addLanes64(s *[lanes]float64, x []float32)       { sum(s, x) }
func (l *level) addProducts64(s *[lanes]float64, x, y []float32) { dot(s, x, y) }
