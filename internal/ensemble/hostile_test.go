package ensemble_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/ensemble"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/predict"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/safetensors"
	"mlp/internal/train"
)

// promises are specs that between them leave every record in a file that is learned from
// rows held out, by one network, by members apart, and by members that share one.
var promises = map[string]string{
	"apart": `{"seed":5,"data":{"target":"kind"},"layers":[{"units":4,"activation":"relu"},{"units":3,"activation":"softmax"}],"compile":{"metrics":["accuracy"]},
		"ensemble":{"members":6,"folds":3,"select":"greedy","vary":[{"path":"compile.optimizer.learning_rate","choices":[0.1,0.01]}]},
		"fit":{"epochs":2,"batch_size":16,"calibrate":"temperature","intervals":true}}`,
	"two": `{"seed":2,"data":{"target":"colour"},"layers":[{"units":1,"activation":"sigmoid"}],"ensemble":{"members":3},
		"fit":{"epochs":2,"batch_size":10,"calibrate":"temperature","intervals":true},"evaluate":{"threshold":"max_f1"}}`,
	"shares": `{"seed":3,"data":{"target":"height","task":"regression"},"layers":[{"units":4,"activation":"tanh"},{"units":1}],"ensemble":{"members":3,"split":"holdout","share":0.4},
		"fit":{"epochs":2,"batch_size":10,"intervals":true}}`,
	"same": `{"seed":3,"data":{"target":["height","length"],"task":"regression","split":{"validation":0.3}},"layers":[{"units":2}],"ensemble":{"members":2,"split":"same"},
		"fit":{"epochs":2,"batch_size":10,"intervals":true}}`,
	"batch": `{"seed":4,"data":{"target":"kind","split":{"validation":0.3}},"layers":[{"units":4,"activation":"relu"},{"units":3,"activation":"softmax"}],
		"ensemble":{"type":"batch","members":3},"fit":{"epochs":2,"batch_size":10,"calibrate":"temperature","intervals":true}}`,
	"mini": `{"seed":4,"data":{"target":"colour","split":{"validation":0.3}},"layers":[{"units":4,"activation":"relu"},{"units":1,"activation":"sigmoid"}],
		"ensemble":{"type":"mini","members":3,"share_batches":false},"fit":{"epochs":2,"batch_size":10,"calibrate":"temperature","intervals":true},"evaluate":{"threshold":"max_f1"}}`,
	"one": `{"seed":6,"data":{"target":"colour","split":{"validation":0.3}},"layers":[{"units":1,"activation":"sigmoid"}],
		"fit":{"epochs":2,"batch_size":10,"calibrate":"temperature","intervals":true},"evaluate":{"threshold":"max_f1"}}`,
}

// train trains a model as its spec says, or goes on with it.
func fit(m *model.Model, s *recipe.Spec, p model.Parts, resume bool) error {
	o := train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: p, Resume: resume}
	var err error
	if m.Config.Ensemble != nil {
		_, err = ensemble.Fit(context.Background(), m, ensemble.Options{Options: o, Tree: s.Tree, Threads: 1})
	} else {
		_, err = train.Fit(context.Background(), m, o)
	}
	return err
}

// made are the files of promises, made once.
var made = struct {
	sync.Mutex
	files map[string][]byte
}{files: map[string][]byte{}}

// file returns the file of one of promises.
func file(t testing.TB, name string) []byte {
	made.Lock()
	defer made.Unlock()
	if made.files[name] == nil {
		m, s, p := recipetest.SetUp(t, promises[name], recipetest.Flowers(), 1)
		if err := fit(m, s, p, false); err != nil {
			t.Fatal(err)
		}
		made.files[name] = recipetest.Written(t, m)
	}
	return made.files[name]
}

