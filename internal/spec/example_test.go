package spec_test

import (
	"fmt"
	"strings"

	"mlp/internal/spec"
)

type circle struct{ radius float64 }

var shapes = spec.NewRegistry[circle]("shape", "shapes")

// One call names a setting, its default, its meaning and its range: it reads, checks
// and documents.
var _ = shapes.Add("circle", "all points at one distance", func(f *spec.Fields) circle {
	return circle{radius: f.Float("radius", 1, "the distance", spec.Positive)}
})

// A component is built from a node: its name alone, or a map with its settings.
func ExampleRegistry() {
	unit, err := shapes.Build(spec.NewString("circle"))
	fmt.Println(unit.radius, err)

	node := spec.NewMap()
	node.Put("type", spec.NewString("circle"))
	node.Put("radius", spec.NewInt(3))
	wide, err := shapes.Build(node)
	fmt.Println(wide.radius, err)

	_, err = shapes.Build(spec.NewString("circel"))
	fmt.Println(err)

	doc, _ := shapes.Describe("circle")
	fmt.Println(doc.Name, doc.Fields[0].Name, doc.Fields[0].Doc)
	// Output:
	// 1 <nil>
	// 3 <nil>
	// shape: unknown shape "circel"
	// circle radius the distance
}

// Fields read a section, and report what is unknown, missing or out of range, all
// problems at once.
func ExampleFields() {
	node := spec.NewMap()
	node.Put("epochs", spec.NewInt(0))
	node.Put("batchsize", spec.NewInt(32))
	_, problems := spec.Decode(node, func(f *spec.Fields) {
		f.Int("epochs", 1, "passes over the rows", spec.AtLeast(1))
		f.Int("batch_size", 32, "rows a step", spec.AtLeast(1))
	})
	for _, p := range problems {
		fmt.Println(strings.TrimSuffix(p.Msg+"; "+p.Hint, "; "))
	}
	// Output:
	// 0 is not at least 1
	// unknown key "batchsize" here; did you mean "batch_size"?
}
