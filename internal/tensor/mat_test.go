package tensor

import "testing"

func TestViewsShareAndEnd(t *testing.T) {
	m := New(3, 2)
	for i := range m.Data {
		m.Data[i] = float32(i)
	}
	row, part := m.Row(1), m.Slice(1, 3)
	if row[0] != 2 || part.At(1, 1) != 5 || part.Rows != 2 {
		t.Errorf("row %v, part %v", row, part)
	}
	part.Set(0, 0, 9)
	if m.At(1, 0) != 9 {
		t.Error("a slice is not a view")
	}
	if c := m.Clone(); &c.Data[0] == &m.Data[0] || c.At(1, 0) != 9 {
		t.Error("a clone is not a copy")
	}
	// Appending to a view must not write into its neighbour.
	if _ = append(row, 7); m.At(2, 0) != 4 {
		t.Error("a row reaches into the next")
	}
	if !(Mat{}).Empty() || m.Empty() {
		t.Error("Empty")
	}
}

func TestViewRefusesTooLittle(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a view of more numbers than there are")
		}
	}()
	View(2, 2, make([]float32, 3))
}
