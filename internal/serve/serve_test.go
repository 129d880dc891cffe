package serve

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/source"
	"mlp/internal/ensemble"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/rng"
	"mlp/internal/rowwriter"
	"mlp/internal/train"
)

// table has every kind of column and what is odd about it: gaps, words that training did
// not see, numbers that need float64, quotes.
func table(fresh bool) (names []string, rows [][]string) {
	draw := rng.New(5, "columns")
	names = []string{"n", "wide", "gaps", "word", "rare", "flag", "day", "clock", "took", "price", "order", "code"}
	for i := range 60 {
		u := draw.At(1).Normal(uint64(i))
		gap, word := fmt.Sprintf("%.4g", u*u), []string{"red", "blue \"sky\"", "green, dark"}[i%3]
		if i%7 == 3 {
			gap = []string{"", "NA", "-9"}[i/7%3]
		}
		if fresh && i%9 == 4 {
			word = "violet"
		}
		rows = append(rows, []string{fmt.Sprintf("%.5g", u), fmt.Sprint(4_000_000_000 + int64(i*i)), gap, word, fmt.Sprintf("w%d", i%40/3), []string{"yes", "no", ""}[i%3],
			fmt.Sprintf("2024-%02d-%02d", 1+i%12, 1+i%28), fmt.Sprintf("%02d:%02d", i%24, i%60), fmt.Sprintf("%d:%02d:00", i%30, i%60), fmt.Sprintf("%d.5 €", 5+i*i%17),
			[]string{"low", "mid", "high"}[i%3], fmt.Sprintf("%d", 100+i%4)})
	}
	return names, rows
}

// csv writes rows as a table, with targets at the end if there are some.
func csv(names []string, rows [][]string, targets bool) string {
	if targets {
		names = append(slices.Clone(names), "y", "kind", "one", "two")
	}
	w := rowwriter.New(names, false, false)
	for i, row := range rows {
		for _, cell := range row {
			w.Word(cell)
		}
		if targets {
			n, _ := strconv.ParseFloat(row[0], 64)
			for _, cell := range []string{fmt.Sprintf("%.3f", 3*n+float64(i%3)), []string{"rose", "lily", "iris"}[i%3], fmt.Sprint(i % 2), fmt.Sprint(i / 2 % 2)} {
				w.Word(cell)
			}
		}
		w.End()
	}
	return string(w.Bytes())
}

const section = `"ignore":[%s],"numeric":{"scale":"robust","encode":{"periodic":{"dim":2}}},"columns":[{"name":"rare","encode":"hash"},{"name":"word","encode":"embedding"},
	{"name":"gaps","scale":"quantile","na_values":["","NA","-9"],"missing":"mean","indicator":true},{"name":"order","encode":{"ordinal":{"order":["low","mid","high"]}}},{"name":"code","type":"categorical"}]`

// kinds are models that answer differently.
var kindsOfModel = map[string]string{
	"number":         `{"seed":3,"data":{"target":"y","task":"regression",` + fmt.Sprintf(section, `"kind","one","two"`) + `},"layers":[{"units":4,"activation":"relu"},{"units":1}],"fit":{"epochs":1}}`,
	"labels":         `{"seed":3,"data":{"target":"kind",` + fmt.Sprintf(section, `"y","one","two"`) + `,"split":{"validation":0.3}},"layers":[{"units":4,"activation":"relu"},"batch_normalization",{"units":3,"activation":"softmax"}],"fit":{"epochs":2,"calibrate":"temperature","intervals":true}}`,
	"two labels":     `{"seed":3,"data":{"target":"one",` + fmt.Sprintf(section, `"y","kind","two"`) + `},"layers":[{"units":4,"activation":"relu"},{"units":1,"activation":"sigmoid"}],"fit":{"epochs":1}}`,
	"several":        `{"seed":3,"data":{"target":["one","two"],` + fmt.Sprintf(section, `"y","kind"`) + `},"layers":[{"units":4,"activation":"relu"},{"units":2,"activation":"sigmoid"}],"fit":{"epochs":1}}`,
	"ensemble":       `{"seed":3,"data":{"target":"y","task":"regression",` + fmt.Sprintf(section, `"kind","one","two"`) + `},"layers":[{"units":4,"activation":"relu"},{"units":1}],"ensemble":{"members":3},"fit":{"epochs":2,"intervals":true}}`,
	"one network":    `{"seed":3,"data":{"target":"kind",` + fmt.Sprintf(section, `"y","one","two"`) + `},"layers":[{"units":4,"activation":"relu"},{"units":3,"activation":"softmax"}],"ensemble":{"type":"batch","members":3},"fit":{"epochs":1}}`,
	"several values": `{"seed":3,"data":{"target":["y","n"],"task":"regression",` + fmt.Sprintf(section, `"kind","one","two"`) + `},"layers":[{"units":4,"activation":"relu"},{"units":2}],"fit":{"epochs":1}}`,
}

