package cmd

import (
	"mlp/internal/spec"
)

// sayTree writes a tree to stdout as JSON on one line.
func (a *App) sayTree(n *spec.Node) error {
	return a.say("%s\n", escapeJSON(string(spec.CanonicalJSON(n))))
}
