package table

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"

	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// A packed dataset is a table in binary: a safetensors file whose metadata hold
//
//	format          "mlp-dataset"
//	format_version  "1"
//	table           canonical JSON: rows, header, delimiter, sha256 (of the text it
//	                was read from), columns: [{name, kind, missing, words?}, …]
//
// and whose tensors are
//
//	lines             I64 [rows]  the line each row began on
//	column/<i>        F32 [rows]  a numeric column; NaN where missing. F64 where float32
//	                              cannot hold its numbers apart
//	codes/<i>         I32 [rows]  a categorical column, or a target that is both:
//	                              an index of its words, −1 where missing
//	integrity.sha256  U8 [32]     of every byte before it
//
// Same table, same bytes.
const (
	packedFormat  = "mlp-dataset"
	packedVersion = "1"
)

// packed is how a packed dataset uses the container. Dictionaries stand in its
// header; a column has two vectors at most.
var packed = safetensors.Layout{Align: 8, MaxHeader: 1 << 28, MaxTensors: 2*scan.ColumnLimit + 1, Listed: true}

// canonicalNaN is the one NaN that files hold, of each precision.
var (
	canonicalNaN   = math.Float32bits(float32(math.NaN()))
	canonicalNaN64 = math.Float64bits(math.NaN())
)

// WritePacked writes the table as a packed dataset.
func (t *Table) WritePacked(w io.Writer) error {
	columns, tensors := spec.NewList(), []safetensors.Tensor{{Name: "lines", Shape: []int{t.Rows}, Lines: t.Lines}}
	for i, c := range t.Columns {
		if c.OtherN > 0 {
			return fmt.Errorf("column %q holds cells that are no numbers", c.Name)
		}
		n, vectors := c.pack(i)
		columns.Items = append(columns.Items, n)
		tensors = append(tensors, vectors...)
	}
	table := spec.NewMap()
	table.Put("rows", spec.NewInt(int64(t.Rows)))
	table.Put("header", spec.NewBool(t.HeaderFound))
	table.Put("delimiter", spec.NewString(string(t.Delimiter)))
	table.Put("sha256", spec.NewString(t.SHA256))
	if !t.Reading.Plain() {
		table.Put("read", t.Reading.Node())
	}
	table.Put("columns", columns)
	_, err := packed.Write(w, &safetensors.File{Tensors: tensors, Metadata: map[string]string{
		"format": packedFormat, "format_version": packedVersion, "table": string(spec.CanonicalJSON(table))}})
	return err
}

// pack returns how column i is described, and its vectors.
func (c *Column) pack(i int) (*spec.Node, []safetensors.Tensor) {
	n := spec.NewMap()
	n.Put("name", spec.NewString(c.Name))
	n.Put("kind", spec.NewString(c.Kind.String()))
	n.Put("missing", spec.NewInt(int64(c.Missing)))
	if c.Skipped {
		n.Put("kind", spec.NewString("skipped"))
	}
	var vectors []safetensors.Tensor
	switch {
	case c.Wide != nil:
		vectors = append(vectors, safetensors.Tensor{Name: fmt.Sprintf("column/%d", i), Shape: []int{len(c.Wide)}, F64: canonical64(c.Wide)})
	case c.Numbers != nil:
		vectors = append(vectors, safetensors.Tensor{Name: fmt.Sprintf("column/%d", i), Shape: []int{len(c.Numbers)}, F32: canonical(c.Numbers)})
	}
	if c.Codes != nil {
		n.Put("words", spec.TextList(c.Words))
		vectors = append(vectors, safetensors.Tensor{Name: fmt.Sprintf("codes/%d", i), Shape: []int{len(c.Codes)}, I32: c.Codes})
	}
	return n, vectors
}

// canonical returns the numbers with every NaN the canonical one: themselves where
// it is so already.
func canonical(numbers []float32) []float32 {
	copied := false
	for i, v := range numbers {
		if v == v || math.Float32bits(v) == canonicalNaN {
			continue
		}
		if !copied {
			numbers, copied = slices.Clone(numbers), true
		}
		numbers[i] = math.Float32frombits(canonicalNaN)
	}
	return numbers
}

// canonical64 does the same for float64.
func canonical64(numbers []float64) []float64 {
	numbers = slices.Clone(numbers)
	for i, v := range numbers {
		if v != v {
			numbers[i] = math.Float64frombits(canonicalNaN64)
		}
	}
	return numbers
}

// ReadPacked reads a packed dataset. Nothing is believed: beside what the container
// proves, every code is checked against its words, and every number for being
// finite or the one NaN.
func ReadPacked(src source.Source, r io.Reader) (*Table, error) {
	refuse := func(format string, args ...any) (*Table, error) {
		p := problem.Data(problem.Pos{File: src.Name}, "", "", "not a packed dataset: "+format, args...)
		p.Remedy.Kind = problem.PackAgain
		return nil, p
	}
	b, err := src.ReadAll(r)
	if err != nil {
		return nil, err
	}
	f, err := packed.Read(bytes.NewReader(b), int64(len(b)))
	switch {
	case err != nil:
		return refuse("%v", err)
	case f.Metadata["format"] != packedFormat:
		return refuse("it is a model, or another safetensors file")
	case f.Metadata["format_version"] != packedVersion:
		return refuse("format version %.60q is unknown to this program", f.Metadata["format_version"])
	}
	u := &unpacker{tensors: make(map[string]safetensors.Tensor, len(f.Tensors))}
	for _, t := range f.Tensors {
		u.tensors[t.Name] = t
	}
	t := u.table(f.Metadata["table"])
	if u.err != nil {
		return refuse("%v", u.err)
	}
	t.Name = src.Name
	return t, nil
}

// Replan reads a packed table anew as the plans say, so that what is declared of
// columns holds for it too. A column that needs no change is taken as it is.
func (t *Table) Replan(plans []Plan) *Table {
	with := *t
	with.Columns = make([]*Column, len(t.Columns))
	for i, c := range t.Columns {
		b := NewBuilder(c.Name, c.Index, plans[i])
		switch {
		case b.Keep == Skip || c.Skipped:
			with.Columns[i] = &Column{Name: c.Name, Index: c.Index, Skipped: true}
			continue
		case b.Keep == AsNumbers && c.Kind == Numeric && len(b.na.Numbers) == 0:
			taken := *c
			taken.Codes, taken.Words = nil, nil
			taken.Numbers, taken.Wide = scan.Convert(c.Numbers, c.Wide, plans[i].Precision)
			with.Columns[i] = &taken
			continue
		case b.Keep == AsNumbers && c.Kind == Categorical:
			b.Keep = AsWords // words may be numbers by now, if others are missing ones
		}
		for row := range t.Rows {
			b.Add([]byte(c.Text(row)))
		}
		with.Columns[i] = b.Column()
	}
	return &with
}
