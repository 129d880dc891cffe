package config

import (
	"errors"

	"mlp/internal/spec"
)

func syntaxProblem(text []byte, err error, at func(line, col int) spec.Pos) *spec.Problem {
	var second errSecond
	if errors.As(err, &second) {
		return problem(at(second.line, second.col), "%v", err)
	}
	return problem(at(1, 1), "%v", err)
}
