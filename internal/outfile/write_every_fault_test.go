package outfile_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"mlp/cmd"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/outfile"
	"mlp/internal/train"
)

// A job is a command that writes files.
type job struct {
	name string
	args string
	// What each output may be after a fault, besides what it was before: see whole.
	outputs map[string]string
}

var jobs = []job{
	{"a first model", "build -c s.yaml -o new.bin", map[string]string{"new.bin": "new"}},
	{"a model in place of another", "build -c s.yaml --seed 2 -o m.bin", map[string]string{"m.bin": "new"}},
	{"a model compiled where it is", "compile m.bin --optimizer sgd", map[string]string{"m.bin": "new"}},
	{"training", "fit -c s.yaml --seed 2 -o m.bin", map[string]string{"m.bin": "new"}},
	{"training with checkpoints", "fit -c s.yaml --seed 2 --epochs 3 -o m.bin --checkpoint c.bin", map[string]string{"m.bin": "model", "c.bin": "model"}},
	{"training with a log", "fit -c s.yaml --seed 2 -o m.bin --log log.csv", map[string]string{"m.bin": "model", "log.csv": "lines"}},
	{"training with callbacks", "fit -c callbacks.yaml --epochs 1 --seed 2 -o m.bin",
		map[string]string{"m.bin": "model", "best-1.bin": "model", "log.jsonl": "lines"}},
	{"metrics and predictions", "evaluate m.bin t.csv -o metrics.json --predictions p.csv --threshold 0.4", map[string]string{"metrics.json": "new", "p.csv": "new"}},
	{"predictions", "predict m.bin t.csv --threshold 0.4 -o p.csv", map[string]string{"p.csv": "new"}},
	{"an array", "transform m.bin t.csv -o x.npy", map[string]string{"x.npy": "new"}},
	{"a packed table", "load t.csv --target y -o packed.bin", map[string]string{"packed.bin": "new"}},
	{"out-of-fold predictions", "cv -c s.yaml --folds 2 -o oof.csv", map[string]string{"oof.csv": "new"}},
}

const (
	faultSpec = "data: {path: t.csv, target: y}\nlayers: [{units: 1, activation: sigmoid}]\nfit: {epochs: 2, batch_size: 4}\n"
	callbacks = `  callbacks:
    - {type: model_checkpoint, filepath: "best-{epoch}.bin"}
    - {type: jsonl_logger, filename: log.jsonl, append: true}
    - {type: backup_and_restore, backup_dir: backup}
`
)

// prepare writes what the jobs read, and older versions of what they write.
func prepare(t *testing.T, dir string) {
	t.Helper()
	var table strings.Builder
	table.WriteString("a,b,y\n")
	for i := range 16 {
		fmt.Fprintf(&table, "%d,%d,%s\n", i, i*7%5, []string{"no", "yes"}[i%3%2])
	}
	for name, text := range map[string]string{
		"t.csv": table.String(), "s.yaml": faultSpec,
		"callbacks.yaml": strings.Replace(faultSpec, "fit: {epochs: 2, batch_size: 4}\n", "fit:\n  epochs: 2\n"+callbacks, 1),
		"log.csv":        "epoch,loss\n1,2\n", "log.jsonl": "{\"epoch\":9}\n",
		"metrics.json": "{}\n", "p.csv": "old\n", "packed.bin": "old\n", "x.npy": "old\n", "oof.csv": "old\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"m.bin", "c.bin"} {
		if code, stderr := program(t, dir, "fit -c s.yaml -o "+name); code != 0 {
			t.Fatal(stderr)
		}
	}
}

// program runs mlp inside this process, and returns the exit code and stderr.
func program(t *testing.T, dir, args string) (int, string) {
	t.Helper()
	code, _, stderr := running(t, dir, args)
	return code, stderr
}

