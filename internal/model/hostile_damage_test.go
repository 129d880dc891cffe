package model_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/safetensors"
	"mlp/internal/tensor"
)

// rounds is how many files the tests below damage at random:
//
//	go test ./internal/model -run Random -v -rounds 100000
var rounds = flag.Int("rounds", 2000, "files to damage at random")

func releasedFile(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(released, "v1", name+".bin"))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestEveryTruncationOfAModelIsRefused(t *testing.T) {
	file := releasedFile(t, "iris")
	for n := range file {
		if m, err := model.ReadFrom("m.bin", file[:n], 1); err == nil {
			m.Close()
			t.Fatalf("the first %d of %d bytes are accepted", n, len(file))
		}
	}
}

// All 67 712 of them.
func TestEveryFlippedBitOfAModelIsRefused(t *testing.T) {
	t.Parallel()
	file := releasedFile(t, "servo")
	if len(file) < 8<<10 {
		t.Fatalf("%d bytes", len(file))
	}
	for i := range file {
		for bit := range 8 {
			file[i] ^= 1 << bit
			if m, err := model.ReadFrom("m.bin", file, 1); err == nil {
				m.Close()
				t.Fatalf("bit %d of byte %d flipped, and accepted", bit, i)
			}
			file[i] ^= 1 << bit
		}
	}
}

func TestRandomFlipsOfAModelAreRefused(t *testing.T) {
	t.Parallel()
	file := releasedFile(t, "layers")
	r := rand.New(rand.NewPCG(6, 1))
	for range *rounds {
		b := bytes.Clone(file)
		for range 1 + r.IntN(3) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		if m, err := model.ReadFrom("m.bin", b, 1); err == nil && !bytes.Equal(b, file) {
			m.Close()
			t.Fatal("a damaged file is accepted")
		}
	}
	t.Logf("%d random flips in %d bytes: all refused", *rounds, len(file))
}

// An edit behind which the checksum was made anew is refused, or leaves a model
// that works: it predicts or says why not, and can be written and read again.
// None costs more memory than the file's size and 16 MB.
func TestRandomEditsAreRefusedOrHarmless(t *testing.T) {
	names := []string{"checkpoint", "embedding", "iris", "multilabel", "servo"}
	r := rand.New(rand.NewPCG(6, 2))
	accepted, most := 0, uint64(0)
	for range *rounds {
		name := names[r.IntN(len(names))]
		file := edited(t, r, name)
		before := allocated()
		ok := survives(t, file)
		used := allocated() - before
		if used > uint64(len(file))+16<<20 {
			keep(t, file)
			t.Errorf("%s: an edited file of %d bytes costs %d", name, len(file), used)
		}
		if most = max(most, used); ok {
			accepted++
		}
	}
	if accepted == 0 || accepted == *rounds {
		t.Errorf("%d of %d edits are accepted, which tests nothing", accepted, *rounds)
	}
	t.Logf("%d random edits: %d refused, %d harmless; the most that one allocated is %d bytes", *rounds, *rounds-accepted, accepted, most)
}

// keep saves a file that breaks a promise.
func keep(t testing.TB, file []byte) {
	f, err := os.CreateTemp("", "mlp-*.bin")
	if err == nil {
		_, err = f.Write(file)
	}
	if err == nil {
		err = f.Close()
	}
	t.Logf("kept as %s (%v)", f.Name(), err)
}

// survives reads a file and, if it is accepted, uses the model.
func survives(t testing.TB, file []byte) bool {
	m := survivor(t, file)
	if m != nil {
		m.Close()
	}
	return m != nil
}

// survivor is the model, or nil.
func survivor(t testing.TB, file []byte) *model.Model {
	defer func() {
		if bug := recover(); bug != nil {
			keep(t, file)
			panic(bug)
		}
	}()
	m, err := model.ReadFrom("m.bin", file, 1)
	if err != nil {
		return nil
	}
	use(m)
	again := bytesOf(t, m)
	back, err := model.ReadFrom("m.bin", again, 1)
	if err != nil {
		keep(t, file)
		t.Fatalf("what was accepted cannot be written and read again: %v", err)
	}
	defer back.Close()
	if !bytes.Equal(bytesOf(t, back), again) {
		keep(t, file)
		t.Fatal("what was accepted changes each time it is written")
	}
	return m
}

