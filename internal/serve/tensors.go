package serve

import (
	"encoding/binary"
	"math"
	"net/http"
	"strconv"
)

// tensors reads inputs: one for each column, by name, with an element a row; or a single
// one of another name with the columns of the model side by side.
func (t *taker) tensors(inputs []tensor, behind []byte, g *grid) error {
	for _, in := range inputs {
		size, known := sizes[in.datatype]
		if !known {
			return inColumn(bad("%s is no datatype", strconv.Quote(in.datatype)), in.name)
		}
		own := behind
		if in.size >= 0 {
			if in.size > len(behind) {
				return inColumn(bad("%d bytes are said to follow, and %d do", in.size, len(behind)), in.name)
			}
			own, behind = behind[:in.size], behind[in.size:]
		}
		first, width := t.Column([]byte(in.name)), 1
		if first < 0 && len(inputs) == 1 && len(in.shape) == 2 && in.shape[1] == len(t.Columns()) {
			first, width = 0, in.shape[1]
		}
		want, err := elements(in.shape, width, t.most)
		if err != nil {
			return inColumn(err, in.name)
		}
		if first < 0 {
			continue // the model does not need it
		}
		columns := make([]*gridColumn, width)
		for j := range columns {
			g.column(first+j, t.Columns()[first+j])
		}
		for j := range columns { // now that they stay where they are
			columns[j] = &g.columns[len(g.columns)-width+j]
		}
		n := 0
		add := func(cell []byte) error {
			if n == want {
				return bad("it has more elements than its shape says")
			}
			n++
			return columns[(n-1)%width].add(cell, t.most)
		}
		if in.size >= 0 {
			err = g.bytes(own, in.datatype, size, add)
		} else if in.data == nil {
			err = bad("it has no data")
		} else {
			err = flatten(&walker{b: in.data}, add)
		}
		if err == nil && n != want {
			err = bad("it has %d elements; its shape says %d", n, want)
		}
		if err != nil {
			return inColumn(err, in.name)
		}
	}
	if len(behind) > 0 && len(inputs) > 0 {
		return bad("%d bytes behind the last input belong to none", len(behind))
	}
	return g.take(t)
}

// elements returns how many elements a shape has: rows, or rows × width.
func elements(shape []int, width, most int) (int, error) {
	switch {
	case len(shape) != 1 && len(shape) != 2, len(shape) == 2 && shape[1] != width, len(shape) == 1 && width > 1:
		return 0, bad("its shape is one element a row: [rows] or [rows, 1]")
	case shape[0] > most:
		return 0, &failure{status: http.StatusRequestEntityTooLarge, text: "more than " + strconv.Itoa(most) + " rows in one request"}
	}
	return shape[0] * width, nil
}

// flatten calls add for each element of a list, which may stand in lists of its own.
func flatten(w *walker, add func([]byte) error) error {
	return w.items(func(int) error {
		if w.next() == '[' {
			return flatten(w, add)
		}
		cell, err := w.cell()
		if err != nil {
			return err
		}
		return add(cell)
	})
}

// bytes calls add for each element that stands as bytes, little-endian; numbers become
// text that is read as the same number.
func (g *grid) bytes(b []byte, datatype string, size int, add func([]byte) error) error {
	for len(b) > 0 {
		if size == 0 {
			if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
				return bad("a text is cut off")
			}
			n := int(binary.LittleEndian.Uint32(b))
			if err := add(b[4 : 4+n : 4+n]); err != nil {
				return err
			}
			b = b[4+n:]
			continue
		}
		if len(b) < size {
			return bad("its last element is cut off")
		}
		from := len(g.room)
		g.room = appendElement(g.room, b[:size], datatype)
		if err := add(g.room[from:len(g.room):len(g.room)]); err != nil {
			return err
		}
		b = b[size:]
	}
	return nil
}

// appendElement appends the text of an element. NaN is missing.
func appendElement(to, b []byte, datatype string) []byte {
	var word [8]byte
	copy(word[:], b)
	u := binary.LittleEndian.Uint64(word[:])
	signed := int64(u) << (64 - 8*len(b)) >> (64 - 8*len(b))
	var v float64
	switch datatype {
	case "BOOL":
		return strconv.AppendBool(to, u != 0)
	case "UINT8", "UINT16", "UINT32", "UINT64":
		return strconv.AppendUint(to, u, 10)
	case "INT8", "INT16", "INT32", "INT64":
		return strconv.AppendInt(to, signed, 10)
	case "FP64":
		v = math.Float64frombits(u)
	case "FP32":
		v = float64(math.Float32frombits(uint32(u)))
	case "BF16":
		v = float64(math.Float32frombits(uint32(u) << 16))
	case "FP16":
		v = half(uint16(u))
	}
	switch {
	case v != v:
		return to
	case v == math.Trunc(v) && math.Abs(v) < 1<<53:
		return strconv.AppendFloat(to, v, 'f', -1, 64) // as a category is written, not 1e+06
	}
	return strconv.AppendFloat(to, v, 'g', -1, 64)
}

// half returns the number of 16 bits (IEEE 754 binary16).
func half(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&1023)
	v := 0.0
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		v = math.NaN()
		if h&1023 == 0 {
			v = math.Inf(1)
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if h&(1<<15) != 0 {
		v = -v
	}
	return v
}

// datatype is that of an answer.
func (k kind) datatype() string {
	if k == aNumber {
		return "FP32"
	}
	return "BYTES"
}

// appendBytes appends the elements of a column as bytes.
func (a *answers) appendBytes(to []byte, column int) []byte {
	if to == nil {
		to = []byte{}
	}
	for row := range a.rows() {
		c := a.at(row, column)
		if c.kind == aNumber {
			to = binary.LittleEndian.AppendUint32(to, math.Float32bits(c.number))
			continue
		}
		text := c.text()
		to = append(binary.LittleEndian.AppendUint32(to, uint32(len(text))), text...)
	}
	return to
}
