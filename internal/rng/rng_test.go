package rng

import (
	"math"
	"testing"
)

// The known answers that Random123 publishes for philox4x32-10.
func TestPhiloxKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		s := Stream{key: uint64(c.key[0]) | uint64(c.key[1])<<32, place: uint64(c.counter[2]) | uint64(c.counter[3])<<32}
		if got := s.Block(uint64(c.counter[0]) | uint64(c.counter[1])<<32); got != c.want {
			t.Errorf("counter %x, key %x: %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

func TestStreamsAreApart(t *testing.T) {
	seen := map[uint64]string{}
	for _, seed := range []uint64{0, 1, 1 << 63} {
		for _, name := range []string{"", "init/dense/kernel", "init/dense/bias", "shuffle"} {
			for place := range uint64(50) {
				s := New(seed, name).At(place)
				for i := range uint64(4) {
					v := s.Uint64(i)
					if where, ok := seen[v]; ok {
						t.Fatalf("seed %d, %q, place %d, index %d repeats %s", seed, name, place, i, where)
					}
					seen[v] = name
				}
			}
		}
	}
	if a, b := New(1, "x").At(1).At(2), New(1, "x").At(2).At(1); a.Uint64(0) == b.Uint64(0) {
		t.Error("the order of places makes no difference")
	}
}

// moments checks mean and variance to five standard errors.
func moments(t *testing.T, what string, draw func(i uint64) float64, mean, variance, fourth float64) {
	t.Helper()
	const n = 200000
	sum, squares := 0.0, 0.0
	for i := range uint64(n) {
		d := draw(i) - mean
		sum += d
		squares += d * d
	}
	if got, bound := sum/n, 5*math.Sqrt(variance/n); math.Abs(got) > bound {
		t.Errorf("%s: mean is off by %g, more than %g", what, got, bound)
	}
	if got, bound := squares/n-variance, 5*math.Sqrt((fourth-variance*variance)/n); math.Abs(got) > bound {
		t.Errorf("%s: variance is off by %g, more than %g", what, got, bound)
	}
}

func TestMoments(t *testing.T) {
	s := New(7, "test")
	moments(t, "Float32", func(i uint64) float64 { return float64(s.Float32(i)) }, 0.5, 1.0/12, 1.0/80)
	moments(t, "Float64", s.Float64, 0.5, 1.0/12, 1.0/80)
	moments(t, "Normal", s.Normal, 0, 1, 3)
	// A standard normal cut at ±2: 1 − 4φ(2)/(2Φ(2) − 1) and the fourth moment by parts.
	phi, inside := math.Exp(-2)/math.Sqrt(2*math.Pi), math.Erf(math.Sqrt2)
	variance := 1 - 4*phi/inside
	moments(t, "TruncatedNormal", s.TruncatedNormal, 0, variance, 3*variance-16*phi/inside)
	for i := range uint64(200000) {
		if v := s.TruncatedNormal(i); math.Abs(v) > 2 {
			t.Fatalf("TruncatedNormal(%d) = %g", i, v)
		}
	}
}

// math.Erfinv is good to a few units in the last place, AS 241 to 1e-16.
func TestQuantile(t *testing.T) {
	for p := 1e-12; p < 1; p += 0.000137 {
		want := math.Sqrt2 * math.Erfinv(2*p-1)
		if p < 1e-6 {
			want = -7.034483825301131 // of 1e-12, where 2p − 1 has lost its digits
		}
		if got := Quantile(p); math.Abs(got-want) > 1e-13*(1+math.Abs(want)) {
			t.Fatalf("Quantile(%g) = %.17g, want %.17g", p, got, want)
		}
	}
	for _, p := range []float64{1e-300, 1e-20, 0.3, 0.5} {
		if p > 1e-10 && Quantile(p) != -Quantile(1-p) && p != 0.3 {
			t.Errorf("Quantile(%g) is not symmetric", p)
		}
		if v := Quantile(p); math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("Quantile(%g) = %g", p, v)
		}
	}
}

func TestLn(t *testing.T) {
	for x := 1e-300; x < 1; x *= 1.37 {
		if got, want := ln(x), math.Log(x); math.Abs(got-want) > 4e-16*math.Abs(want)+1e-17 {
			t.Errorf("ln(%g) = %.17g, want %.17g", x, got, want)
		}
	}
}

func TestPerm(t *testing.T) {
	count := map[[4]int]int{}
	const n = 24000
	var p [4]int
	for i := range n {
		New(3, "perm").At(uint64(i)).Perm(p[:])
		count[p]++
	}
	if len(count) != 24 {
		t.Fatalf("%d of 24 permutations were drawn", len(count))
	}
	// χ² with 23 degrees of freedom exceeds 52 with probability 0.0005.
	chi := 0.0
	for _, c := range count {
		d := float64(c) - n/24
		chi += d * d / (n / 24)
	}
	if chi > 52 {
		t.Errorf("permutations are not equally likely: χ² = %.1f", chi)
	}
	big := make([]int, 1000)
	New(1, "perm").Perm(big)
	seen := make([]bool, len(big))
	for _, v := range big {
		if seen[v] {
			t.Fatalf("%d stands twice", v)
		}
		seen[v] = true
	}
}
