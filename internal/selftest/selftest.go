// Package selftest trains a network whose weights are known, to find out whether
// this machine computes what every other does.
package selftest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"mlp/internal/data/source"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// KnownWeights is what Run returns on every machine: bits depend neither on
// the processor nor on the number of threads. It changes when what training
// computes changes, which wants a reason.
const KnownWeights = "9cd4ae29931926ff"

// selfTest is wide enough for the products and vector loops that a processor
// has its own instructions for, with a part of each kind: exp, tanh, erf, a
// random mask, moving statistics, penalties, validation.
const selfTest = `{"name":"self-test","seed":11,"data":{"target":"kind","split":{"validation":0.2}},
	"layers":[{"units":200,"activation":"tanh","kernel_regularizer":"l2"},"batch_normalization",{"units":150,"activation":"gelu"},{"dropout":0.25},
		{"units":40,"activation":"selu"},{"units":3,"activation":"softmax"}],
	"compile":{"optimizer":{"type":"adam","learning_rate":0.01,"clipnorm":1},"metrics":["accuracy"]},
	"fit":{"epochs":3,"batch_size":48,"class_weight":"balanced"}}`

// selfTestTable has three classes, two numbers with gaps and a category.
func selfTestTable() string {
	var b strings.Builder
	b.WriteString("length,width,colour,kind\n")
	for i := range 120 {
		k := i % 3
		length := fmt.Sprintf("%d.%02d", k+i%5, i*37%100)
		if i%17 == 0 {
			length = ""
		}
		fmt.Fprintf(&b, "%s,%d.%d,%s,%s\n", length, 3-k, i*7%10, []string{"red", "blue"}[i/2%2], []string{"rose", "lily", "iris"}[k])
	}
	return b.String()
}

// Run trains a small network on a table that it makes, writes the model to
// memory, reads it back, and returns the first digits of its weights' SHA-256
// with the level of the processor it ran at. It touches no file.
func Run(threads int) (weights, level string, err error) {
	tree, err := spec.ParseJSON([]byte(selfTest), "self-test", "self-test")
	if err != nil {
		return "", "", err
	}
	s, err := recipe.Decode(tree)
	if err != nil {
		return "", "", err
	}
	src := source.Bytes("self-test", []byte(selfTestTable()))
	m, sets, err := model.Build(s.Model, s.Tree, model.Sources{Train: &src}, threads)
	if err != nil {
		return "", "", err
	}
	defer m.Close()
	if err := m.Compile(); err != nil {
		return "", "", err
	}
	if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: m.Parts(sets)}); err != nil {
		return "", "", err
	}
	h := sha256.New()
	for _, w := range m.Work.Params {
		var b [4]byte
		binary.LittleEndian.PutUint32(b[:], math.Float32bits(w))
		h.Write(b[:])
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), m.Engine.Level(), survives(m, threads)
}

// survives writes a model, reads it and writes it again.
func survives(m *model.Model, threads int) error {
	var first, second bytes.Buffer
	if err := m.Write(&first); err != nil {
		return err
	}
	again, err := model.ReadFrom("self-test", first.Bytes(), threads)
	if err != nil {
		return err
	}
	defer again.Close()
	if err := again.Write(&second); err != nil {
		return err
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		return errors.New("a model that is written, read and written again has other bytes")
	}
	return nil
}