// served trains a model and makes a server of it.
func served(t testing.TB, name string, workers int, strict bool) (*Server, *model.Model, *predict.Answer) {
	t.Helper()
	names, rows := table(false)
	m, s, p := recipetest.SetUp(t, kindsOfModel[name], csv(names, rows, true), 1)
	o := train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: p}
	var err error
	if m.Config.Ensemble != nil {
		_, err = ensemble.Fit(context.Background(), m, ensemble.Options{Options: o, Tree: s.Tree, Threads: 1})
	} else {
		_, err = train.Fit(context.Background(), m, o)
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := predict.NewAnswer(m, 0.5, "all")
	if err == nil && m.Scores != nil {
		err = a.Promise(m, 0.5)
	}
	if err != nil {
		t.Fatal(err)
	}
	one, err := NewModel("m", m, a, workers, strict)
	if err != nil {
		t.Fatal(err)
	}
	return New([]*Model{one}, "", Options{MaxBody: 1 << 20, MaxRows: 200, Timeout: 10 * time.Second, Log: t.Logf}), m, a
}

// ask sends a request past the network.
func ask(s *Server, method, path string, body []byte, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w
}

// predicted is what predict writes of the same rows.
func predicted(t testing.TB, m *model.Model, a *predict.Answer, file, text string, json bool) string {
	t.Helper()
	p, err := predict.Open(m, source.Bytes(file, []byte(text)), a, predict.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := p.Write(rowwriter.New(p.Names, json, false), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// forms are the same rows as each protocol sends them, and what takes its answer apart into
// JSON lines of predict.
func forms(names []string, rows [][]string) map[string]request {
	value := func(cell string) string {
		if _, err := strconv.ParseFloat(cell, 64); err == nil && cell[0] != '+' {
			return cell
		}
		if cell == "" {
			return "null"
		}
		return strconv.Quote(cell)
	}
	list := func(n int, of func(i int) string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = of(i)
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	object := func(i int) string {
		return braces(list(len(names), func(j int) string { return strconv.Quote(names[j]) + ":" + value(rows[i][j]) }))
	}
	records := list(len(rows), object)
	values := list(len(rows), func(i int) string { return list(len(names), func(j int) string { return value(rows[i][j]) }) })
	columns := braces(list(len(names), func(j int) string {
		return strconv.Quote(names[j]) + ":" + list(len(rows), func(i int) string { return "[" + value(rows[i][j]) + "]" })
	}))
	quoted, _ := json.Marshal(names)
	return map[string]request{
		"dataframe_records": {path: "/invocations", body: `{"dataframe_records":` + records + `}`},
		"dataframe_split":   {path: "/invocations", body: `{"dataframe_split":{"index":[1],"data":` + values + `,"columns":` + string(quoted) + `}}`},
		"instances":         {path: "/v1/models/m:predict", body: `{"signature_name":"x","instances":` + records + `}`},
		"places":            {path: "/v1/models/m/versions/1:predict", body: `{"instances":` + values + `}`},
		"inputs":            {path: "/v1/models/m:predict", body: `{"inputs":` + columns + `}`, columns: true},
		"lines":             {path: "/invocations", body: strings.ReplaceAll(strings.Trim(records, "[]"), "},{", "}\n{"), kind: asLines},
	}
}

// braces makes an object of a list.
func braces(list string) string { return "{" + list[1:len(list)-1] + "}" }

type request struct {
	path, body, kind string
	columns          bool
}

// answersOf takes an answer apart: a list of objects as JSON, keys sorted.
func answersOf(t *testing.T, body []byte, columns bool) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var all struct {
		Predictions []any
		Outputs     any
	}
	if err := d.Decode(&all); err != nil {
		t.Fatalf("%v: %.200s", err, body)
	}
	if columns {
		switch of := all.Outputs.(type) {
		case []any:
			all.Predictions = of
		case map[string]any:
			for name, list := range of {
				for i, v := range list.([]any) {
					if len(all.Predictions) <= i {
						all.Predictions = append(all.Predictions, map[string]any{})
					}
					all.Predictions[i].(map[string]any)[name] = v
				}
			}
		}
	}
	return linesOf(all.Predictions)
}

func linesOf(rows []any) string {
	var b strings.Builder
	for _, row := range rows {
		text, _ := json.Marshal(row)
		b.Write(append(text, '\n'))
	}
	return b.String()
}

// rowsOf takes the JSON lines of predict apart in the same way; of one column the values.
func rowsOf(t *testing.T, lines string, one string) string {
	t.Helper()
	var all []any
	for line := range strings.Lines(lines) {
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var row map[string]any
		if err := d.Decode(&row); err != nil {
			t.Fatal(err)
		}
		if one != "" {
			all = append(all, row[one])
		} else {
			all = append(all, row)
		}
	}
	return linesOf(all)
}

// Every protocol answers every kind of model and column as predict does, to the last digit,
// rows alone and together, and cells that training did not hold too.
func TestAnswersAreThoseOfPredict(t *testing.T) {
	for name := range kindsOfModel {
		t.Run(name, func(t *testing.T) {
			s, m, a := served(t, name, 2, false)
			for _, fresh := range []bool{false, true} {
				names, rows := table(fresh)
				if name == "several values" {
					names, rows = names[1:], slices.Clone(rows)
					for i := range rows {
						rows[i] = rows[i][1:]
					}
				}
				for _, part := range [][][]string{rows, rows[:1], rows[31:34]} {
					of := forms(names, part)
					want := predicted(t, m, a, "rows.jsonl", of["lines"].body, true)
					one := ""
					if len(a.Columns()) == 1 {
						one = a.Columns()[0]
					}
					for form, q := range of {
						w := ask(s, "POST", q.path, []byte(q.body), "Content-Type", cmpOr(q.kind, asJSON))
						if w.Code != http.StatusOK {
							t.Fatalf("%s: %d %s", form, w.Code, w.Body)
						}
						if got, want := answersOf(t, w.Body.Bytes(), q.columns), rowsOf(t, want, one); got != want {
							t.Fatalf("%s: %.300s\npredict: %.300s", form, got, want)
						}
					}
					w := ask(s, "POST", "/invocations", []byte(of["lines"].body), "Content-Type", asLines, "Accept", asLines)
					if w.Body.String() != want {
						t.Errorf("JSON lines: %.200s, predict: %.200s", w.Body, want)
					}
					text := csv(names, part, false)
					_, bare, _ := strings.Cut(text, "\n")
					for _, body := range []string{text, bare, "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n")} {
						w := ask(s, "POST", "/invocations", []byte(body), "Content-Type", "text/csv; charset=utf-8", "Accept", "text/csv")
						if want := predicted(t, m, a, "rows.csv", text, false); w.Body.String() != want {
							t.Errorf("CSV: %.200s, predict: %.200s", w.Body, want)
						}
					}
					checkTensors(t, s, names, part, want)
				}
			}
		})
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// checkTensors sends rows as tensors, in JSON and as bytes, and takes the answer so.
func checkTensors(t *testing.T, s *Server, names []string, rows [][]string, want string) {
	t.Helper()
	m := s.now.Load().models[0]
	for _, binaryIn := range []bool{false, true} {
		for _, binaryOut := range []bool{false, true} {
			var inputs []any
			var behind []byte
			for j, name := range names {
				in := map[string]any{"name": name, "shape": []int{len(rows), 1}, "datatype": "BYTES"}
				numbers := m.columns[slices.IndexFunc(m.columns, func(c pipeline.InputColumn) bool { return c.Name == name })].Numbers
				for _, row := range rows {
					_, err := strconv.ParseFloat(row[j], 64)
					numbers = numbers && err == nil
				}
				var data []any
				from := len(behind)
				for _, row := range rows {
					if v, _ := strconv.ParseFloat(row[j], 64); numbers {
						in["datatype"] = "FP64"
						data = append(data, v)
						behind = binary.LittleEndian.AppendUint64(behind, math.Float64bits(v))
						continue
					}
					data = append(data, row[j])
					behind = append(binary.LittleEndian.AppendUint32(behind, uint32(len(row[j]))), row[j]...)
				}
				if binaryIn {
					in["parameters"] = map[string]any{"binary_data_size": len(behind) - from}
				} else {
					in["data"] = data
				}
				inputs = append(inputs, in)
			}
			head, _ := json.Marshal(map[string]any{"id": "a\n1", "inputs": inputs, "parameters": map[string]any{"binary_data_output": binaryOut}})
			headers := []string{}
			body := head
			if binaryIn {
				body, headers = append(slices.Clone(head), behind...), []string{headerLength, fmt.Sprint(len(head))}
			}
			w := ask(s, "POST", "/v2/models/m/infer", body, headers...)
			if w.Code != http.StatusOK {
				t.Fatalf("tensors: %d %s", w.Code, w.Body)
			}
			if got, want := tensorsOf(t, w), rowsOf(t, want, ""); got != want {
				t.Fatalf("tensors, %v %v: %.300s\npredict: %.300s", binaryIn, binaryOut, got, want)
			}
		}
	}
}

// tensorsOf takes tensors apart into rows, numbers as they are in float32.
func tensorsOf(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	body := w.Body.Bytes()
	var behind []byte
	if said := w.Header().Get(headerLength); said != "" {
		n, _ := strconv.Atoi(said)
		body, behind = body[:n], body[n:]
	}
	var answer struct {
		ID      string
		Outputs []struct {
			Name, Datatype string
			Shape          []int
			Data           []any
			Parameters     struct {
				Size *int `json:"binary_data_size"`
			}
		}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil || answer.ID != "a\n1" {
		t.Fatalf("%v: %q in %.300s", err, answer.ID, body)
	}
	var rows []any
	for _, o := range answer.Outputs {
		if o.Parameters.Size != nil {
			own := behind[:*o.Parameters.Size]
			behind = behind[len(own):]
			for len(own) > 0 {
				n := 4
				if o.Datatype == "BYTES" {
					n += int(binary.LittleEndian.Uint32(own))
					o.Data = append(o.Data, string(own[4:n]))
				} else {
					o.Data = append(o.Data, json.Number(rowwriter.AppendNumber(nil, math.Float32frombits(binary.LittleEndian.Uint32(own)))))
				}
				own = own[n:]
			}
		}
		if len(o.Data) != o.Shape[0] {
			t.Fatalf("%s: %d elements of shape %v", o.Name, len(o.Data), o.Shape)
		}
		for i, v := range o.Data {
			if len(rows) <= i {
				rows = append(rows, map[string]any{})
			}
			if text, ok := v.(string); ok && (strings.HasSuffix(o.Name, "set")) {
				list := []any{}
				for one := range strings.SplitSeq(text, "|") {
					if text != "" {
						list = append(list, one)
					}
				}
				v = list
			}
			rows[i].(map[string]any)[o.Name] = v
		}
	}
	if len(behind) > 0 {
		t.Errorf("%d bytes too many", len(behind))
	}
	return linesOf(rows)
}

// Many clients at once, with models put in the place of others meanwhile, get whole answers
// of the one model or of the other.
func TestManyAtOnce(t *testing.T) {
	s, m, a := served(t, "ensemble", 2, false)
	_, other, b := served(t, "number", 2, false)
	names, rows := table(true)
	body := []byte(forms(names, rows)["lines"].body)
	first, second := predicted(t, m, a, "rows.jsonl", string(body), true), predicted(t, other, b, "rows.jsonl", string(body), true)
	if first == second {
		t.Fatal("the models answer alike")
	}
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			for range 15 {
				w := ask(s, "POST", "/invocations", body, "Content-Type", asLines, "Accept", asLines)
				if got := w.Body.String(); w.Code != 200 || got != first && got != second {
					t.Errorf("%d: an answer of neither model: %.200s", w.Code, got)
				}
				ask(s, "GET", "/metrics", nil)
			}
		})
	}
	for i := range 20 {
		of, answer := m, a
		if i%2 == 0 {
			of, answer = other, b
		}
		one, err := NewModel("m", of, answer, 2, false)
		if err != nil {
			t.Fatal(err)
		}
		s.Swap([]*Model{one}, "")
	}
	wait.Wait()
	text := ask(s, "GET", "/metrics", nil).Body.String()
	if !strings.Contains(text, `mlp_requests_total{model="m",protocol="invocations",code="200"} 90`) {
		t.Error(text)
	}
}

// drain ends a server that listens, as Serve and Drain do for the program.
func TestDrain(t *testing.T) {
	s, _, _ := served(t, "number", 1, false)
	l := httptest.NewUnstartedServer(nil).Listener
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	names, rows := table(false)
	q := forms(names, rows)["instances"]
	pr, pw := io.Pipe()
	answered := make(chan int, 1)
	go func() {
		r, err := http.Post("http://"+l.Addr().String()+q.path, asJSON, pr)
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		r.Body.Close()
		answered <- r.StatusCode
	}()
	_, _ = io.WriteString(pw, q.body[:20]) // the request has come, but for its end
	for s.bodies.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	drained := make(chan error, 1)
	go func() { drained <- s.Drain(context.Background()) }()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	_, _ = io.WriteString(pw, q.body[20:])
	pw.Close()
	if code := <-answered; code != 200 {
		t.Errorf("a request that had come was answered by %d", code)
	}
	if err := <-drained; err != nil {
		t.Error(err)
	}
}
