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

// street lists the rooms in the order in which work can flow through them, each with
// the rooms that it imports. A room imports only what stands above it here, and an
// import that goes is taken off the list. Names are below mlp/internal.
var street = []struct{ room, imports string }{
	{"notices", ""},
	{"rng", ""},
	{"kernel", "rng"},
	{"form", "kernel"},
	{"parallel", ""},
	{"memory", ""},
	{"problem", ""},
	{"stats", ""},
	{"task", "rng"},
	{"tensor", ""},
	{"data/scan", "problem"},
	{"iostreams", "parallel problem"},
	{"rowwriter", "data/scan iostreams"},
	{"chart", "iostreams"},
	{"outfile", "parallel problem"},
	{"spec", "problem"},
	{"hdf5", ""},
	{"keras", "hdf5 problem spec"},
	{"config", "keras problem spec"},
	{"safetensors", "spec"}, // quotes JSON as spec does
	{"data/dialect", "data/scan problem spec"},
	{"data/calendar", "data/scan problem"},
	{"data/quantity", "data/dialect data/scan"},
	{"data/source", "data/dialect data/scan memory parallel problem"},
	{"data/table", "data/dialect data/scan data/source problem safetensors spec"},
	{"data/parse", "data/dialect data/scan data/source data/table parallel problem"},
	{"average", "kernel tensor"},
	{"calibrate", "form kernel tensor"},
	{"conformal", "tensor"},
	{"schedule", "kernel spec"},
	{"loss", "kernel schedule spec stats task tensor"},
	{"metric", "calibrate kernel problem rng spec stats task tensor"},
	{"embedding", "form spec stats"},
	{"nn", "embedding form kernel problem rng schedule spec stats tensor"},
	{"optim", "kernel schedule spec tensor"},
	{"data/preprocess", "data/calendar data/dialect data/quantity data/scan data/table embedding form kernel problem spec stats tensor"},
	{"data/schema", "data/calendar data/dialect data/parse data/preprocess data/scan data/source data/table problem spec task"},
	{"data/pipeline", "data/dialect data/parse data/preprocess data/scan data/schema data/source data/table form kernel memory problem spec stats task tensor"},
	{"data/split", "data/calendar data/schema data/source data/table problem rng"},
	{"data/profile", "data/preprocess data/schema data/split data/table parallel problem rng stats task"},
	{"modelfile", "outfile problem safetensors spec"},
	{"model", "average calibrate conformal data/pipeline data/preprocess data/schema data/source data/split data/table kernel loss memory metric modelfile nn optim outfile parallel problem safetensors spec stats task tensor"},
	{"weights", "keras model modelfile nn problem safetensors"},
	{"evaluate", "average calibrate conformal metric model problem spec stats task tensor"},
	{"export", "data/source data/table evaluate form keras loss metric model nn optim problem schedule spec task tensor"},
	{"train", "evaluate kernel metric model modelfile nn outfile problem rng schedule spec tensor"},
	{"callback", "metric outfile problem schedule spec train"},
	{"draft", "callback data/preprocess data/profile data/schema data/split data/table loss metric nn optim problem schedule spec stats task"}, // takes the names of components from their registries
	{"search", "kernel problem rng spec"},
	{"recipe", "callback evaluate model problem search spec train"}, // joins the sections of a spec, each of which its own room decodes
	{"ensemble", "average evaluate kernel metric model modelfile parallel problem recipe rng spec task tensor train"},
	{"crossval", "data/schema data/split data/table ensemble evaluate metric model parallel problem recipe rng task tensor train"},
	{"recipe/recipetest", "data/source model recipe spec train"}, // fixtures of the rooms above the loop, for tests
	{"run", "config data/parse data/pipeline data/profile data/schema data/source data/split data/table ensemble evaluate keras kernel metric model modelfile outfile problem recipe spec train weights"}, // prepares for the verbs, so it sees most of what it prepares
	{"selftest", "data/source kernel model recipe spec train"},
	{"predict", "conformal crossval data/dialect data/pipeline data/schema data/source data/table evaluate model nn problem rowwriter task tensor train"}, // out-of-fold answers are answers too
	{"serve", "data/pipeline data/scan model predict problem rowwriter"},
	{"explain", "data/pipeline data/preprocess data/source data/table metric model problem rng stats task tensor"},
	{"compare", "crossval evaluate kernel metric model problem rng spec task tensor"},
	{"tune", "crossval data/split ensemble metric model parallel problem recipe rng search spec stats task tensor"},
	{"report", "calibrate chart compare crossval data/pipeline data/preprocess evaluate explain iostreams metric model nn problem search spec train tune"},
	{"mlp/cmd", "callback compare config crossval data/pipeline data/profile data/schema data/split data/table draft ensemble evaluate explain export iostreams kernel memory metric model modelfile nn notices outfile parallel predict problem recipe report rowwriter run selftest serve spec task train tune"}, // prints what each of them returns
	{"mlp", "mlp/cmd"},
}

