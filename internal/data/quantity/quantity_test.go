package quantity

import (
	"strings"
	"testing"

	"mlp/internal/data/scan"
)

// What stands in one column, what it is taken for, and its numbers. The words are parted
// by bars.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		words, form string
		numbers     []float64
	}{
		{"12%|3.5 %|－7％|0%", "percent", []float64{12, 3.5, -7, 0}},
		{"12 pct|3 percent", "percent", []float64{12, 3}},
		{"12,5 %|3 %", "percent", []float64{12.5, 3}},
		{"$120|$1,800|-$5|$-6.25|($7.50)|$(8)", "US dollars", []float64{120, 1800, -5, -6.25, -7.5, -8}},
		{"$1,234|$5,678", "US dollars", []float64{1234, 5678}},
		{"5 USD|US$ 6|7usd|$8", "US dollars", []float64{5, 6, 7, 8}},
		{"$5 CAD|C$6", "Canadian dollars", []float64{5, 6}},
		{"1.234,56 €|7,00 €|−3 €|12.345.678 €", "euros", []float64{1234.56, 7, -3, 12345678}},
		{"€1 234,5|€ 7", "euros", []float64{1234.5, 7}},
		{"CHF 1'234.50|CHF 5.–|Fr. 1’000", "Swiss francs", []float64{1234.5, 5, 1000}},
		{"£95k|£1.2m|£1.1M|£750", "pounds", []float64{95000, 1.2e6, 1.1e6, 750}},
		{"₹45 Lac|₹1.2 Cr", "rupees", []float64{4.5e6, 1.2e7}},
		{"1,2 Mio. €|3 Mrd. €", "euros", []float64{1.2e6, 3e9}},
		{"$12/hr|$15.50 / hr", "", nil}, // spelled in two ways
		{"$12/hr|$15.50/hr", "US dollars /hr", []float64{12, 15.5}},
		{"5 km|12.5km|1,000 km", `numbers in "km"`, []float64{5, 12.5, 1000}},
		{"1 mile|2.5 miles", `numbers in "mile"`, []float64{1, 2.5}},
		{"3.2kg|.5kg|1e3 kg", `numbers in "kg"`, []float64{3.2, 0.5, 1000}},
		{"20°C|-3.5 °C", `numbers in "°C"`, []float64{20, -3.5}},
		{"12 m²|7.5 m²", `numbers in "m²"`, []float64{12, 7.5}},
		{"(5)|3|1,200", plain, []float64{-5, 3, 1200}},
		{"950|1.2k|3M|1|2|3|4|5|6|7|8", plain, []float64{950, 1200, 3e6, 1, 2, 3, 4, 5, 6, 7, 8}},
		{"1.1K|2K|3K|4K|5K|6K|7K|8K|9K|10K", plain, []float64{1100, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000}},
		{"1m|2m|3m|4m|5m|6m|7m|8m|9m|10.5m", `numbers in "m"`, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5}},
		{"1 blob|2 blobs|3 blobs|4 blobs|5 blobs|6 blobs|7 blobs|8 blobs|9 blobs|10 blobs", `numbers in "blob"`, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
	} {
		words := strings.Split(c.words, "|")
		f := Look(words, scan.Marks{})
		if c.form == "" {
			if f.All {
				t.Errorf("%s: taken for %s", c.words, f)
			}
			continue
		}
		if !f.All || !f.Sure || f.Doubt || f.String() != c.form {
			t.Errorf("%s: %+v, %s; want %s", c.words, f, f, c.form)
			continue
		}
		for i, w := range words {
			if v, ok := f.Value(w); !ok || v != c.numbers[i] {
				t.Errorf("%s: %q is %v (%v), want %v", c.words, w, v, ok, c.numbers[i])
			}
		}
	}
}

// Words that are no amounts, or of which nobody can tell.
func TestNoForm(t *testing.T) {
	for _, words := range []string{
		"$5|€6", "5 km|3 mi", "5 km|7", "12%|0.12", "5%|$6", "free|$5", "$5|$", "10-20%|20-30%", "1st|2nd|3rd", "2wd|4wd", "14K|18K", "3d|5d",
		"12A|12B", "1.2.3|1.10.0 b", "5 m|7", "10+ years|9 years", "007A|008A|009A", "3 of 10|4 of 10", "1234 AB|4321 CD", "A4|A5", "+49 30 12|+1 55", "--5 km|6 km",
		"1,234 km|5,678 km", "12,34,5 km|6 km", "$1.2.3|$5", "5 m|3 km", "$5 kg|$6 kg", "(5)|(6)", "1|2|3", "1,5|2,5", "", "km|5 km", "1 2 km|3 km", "16:9|4:3",
	} {
		if f := Look(strings.Split(words, "|"), scan.Marks{}); f.All && f.Sure && !f.Doubt {
			t.Errorf("%s: taken for %s: %+v", words, f, f)
		}
	}
	if f := Look([]string{"1,234 km", "5,678 km"}, scan.Marks{}); !f.Doubt {
		t.Error("1,234 km may be a little more than a kilometre")
	}
	if f := Look([]string{"1,234 km", "5,678 km"}, scan.Marks{Decimal: ','}); f.Doubt || f.Marks.Decimal != ',' {
		t.Error("with the marks of the table there is no doubt")
	}
}

// A form reads later cells as those it was found in, and refuses what has not the same on
// it.
func TestLaterCells(t *testing.T) {
	for words, cells := range map[string]string{
		"$5|$6":                          "7|€7|7%|$|$1.2.3|five",
		"5%|6%":                          "7|0.07|$7|7 km",
		"5 km|6km":                       "7|7 mi|7 m|km",
		"1K|2K|3K|4K|5K|6K|7K|8K|9K|950": "7 km|7%|$7",
	} {
		f := Look(strings.Split(words, "|"), scan.Marks{})
		for _, cell := range strings.Split(cells, "|") {
			if v, ok := f.Value(cell); ok {
				t.Errorf("in a column of %s %q is read as %v", f, cell, v)
			}
		}
	}
}
