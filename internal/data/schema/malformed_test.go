package schema

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"mlp/internal/data/parse"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

var update = flag.Bool("update", false, "rewrite the expected complaints in testdata")

// settings of the files that need more than the target in their last column
var malformedConfigs = map[string]func(*Config){
	"negative_weight.csv":  func(c *Config) { c.Weight = []ColumnRef{{Name: "w"}} },
	"ragged_no_header.csv": func(c *Config) { c.Header = table.No },
}

// tables writes the tables of testdata/NAME.txtar, each with its answer, and those
// of the folder testdata/NAME, which are no plain text, into one folder.
func tables(t testing.TB, name string) (dir string, archive *txtar.Archive) {
	t.Helper()
	dir = t.TempDir()
	archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(txtar.Write(archive, dir), os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name)))); err != nil {
		t.Fatal(err)
	}
	return dir, archive
}

// Each table of testdata/malformed is answered with the complaints that follow it
// in the archive as a file .want: place, column, message, excerpt with a mark,
// hint. What is unusual about those of testdata/unusual is taken as it was meant;
// the table follows.
func TestMalformedTables(t *testing.T) {
	for name, count := range map[string]int{"malformed": 232, "unusual": 102} {
		dir, archive := tables(t, name)
		files := 0
		for i, answer := range archive.Files {
			table, ok := strings.CutSuffix(answer.Name, ".want")
			if !ok {
				continue
			}
			files++
			t.Run(name+"/"+table, func(t *testing.T) {
				read, err := readMalformed(filepath.Join(dir, table))
				if (err == nil) != (name == "unusual") {
					t.Errorf("accepted: %v", err == nil)
				}
				got := ""
				if err != nil {
					got = complaintText(t, err)
				} else {
					got = show(read) + "\n"
				}
				if *update {
					archive.Files[i].Data = []byte(got)
				} else if got != string(answer.Data) {
					t.Errorf("got\n%swant\n%s", got, answer.Data)
				}
			})
		}
		entries, err := os.ReadDir(dir)
		if err != nil || files != count || len(entries) != 2*count {
			t.Errorf("%s: %d tables with an answer among %d files, want %d among %d: %v", name, files, len(entries), count, 2*count, err)
		}
		if *update {
			if err := os.WriteFile(filepath.Join("testdata", name+".txtar"), txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A table of which it is said that `type: amount` reads a column is read with that.
func TestAmountsLeadOn(t *testing.T) {
	dir, archive := tables(t, "malformed")
	told := 0
	for _, answer := range archive.Files {
		column := regexp.MustCompile(`(?s):\d+:\d+: (\w+): .*hint: declare the column .type: amount`).FindSubmatch(answer.Data)
		if column == nil || !strings.HasSuffix(answer.Name, ".want") {
			continue
		}
		told++
		c := Default()
		c.Target = []ColumnRef{{Number: -1}}
		c.Columns = configure(t, fmt.Sprintf(`{"columns": [{"name": "%s", "type": "amount"}]}`, column[1])).Columns
		if _, err := readWith(filepath.Join(dir, strings.TrimSuffix(answer.Name, ".want")), c); err != nil {
			t.Errorf("%s: declared to be an amount, %v", answer.Name, err)
		}
	}
	if told < 6 {
		t.Errorf("%d tables are told so", told)
	}
}

// readMalformed reads a file whose last column is the target as load does.
func readMalformed(file string) (*table.Table, error) {
	c := Default()
	c.Target = []ColumnRef{{Number: -1}}
	return readWith(file, c)
}

// readWith reads a file with a configuration, and what else it needs.
func readWith(file string, c Config) (*table.Table, error) {
	src := source.File(file)
	src.Name = filepath.Base(file)
	if set := malformedConfigs[src.Name]; set != nil {
		set(&c)
	}
	tab, err := Read(src, c)
	if err == nil {
		_, err = Infer(tab, c, task.Auto)
	}
	parse.Locate(err, src)
	return tab, err
}

// complaintText renders problems as a person sees them.
func complaintText(t *testing.T, err error) string {
	t.Helper()
	var all problem.Problems
	var one *problem.Problem
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = problem.Problems{one}
	default:
		t.Fatalf("not a problem: %v", err)
	}
	var b strings.Builder
	for _, p := range all {
		if p.Domain != problem.InData {
			t.Errorf("%v: not in the data's domain", p)
		}
		fmt.Fprintln(&b, p.Error())
		if p.Excerpt != "" {
			fmt.Fprintf(&b, "    %s\n    %s%s\n", strings.ReplaceAll(p.Excerpt, "\t", " "), strings.Repeat(" ", p.Pos.Col-1), strings.Repeat("^", max(1, p.Width)))
		}
		for _, also := range p.Also {
			fmt.Fprintf(&b, "  see %s\n", also)
		}
		if p.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", p.Hint)
		}
	}
	return b.String()
}

// Tables too large to keep beside the tests.
func TestLargeMalformedTables(t *testing.T) {
	columns := func(n int, cell string) string { return strings.Repeat(cell+",", n-1) + cell + "\n" }
	names := func(n int) string {
		var b strings.Builder
		for j := range n {
			fmt.Fprintf(&b, ",n%d", j)
		}
		return b.String()[1:] + "\n"
	}
	for _, c := range []struct{ name, in, want string }{
		{"a field of 10 MB", "a,b\n1," + strings.Repeat("x", 10<<20) + "\n2,y\n", "t.csv:2:3: a cell of more than 1 MiB begins here"},
		{"a quoted field of 10 MB", "a,b\n1,\"" + strings.Repeat("x\n", 5<<20) + "\"\n2,y\n", "t.csv:2:3: a cell of more than 1 MiB begins here"},
		{"a name of 10 MB", "a," + strings.Repeat("x", 10<<20) + "\n1,2\n2,y\n", "t.csv:1:3: a cell of more than 1 MiB begins here"},
		{"20 000 columns, one missing", names(20000) + columns(20000, "1.5") + columns(19999, "1.5"), "t.csv:3:79996: 19999 cells found; the header (line 1) has 20000"},
		{"100 000 columns, one too many", names(100000) + columns(100000, "2") + columns(100001, "2"), "t.csv:3:200001: 100001 cells found; the header (line 1) has 100000"},
		{"300 000 columns", columns(300000, "x") + columns(300000, "2"), "t.csv:1:1: a record of more than 262144 cells begins here"},
		{"70 MB of delimiters", strings.Repeat(",", 70<<20), "t.csv:1:1: a record of more than 262144 cells begins here"},
		{"70 MB of newlines", strings.Repeat("\n", 70<<20), "t.csv:1:1: the file begins with a blank line"},
		{"70 MB of carriage returns", strings.Repeat("\r", 70<<20), "t.csv:1:1: the file begins with a blank line"},
		{"70 MB of quotes", strings.Repeat(`"`, 70<<20), "t.csv:1:1: a cell of more than 1 MiB begins here"},
		{"70 MB without a newline", strings.Repeat("1.5 ", 70<<18), "t.csv:1:1: a cell of more than 1 MiB begins here"},
		{"blanks", "a,b\n1," + strings.Repeat(" ", 70<<20) + "2\n", "t.csv:2:1: a record of more than 64 MiB begins here"},
	} {
		_, err := Read(text(c.in), Default())
		if got := fmt.Sprint(err); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %.300s", c.name, got)
		}
	}
}

// A column of numbers that float32 cannot hold is refused for that, not taken for
// words.
func TestColumnsTooLarge(t *testing.T) {
	for _, in := range []string{"a,y\n" + strings.Repeat("1e300,p\n2e300,q\n", 30), "a,y\n" + strings.Repeat("1,p\n2e300,q\n", 30), "a,y\n1e300,p\n2,q\n"} {
		_, err := readText(in, -1)
		if err == nil || !strings.HasPrefix(err.Error(), "t.csv:2:1: a: \"1e300\" is too large") && !strings.HasPrefix(err.Error(), "t.csv:3:1: a: \"2e300\" is too large") {
			t.Errorf("%.20q: %v", in, err)
		}
	}
}

func readText(in string, target int) (*table.Table, error) {
	c := Default()
	c.Target = []ColumnRef{{Number: target}}
	tab, err := Read(text(in), c)
	if err == nil {
		_, err = Infer(tab, c, task.Auto)
	}
	parse.Locate(err, text(in))
	return tab, err
}

// settings are what hints name in backquotes that can be written in a data section.
var settings = regexp.MustCompile("`((?:read|delimiter|header|ignore): [^`]+)`")

// settingOf returns what a hint tells to write, as JSON; "" for a hint that names no
// setting.
func settingOf(hint string) string {
	found := settings.FindStringSubmatch(hint)
	if found == nil {
		return ""
	}
	text := regexp.MustCompile(`\b([a-z_]+): `).ReplaceAllString(found[1], `"$1":`)
	text = regexp.MustCompile(`:([a-z]+)$`).ReplaceAllString(text, `:"$1"`)
	return strings.NewReplacer(`:"true"`, ":true", `:"false"`, ":false").Replace("{" + text + "}")
}

// others are complaints of another kind than how a table is read, which come to light when
// it is.
var others = map[string]bool{
	"there is only one row":         true, // the table has no more
	"no column is left as an input": true, // every one was of no use
}

// otherOf are those of single tables.
var otherOf = map[string][]string{
	"gzip_of_gzip.csv.gz":     {"a NUL byte"}, // no text, whatever the encoding
	"zstd_corrupt.csv.zst":    {"cannot be read: the compressed data are damaged"},
	"utf8_beyond_unicode.csv": {"bytes that shift_jis does not have"}, // a byte that no encoding explains
	"markdown_table.csv":      {"no row has a target"},                // the last column is as empty as the first
}

// Whoever does what the hints say comes to a table that is read: a hint that names a
// setting is followed, and no complaint comes up that was not there before.
func TestHintsLeadOn(t *testing.T) {
	followed := 0
	for _, name := range []string{"malformed", "unusual"} {
		dir, archive := tables(t, name)
		for _, answer := range archive.Files {
			file, ok := strings.CutSuffix(answer.Name, ".want")
			if !ok {
				continue
			}
			t.Run(name+"/"+file, func(t *testing.T) {
				said := spec.NewMap()
				said.Put("target", spec.NewInt(-1))
				_, err := readMalformed(filepath.Join(dir, file))
				before := map[string]bool{}
				for step := 0; err != nil; step++ {
					setting, messages := "", ""
					for _, p := range problem.Of(err) {
						messages += p.Error() + "\n"
						if step > 0 && !others[p.Msg] && !slices.Contains(otherOf[file], p.Msg) && !before[p.Path+p.Msg] && !strings.HasPrefix(p.Msg, "and ") {
							t.Errorf("a hint led to %v", p)
						}
						before[p.Path+p.Msg] = true
						if setting == "" {
							setting = settingOf(p.Hint)
						}
					}
					if setting == "" {
						return // there is nothing to follow
					}
					if step == 10 {
						t.Fatalf("hints lead in circles: %s", messages)
					}
					followed++
					n, jsonErr := spec.ParseJSON([]byte(setting), "", "")
					if jsonErr != nil {
						t.Fatalf("%s: %v", setting, jsonErr)
					}
					if more := n.Get("ignore"); more != nil && said.Get("ignore") != nil {
						more.Items = append(more.Items, said.Get("ignore").Items...)
					}
					said = spec.Merge(said, n)
					c := Config{}
					if _, problems := spec.Decode(said, func(f *spec.Fields) { c = Decode(f) }); len(problems) > 0 {
						t.Fatalf("%s: %v", setting, problems)
					}
					_, err = readWith(filepath.Join(dir, file), c)
				}
			})
		}
	}
	if followed < 80 {
		t.Errorf("%d hints were followed", followed)
	}
}
