package cmd

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/report"
	"mlp/internal/rowwriter"
)

const mixedSpec = `data:
  target: y
  id: id
  ignore: [free]
  columns: [{name: w, type: categorical}, {name: b, missing: median, indicator: true}]
layers: [{units: 7, activation: tanh}, {units: 3, activation: softmax}]
fit: {epochs: 2}
`

// mixedTable returns a header and rows of numbers, gaps, categories, labels and
// free text.
func mixedTable(seed uint64, rows int) (header []string, cells [][]string) {
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range rows {
		b := fmt.Sprint(r.IntN(100) - 50)
		if r.IntN(5) == 0 {
			b = ""
		}
		cells = append(cells, []string{fmt.Sprintf("%05d", i), fmt.Sprintf("%.3g", r.NormFloat64()*1000), b,
			string(rune('p' + r.IntN(4))), hostileCell(r), string(rune('A' + r.IntN(3)))})
	}
	return []string{"id", "a", "b", "w", "free", "y"}, cells
}

// hostileCell returns text that a careless writer or reader of CSV spoils.
func hostileCell(r *rand.Rand) string {
	pieces := []string{`"`, `""`, ",", ";", "\t", "\n", "\r\n", "\r", " ", "  ", "=cmd()", "+1", "-1", "@x", "é", "日本", "\u202e", "\x1b]0;x\a",
		"a", "null", `\n`, `\`, "{", "'", "<b>", "NA", "\ufeff"}
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func writeTable(t *testing.T, path string, delimiter rune, crlf bool, header []string, rows [][]string) {
	t.Helper()
	var b bytes.Buffer
	for _, row := range append([][]string{header}, rows...) {
		for j, cell := range row {
			if j > 0 {
				b.WriteRune(delimiter)
			}
			// Some cells are quoted without need, some blanks are not quoted.
			if len(cell)%3 == 0 && cell != "" || strings.ContainsAny(cell, "\"\r\n\ufeff"+string(delimiter)) || strings.TrimSpace(cell) == "" && cell != "" {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		if crlf {
			b.WriteByte('\r')
		}
		b.WriteByte('\n')
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// parseRFC4180 is the grammar of the standard, and no more: encoding/csv changes
// line ends inside of cells.
func parseRFC4180(t *testing.T, text string) [][]string {
	t.Helper()
	var rows [][]string
	var row []string
	for text != "" {
		var cell strings.Builder
		if strings.HasPrefix(text, `"`) {
			text = text[1:]
			for {
				i := strings.IndexByte(text, '"')
				if i < 0 {
					t.Fatal("a quote is not closed")
				}
				cell.WriteString(text[:i])
				text = text[i+1:]
				if !strings.HasPrefix(text, `"`) {
					break
				}
				cell.WriteByte('"')
				text = text[1:]
			}
		} else {
			i := strings.IndexAny(text, ",\n\"\r")
			if i < 0 || text[i] == '"' || text[i] == '\r' {
				t.Fatalf("a bare cell in %.40q", text)
			}
			cell.WriteString(text[:i])
			text = text[i:]
		}
		row = append(row, cell.String())
		switch {
		case strings.HasPrefix(text, "\n"):
			rows, row = append(rows, row), nil
		case !strings.HasPrefix(text, ","):
			t.Fatalf("text after a cell: %.40q", text)
		}
		text = text[1:]
	}
	return rows
}

