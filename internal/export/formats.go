package export

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/form"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A Format is a kind of file that a program can be written to.
type Format struct {
	Name       string
	Extensions []string // with the point

	write   func(p *form.Program, o Options) ([]byte, error)
	network func(m *model.Model, inputs string) (text []byte, notes []string, err error)
}

// Network reports whether the format holds a network of layers, as another program would
// train it, and no program.
func (f Format) Network() bool { return f.network != nil }

// WriteNetwork writes the network of a model, and what stands before and behind it as far
// as layers can say it. Notes tell what of its training does not go along.
func (f Format) WriteNetwork(m *model.Model, inputs string) (text []byte, notes []string, err error) {
	return f.network(m, inputs)
}

// Options are those of a file.
type Options struct {
	Name  string // of what the program is called in the file: predict
	About string // of the model, for people
}

// Exporters are the formats, by name.
var Exporters = spec.NewRegistry[Format]("exporter", "exporters")

func register(name, doc string, write func(p *form.Program, o Options) ([]byte, error), extensions ...string) spec.Registered {
	return Exporters.Add(name, doc, func(*spec.Fields) Format { return Format{Name: name, Extensions: extensions, write: write} })
}

func registerNetwork(name, doc string, network func(m *model.Model, inputs string) ([]byte, []string, error), extensions ...string) spec.Registered {
	return Exporters.Add(name, doc, func(*spec.Fields) Format { return Format{Name: name, Extensions: extensions, network: network} })
}

// FormatOf finds a format by its name, or, where that is empty, by the extension of a file.
func FormatOf(name, file string) (Format, error) {
	ends := func(extension string) bool { return strings.HasSuffix(strings.ToLower(file), extension) }
	for _, known := range Exporters.Names() {
		f, err := Exporters.Build(spec.NewString(known))
		if err != nil {
			panic("export: " + err.Error()) // a format has no settings
		}
		if name != "" && f.Name == strings.ToLower(name) || name == "" && slices.ContainsFunc(f.Extensions, ends) {
			return f, nil
		}
	}
	names := Exporters.Names()
	if name != "" {
		return Format{}, problem.InOption("format", problem.DidYouMean(name, names), "there is no format %q", name)
	}
	return Format{}, problem.InOption("format", "name one of "+strings.Join(names, ", "), "the name %q does not say in which format", file)
}

// Write writes a program in the format.
func (f Format) Write(p *form.Program, o Options) ([]byte, error) {
	if o.Name == "" {
		o.Name = "predict"
	}
	if identifiers([]string{o.Name})[0] != o.Name {
		return nil, problem.InOption("name", "use letters, digits and _", "%q cannot name a function", o.Name)
	}
	return f.write(p, o)
}

func columnNames(p *form.Program) (all []string) {
	for _, c := range p.Columns {
		all = append(all, c.Name)
	}
	return all
}

func answerNames(p *form.Program) (all []string) {
	for _, a := range p.Answers {
		all = append(all, a.Name)
	}
	return all
}

// comment says at the top of a file what is in it; open, line and close are how the
// language writes it.
func comment(p *form.Program, o Options, names, answers []string, open, line, end string) string {
	texts := []string{o.About, "", "A row:"}
	for i, c := range p.Columns {
		what := map[form.Type]string{form.Text: "text, empty where missing", form.F32: "number, NaN where missing", form.F64: "number, NaN where missing"}[c.Type]
		if c.Len > 1 {
			what = fmt.Sprintf("%d numbers: %s", c.Len, c.About)
		}
		texts = append(texts, fmt.Sprintf("  %s: column %q, %s", names[i], c.Name, what))
	}
	texts = append(texts, "", "The answer:")
	for i, a := range p.Answers {
		what := "of " + strings.Join(a.Names, ", ")
		if a.Labels != nil {
			what = "the place of one of " + strings.Join(a.Labels, ", ")
		}
		texts = append(texts, fmt.Sprintf("  %s: %s", answers[i], what))
	}
	var b strings.Builder
	for i, t := range texts {
		t = strings.Map(func(r rune) rune {
			if r < ' ' || r == '\u2028' || r == '\u2029' {
				return ' '
			}
			return r
		}, strings.NewReplacer("*/", "* /", `\`, "/", "??", "? ?").Replace(t))
		prefix := line
		if i == 0 {
			prefix = open
		}
		b.WriteString(strings.TrimRight(prefix+t, " ") + "\n")
	}
	b.WriteString(end)
	return strings.TrimRight(b.String(), "\n") + "\n"
}
