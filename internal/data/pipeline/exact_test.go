package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/stats"
)

// longNumbers are cells that float32 does not tell apart.
var longNumbers = map[string][]string{
	"seconds since 1970":      {"1709280000", "1709280001", "1709280059", "1709280030", "1709280001"},
	"milliseconds since 1970": {"1709280000000", "1709280000001", "1709280000999", "1709280000500", ""},
	"degrees":                 {"48.13701234", "48.13701235", "48.13701299", "48.13701212", "48.13701234"},
	"day and month and year":  {"20240131", "20240201", "20240202", "20240203", "20240201"},
	"cents":                   {"12345678.01", "12345678.02", "12345678.99", "12345679", "12345678.010"},
	"years before now":        {"16777216", "16777217", "16777218", "16777219", "16777217"},
	"exponents":               {"1.709280001e9", "1.709280002e9", "1709280003", "1.70928e9", ""},
	"below float32":           {"1e-50", "2e-50", "3e-50", "0", "1e-50"},
	"with a plus":             {"+100000001", "+100000002", "100000003", "100000009", "100000001"},
	"negative":                {"-100000001", "-100000002", "-100000003", "-100000009", ""},
	"quoted":                  {`"100000001"`, `"100000002"`, `"100000003"`, `"100000009"`, `"100000009"`},
	"long after short":        {"1", "2", "0.1", "100000001", "100000002"},
	"quoted before not":       {`"100000001"`, "2", "3", "100000002", "5"},
	"many digits":             {"0.12345678901234567", "0.12345678901234599", "0.1", "0.2", "0.12345678901234567"},
}

// What differs in the file differs in the input, which is the scaled float64, rounded
// once. So it is of text, of lines of JSON, of a packed table and row by row.
func TestLongNumbersKeepTheirValue(t *testing.T) {
	for name, cells := range longNumbers {
		var csv, lines strings.Builder
		csv.WriteString("n,y\n")
		for i, cell := range cells {
			y := "ab"[i%2 : i%2+1]
			fmt.Fprintf(&csv, "%s,%s\n", cell, y)
			fmt.Fprintf(&lines, "{\"n\": %s, \"y\": %q}\n", strings.TrimPrefix(map[bool]string{true: "null", false: cell}[cell == ""], "+"), y)
		}
		const config = `{"target": "y", "numeric": {"missing": "median"}}`
		tab, p := fit(t, csv.String(), config, nil)
		x := make([]float64, len(cells))
		for i, cell := range cells {
			v, err := strconv.ParseFloat(strings.Trim(cell, `"`), 64)
			if x[i] = v; err != nil {
				x[i] = math.NaN()
			}
		}
		if got := tab.Columns[0].Values(nil); fmt.Sprint(got) != fmt.Sprint(x) {
			t.Fatalf("%s: read as %v, want %v", name, got, x)
		}
		present := slices.Sorted(slices.Values(stats.Present(slices.Clone(x))))
		for i, v := range x {
			if v != v {
				x[i] = stats.Quantile(present, 0.5)
			}
		}
		mean, sd := stats.Moments(x)
		var want []float32
		for _, v := range x {
			want = append(want, float32((v-mean)/sd))
		}
		blocks := text(csv.String())
		blocks.Block, blocks.Threads = 48, 2 // the first holds most rows
		if got, err := schema.Read(blocks, configure(t, config)); err != nil || fmt.Sprint(got.Columns[0].Values(nil)) != fmt.Sprint(tab.Columns[0].Values(nil)) {
			t.Errorf("%s: read in blocks as %v, %v", name, got, err)
		}
		for what, src := range map[string]source.Source{"csv": text(csv.String()), "blocks": blocks, "json": text(lines.String()), "packed": source.Bytes("t", pack(t, csv.String(), config))} {
			read, err := p.ReadFor(src, true)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, what, err)
			}
			d, err := p.Apply(read, nil)
			if err != nil || !sameBits(d.X.Data, want) {
				t.Errorf("%s, %s: inputs %v, want %v, %v", name, what, d.X.Data, want, err)
			}
			at := 0
			err = streamed(p, src, 1, func(one *table.Table) error {
				d, err := p.Apply(one, nil)
				if err == nil && !sameBits(d.X.Data, want[at:at+one.Rows]) {
					t.Errorf("%s, %s: from row %d inputs are %v, want %v", name, what, at, d.X.Data, want[at:])
				}
				at += one.Rows
				return err
			})
			if err != nil || at != len(cells) {
				t.Errorf("%s, %s: %d rows, %v", name, what, at, err)
			}
		}
		for i := range x {
			for j := range i {
				// An input of size 1 has steps of 2⁻²³ of the spread: what is nearer may meet.
				if near := math.Abs(x[i]-x[j]) < 0x1p-22*sd; (x[i] == x[j]) != (want[i] == want[j]) && !near {
					t.Errorf("%s: %q and %q become %v and %v", name, cells[j], cells[i], want[j], want[i])
				}
			}
		}
		sch, learned := p.Save()
		if again, err := LoadPipeline(sch, learned); err != nil || !slices.Equal(again.Requires(), []string{RequiresWide}) || !again.Schema().Column("n").Wide {
			t.Errorf("%s: loaded as %v, %v", name, again, err)
		}
	}
}

// What float32 holds apart stays float32, as ever; so does a column that an earlier
// version has fitted.
func TestShortNumbersStayFloat32(t *testing.T) {
	for _, cells := range [][]string{{"0.1", "1234567", "-0.0003"}, {"16777216", "16777215", "1"}, {"8.500000000", "0.25", "1e10"}, {"4294967296", "2147483648", "1"}, {"1709280000", "1e30", "0"}} {
		tab, p := fit(t, "n,y\n"+strings.Join(cells, ",a\n")+",b\n", `{"target": "y"}`, nil)
		if c := tab.Columns[0]; c.Wide != nil || len(c.Numbers) != len(cells) || p.Requires() != nil {
			t.Errorf("%v: kept as %v, %v", cells, c.Numbers, c.Wide)
		}
		read, err := p.ReadFor(text("n,y\n0.123456789012,a\n16777217,b\n"), false)
		if err != nil || read.Columns[0].Wide != nil || read.Columns[0].Numbers[0] != 0.123456789012 || read.Columns[0].Numbers[1] != 16777216 {
			t.Errorf("%v: a longer number is read as %v, %v", cells, read.Columns[0].Numbers, err)
		}
	}
}

// Long numbers that stand for missing values are told from their neighbours.
func TestLongMissingNumbers(t *testing.T) {
	tab, _ := fit(t, "n,y\n100000001,a\n100000002,b\n100000003,a\n", `{"target": "y", "na_values": ["100000002"]}`, nil)
	if got := tab.Columns[0].Values(nil); got[0] != 100000001 || got[1] == got[1] || got[2] != 100000003 {
		t.Errorf("read as %v", got)
	}
}
