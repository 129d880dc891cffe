package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"mlp/internal/problem"
)

// inFolder writes files, a name and its content in turn, and returns their folder.
func inFolder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// textOf reads a source, by single bytes and at once, which must be the same.
func textOf(t *testing.T, src Source) (string, error) {
	t.Helper()
	var texts [2]string
	var errs [2]error
	for i, reader := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
		r, err := src.Open()
		if err != nil {
			return "", err
		}
		b, err := io.ReadAll(reader(r))
		if _, again := r.Read(make([]byte, 1)); err != nil && again != err {
			t.Errorf("read on after %v: %v", err, again)
		}
		texts[i], errs[i] = string(b), err
		if closing := r.Close(); closing != nil && err == nil {
			t.Fatal(closing)
		}
	}
	if texts[0] != texts[1] || (errs[0] == nil) != (errs[1] == nil) {
		t.Fatalf("read at once %q, %v; byte by byte %q, %v", texts[0], errs[0], texts[1], errs[1])
	}
	return texts[0], errs[0]
}

func TestPartsAreJoined(t *testing.T) {
	long := strings.Repeat("1.5,\"two\nlines\",x\n", topSize/8) // more than is looked at
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"header in each":          {[]string{"1.csv", "a,b\n1,2\n", "2.csv", "a,b\n3,4\n"}, "a,b\n1,2\n3,4\n"},
		"header in the first":     {[]string{"1.csv", "a,b\n1,2\n", "2.csv", "3,4\n"}, "a,b\n1,2\n3,4\n"},
		"no header":               {[]string{"1.csv", "1,2\n", "2.csv", "3,4\n"}, "1,2\n3,4\n"},
		"no newline at the end":   {[]string{"1.csv", "a,b\n1,2", "2.csv", "a,b\n3,4"}, "a,b\n1,2\n3,4"},
		"carriage returns":        {[]string{"1.csv", "a,b\r\n1,2\r\n", "2.csv", "a,b\r\n3,4\r\n"}, "a,b\r\n1,2\r\n3,4\r\n"},
		"natural order":           {[]string{"p-10.csv", "a\n10\n", "p-9.csv", "a\n9\n", "p-1.csv", "a\n1\n"}, "a\n1\n9\n10\n"},
		"empty parts":             {[]string{"0.csv", "", "1.csv", "a,b\n1,2\n", "2.csv", "\n", "3.csv", "a,b\n"}, "\n"[:0] + "a,b\n1,2\n\n"},
		"another order":           {[]string{"1.csv", "a,b,c\n1,2,3\n", "2.csv", "c,a,b\n\"6,\n6\",4,5\n9,7,8"}, "a,b,c\n1,2,3\n4,5,\"6,\n6\"\n7,8,9"},
		"another order, too few":  {[]string{"1.csv", "a,b,c\n1,2,3\n", "2.csv", "c,a,b\n6,4\n"}, "a,b,c\n1,2,3\n6,4\n"},
		"quoted names":            {[]string{"1.csv", "a,b\n1,2\n", "2.csv", "\"a\",b\n3,4\n"}, "a,b\n1,2\n3,4\n"},
		"marks of byte order":     {[]string{"1.csv", "\xef\xbb\xbfa,b\n1,2\n", "2.csv", "\xef\xbb\xbfa,b\n3,4\n"}, "\xef\xbb\xbfa,b\n1,2\n3,4\n"},
		"packed with gzip":        {[]string{"1.csv", zipped("a,b\n1,2\n"), "2.csv.gz", zipped("a,b\n3,4\n")}, "a,b\n1,2\n3,4\n"},
		"lines above the header":  {[]string{"1.csv", "# one\na,b\n1,2\n", "2.csv", "# two\n\na,b\n3,4\n"}, "# one\na,b\n1,2\n3,4\n"},
		"lines of JSON":           {[]string{"1", "{\"a\":1,\"b\":2}\n", "2", "{\"b\":4,\"a\":3}\n"}, "{\"a\":1,\"b\":2}\n{\"b\":4,\"a\":3}\n"},
		"files of other programs": {[]string{"_SUCCESS", "", ".1.csv.crc", "x", "0.yaml", "data: {}", "1.csv", "a\n1\n"}, "a\n1\n"},
		"large":                   {[]string{"1.csv", "a,b,c\n" + long, "2.csv", "a,b,c\n" + long}, "a,b,c\n" + long + long},
		"large, in another order": {[]string{"1.csv", "a,b,c\n" + long, "2.csv", "b,a,c\n" + long}, "a,b,c\n" + long + strings.ReplaceAll(long, "1.5,\"two\nlines\"", "\"two\nlines\",1.5")},
	} {
		if got, err := textOf(t, File(inFolder(t, c.files...))); err != nil || got != c.want {
			t.Errorf("%s: %.200q, %v; want %.200q", name, got, err, c.want)
		}
	}
}

