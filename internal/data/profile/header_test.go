package profile

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"mlp/internal/data/parse"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/task"
)

// tables writes the tables of ../schema/testdata/NAME.txtar, each with its answer, and those
// of the folder of that name, which are no plain text, into one folder.
func tables(t testing.TB, name string) (dir string, archive *txtar.Archive) {
	t.Helper()
	dir = t.TempDir()
	archive, err := txtar.ParseFile(filepath.Join("../schema/testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(txtar.Write(archive, dir), os.CopyFS(dir, os.DirFS(filepath.Join("../schema/testdata", name)))); err != nil {
		t.Fatal(err)
	}
	return dir, archive
}

// A first row taken as data that might be names is not passed over in silence.
func TestDoubtfulHeaders(t *testing.T) {
	for in, doubt := range map[string]bool{
		"a,2019,c\n1,2,p\n3,4,q\n": true, "2018,2019,c\n1,2,p\n3,4,q\n": true, "a,NA,c\n1,2,p\n3,4,q\n": true,
		"1,2,p\n3,4,q\n": false, "2018,5,p\n2019,6,q\n": false, "2018,2020,p\n2019,6,q\n": false, "p,q,q\nq,p,p\n": false, "a,b\n1,2\n": false,
	} {
		table, err := schema.Read(text(in), schema.Default())
		if err != nil {
			t.Fatal(err)
		}
		s, err := schema.InferFeatures(table, schema.Default())
		if err != nil {
			t.Fatal(err)
		}
		warned := slices.ContainsFunc(Profile(table, s, 0).Warnings, func(w Warning) bool { return w.Kind == "header" })
		if warned != doubt {
			t.Errorf("%q: warned is %v", in, warned)
		}
	}
	_, err := readText("a,2019,c\n"+strings.Repeat("1,2,p\n3,4,q\n", 20), -1)
	var all problem.Problems
	if !errors.As(err, &all) || !strings.HasPrefix(all[0].Hint, "if the first line names the columns, write `header: true`; else ") {
		t.Errorf("%v", err)
	}
}

func readText(in string, target int) (*table.Table, error) {
	c := schema.Default()
	c.Target = []schema.ColumnRef{{Number: target}}
	tab, err := schema.Read(text(in), c)
	if err == nil {
		_, err = schema.Infer(tab, c, task.Auto)
	}
	parse.Locate(err, text(in))
	return tab, err
}
