package nn

import (
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A width is how many inputs a spec says a layer has, as Keras's first layers do. The
// table says it too, so it is held against that and goes no further.
type width struct {
	n   int // 0: nothing is said
	key string
	pos problem.Pos
}

// readWidth reads a width from the first of some keys that the spec has: a number, or a
// shape, with or without the axis of the rows.
func readWidth(f *spec.Fields) (w width) {
	for _, key := range []string{"input_shape", "input_dim", "batch_input_shape"} {
		n := f.Aside(key, "how many inputs the layer has, which the table says")
		if n == nil || w.n != 0 {
			continue
		}
		if w = (width{n: statedWidth(n), key: key, pos: n.Pos}); w.n == 0 {
			f.Problem(key, "leave it out: the table says how many inputs there are", "%s is not the shape of a row, such as [8]", n.Shown())
		}
	}
	return w
}

// maxWidth is more than any table has columns.
const maxWidth = 1 << 24

// statedWidth returns the width that a value says: 8, [8], [null, 8], and the same as
// Python writes them, "(8,)"; 0 where it says none.
func statedWidth(n *spec.Node) int {
	switch n.Kind {
	case spec.Int:
		return int(min(max(n.Int, 0), maxWidth+1))
	case spec.String:
		sizes := strings.Split(strings.TrimSuffix(strings.Trim(n.Text, "()[] "), ","), ",")
		for i := range sizes {
			sizes[i] = strings.TrimSpace(sizes[i])
		}
		return shapeWidth(sizes)
	case spec.List:
		sizes := make([]string, len(n.Items))
		for i, item := range n.Items {
			sizes[i] = item.Text
		}
		return shapeWidth(sizes)
	}
	return 0
}

func shapeWidth(sizes []string) int {
	if len(sizes) == 2 && (sizes[0] == "null" || sizes[0] == "None") {
		sizes = sizes[1:]
	}
	if len(sizes) != 1 {
		return 0
	}
	n, err := strconv.Atoi(sizes[0])
	if err != nil || n < 1 {
		return 0
	}
	return min(n, maxWidth+1)
}

// check returns what is wrong where a layer at a path has another number of inputs.
func (w width) check(path string, in int) problem.Problems {
	if w.n == 0 || w.n == in {
		return nil
	}
	return problem.Problems{{Pos: w.pos, Path: path + "." + w.key, Msg: fmt.Sprintf("%s says %d inputs, and there are %d", w.key, w.n, in),
		Hint: "leave it out: the table says how many there are, a category being one for each of its values"}}
}
