package config

import "mlp/internal/spec"

// Render writes a tree as YAML.
func Render(n *spec.Node, origins bool) []byte { return spec.CanonicalJSON(n) }
