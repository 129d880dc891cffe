package serve

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"mlp/internal/data/pipeline"
)

// listed is how many categories a form lists.
const listed = 200

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
label{display:grid;grid-template-columns:14rem 1fr;gap:1rem;margin:.4rem 0}label span{overflow-wrap:anywhere}
input,select{font:inherit;padding:.2rem .4rem;min-width:0}button{font:inherit;padding:.3rem 1.2rem;margin-top:.6rem}
table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.3rem .7rem;text-align:left;overflow-wrap:anywhere}
small{color:#555}.bad{color:#a00000;white-space:pre-line}
@media(max-width:36rem){label{grid-template-columns:1fr;gap:0}}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}.bad{color:#ff8a80}small{color:#aaa}}`

// page shows a form with a field for each column, and the answer to what was filled in. It
// has no script and fetches nothing.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	g := s.now.Load()
	var filled url.Values
	status := http.StatusOK
	if r.Method == http.MethodPost {
		c := &call{g: g, r: r}
		err := s.read(c)
		s.bodies.Add(-c.held)
		if err == nil {
			filled, err = url.ParseQuery(string(c.body))
		}
		if err != nil {
			failed(err).write(w, openError)
			return
		}
	}
	name := r.URL.Query().Get("model")
	m := g.models[0]
	if name != "" {
		var err error
		if m, err = g.named(name); err != nil {
			failed(err).write(w, openError)
			return
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%[1]s</title><style>%[2]s</style></head><body>\n<h1>%[1]s</h1>\n",
		html.EscapeString(m.name), style)
	if len(g.models) > 1 {
		b.WriteString("<p>")
		for _, other := range g.models {
			fmt.Fprintf(&b, "<a href=\"/?model=%s\">%s</a> ", url.QueryEscape(other.name), html.EscapeString(other.name))
		}
		b.WriteString("</p>\n")
	}
	if filled != nil {
		if err := s.answered(&b, m, r, filled); err != nil {
			f := failed(err)
			status = f.status
			fmt.Fprintf(&b, "<p class=\"bad\" role=\"alert\">%s</p>\n", html.EscapeString(f.text))
		}
	}
	fmt.Fprintf(&b, "<form method=\"post\" action=\"/?model=%s\">\n", url.QueryEscape(m.name))
	for i, c := range m.columns {
		field(&b, i, c, filled.Get(c.Name))
	}
	b.WriteString("<button>Answer</button></form>\n<p><small>For programs: <a href=\"/openapi.json\">openapi.json</a>, <a href=\"/metrics\">metrics</a>.</small></p>\n</body></html>\n")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	respond(w, status, "text/html; charset=utf-8", []byte(b.String()))
}

// answered writes the answer to a row that was filled in.
func (s *Server) answered(b *strings.Builder, m *Model, r *http.Request, filled url.Values) error {
	_, err := m.answer(r.Context(), s.Timeout, func(w *worker) (*pipeline.Intake, error) {
		for j, c := range m.columns {
			w.typed.Set(j, []byte(strings.TrimSpace(filled.Get(c.Name))))
		}
		w.typed.EndRow()
		return w.typed, nil
	}, func(a *answers) error {
		b.WriteString("<table>\n")
		for j, name := range a.names {
			c := a.at(0, j)
			text := c.text()
			if c.kind == aNumber {
				text = strconv.FormatFloat(float64(c.number), 'g', 6, 32)
			}
			fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", html.EscapeString(name), html.EscapeString(text))
		}
		b.WriteString("</table>\n")
		return nil
	})
	return err
}

// field writes the field of a column, with what was filled in.
func field(b *strings.Builder, i int, c pipeline.InputColumn, value string) {
	name := html.EscapeString(c.Name)
	fmt.Fprintf(b, "<label><span>%s</span>", name)
	switch n := len(c.Categories); {
	case n > 0 && n <= listed:
		fmt.Fprintf(b, "<input name=\"%s\" list=\"c%d\" value=\"%s\" autocomplete=\"off\"><datalist id=\"c%d\">", name, i, html.EscapeString(value), i)
		for _, word := range c.Categories {
			fmt.Fprintf(b, "<option value=\"%s\">", html.EscapeString(word))
		}
		b.WriteString("</datalist>")
	case c.Numbers && c.Known && c.Seen.Min <= c.Seen.Max:
		fmt.Fprintf(b, "<input name=\"%s\" inputmode=\"decimal\" placeholder=\"%s to %s\" value=\"%s\">", name, short(c, c.Seen.Min), short(c, c.Seen.Max), html.EscapeString(value))
	default:
		fmt.Fprintf(b, "<input name=\"%s\" value=\"%s\">", name, html.EscapeString(value))
	}
	b.WriteString("</label>\n")
}

// short writes a number of a column as it is told apart from others.
func short(c pipeline.InputColumn, v float64) string {
	bits := 32
	if c.Wide {
		bits = 64
	}
	return strconv.FormatFloat(v, 'g', -1, bits)
}