// use predicts rows that have a cell for each column; any answer will do, and so
// will a complaint.
func use(m *model.Model) {
	var header, cells []string
	for _, c := range m.Pipeline.Schema().Columns {
		header = append(header, `"`+strings.ReplaceAll(c.Name, `"`, `""`)+`"`)
		cells = append(cells, "1.5")
	}
	rows := strings.Join(header, ",") + "\n" + strings.Repeat(strings.Join(cells, ",")+"\n", 3)
	tab, err := m.Pipeline.ReadFor(source.Bytes("rows.csv", []byte(rows)), false)
	if err != nil {
		return
	}
	set, err := m.Pipeline.Apply(tab, table.AllRows(tab))
	if err != nil {
		return
	}
	out := tensor.New(set.X.Rows, m.Net.Out)
	m.Predict(set.X, out)
}

// edited returns a file of the corpus with a few things changed and a correct
// checksum: bytes of the header, words of the metadata, or tensors.
func edited(t testing.TB, r *rand.Rand, name string) []byte {
	if r.IntN(4) == 0 {
		return sum(editedBytes(r, releasedFile(t, name)))
	}
	a := archive(t, name)
	for range 1 + r.IntN(3) {
		if r.IntN(4) == 0 {
			editTensor(r, a)
		} else {
			keys := []string{"spec", "spec", "schema", "schema", "schema", "run", "history", "data", "stage"}
			key := keys[r.IntN(len(keys))]
			a.Metadata[key] = editedText(r, a.Metadata[key])
		}
	}
	return encode(t, a)
}

// editedBytes changes bytes of a file, most of them in its header, and takes the
// checksum off.
func editedBytes(r *rand.Rand, file []byte) []byte {
	b := bytes.Clone(file[:len(file)-32])
	for range 1 + r.IntN(4) {
		at := 8 + r.IntN(len(b)-8)
		if r.IntN(2) == 0 {
			b[at] = "0123456789-{}[]\",:"[r.IntN(18)]
		} else {
			b[at] = byte(r.Uint32())
		}
	}
	return b
}

// editedText swaps, drops or changes a token of JSON.
func editedText(r *rand.Rand, text string) string {
	ends := func(c rune) bool { return strings.ContainsRune(`,:{}[]`, c) }
	var cuts []int
	for i, c := range text {
		if ends(c) {
			cuts = append(cuts, i)
		}
	}
	if len(cuts) < 2 {
		return fmt.Sprint(text, r.IntN(10))
	}
	i := r.IntN(len(cuts) - 1)
	from, to := cuts[i]+1, cuts[i+1]
	values := []string{"", "0", "-1", "1e308", "1e-320", "9223372036854775807", "null", "true", "[]", "{}", `""`, `"relu"`, `"é\u0000\n"`, "1048576", "3", "0.5"}
	switch j := r.IntN(len(cuts) - 1); r.IntN(4) {
	case 0: // another token of the same text
		return text[:from] + text[cuts[j]+1:cuts[j+1]] + text[to:]
	case 1: // what stands between two marks, gone
		return text[:from] + text[cuts[min(i+1+r.IntN(4), len(cuts)-1)]:]
	case 2: // twice
		return text[:to] + text[cuts[i]:to] + text[to:]
	}
	return text[:from] + values[r.IntN(len(values))] + text[to:]
}

func editTensor(r *rand.Rand, a *safetensors.File) {
	i := r.IntN(len(a.Tensors))
	x := &a.Tensors[i]
	switch r.IntN(5) {
	case 0:
		a.Tensors = slices.Delete(a.Tensors, i, i+1)
	case 1:
		x.Name = a.Tensors[r.IntN(len(a.Tensors))].Name + "x"
	case 2:
		x.Shape = append([]int{1}, x.Shape...)
	case 3:
		if len(x.F32) > 0 {
			x.F32[r.IntN(len(x.F32))] *= 1e30
		}
	default:
		if len(x.F64) > 0 {
			x.F64[r.IntN(len(x.F64))] = []float64{0, 1e308, -1, 1e-320}[r.IntN(4)]
		}
	}
}
