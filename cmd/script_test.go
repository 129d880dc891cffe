package cmd

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts")

// repository names the variable that tells a command run by a test where
// configs/ and data/ are; main.go embeds them, and a test reads the same files.
const repository = "REPOSITORY"

// TestMain makes this test binary the program itself when it is run as "mlp", and
// one that measures it when it is run as "peak".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"mlp":    func() { os.Exit(Main(os.DirFS(os.Getenv(repository)))) },
		"peak":   measurePeak,
		"faulty": mainFaulty,
	})
}

// TestScripts runs the scripts of testdata/script. Besides testscript's own
// commands they have those of script_commands_test.go: exits, json, header.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv(repository, repositoryDir(t))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "json": checkJSON, "truncate": truncate,
		},
	})
}

// TestConfigs demands that configs.txtar runs every spec of configs/.
func TestConfigs(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("testdata", "script", "configs.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	specs, err := filepath.Glob(filepath.Join(repositoryDir(t), "configs", "*.yaml"))
	if err != nil || len(specs) == 0 {
		t.Fatalf("no specs: %v", err)
	}
	for _, path := range specs {
		name := filepath.Base(path)
		if !strings.Contains(string(script), "mlp fit -c "+name) {
			t.Errorf("configs.txtar does not run %s", name)
		}
	}
}

func repositoryDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
