package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/viper"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// prefix begins the name of every environment variable that mlp reads.
const prefix = "MLP_"

// A Flag is one command-line flag that stands for a path of the spec.
type Flag struct {
	Name  string // "--epochs"
	Path  string // "fit.epochs"
	Value string // as typed
}

// Overrides is what is laid over a spec file.
type Overrides struct {
	Env   []string // os.Environ(); an empty variable counts as not set
	Flags []Flag   // flags the user gave
	Sets  []string // --set path=value, in the order given
}

// Apply lays environment variables, then flags, then --set over a copy of base.
// The strings it returns are warnings. A value that begins with [, {, " or ' is
// read as YAML on one line; anything else is one word, as it would be in YAML
// without quotes: 7 a number, true a truth value, >= 0.74 text.
func (l Loader) Apply(base *spec.Node, o Overrides) (*spec.Node, []string, error) {
	out := base.Clone()
	switch {
	case base == nil:
		out = spec.NewMap()
	case base.Kind == spec.Null:
		out = &spec.Node{Kind: spec.Map, Pos: base.Pos, Origin: base.Origin}
	case base.Kind != spec.Map:
		return out, nil, nil // not a spec, as its reader will say
	}
	env, warnings := l.environment(o.Env)
	flags := make([]source, len(o.Flags))
	for i, f := range o.Flags {
		origin := "flag " + f.Name
		flags[i] = source{origin: origin, where: origin, path: f.Path, text: f.Value}
	}
	sets, problems := assignments(o.Sets)
	problems = append(problems, contradictions(flags, sets)...)
	for _, s := range append(effective(env, flags), sets...) {
		v, p := s.value()
		if p == nil {
			if err := out.Set(s.path, v); err != nil {
				p = problem.Usage(s.where, "", "%v", err)
			}
		}
		if p != nil {
			problems = append(problems, p)
		}
	}
	return out, warnings, problems.Err()
}

// A source is one value from outside the spec file. To viper it is a flag whose
// value is the place it comes from: viper decides who wins, but would convert
// the values themselves.
type source struct {
	origin string // "env MLP_SEED", "flag --epochs", "flag --set"
	where  string // origin, and for --set the whole argument
	path   string
	text   string
}

func (s source) HasChanged() bool    { return true }
func (s source) Name() string        { return s.where }
func (s source) ValueString() string { return s.where }
func (s source) ValueType() string   { return "string" }

// contradictions are flags that would go unheard without a word, because a --set
// replaces the whole in which their value stands. Of two values for one path the last
// holds, as everywhere.
func contradictions(flags, sets []source) (problems problem.Problems) {
	for _, f := range flags {
		for _, s := range sets {
			if strings.HasPrefix(f.path, s.path+".") {
				problems = append(problems, problem.Usage(f.where, "leave one of them out, or write both into one", "%s sets all of %s, and this would go unheard", s.where, s.path))
			}
		}
	}
	return problems
}

// environment returns what variables set, and a warning for every name that
// looks like a mistake.
func (l Loader) environment(environ []string) ([]source, []string) {
	paths := map[string]string{}
	names := slices.Clone(l.OtherEnv)
	for _, p := range l.Paths {
		name := Variable(p)
		paths[name] = p
		names = append(names, name)
	}
	var found []source
	var warnings []string
	for _, entry := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) || slices.Contains(l.OtherEnv, name) {
			continue
		}
		if path, known := paths[name]; !known {
			warnings = append(warnings, unknownVariable(name, names))
		} else if value != "" {
			origin := "env " + name
			found = append(found, source{origin: origin, where: origin, path: path, text: value})
		}
	}
	return found, warnings
}

// Variable returns the name of the environment variable that sets a path:
// MLP_FIT_EPOCHS for fit.epochs.
func Variable(path string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

func unknownVariable(name string, names []string) string {
	warning := fmt.Sprintf("env %s: sets nothing", name)
	if best := problem.Nearest(name, names); best != "" {
		warning += fmt.Sprintf("; did you mean %s?", best)
	}
	return warning
}

// effective returns the sources that count: where a variable and a flag stand
// for the same path, viper says which, and the other is not even read. Shorter
// paths come first, for --optimizer sgd --learning-rate 0.1 is to mean the same
// in any order.
func effective(env, flags []source) []source {
	v := viper.NewWithOptions(viper.KeyDelimiter("\x1f")) // so that paths are plain keys
	for _, s := range env {
		v.SetDefault(s.path, s.where)
	}
	for _, s := range flags {
		if err := v.BindFlagValue(s.path, s); err != nil {
			panic("config: " + err.Error()) // only a nil flag is refused
		}
	}
	var all []source
	for _, group := range [][]source{env, flags} {
		group = slices.DeleteFunc(slices.Clone(group), func(s source) bool { return v.GetString(s.path) != s.where })
		slices.SortStableFunc(group, func(a, b source) int {
			return len(spec.SplitPath(a.path)) - len(spec.SplitPath(b.path))
		})
		all = append(all, group...)
	}
	return all
}

// assignments cuts the arguments of --set at their first equals sign.
func assignments(sets []string) ([]source, problem.Problems) {
	var all []source
	var problems problem.Problems
	for _, arg := range sets {
		path, text, ok := strings.Cut(arg, "=")
		path = strings.TrimSpace(path)
		where := "flag --set " + abridged(arg)
		if !ok || path == "" {
			problems = append(problems, problem.Usage(where, "write --set path=value, for example --set fit.epochs=20", "%q does not set anything", abridged(arg)))
			continue
		}
		all = append(all, source{origin: "flag --set", where: where, path: path, text: strings.TrimSpace(text)})
	}
	return all, problems
}

// abridged shortens an argument to what a complaint can carry.
func abridged(arg string) string {
	const longest = 60
	if runes := []rune(clean(arg)); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return clean(arg)
}

// value reads the text of a source.
func (s source) value() (*spec.Node, *problem.Problem) {
	at := problem.Pos{File: s.where}
	if !utf8.ValidString(s.text) {
		return nil, &problem.Problem{Pos: at, Path: s.path, Msg: "the value is not UTF-8"}
	}
	n := resolve(s.text)
	if s.text != "" && strings.ContainsRune(`[{'"`, rune(s.text[0])) {
		var problems problem.Problems
		n, problems = parse([]byte(s.text), func(int, int) problem.Pos { return at })
		if len(problems) > 0 {
			problems[0].Path = s.path
			return nil, problems[0]
		}
	}
	n.Walk("", func(_ string, n *spec.Node) { n.Pos, n.Origin = at, s.origin })
	return n, nil
}
