package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tiers says who may import whom: a package imports only from tiers below its
// own, so siblings never import each other.
var tiers = [][]string{
	{"mlp/internal/tensor", "mlp/internal/rng", "mlp/internal/kernel", "mlp/internal/spec"},
	{"mlp/internal/nn", "mlp/internal/loss", "mlp/internal/optim", "mlp/internal/metric", "mlp/internal/data"},
	{"mlp/internal/model"},
	{"mlp/internal/train", "mlp/internal/config"},
	{"mlp/cmd"},
	{"mlp"},
}

// homes says in which packages a module may be used at all.
var homes = map[string][]string{
	"github.com/spf13/cobra":            {"mlp/cmd"},
	"github.com/spf13/pflag":            {"mlp/cmd"},
	"github.com/schollz/progressbar/v3": {"mlp/cmd"},
	"github.com/rivo/uniseg":            {"mlp/cmd"},
	"golang.org/x/term":                 {"mlp/cmd"},
	"github.com/spf13/viper":            {"mlp/internal/config"},
	"go.yaml.in/yaml/v3":                {"mlp/internal/config"},
	"gonum.org/v1/gonum":                {"mlp/internal/kernel", "mlp/internal/metric"},
	"github.com/klauspost/compress":     {"mlp/internal/data"},
	"golang.org/x/sys":                  {"mlp/internal/kernel", "mlp/internal/model", "mlp/cmd"},
	"github.com/rogpeppe/go-internal":   {},
}

type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	Imports         []string
	Standard        bool
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func tier(path string) int {
	return slices.IndexFunc(tiers, func(t []string) bool { return slices.Contains(t, path) })
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		from := tier(p.ImportPath)
		if from < 0 && !strings.HasPrefix(p.ImportPath, "mlp/internal/oracle") && !strings.HasPrefix(p.ImportPath, "mlp/bench") {
			t.Errorf("%s stands in no tier", p.ImportPath)
		}
		for _, to := range p.Imports {
			switch {
			case strings.HasPrefix(to, "mlp/internal/oracle") && from >= 0:
				t.Errorf("%s imports %s, which is for tests only", p.ImportPath, to)
			case to == "mlp" || strings.HasPrefix(to, "mlp/"):
				if from >= 0 && tier(to) >= from {
					t.Errorf("%s imports %s, which is not below it", p.ImportPath, to)
				}
				if p.ImportPath == "mlp/internal/config" && to != "mlp/internal/spec" {
					t.Errorf("config imports %s; it knows nothing but spec", to)
				}
			case strings.Contains(strings.Split(to, "/")[0], "."):
				checkHome(t, p.ImportPath, to)
			}
		}
	}
}

func checkHome(t *testing.T, from, to string) {
	for module, allowed := range homes {
		if to == module || strings.HasPrefix(to, module+"/") {
			if !slices.Contains(allowed, from) {
				t.Errorf("%s imports %s, which belongs in %v", from, to, allowed)
			}
			return
		}
	}
	t.Errorf("%s imports %s, a module without a place in this project", from, to)
}

// A file is one idea, which rarely needs more than 300 lines.
func TestFilesAreShort(t *testing.T) {
	const limit = 300
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), "\n"); n > limit && !strings.Contains(string(text[:200]), "DO NOT EDIT") {
				t.Errorf("%s/%s has %d lines, more than %d", p.ImportPath, name, n, limit)
			}
		}
	}
}
