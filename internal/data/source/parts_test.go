package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"mlp/internal/data/dialect"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// inFolder writes files, a name and its content in turn, and returns their folder.
func inFolder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, files[i])), 0o700); err != nil {
			t.Fatal(err)
		}
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
func textOf(t *testing.T, src Source, form ...Form) (string, error) {
	t.Helper()
	form = append(form, Form{})
	var texts [2]string
	var errs [2]error
	for i, reader := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
		r, err := src.OpenAs(form[0])
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
	if errs[0] == nil && texts[0] != texts[1] || (errs[0] == nil) != (errs[1] == nil) {
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
		"UTF-16 with its mark":    {[]string{"1.csv", "a,b\n1,2\n", "2.csv", "\xff\xfea\x00,\x00b\x00\n\x003\x00,\x00\xe9\x00\n\x00"}, "a,b\n1,2\n3,é\n"},
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
		`2.csv:1: a part of a table is not text in UTF-8`:                                    {"1.csv", "a,b\n1,2\n", "2.csv", "a\x00,\x00b\x00\n\x00"},
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

func TestListsAreJoined(t *testing.T) {
	dir := inFolder(t, "2.csv", "a\n2\n", "1.csv", "a\n1\n", "more/10.csv", "a\n10\n", "more/9.csv", "a\n9\n")
	at := func(names ...string) (all []Source) {
		for _, name := range names {
			all = append(all, File(filepath.Join(dir, name)))
		}
		return all
	}
	for want, names := range map[string][]string{
		"a\n2\n1\n":        {"2.csv", "1.csv"}, // in the order given
		"a\n2\n9\n10\n1\n": {"2.csv", "more", "1.csv"},
		"a\n1\n2\n9\n10\n": {"?.csv", "more"},
		"a\n1\n":           {"1.csv"},
		"a\n1\n1\n":        {"1.csv", "1.csv"},
	} {
		if got, err := textOf(t, Join(at(names...))); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", names, got, err, want)
		}
	}
	if _, err := textOf(t, Join(at("1.csv", "none/*.csv"))); err == nil || !strings.Contains(err.Error(), "no file of a table is found here") {
		t.Errorf("a pattern that fits nothing in a list: %v", err)
	}
	if name := Join(at("1.csv", "2.csv")).Name; name != filepath.Join(dir, "1.csv")+", "+filepath.Join(dir, "2.csv") {
		t.Errorf("the table is called %s", name)
	}
	long := Join(at("1.csv", "2.csv", "1.csv", "2.csv", "more")).Name
	if long = strings.ReplaceAll(long, dir+string(filepath.Separator), ""); long != "1.csv, 2.csv, … more (5 in all)" {
		t.Errorf("a table of five is called %s", long)
	}
}

// A pipe among the parts is read once, and the rows keep their files.
func TestPipeInList(t *testing.T) {
	once := Bytes("-", []byte("a\n2\n"))
	once.Once = true
	src, err := Join([]Source{Bytes("1.csv", []byte("a\n1\n")), once}).InMemory()
	if err != nil || src.Once {
		t.Fatalf("opens once: %v, %v", src.Once, err)
	}
	if got, err := textOf(t, src); got != "a\n1\n2\n" {
		t.Errorf("%q, %v", got, err)
	}
	p := problem.Data(problem.Pos{File: src.Name, Line: 3}, "", "", "x")
	if src.Place(p); p.Pos.String() != "-:2" {
		t.Errorf("line 3 is %s, want -:2", p.Pos)
	}
}

// What a form says is said of every part.
func TestFormOfEachPart(t *testing.T) {
	for name, c := range map[string]struct {
		form  string
		files []string
		want  string
	}{
		"footers":                   {`footer: 1`, []string{"1.csv", "a,b\n1,2\nsum,2\n", "2.csv", "a,b\n3,4\nsum,4\n\n"}, "a,b\n1,2\n3,4\n"},
		"footer, the last is empty": {`footer: 1`, []string{"1.csv", "a,b\n1,2\nsum,2\n", "2.csv", ""}, "a,b\n1,2\n"},
		"lines above":               {`skip_rows: 2`, []string{"1.csv", "X\n2020, May\na,b\n1,2\n", "2.csv", "X\n2020, June\na,b\n3,4\n"}, "X\n2020, May\na,b\n1,2\n3,4\n"},
		"units":                     {`units_row: 1`, []string{"1.csv", "a,b\nkg,m\n1,2\n", "2.csv", "b,a\nm,kg\n4,3\n"}, "a,b\nkg,m\n1,2\n3,4\n"},
		"comments":                  {`comment: "%"`, []string{"1.csv", "% x\na,b\n1,2\n", "2.csv", "% y\nb,a\n% z, 1\n4,3\n"}, "% x\na,b\n1,2\n% z, 1\n3,4\n"},
		"sep= in each":              {``, []string{"1.csv", "sep=:\na:b\n1:2\n", "2.csv", "sep=:\nb:a\n4:3\n"}, "sep=:\na:b\n1:2\n3:4\n"},
		"another encoding":          {`encoding: latin1`, []string{"1.csv", "a,\xe9\n1,2\n", "2.csv", "\xe9,a\n4,3\n"}, "a,é\n1,2\n3,4\n"},
		"single quotes":             {`quote: single`, []string{"1.csv", "a,b\n1,'x,y'\n", "2.csv", "b,a\n'it''s, 4',3\n"}, "a,b\n1,'x,y'\n3,'it''s, 4'\n"},
		"escapes":                   {`escape: backslash`, []string{"1.csv", "a,b\n1,2\n", "2.csv", "b,a\nx\\,y\\\nz,3\n"}, "a,b\n1,2\n3,x\\,y\\\nz\n"},
		"no quotes":                 {`quote: none`, []string{"1.csv", "a,b\n1,2\n", "2.csv", "b,a\n5\",3\n6\",7\n"}, "a,b\n1,2\n3,5\"\n7,6\"\n"},
	} {
		if got, err := textOf(t, File(inFolder(t, c.files...)), Form{Reading: reading(t, c.form)}); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
	if got, err := textOf(t, File(inFolder(t, "1.csv", "red,x\n", "2.csv", "red,y\n")), Form{Header: "false"}); err != nil || got != "red,x\nred,y\n" {
		t.Errorf("no header: %q, %v", got, err)
	}
	if got, err := textOf(t, File(inFolder(t, "1.csv", "1990,1991\n1,2\n", "2.csv", "1991,1990\n4,3\n")), Form{Header: "true"}); err != nil || got != "1990,1991\n1,2\n3,4\n" {
		t.Errorf("a header of numbers: %q, %v", got, err)
	}
	if _, err := textOf(t, File(inFolder(t, "1.csv", "a\n1\n", "2.csv", "\xff\xfea\x00\n\x00\x00\xd8\n\x00"))); err == nil || !strings.HasSuffix(err.Error(), "2.csv:1: the part has bytes that utf-16 does not have") {
		t.Errorf("half a character: %v", err)
	}
}

// reading is a section `read` in braces.
func reading(t *testing.T, text string) (r dialect.Reading) {
	t.Helper()
	tree := spec.NewMap()
	if key, value, found := strings.Cut(text, ": "); found {
		if n, err := strconv.Atoi(value); err == nil {
			tree.Put(key, spec.NewInt(int64(n)))
		} else {
			tree.Put(key, spec.NewString(strings.Trim(value, `"`)))
		}
	}
	if _, problems := spec.Decode(tree, func(f *spec.Fields) { r = dialect.Decode(f) }); len(problems) > 0 {
		t.Fatal(problems)
	}
	return r
}

func TestFoldersNameColumns(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"one":               {[]string{"year=9/1.csv", "a,b\n1,2\n", "year=10/1.csv", "a,b\n3,4\n"}, "a,b,year\n1,2,9\n3,4,10\n"},
		"two":               {[]string{"y=1/m=2/1.csv", "a\n1\n", "y=1/m=3/1.csv", "a\n2"}, "a,y,m\n1,1,2\n2,1,3"},
		"a missing value":   {[]string{"k=__HIVE_DEFAULT_PARTITION__/1.csv", "a\n1\n", "k=x/1.csv", "a\n2\n"}, "a,k\n1,\n2,x\n"},
		"written as in URL": {[]string{"k%3A=a%20b%2C c/1.csv", "a\n1\n"}, "a,k:\n1,\"a b, c\"\n"},
		"another order":     {[]string{"k=1/1.csv", "a,b\n1,2\n", "k=2/1.csv", "b,a\n\"4,\n4\",3\n"}, "a,b,k\n1,2,1\n3,\"4,\n4\",2\n"},
		"header in first":   {[]string{"k=1/1.csv", "a,b\n1,2\n", "k=2/1.csv", "3,4\n"}, "a,b,k\n1,2,1\n3,4,2\n"},
		"lines above":       {[]string{"k=1/1.csv", "# x\na,b\r\n1,2\r\n\r\n", "k=2/1.csv", "# x\na,b\n3,4\n"}, "# x\na,b,k\r\n1,2,1\r\n\r\n3,4,2\n"},
		"lines of JSON":     {[]string{"k=1/1.jsonl", "{\"a\":1}\n{}\n", "k=2/1.jsonl", "{\"a\":2 } \n"}, "{\"a\":1,\"k\":1}\n{\"k\":1}\n{\"a\":2 ,\"k\":2}\n"},
		"words in JSON":     {[]string{"k=1/1.jsonl", "{\"a\":1}\n", "k=02/1.jsonl", "{\"a\":2}\n"}, "{\"a\":1,\"k\":\"1\"}\n{\"a\":2,\"k\":\"02\"}\n"},
		"other folders":     {[]string{"_x=1/1.csv", "no", "more/1.csv", "no", "k=1/1.csv", "a\n1\n"}, "a,k\n1,1\n"},
		"blanks between":    {[]string{"k=__HIVE_DEFAULT_PARTITION__/1.csv", "a   b\n1   2\n", "k=x y/1.csv", "a   b\n3   4\n"}, "a   b k\n1   2 \"\"\n3   4 \"x y\"\n"},
	} {
		dir := inFolder(t, c.files...)
		if got, err := textOf(t, File(dir)); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
	for want, files := range map[string][]string{
		`k=1/1.csv:1: "k" is a column of this part, and the folder above it is called so too`:        {"k=1/1.csv", "k,a\n1,2\n"},
		`m=2/1.csv:1: the folders above this part name the columns: "m"; those above k=1/1.csv: "k"`: {"k=1/1.csv", "a\n1\n", "m=2/1.csv", "a\n1\n"},
		`k=1/1.csv:1: the folders above this part name the columns: "k"; those above 0.csv: none`:    {"0.csv", "a\n1\n", "k=1/1.csv", "a\n1\n"},
		`k=1/1.csv:1: the folders above the parts name columns, and the parts have no header`:        {"k=1/1.csv", "1,2\n"},
	} {
		dir := inFolder(t, files...)
		_, err := textOf(t, File(dir))
		if err == nil || strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "") != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	dir := inFolder(t, "year=1/m=1/1.csv", "a\n1\n", "year=2/m=1/1.csv", "a\n2\n")
	for path, want := range map[string]string{"year=1": "a,year,m\n1,1,1\n", "*/m=1/*.csv": "a,year,m\n1,1,1\n2,2,1\n", "year=1/m=1/1.csv": "a\n1\n"} { // the last is a file, as it stands
		if got, err := textOf(t, File(filepath.Join(dir, path))); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", path, got, err, want)
		}
	}
}
