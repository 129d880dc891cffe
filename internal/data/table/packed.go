package table

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"mlp/internal/problem"
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
//	column/<i>        F32 [rows]  a numeric column; NaN where missing
//	codes/<i>         I32 [rows]  a categorical column, or a target that is both:
//	                              an index of its words, −1 where missing
//	integrity.sha256  U8 [32]     of every byte before it
//
// Same table, same bytes.
const (
	packedFormat  = "mlp-dataset"
	packedVersion = "1"

	packedHeaderLimit = 1 << 28 // bytes of the JSON header: dictionaries stand there
)

// canonicalNaN is the one NaN that files hold.
var canonicalNaN = math.Float32bits(float32(math.NaN()))

// A packedTensor is one vector of a packed dataset; put writes element i.
type packedTensor struct {
	name, dtype string
	n, width    int // elements, and bytes of each
	put         func(b []byte, i int)
}

// WritePacked writes the table as a packed dataset.
func (t *Table) WritePacked(w io.Writer) error {
	columns, tensors := spec.NewList(), []packedTensor{{"lines", "I64", t.Rows, 8, func(b []byte, i int) {
		binary.LittleEndian.PutUint64(b, uint64(t.Lines[i]))
	}}}
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
	table.Put("columns", columns)
	meta := spec.NewMap()
	meta.Put("format", spec.NewString(packedFormat))
	meta.Put("format_version", spec.NewString(packedVersion))
	meta.Put("table", spec.NewString(string(spec.CanonicalJSON(table))))

	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	header := packedHeader(meta, tensors)
	if _, err := out.Write(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)); err != nil {
		return err
	}
	for _, v := range tensors {
		if err := v.write(out); err != nil {
			return err
		}
	}
	_, err := w.Write(sum.Sum(nil))
	return err
}

// pack returns how column i is described, and its vectors.
func (c *Column) pack(i int) (*spec.Node, []packedTensor) {
	n := spec.NewMap()
	n.Put("name", spec.NewString(c.Name))
	n.Put("kind", spec.NewString(c.Kind.String()))
	n.Put("missing", spec.NewInt(int64(c.Missing)))
	if c.Skipped {
		n.Put("kind", spec.NewString("skipped"))
	}
	var vectors []packedTensor
	if c.Numbers != nil {
		vectors = append(vectors, packedTensor{fmt.Sprintf("column/%d", i), "F32", len(c.Numbers), 4, func(b []byte, row int) {
			bits := math.Float32bits(c.Numbers[row])
			if c.Numbers[row] != c.Numbers[row] {
				bits = canonicalNaN
			}
			binary.LittleEndian.PutUint32(b, bits)
		}})
	}
	if c.Codes != nil {
		n.Put("words", spec.TextList(c.Words))
		vectors = append(vectors, packedTensor{fmt.Sprintf("codes/%d", i), "I32", len(c.Codes), 4, func(b []byte, row int) {
			binary.LittleEndian.PutUint32(b, uint32(c.Codes[row]))
		}})
	}
	return n, vectors
}

// packedHeader returns the JSON header, the checksum's entry being the last.
func packedHeader(meta *spec.Node, tensors []packedTensor) []byte {
	header := spec.NewMap()
	header.Put("__metadata__", meta)
	at := 0
	for _, v := range append(tensors[:len(tensors):len(tensors)], packedTensor{name: "integrity.sha256", dtype: "U8", n: sha256.Size, width: 1}) {
		n := spec.NewMap()
		n.Put("dtype", spec.NewString(v.dtype))
		n.Put("shape", spec.NewList(spec.NewInt(int64(v.n))))
		n.Put("data_offsets", spec.NewList(spec.NewInt(int64(at)), spec.NewInt(int64(at+v.n*v.width))))
		header.Put(v.name, n)
		at += v.n * v.width
	}
	text := spec.CanonicalJSON(header)
	for len(text)%8 != 0 { // safetensors aligns the data with blanks
		text = append(text, ' ')
	}
	return text
}

// write writes the vector through a buffer.
func (v packedTensor) write(w io.Writer) error {
	buf := make([]byte, 0, 64<<10)
	for i := range v.n {
		buf = buf[:len(buf)+v.width]
		v.put(buf[len(buf)-v.width:], i)
		if len(buf)+v.width > cap(buf) || i == v.n-1 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	return nil
}

// IsPacked recognises a safetensors file by its first bytes: a length below 2³²
// and an opening brace. No text begins like that.
func IsPacked(magic []byte) bool {
	return len(magic) >= 9 && bytes.Equal(magic[4:8], []byte{0, 0, 0, 0}) && magic[8] == '{'
}

// readPacked reads a packed dataset. Nothing is believed: the checksum comes
// first, every offset is checked against the bytes there are, every code against
// its words, every number for being finite or the one NaN.
func readPacked(src Source, r io.Reader) (*Table, error) {
	name := src.Name
	refuse := func(format string, args ...any) (*Table, error) {
		p := problem.Data(problem.Pos{File: name}, "", "", "not a packed dataset: "+format, args...)
		p.Remedy.Kind = problem.PackAgain
		return nil, p
	}
	b, err := src.readAll(r)
	if err != nil {
		return nil, err
	}
	if len(b) < 8+sha256.Size {
		return refuse("it is too short")
	}
	n := binary.LittleEndian.Uint64(b)
	if n > packedHeaderLimit || n > uint64(len(b)-8-sha256.Size) {
		return refuse("its header is longer than the file")
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(b[8:8+n], &header); err != nil {
		return refuse("its header is no JSON")
	}
	var meta map[string]string
	if err := json.Unmarshal(header["__metadata__"], &meta); err != nil || meta["format"] != packedFormat {
		return refuse("it is another kind of safetensors file; is it a model?")
	}
	if meta["format_version"] != packedVersion {
		return refuse("format version %q is unknown to this program", meta["format_version"])
	}
	last := len(b) - sha256.Size
	if sum := sha256.Sum256(b[:last]); !bytes.Equal(sum[:], b[last:]) {
		return refuse("its checksum does not match: it is damaged or incomplete")
	}
	u := &unpacker{data: b[8+n:], header: header}
	t := u.table(meta["table"])
	if u.err != nil {
		return refuse("%v", u.err)
	}
	t.Name = name
	return t, nil
}

// replan reads a packed table anew as the plans say, so that what is declared of
// columns holds for it too. A column that needs no
// change is taken as it is.
func (t *Table) replan(plans []Plan) *Table {
	with := *t
	with.Columns = make([]*Column, len(t.Columns))
	for i, c := range t.Columns {
		b := newBuilder(c.Name, c.index, plans[i])
		switch {
		case b.keep == Skip || c.Skipped:
			with.Columns[i] = &Column{Name: c.Name, index: c.index, Skipped: true}
			continue
		case b.keep == AsNumbers && c.Kind == Numeric && len(b.na.Numbers) == 0:
			taken := *c
			taken.Codes, taken.Words = nil, nil
			with.Columns[i] = &taken
			continue
		case b.keep == AsNumbers && c.Kind == Categorical:
			b.keep = AsWords // words may be numbers by now, if others are missing ones
		}
		for row := range t.Rows {
			b.add([]byte(c.Text(row)))
		}
		with.Columns[i] = b.column()
	}
	return &with
}
