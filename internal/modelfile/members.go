package modelfile

import (
	"encoding/json"
	"fmt"
)

// A Member is how a member of an ensemble stands in the metadata.
type Member struct {
	Number  int             `json:"number"`
	Variant int             `json:"variant"`
	Fold    int             `json:"fold,omitempty"`
	Weight  float64         `json:"weight"`
	Round   int             `json:"round"`
	Seed    string          `json:"seed"`
	Set     []Setting       `json:"set,omitempty"`
	History json.RawMessage `json:"history"`
	Run     json.RawMessage `json:"run"`
}

// A Setting is a value in which the spec of a member differs.
type Setting struct {
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value"`
}

// Prefix is how the names of a member's tensors begin.
func (r Member) Prefix() string { return fmt.Sprintf("member_%d/", r.Number) }

// An Ensemble is the metadata of the name members.
type Ensemble struct {
	Round   int      `json:"round"`
	Members []Member `json:"members"`
}
