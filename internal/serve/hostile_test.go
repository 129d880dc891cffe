package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// row is one row of the models of the tests.
const row = `{"n":1,"wide":4000000000,"gaps":null,"word":"red","rare":"w1","flag":"yes","day":"2024-01-01","clock":"01:00","took":"1:00:00","price":"5.5 €","order":"low","code":"100"`

// mistakes are requests that are not answered, and what is said of them.
var mistakes = []struct {
	name, path, body string
	headers          []string
	status           int
	says             string // in the protocol's own shape
}{
	{"no JSON", "/invocations", `{"instances":[`, nil, 400, `{"error_code":"BAD_REQUEST","message":"row 1 is one value; the model has 12 columns"}`},
	{"no object", "/v1/models/m:predict", `[1]`, nil, 400, `{"error":"at byte 1 of the JSON an object is expected"}`},
	{"text behind", "/v1/models/m:predict", `{"instances":[]} x`, nil, 400, `at byte 18 of the JSON the end is expected`},
	{"no rows", "/v1/models/m:predict", `{}`, nil, 400, `there are no rows; give them as`},
	{"twice", "/v1/models/m:predict", `{"instances":[],"inputs":[]}`, nil, 400, `instances and inputs are both given`},
	{"unknown key", "/invocations", `{"rows":[]}`, nil, 400, `\"rows\" is not expected here`},
	{"parameters", "/invocations", `{"instances":[],"params":{"a":1}}`, nil, 400, `params: the model has none`},
	{"none", "/v1/models/m:predict", `{"instances":[` + row + `}` + `]}`, nil, 200, ``},
	{"an empty list", "/v1/models/m:predict", `{"instances":[` + strings.Replace(row, `"n":1`, `"n":[]`, 1) + `}]}`, nil, 400, `not an empty list`},
	{"broken off", "/v1/models/m:predict", `{"instances":[` + row, nil, 400, `row 1: the JSON breaks off: a comma or } is expected`},
	{"a word for a number", "/v1/models/m:predict", `{"instances":[` + row + `},` + strings.Replace(row, `"n":1`, `"n":"tall"`, 1) + `}]}`, nil, 400,
		`{"error":"row 2, column \"n\": \"tall\" is not a number","row":2,"column":"n"}`},
	{"a date that is none", "/v1/models/m:predict", `{"instances":[` + strings.Replace(row, "2024-01-01", "2024-13-01", 1) + `}]}`, nil, 400, `row 1, column \"day\": `},
	{"a value within", "/v1/models/m:predict", `{"instances":[` + strings.Replace(row, `"n":1`, `"n":[1,2]`, 1) + `}]}`, nil, 400, `{"error":"row 1: column \"n\": a cell is one value, not a list","row":1,"column":"n"}`},
	{"an object within", "/v1/models/m:predict", `{"instances":[` + strings.Replace(row, `"n":1`, `"n":{}`, 1) + `}]}`, nil, 400, `column \"n\": a cell is one value, not an object`},
	{"a column twice", "/v1/models/m:predict", `{"instances":[` + row + `,"n":2}]}`, nil, 400, `row 1, column \"n\": the column stands twice in the row`},
	{"a row too short", "/v1/models/m:predict", `{"instances":[[1,2]]}`, nil, 400, `row 1: it has 2 values; 12 are expected`},
	{"a bare value", "/v1/models/m:predict", `{"instances":[7]}`, nil, 400, `row 1 is one value; the model has 12 columns`},
	{"columns of two lengths", "/v1/models/m:predict", `{"inputs":{"n":[1],"wide":[1,2]}}`, nil, 400, `\"n\" has 1 rows, and \"wide\" 2`},
	{"columns that lack", "/v1/models/m:predict", `{"instances":[{"n":1}]}`, nil, 400, `{"error":"column \"wide\": 11 columns are missing: \"wide\", `},
	{"too many rows", "/v1/models/m:predict", `{"instances":[` + strings.Repeat(row+"},", 200) + row + `}]}`, nil, 413, `more than 200 rows in one request`},
	{"too many cells", "/v1/models/m:predict", `{"inputs":{"n":[` + strings.Repeat("1,", 200) + `1]}}`, nil, 413, `more than 200 rows`},
	{"too long", "/invocations", strings.Repeat(" ", 1<<20+1), nil, 413, `{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"the body has more than 1048576 bytes"}`},
	{"deep", "/invocations", `{"instances":` + strings.Repeat("[", 40), nil, 400, `column \"n\": at byte 45 the JSON is nested more than 32 deep`},
	{"deeper", "/invocations", `{"signature_name":` + strings.Repeat("[", 40), nil, 400, `nested more than 32 deep`},
	{"not UTF-8", "/invocations", "{\"instances\":[\"\xff\"]}", nil, 400, `the body is not UTF-8`},
	{"not text", "/invocations", `x`, []string{"Content-Type", "application/parquet"}, 415, `rows come as application/json, text/csv or application/jsonlines`},
	{"compressed", "/invocations", `x`, []string{"Content-Encoding", "gzip"}, 415, `must not be compressed`},
	{"CSV with a quote", "/invocations", "n,\"wide\n", []string{"Content-Type", "text/csv"}, 400, `line 1: this quote is never closed`},
	{"CSV too short", "/invocations", "n,wide\n1\n", []string{"Content-Type", "text/csv"}, 400, `line 2 has 1 cells; 2 are expected`},
	{"another model", "/v1/models/other:predict", `{}`, nil, 404, `{"error":"there is no model \"other\""}`},
	{"another verb", "/v1/models/m:classify", `{}`, nil, 404, `there is no \"classify\"`},
	{"another version", "/v2/models/m/versions/2/infer", `{}`, nil, 404, `there is no version \"2\"`},
	{"no type", "/v2/models/m/infer", `{"inputs":[{"name":"n","shape":[1],"datatype":"FLOAT","data":[1]}]}`, nil, 400, `column \"n\": \"FLOAT\" is no datatype`},
	{"a shape", "/v2/models/m/infer", `{"inputs":[{"name":"n","shape":[1,2],"datatype":"FP32","data":[1,2]}]}`, nil, 400, `one element a row`},
	{"elements that lack", "/v2/models/m/infer", `{"inputs":[{"name":"n","shape":[2],"datatype":"FP32","data":[1]}]}`, nil, 400, `it has 1 elements; its shape says 2`},
	{"elements too many", "/v2/models/m/infer", `{"inputs":[{"name":"n","shape":[1],"datatype":"FP32","data":[1,2]}]}`, nil, 400, `more elements than its shape says`},
	{"a huge shape", "/v2/models/m/infer", `{"inputs":[{"name":"n","shape":[2147483647],"datatype":"FP32","data":[1]}]}`, nil, 413, `more than 200 rows`},
	{"bytes that lack", "/v2/models/m/infer", `{"inputs":[{"name":"n","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}`, nil, 400, `4 bytes are said to follow, and 0 do`},
	{"a length beyond", "/v2/models/m/infer", `{}`, []string{headerLength, "3"}, 400, `not a length within the body of 2 bytes`},
	{"an output", "/v2/models/m/infer", `{"inputs":[],"outputs":[{"name":"z"}]}`, nil, 400, `there is no output \"z\"`},
	{"nothing there", "/v3", ``, nil, 404, `there is nothing at /v3`},
}

