package search

import (
	"fmt"

	"mlp/internal/spec"
)

// Usual is the space that a resolved spec has where its tune section names none: what
// people turn first, around the values that stand there.
func Usual(tree *spec.Node) []Dimension {
	var space []Dimension
	around := func(path string, n *spec.Node, factor float64) {
		if n == nil || n.Kind != spec.Float && n.Kind != spec.Int || n.Float <= 0 {
			return // a schedule, or none
		}
		d := Dimension{Path: path, Pos: n.Pos, Low: n.Float / factor, High: n.Float * factor, Log: true, Steps: 3}
		if n.Kind == spec.Int {
			d.Low, d.High, d.Whole = float64(max(1, n.Int/int64(factor))), float64(n.Int*int64(factor)), true
		}
		space = append(space, d)
	}
	optimizer := tree.Get("compile").Get("optimizer")
	around("compile.optimizer.learning_rate", optimizer.Get("learning_rate"), 10)
	around("compile.optimizer.weight_decay", optimizer.Get("weight_decay"), 10)
	around("fit.batch_size", tree.Get("fit").Get("batch_size"), 4)
	layers := tree.Get("layers")
	for i, layer := range layers.Items {
		path := fmt.Sprintf("layers[%d]", i)
		switch last := i == len(layers.Items)-1; layer.Get("type").Text {
		case "dense":
			if !last {
				around(path+".units", layer.Get("units"), 4)
			}
		case "dropout":
			space = append(space, Dimension{Path: path + ".rate", Pos: layer.Pos, High: 0.5, Steps: 3})
		}
	}
	return space
}
