package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mlp/internal/iostreams"
)

// FuzzArguments runs the program on words a line each, in a folder with a table,
// a spec and a model, for at most a moment. Whatever the words are, it ends with
// a code of the table, without a stack, and writes no file that they do not name.
func FuzzArguments(f *testing.F) {
	for _, line := range []string{
		"fit -c s.yaml", "fit m.bin t.csv --epochs 2 -o n.bin", "fit -c s.yaml --checkpoint c.bin --checkpoint-every 1 --log l.csv", "fit --resume m.bin", "fit -c s.yaml --dry-run --json",
		"evaluate m.bin t.csv --min accuracy=0.5 --by b", "evaluate m.bin t.csv -o e.json --predictions p.csv", "predict m.bin t.csv -o p.csv", "predict m.bin -", "trace m.bin t.csv --row 3",
		"cv -c s.yaml --folds 3 --repeats 2", "init t.csv --target c", "load t.csv --target c -o t.packed", "load -c s.yaml --json", "build -c s.yaml --set layers[0].units=99999999", "compile m.bin --optimizer sgd",
		"summary m.bin --weights", "render m.bin --origin", "render s.yaml --schema", "list layers dense", "version --json", "completion bash", "help exit-codes", "doctor", "--help", "", "-c - fit",
		"fit -c s.yaml --batch-size 999999999999 --threads 1000", "fit -c s.yaml --set fit.epochs=1e18 --max-time 1ms", "render --set layers=[{units:3}] --seed -1", "fit --batch_size=3 -c=s --color=always -qv",
	} {
		f.Add(strings.ReplaceAll(line, " ", "\n"), "MLP_SEED=3\nNO_COLOR=1")
	}
	model, err := os.ReadFile(filepath.Join("..", "internal", "model", "testdata", "released", "v1", "multilabel.bin"))
	if err != nil {
		f.Fatal(err)
	}
	files := map[string][]byte{
		"t.csv":  []byte("a,b,c\n" + strings.Repeat("1,x,no\n2,y,yes\n3,x,yes\n4.5,z,no\n", 5)),
		"s.yaml": []byte("data: {path: t.csv, target: c}\nlayers: [{units: 3, activation: relu}, {units: 1, activation: sigmoid}]\nfit: {epochs: 2}\n"),
		"m.bin":  model,
	}
	embedded := os.DirFS(repositoryDir(f))
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		f.Fatal(err)
	}
	stdin := os.Stdin
	os.Stdin = nothing
	f.Cleanup(func() { os.Stdin = stdin })
	f.Fuzz(func(t *testing.T, words, env string) {
		if strings.ContainsAny(words+env, `/\`) || strings.Contains(words, "..") || len(words) > 2000 {
			return // other folders are not for a test to write to
		}
		t.Chdir(t.TempDir())
		for name, content := range files {
			if err := os.WriteFile(name, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithTimeout(context.Background(), time.Second/5)
		defer stop()
		var out, complaints bytes.Buffer
		a := &App{Embedded: embedded, Streams: iostreams.Streams{Out: &out, Err: &complaints, Env: strings.Split(env, "\n")}}
		root := newRoot(a)
		root.SetArgs(slices.DeleteFunc(strings.Split(words, "\n"), func(w string) bool { return w == "" }))
		code := a.execute(ctx, root)
		if !slices.ContainsFunc(exitCodes, func(c struct {
			code int
			text string
		}) bool {
			return c.code == code
		}) || code == exitBug {
			t.Errorf("exit code %d: %s", code, complaints.String())
		}
		for _, bad := range []string{"goroutine ", "runtime error", "panic:"} {
			if strings.Contains(complaints.String()+out.String(), bad) {
				t.Errorf("it says %q: %s", bad, complaints.String())
			}
		}
		checkFolder(t, files, words)
	})
}

// checkFolder demands that every file that is new, or has changed, was named, but
// for model.bin, which fit and build write when no name is given.
func checkFolder(t *testing.T, before map[string][]byte, words string) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && strings.Contains(words, e.Name()) {
			continue // backup_dir
		}
		content, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		old, known := before[e.Name()]
		if known && bytes.Equal(content, old) || e.Name() == "model.bin" || strings.Contains(words, e.Name()) {
			continue
		}
		t.Errorf("%q was written, which nobody named", e.Name())
	}
	for name := range before {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
}
