package modelfile

import "mlp/internal/safetensors"

// Contents are the tensors of a file, and which of them were taken.
type Contents struct {
	Tensors []safetensors.Tensor // in the order of the file
	byName  map[string]safetensors.Tensor
	used    map[string]bool
}

// NewContents takes the tensors of a file, none of which was taken.
func NewContents(a *safetensors.File) *Contents {
	c := &Contents{Tensors: a.Tensors, byName: make(map[string]safetensors.Tensor, len(a.Tensors)), used: map[string]bool{}}
	for _, t := range a.Tensors {
		c.byName[t.Name] = t
	}
	return c
}

// Take returns a tensor, which is one that belongs to something now.
func (c *Contents) Take(name string) (t safetensors.Tensor, ok bool) {
	t, ok = c.byName[name]
	c.used[name] = true
	return t, ok
}

// Taken reports whether a tensor was taken.
func (c *Contents) Taken(name string) bool { return c.used[name] }

// Has reports whether there is a tensor, and takes nothing.
func (c *Contents) Has(name string) bool {
	_, ok := c.byName[name]
	return ok
}