// forTests are packages that no other may import but in tests.
var forTests = []string{"mlp/internal/oracle", "mlp/internal/recipe/recipetest"}

// homes says in which packages a module may be used at all.
var homes = map[string][]string{
	"github.com/spf13/cobra":            {"mlp/cmd", "mlp/tools/man"},
	"github.com/spf13/pflag":            {"mlp/cmd", "mlp/tools/man"},
	"github.com/schollz/progressbar/v3": {"mlp/cmd"},
	"github.com/rivo/uniseg":            {"mlp/internal/iostreams", "mlp/internal/report"},
	"golang.org/x/term":                 {"mlp/internal/iostreams"},
	"github.com/spf13/viper":            {"mlp/internal/config"},
	"go.yaml.in/yaml/v3":                {"mlp/internal/config"},
	"gonum.org/v1/gonum":                {"mlp/internal/kernel", "mlp/internal/metric"},
	"github.com/klauspost/compress":     {"mlp/internal/data/source"},
	"golang.org/x/sys":                  {"mlp/internal/kernel", "mlp/internal/outfile", "mlp/cmd"},
	"golang.org/x/text":                 {"mlp/internal/data/dialect"},
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
	"golang.org/x/text":                    "tables in other encodings than UTF-8; of viper too",
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
	Export          string // the file of what the compiler exports
}

// list asks the go command for the packages of the module, with flags of go list.
func list(t *testing.T, flags ...string) []listed {
	t.Helper()
	args := append([]string{"list", "-json=ImportPath,Dir,GoFiles,Imports,Standard,Export"}, flags...)
	out, err := exec.Command("go", append(args, "./...")...).Output()
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

// roomName is the name of a package in street; "" for what is no part of the
// program: benchmarks, tools and the oracle.
func roomName(path string) string {
	for _, outside := range []string{"mlp/bench/", "mlp/tools/", "mlp/internal/oracle"} {
		if strings.HasPrefix(path, outside) {
			return ""
		}
	}
	return strings.TrimPrefix(path, "mlp/internal/")
}

func TestImports(t *testing.T) {
	place, listedImports := map[string]int{}, map[string][]string{}
	for i, s := range street {
		place[s.room], listedImports[s.room] = i, strings.Fields(s.imports)
	}
	found := map[string]bool{}
	for _, p := range list(t) {
		room := roomName(p.ImportPath)
		if _, there := place[room]; !there && room != "" {
			t.Errorf("%s stands nowhere in the street", p.ImportPath)
			continue
		}
		found[room] = true
		var own []string
		for _, to := range p.Imports {
			switch {
			case to == "mlp" || strings.HasPrefix(to, "mlp/"):
				if room == "" {
					continue
				}
				if slices.ContainsFunc(forTests, func(p string) bool { return strings.HasPrefix(to, p) }) {
					t.Errorf("%s imports %s, which is for tests only", p.ImportPath, to)
				}
				name := roomName(to)
				if own = append(own, name); place[name] >= place[room] {
					t.Errorf("%s imports %s, which does not stand above it", p.ImportPath, to)
				}
			case strings.Contains(strings.Split(to, "/")[0], "."):
				checkHome(t, p.ImportPath, to)
			}
		}
		if room == "" {
			continue
		}
		for _, name := range own {
			if !slices.Contains(listedImports[room], name) {
				t.Errorf("%s imports %s, which the street does not list", p.ImportPath, name)
			}
		}
		for _, name := range listedImports[room] {
			if !slices.Contains(own, name) {
				t.Errorf("%s does not import %s any more: take it off the list", p.ImportPath, name)
			}
		}
	}
	for _, s := range street {
		if !found[s.room] {
			t.Errorf("there is no room %q", s.room)
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

// long are files of more than 300 lines, with the reason: a table of data, or one
// algorithm that would read worse in parts.
var long = map[string]string{}

// A file is as long as its idea, which rarely needs more than 300 lines.
func TestFilesAreShort(t *testing.T) {
	const limit = 300
	for _, p := range list(t) {
		for _, name := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), "\n"); n > limit && long[p.ImportPath+"/"+name] == "" && !strings.Contains(string(text[:200]), "DO NOT EDIT") {
				t.Errorf("%s/%s has %d lines, more than %d: is it one idea? then say so in the list", p.ImportPath, name, n, limit)
			}
		}
	}
}
