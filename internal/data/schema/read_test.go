package schema

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// show writes a table on one line: name=[cells], with "·" for a missing one;
// words stand in quotes.
func show(t *table.Table) string {
	var parts []string
	for _, c := range t.Columns {
		if c.Skipped {
			parts = append(parts, c.Name+" skipped")
			continue
		}
		var cells []string
		for row := range t.Rows {
			switch {
			case c.IsMissing(row):
				cells = append(cells, "·")
			case c.Kind == table.Categorical:
				cells = append(cells, fmt.Sprintf("%q", c.Words[c.Codes[row]]))
			case c.Wide != nil:
				cells = append(cells, fmt.Sprint(c.Wide[row]))
			default:
				cells = append(cells, fmt.Sprint(c.Numbers[row]))
			}
		}
		parts = append(parts, c.Name+"=["+strings.Join(cells, " ")+"]")
	}
	return strings.Join(parts, " ")
}

func text(s string) source.Source { return source.Bytes("t.csv", []byte(s)) }

// configure returns the defaults with what a `data:` section in JSON says.
func configure(t testing.TB, json string) Config {
	t.Helper()
	n, err := spec.ParseJSON([]byte(json), "spec.yaml", "spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	if _, problems := spec.Decode(n, func(f *spec.Fields) { c = Decode(f) }); len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

func TestTablesAsPeopleHaveThem(t *testing.T) {
	cases := []struct{ name, in, config, want string }{
		{"plain", "a,b\n1,x\n2,y\n", ``, `a=[1 2] b=["x" "y"]`},
		{"no newline at the end", "a,b\n1,x\n2,y", ``, `a=[1 2] b=["x" "y"]`},
		{"byte order mark", "\ufeffa,b\n1,x\n", ``, `a=[1] b=["x"]`},
		{"byte order mark before a quoted name", "\ufeff\"a\",b\n1,x\n", ``, `a=[1] b=["x"]`},
		{"carriage return and newline", "a,b\r\n1,x\r\n2,y\r\n", ``, `a=[1 2] b=["x" "y"]`},
		{"carriage returns only", "a,b\r1,x\r2,y\r", ``, `a=[1 2] b=["x" "y"]`},
		{"line ends of several kinds", "a,b\r\n1,x\n2,y\r3,z", ``, `a=[1 2 3] b=["x" "y" "z"]`},
		{"everything quoted", "\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n", ``, `a=[1 2] b=["x" "y"]`},
		{"delimiter, quote and newline in a cell", "a,b\n1,\"x,\"\"y\"\"\nz\"\n2,w\n", ``, `a=[1 2] b=["x,\"y\"\nz" "w"]`},
		{"carriage return and newline in a cell are kept", "a,b\r\n1,\"x\r\ny\"\r\n", ``, `a=[1] b=["x\r\ny"]`},
		{"blanks around cells", "a , b\n 1, x y \n2 ,\" z \" \n", ``, `a=[1 2] b=["x y" " z "]`},
		{"semicolons", "a;b\n1;x\n2;y\n", ``, `a=[1 2] b=["x" "y"]`},
		{"semicolons and decimal points among commas in text", "a;b\n1;x,y\n2;y,z\n", ``, `a=[1 2] b=["x,y" "y,z"]`},
		{"tabs", "a\tb\n1\tx y\n2\t\n", ``, `a=[1 2] b=["x y" ·]`},
		{"bars", "a|b\n1|x\n2|y\n", ``, `a=[1 2] b=["x" "y"]`},
		{"another delimiter, named", "a:b\n1:x\n2:y\n", `{"delimiter": ":"}`, `a=[1 2] b=["x" "y"]`},
		{"one column", "a\n1\n2\n", ``, `a=[1 2]`},
		{"one column with a blank line", "a\n1\n\n2\n", ``, `a=[1 · 2]`},
		{"blank lines at the end", "a,b\n1,x\n\n\r\n  \n", ``, `a=[1] b=["x"]`},
		{"missing cells", "a,b\n1,x\n,\nNA,?\nnan,null\n2,y\n", ``, `a=[1 · · · 2] b=["x" · · · "y"]`},
		{"a dash is a word", "a,b\n1,-\n2,+\n", ``, `a=[1 2] b=["-" "+"]`},
		{"own missing tokens replace the list, but not the empty cell", "a,b\n1,NA\n-9,x\n,y\n", `{"na_values": [-9]}`, `a=[1 · ·] b=["NA" "x" "y"]`},
		{"a token that is a number means its value", "a,b\n0,x\n0.0,y\n-0e5,z\n3,w\n", `{"columns": [{"name": "a", "na_values": [0]}]}`, `a=[· · · 3] b=["x" "y" "z" "w"]`},
		{"a token of one column", "a,b\n0,0\n1,1\n", `{"columns": [{"name": "a", "na_values": [0]}]}`, `a=[· 1] b=[0 1]`},
		{"text tokens make a column numeric", "a,b\n1,x\noops,y\n2,z\n", `{"columns": [{"name": "a", "na_values": ["oops"]}]}`, `a=[1 · 2] b=["x" "y" "z"]`},
		{"half numbers is categorical", "a\n1\nx\n2\ny\n", ``, `a=["1" "x" "2" "y"]`},
		{"declared categorical", "a,b\n01,1\n1,2\n", `{"columns": [{"name": "a", "type": "categorical"}]}`, `a=["01" "1"] b=[1 2]`},
		{"encoded means categorical", "a,b\n01,1\n1,2\n", `{"columns": [{"name": "a", "encode": "one_hot"}]}`, `a=["01" "1"] b=[1 2]`},
		{"ids are words", "a,b\n01,1\n1,2\n", `{"id": "a"}`, `a=["01" "1"] b=[1 2]`},
		{"ignored columns hold nothing", "a,b\n1,x\n", `{"ignore": ["b"]}`, `a=[1] b skipped`},
		{"a first row with a number is no header", "1,x\n2,y\n", ``, `c1=[1 2] c2=["x" "y"]`},
		{"a first row with NA is no header", "NA,x\n2,y\n", ``, `c1=[· 2] c2=["x" "y"]`},
		{"a first row with duplicates above words is no header", "p,x,x\nq,y,x\n", ``, `c1=["p" "q"] c2=["x" "y"] c3=["x" "x"]`},
		{"names that are numbers need header: true", "2019,2020\n1,2\n", `{"header": true}`, `2019=[1] 2020=[2]`},
		{"words without a header need header: false", "x,p\ny,q\n", `{"header": false}`, `c1=["x" "y"] c2=["p" "q"]`},
		{"an all-missing column is numeric", "a,b\nNA,1\n,2\n", ``, `a=[· ·] b=[1 2]`},
		{"points at either end", "a,b\n.5,1.\n-.5e1,+2.e0\n", ``, `a=[0.5 -5] b=[1 2]`},
		{"tiny numbers become zero", "a,b\n1e-400,x\n-0,y\n", ``, `a=[0 -0] b=["x" "y"]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config := Default()
			if c.config != "" {
				config = configure(t, c.config)
			}
			table, err := Read(text(c.in), config)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(table); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	table, err := Read(text("a,b\r\n1,\"x\r\n\ny\"\r\n2,z\r\n"), Default())
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{2, 5}; !slices.Equal(table.Lines, want) {
		t.Errorf("%v, want %v", table.Lines, want)
	}
}

// A column can look numeric for as long as the window reaches and turn out to
// hold words; then its first cells must come back as they were written.
func TestWordsAfterManyNumbers(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,b\n")
	for i := range 400 {
		fmt.Fprintf(&b, "0%d,1\n", i%3)
	}
	for range 400 {
		b.WriteString("x,2\n")
	}
	for _, once := range []bool{false, true} {
		src := text(b.String())
		src.Once = once
		table, err := Read(src, Default())
		if err != nil {
			t.Fatal(err)
		}
		if got := table.Columns[0].Words; !slices.Equal(got, []string{"00", "01", "02", "x"}) {
			t.Errorf("words %q", got)
		}
	}
}

// The same cells give the same table however they are written, packed and read.
func TestWaysOfWritingATable(t *testing.T) {
	plain, err := os.ReadFile("../../../data/pima.csv")
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(plain)
	z.Close()
	var quoted strings.Builder
	for line := range strings.Lines(string(plain)) {
		quoted.WriteString(`"` + strings.ReplaceAll(strings.TrimSpace(line), ",", `","`) + "\"\n")
	}
	want, err := Read(source.Bytes("plain", plain), Default())
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"crlf":       bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n")),
		"cr":         bytes.ReplaceAll(plain, []byte("\n"), []byte("\r")),
		"mark":       append([]byte("\xef\xbb\xbf"), plain...),
		"gzip":       zipped.Bytes(),
		"quoted":     []byte(quoted.String()),
		"semicolons": bytes.ReplaceAll(plain, []byte(","), []byte(";")),
		"no newline": bytes.TrimSpace(plain),
	} {
		got, err := Read(source.Bytes(name, b), Default())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if show(got) != show(want) || !slices.Equal(got.Lines, want.Lines) {
			t.Errorf("%s: another table", name)
		}
		if name == "gzip" && got.SHA256 != want.SHA256 {
			t.Errorf("the hash is not that of the unpacked bytes")
		}
	}
	dribble := source.Source{Name: "-", Once: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(iotestOneByte{bytes.NewReader(plain)}), nil }}
	got, err := Read(dribble, Default())
	if err != nil || show(got) != show(want) {
		t.Errorf("a byte at a time: %v", err)
	}
}

