package cmd

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/problem"
	"mlp/internal/serve"
)

type serveOptions struct {
	app      *App
	cmd      *cobra.Command
	models   []string
	listen   string
	token    string
	answers  string
	interval float64
	strict   bool
	maxBody  string
	maxRows  int
	timeout  time.Duration
}

const serveLong = `serve answers rows over HTTP until it is stopped. A row is what predict takes,
cell by cell; the answer is the one that predict gives, to the last bit.

  POST /invocations                 MLflow, SageMaker: dataframe_split,
                                    dataframe_records, instances, inputs; text/csv
                                    and application/jsonlines, read and written
  POST /v1/models/NAME:predict      TensorFlow Serving, Vertex
  POST /v2/models/NAME/infer        Open Inference Protocol 2 (KServe, Triton), with
                                    binary tensors
  GET  /ping, /health, /v2/health/live, /v2/health/ready, /v1/models/NAME,
       /v2/models/NAME
  GET  /metrics                     counters for Prometheus, among them cells
                                    unlike those of training, by column
  GET  /, /openapi.json             a form to fill in; all this for programs

NAME is that of the file without its extension, or written NAME=FILE. A mistake is
answered with status 400 and names row and column. --answers, --interval,
--threshold and --strict are those of predict.

Nobody but this machine is answered unless --listen says otherwise, as in :8080. With
--token-file a request needs the header "Authorization: Bearer TOKEN"; only the
questions whether there is a server do not. There is no TLS: put a proxy in front.

SIGHUP reads models and token anew: the old ones answer until all new ones are
there, and go on if one of them cannot be read. SIGTERM and SIGINT take no more
requests, wait for those that have come, and end with exit code 0. --threads is how
many requests are answered at the same time. The address is printed on stdout.`

var _ = addVerb(96, newServe, runServe)

func newServe(a *App, run func(context.Context, *serveOptions) error) *cobra.Command {
	o := &serveOptions{app: a}
	c := &cobra.Command{
		Use:   "serve MODEL…",
		Short: "answer rows over HTTP, in the protocols of other servers",
		Long:  serveLong,
		Example: "  mlp serve model.bin\n  mlp serve risk=model.bin churn=other.bin --listen :8080 --token-file token\n" +
			"  curl -d '{\"instances\": [{\"glucose\": 148, \"age\": 50}]}' localhost:8080/invocations",
		Args: arguments(1, 100, "MODEL… [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.models = c, args
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "listen at `ADDRESS`; port 0 is any that is free")
	f.StringVar(&o.token, "token-file", "", "answer only those who send the token that is in `FILE`")
	f.StringVar(&o.answers, "answers", "all", "`WHAT` to write of each answer: "+alternatives(predict.Kinds))
	f.Float64Var(&o.interval, "interval", 0, "add what holds the truth for this `LEVEL` of rows, such as 0.9")
	addStrict(c, &o.strict)
	f.StringVar(&o.maxBody, "max-body", "8MiB", "refuse requests of more than `SIZE`, such as 512KiB")
	f.IntVar(&o.maxRows, "max-rows", 10000, "refuse requests of more than `N` rows")
	f.DurationVar(&o.timeout, "timeout", 30*time.Second, "give a request this `TIME` to arrive")
	addThreshold(c)
	return c
}

func runServe(ctx context.Context, o *serveOptions) error {
	limits, err := o.limits()
	if err != nil {
		return err
	}
	models, token, err := o.load()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return problem.Usage("flag --listen", "choose another address, or port 0 for any that is free", "%v", err)
	}
	if at, ok := listener.Addr().(*net.TCPAddr); ok && token == "" && !at.IP.IsLoopback() {
		o.app.warn("everybody who reaches %s is answered: --token-file has requests need a token", listener.Addr())
	}
	server := serve.New(models, token, limits)
	o.app.trains.Store(true) // a signal ends the context, and the requests that have come are answered
	reload, stop := reloads()
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if err := o.sayAddress("http://" + listener.Addr().String()); err != nil {
		return err
	}
	for {
		select {
		case <-reload:
			models, token, err := o.load()
			if server.Reloaded(err == nil); err != nil {
				o.app.fail(err)
				o.app.Complain("the models as they were go on answering\n")
				continue
			}
			server.Swap(models, token)
			o.app.note("the models are read anew")
		case err := <-ended:
			return err
		case <-ctx.Done():
			patience, cancel := context.WithTimeout(context.Background(), o.timeout)
			defer cancel()
			o.app.note("%v; answering what has come", context.Cause(ctx))
			return server.Drain(patience)
		}
	}
}

