package stats

// FNV1a is the hash of Fowler, Noll and Vo, 64 bits.
func FNV1a(word string) uint64 {
	x := uint64(14695981039346656037)
	for i := range len(word) {
		x = (x ^ uint64(word[i])) * 1099511628211
	}
	return x
}