type iotestOneByte struct{ r io.Reader }

func (r iotestOneByte) Read(p []byte) (int, error) { return r.r.Read(p[:min(len(p), 1)]) }

// Records that lie across the end of the window, long cells and many columns.
func TestRecordsBeyondTheWindow(t *testing.T) {
	long := strings.Repeat("x", parse.WindowSize-10)
	table, err := Read(text("a,b\n1,"+long+"\n2,\""+long[:1000]+"\"\"\n\"\n"), Default())
	if err != nil {
		t.Fatal(err)
	}
	if w := table.Columns[1].Words; len(w) != 2 || len(w[0]) != len(long) || len(w[1]) != 1002 {
		t.Errorf("other words")
	}
	const wide = 100000
	var b strings.Builder
	for row := range 3 {
		for j := range wide {
			if row == 0 {
				fmt.Fprintf(&b, "column%d", j)
			} else {
				fmt.Fprintf(&b, "%d.5", row*j)
			}
			if j < wide-1 {
				b.WriteByte(',')
			}
		}
		b.WriteByte('\n')
	}
	table, err = Read(text(b.String()), Default())
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(b.String()))); table.SHA256 != want {
		t.Errorf("SHA-256 %s, want %s", table.SHA256, want)
	}
	if len(table.Columns) != wide || table.Columns[wide-1].Numbers[1] != 2*(wide-1)+0.5 {
		t.Errorf("%d columns", len(table.Columns))
	}
	for _, flawed := range []string{
		"a,b\n1,\"" + strings.Repeat("2,3\n", 1<<19),
		"a,b\n1," + strings.Repeat("x", scan.FieldLimit+1) + "\n",
	} {
		_, err = Read(text(flawed), Default())
		if err == nil || !strings.Contains(err.Error(), "t.csv:2:3: a cell of more than 1 MiB begins here") {
			t.Errorf("a cell without end: %v", err)
		}
	}
}

