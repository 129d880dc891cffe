package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a program that must end with an exit code:
//
//	exits 2 mlp fit --epocs 3
//
// Whatever the script goes on to check, no run may print a control character,
// the words of a Go error or a stack; leave a temporary file; fail without a
// word; or, when the input was at fault (2, 3, 4), touch any file.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	work := ts.Getenv("WORK")
	before := tree(ts, work)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	stdout, stderr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	checkPlain(ts, "stdout", stdout)
	checkPlain(ts, "stderr", stderr)
	for _, words := range []string{"goroutine ", "panic:", "failed to", "runtime error", "strconv.", "invalid character", "*fs.", "PathError", "%!"} {
		if strings.Contains(stderr, words) {
			ts.Fatalf("stderr has %q", words)
		}
	}
	if got != 0 && stderr == "" {
		ts.Fatalf("exit code %d without a word on stderr", got)
	}
	after := tree(ts, work)
	for name := range after {
		if strings.HasSuffix(name, ".tmp") {
			ts.Fatalf("%s is left behind", name)
		}
	}
	if got >= 2 && got <= 4 {
		if !maps.Equal(before, after) {
			ts.Fatalf("a command that failed changed the files:\nbefore: %v\nafter: %v", describe(before), describe(after))
		}
	}
}

// tree returns the hash of every regular file below dir.
func tree(ts *testscript.TestScript, dir string) map[string]string {
	files := map[string]string{}
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !d.Type().IsRegular() {
			files[path] = d.Type().String()
			return nil
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrPermission) {
			text, err = []byte("not readable"), nil
		}
		files[path] = fmt.Sprintf("%x", sha256.Sum256(text))
		return err
	}))
	return files
}

func describe(files map[string]string) []string {
	var list []string
	for name, hash := range files {
		list = append(list, filepath.Base(name)+":"+hash[:min(8, len(hash))])
	}
	slices.Sort(list)
	return list
}

// checkPlain refuses every control character but newline and tab.
func checkPlain(ts *testscript.TestScript, name, text string) {
	for i, r := range text {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			ts.Fatalf("%s has the control character %#x at offset %d", name, r, i)
		}
	}
}

// checkJSON demands that a file (or stdout) is JSON or JSON lines, no key twice,
// and that one of its objects has each pair given:
//
//	json stdout event=end epochs=3
//	json -flat metrics.json accuracy=0.75
//
// With -flat it must be one object of plain values, the keys sorted. A key
// without a value only has to be there.
func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	flat := len(args) > 0 && args[0] == "-flat"
	if flat {
		args = args[1:]
	}
	if len(args) == 0 {
		ts.Fatalf("usage: json [-flat] FILE [KEY[=VALUE]]...")
	}
	text := ts.ReadFile(args[0])
	objects, err := decodeJSON(text)
	if err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
	if flat {
		ts.Check(checkFlat(text))
	}
	found := slices.ContainsFunc(objects, func(o map[string]any) bool {
		for _, pair := range args[1:] {
			key, want, valued := strings.Cut(pair, "=")
			got, ok := o[key]
			if !ok || valued && fmt.Sprint(got) != want {
				return false
			}
		}
		return true
	})
	if len(args) == 1 {
		return // any JSON will do
	}
	if found == neg {
		ts.Fatalf("%s: an object with %v: %t", args[0], args[1:], found)
	}
}

// decodeJSON reads a sequence of JSON values; objects at the top are returned.
func decodeJSON(text string) ([]map[string]any, error) {
	var objects []map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	n := 0
	for d.More() {
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		if o, ok := v.(map[string]any); ok {
			objects = append(objects, o)
		}
		n++
	}
	if n == 0 {
		return nil, errors.New("there is no JSON")
	}
	return objects, duplicateKey(text)
}

// duplicateKey walks the tokens of JSON text, for Decode keeps the last of two.
func duplicateKey(text string) error {
	d := json.NewDecoder(strings.NewReader(text))
	var open []map[string]bool // keys of the objects being read; nil for a list
	expectKey := false
	for {
		token, err := d.Token()
		if err != nil {
			return nil // the end; Decode has seen every other error
		}
		switch token := token.(type) {
		case json.Delim:
			switch token {
			case '{':
				open, expectKey = append(open, map[string]bool{}), true
				continue
			case '[':
				open, expectKey = append(open, nil), false
				continue
			}
			open = open[:len(open)-1]
		case string:
			if expectKey {
				keys := open[len(open)-1]
				if keys[token] {
					return fmt.Errorf("the key %q stands twice", token)
				}
				keys[token], expectKey = true, false
				continue
			}
		}
		expectKey = len(open) > 0 && open[len(open)-1] != nil
	}
}

// checkFlat demands one object without nesting whose keys are sorted.
func checkFlat(text string) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	var keys []string
	for i := 0; ; i++ {
		token, err := d.Token()
		if err != nil {
			return err
		}
		if delim, ok := token.(json.Delim); ok && (i > 0 && delim == '{' || delim == '[') {
			return errors.New("an object that is not flat")
		} else if ok && delim == '}' {
			break
		}
		if i%2 == 1 {
			keys = append(keys, token.(string))
		}
	}
	if !slices.IsSorted(keys) {
		return fmt.Errorf("keys are not sorted: %v", keys)
	}
	return nil
}

// truncate cuts a file to a number of bytes: truncate model.bin 100.
func truncate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: truncate FILE SIZE")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}
