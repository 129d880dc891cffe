package export

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/form"
	"mlp/internal/model"
)

// rowsOf returns the rows of both tables as the program takes them, with its answers; that
// these are the model's is what the tests of forms say.
func rowsOf(t *testing.T, m *model.Model, p *form.Program) (rows [][]form.Cell, answers [][][]float64) {
	t.Helper()
	for _, text := range []string{cells(), unseen()} {
		stream, err := m.Pipeline.Open(source.Bytes("table.csv", []byte(text)), 1000)
		if err != nil {
			t.Fatal(err)
		}
		err = stream.Each(func(tab *table.Table) error {
			cells, r := m.Pipeline.Cells(tab), form.NewRunner(p)
			for _, i := range table.AllRows(tab) {
				row, err := cells(i)
				if err != nil {
					return err
				}
				var kept [][]float64
				for _, v := range r.Run(row) {
					kept = append(kept, append([]float64(nil), v...))
				}
				rows, answers = append(rows, row), append(answers, kept)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return rows, answers
}

// a runnable is a language whose files are run, with the program around a file that
// prints the answers to rows, one number a line, in base 10 with 17 digits.
type runnable struct {
	extension string
	tools     [][]string // of which each that is there is used; {file} and {folder} are replaced
	around    func(p *form.Program, rows [][]form.Cell) string
	file      string // of what is around; the model is predict + extension
}

var runnables = []runnable{
	{".c", [][]string{
		{"gcc", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O2", "-nodefaultlibs", "{folder}/main.c", "-lc", "-o", "{folder}/a.out"},
		{"gcc", "-std=gnu11", "-O3", "-march=native", "-Wall", "-Werror", "{folder}/main.c", "-o", "{folder}/a.out"},
		{"clang", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O2", "{folder}/main.c", "-o", "{folder}/a.out"},
	}, aroundC, "main.c"},
	{".go", [][]string{{"go", "run", "{folder}/main.go"}}, aroundGo, "main.go"},
	{".js", [][]string{{"node", "{folder}/main.js"}}, aroundJS, "main.js"},
	{".py", [][]string{{"python3", "{folder}/main.py"}}, aroundPython, "main.py"},
}

func aroundC(p *form.Program, rows [][]form.Cell) string {
	var b strings.Builder
	b.WriteString("#include \"predict.c\"\n#include <stdio.h>\nint main(void) {\n  static const struct predict_row rows[] = {\n")
	for _, row := range rows {
		var all []string
		for i := range row {
			all = append(all, cCell(&p.Columns[i], row[i]))
		}
		b.WriteString("    {" + strings.Join(all, ", ") + "},\n")
	}
	b.WriteString("  };\n  for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {\n    struct predict_answer a;\n    predict(&rows[i], &a);\n")
	for k, name := range identifiers(answerNames(p), cKeywords...) {
		for j := range p.Ops[p.Answers[k].Value].Len {
			fmt.Fprintf(&b, "    printf(\"%%.17g\\n\", (double)a.%s%s);\n", name, place(j, p.Ops[p.Answers[k].Value].Len))
		}
	}
	return b.String() + "  }\n  return 0;\n}\n"
}

func aroundGo(p *form.Program, rows [][]form.Cell) string {
	var b strings.Builder
	b.WriteString("if !Test() {\n\t\tpanic(\"the test in the file fails\")\n\t}\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "\tshow(Predict(&Row{%s}))\n", goRow(p, row))
	}
	b.WriteString("}\n\nfunc show(a Answer) {\n")
	for k, name := range exported(answerNames(p)) {
		for j := range p.Ops[p.Answers[k].Value].Len {
			fmt.Fprintf(&b, "\tfmt.Printf(\"%%.17g\\n\", float64(a.%s%s))\n", name, place(j, p.Ops[p.Answers[k].Value].Len))
		}
	}
	return b.String() + "}\n"
}

// jsonRows are the rows as a list of objects.
func jsonRows(p *form.Program, rows [][]form.Cell) string {
	var all []map[string]any
	for _, row := range rows {
		o := map[string]any{}
		for i, cell := range row {
			switch {
			case p.Columns[i].Type == form.Text:
				o[p.Columns[i].Name] = cell.Text
			case math.IsNaN(cell.Numbers[0]):
				o[p.Columns[i].Name] = nil
			default:
				o[p.Columns[i].Name] = cell.Numbers[0]
			}
		}
		all = append(all, o)
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func labelsOf(p *form.Program) string {
	labels := map[string][]string{}
	for _, a := range p.Answers {
		labels[a.Name] = a.Labels
	}
	text, err := json.Marshal(labels)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func aroundJS(p *form.Program, rows [][]form.Cell) string {
	return `const predict = require("./predict.js"), labels = ` + labelsOf(p) + `;
for (const row of ` + jsonRows(p, rows) + `) {
  for (const [name, v] of Object.entries(predict(row))) {
    for (const x of [v].flat()) console.log(labels[name] ? labels[name].indexOf(x) : x);
  }
}
`
}

func aroundPython(p *form.Program, rows [][]form.Cell) string {
	return "import json\nfrom predict import predict\nlabels = json.loads(" + quotePython(labelsOf(p)) + ")\nfor row in json.loads(" + quotePython(jsonRows(p, rows)) + `):
    for name, v in predict(row).items():
        for x in v if isinstance(v, list) else [v]:
            print(labels[name].index(x) if labels[name] else repr(float(x)))
`
}

// ties is a program of products whose sums end between two float32 once they are rounded to
// float64, where rounding a second time may go the wrong way.
func ties() (p *form.Program, rows [][]form.Cell, answers [][][]float64) {
	b := &form.Builder{}
	x := b.Join(b.Input(form.Column{Name: "a", Type: form.F32, Len: 1}), b.Input(form.Column{Name: "b", Type: form.F32, Len: 1}))
	b.Answer(form.Answer{Name: "values", Names: []string{"y", "z"}, Value: b.Times(x, 1, []float32{1, 1 + 0x1p-23, (1 - 0x1p-12 + 0x1p-24) * 0x1p-12, (1 - 0x1p-23) * 0x1p-12}, 2)})
	r := form.NewRunner(&b.Program)
	for _, v := range []float64{(1 + 0x1p-12) * 0x1p-12, (1 + 0x1p-23) * 0x1p-12} {
		for _, sign := range []float64{1, -1} {
			row := []form.Cell{{Numbers: []float64{sign}}, {Numbers: []float64{sign * v}}}
			rows, answers = append(rows, row), append(answers, [][]float64{append([]float64(nil), r.Run(row)[0]...)})
		}
	}
	return &b.Program, rows, answers
}

// Source code of every language answers every row with the bits of the model, wherever its
// compiler is there; it is in CI.
func TestCodeHasTheBits(t *testing.T) {
	models := map[string]*model.Model{
		"everything": everything(t),
		"two labels": trained(t, label, `{"units":4,"activation":"selu"},{"units":1,"activation":"sigmoid"}`, `"loss":"binary_crossentropy"`),
		"a number":   trained(t, number+`,"numeric":{"scale":"log1p","encode":{"type":"piecewise_linear","dim":null,"bins":6},"indicator":true}`, `{"units":4,"activation":"squareplus"},{"units":1}`, `"loss":"mse"`),
	}
	ran := 0
	models["ties"] = nil
	for name, m := range models {
		p, rows, answers := ties()
		if m != nil {
			var err error
			if p, err = Express(m, Columns, 0.4); err != nil {
				t.Fatal(err)
			}
			rows, answers = rowsOf(t, m, p)
		}
		var want strings.Builder
		for _, a := range answers {
			for _, v := range a {
				for _, x := range v {
					fmt.Fprintf(&want, "%.17g\n", x)
				}
			}
		}
		for _, l := range runnables {
			folder := t.TempDir()
			write := func(file, text string) {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			f, err := FormatOf("", "x"+l.extension)
			if err != nil {
				t.Fatal(err)
			}
			text, err := f.Write(p, Options{Name: "predict", About: "A test."})
			if err != nil {
				t.Fatalf("%s: %v", l.extension, err)
			}
			write("predict"+l.extension, string(text))
			around := l.around(p, rows)
			if l.extension == ".go" { // one file is one program
				head := "package predict\n\n"
				if strings.Contains(string(text), "import \"math\"") {
					head += "import \"math\""
				}
				with := strings.Replace(strings.Replace(head, "predict", "main\n\nimport \"fmt\"", 1), "\n\nimport \"math\"", "\nimport \"math\"", 1)
				around = strings.Replace(strings.Replace(string(text), head, with, 1),
					"// Predict answers", "func main() {\n\t"+around+"\n// Predict answers", 1)
			}
			write(l.file, around)
			for _, tool := range l.tools {
				if _, err := exec.LookPath(tool[0]); err != nil {
					t.Logf("%s is not here", tool[0])
					continue
				}
				ran++
				got := output(t, folder, tool)
				if l.extension == ".c" {
					got = output(t, folder, []string{"{folder}/a.out"})
				}
				compareLines(t, name+", "+strings.Join(tool[:2], " "), got, want.String())
			}
		}
	}
	if ran == 0 {
		t.Error("no language was run: not even Go's compiler is here")
	}
}

// output runs a command in a folder.
func output(t *testing.T, folder string, command []string) string {
	t.Helper()
	var args []string
	for _, a := range command {
		args = append(args, strings.ReplaceAll(a, "{folder}", folder))
	}
	c := exec.Command(args[0], args[1:]...)
	c.Dir = folder
	var complaints strings.Builder
	c.Stderr = &complaints
	text, err := c.Output()
	if err != nil {
		t.Errorf("%v: %v\n%.2000s", command, err, complaints.String())
	}
	return string(text)
}

// compareLines compares numbers bit by bit.
func compareLines(t *testing.T, what, got, want string) {
	t.Helper()
	a, b := strings.Fields(got), strings.Fields(want)
	if len(a) != len(b) {
		t.Errorf("%s: %d numbers, want %d", what, len(a), len(b))
		return
	}
	wrong := 0
	for i := range a {
		var x, y float64
		if _, err := fmt.Sscan(a[i]+" "+b[i], &x, &y); err != nil || x != y {
			if wrong++; wrong < 4 {
				t.Errorf("%s: number %d is %s, want %s", what, i, a[i], b[i])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%s: %d of %d numbers differ", what, wrong, len(a))
	}
}