func TestPartsThatAreNoTable(t *testing.T) {
	for want, files := range map[string][]string{
		`2.csv:1: of the columns of 1.csv, this part lacks "b"`:                              {"1.csv", "a,b\n1,2\n", "2.csv", "a\n1\n"},
		`2.csv:1: of the columns of 1.csv, this part has "c" besides`:                        {"1.csv", "a,b\n1,2\n", "2.csv", "a,b,c\n1,2,3\n"},
		`2.csv:1: of the columns of 1.csv, this part lacks "b" and has "B" besides`:          {"1.csv", "a,b\n1,2\n", "2.csv", "a,B\n1,2\n"},
		`2.csv:1: of the columns of 1.csv, this part has a column twice`:                     {"1.csv", "a,b\n1,2\n", "2.csv", "a,b,b\n1,2,3\n"},
		`2.csv:1: no column is called as those of 1.csv`:                                     {"1.csv", "a,b\n1,2\n", "2.csv", "x,y\n1,2\n"},
		`2.csv:1: cells are separated by ";", and in 1.csv by ","`:                           {"1.csv", "a,b\n1,2\n", "2.csv", "a;b\n1;2\n"},
		`2.csv:1: this part has a header, but 1.csv has none`:                                {"1.csv", "1,2\n", "2.csv", "a,b\n1,2\n"},
		`2.csv:1: this part and 1.csv begin with the same line, which may be names or a row`: {"1.csv", "2001,2002\n1,2\n", "2.csv", "2001,2002\n3,4\n"},
		`2.csv:1: one part of the table is lines of JSON, another is not`:                    {"1.csv", "a,b\n1,2\n", "2.csv", "{\"a\":1}\n"},
		`2.csv:1: a part of a table is not text in UTF-8`:                                    {"1.csv", "a,b\n1,2\n", "2.csv", "\xff\xfea\x00,\x00b\x00\n\x00"},
		`2.csv:1: the first line of a part cannot be read`:                                   {"1.csv", "a,b\n1,2\n", "2.csv", "\"a,b\n1,2\n"},
		`2.csv:1: cannot be read: the compressed data break off`:                             {"1.csv", "a,b\n1,2\n", "2.csv", zipped("a,b\n3,4\n")[:20]},
		`: no file of a table is found here`:                                                 {"_SUCCESS", ""},
	} {
		dir := inFolder(t, files...)
		_, err := textOf(t, File(dir))
		if strings.HasPrefix(want, ":") {
			want = dir + want
		}
		if err == nil || strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "") != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A problem of the joined text is told with the part and its line.
func TestPlaceInParts(t *testing.T) {
	dir := inFolder(t, "1.csv", "a,b\n1,2\n3,4", "2.csv", "# two\r\na,b\r\n5,6\r\n7,8\r\n", "3.csv", "9,10\n")
	src := File(dir)
	if _, err := textOf(t, src); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[int]string{1: "1.csv:1", 3: "1.csv:3", 4: "2.csv:3", 5: "2.csv:4", 6: "3.csv:1"} {
		p := problem.Data(problem.Pos{File: dir, Line: line}, "", "", "x")
		p.Also = []problem.Pos{{File: dir, Line: line}}
		src.Place(p)
		if want = filepath.Join(dir, want); p.Pos.String() != want || p.Also[0].String() != want {
			t.Errorf("line %d is %s and %s, want %s", line, p.Pos, p.Also[0], want)
		}
	}
}

func TestPatterns(t *testing.T) {
	dir := inFolder(t, "1.csv", "a\n1\n", "2.csv", "a\n2\n", "3.txt", "no", "[4].csv", "a\n4\n")
	if err := os.Mkdir(filepath.Join(dir, "5.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]string{"?.csv": "a\n1\n2\n", "[12].csv": "a\n1\n2\n", "[4].csv": "a\n4\n"} { // the last is the name of a file
		if got, err := textOf(t, File(filepath.Join(dir, pattern))); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", pattern, got, err, want)
		}
	}
	for _, pattern := range []string{"*.tsv", "[.csv"} {
		_, err := textOf(t, File(filepath.Join(dir, pattern)))
		if p := (*problem.Problem)(nil); !errors.As(err, &p) || p.Hint == "" {
			t.Errorf("%s: %v, want a problem with a hint", pattern, err)
		}
	}
}
