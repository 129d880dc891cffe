package cmd

import (
	"context"
	"fmt"

	"mlp/internal/compare"
	"mlp/internal/crossval"
	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
	"mlp/internal/report"
)

// leadingSpecs cuts arguments into the specs that come first, which are known by their
// names, and the others.
func leadingSpecs(args []string) (specs, others []string) {
	n := 0
	for n < len(args) && isSpecName(args[n]) {
		n++
	}
	return args[:n:n], args[n:]
}

// runSeveral cross-validates each spec on the folds of the first and holds it against that.
func (o *cvOptions) runSeveral(ctx context.Context, to reports, gates, drops []evaluate.Gate) error {
	a := o.app
	if o.predictions != "" {
		return problem.Usage("flag --predictions", "ask one spec after the other", "there are %d specs, and one file", len(o.specs))
	}
	for i, name := range o.specs {
		for _, other := range o.specs[:i] {
			if other == name {
				return problem.Usage(name, "name it once", "the spec is there twice")
			}
		}
	}
	all := report.CrossvalSet{}
	var answers []*compare.Answers
	var failed []string
	for i, name := range o.specs {
		a.config = name
		a.note("%s", name)
		var like *crossval.Result
		if i > 0 {
			like = all.Results[0]
		}
		cv, err := o.run(ctx, gates, like)
		if err != nil {
			return err
		}
		one, err := compare.OfFolds(name, cv)
		if err != nil {
			return err
		}
		all.Names, all.Results, answers = append(all.Names, name), append(all.Results, cv), append(answers, one)
		for _, text := range cv.Failed {
			failed = append(failed, fmt.Sprintf("%s: %s", iostreams.Printable(name), text))
		}
		if i > 0 {
			r, err := compare.Compare(answers[0], one, compare.Config{Drops: drops})
			if err != nil {
				return err
			}
			all.Comparisons = append(all.Comparisons, r)
			for _, text := range r.Failed {
				failed = append(failed, fmt.Sprintf("%s: %s", iostreams.Printable(name), text))
			}
		}
	}
	if err := to.write(a, all.Document()); err != nil {
		return err
	}
	var err error
	switch {
	case to.stdout != "":
	case a.json:
		err = a.say("%s\n", all.JSON(len(failed)))
	default:
		for i, cv := range all.Results {
			a.warnings(report.UndefinedMetrics(cv))
			if err := a.tell("%s\n%s\n", iostreams.Printable(all.Names[i]), report.CrossvalText(cv, a.quiet)); err != nil {
				return err
			}
		}
		err = a.tell("%s", all.Text())
	}
	if err == nil && len(failed) > 0 {
		return &gateError{failed}
	}
	return err
}
