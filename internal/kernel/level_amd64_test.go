//go:build !purego

package kernel

import (
	"os"
	"regexp"
	"testing"
)

// TestAVX2StaysAVX2 looks for what a CPU without AVX-512 cannot run in the
// assembly of its level: the generator allocates registers by itself, and only
// AVX-512 has those from 16 on.
func TestAVX2StaysAVX2(t *testing.T) {
	high := regexp.MustCompile(`\b([XY](1[6-9]|2[0-9]|3[01])|Z[0-9]+|K[0-7])\b|AVX512`)
	for _, c := range []struct{ file, functions string }{
		{"tile256_amd64.s", `.`},
		{"loops256_amd64.s", `.`},
		{"transpose_amd64.s", `transpose[48]$|copyRows`},
	} {
		text, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, f := range regexp.MustCompile(`\n// func (\w+)`).FindAllSubmatchIndex(text, -1) {
			name, end := string(text[f[2]:f[3]]), len(text)
			if next := regexp.MustCompile(`\n// func `).FindIndex(text[f[1]:]); next != nil {
				end = f[1] + next[0]
			}
			if !regexp.MustCompile(c.functions).MatchString(name) {
				continue
			}
			found++
			if m := high.Find(text[f[0]:end]); m != nil {
				t.Errorf("%s: %s uses %s", c.file, name, m)
			}
		}
		if found < 4 {
			t.Errorf("%s: found %d functions", c.file, found)
		}
	}
}
