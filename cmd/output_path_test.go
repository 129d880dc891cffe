//go:build unix

package cmd

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Wherever an output leads, a run refuses it before it trains if it can be known
// then, says which file and why, and leaves what was there. In each case the
// folder holds a model m.bin, its copy old.bin, a table t.csv and a spec s.yaml;
// before and after are shell commands that must succeed.
func TestPlaces(t *testing.T) {
	t.Parallel()
	const fits = "mlp fit -c s.yaml --seed 2 -o "
	name255, name256 := strings.Repeat("n", 255), strings.Repeat("n", 256)
	runes255 := strings.Repeat("n", 3) + strings.Repeat("é", 126)
	same := "cmp -s m.bin old.bin"
	changed := "! " + same + " && mlp summary m.bin"
	for _, c := range []struct {
		name, before, run string
		code              int
		stderr            string // a part of it; with "^" the beginning
		after             string
		trains            bool // what is wrong shows only at the end
	}{
		{"a folder that may not be written", "mkdir ro; cp m.bin ro; chmod 555 ro", fits + "ro/m.bin", 4, "^ro/m.bin: cannot be written: permission denied\nhint: choose another place with -o\n", "cmp ro/m.bin old.bin", false},
		{"a folder that may not be entered", "mkdir no; cp m.bin no; chmod 0 no", fits + "no/m.bin", 4, "^no/m.bin: cannot be written: permission denied\n", "chmod 755 no; cmp no/m.bin old.bin", false},
		{"a checkpoint that may not be written", "mkdir ro; chmod 555 ro", fits + "m.bin --checkpoint ro/c.bin", 4, "^ro/c.bin: cannot be written: permission denied\nhint: choose another place with --checkpoint\n", same, false},
		{"a log that may not be written", "mkdir ro; chmod 555 ro", fits + "m.bin --log ro/l.csv", 2, "ro/l.csv: cannot be written: permission denied", same, false},
		{"metrics that may not be written", "mkdir ro; chmod 555 ro", "mlp evaluate m.bin t.csv -o ro/m.json", 2, "^flag --output: ro/m.json: cannot be written: permission denied\n", "", false},
		{"predictions that may not be written", "mkdir ro; echo old >ro/p; chmod 555 ro", "mlp predict -q m.bin t.csv -o ro/p", 2, "^flag --output: ro/p: cannot be written: permission denied\n", "grep -q old ro/p", false},
		{"a file that may not be written, in a folder that may", "chmod 444 m.bin", fits + "m.bin", 0, "", changed + "; ls -l m.bin | grep -q '^-r--r--r--'", true},
		{"a folder that is not there", "", fits + "no/m.bin", 4, "^no/m.bin: cannot be written: no such file or directory\n", same, false},
		{"a folder that is a file", "", fits + "t.csv/m.bin", 4, "^t.csv/m.bin: cannot be written: not a directory\n", same, false},
		{"a folder in place of a file", "mkdir d", fits + "d", 4, "^d is a directory\n", "test -d d", false},
		{"a name that ends in a slash", "", fits + "new/", 4, "new/", "! test -e new", false},
		{"links in a circle", "ln -s a b; ln -s b a", fits + "a", 4, "^a: cannot be written: its symbolic links go round in a circle\n", "test -L a", false},
		{"a folder of links in a circle", "ln -s a b; ln -s b a", fits + "a/m.bin", 4, "^a/m.bin: cannot be written: too many levels of symbolic links\n", same, false},
		{"a link to a model", "ln -s m.bin l.bin", fits + "l.bin", 0, "", "test -L l.bin; " + changed, true},
		{"a link into another folder", "mkdir d; mv m.bin d; ln -s d/m.bin l.bin; ln -s d/m.bin m.bin", fits + "l.bin", 0, "", "test -L l.bin; test ! -L d/m.bin; " + changed, true},
		{"a link to a folder", "mkdir d; ln -s d l", fits + "l", 4, "^l is a directory\n", "test -L l", false},
		{"a link to nothing", "ln -s gone l.bin", fits + "l.bin", 0, "", "test -f l.bin; mlp summary l.bin", true},
		{"a second name of a model", "ln m.bin other.bin", fits + "m.bin", 0, "^m.bin has 2 names (hard links): the others stay with the file that is there now\n", "cmp other.bin old.bin; " + changed, true},
		{"a second name of the table", "ln t.csv other.csv", "mlp predict -q m.bin t.csv -o other.csv", 2, "^flag --output: other.csv is read by this command, and would be lost\n", "", false},
		{"a link to the table", "ln -s t.csv other.csv", "mlp predict -q m.bin t.csv -o other.csv", 2, "^flag --output: other.csv is read by this command, and would be lost\n", "", false},
		{"the table", "", fits + "t.csv", 4, "^t.csv: is there already, and is no model\n", "grep -q a,b,y t.csv", false},
		{"a pipe", "mkfifo p; cat p >got.bin &", fits + "p", 0, "", "sleep 0.1; mlp summary got.bin; test -p p", true},
		{"the bottomless", "", fits + "/dev/null", 0, "", "test -c /dev/null", true},
		{"the full", "", fits + "/dev/full", 4, "^/dev/full: cannot be written: no space left on device\n", "test -c /dev/full", true},
		{"stdout, a pipe", "", "mlp predict -q m.bin t.csv -o /dev/stdout | cat >got.csv", 0, "", "mlp predict m.bin t.csv | cmp - got.csv", false},
		{"stdout, a file", "", "mlp predict -q m.bin t.csv -o /dev/stdout >got.csv", 0, "", "mlp predict m.bin t.csv | cmp - got.csv", false},
		{"a blank in the name", "", fits + "'a model.bin'", 0, "", "mlp summary 'a model.bin'", true},
		{"a newline in the name", "", fits + "'a\nb.bin'", 0, "", "mlp summary 'a\nb.bin'", true},
		{"a newline in a name that is wrong", "", fits + "'no\nno/b.bin'", 4, "^no·no/b.bin: cannot be written: no such file", "", false},
		{"a dash in front", "", fits + "-m.bin", 0, "", "mlp summary ./-m.bin", true},
		{"a name that is no text", "", fits + "\"$(printf 'a\\377b.bin')\"", 0, "", "mlp summary \"$(printf 'a\\377b.bin')\"", true},
		{"a name as long as can be", "", fits + name255, 0, "", fits + name255 + "; mlp summary " + name255, true},
		{"a name as long as can be, of runes", "", fits + runes255, 0, "", "mlp summary " + runes255, true},
		{"a name that is too long", "", fits + name256, 4, "cannot be written: file name too long\n", "", false},
		{"a path that is too long", "", fits + strings.Repeat("./", 2100) + "m.bin", 4, "cannot be written: file name too long\n", same, false},
		{"a temporary file of a killed run", "echo half >.m.bin.tmp; echo 1 >.m.bin.lock", fits + "m.bin", 0, "", changed, true},
		{"a temporary file that is a link", "echo dear >dear; ln -s dear .m.bin.tmp", fits + "m.bin", 0, "", "grep -q dear dear; " + changed, true},
		{"a temporary file that is a folder", "mkdir -p .m.bin.tmp/d", fits + "m.bin", 4, "^m.bin: cannot be written: directory not empty\n", same + "; rm -r .m.bin.tmp", false},
		{"a lock that is a link", "echo dear >dear; ln -s dear .m.bin.lock", fits + "m.bin", 4, "^m.bin: cannot be written: its lock .m.bin.lock is no regular file: remove it\n", "grep -q dear dear; rm .m.bin.lock; " + same, false},
		{"a lock that is a folder", "mkdir .m.bin.lock", fits + "m.bin", 4, "^m.bin: cannot be written: its lock .m.bin.lock is no regular file: remove it\n", same + "; rmdir .m.bin.lock", false},
		{"files of a limited size", "ulimit -f 2", fits + "m.bin", 4, "^m.bin: cannot be written: file too large\nhint: the file that was there, if any, is unchanged; ", same, true},
		{"few files at a time", "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n 16", fits + "m.bin --checkpoint c.bin --log l.csv", 0, "", changed, true},
		{"a table that is not there", "", "mlp fit -q -c s.yaml gone.csv -o m.bin", 3, "gone.csv", same, false},
		{"a table that may not be read", "chmod 0 t.csv", fits + "m.bin", 3, "t.csv: permission denied", same, false},
		{"a model that may not be read", "chmod 0 m.bin", "mlp evaluate m.bin t.csv", 4, "m.bin", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if strings.Contains(c.run, "/dev/full") {
				if _, err := os.Stat("/dev/full"); err != nil {
					t.Skip("there is no /dev/full here")
				}
			}
			dir := placesDir(t)
			var stdout, stderr bytes.Buffer
			sh := shell(t, dir, fmt.Sprintf("set -e\n%s\nset +e\n%s", c.before, c.run))
			sh.Stdout, sh.Stderr = &stdout, &stderr
			if code := exitCodeOf(t, sh.Run()); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if trained := strings.Contains(stdout.String(), "Epoch 1/2"); trained != c.trains {
				t.Errorf("it trains: %t, want %t", trained, c.trains)
			}
			want, begins := strings.CutPrefix(c.stderr, "^")
			if got := stderr.String(); !strings.Contains(got, want) || begins && !strings.HasPrefix(got, want) || c.code == 0 && got != want {
				t.Errorf("stderr is %q, want %q", got, c.stderr)
			}
			if out, err := shell(t, dir, "set -e\n"+c.after).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", c.after, err, out)
			}
			if hidden, _ := filepath.Glob(filepath.Join(dir, ".?*")); len(hidden) > 0 {
				t.Errorf("left behind: %q", hidden)
			}
		})
	}
}

// placesDir is a folder with what TestPlaces needs.
func placesDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "t.csv", "a,b,y\n1,2,no\n2,1,yes\n3,4,no\n4,3,yes\n5,3,yes\n1,4,no\n")
	write(t, dir, "s.yaml", "data: {path: t.csv, target: y}\nlayers: [{units: 4, activation: relu}, {units: 1, activation: sigmoid}]\nfit: {epochs: 2}\n")
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "-o", "m.bin")
	write(t, dir, "old.bin", string(read(t, dir, "m.bin")))
	return dir
}

// shell prepares a shell script. Root may write to any place, so it gives up that
// right; where it cannot, what tests it is skipped.
func shell(t *testing.T, dir, script string) *exec.Cmd {
	t.Helper()
	c := command(t, dir)
	c.Path, c.Args = "/bin/sh", []string{"sh", "-c", script}
	if os.Geteuid() == 0 && strings.Contains(script, "chmod") {
		setpriv, err := exec.LookPath("setpriv")
		if err != nil {
			t.Skip("root may write everywhere, and there is no setpriv to give that up")
		}
		c.Path, c.Args = setpriv, append([]string{"setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"}, "sh", "-c", script)
	}
	return c
}
