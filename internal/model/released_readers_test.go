package model_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/modelfile"
)

// listing is what testdata/released/readers.py prints of a file.
func listing(t *testing.T, path string) []string {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := modelfile.Layout.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	add := func(name, dtype string, shape []int, bits any) {
		var b bytes.Buffer
		if err := binary.Write(&b, binary.LittleEndian, bits); err != nil {
			t.Fatal(err)
		}
		dims := strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ",")
		lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t[%s]\t%x", path, name, dtype, dims, sha256.Sum256(b.Bytes())))
	}
	for _, x := range a.Tensors {
		switch {
		case x.F32 != nil:
			add(x.Name, "F32", x.Shape, x.F32)
		case x.F64 != nil:
			add(x.Name, "F64", x.Shape, x.F64)
		default:
			t.Fatalf("%s: %s is neither F32 nor F64", path, x.Name)
		}
	}
	sum := sha256.Sum256(file[:len(file)-sha256.Size])
	if !bytes.Equal(sum[:], file[len(file)-sha256.Size:]) {
		t.Errorf("%s does not end in the SHA-256 of what stands before", path)
	}
	add("integrity.sha256", "U8", []int{sha256.Size}, sum[:])
	slices.Sort(lines)
	return lines
}

// Other readers see the tensors that we see: numpy with the lines that the help
// page gives, and the safetensors package. Each is tried where it is installed.
func TestOtherReadersSeeTheSame(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(released, "v*", "*.bin"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var want []string
	for _, path := range files {
		want = append(want, listing(t, path)...)
	}
	for name, args := range map[string][]string{"numpy": nil, "safetensors": {"--safetensors"}} {
		t.Run(name, func(t *testing.T) {
			if err := exec.Command("python3", "-c", "import numpy, "+name).Run(); err != nil {
				t.Skipf("python3 has no %s here", name)
			}
			out, err := exec.Command("python3", slices.Concat([]string{filepath.Join(released, "readers.py")}, args, files)...).Output()
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Split(strings.TrimSpace(string(out)), "\n")
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("it sees\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
