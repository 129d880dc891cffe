package model_test

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/train"
)

// most is what a file of n bytes may cost.
func most(n int) uint64 { return uint64(n) + 16<<20 }

// mustBeHarmless reads a file and, if it is accepted, uses the model; it bounds
// what that costs.
func mustBeHarmless(t *testing.T, file []byte) {
	before := allocated()
	survives(t, file)
	if used := allocated() - before; used > most(len(file)) {
		t.Errorf("a file of %d bytes costs %d", len(file), used)
	}
}

// FuzzModelFile reads files as they are: the checksum stands before nearly
// everything.
func FuzzModelFile(f *testing.F) {
	for name := range recipes {
		f.Add(releasedFile(f, name))
	}
	for _, c := range append(lengths(), headers()...) {
		if len(c.file) < 4096 {
			f.Add(c.file)
		}
	}
	f.Fuzz(mustBeHarmless)
}

// FuzzSealedFile gives each header and data the checksum that belongs to them, so
// that what comes behind the sum is reached.
func FuzzSealedFile(f *testing.F) {
	for name := range recipes {
		file := releasedFile(f, name)
		n := int(binary.LittleEndian.Uint64(file))
		f.Add(string(file[8:8+n]), string(file[8+n:len(file)-32]))
	}
	f.Add("{"+plain+ending, "abcd")
	f.Fuzz(func(t *testing.T, header, data string) { mustBeHarmless(t, sealed(header, data)) })
}

// FuzzModelMetadata changes what a model says of itself.
func FuzzModelMetadata(f *testing.F) {
	names := []string{"checkpoint", "embedding", "iris", "multilabel", "servo"}
	for i, name := range names {
		m := archive(f, name).Metadata
		f.Add(uint8(i), m["spec"], m["schema"], m["history"], m["run"], m["data"])
	}
	f.Fuzz(func(t *testing.T, base uint8, spec, schema, history, run, data string) {
		a := archive(t, names[int(base)%len(names)])
		for key, text := range map[string]string{"spec": spec, "schema": schema, "history": history, "run": run, "data": data} {
			a.Metadata[key] = strings.ToValidUTF8(text, "�")
		}
		mustBeHarmless(t, encode(t, a))
	})
}

// FuzzResume goes on with a run whose state was changed: it is refused, or trains
// an epoch.
func FuzzResume(f *testing.F) {
	m := archive(f, "checkpoint").Metadata
	f.Add(m["run"], m["history"])
	f.Add(strings.Replace(m["run"], `"iterations":`, `"iterations":9223372036854775`, 1), m["history"])
	f.Add(`{"epoch":0,"learning_rate":"0.1","callbacks":{"0/early_stopping":{"best":1e308,"wait":-5,"patience":1e300}}}`, `{"names":[],"epochs":[]}`)
	f.Fuzz(func(t *testing.T, run, history string) {
		a := archive(t, "checkpoint")
		a.Metadata["run"], a.Metadata["history"] = strings.ToValidUTF8(run, "�"), strings.ToValidUTF8(history, "�")
		m, err := model.ReadFrom("m.bin", encode(t, a), 1)
		if err != nil {
			return
		}
		defer m.Close()
		s, err := recipe.Decode(m.Spec)
		if err != nil {
			t.Fatal(err) // the spec is as it was
		}
		src := source.Bytes("table.csv", []byte(flowers()))
		sets, err := m.Load(model.Sources{Train: &src}, nil)
		if err != nil {
			t.Fatal(err)
		}
		o := train.Options{Config: s.Fit, Parts: m.Parts(sets), Resume: true}
		o.Epochs = m.Run.Epoch + 1
		if _, err := train.Fit(context.Background(), m, o); err == nil {
			survives(t, bytesOf(t, m))
		}
	})
}
