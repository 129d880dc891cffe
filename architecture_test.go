package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tiers says who may import whom: a package imports only from tiers below its
// own, so siblings never import each other.
var tiers = [][]string{
	{"mlp/internal/tensor", "mlp/internal/rng", "mlp/internal/stats", "mlp/internal/task", "mlp/internal/problem", "mlp/internal/parallel"},
	{"mlp/internal/iostreams", "mlp/internal/kernel", "mlp/internal/spec", "mlp/internal/outfile"},
	{"mlp/internal/safetensors"},
	{"mlp/internal/data/scan"},
	{"mlp/internal/data/table"},
	{"mlp/internal/data/preprocess"},
	{"mlp/internal/data/schema"},
	{"mlp/internal/data/split", "mlp/internal/data/pipeline"},
	{"mlp/internal/data/profile"},
	{"mlp/internal/nn", "mlp/internal/loss", "mlp/internal/optim", "mlp/internal/metric"},
	{"mlp/internal/model"},
	{"mlp/internal/evaluate", "mlp/internal/config"},
	{"mlp/internal/train"},
	{"mlp/internal/callback"},
	{"mlp/internal/recipe"},
	{"mlp/internal/crossval", "mlp/internal/selftest", "mlp/internal/draft", "mlp/internal/recipe/recipetest"},
	{"mlp/internal/report", "mlp/internal/predict", "mlp/internal/run"},
	{"mlp/cmd"},
	{"mlp"},
}

// homes says in which packages a module may be used at all.
var homes = map[string][]string{
	"github.com/spf13/cobra":            {"mlp/cmd", "mlp/tools/man"},
	"github.com/spf13/pflag":            {"mlp/cmd", "mlp/tools/man"},
	"github.com/schollz/progressbar/v3": {"mlp/cmd"},
	"github.com/rivo/uniseg":            {"mlp/internal/report"},
	"golang.org/x/term":                 {"mlp/internal/iostreams"},
	"github.com/spf13/viper":            {"mlp/internal/config"},
	"go.yaml.in/yaml/v3":                {"mlp/internal/config"},
	"gonum.org/v1/gonum":                {"mlp/internal/kernel", "mlp/internal/metric"},
	"github.com/klauspost/compress":     {"mlp/internal/data/table"},
	"golang.org/x/sys":                  {"mlp/internal/kernel", "mlp/internal/model", "mlp/cmd"},
	"github.com/rogpeppe/go-internal":   {},
}

// needed says why each module of go.mod is there; homes says who may import those
// that are imported at all.
var needed = map[string]string{
	"github.com/spf13/cobra":            "verbs, flags, help, completion",
	"github.com/spf13/pflag":            "what cobra's flags are made of; their errors are put in our words",
	"github.com/spf13/viper":            "finds specs, and says whether a variable or a flag wins",
	"github.com/klauspost/compress":     "zstd; only its decoder is used",
	"go.yaml.in/yaml/v3":                "YAML with the line and column of each value",
	"github.com/schollz/progressbar/v3": "the bar on a terminal",
	"github.com/rivo/uniseg":            "how wide a text is on a terminal",
	"golang.org/x/term":                 "whether there is a terminal, and its width",
	"golang.org/x/sys":                  "which vector instructions the processor has; syncing a directory",
	"gonum.org/v1/gonum":                "a second implementation of the products, and quantiles of distributions",
	"github.com/rogpeppe/go-internal":   "testscript; tests only",
	"honnef.co/go/tools":                "staticcheck; a tool",

	"github.com/BurntSushi/toml":           "of staticcheck",
	"golang.org/x/exp/typeparams":          "of staticcheck",
	"golang.org/x/mod":                     "of staticcheck",
	"golang.org/x/sync":                    "of staticcheck",
	"golang.org/x/telemetry":               "of deadcode",
	"golang.org/x/tools":                   "deadcode, a tool; of staticcheck and testscript",
	"github.com/inconshreveable/mousetrap": "of cobra, on Windows",
	"github.com/mitchellh/colorstring":     "of progressbar",
	"github.com/fsnotify/fsnotify":         "of viper",
	"github.com/go-viper/mapstructure/v2":  "of viper",
	"github.com/pelletier/go-toml/v2":      "of viper",
	"github.com/sagikazarmark/locafero":    "of viper",
	"github.com/sourcegraph/conc":          "of viper",
	"github.com/spf13/afero":               "of viper",
	"github.com/spf13/cast":                "of viper",
	"github.com/subosito/gotenv":           "of viper",
	"golang.org/x/text":                    "of viper",
}

// A module comes with a reason, and goes with it.
func TestModulesAreNeeded(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+`).FindAllStringSubmatch(string(text), -1) {
		if found[m[1]] = true; needed[m[1]] == "" {
			t.Errorf("go.mod requires %s, for which there is no reason", m[1])
		}
	}
	for module := range needed {
		if !found[module] {
			t.Errorf("%s has a reason, but go.mod does not require it", module)
		}
	}
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
		if from < 0 && !strings.HasPrefix(p.ImportPath, "mlp/internal/oracle") && !strings.HasPrefix(p.ImportPath, "mlp/bench/") && !strings.HasPrefix(p.ImportPath, "mlp/tools/") {
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
				if p.ImportPath == "mlp/internal/config" && to != "mlp/internal/spec" && to != "mlp/internal/problem" {
					t.Errorf("config imports %s; it knows nothing but spec and problem", to)
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
