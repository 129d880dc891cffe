package config

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

var embeddedFiles = fstest.MapFS{
	"configs/pima.yaml": {Data: []byte("name: embedded\ndata: {path: ../data/pima.csv}\n")},
	"configs/iris.yaml": {Data: []byte("name: iris\n")},
	"data/pima.csv":     {Data: []byte("embedded table\n")},
}

// enter makes an empty working directory with a user directory beside it, and
// writes the files given, by name from there.
func enter(t *testing.T, files map[string]string) Loader {
	t.Helper()
	root := t.TempDir()
	work := filepath.Join(root, "work")
	for name, text := range files {
		at := filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(work, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(work)
	return Loader{Embedded: embeddedFiles, UserDir: filepath.Join(root, "user")}
}

func TestFindLooksInOrder(t *testing.T) {
	const user = "../user/pima.yaml"
	cases := []struct {
		ask   string
		files []string
		want  string // "" for embedded, "!" for none
	}{
		{"pima.yaml", []string{"pima.yaml", "configs/pima.yaml", user}, "pima.yaml"},
		{"pima", []string{"pima.yaml", "configs/pima.yaml", user}, "pima.yaml"},
		{"pima", []string{"pima", "pima.yaml"}, "pima"},
		{"./pima.yaml", []string{"pima.yaml"}, "./pima.yaml"},
		{"pima.yaml", []string{"configs/pima.yaml", user}, "configs/pima.yaml"},
		{"pima", []string{"configs/pima.yaml", user}, "configs/pima.yaml"},
		{"configs/pima", []string{"configs/pima.yaml"}, "configs/pima.yaml"},
		{"sub/a", []string{"configs/sub/a.yaml"}, "configs/sub/a.yaml"},
		{"pima.yaml", []string{user}, user},
		{"pima", []string{user}, user},
		{"pima.yaml", nil, ""},
		{"pima", nil, ""},
		{"configs/pima.yaml", nil, ""},
		{"./configs/../pima", nil, ""},
		{"a.yml", []string{"configs/a.yml"}, "configs/a.yml"},
		// What is not a spec is passed over.
		{"pima", []string{"pima.json", "pima.toml", "pima.env", "configs/pima.yaml"}, "configs/pima.yaml"},
		{"pima.yaml", []string{"pima.yaml/inside", "configs/pima.yaml"}, "configs/pima.yaml"},
		{"pima", []string{"pima/inside", "pima.yaml/inside", "configs/pima.yaml/inside"}, ""},
		{"pima.yaml", []string{"configs"}, ""},
		{".yaml", []string{"config.yaml", "configs/config.yaml"}, "!"},
		{"../pima.yaml", []string{"pima.yaml", "configs/pima.yaml"}, "!"},
		{"Pima.yaml", nil, "!"},
	}
	for _, c := range cases {
		files := map[string]string{}
		for _, name := range c.files {
			files[name] = "name: " + name + "\n"
		}
		f, err := enter(t, files).Find(c.ask)
		switch {
		case c.want == "!":
			if err == nil {
				t.Errorf("%s among %q: found %s", c.ask, c.files, f.Name)
			}
			continue
		case err != nil:
			t.Errorf("%s among %q: %v", c.ask, c.files, err)
			continue
		}
		want, text := c.want, c.want
		switch c.want {
		case "":
			want, text = "embedded configs/pima.yaml", "embedded"
		case user:
			want, _ = filepath.Abs(user)
		case "./pima.yaml":
			text = "pima.yaml"
		}
		name := f.Tree.Get("name")
		if f.Name != want || name.Text != text || name.Origin != want+":1" || f.Embedded() != (c.want == "") {
			t.Errorf("%s among %q: %s holds %q from %s, want %s with %q", c.ask, c.files, f.Name, name.Text, name.Origin, want, text)
		}
	}
}

func TestFindExplains(t *testing.T) {
	l := enter(t, map[string]string{"mine.yaml": "a: 1\n  b: 2\n", "folder/x": "", "../user/other.yaml": "", "binary": "\x00\x01", "model": "\x02\x00\x00\x00\x00\x00\x00\x00{}", "rows.csv.gz": "\x1f\x8b"})
	cases := []struct{ ask, want, hint string }{
		{"pma.yaml", "pma.yaml: there is no such spec; looked in the working directory, configs, " + l.UserDir + ", the embedded specs", `did you mean "pima"?`},
		{"mien", "mien: there is no such spec", `did you mean "mine"?`},
		{"othr.yaml", "othr.yaml: there is no such spec", `did you mean "other"?`},
		{"nothing", "nothing: there is no such spec", "known here: iris, mine, other, pima"},
		{"folder", "folder: this is a directory, and there is no spec of that name", "known here: iris, mine, other, pima"},
		{"..", "..: this is a directory, not a spec", "name the file in it"},
		{"/no/such.yaml", "/no/such.yaml: there is no such file", ""},
		{"mine.yaml/x", "mine.yaml/x: there is no such spec", "known here: iris, mine, other, pima"},
		{"", "flag --config: the name is empty", "name a spec, for example --config pima.yaml"},
		{"model", "model: this is a model or a packed table, not a spec", "`mlp render model > SPEC` prints the spec that is in a model"},
		{"rows.csv.gz", "rows.csv.gz: this is a table, not a spec", "`mlp init rows.csv.gz --target COLUMN` drafts a spec for it; with a spec: -c SPEC rows.csv.gz"},
		{"binary", "binary:1:1: the character U+0000 is not allowed in YAML", "is this a text file?"},
		{"mine", `mine.yaml:2:4: a ":" has no place here`, "indent like the lines above, put a space after every key's colon, and put text that holds a colon in quotes"},
	}
	for _, c := range cases {
		_, err := l.Find(c.ask)
		var p *problem.Problem
		if !errors.As(err, &p) {
			t.Errorf("%q: %v is no problem", c.ask, err)
			continue
		}
		if !strings.HasPrefix(p.Error(), c.want) || p.Hint != c.hint || p.Domain != problem.InSpec {
			t.Errorf("%q:\n got %v (%s)\nwant %s (%s)", c.ask, p, p.Hint, c.want, c.hint)
		}
	}
	if _, err := (Loader{UserDir: l.UserDir}).Find("pima"); err == nil {
		t.Error("a loader without embedded specs found one")
	}
}

// A spec is at most a megabyte, wherever it comes from.
func TestFindRefusesWhatIsTooLong(t *testing.T) {
	long := strings.Repeat("#\n", maxSize)
	for _, name := range []string{"long.yaml", "configs/long.yaml"} {
		_, err := enter(t, map[string]string{name: long}).Find("long.yaml")
		if err == nil || !strings.Contains(err.Error(), "a spec has at most") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFindStdin(t *testing.T) {
	enter(t, map[string]string{"in": "a: [\n", "table.csv": "x\n"})
	in, err := os.Open("in")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer func(was *os.File) { os.Stdin = was }(os.Stdin)
	os.Stdin = in
	_, err = Loader{}.Find("-")
	var p *problem.Problem
	if !errors.As(err, &p) || p.Pos.String() != "stdin:1:4" || p.Excerpt != "a: [" {
		t.Errorf("got %v", err)
	}
	f, err := Loader{}.Find("-") // at its end: nothing
	if err != nil || f.Tree.Kind != spec.Null {
		t.Fatal(f, err)
	}
	if got := opened(t, f, "table.csv"); got != "x\n" {
		t.Errorf("a spec from stdin opens %q beside the working directory", got)
	}
}

// opened returns what a file holds, or the complaint.
func opened(t *testing.T, f *File, name string) string {
	t.Helper()
	r, err := f.Open(name)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestOpenIsRelativeToTheSpec(t *testing.T) {
	l := enter(t, map[string]string{"configs/mine.yaml": "", "data/t.csv": "table\n", "../user/own.yaml": "", "../user/t.csv": "own\n", "t.csv": "here\n"})
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(filepath.Dir(here), "user", "t.csv")
	cases := []struct{ spec, file, located, want string }{
		{"mine", "../data/t.csv", "data/t.csv", "table\n"},
		{"configs/mine.yaml", "../data/t.csv", "data/t.csv", "table\n"},
		{filepath.Join(here, "configs/mine.yaml"), "../data/t.csv", "data/t.csv", "table\n"},
		{"own", "t.csv", beside, "own\n"},
		{"own", beside, beside, "own\n"},
		{"pima", "../data/pima.csv", "embedded data/pima.csv", "embedded table\n"},
		{"pima", beside, beside, "own\n"},
		{"pima", "../t.csv", "embedded t.csv", "embedded t.csv: there is no such file"},
		{"pima", "../../t.csv", "embedded ../t.csv", "embedded ../t.csv: there is no such file"},
		{"mine", "t.csv", "configs/t.csv", "configs/t.csv: there is no such file"},
		{"mine", "../data", "data", "data: is a directory"},
	}
	for _, c := range cases {
		f, err := l.Find(c.spec)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Locate(c.file); got != c.located {
			t.Errorf("%s in %s is located at %s, want %s", c.file, c.spec, got, c.located)
		}
		if got := opened(t, f, c.file); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.file, c.spec, got, c.want)
		}
	}
	f, _ := l.Find("mine")
	_, err = f.Open("t.csv")
	var p *problem.Problem
	if !errors.As(err, &p) || p.Domain != problem.InData || p.Hint != "a path in a spec is relative to the spec, here configs/mine.yaml" {
		t.Errorf("a missing table: %v, hint %q", err, p.Hint)
	}
}

// What the `>` of Windows PowerShell writes is read, in either order of bytes; half a
// character is refused where it stands.
func TestFindReadsUTF16(t *testing.T) {
	text := "name: kö𝄞\r\nseed: 3\r\n"
	for mark, order := range map[string]binary.AppendByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		wide := []byte(mark)
		for _, unit := range utf16.Encode([]rune(text)) {
			wide = order.AppendUint16(wide, unit)
		}
		half := order.AppendUint16(order.AppendUint16([]byte(mark), 'a'), 0xd834)
		l := enter(t, map[string]string{"a.yaml": string(wide), "half.yaml": string(half), "odd.yaml": string(half[:5]), "low.yaml": string(order.AppendUint16(half, 'b'))})
		f, err := l.Find("a")
		if err != nil || f.Tree.Get("name").Text != "kö𝄞" || f.Tree.Get("seed").Text != "3" || string(f.Text) != text {
			t.Errorf("%x: %v %v", mark, f, err)
		}
		for _, name := range []string{"half", "odd", "low"} {
			if _, err := l.Find(name); err == nil || !strings.Contains(err.Error(), name+".yaml:1:2: the byte 0xff is not UTF-8") {
				t.Errorf("%x %s: %v", mark, name, err)
			}
		}
	}
}

// A spec that is written elsewhere names a table of here as seen from there.
func TestPathFrom(t *testing.T) {
	for _, c := range [][3]string{{"spec.yaml", "t.csv", "t.csv"}, {"runs/a.yaml", "data/t.csv", "../data/t.csv"}, {"../a.yaml", "../t.csv", "t.csv"}, {"a/b.yaml", "-", "-"}, {"a/b.yaml", filepath.Join(t.TempDir(), "x"), ""}} {
		got := PathFrom(filepath.FromSlash(c[0]), filepath.FromSlash(c[1]))
		if c[2] == "" {
			c[2] = c[1]
		}
		if got != c[2] {
			t.Errorf("%q: %q", c, got)
		}
	}
}
