package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"mlp/internal/data/scan"
	"mlp/internal/data/source"
)

// words that are awkward in JSON or in CSV
var awkward = []string{"", "a", `"`, `\`, "\n", "\r\n", "\t", "é", "日本語", "😀", "\u2028", "\x7f", "{", "}", "[1]", ",", ":", "null", "true", `\u0041`, "</b>", " b ", "NA"}

// jsonTable writes the same table as JSON lines, keys in any order and escapes of
// any kind, and as CSV.
func jsonTable(seed uint64, rows int) (lines, table string) {
	r := rand.New(rand.NewPCG(seed, 1))
	var j, c strings.Builder
	names := []string{"n", `k "ey"`, "w", "b"}
	c.WriteString("n,\"k \"\"ey\"\"\",w,b\n")
	for row := range rows {
		number := fmt.Sprint(float32(r.NormFloat64() * 100))
		key := awkward[r.IntN(len(awkward))] + awkward[r.IntN(len(awkward))]
		word, boolean := awkward[r.IntN(len(awkward))], []string{"true", "false"}[r.IntN(2)]
		cells := []string{number, escaped(r, key), escaped(r, word), boolean}
		fmt.Fprintf(&c, "%s,%s,%s,%s\n", number, quoted(key), quoted(word), boolean)
		order := []int{0, 1, 2, 3}
		if row > 0 {
			r.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		}
		var pairs []string
		for _, i := range order {
			if i == 2 && word == "" && r.IntN(2) == 0 && row > 0 {
				continue // a key that is left out
			}
			pairs = append(pairs, escaped(r, names[i])+[]string{":", " : ", ": "}[r.IntN(3)]+cells[i])
		}
		j.WriteString("{" + strings.Join(pairs, []string{",", ", ", " ,\t"}[r.IntN(3)]) + "}\n")
	}
	return j.String(), c.String()
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// escaped writes text as JSON, as a library does or with every character escaped.
func escaped(r *rand.Rand, s string) string {
	if r.IntN(2) == 0 {
		b, _ := json.Marshal(s)
		return string(b)
	}
	var b strings.Builder
	for _, unit := range utf16Of(s) {
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	return `"` + b.String() + `"`
}

func utf16Of(s string) []uint16 {
	var units []uint16
	for _, r := range s {
		if r > 0xffff {
			units = append(units, uint16(0xd800+(r-0x10000)>>10), uint16(0xdc00+(r-0x10000)&0x3ff))
		} else {
			units = append(units, uint16(r))
		}
	}
	return units
}

// A table is the same in both forms, however its bytes come in.
func TestJSONLinesAreATable(t *testing.T) {
	for seed := range uint64(20) {
		lines, tab := jsonTable(seed, 3+int(seed)*200)
		c := Default()
		c.NA = []string{"NA"}
		want, err := Read(text(tab), c)
		if err != nil {
			t.Fatal(err)
		}
		for name, reader := range map[string]func() io.Reader{
			"whole":   func() io.Reader { return strings.NewReader(lines) },
			"halves":  func() io.Reader { return iotest.HalfReader(strings.NewReader(lines)) },
			"no end":  func() io.Reader { return strings.NewReader(strings.TrimSuffix(lines, "\n")) },
			"CR LF":   func() io.Reader { return strings.NewReader(strings.ReplaceAll(lines, "\n", "\r\n")) },
			"a mark":  func() io.Reader { return strings.NewReader("\ufeff" + lines) },
			"a blank": func() io.Reader { return strings.NewReader(lines + "\n \n") },
		} {
			got, err := Read(source.Source{Name: "t", Open: func() (io.ReadCloser, error) { return io.NopCloser(reader()), nil }}, c)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, lines[:min(len(lines), 300)])
			}
			if got.Rows != want.Rows || !slices.Equal(got.Names(), want.Names()) {
				t.Fatalf("%s: %d rows of %q", name, got.Rows, got.Names())
			}
			for j, g := range got.Columns {
				w := want.Columns[j]
				if g.Kind != w.Kind || g.Missing != w.Missing || !sameBits(g.Numbers, w.Numbers) || fmt.Sprint(g.Wide) != fmt.Sprint(w.Wide) || !slices.Equal(g.Codes, w.Codes) || !slices.Equal(g.Words, w.Words) {
					t.Fatalf("seed %d, %s: column %q differs", seed, name, g.Name)
				}
			}
		}
	}
}

// What is no JSON Lines is refused; a line that is cut off anywhere, too; and
// encoding/json agrees on what is JSON.
func TestDamagedJSONLines(t *testing.T) {
	line := `{"a": -1.5e3, "b": "x\"\u00e9\n", "c": null, "d": true}`
	for i := 1; i < len(line); i++ {
		for _, tail := range []string{"", "\n", "\n" + line + "\n"} {
			_, err := Read(text(line+"\n"+line[:i]+tail), Default())
			if err == nil {
				t.Errorf("%q is accepted", line[:i]+tail)
			}
		}
		for _, b := range []byte("\"\\{}[],:0-.eE\x01xn \t") {
			damaged := []byte(line)
			damaged[i] = b
			_, err := Read(source.Bytes("t", append([]byte(line+"\n"), damaged...)), Default())
			var v map[string]any
			valid := json.Unmarshal(damaged, &v) == nil
			if err == nil && !valid {
				t.Errorf("%q is accepted", damaged)
			}
			if err != nil && valid && !strings.Contains(err.Error(), "key") && !strings.Contains(err.Error(), "value within") {
				t.Errorf("%q is refused: %v", damaged, err)
			}
		}
	}
}

func FuzzJSONLines(f *testing.F) {
	f.Add([]byte(`{"a": 1, "b": "x"}` + "\n" + `{"b": "\ud83d\ude00", "a": null}`))
	f.Add([]byte("{\"a\":1}\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !scan.LooksLikeObjects(b) {
			return
		}
		table, err := Read(source.Bytes("t", b), Default())
		if err != nil {
			return
		}
		n := 0
		for _, line := range bytes.Split(b, []byte("\n")) {
			if len(bytes.TrimSpace(line)) > 0 {
				n++
				var v map[string]any
				if err := json.Unmarshal(line, &v); err != nil {
					t.Fatalf("%q is read, and is no JSON: %v", line, err)
				}
			}
		}
		if table.Rows != n {
			t.Fatalf("%d rows of %d lines", table.Rows, n)
		}
	})
}
