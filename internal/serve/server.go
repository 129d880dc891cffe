// Package serve answers rows over HTTP in the protocols that people have: of MLflow and
// SageMaker, of TensorFlow Serving and Vertex, and the Open Inference Protocol. Models come
// in; a handler comes out, which reads rows from requests cell by cell, without a file
// reader, and gives the answers that predict gives. Models can be put in the place of
// others while it answers; each request has one model from beginning to end.
package serve

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options are limits, and what is besides the models.
type Options struct {
	MaxBody int64         // bytes of a request
	MaxRows int           // of a request
	Timeout time.Duration // for a request to arrive, and for its answer to leave

	// Predict and Health are further paths of TensorFlow's predictions and of the health,
	// as Vertex gives them; "" for none.
	Predict, Health string

	Log  func(format string, args ...any) // takes what goes wrong in the server
	Told func(format string, args ...any) // takes a line a request; nil: nobody wants it
}

// A Server answers requests.
type Server struct {
	Options
	now    atomic.Pointer[generation]
	http   *http.Server
	bodies atomic.Int64 // bytes of requests that are held
	pool   sync.Pool    // of *call
	meter  meter
}

// A generation is what answers until something else is put in its place.
type generation struct {
	models []*Model
	byName map[string]*Model
	token  *[sha256.Size]byte // of the hash; nil: everybody is answered
}

// heldBodies is how many of the largest bodies may be held at once.
const heldBodies = 16

// New returns a server of models, which answers those who know the token; "" is none.
func New(models []*Model, token string, o Options) *Server {
	s := &Server{Options: o}
	s.meter.begun = time.Now()
	s.pool.New = func() any { return new(call) }
	s.Swap(models, token)
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: o.Timeout, ReadTimeout: o.Timeout, WriteTimeout: 2 * o.Timeout,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 1 << 16, ErrorLog: log.New(logged(o.Log), "", 0)}
	return s
}

// logged is a writer of lines for a log.
type logged func(format string, args ...any)

func (l logged) Write(b []byte) (int, error) {
	l("%s", strings.TrimSpace(string(b)))
	return len(b), nil
}

// Swap has later requests answered by these models. Counters go on.
func (s *Server) Swap(models []*Model, token string) {
	g := &generation{models: models, byName: map[string]*Model{}}
	for _, m := range models {
		g.byName[m.name] = m
	}
	if token != "" {
		hash := sha256.Sum256([]byte(token))
		g.token = &hash
	}
	if before := s.now.Swap(g); before != nil {
		s.meter.retire(before.models)
	}
}

// Serve answers what comes to l until Drain.
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Drain takes no more requests and returns when those that have come are answered, or, with
// an error, when ctx ends.
func (s *Server) Drain(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // the first error says more
		return fmt.Errorf("some requests were not answered: %w", err)
	}
	return nil
}

// A call is a request that is being answered.
type call struct {
	g        *generation
	r        *http.Request
	protocol string
	name     string // of the model; "" before it is known
	body     []byte
	out      []byte
	kind     string // of the answer
	header   int    // bytes of JSON in front of tensors; 0: there are none
	held     int64  // bytes that are counted for the body
}

// A predictor reads the body of a call and writes its answer into out.
type predictor func(s *Server, c *call, m *Model) (rows int, err error)

// predict answers a request for rows. find says which model is asked.
func (s *Server) predict(w http.ResponseWriter, r *http.Request, protocol string, as shape, find func(*generation) (*Model, error), by predictor) {
	begun := time.Now()
	c := s.pool.Get().(*call)
	*c = call{g: s.now.Load(), r: r, protocol: protocol, kind: asJSON, body: emptied(c.body), out: emptied(c.out)}
	rows, err := s.answer(c, find, by)
	status := http.StatusOK
	if err != nil {
		f := failed(err)
		if f.status == http.StatusInternalServerError {
			s.Log("%s %s: %s", r.Method, r.URL.Path, f.text)
		}
		status = f.status
		f.write(w, as)
	} else {
		if c.header > 0 {
			w.Header().Set(headerLength, fmt.Sprint(c.header))
		}
		respond(w, status, c.kind, c.out)
	}
	took := time.Since(begun)
	s.meter.add(c.name, protocol, status, rows, took)
	if s.Told != nil {
		s.Told("%s %s %d %d rows %.3f ms", r.Method, r.URL.Path, status, rows, float64(took.Microseconds())/1000)
	}
	s.bodies.Add(-c.held)
	c.r, c.g = nil, nil
	s.pool.Put(c)
}

// answer does so but for the writing; a bug becomes an error.
func (s *Server) answer(c *call, find func(*generation) (*Model, error), by predictor) (rows int, err error) {
	defer func() {
		if bug := recover(); bug != nil {
			s.Log("a bug: %v\n%s", bug, debug.Stack())
			err = &failure{status: http.StatusInternalServerError, text: "a bug in the server"}
		}
	}()
	m, err := find(c.g)
	if err != nil {
		return 0, err
	}
	c.name = m.name
	if err := s.read(c); err != nil {
		return 0, err
	}
	return by(s, c, m)
}

// read reads the body, which takes no more memory than what has come of it, twice.
func (s *Server) read(c *call) error {
	if c.r.Header.Get("Content-Encoding") != "" {
		return &failure{status: http.StatusUnsupportedMediaType, text: "the body must not be compressed"}
	}
	tooLarge := &failure{status: http.StatusRequestEntityTooLarge, text: fmt.Sprintf("the body has more than %d bytes", s.MaxBody)}
	if c.r.ContentLength > s.MaxBody {
		return tooLarge
	}
	hold := func(n int64) int64 { c.held += n; return s.bodies.Add(n) }
	hold(int64(cap(c.body)))
	for {
		if len(c.body) == cap(c.body) {
			more := max(1<<12, 2*cap(c.body))
			if hold(int64(more-cap(c.body))) > heldBodies*s.MaxBody {
				return &failure{status: http.StatusServiceUnavailable, text: "too many large requests at once"}
			}
			c.body = append(make([]byte, 0, more), c.body...)
		}
		n, err := c.r.Body.Read(c.body[len(c.body):cap(c.body)])
		c.body = c.body[:len(c.body)+n]
		if int64(len(c.body)) > s.MaxBody {
			return tooLarge
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &failure{status: http.StatusRequestTimeout, text: "the body did not come whole: " + err.Error()}
		}
	}
}

// guard answers only those who know the token.
func (s *Server) guard(as shape, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if token := s.now.Load().token; token != nil {
			given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			// Hashes are compared: they are of one length, whatever is sent.
			hash := sha256.Sum256([]byte(given))
			if subtle.ConstantTimeCompare(hash[:], token[:]) != 1 || !ok {
				s.meter.add("", "", http.StatusUnauthorized, 0, 0)
				(&failure{status: http.StatusUnauthorized, text: "the bearer token is missing or wrong"}).write(w, as)
				return
			}
		}
		next(w, r)
	}
}

// alone is the model of protocols that name none.
func (g *generation) alone() (*Model, error) {
	if len(g.models) > 1 {
		return nil, &failure{status: http.StatusNotFound, text: "several models are served: ask /v1/models/NAME:predict or /v2/models/NAME/infer"}
	}
	return g.models[0], nil
}

func (g *generation) named(name string) (*Model, error) {
	if m := g.byName[name]; m != nil {
		return m, nil
	}
	return nil, &failure{status: http.StatusNotFound, text: fmt.Sprintf("there is no model %q", name)}
}
