package schema

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"mlp/internal/data/source"

	"github.com/klauspost/compress/zstd"
)

// A hooked source calls do once, after so many bytes have been read from it.
type hooked struct {
	io.ReadCloser
	after *int
	do    func()
}

func (h hooked) Read(b []byte) (int, error) {
	n, err := h.ReadCloser.Read(b)
	if *h.after > 0 {
		if *h.after -= n; *h.after <= 0 {
			h.do()
		}
	}
	return n, err
}

func hook(src source.Source, after int, do func()) source.Source {
	open := src.Open
	src.Open = func() (io.ReadCloser, error) {
		r, err := open()
		return hooked{r, &after, do}, err
	}
	return src
}

// A file that is written to while it is read is refused; one that is replaced is
// read as it was.
func TestAFileThatChanges(t *testing.T) {
	whole := []byte("a,b\n" + strings.Repeat("1,2\n", 300000)) // more than is read at once
	path := filepath.Join(t.TempDir(), "t.csv")
	must := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	changes := map[string]func(){
		"truncated": func() { must(os.Truncate(path, int64(len(whole)/2))) },
		"emptied":   func() { must(os.Truncate(path, 0)) },
		"appended": func() {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			must(err)
			_, err = f.WriteString("3,4\n")
			must(errors.Join(err, f.Close()))
		},
		"overwritten": func() {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			must(err)
			_, err = f.WriteAt([]byte("5,6"), int64(len(whole))-4)
			must(errors.Join(err, f.Close()))
		},
		"replaced": func() {
			must(os.WriteFile(path+".new", []byte("x\n1\n"), 0o600))
			must(os.Rename(path+".new", path))
		},
	}
	if runtime.GOOS == "windows" {
		delete(changes, "replaced") // an open file cannot be there
	}
	for name, change := range changes {
		for _, block := range []int{-1, 0} {
			must(os.WriteFile(path, whole, 0o600))
			past := time.Now().Add(-time.Minute) // clocks of file systems are coarse
			must(os.Chtimes(path, past, past))
			src := hook(source.File(path), 1000, change)
			src.Block = block
			table, err := Read(src, Default())
			if name == "replaced" {
				if err != nil || table.Rows != 300000 {
					t.Errorf("%s: %v", name, err)
				}
			} else if err == nil || !strings.HasSuffix(err.Error(), "t.csv: the file changed while it was read") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A pipe is read once, even where words must be read again.
func TestAPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() {
		defer w.Close()
		fmt.Fprint(w, "a\n", strings.Repeat("01\n", 30000), strings.Repeat("x\n", 30000))
	}()
	path := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("no /dev/fd")
	}
	table, err := Read(source.File(path), Default())
	if err != nil || table.Rows != 60000 || table.Columns[0].Words[0] != "01" {
		t.Errorf("%v", err)
	}
}

func zipped(t testing.TB, format string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if format == "zst" {
		var err error
		if w, err = zstd.NewWriter(&out); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whatever is done to compressed bytes, the answer is the table or a complaint.
func TestDamagedCompression(t *testing.T) {
	plain, err := os.ReadFile("../../../data/iris.csv")
	if err != nil {
		t.Fatal(err)
	}
	want, err := Read(source.Bytes("iris", plain), Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"gz", "zst"} {
		packed := zipped(t, format, plain)
		if got, err := Read(source.Bytes("iris", packed), Default()); err != nil || outcome(got, nil) != outcome(want, nil) {
			t.Fatalf("%s: %v", format, err)
		}
		for cut := range packed {
			got, err := Read(source.Bytes("iris", packed[:cut]), Default())
			if err == nil && outcome(got, nil) != outcome(want, nil) {
				t.Errorf("%s, %d of %d bytes: another table", format, cut, len(packed))
			}
			if err != nil && cut > 20 && !strings.HasPrefix(err.Error(), "iris: cannot be read: the compressed data break off") {
				t.Errorf("%s, %d of %d bytes: %v", format, cut, len(packed), err)
			}
		}
		for i := 4; i < len(packed); i++ {
			bad := bytes.Clone(packed)
			bad[i] ^= 1 << (i % 8)
			if got, err := Read(source.Bytes("iris", bad), Default()); err == nil && show(got) != show(want) {
				t.Errorf("%s, byte %d turned: another table", format, i)
			}
		}
	}
}

// A few kilobytes that unpack to gigabytes are refused at the table's limit, and
// streamed through in little memory.
func TestBombs(t *testing.T) {
	const rows = 8 << 20
	for _, format := range []string{"gz", "zst"} {
		bomb := zipped(t, format, append([]byte("a,b\n"), bytes.Repeat([]byte("1,2\n"), rows)...))
		src := source.Bytes("bomb", bomb)
		src.Memory = 16 << 20
		for _, block := range []int{-1, 0} {
			src.Block = block
			_, err := Read(src, Default())
			if err == nil || !strings.Contains(err.Error(), "rows take more than 16.0 MiB, half of the memory there is") {
				t.Errorf("%s: %v", format, err)
			}
		}
		src.Once = true
		if _, err := Read(src, Default()); err == nil || err.Error() != "bomb: there are more than 16.0 MiB to read, half of the memory there is" {
			t.Errorf("%s through a pipe: %v", format, err)
		}
	}
}
