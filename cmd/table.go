package cmd

import (
	"mlp/internal/iostreams"
	"mlp/internal/spec"
)

// sayTree writes a tree to stdout as JSON on one line.
func (a *App) sayTree(n *spec.Node) error {
	return a.say("%s\n", iostreams.EscapeJSON(string(spec.CanonicalJSON(n))))
}
