//go:build linux

package cmd

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a hostile model or spec can cost, measured from outside: the peak of the
// resident set of `mlp summary`. The limits are those that `help model-file`
// states: the size of the file, and 512 MiB for what a bounded number of things in
// a header takes.
func TestHostileFilesStayBelowTheCeiling(t *testing.T) {
	const tensors = 64 << 20
	header := func(metadata, name string, bytes int) string {
		return fmt.Sprintf(`{"__metadata__":{"format":"mlp-model","format_version":"1","requires":""%s},"%s":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]},"integrity.sha256":{"dtype":"U8","shape":[32],"data_offsets":[%d,%d]}}`,
			metadata, name, bytes/4, bytes, bytes, bytes+32)
	}
	var many strings.Builder
	for i := range 1<<18 - 1 {
		fmt.Fprintf(&many, `,"t%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`, i)
	}
	crowd := header("", "x", 0)
	crowd = strings.Replace(crowd, `,"integrity`, many.String()+`,"integrity`, 1)
	iris := func(key, text string) string { return "," + metadataWith(t, key, text) }
	for _, c := range []struct {
		name    string
		header  string
		data    int64
		sealed  bool
		ceiling int64 // MiB beside the size of the file
	}{
		{"large tensors, no checksum", header("", "x", tensors), tensors, false, 40},
		{"unknown metadata of 60 MiB", header(`,"x":"`+strings.Repeat("é", 30<<20)+`"`, "x", 0), 0, true, 512},
		{"escapes of 60 MiB", header(`,"x":"`+strings.Repeat(`\u0041`, 10<<20)+`"`, "x", 0), 0, true, 512},
		{"262 144 tensors", crowd, 0, true, 512},
		{"schema of a million values", header(iris("schema", "["+strings.Repeat("0,", 1<<20-2)+"0]"), "x", 0), 0, true, 512},
		{"schema of 30 MiB", header(iris("schema", "["+strings.Repeat(`"`+strings.Repeat("w", 56)+`",`, 1<<19)+"0]"), "x", 0), 0, true, 512},
		{"spec of 500 000 values", header(iris("spec", `{"layers":[`+strings.Repeat("0,", 1<<19-8)+"0]}"), "x", 0), 0, true, 512},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "m.bin")
		size := writeHostile(t, path, c.header, c.data, c.sealed)
		code, peak := peakOf(t, dir, "summary", "m.bin")
		if code != exitModel {
			t.Errorf("%s: exit code %d", c.name, code)
		}
		t.Logf("%s: a file of %d MiB, peak %d MiB", c.name, size>>20, peak)
		if peak > size>>20+c.ceiling {
			t.Errorf("%s: a file of %d MiB has a peak of %d MiB", c.name, size>>20, peak)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// metadataWith returns the metadata of a model of three classes, but for one text,
// as the header has them after the format.
func metadataWith(t *testing.T, key, text string) string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("..", "internal", "model", "testdata", "released", "v1", "iris.bin"))
	if err != nil {
		t.Fatal(err)
	}
	var header struct {
		Metadata map[string]string `json:"__metadata__"`
	}
	if err := json.Unmarshal(file[8:8+binary.LittleEndian.Uint64(file)], &header); err != nil {
		t.Fatal(err)
	}
	for _, known := range []string{"format", "format_version", "requires"} {
		delete(header.Metadata, known)
	}
	header.Metadata[key] = text
	b, err := json.Marshal(header.Metadata)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(b), "{}")
}

// writeHostile writes a header, so many zeros and the checksum, or a wrong one.
func writeHostile(t *testing.T, path, header string, zeros int64, sealed bool) int64 {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	begin := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	if _, err := io.MultiWriter(f, h).Write(begin); err != nil {
		t.Fatal(err)
	}
	size := int64(len(begin)) + zeros
	if err := f.Truncate(size); err != nil { // a hole: nothing is stored
		t.Fatal(err)
	}
	sum := h.Sum(nil)
	if !sealed {
		sum[0]++
	}
	if _, err := f.WriteAt(sum, size); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return size + int64(len(sum))
}
