package scan

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"testing"

	"mlp/internal/rng"
)

var grammar = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// compareWithStrconv checks one cell against the grammar and strconv.
func compareWithStrconv(t *testing.T, s string) {
	t.Helper()
	got, v := Number(s)
	compareLeading(t, s, got, v)
	if !grammar.MatchString(s) {
		if v != NotNumber {
			t.Fatalf("%q: taken as the number %v", s, got)
		}
		return
	}
	want, err := strconv.ParseFloat(s, 32)
	switch {
	case err != nil && v != TooLarge:
		t.Fatalf("%q: %v, verdict %d, but strconv says %v", s, got, v, err)
	case err == nil && (v != IsNumber || math.Float32bits(got) != math.Float32bits(float32(want))):
		t.Fatalf("%q: %v, verdict %d, want %v", s, got, v, want)
	}
}

// compareLeading checks that the number at the beginning of a line, where it is
// found by words of eight bytes, is the one that the whole cell is.
func compareLeading(t *testing.T, s string, want float32, v Verdict) {
	t.Helper()
	for _, after := range []string{",", "\n", ";12345678", "e", ".", ""} {
		b := append([]byte(s+after), make([]byte, WordSlack)...)
		got, _, _, end, ok := leadingNumber(b, 0)
		if ok && end == len(s) && (v != IsNumber || math.Float32bits(got) != math.Float32bits(want)) {
			t.Fatalf("%q: %v at the beginning of a line, but verdict %d, %v as a cell", s, got, v, want)
		}
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

// All cells of up to four letters that numbers are written with, and all of five
// from fewer letters.
func TestAllShortCells(t *testing.T) {
	for alphabet, longest := range map[string]int{"0123456789.eE+-": 4, "019.eE+-": 5} {
		cells := []string{""}
		for from, length := 0, 1; length <= longest; length++ {
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

// The way nearly all numbers are written must be found without ParseNumber, or
// reading is slow.
func TestLeadingNumbers(t *testing.T) {
	for s, found := range map[string]bool{"0": true, "-0": true, "7": true, "-12.25": true, "1234567": true, "0.12345678": true, "-96.123456789012345": true,
		".5": true, "5.": true, "123.1234567890123456": true, "12345678": true, "-123456789012345.75": true, "1234567890123456": false, "123456789012345.12345": false, "12345678901.12345678": true, "123456789012.12345678": false, "123.12345678901234567": false, "1e5": false, "+1": false, "NA": false, "": false, ".": false, "-": false} {
		for _, after := range []string{",", "\n", "\r\n", "\t99999999"} {
			v, _, _, end, ok := leadingNumber(append([]byte(s+after), make([]byte, WordSlack)...), 0)
			want, _ := strconv.ParseFloat(s, 32)
			if ok = ok && end == len(s); ok != found || ok && math.Float32bits(v) != math.Float32bits(float32(want)) {
				t.Errorf("%q before %q: %v, %v", s, after, v, ok)
			}
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "-0.5e3", "16777217", "3.4028235e38", "3.4028236e38", "1.17549435e-38", "7e-46", "123.12345678901234567", "1e400", "+.5", "1_0", "0x1p3", "inf"} {
		f.Add(s)
	}
	f.Fuzz(compareWithStrconv)
}

func TestDecimalCommas(t *testing.T) {
	for s, want := range map[string]bool{"1,5": true, "1.234,5": true, "1,234,567": true, "-0,1": true, "1,": false, ",5": false, "1.5": false, "a,5": false, "1,a": false, "": false, ",": false} {
		if got := LooksLikeDecimalComma(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

// A million random decimals in the ways programs write them; MLP_NUMBERS=1e8 in
// the environment asks for more.
func TestManyNumbers(t *testing.T) {
	n := 1e6
	if more := os.Getenv("MLP_NUMBERS"); more != "" {
		var err error
		if n, err = strconv.ParseFloat(more, 64); err != nil {
			t.Fatal(err)
		}
	}
	if testing.Short() {
		n = 1e4
	}
	s := rng.New(2, "numbers")
	b := make([]byte, 0, 64)
	for i := range uint64(n) {
		r := s.Uint64(i)
		x := math.Float64frombits(r)
		if r&1 == 0 { // of a size that tables hold
			x = math.Ldexp(float64(int64(r)), -int(r>>1&63)-int(r>>7&31))
		}
		if math.Abs(x) > 1e30 && r>>3&1 == 0 {
			x = 1 / x
		}
		if x != x || math.IsInf(x, 0) {
			continue
		}
		switch r >> 1 & 7 {
		case 0:
			b = strconv.AppendFloat(b[:0], x, 'g', -1, 64)
		case 1:
			b = strconv.AppendFloat(b[:0], x, 'g', -1, 32)
		case 2:
			b = strconv.AppendFloat(b[:0], x, 'e', int(r>>4&31), 64)
		case 3:
			b = strconv.AppendInt(b[:0], int64(r)>>(r>>4&63), 10)
		default:
			x = math.Mod(x, 1e30)
			b = strconv.AppendFloat(b[:0], x, 'f', int(r>>4&15), 64)
		}
		text := string(b)
		want, err := strconv.ParseFloat(text, 32)
		got, v := ParseNumber(b)
		if err != nil && v != TooLarge || err == nil && (v != IsNumber || math.Float32bits(got) != math.Float32bits(float32(want))) {
			t.Fatalf("%q: %v, verdict %d, want %v, %v", text, got, v, want, err)
		}
		b = append(append(b, ','), make([]byte, WordSlack)...)
		if lead, _, _, end, ok := leadingNumber(b, 0); ok && end == len(text) && math.Float32bits(lead) != math.Float32bits(got) {
			t.Fatalf("%q: %v at the beginning of a line, want %v", text, lead, got)
		}
	}
}

// The float64 of a cell that was parsed on the way is strconv's, of numbers of all lengths.
func TestExactSpan(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	quick := 0
	for range 200_000 {
		text := strconv.FormatFloat((r.Float64()-0.5)*math.Pow(10, float64(r.IntN(17))), 'f', r.IntN(19), 64)
		b := append([]byte(text), make([]byte, WordSlack)...)
		rounded, mantissa, places, end, ok := leadingNumber(b, 0)
		if !ok || end != len(text) {
			continue
		}
		v := (&Span{mantissa: mantissa, places: uint8(places), Value: rounded}).Exact()
		quick++
		if want, err := strconv.ParseFloat(text, 64); err != nil || math.Float64bits(v) != math.Float64bits(want) {
			t.Fatalf("%s: %v, want %v", text, v, want)
		}
	}
	if quick < 50_000 {
		t.Errorf("only %d of the numbers are read quickly", quick)
	}
}

// The float64 of a cell is strconv's, however it is written.
func TestExactCell(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300_000 {
		mantissa := r.Uint64() >> r.IntN(64)
		text := fmt.Sprint(mantissa)
		if at := r.IntN(len(text) + 1); r.IntN(4) > 0 {
			text = text[:at] + "." + text[at:]
		}
		if r.IntN(4) == 0 {
			text += fmt.Sprintf("e%d", r.IntN(60)-40)
		}
		if r.IntN(2) == 0 {
			text = "-" + text
		}
		v, verdict := Marks{}.Real([]byte(text))
		if want, err := strconv.ParseFloat(text, 64); verdict == IsNumber && (err != nil || math.Float64bits(v.Exact) != math.Float64bits(want)) {
			t.Fatalf("%s: %v, want %v", text, v.Exact, want)
		}
	}
}

// A float32 is widened to what its shortest text says.
func TestWiden(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	check := func(v float32) {
		want, err := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'e', -1, 32), 64)
		if got := Widen(v); err != nil || math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%v: %v, want %v", v, got, want)
		}
	}
	for e := -140; e < 127; e++ { // below a power of two numbers lie closer than above it
		v := float32(math.Ldexp(1, e))
		check(v)
		check(math.Nextafter32(v, 0))
		check(math.Nextafter32(v, 2*v))
	}
	for range 500_000 {
		if v := math.Float32frombits(r.Uint32()); v == v && !math.IsInf(float64(v), 0) {
			check(v)
		}
		check(float32((r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(12)))))
		tens := math.Pow(10, float64(r.IntN(8)))
		check(float32(float64(r.IntN(1e8)) / tens))
	}
}
