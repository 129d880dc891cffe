package keras_test

import (
	"fmt"
	"os"
	"testing"

	"mlp/internal/recipe"
	"mlp/internal/spec"
)

// Whatever Keras serializes of a class that has a place in a network for tables is read,
// with all the keys that it writes, and is the component of that name with its defaults.
func TestEveryConfigIsRead(t *testing.T) {
	text, err := os.ReadFile("testdata/configs.json")
	if err != nil {
		t.Fatal(err)
	}
	all, err := spec.ParseJSON(text, "configs.json", "")
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]string{
		"layer":       `{"layers":[%s]}`,
		"initializer": `{"layers":[{"units":1,"init":%s}]}`,
		"regularizer": `{"layers":[{"units":1,"kernel_regularizer":%s}]}`,
		"constraint":  `{"layers":[{"units":1,"kernel_constraint":%s}]}`,
		"loss":        `{"compile":{"loss":%s}}`,
		"metric":      `{"compile":{"metrics":[%s]}}`,
		"optimizer":   `{"compile":{"optimizer":%s}}`,
		"schedule":    `{"compile":{"optimizer":{"type":"sgd","learning_rate":%s}}}`,
	}
	read := 0
	for _, family := range all.Get("families").Keys {
		for _, object := range family.Value.Items {
			read++
			class := object.Get("class_name").Text
			for _, form := range []*spec.Node{object, object.Plain()} {
				tree, err := spec.ParseJSON(fmt.Appendf(nil, places[family.Name], spec.CanonicalJSON(form)), class, "")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := recipe.Decode(tree); err != nil {
					t.Errorf("%s %s: %v\n%s", family.Name, class, err, spec.CanonicalJSON(form))
				}
			}
		}
	}
	if read < 120 {
		t.Errorf("only %d classes", read)
	}
}
