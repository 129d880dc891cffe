package hdf5

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata/written.h5 anew; generate.py then says what h5py finds in it")

// found is what h5py finds in an object: see testdata/generate.py.
type found struct {
	Attributes map[string]any
	Members    map[string]found
	Shape      []int
	Numbers    []float64
}

func compare(t *testing.T, path string, o *Object, want found) {
	t.Helper()
	for name, v := range want.Attributes {
		var texts []string
		if list, ok := v.([]any); ok {
			for _, x := range list {
				texts = append(texts, x.(string))
			}
		} else {
			texts = []string{v.(string)}
		}
		if got := o.Attribute(name); !slices.Equal(got, texts) {
			t.Errorf("%s: attribute %q is %q, and h5py's %q", path, name, got, texts)
		}
	}
	if len(o.Attributes) != len(want.Attributes) {
		t.Errorf("%s: the attributes are %v, and h5py's %v", path, o.Attributes, want.Attributes)
	}
	if (o.Data == nil) != (want.Shape == nil) || len(o.Members) != len(want.Members) {
		t.Fatalf("%s: %d members and data %v, h5py has %d and shape %v", path, len(o.Members), o.Data, len(want.Members), want.Shape)
	}
	for name, m := range want.Members {
		if one := o.At(name); one == nil {
			t.Errorf("%s/%s is not there", path, name)
		} else {
			compare(t, path+"/"+name, one, m)
		}
	}
	if o.Data == nil {
		return
	}
	if !slices.Equal(o.Data.Shape, want.Shape) {
		t.Errorf("%s: shape %v, and h5py's %v", path, o.Data.Shape, want.Shape)
	}
	if o.Data.Other != "" {
		return // see TestOtherTypes
	}
	got := o.Data.F64
	if got == nil {
		for _, v := range o.Data.Numbers() {
			got = append(got, float64(v))
		}
	}
	if !slices.Equal(got, want.Numbers) {
		t.Errorf("%s: %v, and h5py's %v", path, got, want.Numbers)
	}
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What h5py and Keras wrote, and what Encode wrote, holds what h5py finds in it.
func TestReadIsH5py(t *testing.T) {
	names, err := filepath.Glob("testdata/*.h5")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		name = filepath.Base(name)
		t.Run(name, func(t *testing.T) {
			var want found
			if err := json.Unmarshal(file(t, name+".json"), &want); err != nil {
				t.Fatal(err)
			}
			root, err := Read(file(t, name))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, "", root, want)
		})
	}
}

// Arrays that are no numbers of 32 or 64 bits are told, and do not stand in the way of others.
func TestOtherTypes(t *testing.T) {
	root, err := Read(file(t, "packed.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"half": "floating-point numbers of 2 bytes that are neither float32 nor float64", "words": "texts", "gzip": ""} {
		if got := root.At(name).Data.Other; got != want {
			t.Errorf("%s is said to be %q, want %q", name, got, want)
		}
	}
}

// sample has everything that is written.
func sample() *Object {
	return &Object{Attributes: []Attribute{{Name: "names", Texts: []string{"a", "", "Größe"}, List: true}, {Name: "none", List: true}}, Members: []*Object{
		{Name: "z", Data: &Data{F32: []float32{1.5}}},
		{Name: "group", Attributes: []Attribute{{Name: "name", Texts: []string{strings.Repeat("long ", 300)}}}, Members: []*Object{
			{Name: "0", Data: &Data{Shape: []int{2, 3}, F32: []float32{1, 2, 3, 4, 5, -6e-30}}},
			{Name: "1", Data: &Data{Shape: []int{3}, F64: []float64{0.1, -1e300, 2}}},
			{Name: "2", Data: &Data{Shape: []int{2}, I64: []int64{-3, 1 << 20}}},
			{Name: "3", Data: &Data{I64: []int64{1 << 40}}},
			{Name: "4", Data: &Data{Shape: []int{0, 4}, F32: []float32{}}},
		}},
		{Name: "empty"},
	}}
}

// What is written are the bytes that h5py was shown.
func TestEncode(t *testing.T) {
	b := Encode(sample())
	if *update {
		if err := os.WriteFile("testdata/written.h5", b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b, file(t, "written.h5")) {
		t.Error("the bytes are not those of testdata/written.h5: write it anew with -update, and show it to h5py with generate.py")
	}
	root, err := Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(Encode(root), b) {
		t.Error("writing what was read gives other bytes")
	}
}

// A file that is cut anywhere is refused, unless what is cut off is free.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"written.h5", "tiny.h5", "links.h5"} {
		b := file(t, name)
		for n := range b {
			if _, err := Read(b[:n]); err == nil {
				t.Fatalf("the first %d of %d bytes of %s are read", n, len(b), name)
			}
		}
	}
}

// Sums stand over the headers of newer files: a bit that turns there is noticed.
func TestTurnedBits(t *testing.T) {
	b := file(t, "written.h5")
	headers := 0
	for at := range len(b) - 4 {
		if string(b[at:at+4]) != "OHDR" {
			continue
		}
		headers++
		for i := at; i < at+40; i++ {
			c := bytes.Clone(b)
			c[i] ^= 4
			if _, err := Read(c); err == nil {
				t.Errorf("bit 2 of byte %d turned, and read", i)
			}
		}
	}
	if headers != 9 {
		t.Errorf("%d headers, want 9", headers)
	}
}