// running is program with stdout.
func running(t *testing.T, dir, args string) (code int, out, complaints string) {
	t.Helper()
	t.Chdir(dir)
	var streams [2]*os.File
	for i, name := range []string{"stdout", "stderr"} {
		var err error
		if streams[i], err = os.Create(filepath.Join(t.TempDir(), name)); err != nil {
			t.Fatal(err)
		}
	}
	oldArgs, oldOut, oldErr := os.Args, os.Stdout, os.Stderr
	os.Args, os.Stdout, os.Stderr = append([]string{"mlp"}, strings.Fields(args)...), streams[0], streams[1]
	code = cmd.Main(fstest.MapFS{})
	os.Args, os.Stdout, os.Stderr = oldArgs, oldOut, oldErr
	var texts [2]string
	for i, f := range streams {
		f.Close()
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	return code, texts[0], texts[1]
}

// Every call that a command makes to the file system fails once, in every way.
// Whatever happens, each output is then what it was or what it should become; the
// exit code and the message tell of the fault; nothing is left lying about but by
// a crash, and the next run puts that right.
func TestEveryFault(t *testing.T) {
	if _, err := os.Stat("/dev/shm"); err == nil {
		t.Setenv("TMPDIR", "/dev/shm") // ten times as fast, and what is tested is not the disk
	}
	before := t.TempDir()
	prepare(t, before)
	injected, survived, lost, resumed, older := 0, 0, 0, 0, 0
	for _, j := range jobs {
		t.Run(j.name, func(t *testing.T) {
			want := t.TempDir()
			copyDir(t, before, want)
			if code, stderr := program(t, want, j.args); code != 0 {
				t.Fatal(stderr)
			}
			for _, f := range faults {
				for n := 1; ; n++ {
					dir := t.TempDir()
					copyDir(t, before, dir)
					d := &faulty{fault: f, at: n}
					back := outfile.UseDisk(d)
					code, stdout, stderr := running(t, dir, j.args)
					back()
					d.bury()
					at := fmt.Sprintf("%s at call %d (%s): exit code %d, stderr %q", f.name, n, d.hit, code, stderr)
					if n > len(d.calls) {
						if code != 0 {
							t.Errorf("without a fault: %s", at)
						}
						break
					}
					if d.hit == "" {
						continue // a fault of writes, at another call
					}
					injected++
					if code == 0 {
						survived++
					}
					lost += j.check(t, at, before, want, dir, code)
					checkMessage(t, at, d, code, stderr)
					checkStray(t, at, dir, d)
					if code != 0 && !f.onward {
						checkTrained(t, at, before, dir, stdout, stderr)
					}
					if f.onward {
						a, b := checkResume(t, at, j, want, dir)
						resumed, older = resumed+a, older+b
						checkNext(t, at, j, want, dir)
					}
				}
			}
		})
	}
	t.Logf("%d faults injected, %d of them survived without a failure, %d files lost; %d crashed runs resumed, %d of them from the older generation", injected, survived, lost, resumed, older)
	if resumed == 0 || older == 0 {
		t.Error("no run was resumed, or none from the older generation: nothing is tested")
	}
}

// check demands of each output that it is as it was before, or whole, and returns
// how many are not.
func (j job) check(t *testing.T, at, before, want, dir string, code int) (lost int) {
	t.Helper()
	bad := func(format string, args ...any) {
		t.Helper()
		lost++
		t.Errorf("%s: "+format, append([]any{at}, args...)...)
	}
	for name, kind := range j.outputs {
		got, err := os.ReadFile(filepath.Join(dir, name))
		old, errBefore := os.ReadFile(filepath.Join(before, name))
		next, _ := os.ReadFile(filepath.Join(want, name))
		switch {
		case err != nil && errBefore == nil:
			bad("%s is lost", name)
		case code == 0 && !bytes.Equal(got, next):
			bad("%s is not what it should be", name)
		case err != nil || bytes.Equal(got, old) || bytes.Equal(got, next):
		case kind == "new":
			bad("%s is neither the old nor the new one", name)
		case kind == "lines" && (!bytes.HasPrefix(next, got) || !bytes.HasSuffix(got, []byte("\n")) && !strings.HasPrefix(at, "crash in a write")):
			bad("%s has a line that is torn: %q", name, got)
		case kind == "model":
			m, err := model.Read(filepath.Join(dir, name), 1)
			if err != nil {
				bad("%s: %v", name, err)
				continue
			}
			m.Close()
		}
	}
	return lost
}

// checkMessage demands the exit code of an output that cannot be written, the path
// and the reason.
func checkMessage(t *testing.T, at string, d *faulty, code int, stderr string) {
	t.Helper()
	switch {
	case d.fault.name == "EINTR" && code != 0:
		t.Errorf("%s: a call that a signal interrupts is to be repeated", at)
	case code == 0:
		if !slices.Contains([]string{"remove", "write", "truncate", "close", "lstat", "lock", "link"}, d.hit) && d.fault.name != "EINTR" {
			t.Errorf("%s: a fault that matters went unseen", at)
		}
	case code != 2 && code != 4:
		t.Errorf("%s: exit code %d", at, code)
	case !strings.Contains(stderr, reasonOf(d.fault)):
		t.Errorf("%s: the reason is not said", at)
	case !named.MatchString(stderr):
		t.Errorf("%s: the file is not named", at)
	}
}

// checkTrained demands that what was trained is somewhere, and that the user is told
// where; what was there before is not it.
func checkTrained(t *testing.T, at, before, dir, stdout, stderr string) {
	t.Helper()
	epochs := strings.Count(stdout, "Epoch ")
	if epochs == 0 {
		return
	}
	for _, found := range place.FindAllStringSubmatch(stderr, -1) {
		path := found[1]
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		old, errOld := os.ReadFile(filepath.Join(before, filepath.Base(path)))
		if now, err := os.ReadFile(path); err == nil && errOld == nil && bytes.Equal(now, old) {
			continue
		}
		if m, err := model.Read(path, 1); err == nil {
			if m.Run.Epoch < epochs {
				t.Errorf("%s: %d epochs were trained, %s has %d", at, epochs, path, m.Run.Epoch)
			}
			m.Close()
			return
		}
	}
	t.Errorf("%s: %d epochs were trained, and no place is named in which they are", at, epochs)
}

// named is a complaint that names its output.
var named = regexp.MustCompile(`\.(bin|csv|json|jsonl|npy|bin\.unfinished): `)

// place is how a message says where something is, or that it stayed where it was.
var place = regexp.MustCompile(`(?m)(?:in |^)([^ ,;:\n]+)(?:[,;:\n]| is written)`)

// checkStray finds hidden files. A crash may leave a temporary file and locks that
// nobody holds; so may a failure of the call that should have removed one. A lock
// of which it is not known whether it is ours is not removed.
func checkStray(t *testing.T, at, dir string, d *faulty) {
	t.Helper()
	temps, locks := strays(t, dir)
	if d.fault.onward && len(temps) <= 1 {
		return
	}
	switch d.hit {
	case "remove":
		if len(temps)+len(locks) <= 1 {
			return
		}
	case "lock", "fstat", "lstat":
		if len(temps) == 0 && len(locks) <= 1 {
			return
		}
	}
	if len(temps)+len(locks) > 0 {
		t.Errorf("%s: left behind: %v %v", at, temps, locks)
	}
}

func strays(t *testing.T, dir string) (temps, locks []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch name := e.Name(); {
		case strings.HasSuffix(name, ".tmp"):
			temps = append(temps, name)
		case strings.HasPrefix(name, ".") && path != dir:
			locks = append(locks, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return temps, locks
}

// checkResume goes on with a run that was killed, and again where the newer of its two
// generations is damaged: it ends in the same bytes. It returns how many were resumed,
// and how many of them from the older one.
func checkResume(t *testing.T, at string, j job, want, dir string) (resumed, older int) {
	t.Helper()
	if !strings.Contains(j.args, "--checkpoint c.bin") {
		return 0, 0
	}
	for _, damage := range []string{"", "torn", "gone"} {
		from := "c.bin"
		if damage != "" {
			from = train.Previous(from)
		}
		if modelfile.FindUnfinished(filepath.Join(dir, from)) == nil {
			continue
		}
		into := t.TempDir()
		copyDir(t, dir, into)
		newer := filepath.Join(into, "c.bin")
		if damage != "" {
			older++
			if err := os.Remove(newer); err != nil {
				t.Fatal(err)
			}
		}
		if damage == "torn" {
			if err := os.WriteFile(newer, make([]byte, 4096), 0o644); err != nil { // as after a power cut
				t.Fatal(err)
			}
		}
		resumed++
		code, stderr := program(t, into, "fit --resume c.bin -o m.bin --checkpoint c.bin")
		if code != 0 || strings.Contains(stderr, "going on from what was saved before it, in "+from) != (damage != "") {
			t.Errorf("resumed %q after %s: exit code %d: %s", damage, at, code, stderr)
		}
		got, _ := os.ReadFile(filepath.Join(into, "m.bin"))
		next, _ := os.ReadFile(filepath.Join(want, "m.bin"))
		if !bytes.Equal(got, next) {
			t.Errorf("resumed %q after %s: the run ends in other bytes", damage, at)
		}
		if _, err := os.Stat(filepath.Join(into, train.Previous("c.bin"))); err == nil {
			t.Errorf("resumed %q after %s: the older generation is left when the run has ended", damage, at)
		}
	}
	return resumed, older
}

// checkNext runs the command again after a crash.
func checkNext(t *testing.T, at string, j job, want, dir string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "backup", "latest.bin")); err == nil {
		return // refused until the user decides: that is its purpose
	}
	args := j.args
	if strings.HasPrefix(args, "fit") {
		args += " --force" // a run that has not ended may be there, and is given up
	}
	if code, stderr := program(t, dir, args); code != 0 {
		t.Errorf("after %s: exit code %d: %s", at, code, stderr)
	}
	if temps, locks := strays(t, dir); len(temps)+len(locks) > 0 {
		t.Errorf("after %s: left behind: %v %v", at, temps, locks)
	}
	for name := range maps.Keys(j.outputs) {
		got, _ := os.ReadFile(filepath.Join(dir, name))
		next, _ := os.ReadFile(filepath.Join(want, name))
		if name != "log.jsonl" && !bytes.Equal(got, next) { // a log that is added to has more lines
			t.Errorf("after %s: %s is not what it should be", at, name)
		}
	}
}

// copyDir makes to a copy of from. What is only ever replaced can be shared.
func copyDir(t *testing.T, from, to string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		source, target := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		if !strings.HasPrefix(e.Name(), "log.") {
			if os.Link(source, target) == nil {
				continue
			}
		}
		text, err := os.ReadFile(source)
		if err == nil {
			err = os.WriteFile(target, text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