// Random text, read as encoding/csv reads it. The differences are meant:
//   - a carriage return alone ends a line, and one before a newline in a quoted
//     cell is kept: such text is left out here;
//   - blanks around a cell do not belong to it, and a quote may follow them;
//   - blank lines are refused between rows, where encoding/csv drops them; in a
//     table of one column they are missing cells.
func TestAgainstEncodingCSV(t *testing.T) {
	s := rng.New(3, "csv")
	cells := []string{"a", "1", "2.5", "", "x y", " b ", `"q"`, `"a,b"`, "\"l\nm\"", "\"say \"\"so\"\"\"", "é", `""`, `a"b`, `"a"b`, `"a"" `, `"`, "\n"}
	const flawed = 5 // how many of them are no cells
	agreed, refused := 0, 0
	for i := range uint64(20000) {
		draw := s.At(i)
		columns, next := 1+draw.Uint32(0)%4, uint64(1)
		kinds := uint32(len(cells))
		if i%4 > 0 {
			kinds -= flawed
		}
		var b strings.Builder
		for range 1 + draw.Uint32(1)%5 {
			for j := range columns {
				next++
				b.WriteString(cells[draw.Uint32(next)%kinds])
				if j < columns-1 {
					b.WriteByte(',')
				}
			}
			b.WriteByte('\n')
		}
		in := b.String()
		want, errWant := csv.NewReader(strings.NewReader(in)).ReadAll()
		c := Default()
		c.Header, c.Delimiter, c.NA = table.No, ',', []string{""}
		tab, err := Read(text(in), c)
		if (err == nil) != (errWant == nil) {
			dropped := strings.HasPrefix(in, "\n") || strings.Contains(in, "\n\n") || strings.TrimSpace(in) == ""
			if !dropped && !strings.Contains(in, ` "`) {
				t.Errorf("%q: %v, encoding/csv says %v", in, err, errWant)
			}
			continue
		}
		if err != nil {
			refused++
			continue
		}
		agreed++
		if len(tab.Columns) == 1 {
			continue // encoding/csv drops blank lines
		}
		if len(want) != tab.Rows {
			t.Fatalf("%q: %d rows, encoding/csv has %d", in, tab.Rows, len(want))
		}
		for row, cells := range want {
			for j, cell := range cells {
				if got := tab.Columns[j].Text(row); strings.TrimSpace(got) != strings.TrimSpace(cell) && tab.Columns[j].Kind == table.Categorical {
					t.Fatalf("%q: row %d, column %d: %q, encoding/csv has %q", in, row, j, got, cell)
				}
			}
		}
	}
	if agreed < 10000 || refused < 1000 {
		t.Errorf("only %d tables were read, %d refused", agreed, refused)
	}
}

