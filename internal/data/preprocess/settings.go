package preprocess

import (
	"mlp/internal/data/quantity"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/spec"
)

// Settings say how one column becomes network inputs. Which of them count is for
// its kind to say.
type Settings struct {
	Numeric NumericConfig
	Encoded CategoricalConfig
	Parts   []string // of a date; none: those that the training rows call for

	Marks scan.Marks     // of the numbers of the table
	Form  *quantity.Form // of an amount; nil: found by looking

	DayFirst table.Setting // of a date
	Written  string        // how cells are written, where a kind has several ways; "" is found by looking
}

// A Choice is a component with the tree that builds it again.
type Choice[T any] struct {
	Use  T
	Spec *spec.Node // Null where nothing is chosen
}

// Given reports whether the spec chooses one.
func (c Choice[T]) Given() bool { return c.Spec != nil && c.Spec.Kind != spec.Null }

// NumericConfig says how a numeric column becomes network inputs.
type NumericConfig struct {
	Scale     Choice[Scaler]
	Missing   Choice[Imputer]
	Indicator table.Setting         // one more input: 1 where the cell was missing; Look: if training rows miss it
	Clip      Clip                  // of scaled values
	Encode    Choice[NumberEncoder] // of scaled values; for columns of numbers only
}

// CategoricalConfig says how a categorical column becomes network inputs.
type CategoricalConfig struct {
	Encode   Choice[Encoder]
	MinCount int             // rarer categories share the bucket of the unknown ones
	Other    bool            // whether that bucket is an input; else it is all zeros
	Missing  Choice[Imputer] // a WordImputer, or none

	// Apart says whether a missing cell is told from an unknown category, where nothing
	// else stands in for it; Look: if training rows miss it.
	Apart table.Setting

	Scale Choice[Scaler] // of the inputs; none: they are used as they stand
	Clip  Clip
}
