package cmd

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/config"
	"mlp/internal/spec"
)

// The script of examples/ci ends with 0 where the gates hold, with 1 where one
// fails, then with all reports written too, and with mlp's code where mlp fails.
func TestCIExample(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	script := filepath.Join(repositoryDir(t), "examples", "ci", "check.sh")
	for _, c := range []struct {
		name string
		spec string
		env  []string
		code int
		fail string // in a report
	}{
		{"holds", "pima_tuned.yaml", nil, 0, ""},
		{"mean", "pima_tuned.yaml", []string{"MIN_ACCURACY=0.99"}, 1, "cv.xml"},
		{"bound", "pima_tuned.yaml", []string{"MIN_AUC=0.99"}, 1, "evaluate.xml"},
		{"baseline", "pima_tuned.yaml", []string{"BASELINE=before.json"}, 1, "evaluate.xml"},
		{"no spec", "nope.yaml", nil, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range map[string]string{"before.json": `{"auc":0.999}`, "summary.md": "before\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			run := exec.Command(shell, script, c.spec, "out")
			run.Dir = dir
			run.Env = append(command(t, dir).Env, "SUMMARY=summary.md")
			run.Env = append(run.Env, c.env...)
			out, err := run.CombinedOutput()
			if code := exitCodeOf(t, err); code != c.code {
				t.Fatalf("exit code %d, want %d\n%s", code, c.code, out)
			}
			if c.code > 1 {
				return
			}
			var metrics map[string]float64
			if err := json.Unmarshal(read(t, dir, "out/metrics.json"), &metrics); err != nil || metrics["auc"] == 0 {
				t.Errorf("metrics.json: %v, %v", err, metrics)
			}
			for _, name := range []string{"cv.xml", "evaluate.xml"} {
				failed := strings.Contains(string(read(t, dir, "out/"+name)), "<failure ")
				if failed != (name == c.fail) {
					t.Errorf("%s has a failure: %v", name, failed)
				}
			}
			report, summary := string(read(t, dir, "out/report.md")), string(read(t, dir, "summary.md"))
			if !strings.Contains(report, "## Cross-validation") || !strings.Contains(report, "## Evaluation on 154 test rows") {
				t.Errorf("report.md:\n%s", report)
			}
			if !strings.HasPrefix(summary, "before\n## Evaluation on 154 test rows") {
				t.Errorf("summary.md:\n%s", summary)
			}
			if c.fail == "evaluate.xml" && !strings.Contains(string(out), "\n::error title=gate failed::") {
				t.Errorf("no error for the workflow in\n%s", out)
			}
		})
	}
}

// The workflow beside it is YAML, runs the script that is there, and names no
// action without a version.
func TestCIWorkflow(t *testing.T) {
	dir := filepath.Join(repositoryDir(t), "examples", "ci")
	tree, err := config.Parse(read(t, dir, "workflow.yml"), "workflow.yml")
	if err != nil {
		t.Fatal(err)
	}
	if tree.Get("on").Get("push") == nil {
		t.Error("nothing starts it")
	}
	steps := tree.Get("jobs").Get("check").Get("steps").Items
	runs := ""
	for _, s := range steps {
		if uses := s.Get("uses"); uses != nil && !strings.Contains(uses.Text, "@v") {
			t.Errorf("%s has no version", uses.Text)
		}
		if run := s.Get("run"); run != nil {
			runs += run.Text + "\n"
		}
	}
	if !strings.Contains(runs, `SUMMARY="$GITHUB_STEP_SUMMARY" sh examples/ci/check.sh `) || !strings.Contains(runs, "go build") {
		t.Errorf("it runs\n%s", runs)
	}
	if last := steps[len(steps)-1]; last.Get("if").Text != "always()" || last.Get("with").Get("path").Kind != spec.String {
		t.Error("the reports are not kept where a gate fails")
	}
}
