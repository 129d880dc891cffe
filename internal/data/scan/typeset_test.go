package scan

import "testing"

// Numbers that are typeset are those that are typed; two signs in one are none.
func TestTypesetNumbers(t *testing.T) {
	for cell, want := range map[string]string{
		"−5": "-5", "–12.5": "-12.5", "－３": "-3", "＋３": "3", "１２": "12", "１．５": "1.5", "１２３4": "1234", "−1e−3": "-1e-3",
		"\u00a07": "7", "7\u202f": "7", "\u200e7": "7", "\ufeff1.5": "1.5", "−1.123456789012345": "-1.123456789012345",
	} {
		got, v := Marks{}.Real([]byte(cell))
		expected, _ := Marks{}.Real([]byte(want))
		if v != IsNumber || got != expected {
			t.Errorf("%q: %v, verdict %d; want %s", cell, got, v, want)
		}
	}
	for _, cell := range []string{"–", "−", "5–", "3–4", "−−5", "5 000\u00a0", "٣", "½", "x\u200e", "1\u00a02", "\u00a0", "\xff5"} {
		if got, v := (Marks{}).Real([]byte(cell)); v != NotNumber {
			t.Errorf("%q is taken for %v", cell, got)
		}
	}
	german := Marks{Decimal: ',', Thousands: '.'}
	if got, v := german.Real([]byte("−1.234,5")); v != IsNumber || got.Rounded != -1234.5 {
		t.Errorf("with a decimal comma: %v, verdict %d", got, v)
	}
}
