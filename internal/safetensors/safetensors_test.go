package safetensors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The layouts of models and of packed tables.
var (
	models = Layout{Align: 64, MaxHeader: 64 << 20, MaxTensors: 1 << 18}
	tables = Layout{Align: 8, MaxHeader: 1 << 28, MaxTensors: 1 << 20, Listed: true}
)

func sample() *File {
	return &File{
		Metadata: map[string]string{"format": "mlp-model", "note": "a \"quoted\" <word>\n"},
		Tensors: []Tensor{
			{Name: "dense/kernel", Shape: []int{2, 3}, F32: []float32{1, 2, 3, 4, 5, 6}},
			{Name: "dense/bias", Shape: []int{3}, F32: []float32{-1, 0, 1}},
			{Name: "preprocess/x/mean", Shape: []int{1}, F64: []float64{3.14}},
			{Name: "count", Shape: []int{}, I64: []int64{42}},
			{Name: "words", Shape: []int{4}, U8: []byte("abcd")},
			{Name: "empty", Shape: []int{0, 7}, F32: []float32{}},
		},
	}
}

func encoded(t testing.TB, a *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := models.Write(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(b []byte) (*File, error) { return models.Read(bytes.NewReader(b), int64(len(b))) }

func TestRoundTrip(t *testing.T) {
	a := sample()
	b := encoded(t, a)
	got, err := read(b)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range a.Metadata {
		if got.Metadata[k] != v {
			t.Errorf("metadata %q: %q, want %q", k, got.Metadata[k], v)
		}
	}
	for _, want := range a.Tensors {
		at := slices.IndexFunc(got.Tensors, func(x Tensor) bool { return x.Name == want.Name })
		if at < 0 {
			t.Errorf("%s is not there", want.Name)
			continue
		}
		x := got.Tensors[at]
		if !slices.Equal(x.Shape, want.Shape) || !slices.Equal(x.F32, want.F32) || !slices.Equal(x.F64, want.F64) ||
			!slices.Equal(x.I64, want.I64) || !slices.Equal(x.U8, want.U8) {
			t.Errorf("%s: got %v, want %v", want.Name, x, want)
		}
	}
	if again := encoded(t, got); !bytes.Equal(again, b) {
		t.Error("writing what was read gives other bytes")
	}
	if n := binary.LittleEndian.Uint64(b); (8+n)%64 != 0 {
		t.Errorf("the data begins at %d, not at a multiple of 64", 8+n)
	}
}

// A listed file keeps its data in the order given, the last of them the checksum,
// and its header sorted.
func TestListedFile(t *testing.T) {
	f := &File{Metadata: map[string]string{"format": "t"}, Tensors: []Tensor{
		{Name: "lines", Shape: []int{2}, Lines: []int{2, 3}},
		{Name: "column/0", Shape: []int{2}, F32: []float32{1, 2}},
		{Name: "codes/0", Shape: []int{2}, I32: []int32{0, -1}},
	}}
	var b bytes.Buffer
	if _, err := tables.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	n := binary.LittleEndian.Uint64(b.Bytes())
	const want = `{"__metadata__":{"format":"t"},"codes/0":{"data_offsets":[24,32],"dtype":"I32","shape":[2]},` +
		`"column/0":{"data_offsets":[16,24],"dtype":"F32","shape":[2]},"integrity.sha256":{"data_offsets":[32,64],"dtype":"U8","shape":[32]},` +
		`"lines":{"data_offsets":[0,16],"dtype":"I64","shape":[2]}}`
	if header := strings.TrimRight(string(b.Bytes()[8:8+n]), " "); header != want {
		t.Errorf("got  %s\nwant %s", header, want)
	}
	got, err := tables.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Tensors) != 3 || !slices.Equal(got.Tensors[0].I64, []int64{2, 3}) || !slices.Equal(got.Tensors[1].F32, []float32{1, 2}) || !slices.Equal(got.Tensors[2].I32, []int32{0, -1}) {
		t.Errorf("got %v", got.Tensors)
	}
	if _, err := models.Read(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
		t.Error("a layout whose header stands in the order of the data accepts another order")
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	b := encoded(t, sample())
	for n := range b {
		if _, err := read(b[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are accepted", n, len(b))
		}
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	b := encoded(t, sample())
	for i := range b {
		for bit := range 8 {
			b[i] ^= 1 << bit
			if _, err := read(b); err == nil {
				t.Fatalf("bit %d of byte %d flipped, and accepted", bit, i)
			}
			b[i] ^= 1 << bit
		}
	}
}

// seal gives a header and data the length word and the checksum they need, so
// that nothing but the header's own content can be the reason for a refusal.
func seal(header, data string) []byte {
	for (8+len(header))%64 != 0 {
		header += " "
	}
	var b bytes.Buffer
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(header)))
	b.Write(length[:])
	b.WriteString(header)
	b.WriteString(data)
	sum := sha256.Sum256(b.Bytes())
	b.Write(sum[:])
	return b.Bytes()
}

func TestHostileHeadersAreRefused(t *testing.T) {
	const ok = `"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	const sum = `,"integrity.sha256":{"dtype":"U8","shape":[32],"data_offsets":[4,36]}}`
	if _, err := read(seal("{"+ok+sum, "abcd")); err != nil {
		t.Fatalf("the plain case: %v", err)
	}
	many := strings.Repeat("1,", 9) + "1"
	for name, header := range map[string]string{
		"duplicate tensor":   "{" + ok + "," + ok + sum,
		"duplicate metadata": `{"__metadata__":{"x":"1","x":"2"},` + ok + sum,
		"metadata not text":  `{"__metadata__":{"x":1},` + ok + sum,
		"nested metadata":    `{"__metadata__":{"x":{"y":"1"}},` + ok + sum,
		"overlap":            `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}` + sum,
		"hole":               `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}` + sum,
		"wrong size":         `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}` + sum,
		"product wraps":      `{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,4]}` + sum,
		"huge dimension":     `{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]}` + sum,
		"negative dimension": `{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}` + sum,
		"fraction":           `{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}` + sum,
		"rank 10":            `{"a":{"dtype":"F32","shape":[` + many + `],"data_offsets":[0,4]}` + sum,
		"end before begin":   `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}` + sum,
		"three offsets":      `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}` + sum,
		"unknown dtype":      `{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}` + sum,
		"unknown field":      `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}` + sum,
		"missing field":      `{"a":{"dtype":"F32","data_offsets":[0,4]}` + sum,
		"text after header":  "{" + ok + sum + "{}",
		"no checksum":        "{" + ok + "}",
		"not an object":      `["a"]`,
		"deep":               `{"a":` + strings.Repeat("[", 5000),
	} {
		if _, err := read(seal(header, "abcd")); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	b := encoded(t, sample())
	for _, n := range []uint64{0, 1, uint64(len(b)), 1 << 32, 1 << 62, 1<<64 - 1} {
		c := bytes.Clone(b)
		binary.LittleEndian.PutUint64(c, n)
		if _, err := read(c); err == nil {
			t.Errorf("header length %d: accepted", n)
		}
	}
}

// Damage that a correct checksum hides must still not cost more memory than the
// file is long, and a little.
func TestDamageCostsNoMemory(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	b := encoded(t, sample())
	header := int(binary.LittleEndian.Uint64(b))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const rounds = 2000
	for range rounds {
		c := bytes.Clone(b[8 : 8+header])
		for range 1 + r.IntN(4) {
			c[r.IntN(len(c))] = byte(' ' + r.IntN(95))
		}
		_, _ = read(seal(string(c), string(b[8+header:len(b)-32]))) // accepted or refused: it must return
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / rounds; each > 1<<20 {
		t.Errorf("%d bytes are allocated to read a damaged file of %d", each, len(b))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(encoded(f, sample()))
	f.Add([]byte{})
	f.Add(seal(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"integrity.sha256":{"dtype":"U8","shape":[32],"data_offsets":[0,32]}}`, ""))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := read(b)
		if err != nil {
			return
		}
		again, err := read(encoded(t, a))
		if err != nil || len(again.Tensors) != len(a.Tensors) {
			t.Errorf("what was accepted cannot be written and read again: %v", err)
		}
	})
}