// damaged returns a file whose superblock is whole and which is hostile elsewhere.
func damaged(t *testing.T, name string, change func(b []byte)) []byte {
	b := bytes.Clone(file(t, name))
	change(b)
	return b
}

func TestHostile(t *testing.T) {
	find := func(b []byte, what string) []byte { return b[bytes.Index(b, []byte(what)):] }
	for name, b := range map[string][]byte{
		"other file":      []byte("PK\x03\x04 and so on"),
		"version":         damaged(t, "tiny.h5", func(b []byte) { b[8] = 9 }),
		"short addresses": damaged(t, "tiny.h5", func(b []byte) { b[13] = 4 }),
		"root in itself":  damaged(t, "packed.h5", func(b []byte) { copy(find(b, "SNOD")[16:24], b[64:72]) }),
		"tree in itself": damaged(t, "packed.h5", func(b []byte) {
			n := bytes.Index(b, []byte("TREE"))
			b[n+5] = 1
			binary.LittleEndian.PutUint64(b[n+32:], uint64(n))
		}),
		"heap beyond the end": damaged(t, "packed.h5", func(b []byte) { binary.LittleEndian.PutUint64(find(b, "HEAP")[8:], 1<<60) }),
		"many symbols":        damaged(t, "packed.h5", func(b []byte) { binary.LittleEndian.PutUint16(find(b, "SNOD")[6:], 65535) }),
	} {
		if _, err := Read(b); err == nil {
			t.Errorf("%s: read", name)
		} else if len(err.Error()) > 200 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Messages that end too early are refused, at each length.
func TestShortMessages(t *testing.T) {
	numbers := append([]byte{0x11, 0x20, 31, 0, 4, 0, 0, 0}, floats[4]...)
	layouts := map[string][]byte{
		"inside":  append([]byte{3, 0, 8, 0}, make([]byte, 8)...),
		"a piece": u64([]byte{3, 1}, 0, 8),
		"chunks":  append(u64([]byte{3, 2, 2}, undefined), 2, 0, 0, 0, 4, 0, 0, 0),
	}
	filters := []byte{2, 1, gzip, 0, 0, 0, 1, 0, 9, 0, 0, 0}
	read := func(h header) error {
		r := &reader{b: make([]byte, 64), toLook: 1 << 20, toUnpack: 1 << 20}
		_, err := r.array(&h)
		return err
	}
	for name, layout := range layouts {
		whole := header{space: spaceOf([]int{2}), kind: numbers, layout: layout, filters: filters}
		if err := read(whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for n := range layout {
			h := whole
			if h.layout = layout[:n:n]; read(h) == nil {
				t.Errorf("%s: %d of %d bytes of the layout are enough", name, n, len(layout))
			}
		}
		for n := range whole.space {
			h := whole
			if h.space = h.space[:n:n]; read(h) == nil {
				t.Errorf("%s: %d bytes of the space are enough", name, n)
			}
		}
	}
	for n := 1; n < len(filters); n++ {
		if read(header{space: spaceOf([]int{2}), kind: numbers, layout: layouts["chunks"], filters: filters[:n:n]}) == nil {
			t.Errorf("%d bytes of the filters are enough", n)
		}
	}
}

// Damage costs no more memory and time than is stated at the top of the package.
func TestDamageCostsLittle(t *testing.T) {
	for _, name := range []string{"packed.h5", "legacy.h5"} {
		b := file(t, name)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin, n := time.Now(), 0
		for i := 0; i < len(b); i += 61 {
			for _, v := range []byte{0, 0xff, b[i] ^ 0x80} {
				c := bytes.Clone(b)
				c[i] = v
				_, _ = Read(c) // read or refused: it returns
				n++
			}
		}
		runtime.ReadMemStats(&after)
		// A few of the files say that an array of 64 MiB is in them, and have it made of zeros.
		if each := (after.TotalAlloc - before.TotalAlloc) / uint64(n); each > 4<<20 {
			t.Errorf("%s: %d bytes are allocated to read a damaged file of %d", name, each, len(b))
		}
		if each := time.Since(begin) / time.Duration(n); each > 50*time.Millisecond {
			t.Errorf("%s: %v to read a damaged file", name, each)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"written.h5", "packed.h5", "tiny.h5", "links.h5", "functional.weights.h5", "legacy.h5"} {
		f.Add(file(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		root, err := Read(b)
		if err != nil {
			return
		}
		var check func(o *Object)
		check = func(o *Object) {
			if d := o.Data; d != nil && d.Other == "" {
				n := 1
				for _, k := range d.Shape {
					n *= k
				}
				if got := len(d.F32) + len(d.F64) + len(d.I64); got != n && got != 0 {
					t.Errorf("%s has %d numbers and shape %v", o.Name, got, d.Shape)
				}
			}
			for _, m := range o.Members {
				check(m)
			}
		}
		check(root)
	})
}
