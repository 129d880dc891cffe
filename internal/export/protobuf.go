package export

import (
	"encoding/binary"
	"math"

	"mlp/internal/form"
)

// A message is one of protocol buffers: fields of a number and a value, one behind the
// other.
type message []byte

func (m *message) varint(v uint64) { *m = binary.AppendUvarint(*m, v) }

// whole adds a field that is a whole number.
func (m *message) whole(field int, v int64) {
	m.varint(uint64(field) << 3)
	m.varint(uint64(v))
}

// bytes adds a field that is a text or another message.
func (m *message) bytes(field int, v []byte) {
	m.varint(uint64(field)<<3 | 2)
	m.varint(uint64(len(v)))
	*m = append(*m, v...)
}

func (m *message) text(field int, v string) { m.bytes(field, []byte(v)) }

// onnxTypes are the numbers that ONNX has for types.
var onnxTypes = map[form.Type]int64{form.F32: 1, form.Code: 7, form.Text: 8, form.Bool: 9, form.F64: 11}

// tensorOf is a TensorProto.
func tensorOf(name string, t form.Type, numbers []float64, dims ...int) message {
	var m message
	for _, d := range dims {
		m.whole(1, int64(d))
	}
	m.whole(2, onnxTypes[t])
	m.text(8, name)
	var raw []byte
	for _, v := range numbers {
		switch t {
		case form.F32:
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
		case form.F64:
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		default:
			raw = binary.LittleEndian.AppendUint64(raw, uint64(int64(v)))
		}
	}
	m.bytes(9, raw)
	return m
}

// valueInfo is a ValueInfoProto of N rows; without a width it has no second dimension.
func valueInfo(name string, t form.Type, width int) message {
	var rows, columns, shape, tensorType, typ, m message
	rows.text(2, "N")
	shape.bytes(1, rows)
	if width > 0 {
		columns.whole(1, int64(width))
		shape.bytes(1, columns)
	}
	tensorType.whole(1, onnxTypes[t])
	tensorType.bytes(2, shape)
	typ.bytes(1, tensorType)
	m.text(1, name)
	m.bytes(2, typ)
	return m
}

// An attribute of a node: one number, several, or texts.
func attribute(name string, v any) message {
	var m message
	m.text(1, name)
	switch v := v.(type) {
	case int:
		m.whole(3, int64(v))
		m.whole(20, 2)
	case []int:
		for _, x := range v {
			m.whole(8, int64(x))
		}
		m.whole(20, 7)
	case []string:
		for _, x := range v {
			m.text(9, x)
		}
		m.whole(20, 8)
	}
	return m
}
