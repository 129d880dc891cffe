package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// Names and labels of a table cannot command the terminal, whichever verb shows
// them. Only predict repeats cells as they are, for a program to read.
func TestControlCharacters(t *testing.T) {
	dir := t.TempDir()
	const esc, bell = "\x1b]0;owned\x07\u009b31m", "\x1b[2J\u202e"
	textTable := "a" + esc + ",k" + bell + ",y" + esc + "\n" + strings.Repeat("1,red"+bell+",no"+esc+"\n2,blue,yes\n3,red"+bell+",yes\n4,blue,no"+esc+"\n", 5)
	files := map[string]string{
		"t.csv":             textTable,
		"bad.csv":           strings.Replace(textTable, "2,blue,yes", "2"+bell+",blue,yes", 1),
		"other.csv":         "a" + esc + ",k" + bell + ",extra" + esc + "\n9,new" + bell + ",1\n",
		"t.jsonl":           strings.ReplaceAll(`{"a@":1,"k":"x@","y":"no@"}`+"\n"+`{"a@":"@","z@":1}`+"\n", "@", `\u001b]0;x\u0007\u202e\u009b`),
		"f" + bell + ".csv": textTable + "1\n",
		"s.yaml":            "data: {target: 3}\nlayers: [{units: 1, activation: sigmoid, name: \"n\\e[2J\"}]\nname: \"m\\e[2J\"\n",
		"b.yaml":            "data: {target: \"x\\e[2J\"}\nlayers: [{units: 1, activation: sigmoid}]\n",
		"c.yaml":            "data: {target: 3}\nlayers: [{units: 1, activation: \"x\\e[2J\"}]\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{
		"load t.csv --target 3", "load t.csv --target 3 --json", "init t.csv --target 3", "init t.csv --target 3 --json",
		"build -c s.yaml t.csv -o b.bin", "compile b.bin --metrics accuracy", "fit -c s.yaml t.csv -v", "fit -c s.yaml t.csv --json",
		"evaluate model.bin t.csv", "evaluate model.bin t.csv --by k" + bell, "evaluate model.bin t.csv --json --by k" + bell,
		"evaluate model.bin t.csv --by no" + bell, "evaluate model.bin t.csv --min x" + bell + "=1",
		"summary model.bin", "summary model.bin --schema", "summary model.bin --weights", "summary model.bin --json",
		"render model.bin", "render model.bin --json", "render s.yaml --origin", "trace model.bin t.csv", "trace model.bin t.csv --json",
		"predict model.bin t.csv --json", "predict model.bin bad.csv -o p.csv", "predict model.bin other.csv -o p.csv", "predict model.bin other.csv --strict",
		"predict model.bin other.csv --json --keep all", "predict model.bin t.csv --keep x" + bell, "predict model.bin f" + bell + ".csv -o p.csv",
		"predict model.bin t.csv -o no" + bell + "/p.csv", "predict model.bin t.csv --answers x" + bell,
		"load t.jsonl --target 3", "load f" + bell + ".csv --target 3", "load no" + bell + ".csv", "fit -c s.yaml f" + bell + ".csv", "evaluate model.bin f" + bell + ".csv",
		"cv -c s.yaml t.csv --folds 2", "cv -c s.yaml t.csv --folds 2 --json", "list activations x" + bell, "fit -c s.yaml bad.csv", "fit -c b.yaml t.csv", "fit -c c.yaml t.csv",
		"list x" + bell, "help x" + bell, "x" + bell, "fit --x" + bell, "fit -c x" + bell, "summary x" + bell, "fit -c s.yaml t.csv --set x" + bell + "=1",
	} {
		code, stdout, stderr := runMLP(t, dir, strings.Split(line, " ")...)
		if code == exitBug {
			t.Errorf("mlp %q: %s", line, stderr)
		}
		for stream, text := range map[string]string{"stdout": stdout, "stderr": stderr} {
			if i := strings.IndexFunc(text, func(r rune) bool {
				return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
			}); i >= 0 {
				t.Errorf("mlp %q: %s has a control character: %q", line, stream, text[max(0, i-40):min(len(text), i+20)])
			}
		}
	}
}
