package recipe

import (
	"slices"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A place is a setting that Keras has elsewhere, with what it implies there.
type place struct {
	from, to     string // section.key, and the path of the setting
	implied, how string // a path that, unless it is set, is set to a word
}

// places are where settings of Keras stand in a spec.
var places = []place{
	{"fit.validation_split", "data.split.validation", "data.split.by", "last"}, // the last rows, in the order of the file
}

// placed returns a tree in which settings stand in their places. A setting that the spec
// itself has in both is a problem; one that was laid over the spec holds.
func placed(tree *spec.Node) (*spec.Node, problem.Problems) {
	var problems problem.Problems
	for _, p := range places {
		path := spec.SplitPath(p.from)
		section, name := path[0], path[1]
		k := tree.Get(section).Key(name)
		if k == nil {
			continue
		}
		v := k.Value
		tree = tree.Clone()
		in := tree.Get(section)
		in.Keys = slices.DeleteFunc(in.Keys, func(k spec.Key) bool { return k.Name == name })
		if v.Kind == spec.Null {
			continue
		}
		there := tree.At(p.to)
		option := there != nil && there.Pos.Line == 0
		switch {
		case there == nil, there.Kind == spec.Null, v.Pos.Line == 0 && !option:
			if err := tree.Set(p.to, v); err != nil {
				continue // the section is no map, as its reader will say
			}
		case v.Pos.Line == 0 || !option:
			problems = append(problems, &problem.Problem{Pos: v.Pos, Path: p.from, Hint: "keep one of them", Also: []problem.Pos{there.Pos},
				Msg: p.to + " is the same setting, and is given too"})
			continue
		}
		if tree.At(p.implied) == nil {
			word := spec.NewString(p.how)
			word.Pos, word.Origin = v.Pos, v.Origin
			if err := tree.Set(p.implied, word); err != nil {
				panic("recipe: " + err.Error()) // its neighbour was set just now
			}
		}
	}
	return tree, problems
}
