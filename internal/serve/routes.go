package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// handler says which path is answered how.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	open := func(path string, answer http.HandlerFunc) { mux.HandleFunc(path, answer) }
	guarded := func(path string, as shape, answer http.HandlerFunc) { mux.HandleFunc(path, s.guard(as, answer)) }

	// Whether there is a server is no secret.
	for _, path := range []string{"/ping", "/health", "/v2/health/live", "/v2/health/ready", s.Health} {
		if path != "" {
			open("GET "+path, func(w http.ResponseWriter, _ *http.Request) { respond(w, http.StatusOK, asJSON, []byte("{}\n")) })
		}
	}
	guarded("GET /metrics", openError, s.metrics)
	guarded("GET /openapi.json", openError, s.openAPI)
	guarded("GET /{$}", openError, s.page)
	guarded("POST /{$}", openError, s.page)

	guarded("POST /invocations", mlflowError, func(w http.ResponseWriter, r *http.Request) {
		s.predict(w, r, "invocations", mlflowError, (*generation).alone, (*Server).invocations)
	})
	guarded("GET /version", openError, func(w http.ResponseWriter, _ *http.Request) { s.say(w, map[string]any{"server": "mlp"}) })

	guarded("POST /v1/models/{model}", openError, func(w http.ResponseWriter, r *http.Request) { s.version1(w, r, r.PathValue("model")) })
	guarded("POST /v1/models/{model}/versions/{version}", openError, func(w http.ResponseWriter, r *http.Request) {
		version, verb, _ := strings.Cut(r.PathValue("version"), ":")
		if version != "1" {
			s.refuse(w, http.StatusNotFound, "there is no version %q", version)
			return
		}
		s.version1(w, r, r.PathValue("model")+":"+verb)
	})
	if s.Predict != "" {
		guarded("POST "+s.Predict, openError, func(w http.ResponseWriter, r *http.Request) {
			s.predict(w, r, "vertex", openError, (*generation).alone, (*Server).tensorflow)
		})
	}
	guarded("GET /v1/models/{model}", openError, s.about(func(m *Model) any {
		return map[string]any{"model_version_status": []any{map[string]any{"version": "1", "state": "AVAILABLE",
			"status": map[string]any{"error_code": "OK", "error_message": ""}}}}
	}))

	guarded("GET /v2", openError, func(w http.ResponseWriter, _ *http.Request) {
		s.say(w, map[string]any{"name": "mlp", "version": "2", "extensions": []string{"binary_tensor_data"}})
	})
	guarded("GET /v2/models/{model}", openError, s.about((*Model).metadata))
	guarded("GET /v2/models/{model}/versions/{version}", openError, s.about((*Model).metadata))
	ready := s.about(func(m *Model) any { return map[string]any{"name": m.name, "ready": true} })
	guarded("GET /v2/models/{model}/ready", openError, ready)
	guarded("GET /v2/models/{model}/versions/{version}/ready", openError, ready)
	infer := func(w http.ResponseWriter, r *http.Request) {
		s.predict(w, r, "inference", openError, func(g *generation) (*Model, error) { return g.at(r) }, (*Server).infer)
	}
	guarded("POST /v2/models/{model}/infer", openError, infer)
	guarded("POST /v2/models/{model}/versions/{version}/infer", openError, infer)
	return refusals{mux, s}
}

// at is the model that a path names, with its version.
func (g *generation) at(r *http.Request) (*Model, error) {
	if version := r.PathValue("version"); version != "" && version != "1" {
		return nil, &failure{status: http.StatusNotFound, text: fmt.Sprintf("there is no version %q", version)}
	}
	return g.named(r.PathValue("model"))
}

// version1 answers POST /v1/models/NAME:predict.
func (s *Server) version1(w http.ResponseWriter, r *http.Request, word string) {
	name, verb, _ := strings.Cut(word, ":")
	if verb != "predict" {
		s.refuse(w, http.StatusNotFound, "there is no %q; ask /v1/models/%s:predict", verb, name)
		return
	}
	s.predict(w, r, "tensorflow", openError, func(g *generation) (*Model, error) { return g.named(name) }, (*Server).tensorflow)
}

// about says something of the model that a path names.
func (s *Server) about(what func(*Model) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m, err := s.now.Load().at(r)
		if err != nil {
			failed(err).write(w, openError)
			return
		}
		s.say(w, what(m))
	}
}

// metadata describes a model as the Open Inference Protocol does.
func (m *Model) metadata() any {
	tensor := func(name, datatype string) any {
		return map[string]any{"name": name, "datatype": datatype, "shape": []int{-1}}
	}
	var inputs, outputs []any
	for _, c := range m.columns {
		datatype := "BYTES"
		switch {
		case c.Numbers && c.Wide:
			datatype = "FP64"
		case c.Numbers:
			datatype = "FP32"
		}
		inputs = append(inputs, tensor(c.Name, datatype))
	}
	for j, name := range m.names {
		outputs = append(outputs, tensor(name, m.kinds[j].datatype()))
	}
	return map[string]any{"name": m.name, "versions": []string{"1"}, "platform": "mlp", "inputs": inputs, "outputs": outputs}
}

// say writes a value as JSON.
func (s *Server) say(w http.ResponseWriter, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		s.Log("%v", err)
		s.refuse(w, http.StatusInternalServerError, "a bug in the server")
		return
	}
	respond(w, http.StatusOK, asJSON, append(text, '\n'))
}

func (s *Server) refuse(w http.ResponseWriter, status int, format string, args ...any) {
	(&failure{status: status, text: fmt.Sprintf(format, args...)}).write(w, openError)
}

// refusals writes in JSON what a mux says of a path that it does not have, or not by such
// a method.
type refusals struct {
	mux *http.ServeMux
	s   *Server
}

func (f refusals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := f.mux.Handler(r); pattern != "" {
		f.mux.ServeHTTP(w, r)
		return
	}
	status := http.StatusNotFound
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := *r
		if other.Method = method; method != r.Method {
			if _, pattern := f.mux.Handler(&other); pattern != "" {
				w.Header().Set("Allow", method)
				status = http.StatusMethodNotAllowed
			}
		}
	}
	if status == http.StatusMethodNotAllowed {
		f.s.refuse(w, status, "%s is not answered here; %s is", r.Method, w.Header().Get("Allow"))
		return
	}
	f.s.refuse(w, status, "there is nothing at %s; /openapi.json lists what there is", r.URL.Path)
}
