package cmd

import (
	"encoding/json"
	"os"

	"mlp/internal/evaluate"
	"mlp/internal/problem"
)

// gates reads --min, --max and --max-drop. All that is wrong with them is
// reported at once.
func (o *evaluateOptions) gates() ([]evaluate.Gate, error) {
	gates, problems := limits(o.mins, o.maxs)
	drops := readGates("--max-drop", o.maxDrops, &problems)
	switch {
	case len(problems) > 0:
		return nil, problems
	case len(drops) == 0 && o.baseline != "":
		return nil, problem.Usage("flag --baseline", "say what is compared, for example --max-drop accuracy=0.01", "nothing is compared with it")
	case len(drops) == 0:
		return gates, nil
	}
	earlier, err := o.readBaseline()
	if err != nil {
		return nil, err
	}
	for _, g := range drops {
		was, ok := earlier[g.Metric].(float64)
		if !ok {
			problems = append(problems, problem.Usage(o.baseline, problem.DidYouMean(g.Metric, numbersOf(earlier)), "has no number under %q", g.Metric))
			continue
		}
		g.Drop, g.Was = true, was
		gates = append(gates, g)
	}
	return gates, problems.Err()
}

// limits reads --min and --max.
func limits(mins, maxs []string) (gates []evaluate.Gate, problems problem.Problems) {
	gates = append(gates, readGates("--min", mins, &problems)...)
	return append(gates, readGates("--max", maxs, &problems)...), problems
}

// readGates reads what was given under one flag.
func readGates(flag string, texts []string, problems *problem.Problems) (gates []evaluate.Gate) {
	for _, text := range texts {
		g, err := evaluate.ParseGate(text, flag == "--max")
		if err != nil {
			*problems = append(*problems, problem.Usage("flag "+flag, "write, for example, "+flag+" accuracy=0.75", "%v", err))
		}
		g.Source = flag + " " + text
		gates = append(gates, g)
	}
	return gates
}

// readBaseline reads the metrics of an earlier evaluation.
func (o *evaluateOptions) readBaseline() (map[string]any, error) {
	const hint = "write one with `mlp evaluate … -o metrics.json`"
	if o.baseline == "" {
		return nil, problem.Usage("flag --max-drop", "name the earlier metrics with --baseline metrics.json", "there is nothing to compare with")
	}
	text, err := os.ReadFile(o.baseline)
	if err != nil {
		return nil, problem.Usage("flag --baseline", hint, "%s: cannot be read: %v", o.baseline, problem.Reason(err))
	}
	var earlier map[string]any
	if err := json.Unmarshal(text, &earlier); err != nil {
		return nil, problem.Usage("flag --baseline", hint, "%s: is not one object of JSON", o.baseline)
	}
	return earlier, nil
}

// numbersOf returns the keys under which there are numbers.
func numbersOf(object map[string]any) []string {
	var keys []string
	for key, v := range object {
		if _, ok := v.(float64); ok {
			keys = append(keys, key)
		}
	}
	return keys
}
