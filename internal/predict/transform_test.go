package predict_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/rng"
)

// columns have every kind of column and what is odd about it: gaps, words that training
// did not see, numbers that need float64.
func columns(fresh bool) string {
	draw := rng.New(5, "columns")
	var b strings.Builder
	b.WriteString("n,wide,gaps,word,rare,flag,day,clock,took,price,order,y\n")
	for i := range 90 {
		u := draw.At(1).Normal(uint64(i))
		gap, word := fmt.Sprintf("%.4g", u*u), []string{"red", "blue", "green"}[i%3]
		if i%7 == 3 {
			gap = "NA"
		}
		if fresh && i%9 == 4 {
			word = "violet"
		}
		fmt.Fprintf(&b, "%.5g,%d,%s,%s,w%d,%s,2024-%02d-%02d,%02d:%02d,%d:%02d,%d.5 €,%s,%.3f\n", u, 4_000_000_000+int64(i*i), gap, word, i%40/3,
			[]string{"yes", "no", ""}[i%3], 1+i%12, 1+i%28, i%24, i%60, i%30, i%60, 5+i*i%17, []string{"low", "mid", "high"}[i%3], u+float64(i%3))
	}
	return b.String()
}

const everyKind = `{"data":{"target":"y","task":"regression","numeric":{"scale":"robust","encode":{"periodic":{"dim":2}}},"columns":[{"name":"rare","encode":"hash"},{"name":"word","encode":"embedding"},
	{"name":"gaps","scale":"quantile","encode":{"piecewise_linear":{"dim":null}}},{"name":"order","encode":{"ordinal":{"order":["low","mid","high"]}}}]},
	"layers":[{"units":4,"activation":"relu"},{"units":1}],"fit":{"epochs":1}}`

func transform(t *testing.T, m *model.Model, text string, chunk int) *predict.Transform {
	t.Helper()
	tr, err := predict.OpenTransform(m.Pipeline, source.Bytes("rows.csv", []byte(text)), predict.Options{Rows: chunk})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// What is written is what the network reads, bit by bit, of every kind of column, however
// many rows are read at a time; the text of a number gives it back.
func TestTransformIsWhatTheNetworkReads(t *testing.T) {
	m, _, _ := recipetest.SetUp(t, everyKind, columns(false), 1)
	for _, text := range []string{columns(false), columns(true)} {
		read, err := m.Pipeline.ReadFor(source.Bytes("rows.csv", []byte(text)), false)
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.Pipeline.Apply(read, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, chunk := range []int{1, 7, 4096} {
			array := new(bytes.Buffer)
			tr := transform(t, m, text, chunk)
			if err := tr.WriteArray(array); err != nil {
				t.Fatal(err)
			}
			b := array.Bytes()
			copy(b, tr.ArrayHead())
			checkHead(t, b, want.X.Rows, want.X.Cols)
			if b = b[128:]; len(b) != 4*len(want.X.Data) {
				t.Fatalf("%d bytes of %d numbers", len(b), len(want.X.Data))
			}
			for k, v := range want.X.Data {
				if got := binary.LittleEndian.Uint32(b[4*k:]); got != math.Float32bits(v) {
					t.Fatalf("chunks of %d: number %d is %g, not %g", chunk, k, math.Float32frombits(got), v)
				}
			}
			s := new(sheet)
			if err := transform(t, m, text, chunk).Write(s, io.Discard); err != nil {
				t.Fatal(err)
			}
			for i, row := range s.rows {
				for j, cell := range row {
					if v, err := strconv.ParseFloat(cell, 32); err != nil || float32(v) != want.X.At(i, j) {
						t.Fatalf("row %d, column %d: %q is not %g", i, j, cell, want.X.At(i, j))
					}
				}
			}
			if len(s.rows) != want.X.Rows {
				t.Fatalf("%d rows of %d", len(s.rows), want.X.Rows)
			}
		}
	}
}

// checkHead takes the header apart as NEP 1 defines it.
func checkHead(t *testing.T, b []byte, rows, columns int) {
	t.Helper()
	n := int(binary.LittleEndian.Uint16(b[8:]))
	want := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, columns)
	switch head := string(b[10 : 10+n]); {
	case string(b[:8]) != "\x93NUMPY\x01\x00":
		t.Errorf("magic %q", b[:8])
	case (10+n)%64 != 0 || head[n-1] != '\n':
		t.Errorf("a header of %d bytes that ends in %q", 10+n, head[n-1])
	case strings.TrimSpace(head) != want:
		t.Errorf("header %q, not %q", head, want)
	}
}