func TestTablesOfTheRepository(t *testing.T) {
	cases := []struct {
		file, target string
		task         task.Task
		rows         int
		labels       []string
		kinds        string // n or c, a column each
	}{
		{"pima.csv", "diabetes", task.Binary, 768, []string{"neg", "pos"}, "nnnnnnnnc"},
		{"iris.csv", "Species", task.Multiclass, 150, []string{"setosa", "versicolor", "virginica"}, "nnnnc"},
		{"servo.csv", "Class", task.Regression, 167, nil, "ccnnn"},
	}
	for _, c := range cases {
		config := Default()
		config.Target = []ColumnRef{{Name: c.target}}
		table, err := Read(source.File(filepath.Join("../../../data", c.file)), config)
		if err != nil {
			t.Error(err)
			continue
		}
		s, err := Infer(table, config, task.Auto)
		if err != nil {
			t.Error(err)
			continue
		}
		kinds := ""
		for _, sc := range s.Columns {
			kinds += sc.Kind.String()[:1]
		}
		if s.Task != c.task || table.Rows != c.rows || !slices.Equal(s.Labels, c.labels) || kinds != c.kinds {
			t.Errorf("%s: %s, %d rows, labels %q, kinds %s", c.file, s.Task, table.Rows, s.Labels, kinds)
		}
	}
}

// Reading goes on after a flawed line, however long it is.
func TestFlawsInLongLines(t *testing.T) {
	_, err := Read(text("a,b\n1,x\"y"+strings.Repeat("z", 3*parse.WindowSize)+"\n2,y\n3\n"), Default())
	want := "t.csv:2:4: a quote inside an unquoted cell\nt.csv:4:2: 1 cell found; the header (line 1) has 2"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// A classification may have more labels than a column guessed to be one.
func TestManyDeclaredClasses(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,y\n")
	for i := range 2 * table.BothLimit {
		fmt.Fprintf(&b, "%d.5,%d\n", i, i)
	}
	for config, accepted := range map[string]bool{`{"target": "y", "task": "multiclass"}`: true, `{"target": "y"}`: false} {
		c := configure(t, config)
		tab, err := Read(text(b.String()), c)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Infer(tab, c, task.Multiclass)
		if accepted != (err == nil) || accepted && len(s.Labels) != 2*table.BothLimit {
			t.Errorf("%s: %v", config, err)
		}
	}
}

func TestMissingFileNamesItsNeighbour(t *testing.T) {
	_, err := Read(source.File("../../../data/pina.csv"), Default())
	p, ok := err.(*problem.Problem)
	if !ok || p.Error() != "../../../data/pina.csv: cannot be read: no such file or directory" || p.Hint != "did you mean ../../../data/pima.csv?" {
		t.Errorf("%v", err)
	}
}
