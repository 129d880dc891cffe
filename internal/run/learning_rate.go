package run

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/config"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

const ratePath = "compile.optimizer.learning_rate"

// startRate sees to it that a learning rate given by its option is heard where a
// schedule of the spec decides: it becomes the rate from which the schedule starts.
// One that has no such rate, or two, contradicts the option.
func (r *Request) startRate(tree *spec.Node) (config.Overrides, error) {
	o := r.Overrides
	at := slices.IndexFunc(o.Flags, func(f config.Flag) bool { return f.Path == ratePath })
	if at < 0 {
		return o, nil
	}
	path, schedule := ratePath, tree.Get("compile").Get("optimizer").Get("learning_rate")
	if slices.ContainsFunc(o.Flags, func(f config.Flag) bool { return f.Path == "compile.optimizer" }) {
		schedule = nil // the option names another optimizer, and its rate
	}
	if slices.ContainsFunc(o.Env, func(e string) bool { return strings.HasPrefix(e, config.Variable(ratePath)+"=") }) {
		schedule = nil // the variable has taken its place, and the option takes that of the variable
	}
	if callbacks := tree.Get("fit").Get("callbacks"); callbacks != nil && callbacks.Kind == spec.List {
		for i, c := range callbacks.Items {
			if s, where := scheduler(c); s != nil {
				path, schedule = fmt.Sprintf("fit.callbacks[%d]%s", i, where), s
			}
		}
	}
	if schedule == nil || schedule.Kind != spec.Map {
		return o, nil
	}
	name, fields := schedule.Get("type"), schedule
	if name == nil && len(schedule.Keys) == 1 {
		k := schedule.Keys[0]
		name, fields, path = spec.NewString(k.Name), k.Value, path+"."+k.Name
	}
	if name == nil {
		return o, nil // no schedule, as the reader of the spec will say
	}
	key := startOf(fields)
	if key == "" {
		p := problem.InOption("learning-rate", "change the schedule itself, under "+path, "%s, which the learning rate follows, starts from no one rate", name.Text)
		p.Pos, p.Path = schedule.Pos, path
		return o, p
	}
	o.Flags = slices.Clone(o.Flags)
	o.Flags[at].Path = path + "." + key
	r.Note("the learning rate follows %s: %s is its %s", name.Text, o.Flags[at].Value, key)
	return o, nil
}

// scheduler returns the schedule of a callback that sets the learning rate, and where
// it stands in it; nil for another callback.
func scheduler(callback *spec.Node) (schedule *spec.Node, where string) {
	const name = "learningratescheduler"
	folded := func(n string) bool { return problem.Fold(n) == name }
	switch t := callback.Get("type"); {
	case t != nil && folded(t.Text):
		return callback.Get("schedule"), ".schedule"
	case t == nil && callback.Kind == spec.Map && len(callback.Keys) == 1 && folded(callback.Keys[0].Name):
		k := callback.Keys[0]
		if s := k.Value.Get("schedule"); s != nil {
			return s, "." + k.Name + ".schedule"
		}
		return k.Value, "." + k.Name // its first field
	}
	return nil, ""
}

// startOf returns the field of a schedule that is the rate it starts from, or its
// highest; "" if there is none, or another beside it.
func startOf(fields *spec.Node) string {
	if target := fields.Get("warmup_target"); target != nil && target.Kind != spec.Null {
		return ""
	}
	for _, key := range strings.Fields("initial_learning_rate initial max_learning_rate max_lr") {
		if n := fields.Get(key); n != nil && n.IsScalar() {
			return key
		}
	}
	return ""
}
