package rng_test

import (
	"fmt"

	"mlp/internal/rng"
)

// A draw is a function of seed, name, place and index: read in any order it is the
// same.
func ExampleStream() {
	shuffle := rng.New(7, "shuffle")
	order := make([]int, 5)
	shuffle.At(3).Perm(order) // of epoch 3, whether or not epochs 0 to 2 were drawn
	again := make([]int, 5)
	rng.New(7, "shuffle").At(3).Perm(again)
	fmt.Println(fmt.Sprint(order) == fmt.Sprint(again))

	u := rng.New(7, "init/dense/kernel")
	last := u.Float64(999)
	first := u.Float64(0)
	fmt.Println(first == u.Float64(0), last == u.Float64(999), first == last)
	// Output:
	// true
	// true true false
}
