//go:build linux

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

// mounted runs a shell script in which mount works, in a space of its own, or
// skips.
func mounted(t *testing.T, dir, script string) string {
	t.Helper()
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("there is no unshare, to mount a small file system with")
	}
	if out, err := exec.Command(unshare, "-rm", "mount", "-t", "tmpfs", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a file system cannot be mounted here: %v: %s", err, out)
	}
	c := shell(t, dir, script)
	c.Path, c.Args = unshare, append([]string{"unshare", "-rm"}, c.Args...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// On file systems of every size, from one that holds the old files alone to one
// with room for everything, each run either ends well or leaves what was there,
// says that the space is out, and no temporary file.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := placesDir(t)
	write(t, dir, "s.yaml", strings.Replace(string(read(t, dir, "s.yaml")), "{units: 4,", "{units: 1500,", 1))
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "-o", "old.bin")
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "--seed", "2", "-o", "new.bin")
	write(t, dir, "wide.csv", "a,b\n"+strings.Repeat("1,2\n", 2000))
	mustRun(t, dir, "predict", "new.bin", "wide.csv", "-o", "new.csv")
	const script = `
mkdir -p mnt tmp
export TMPDIR=$PWD/tmp
size=4
while [ $size -le $LAST ]; do
  mount -t tmpfs -o size=${size}k tmpfs mnt
  if cp $OLD mnt/out 2>cp.err; then
    $RUN >stdout 2>stderr
    code=$?
    state=lost
    mlp summary mnt/out >summary 2>&1 && state=whole
    cmp -s mnt/out $OLD && state=old
    cmp -s mnt/out $NEW && state=new
    echo "$size $code $state $(ls -A mnt | grep -c '^[.]') $(grep -c 'no space left on device\|its disk has room for' stderr)"
  fi
  umount mnt
  size=$((size + 4))
done`
	for _, c := range []struct {
		name, run, old, new string
		code                int
	}{
		{"a model", "mlp fit -q -c s.yaml --seed 2 -o mnt/out", "old.bin", "new.bin", 4},
		{"a model, with checkpoints and a log", "mlp fit -q -c s.yaml --seed 2 -o mnt/out --checkpoint mnt/c.bin --log mnt/l.csv", "old.bin", "new.bin", 4},
		{"a checkpoint", "mlp fit -q -c s.yaml --seed 2 --force -o there.bin --checkpoint mnt/out --checkpoint-every 2", "old.bin", "", 4},
		{"predictions", "mlp predict new.bin wide.csv -o mnt/out", "t.csv", "new.csv", 2},
	} {
		if c.new == "" { // the last checkpoint is not the model that the run ends with
			mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "--seed", "2", "-o", "there.bin", "--checkpoint", "new.ckpt", "--checkpoint-every", "2")
			c.new = "new.ckpt"
		}
		files := 2 // the new one and its temporary
		if strings.Contains(c.run, "--checkpoint mnt") {
			files = 4 // and two generations of the run
		}
		last := (files*len(read(t, dir, c.new))+len(read(t, dir, c.old)))/1024 + 64
		set := fmt.Sprintf("RUN=%q OLD=%s NEW=%s LAST=%d\n", c.run, c.old, c.new, last)
		out := mounted(t, dir, set+script)
		os.Remove(filepath.Join(dir, "mnt"))
		full, well, lost := 0, 0, 0
		for line := range strings.Lines(out) {
			var size, code, hidden, said int
			var state string
			if _, err := fmt.Sscan(line, &size, &code, &state, &hidden, &said); err != nil {
				t.Fatalf("%s: %q: %v", c.name, line, err)
			}
			switch {
			case code == 0 && state == "new" && hidden == 0:
				well++
			case code == c.code && (state == "old" || strings.Contains(c.name, "log") && state != "lost") && hidden == 0 && said > 0:
				full++
			default:
				lost++
				t.Errorf("%s, %d KB: exit code %d, the file is %s, %d hidden ones, said %d times", c.name, size, code, state, hidden, said)
			}
		}
		if full < 3 || well < 3 {
			t.Errorf("%s: %d sizes are too small, %d enough; nothing is tested\n%s", c.name, full, well, out)
		}
		t.Logf("%s: %d sizes, on %d of them the space was out, %d files lost", c.name, full+well+lost, full, lost)
	}
}