// changed returns the bytes of a file with a change and the checksum that belongs to them.
func changed(t testing.TB, name string, change func(f *safetensors.File)) []byte {
	whole := file(t, name)
	f, err := modelfile.Layout.Read(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	change(f)
	delete(f.Metadata, safetensors.ChecksumName)
	var b bytes.Buffer
	if _, err := modelfile.Layout.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// discard takes the cells of answers.
type discard struct{}

func (discard) Word(string)           {}
func (discard) Words([]string)        {}
func (discard) Number(float32)        {}
func (discard) Verbatim([]byte, bool) {}
func (discard) End()                  {}
func (discard) Bytes() []byte         { return nil }

// harmless reads a file and does with the model what every verb would: it is refused with
// a sentence, or it answers rows, with intervals too, is measured, written the same
// again, and, if it is to be, trained: on from where its record says it stands, or
// further. It reports whether the file was refused.
func harmless(t testing.TB, what string, file []byte, further bool) (refused bool) {
	t.Helper()
	defer func() {
		if bug := recover(); bug != nil {
			t.Errorf("%s: %v", what, bug)
			t.Logf("%s", stack())
		}
	}()
	before := allocated()
	m, err := model.ReadFrom("m.bin", file, 1)
	if used := allocated() - before; used > uint64(len(file))+16<<20 {
		t.Errorf("%s: a file of %d bytes costs %d", what, len(file), used)
	}
	if err != nil {
		var p *problem.Problem
		if !errors.As(err, &p) || p.Domain != problem.InModel || strings.Contains(p.Msg, "\n") || len(p.Msg) > 400 {
			t.Errorf("%s: %q is no sentence about a model file", what, err)
		}
		return true
	}
	defer m.Close()
	again := recipetest.Written(t, m)
	if back, err := model.ReadFrom("m.bin", again, 1); err != nil {
		t.Errorf("%s: is taken, but what is written of it is not: %v", what, err)
	} else {
		if !bytes.Equal(recipetest.Written(t, back), again) {
			t.Errorf("%s: is written otherwise each time", what)
		}
		back.Close()
	}
	s, err := recipe.Decode(m.Spec)
	if err != nil {
		return false
	}
	rows := source.Bytes("rows.csv", []byte(recipetest.Flowers()))
	for _, level := range []float64{0.9, 0.01} {
		a, err := predict.NewAnswer(m, 0.5, "all")
		if err != nil {
			continue
		}
		_ = a.Promise(m, level) // without one it answers all the same
		if p, err := predict.Open(m, rows, a, predict.Options{}); err == nil {
			_ = p.Write(discard{}, io.Discard)
		}
	}
	sets, err := m.Load(model.Sources{Train: &rows}, nil)
	if err != nil {
		return false
	}
	p := m.Parts(sets)
	if part, _ := model.HeldOut(p); part != nil {
		_, _ = evaluate.Model(m, part, s.Evaluate)
	}
	if resume := strings.Contains(what, "record"); further && fit(m, s, p, resume) == nil {
		recipetest.Written(t, m)
	}
	return false
}

func stack() []byte {
	b := make([]byte, 1<<14)
	return b[:runtime.Stack(b, false)]
}

// allocated is how much was ever allocated.
func allocated() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.TotalAlloc
}

// learned are the records of what is learned from rows held out, and of members.
var learned = []string{"members", "out_of_fold", "calibration", "conformal", "left_out_by", "threshold", "history", "run"}

// instead returns what a value is replaced by: what is of its kind and out of bounds, and
// what is of another.
func instead(value string) []string {
	switch value[0] {
	case '{', '[', 'n':
		return []string{"[]", "7"}
	case '"':
		return []string{`"x"`, "null"}
	}
	return []string{"-1", "4097", "1e300", "null"}
}

// twins are places that differ from others in nothing but their number: values of single
// epochs and of further figures, and members that are neither the first nor the last of
// three.
var twins = regexp.MustCompile(`members\[1\]\.|epochs\[|values\[[1-9]|names\[[1-9]|member_[235]/`)

// Whatever is missing of what members and promises are kept by, or stands there instead:
// each key, each item and each tensor away, each value replaced by others. It is refused with
// a sentence, or it does no harm.
func TestSpoiltRecords(t *testing.T) {
	refused, taken := 0, 0
	for _, name := range slices.Sorted(maps.Keys(promises)) {
		t.Run(name, func(t *testing.T) {
			try := func(what string, change func(f *safetensors.File)) {
				further := !strings.Contains(what, "history") && (strings.Contains(what, "member") || strings.Contains(what, "run"))
				if harmless(t, what, changed(t, name, change), further) {
					refused++
				} else {
					taken++
				}
			}
			for _, what := range []string{"the file itself", "the file itself, resumed by its record"} {
				if harmless(t, what, file(t, name), true) {
					t.Fatalf("%s is refused", what)
				}
			}
			var tensors []string
			records := map[string]string{}
			changed(t, name, func(f *safetensors.File) {
				for _, x := range f.Tensors {
					tensors = append(tensors, x.Name)
				}
				maps.Copy(records, f.Metadata)
			})
			for key := range records {
				try("without "+key, func(f *safetensors.File) { delete(f.Metadata, key) })
			}
			for _, key := range learned {
				for at, place := range recipetest.Places(records[key]) {
					if twins.MatchString(at) {
						continue
					}
					try("without record "+key+at, func(f *safetensors.File) { f.Metadata[key] = place.Without() })
					for _, v := range instead(place.Value()) {
						try("record "+key+at+" is "+v, func(f *safetensors.File) { f.Metadata[key] = place.With(v) })
					}
				}
			}
			for i, tensor := range tensors {
				if strings.HasPrefix(tensor, "preprocess/") || twins.MatchString(tensor) {
					continue
				}
				spoil := func(what string, with func(x *safetensors.Tensor)) {
					try(tensor+" "+what, func(f *safetensors.File) { with(&f.Tensors[i]) })
				}
				try("without "+tensor, func(f *safetensors.File) { f.Tensors = slices.Delete(f.Tensors, i, i+1) })
				spoil("is named otherwise", func(x *safetensors.Tensor) { x.Name += "x" })
				spoil("is of another shape", func(x *safetensors.Tensor) { x.Shape = append(x.Shape, 1) })
				spoil("is empty", func(x *safetensors.Tensor) { *x = safetensors.Tensor{Name: x.Name, Shape: []int{0}, F64: []float64{}} })
				for _, v := range []float64{math.NaN(), math.Inf(1), -1} {
					spoil("has a bad number", func(x *safetensors.Tensor) {
						if x.F64 != nil {
							x.F64[len(x.F64)-1] = v
						} else if x.F32 != nil {
							x.F32[len(x.F32)-1] = float32(v)
						}
					})
				}
			}
		})
	}
	t.Logf("%d refused, %d taken", refused, taken)
	if refused < 1000 || taken < 100 {
		t.Error("nothing is tested")
	}
}

// FuzzRecords changes what a model keeps of members and of rows held out. Nothing is
// trained, which would take most of the time.
func FuzzRecords(f *testing.F) {
	names := slices.Sorted(maps.Keys(promises))
	keys := []string{"members", "out_of_fold", "calibration", "conformal", "left_out_by", "threshold", "run"}
	for i, name := range names {
		changed(f, name, func(a *safetensors.File) {
			var texts [7]string
			for k, key := range keys {
				texts[k] = a.Metadata[key]
			}
			f.Add(uint8(i), texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6])
		})
	}
	f.Add(uint8(0), `{"round":1,"members":[{"number":1,"variant":1,"fold":1,"weight":1,"round":1,"seed":"5","history":{"names":["loss"],"epochs":[]},"run":{}}]}`, "", "", "", "", "", "")
	f.Add(uint8(2), "", "", `{"temperature":[1e999],"softmax":false}`, `{"rows":12,"on":"validation","targets":1,"folds":1073741824}`, "[[1],[1,2,3]]", `{"value":0.5}`, `{"epoch":-1}`)
	f.Fuzz(func(t *testing.T, base uint8, members, outOfFold, calibration, conformal, leftOutBy, threshold, run string) {
		name := names[int(base)%len(names)]
		harmless(t, name+" record", changed(t, name, func(a *safetensors.File) {
			for k, text := range []string{members, outOfFold, calibration, conformal, leftOutBy, threshold, run} {
				if text == "" {
					delete(a.Metadata, keys[k])
					continue
				}
				a.Metadata[keys[k]] = strings.ToValidUTF8(text, "\uFFFD")
			}
		}), false)
	})
}