// Cells that are kept are read back as they were, whatever is in them, however the
// table was written, from CSV and from JSON lines.
func TestKeptCellsSurvive(t *testing.T) {
	dir := t.TempDir()
	header, rows := mixedTable(1, 400)
	writeTable(t, filepath.Join(dir, "t.csv"), ',', false, header, rows)
	writeTable(t, filepath.Join(dir, "semicolon.csv"), ';', true, header, rows)
	writeTable(t, filepath.Join(dir, "tab.csv"), '\t', false, header, rows)
	var lines strings.Builder
	for _, row := range rows {
		for j, name := range header {
			fmt.Fprintf(&lines, "%s%s: %s", map[bool]string{true: "{", false: ", "}[j == 0], iostreams.QuoteJSON(name), iostreams.QuoteJSON(row[j]))
		}
		lines.WriteString("}\r\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "t.jsonl"), []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "s.yaml"), []byte(mixedSpec), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "t.csv")
	want := append([][]string{header}, rows...)
	for _, name := range []string{"t.csv", "semicolon.csv", "tab.csv", "t.jsonl"} {
		text := mustRun(t, dir, "predict", "-q", "model.bin", name, "--keep", "all", "--output", "label")
		got := parseRFC4180(t, text)
		if len(got) != len(want) {
			t.Fatalf("%s: %d rows, want %d", name, len(got), len(want))
		}
		for i := range want {
			if !slices.Equal(got[i][:len(header)], want[i]) || len(got[i]) != len(header)+1 {
				t.Fatalf("%s: row %d is %q, was %q", name, i, got[i], want[i])
			}
		}
		if standard, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil || len(standard) != len(want) {
			t.Errorf("%s: encoding/csv: %d rows, %v", name, len(standard), err)
		}
		objects, err := decodeJSON(mustRun(t, dir, "predict", "-q", "model.bin", name, "--keep", "all", "--json"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, o := range objects {
			for j, name := range header {
				if o[name] != rows[i][j] {
					t.Fatalf("row %d, %s: %q, was %q", i, name, o[name], rows[i][j])
				}
			}
		}
	}
}

// A row is answered the same alone, among others, in any order and in chunks of
// any size, byte for byte.
func TestPredictIsRowByRow(t *testing.T) {
	dir := t.TempDir()
	header, rows := mixedTable(2, 300)
	writeTable(t, filepath.Join(dir, "t.csv"), ',', false, header, rows)
	if err := os.WriteFile(filepath.Join(dir, "s.yaml"), []byte(mixedSpec), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "t.csv")
	m, err := model.Read(filepath.Join(dir, "model.bin"), 2)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	answer := func(name string, chunk int, json bool) string {
		var out bytes.Buffer
		a, err := predict.NewAnswer(m, 0.5, "all")
		if err != nil {
			t.Fatal(err)
		}
		p, err := predict.Open(m, source.File(filepath.Join(dir, name)), a, predict.Options{Keep: []string{"all"}, Rows: chunk})
		if err == nil {
			err = p.Write(rowwriter.New(p.Names, json, false), &out)
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.Drift.Rows != strings.Count(out.String(), "{\"id\"") && json {
			t.Errorf("%d rows counted", p.Drift.Rows)
		}
		return out.String()
	}
	whole := mustRun(t, dir, "predict", "-q", "model.bin", "t.csv", "--keep", "all")
	for _, chunk := range []int{1, 2, 7, 255, 4096} {
		if answer("t.csv", chunk, false) != whole {
			t.Errorf("chunks of %d rows give other bytes", chunk)
		}
	}
	want := map[string]string{} // the line of each id
	for i, line := range strings.Split(strings.TrimSuffix(answer("t.csv", 4096, true), "\n"), "\n") {
		want[rows[i][0]] = line
	}
	r := rand.New(rand.NewPCG(3, 3))
	for n := range 20 {
		some := slices.Clone(rows)
		r.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		some = some[:1+r.IntN(len(some))]
		if n%2 == 0 {
			some = some[:1]
		}
		writeTable(t, filepath.Join(dir, "some.csv"), ',', n%3 == 0, header, some)
		chunk := []int{1, 2, 7, 4096}[n%4]
		for i, line := range strings.Split(strings.TrimSuffix(answer("some.csv", chunk, true), "\n"), "\n") {
			if line != want[some[i][0]] {
				t.Fatalf("row %s in chunks of %d: %s, was %s", some[i][0], chunk, line, want[some[i][0]])
			}
		}
	}
}

// On a terminal nothing that was in the table commands it; in a file it is kept.
func TestPredictOnATerminal(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		w := rowwriter.New([]string{"a\x1b[2J", "b"}, false, terminal)
		w.Word("x\x1b]0;t\a")
		w.Verbatim([]byte("y\u202e\x00"), false)
		w.End()
		want := "a\x1b[2J,b\nx\x1b]0;t\a,y\u202e\x00\n"
		if terminal {
			want = "a·[2J,b\nx·]0;t·,y··\n"
		}
		if got := string(w.Bytes()); got != want {
			t.Errorf("terminal %t: %q, want %q", terminal, got, want)
		}
		j := rowwriter.New([]string{"a\u009b"}, true, terminal)
		j.Verbatim([]byte("\"\u202e\\u001b\""), true)
		j.End()
		want = "{\"a\\u009b\":\"\u202e\\u001b\"}\n"
		if terminal {
			want = "{\"a\\u009b\":\"\\u202e\\u001b\"}\n"
		}
		if got := string(j.Bytes()); got != want {
			t.Errorf("terminal %t: %q, want %q", terminal, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0: "0 %", 1e-9: "< 0.01 %", 0.0001: "0.01 %", 0.01234: "1.2 %", 0.0994: "9.9 %", 0.0996: "10 %", 0.333: "33 %",
		0.99: "99 %", 0.9999: "> 99 %", 1: "100 %"} {
		if got := report.Percent(share); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
}