// What cannot be answered is refused in the shape of the protocol, with row and column,
// and the server goes on.
func TestMistakes(t *testing.T) {
	s, _, _ := served(t, "number", 1, false)
	for _, c := range mistakes {
		w := ask(s, "POST", c.path, []byte(c.body), c.headers...)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: no JSON: %s", c.name, w.Body)
		}
	}
	if n := s.bodies.Load(); n != 0 {
		t.Errorf("%d bytes of bodies are held", n)
	}
	strict, _, _ := served(t, "number", 1, true)
	body := `{"instances":[` + strings.Replace(row, `"n":1`, `"n":99`, 1) + `}]}`
	if w := ask(strict, "POST", "/v1/models/m:predict", []byte(body)); w.Code != 400 || !strings.Contains(w.Body.String(), `column \"n\": 99 is outside the range of the training rows; they have`) {
		t.Errorf("strict: %d %s", w.Code, w.Body)
	}
	if w := ask(s, "PUT", "/invocations", nil); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("PUT: %d %v %s", w.Code, w.Header(), w.Body)
	}
}

// Cells unlike those of training are counted by column; counts go on when a model is put in
// the place of another.
func TestDriftIsCounted(t *testing.T) {
	s, m, a := served(t, "number", 1, false)
	ask(s, "POST", "/v1/models/m:predict", []byte(`{"instances":[`+strings.Replace(strings.Replace(row, `"n":1`, `"n":99`, 1), `"red"`, `"pink"`, 1)+`}]}`))
	for range 2 {
		text := ask(s, "GET", "/metrics", nil).Body.String()
		for _, line := range []string{`mlp_unlike_training_total{model="m",column="n",way="above"} 1`, `mlp_unlike_training_total{model="m",column="word",way="unknown"} 1`,
			`mlp_missing_total{model="m",column="gaps"} 1`, `mlp_rows_total{model="m"} 1`} {
			if !strings.Contains(text, "\n"+line+"\n") {
				t.Errorf("no %s in %s", line, text)
			}
		}
		one, err := NewModel("m", m, a, 1, false)
		if err != nil {
			t.Fatal(err)
		}
		s.Swap([]*Model{one}, "")
	}
}

// Without the token nothing is answered but whether there is a server.
func TestToken(t *testing.T) {
	s, _, _ := served(t, "number", 1, false)
	s.Swap(s.now.Load().models, "s3cret")
	for _, c := range []struct {
		method, path, token string
		status              int
	}{
		{"GET", "/ping", "", 200}, {"GET", "/v2/health/ready", "", 200},
		{"GET", "/metrics", "", 401}, {"GET", "/", "", 401}, {"POST", "/invocations", "", 401}, {"GET", "/openapi.json", "Bearer s3cre", 401},
		{"GET", "/metrics", "s3cret", 401}, {"GET", "/metrics", "Basic s3cret", 401}, {"GET", "/metrics", "Bearer s3cret ", 401},
		{"GET", "/metrics", "Bearer s3cret", 200}, {"POST", "/v2/models/m/infer", "Bearer wrong", 401},
	} {
		w := ask(s, c.method, c.path, nil, "Authorization", c.token)
		if w.Code != c.status {
			t.Errorf("%s %s with %q: %d %s", c.method, c.path, c.token, w.Code, w.Body)
		}
		if w.Code == 401 && w.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %v", c.path, w.Header())
		}
	}
}