// A file system that cannot be written at all is found out before the training.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	dir := placesDir(t)
	out := mounted(t, dir, `mkdir mnt
mount -t tmpfs tmpfs mnt
cp m.bin mnt
mount -o remount,ro mnt
mlp fit -c s.yaml -o mnt/m.bin
echo "exit code $?"
cmp mnt/m.bin old.bin && ls -A mnt`)
	const want = "mnt/m.bin: cannot be written: read-only file system\nhint: choose another place with -o\nexit code 4\nm.bin\n"
	if out != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

// A file on which another is mounted, as containers do, cannot be replaced: it is
// written in place, and the user is told before the training.
func TestMountedFile(t *testing.T) {
	t.Parallel()
	dir := placesDir(t)
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "--seed", "2", "-o", "want.bin")
	out := mounted(t, dir, `touch mnt.bin
cp m.bin outside.bin
mount --bind outside.bin mnt.bin
mlp fit -c s.yaml --seed 2 -o mnt.bin --log-every 1000 2>&1 >/dev/null
echo "exit code $?"
cmp mnt.bin want.bin && cmp outside.bin want.bin && ls -A | grep -c '^[.]'
true`)
	const want = "mnt.bin is a mount point: it is written in place, and a power cut meanwhile can tear it\nexit code 0\n0\n"
	if !strings.HasSuffix(out, want) {
		t.Errorf("got %q, want %q", out, want)
	}
}

// The folder of the output goes away while a run trains. What it has learned is in
// the checkpoint, or in the folder of temporary files, and the message says so.
func TestFolderRemovedWhileTraining(t *testing.T) {
	for _, c := range []struct{ more, hint string }{
		{"", "the trained model is in TMP, whole: move it to where it belongs"},
		{"--checkpoint c.bin --checkpoint-every 100", "the trained model is in c.bin, whole: move it to where it belongs"},
		{"--checkpoint gone/c.bin --checkpoint-every 100", "the trained model is in TMP, whole: move it to where it belongs"},
	} {
		dir := placesDir(t)
		if err := os.Mkdir(filepath.Join(dir, "gone"), 0o755); err != nil {
			t.Fatal(err)
		}
		temporary := t.TempDir()
		t.Setenv("TMPDIR", temporary)
		run := newContender(t, dir, strings.Fields("fit -q -c s.yaml - -o gone/m.bin "+c.more)...)
		// More than a pipe holds: once it is written, the program is reading.
		textTable := append(read(t, dir, "t.csv"), bytes.Repeat([]byte("6,2,yes\n"), 20_000)...)
		if _, err := run.stdin.Write(textTable); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "gone")); err != nil {
			t.Fatal(err)
		}
		run.stdin.Close()
		if code := <-run.done; code != 4 {
			t.Errorf("%q: exit code %d, want 4", c.more, code)
		}
		want := "gone/m.bin: cannot be written: no such file or directory\nhint: the file that was there, if any, is unchanged; " + c.hint + "\n"
		kept := filepath.Join(dir, "c.bin")
		if found, _ := filepath.Glob(filepath.Join(temporary, "mlp-*", "m.bin")); len(found) == 1 {
			kept, want = found[0], strings.Replace(want, "TMP", found[0], 1)
		}
		if got := run.stderr.String(); got != want {
			t.Errorf("%q: stderr is %q, want %q", c.more, got, want)
		}
		write(t, dir, "t.csv", string(textTable))
		mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "-o", "whole.bin")
		if got, err := os.ReadFile(kept); err != nil || !bytes.Equal(got, read(t, dir, "whole.bin")) {
			t.Errorf("what is kept is not the trained model: %v", err)
		}
	}
}
