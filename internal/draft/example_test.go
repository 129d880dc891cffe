package draft_test

import (
	"fmt"

	"mlp/internal/config"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/draft"
)

// A draft of a small table: a network for the target, and the reason for each
// choice.
func ExampleNew() {
	c := schema.Default()
	c.Target = []schema.ColumnRef{{Name: "price"}}
	table, err := schema.Read(source.Bytes("flats.csv", []byte("rooms,town,price\n1,Ulm,410.5\n2,Ulm,620\n3,Bern,1240\n")), c)
	if err != nil {
		fmt.Println(err)
		return
	}
	tree, err := draft.New(table, c, []string{"flats.csv"}, draft.Hints{}, false, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", config.Render(tree))
	// Output:
	// # flats.csv: 3 rows, 3 columns
	// seed: 1
	//
	// # no split: too few rows, of all or of a label, to keep some for a test
	// data:
	//   path: flats.csv
	//   target: price
	//   task: regression    # the target is a number
	//   numeric: {scale: standard, missing: median}
	//   categorical: {encode: one_hot, unknown: other}
	//   scale_target: true  # reported in the target's own units all the same
	//
	// layers:  # about 4 inputs
	//   - {type: dense, units: 64, activation: relu}
	//   - {type: dropout, rate: 0.3}
	//   - {type: dense, units: 32, activation: relu}
	//   - {type: dropout, rate: 0.3}
	//   - {type: dense, units: 1}
	//
	// compile:
	//   optimizer: {type: adam, learning_rate: 0.002}
	//   loss: mean_squared_error
	//   metrics: [mean_absolute_error, r2_score]
	//
	// fit:
	//   epochs: 1000  # below 20000 rows none are spared for early stopping: they are worth more as training rows
	//   batch_size: 16
	//   callbacks:
	//     - type: learning_rate_scheduler
	//       schedule: {type: cosine_decay, initial_learning_rate: 0.002, decay_steps: 1000}  # steps are epochs here
}
