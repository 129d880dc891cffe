package predict

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/rowwriter"
	"mlp/internal/tensor"
)

// A Transform is a table that is made into what a network is given: a row of float32 for
// each of its rows.
type Transform struct{ reading }

// OpenTransform begins to read the table and settles the columns of the output.
func OpenTransform(p *pipeline.Pipeline, src source.Source, o Options) (*Transform, error) {
	r, err := open(p, src, o, p.Features(), "encoded")
	return &Transform{r}, err
}

// Write writes each row to rows, and the bytes of a chunk to w, as Prediction.Write does.
func (t *Transform) Write(rows rowwriter.Writer, w io.Writer) error {
	err := t.chunks(func(of *table.Table, x tensor.Mat) error {
		for i := range x.Rows {
			t.keep(rows, of, i)
			for _, v := range x.Row(i) {
				rows.Number(v)
			}
			rows.End()
		}
		_, err := w.Write(rows.Bytes())
		return err
	})
	if err == nil && t.Drift.Rows == 0 {
		_, err = w.Write(rows.Bytes())
	}
	return err
}

// WriteArray writes the rows as an array of NumPy, which has no room for cells that are
// kept. What it begins with, ArrayHead, is known when all rows are.
func (t *Transform) WriteArray(w io.Writer) error {
	if _, err := w.Write(t.ArrayHead()); err != nil {
		return err
	}
	var buf []byte
	return t.chunks(func(_ *table.Table, x tensor.Mat) error {
		buf = buf[:0]
		for _, v := range x.Data {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		_, err := w.Write(buf)
		return err
	})
}

// arrayHead is how many bytes stand in front of the numbers, a multiple of 64 with room
// for the longest numbers of rows and columns.
const arrayHead = 128

// ArrayHead is the header of the rows so far: version 1.0 of the format (NEP 1).
func (t *Transform) ArrayHead() []byte {
	head := []byte("\x93NUMPY\x01\x00")
	head = binary.LittleEndian.AppendUint16(head, uint16(arrayHead-len(head)-2))
	head = fmt.Appendf(head, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", t.Drift.Rows, len(t.pipeline.Features()))
	return append(append(head, strings.Repeat(" ", arrayHead-1-len(head))...), '\n')
}
