package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A room is a package as it is measured: its files, and which file uses what
// another one declares.
type room struct {
	path  string
	lines int
	files []*ast.File
	fset  *token.FileSet
	uses  map[string]map[string]bool // file → file
	info  *types.Info
}

// rooms are the packages of the program, measured once for all tests.
func rooms(t *testing.T) []room {
	t.Helper()
	measured.Do(func() { measured.rooms = measure(t) })
	if measured.rooms == nil {
		t.Fatal("the packages could not be measured: see the first test that failed")
	}
	return measured.rooms
}

var measured struct {
	sync.Once
	rooms []room
}

// measure type-checks the packages, each from its source, its imports from what the
// compiler exported.
func measure(t *testing.T) []room {
	t.Helper()
	exports := map[string]string{}
	listed := list(t, "-deps", "-export")
	for _, p := range listed {
		exports[p.ImportPath] = p.Export
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	var all []room
	for _, p := range listed {
		if p.Standard || p.ImportPath != "mlp" && !strings.HasPrefix(p.ImportPath, "mlp/") {
			continue
		}
		r := room{path: p.ImportPath, fset: fset, uses: map[string]map[string]bool{}}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			r.files = append(r.files, f)
			r.lines += fset.Position(f.FileEnd).Line - 1
		}
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
		r.info = info
		config := types.Config{Importer: imports, FakeImportC: true}
		checked, err := config.Check(p.ImportPath, fset, r.files, info)
		if err != nil {
			t.Fatal(err)
		}
		file := func(at token.Pos) string { return filepath.Base(fset.Position(at).Filename) }
		for id, o := range info.Uses {
			if from, to := file(id.Pos()), file(o.Pos()); o.Pkg() == checked && from != to && shared(o, checked) {
				if r.uses[from] == nil {
					r.uses[from] = map[string]bool{}
				}
				r.uses[from][to] = true
			}
		}
		all = append(all, r)
	}
	return all
}

// shared reports whether other files can name an object: a declaration of the
// package, a field or a method.
func shared(o types.Object, of *types.Package) bool {
	switch o := o.(type) {
	case *types.Var:
		return o.IsField() || o.Parent() == of.Scope()
	case *types.Func:
		return true
	}
	return o.Parent() == of.Scope()
}

