// Coverage measures how often the 95 % intervals that `mlp evaluate` prints hold
// the truth. It draws training tables of a logistic truth with six columns,
// trains a network on each with `mlp fit`, measures it on tables of a few hundred
// fresh rows with `mlp evaluate`, and takes for the truth what it is worth on a
// table of 200,000 fresh rows, whose own error is about a tenth of an interval.
//
//	go build -o mlp . && go run ./bench/coverage -mlp ./mlp -models 20 -tables 20 -rows 300
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	columns    = 6
	population = 200_000
	spec       = `data: {path: train.csv, target: y, positive: "yes"}
layers: [{units: 8, activation: relu}, {units: 1, activation: sigmoid}]
compile: {optimizer: {type: adam, learning_rate: 0.01}, metrics: [accuracy, auc, precision, recall, f1]}
fit: {epochs: 20}
`
)

var metrics = []string{"accuracy", "auc", "precision", "recall", "f1", "log_loss", "brier"}

func main() {
	log.SetFlags(0)
	binary := flag.String("mlp", "./mlp", "the program")
	models := flag.Int("models", 20, "how many networks are trained")
	tables := flag.Int("tables", 20, "on how many tables each is measured")
	rows := flag.Int("rows", 300, "how many rows such a table has")
	intercept := flag.Float64("intercept", -0.5, "of the log odds: below 0 a yes is the rarer label")
	seed := flag.Uint64("seed", 1, "of everything that is drawn")
	flag.Parse()
	program, err := filepath.Abs(*binary)
	check(err)
	dir, err := os.MkdirTemp("", "coverage")
	check(err)
	defer os.RemoveAll(dir)
	check(os.Chdir(dir))
	check(os.WriteFile("spec.yaml", []byte(spec), 0o666))

	covered, known := map[string]int{}, map[string]int{}
	for model := range *models {
		r := rand.New(rand.NewPCG(*seed, uint64(model)))
		weights := make([]float64, columns)
		for i := range weights {
			weights[i] = r.NormFloat64() * 0.7
		}
		table := func(name string, rows int) { write(name, rows, *intercept, weights, r) }
		table("train.csv", 400)
		table("population.csv", population)
		run(program, "fit", "-c", "spec.yaml", "--seed", fmt.Sprint(model), "-q", "-o", "model.bin")
		truth := evaluate(program, "population.csv")
		for range *tables {
			table("test.csv", *rows)
			got := evaluate(program, "test.csv")
			for _, m := range metrics {
				low, ok := got[m+"_lower"].(float64)
				if !ok {
					continue // not defined on these rows
				}
				known[m]++
				if t := truth[m].(float64); low <= t && t <= got[m+"_upper"].(float64) {
					covered[m]++
				}
			}
		}
	}
	fmt.Printf("%d tables of %d rows, %d networks\n", *models**tables, *rows, *models)
	for _, m := range metrics {
		fmt.Printf("%-9s %.4f of %d intervals hold the truth\n", m, float64(covered[m])/float64(known[m]), known[m])
	}
}

// write draws a table: normal columns, and yes with the odds that they give.
func write(name string, rows int, intercept float64, weights []float64, r *rand.Rand) {
	f, err := os.Create(name)
	check(err)
	w := bufio.NewWriter(f)
	for i := range weights {
		fmt.Fprintf(w, "x%d,", i+1)
	}
	fmt.Fprintln(w, "y")
	for range rows {
		odds := intercept
		for _, weight := range weights {
			x := r.NormFloat64()
			odds += weight * x
			fmt.Fprintf(w, "%.4f,", x)
		}
		answer := "no"
		if r.Float64() < 1/(1+math.Exp(-odds)) {
			answer = "yes"
		}
		fmt.Fprintln(w, answer)
	}
	check(w.Flush())
	check(f.Close())
}

func evaluate(program, table string) map[string]any {
	var values map[string]any
	check(json.Unmarshal(run(program, "evaluate", "model.bin", table, "--json", "-q"), &values))
	return values
}

func run(program string, args ...string) []byte {
	c := exec.Command(program, args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	check(err)
	return out
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
