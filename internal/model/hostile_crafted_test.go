package model_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
)

// A crafted file is sealed with a correct checksum, so that only what it says can
// be the reason for a refusal. crafted.txt holds what is said of each.
type crafted struct {
	name string
	file []byte
}

// sealed gives a header and data the length word and the checksum they need.
func sealed(header, data string) []byte {
	for (8+len(header))%64 != 0 {
		header += " "
	}
	return sum(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header, data)
}

func sum(begin []byte, parts ...string) []byte {
	b := append(begin, strings.Join(parts, "")...)
	s := sha256.Sum256(b)
	return append(b, s[:]...)
}

const (
	plain   = `"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	ending  = `,"integrity.sha256":{"dtype":"U8","shape":[32],"data_offsets":[4,36]}}`
	meta    = `"__metadata__":{"format":"mlp-model","format_version":"1","requires":""}`
	endless = 1 << 20
)

// headers are files of one tensor whose header is odd.
func headers() []crafted {
	var all []crafted
	add := func(name, header string) { all = append(all, crafted{name, sealed(header, "abcd")}) }
	tensor := func(name, dtype, shape, offsets string) {
		add(name, `{"a":{"dtype":"`+dtype+`","shape":[`+shape+`],"data_offsets":[`+offsets+`]}`+ending)
	}
	tensor("product wraps", "F32", "4294967296,4294967296,4", "0,4")
	tensor("product wraps to the size", "F32", "4611686018427387905", "0,4")
	tensor("huge dimension", "F32", "9223372036854775807", "0,4")
	tensor("dimension beyond 64 bits", "F32", "18446744073709551617", "0,4")
	tensor("dimension of a hundred digits", "F32", strings.Repeat("9", 100), "0,4")
	tensor("negative dimension", "F32", "-1", "0,4")
	tensor("fraction", "F32", "1.5", "0,4")
	tensor("exponent", "F32", "1e0", "0,4")
	tensor("leading zero", "F32", "01", "0,4")
	tensor("text as dimension", "F32", `"1"`, "0,4")
	tensor("null as dimension", "F32", "null", "0,4")
	tensor("rank 9", "F32", "1,1,1,1,1,1,1,1,1", "0,4")
	tensor("dimension 0", "F32", "0", "0,4")
	tensor("comma after the last", "F32", "1,", "0,4")
	tensor("wrong size", "F32", "2", "0,4")
	tensor("hole", "F32", "1", "4,8")
	tensor("end before begin", "F32", "1", "4,0")
	tensor("offsets wrap", "F32", "1", "18446744073709551612,0")
	tensor("offset beyond the file", "F32", "1024", "0,4096")
	tensor("negative offset", "F32", "1", "-4,0")
	tensor("one offset", "F32", "1", "0")
	tensor("three offsets", "F32", "1", "0,4,8")
	tensor("unknown dtype", "F16", "2", "0,4")
	tensor("dtype in small letters", "f32", "1", "0,4")
	add("overlap", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`+ending)
	add("duplicate tensor", "{"+plain+","+plain+ending)
	add("duplicate tensor, escaped", `{`+plain+`,"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`+ending)
	add("duplicate metadata", `{"__metadata__":{"x":"1","x":"2"},`+plain+ending)
	add("metadata twice", `{`+meta+`,`+meta+`,`+plain+ending)
	add("metadata not text", `{"__metadata__":{"x":1},`+plain+ending)
	add("nested metadata", `{"__metadata__":{"x":{"y":"1"}},`+plain+ending)
	add("metadata a list", `{"__metadata__":["x"],`+plain+ending)
	add("duplicate field", `{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}`+ending)
	add("unknown field", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}`+ending)
	add("field in other case", `{"a":{"Dtype":"F32","shape":[1],"data_offsets":[0,4]}`+ending)
	add("missing field", `{"a":{"dtype":"F32","data_offsets":[0,4]}`+ending)
	add("tensor a list", `{"a":[]`+ending)
	add("no checksum", "{"+plain+"}")
	add("checksum of another type", `{`+plain+`,"integrity.sha256":{"dtype":"F32","shape":[8],"data_offsets":[4,36]}}`)
	add("checksum not last", `{"integrity.sha256":{"dtype":"U8","shape":[32],"data_offsets":[0,32]},"a":{"dtype":"F32","shape":[1],"data_offsets":[32,36]}}`)
	add("text after the header", "{"+plain+ending+"{}")
	add("header cut off", "{"+plain)
	add("text without end", `{"a`)
	add("comma missing", `{`+plain+` "b":{}`+ending)
	add("a comment", `{/* */`+plain+ending)
	add("single quotes", `{'a':{}}`)
	add("control character", "{\"a\nb\":{}"+ending)
	add("not UTF-8", "{\"\xff\":{}"+ending)
	add("unknown escape", `{"\q":{}`+ending)
	add("deep", `{"a":`+strings.Repeat("[", 5000))
	add("deep maps", strings.Repeat(`{"a":`, 5000))
	add("a list", `["a"]`)
	add("empty", `{}`)
	add("name of a mebibyte", `{"`+strings.Repeat("n", endless)+`":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`+ending)
	add("dtype of a mebibyte", `{"a":{"dtype":"`+strings.Repeat("F", endless)+`","shape":[1],"data_offsets":[0,4]}`+ending)
	add("list without end", `{"a":{"dtype":"F32","shape":[`+strings.Repeat("1,", endless)+`1],"data_offsets":[0,4]}`+ending)
	var many strings.Builder
	for i := range 1<<18 + 1 {
		fmt.Fprintf(&many, `"%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`, i)
	}
	add("too many tensors", "{"+many.String()+plain+ending)
	many.Reset()
	for i := range 2000 {
		fmt.Fprintf(&many, `"%d":"",`, i)
	}
	add("too many metadata", `{"__metadata__":{`+many.String()+`"x":""},`+plain+ending)
	return all
}

// lengths are files whose first word is odd.
func lengths() []crafted {
	var all []crafted
	whole := sealed("{"+plain+ending, "abcd")
	for name, n := range map[string]uint64{"0": 0, "1": 1, "of the file": uint64(len(whole)), "2^31": 1 << 31, "2^32+128": 1<<32 + 128,
		"2^62": 1 << 62, "2^63": 1 << 63, "2^64-1": math.MaxUint64, "2^64-8": math.MaxUint64 - 7} {
		b := bytes.Clone(whole)
		binary.LittleEndian.PutUint64(b, n)
		all = append(all, crafted{"header length " + name, b})
	}
	all = append(all, crafted{"one byte more", append(bytes.Clone(whole), 0)}, crafted{"one byte less", whole[:len(whole)-1]},
		crafted{"nothing", nil}, crafted{"seven bytes", whole[:7]}, crafted{"a table", []byte("a,b,c\n1,2,3\n4,5,6\n7,8,9\n")})
	slices.SortFunc(all, func(a, b crafted) int { return strings.Compare(a.name, b.name) })
	return all
}

// archive reads a file of the corpus.
func archive(t testing.TB, name string) *safetensors.File {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(released, "v1", name+".bin"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := modelfile.Layout.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func encode(t testing.TB, a *safetensors.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := modelfile.Layout.Write(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contents are whole models of which one thing was changed.
func contents(t testing.TB) []crafted {
	var all []crafted
	change := func(base, name string, with func(*safetensors.File)) {
		a := archive(t, base)
		with(a)
		all = append(all, crafted{name, encode(t, a)})
	}
	set := func(name, key, value string) {
		change("iris", name, func(a *safetensors.File) { a.Metadata[key] = value })
	}
	replace := func(base, name, key, old, new string) {
		change(base, name, func(a *safetensors.File) {
			if !strings.Contains(a.Metadata[key], old) {
				t.Fatalf("%s: %s of %s holds no %s", name, key, base, old)
			}
			a.Metadata[key] = strings.Replace(a.Metadata[key], old, new, 1)
		})
	}
	tensor := func(base, name, which string, with func(*safetensors.Tensor)) {
		change(base, name, func(a *safetensors.File) {
			i := slices.IndexFunc(a.Tensors, func(x safetensors.Tensor) bool { return x.Name == which })
			with(&a.Tensors[i])
		})
	}
	metadataCases(set, replace)
	tensor("iris", "weight NaN", "dense/kernel", func(x *safetensors.Tensor) { x.F32[3] = float32(math.NaN()) })
	tensor("iris", "weight infinite", "dense_1/bias", func(x *safetensors.Tensor) { x.F32[0] = float32(math.Inf(-1)) })
	tensor("checkpoint", "best weight NaN", "best/dense/kernel", func(x *safetensors.Tensor) { x.F32[0] = float32(math.NaN()) })
	tensor("iris", "wrong shape", "dense/kernel", func(x *safetensors.Tensor) { x.Shape = []int{16, 4} })
	tensor("iris", "shape of another rank", "dense/kernel", func(x *safetensors.Tensor) { x.Shape = []int{64} })
	tensor("iris", "tensor of dimension 0", "dense/kernel", func(x *safetensors.Tensor) { x.Shape, x.F32 = []int{0, 16}, []float32{} })
	tensor("iris", "tensor of another type", "dense/bias", func(x *safetensors.Tensor) { x.F32, x.I64 = nil, make([]int64, 16) })
	tensor("iris", "tensor of another name", "dense/bias", func(x *safetensors.Tensor) { x.Name = "dense/bais" })
	tensor("iris", "statistic of another type", "preprocess/Sepal.Length/mean", func(x *safetensors.Tensor) { x.F64, x.F32 = nil, []float32{1} })
	tensor("iris", "statistic NaN", "preprocess/Sepal.Length/mean", func(x *safetensors.Tensor) { x.F64[0] = math.NaN() })
	tensor("iris", "divisor 0", "preprocess/Sepal.Length/sd", func(x *safetensors.Tensor) { x.F64[0] = 0 })
	tensor("iris", "two statistics", "preprocess/Sepal.Length/sd", func(x *safetensors.Tensor) { x.Shape, x.F64 = []int{2}, []float64{1, 2} })
	tensor("iris", "optimizer slot of another name", "optimizer/adam/momentum/dense/kernel", func(x *safetensors.Tensor) { x.Name = "optimizer/adam/momenta/dense/kernel" })
	tensor("iris", "slots of another optimizer", "optimizer/adam/momentum/dense/kernel", func(x *safetensors.Tensor) { x.Name = "optimizer/sgd/momentum/dense/kernel" })
	change("iris", "extra tensor", func(a *safetensors.File) {
		a.Tensors = append(a.Tensors, safetensors.Tensor{Name: "payload", Shape: []int{4}, U8: []byte("exec")})
	})
	change("iris", "extra statistic", func(a *safetensors.File) {
		a.Tensors = append(a.Tensors, safetensors.Tensor{Name: "preprocess/x/mean", Shape: []int{1}, F64: []float64{1}})
	})
	change("iris", "missing tensor", func(a *safetensors.File) {
		a.Tensors = slices.DeleteFunc(a.Tensors, func(x safetensors.Tensor) bool { return x.Name == "dense_1/kernel" })
	})
	change("iris", "missing optimizer", func(a *safetensors.File) {
		a.Tensors = slices.DeleteFunc(a.Tensors, func(x safetensors.Tensor) bool { return strings.HasPrefix(x.Name, "optimizer/") })
	})
	return all
}

func metadataCases(set func(name, key, value string), replace func(base, name, key, old, new string)) {
	set("another format", "format", "pt")
	set("version 2", "format_version", "2")
	set("version 01", "format_version", "01")
	set("no version", "format_version", "")
	set("unknown feature", "requires", "quantized,pruned")
	set("unknown stage", "stage", "distilled")
	set("fitted called built", "stage", "built")
	for _, key := range []string{"spec", "schema", "history", "run", "data"} {
		set("empty "+key, key, "")
		set(key+" null", key, "null")
		set(key+" a list", key, "[]")
		set(key+" not JSON", key, "{")
	}
	set("spec of two mebibytes", "spec", `{"name":"`+strings.Repeat("n", 2*endless)+`"}`)
	set("schema of a million values", "schema", "["+strings.Repeat("0,", 1<<20)+"0]")
	set("deep schema", "schema", strings.Repeat("[", 5000))
	set("run of two mebibytes", "run", `{"callbacks":{"`+strings.Repeat("n", 2*endless)+`":{}}}`)
	replace("iris", "a billion units", "spec", `"units":16`, `"units":1000000000`)
	replace("iris", "a million units", "spec", `"units":16`, `"units":1000000`)
	replace("iris", "no units", "spec", `"units":16`, `"units":0`)
	replace("iris", "unknown layer", "spec", `"type":"dense"`, `"type":"lambda"`)
	replace("iris", "spec key twice", "spec", `"seed":1`, `"seed":1,"seed":1`)
	replace("iris", "spec key unknown", "spec", `"seed":1`, `"module":"os","seed":1`)
	replace("iris", "reserved name", "spec", `"name":"","trainable":true`, `"name":"optimizer","trainable":true`)
	replace("iris", "too few labels", "schema", `"setosa",`, ``)
	replace("iris", "label twice", "schema", `"setosa"`, `"virginica"`)
	replace("iris", "column twice", "schema", `"Sepal.Width"`, `"Sepal.Length"`)
	replace("iris", "unknown task", "schema", `"multiclass"`, `"translation"`)
	replace("iris", "column of unknown kind", "schema", `"kind":"numeric"`, `"kind":"image"`)
	replace("embedding", "category twice", "schema", `"iris","lily"`, `"iris","iris"`)
	replace("embedding", "category a number", "schema", `"iris","lily"`, `"iris",7`)
	replace("iris", "epochs that history lacks", "run", `"epoch":12`, `"epoch":13`)
	replace("iris", "best epoch to come", "run", `"best_epoch":`, `"best_epoch":9`)
	replace("iris", "learning rate NaN", "run", `"learning_rate":"`, `"learning_rate":"nan`)
	replace("iris", "negative iterations", "run", `"iterations":`, `"iterations":-`)
	replace("iris", "history short of a value", "history", `"epochs":[[`, `"epochs":[[1],[`)
	replace("iris", "history name twice", "history", `"loss","accuracy"`, `"loss","loss"`)
	replace("iris", "no hash", "data", `"sha256":"`, `"sha256":"\"`)
	replace("iris", "negative rows", "data", `"rows":`, `"rows":-`)
}

const craftedFile = "testdata/crafted.txt"

func TestCraftedFilesAreRefused(t *testing.T) {
	all := slices.Concat(lengths(), headers(), contents(t))
	if len(all) < 60 {
		t.Fatalf("%d files", len(all))
	}
	var said strings.Builder
	for _, c := range all {
		before, began := allocated(), time.Now()
		m, err := model.ReadFrom("m.bin", c.file, 1)
		took, used := time.Since(began), allocated()-before
		var found *problem.Problem
		switch {
		case err == nil:
			m.Close()
			t.Errorf("%s: accepted", c.name)
		case !errors.As(err, &found) || found.Domain != problem.InModel:
			t.Errorf("%s: %v is no problem of a model file", c.name, err)
		default:
			fmt.Fprintf(&said, "%s: %s\n", c.name, found.Msg)
			if len(found.Msg) > 400 {
				t.Errorf("%s: a message of %d bytes", c.name, len(found.Msg))
			}
		}
		if limit := max(16<<20, costly[c.name]); used > uint64(len(c.file)+limit) {
			t.Errorf("%s: a file of %d bytes costs %d", c.name, len(c.file), used)
		}
		if took > time.Second {
			t.Logf("%s: %v", c.name, took)
		}
	}
	want, err := os.ReadFile(craftedFile)
	if *update {
		err = os.WriteFile(craftedFile, []byte(said.String()), 0o644)
		want = []byte(said.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	if said.String() != string(want) {
		t.Errorf("what is said is not what %s holds:\n%s", craftedFile, differing(said.String(), string(want)))
	}
}

// costly files may allocate more, most of it at once free again: their size is in
// the number of things they hold, which is bounded.
var costly = map[string]int{"too many tensors": 200 << 20, "schema of a million values": 600 << 20}

// allocated is how much was ever allocated.
func allocated() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.TotalAlloc
}

// differing returns the lines of got that want lacks.
func differing(got, want string) string {
	var b strings.Builder
	for line := range strings.Lines(got) {
		if !strings.Contains(want, line) {
			b.WriteString(line)
		}
	}
	return b.String()
}