// cycles returns the largest set of files that all use each other, by way of
// others or directly (Tarjan 1972, strongly connected components).
func (r room) cycle() []string {
	var (
		stack, largest []string
		index, low     = map[string]int{}, map[string]int{}
		open           = map[string]bool{}
		visit          func(v string)
	)
	visit = func(v string) {
		index[v] = len(index) + 1
		low[v] = index[v]
		stack, open[v] = append(stack, v), true
		for _, w := range slices.Sorted(maps.Keys(r.uses[v])) {
			if index[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if open[w] {
				low[v] = min(low[v], index[w])
			}
		}
		if low[v] < index[v] {
			return
		}
		at := slices.Index(stack, v)
		for _, w := range stack[at:] {
			open[w] = false
		}
		if len(stack)-at > max(1, len(largest)) {
			largest = slices.Sorted(slices.Values(stack[at:]))
		}
		stack = stack[:at]
	}
	for _, v := range slices.Sorted(maps.Keys(r.uses)) {
		if index[v] == 0 {
			visit(v)
		}
	}
	return largest
}

// What a room may hold, so that it can be read in an hour. kernel is many small
// files for many processors; nn has one file a layer; cmd has a file a verb, of about
// 230 lines for each of some 25.
const (
	filesOfRoom = 30
	linesOfRoom = 3500
	linesOfCmd  = 5800
	cycleOfRoom = 8
)

// knots are packages in which more files use each other than a room should have,
// with the reason.
var knots = map[string]string{
	"mlp/internal/kernel": "one Engine dispatches to every product and every vector loop",
	"mlp/cmd":             "every verb is a method of the one App, and every verb's file registers with the root",
}

func TestRoomsAreSmall(t *testing.T) {
	for _, r := range rooms(t) {
		if name := strings.TrimPrefix(r.path, "mlp/internal/"); name != r.path && name != "kernel" && name != "nn" {
			if len(r.files) > filesOfRoom || r.lines > linesOfRoom {
				t.Errorf("%s has %d files and %d lines; %d and %d are a room", r.path, len(r.files), r.lines, filesOfRoom, linesOfRoom)
			}
		}
		if r.path == "mlp/cmd" && r.lines >= linesOfCmd {
			t.Errorf("cmd has %d lines; it parses flags and prints, for which %d are enough", r.lines, linesOfCmd)
		}
		if c := r.cycle(); len(c) > cycleOfRoom && knots[r.path] == "" {
			t.Errorf("%s: %d files use each other in a circle, more than %d: %s", r.path, len(c), cycleOfRoom, strings.Join(c, ", "))
		} else if len(c) <= cycleOfRoom && knots[r.path] != "" {
			t.Errorf("%s is no knot any more: take it off the list", r.path)
		}
		t.Logf("%-32s %2d files %5d lines, largest circle %d", r.path, len(r.files), r.lines, len(r.cycle()))
	}
}

// The measure itself: a circle of three beside a chain.
func TestCycle(t *testing.T) {
	use := func(to ...string) map[string]bool {
		m := map[string]bool{}
		for _, w := range to {
			m[w] = true
		}
		return m
	}
	r := room{uses: map[string]map[string]bool{"a": use("b"), "b": use("c", "d"), "c": use("a"), "d": use("e")}}
	if got := fmt.Sprint(r.cycle()); got != "[a b c]" {
		t.Errorf("got %s", got)
	}
}

// wordsOfCmd match what only cmd may say: a flag, or a verb behind the program's name.
var wordsOfCmd = regexp.MustCompile("--[a-z]|`mlp |\\bflag --")

// sayFlags are packages below cmd whose messages may name flags and verbs, with the
// reason.
var sayFlags = map[string]string{
	"mlp/internal/config": "it lays flags and variables over the spec, and names where a value comes from",
}

// What is wrong is stated below cmd, which flag or verb mends it in cmd: see
// problem.InOption and problem.Remedy.
func TestMessagesNameNoFlags(t *testing.T) {
	for _, r := range rooms(t) {
		if !strings.HasPrefix(r.path, "mlp/internal/") || sayFlags[r.path] != "" {
			continue
		}
		for _, f := range r.files {
			ast.Inspect(f, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && wordsOfCmd.MatchString(text.Value) {
					t.Errorf("%s: %s names a flag or a verb", r.fset.Position(text.Pos()), text.Value)
				}
				return true
			})
		}
	}
}

// cmd prints what others have computed: it has no loop over the rows of a table or
// of answers. Rows of what it prints, such as the layers of a summary, are its own
// work.
func TestCmdLoopsOverNoRows(t *testing.T) {
	tables := regexp.MustCompile(`^mlp/internal/(data/|model$|predict$|evaluate$|crossval$)`)
	for _, r := range rooms(t) {
		if r.path != "mlp/cmd" {
			continue
		}
		for _, f := range r.files {
			ast.Inspect(f, func(n ast.Node) bool {
				var header ast.Node
				switch n := n.(type) {
				case *ast.RangeStmt:
					header = n.X
				case *ast.ForStmt:
					header = n.Cond
				}
				if header == nil || header == ast.Expr(nil) {
					return true
				}
				ast.Inspect(header, func(n ast.Node) bool {
					id, ok := n.(*ast.Ident)
					if !ok || id.Name != "Rows" && id.Name != "Lines" {
						return true
					}
					if o := r.info.Uses[id]; o != nil && o.Pkg() != nil && tables.MatchString(o.Pkg().Path()) {
						t.Errorf("%s: a loop over %s of %s", r.fset.Position(id.Pos()), id.Name, o.Pkg().Path())
					}
					return true
				})
				return true
			})
		}
	}
}