// sayAddress tells where the server is.
func (o *serveOptions) sayAddress(url string) error {
	if o.app.json {
		return o.app.sayJSON(map[string]string{"event": "serving", "url": url})
	}
	return o.app.say("serving at %s\n", url)
}

// limits are the options of the server.
func (o *serveOptions) limits() (serve.Options, error) {
	body, err := parseSize(o.maxBody)
	switch {
	case err != nil:
		return serve.Options{}, problem.Usage("flag --max-body", "write bytes, or 512KiB, 8MiB", "%q is no size", o.maxBody)
	case o.maxRows < 1:
		return serve.Options{}, problem.Usage("flag --max-rows", "use 1 or more", "%d rows cannot be answered", o.maxRows)
	case o.timeout <= 0:
		return serve.Options{}, problem.Usage("flag --timeout", "use a time such as 30s", "%v is no time to wait", o.timeout)
	}
	// What Vertex says of paths and port, it says by variables.
	limits := serve.Options{MaxBody: body, MaxRows: o.maxRows, Timeout: o.timeout, Predict: o.app.env("AIP_PREDICT_ROUTE"), Health: o.app.env("AIP_HEALTH_ROUTE"),
		Log: func(format string, args ...any) { o.app.Complain("serve: "+format+"\n", args...) }}
	if port := o.app.env("AIP_HTTP_PORT"); port != "" && !o.cmd.Flags().Changed("listen") {
		o.listen = ":" + port
	}
	if o.app.verbose {
		limits.Told = func(format string, args ...any) { o.app.note(format, args...) }
	}
	return limits, nil
}

// parseSize reads a number of bytes, with a unit or without.
func parseSize(text string) (int64, error) {
	digits, scale := text, int64(1)
	for unit, n := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if rest, ok := strings.CutSuffix(text, unit); ok {
			digits, scale = rest, n
		}
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	if err == nil && (n < 1 || n*scale > 1<<31-1) {
		err = strconv.ErrRange
	}
	return n * scale, err
}

// load reads the models and the token.
func (o *serveOptions) load() (models []*serve.Model, token string, err error) {
	names := map[string]string{}
	for _, word := range o.models {
		name, file, named := strings.Cut(word, "=")
		if _, err := os.Stat(word); !named || err == nil { // a file may have = in its name
			file = word
			name = strings.TrimSuffix(filepath.Base(word), filepath.Ext(word))
		}
		if !plainName(name) {
			return nil, "", problem.Usage("MODEL", "write NAME="+file, "%q cannot stand in a path of HTTP", name)
		}
		if names[name] != "" {
			return nil, "", problem.Usage("MODEL", "write NAME="+file, "%s and %s are both called %q", names[name], file, name)
		}
		names[name] = file
		m, err := o.read(name, file)
		if err != nil {
			return nil, "", err
		}
		models = append(models, m)
	}
	if o.token == "" {
		return models, "", nil
	}
	text, err := os.ReadFile(o.token)
	if err != nil {
		return nil, "", problem.Usage("flag --token-file", "", "%s: cannot be read: %v", o.token, problem.Reason(err))
	}
	if token = string(bytes.TrimSpace(text)); token == "" || strings.ContainsAny(token, " \t\r\n") {
		return nil, "", problem.Usage("flag --token-file", "write one word into it, as of `openssl rand -hex 32`", "%s holds no token", o.token)
	}
	return models, token, nil
}

// plainName reports whether a name needs no escapes in a path.
func plainName(name string) bool {
	return name != "" && strings.Trim(name, ".") != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == ""
}

// read reads one model.
func (o *serveOptions) read(name, file string) (*serve.Model, error) {
	request := o.app.request(o.cmd)
	request.Threads = 1 // each worker has its own
	m, s, err := request.Model(file)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	at, err := threshold(o.cmd, m, s.Evaluate)
	if err != nil {
		return nil, err
	}
	answer, err := predict.NewAnswer(m, at, o.answers)
	if err != nil {
		return nil, err
	}
	if asked := o.cmd.Flags().Changed("interval"); asked || o.answers == "interval" {
		if !asked {
			o.interval = predict.UsualLevel
		}
		if err := answer.Promise(m, o.interval); err != nil {
			return nil, err
		}
	}
	if m.Stage != model.Fitted {
		o.app.warn("%s is %s but not fitted: its weights are untrained", file, m.Stage)
	}
	workers := o.app.threads
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	served, err := serve.NewModel(name, m, answer, workers, o.strict)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return served, nil
}

// env returns a variable of the environment; "" if it is not set.
func (a *App) env(name string) string {
	for _, e := range a.Env {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}
