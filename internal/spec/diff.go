package spec

import (
	"bytes"
	"fmt"

	"mlp/internal/problem"
)

// A Difference is a value that two trees do not share.
type Difference struct {
	Path          string
	Before, After *Node       // nil where a tree has none
	Pos           problem.Pos // of After
}

// Change says what became of the value: "it was 1, and is 2".
func (d Difference) Change() string {
	switch {
	case d.Before == nil:
		return "it had none, and now has " + shown(d.After)
	case d.After == nil:
		return "it had " + shown(d.Before) + ", and now has none"
	}
	return "it was " + shown(d.Before) + ", and is " + shown(d.After)
}

// shown is a value as a message has it: of a component its name.
func shown(n *Node) string {
	if t := n.Get("type"); t != nil {
		n = t
	}
	return string(CanonicalJSON(n))
}

// Differences compares two values at path part by part. A component of another type is
// one difference, and so is an item that was added or taken away.
func Differences(path string, before, after *Node) (all []Difference) {
	switch {
	case before == nil && after == nil || before != nil && after != nil && bytes.Equal(CanonicalJSON(before), CanonicalJSON(after)):
		return nil
	case before == nil || after == nil || before.Kind != after.Kind || before.IsScalar() || isComponent(before) && shown(before) != shown(after):
		d := Difference{Path: path, Before: before, After: after}
		if after != nil {
			d.Pos = after.Pos
		}
		return []Difference{d}
	case before.Kind == List:
		item := func(n *Node, i int) *Node {
			if i < len(n.Items) {
				return n.Items[i]
			}
			return nil
		}
		for i := range max(len(before.Items), len(after.Items)) {
			all = append(all, Differences(fmt.Sprintf("%s[%d]", path, i), item(before, i), item(after, i))...)
		}
		return all
	}
	for _, k := range after.Keys {
		all = append(all, Differences(path+"."+k.Name, before.Get(k.Name), k.Value)...)
	}
	for _, k := range before.Keys {
		if after.Key(k.Name) == nil {
			all = append(all, Differences(path+"."+k.Name, k.Value, nil)...)
		}
	}
	return all
}

func isComponent(n *Node) bool { return n.Get("type") != nil }