// A request that finds all workers busy waits, and is told so in the end.
func TestBusy(t *testing.T) {
	s, _, _ := served(t, "number", 1, false)
	s.Timeout = 20 * time.Millisecond
	w := <-s.now.Load().models[0].workers
	if r := ask(s, "POST", "/v1/models/m:predict", []byte(`{"instances":[`+row+`}]}`)); r.Code != 503 || r.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	s.now.Load().models[0].workers <- w
	if r := ask(s, "POST", "/v1/models/m:predict", []byte(`{"instances":[`+row+`}]}`)); r.Code != 200 {
		t.Errorf("%d %s", r.Code, r.Body)
	}
}

// The page shows what is filled in and what is answered as text, never as markup; the
// description is JSON.
func TestPage(t *testing.T) {
	s, _, _ := served(t, "two labels", 1, false)
	form := "n=1&wide=4000000000&word=%3Cscript%3E&rare=w1&flag=yes&day=2024-01-01&clock=01%3A00&took=1%3A00%3A00&price=5.5+%E2%82%AC&order=low&code=100&gaps="
	w := ask(s, "POST", "/", []byte(form))
	if text := w.Body.String(); w.Code != 200 || strings.Contains(text, "<script>") || !strings.Contains(text, "&lt;script&gt;") || !strings.Contains(text, "<th scope=\"row\">p(1)</th>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(s, "POST", "/", []byte("n=tall")); w.Code != 400 || !strings.Contains(w.Body.String(), "column &#34;n&#34;: &#34;tall&#34; is not a number") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	w = ask(s, "GET", "/openapi.json", nil)
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || doc.OpenAPI != "3.1.0" || doc.Paths["/v2/models/m/infer"] == nil {
		t.Errorf("%v %s", err, w.Body)
	}
}

// ceiling is what one request may take of memory: some times its body, for cells, rows and
// answers, and a fixed part for the buffers.
const ceiling, fixed = 300, 4 << 20

// No request crashes the server, is answered by anything but JSON, or takes more memory
// than is in proportion to it.
func FuzzRequest(f *testing.F) {
	paths := []string{"/invocations", "/v1/models/m:predict", "/v2/models/m/infer", "/"}
	kinds := []string{"", asCSV, asLines}
	names, rows := table(true)
	for _, q := range forms(names, rows[:2]) {
		f.Add(uint8(0), uint8(0), uint16(0), []byte(q.body))
		f.Add(uint8(1), uint8(0), uint16(0), []byte(q.body))
	}
	f.Add(uint8(0), uint8(1), uint16(0), []byte(csv(names, rows[:2], false)))
	f.Add(uint8(2), uint8(0), uint16(73), []byte(`{"inputs":[{"name":"n","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}`+"\x00\x00\x80\x3f"))
	f.Add(uint8(2), uint8(0), uint16(0), []byte(`{"id":"1","inputs":[{"name":"x","shape":[1,12],"datatype":"BYTES","data":[[1,2,3,4,5,6,7,8,9,10,11,12]]}],"outputs":[{"name":"y","parameters":{"binary_data":true}}]}`))
	f.Add(uint8(3), uint8(0), uint16(0), []byte("n=1&wide=2"))
	for _, c := range mistakes {
		if len(c.body) < 1<<12 {
			f.Add(uint8(1), uint8(0), uint16(0), []byte(c.body))
			f.Add(uint8(2), uint8(0), uint16(0), []byte(c.body))
		}
	}
	s, _, _ := served(f, "number", 1, false)
	s.Log = func(format string, args ...any) { f.Errorf("logged: "+format, args...) }
	var before, after runtime.MemStats
	f.Fuzz(func(t *testing.T, path, kind uint8, head uint16, body []byte) {
		headers := []string{"Content-Type", kinds[int(kind)%len(kinds)]}
		if head > 0 {
			headers = append(headers, headerLength, fmt.Sprint(head))
		}
		runtime.ReadMemStats(&before)
		w := ask(s, http.MethodPost, paths[int(path)%len(paths)], body, headers...)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > uint64(fixed+ceiling*len(body)) {
			t.Errorf("%d bytes of a request took %d of memory", len(body), took)
		}
		switch {
		case w.Code == http.StatusInternalServerError:
			t.Errorf("%d %s", w.Code, w.Body)
		case strings.HasPrefix(w.Header().Get("Content-Type"), asJSON) && !json.Valid(w.Body.Bytes()):
			t.Errorf("no JSON: %q", w.Body)
		}
		if n := s.bodies.Load(); n != 0 {
			t.Errorf("%d bytes of bodies are held", n)
		}
	})
}
