package cmd

import (
	"errors"
	"os"
	"slices"

	"mlp/internal/modelfile"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/run"
)

// checkOutput proves, before any work is done, that a file which a flag names
// can be written and is none of those the command reads, and claims it until the
// command ends.
func checkOutput(flag, path string, inputs ...string) error {
	at := "flag " + flag
	if path == "" {
		return nil
	}
	if path == "-" {
		return problem.Usage(at, "name a file; /dev/stdout is one", "%q is not a file, and stdout carries the report", path)
	}
	for _, input := range inputs {
		if slices.ContainsFunc(run.PartsOf(input), func(part string) bool { return outfile.Same(path, part) }) {
			return problem.Usage(at, "choose another name", "%s is read by this command, and would be lost", path)
		}
	}
	if _, err := outfile.Claim(path); err != nil {
		return problem.Usage(at, otherPlace(err, ""), "%v", err)
	}
	return nil
}

// otherPlace is the hint for an output that cannot be claimed.
func otherPlace(err error, with string) string {
	var busy *outfile.Busy
	if errors.As(err, &busy) {
		return "wait until that run has ended, or choose another name" + with
	}
	return "choose another place" + with
}

// checkModelOutput does so for a model. A file that is no model is not replaced
// by one: -o data.csv is a slip. The model that is read, if any, says itself
// whether it is one.
func checkModelOutput(flag, path, input string) error {
	if path == "" {
		return nil
	}
	if path == "-" {
		return checkOutput(flag, path)
	}
	info, err := os.Stat(path)
	if path != input && err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		switch is, err := modelfile.Recognize(path); {
		case err != nil:
			return problem.Model(path, "choose another name with "+flag, "is there already, and cannot be read, be it a model or not: %v", err)
		case !is:
			return problem.Model(path, "choose another name with "+flag+", or delete the file first", "is there already, and is no model")
		}
	}
	if _, err := outfile.Claim(path); err != nil {
		return &problem.Problem{Domain: problem.InModel, Msg: err.Error(), Hint: otherPlace(err, " with "+flag)}
	}
	return nil
}
