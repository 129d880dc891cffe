package scan

import "unicode/utf8"

// Place returns how many lines lie before offset i of b, and the column there,
// in characters from 1.
func Place(b []byte, i int) (lines, col int) {
	start := 0
	for j := 0; j < i; j++ {
		if b[j] == '\n' || b[j] == '\r' && (j+1 == len(b) || b[j+1] != '\n') {
			lines++
			start = j + 1
		}
	}
	return lines, utf8.RuneCount(b[start:i]) + 1
}
