package data

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"testing"

	"mlp/internal/rng"
)

var grammar = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// compareWithStrconv checks one cell against the grammar and strconv.
func compareWithStrconv(t *testing.T, s string) {
	t.Helper()
	got, v := number(s)
	if !grammar.MatchString(s) {
		if v != notNumber {
			t.Fatalf("%q: taken as the number %v", s, got)
		}
		return
	}
	want, err := strconv.ParseFloat(s, 32)
	switch {
	case err != nil && v != tooLarge:
		t.Fatalf("%q: %v, verdict %d, but strconv says %v", s, got, v, err)
	case err == nil && (v != isNumber || math.Float32bits(got) != math.Float32bits(float32(want))):
		t.Fatalf("%q: %v, verdict %d, want %v", s, got, v, want)
	}
}

func TestNumbersAreThoseOfStrconv(t *testing.T) {
	for _, s := range []string{"", "-", "+", ".", "-.", "e5", "1e", "1e+", ".e1", "1.5.2", "1_000", "0x10", "0x1p-2", "inf", "Infinity", "nan", "NaN",
		"1,5", "１２", "١", " 1", "1 ", "--1", "1-", "0", "-0", "+0", "00", "007", ".5", "5.", "-.5e1", "1e400", "-1e400", "1e-400", "3.4028235e38", "3.4028236e38",
		"3.4028234663852886e38", "3.40282356779733661637539395458142568447e38", "1e-45", "7e-46", "7.1e-46", "1.17549435e-38", "1.17549421e-38",
		"9007199254740993", "18446744073709551616", "99999999999999999999999999999999999999", "0.00000000000000000000000000000000000000000000001",
		"1e99999999999999999999", "1e-99999999999999999999", "0e99999999999", "123456789012345678901234567890e-20", "16777217", "16777219", "33554435"} {
		compareWithStrconv(t, s)
	}
}

func TestAllShortCells(t *testing.T) {
	const alphabet = "019.eE+-"
	var cells []string
	for from, length := 0, 1; length <= 5; length++ {
		if length == 1 {
			cells = append(cells, "")
		}
		to := len(cells)
		for _, c := range cells[from:to] {
			for _, r := range alphabet {
				cells = append(cells, c+string(r))
			}
		}
		from = to
	}
	for _, c := range cells {
		compareWithStrconv(t, c)
	}
}

// Random decimals, and decimals on and beside the middle between two float32,
// where rounding twice goes wrong.
func TestRandomNumbers(t *testing.T) {
	s := rng.New(1, "numbers")
	for i := uint64(0); i < 200000; i++ {
		r := s.Uint64(i)
		compareWithStrconv(t, fmt.Sprintf("%d.%0*d", r>>44, int(r&15)+1, (r>>8)%1000000))
		compareWithStrconv(t, fmt.Sprintf("%de%d", r>>(r&63), int(r>>6&127)-64))
		f := math.Float32frombits(uint32(r >> 32))
		if f != f || math.IsInf(float64(f), 0) {
			continue
		}
		compareWithStrconv(t, strconv.FormatFloat(float64(f), 'g', -1, 32))
		middle := (float64(f) + float64(math.Nextafter32(f, 0))) / 2
		exact := new(big.Float).SetFloat64(middle).Text('f', -1)
		compareWithStrconv(t, exact)
		if i%8 == 0 {
			compareWithStrconv(t, strconv.FormatFloat(middle, 'e', 16, 64))
			compareWithStrconv(t, strconv.FormatFloat(math.Nextafter(middle, 0), 'e', 16, 64))
			compareWithStrconv(t, strconv.FormatFloat(math.Nextafter(middle, 1), 'g', -1, 64))
		}
	}
}

func TestDecimalCommas(t *testing.T) {
	for s, want := range map[string]bool{"1,5": true, "1.234,5": true, "1,234,567": true, "-0,1": true, "1,": false, ",5": false, "1.5": false, "a,5": false, "1,a": false, "": false, ",": false} {
		if got := looksLikeDecimalComma(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
