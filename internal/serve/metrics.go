package serve

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mlp/internal/data/pipeline"
)

// A meter counts what the server has done since it began.
type meter struct {
	begun time.Time

	mu      sync.Mutex // over what follows
	counts  map[counted]int64
	buckets [len(bounds) + 1]int64 // of the seconds that requests took
	seconds float64
	reloads [2]int64 // that succeeded, and that failed

	before map[string]*drift // of models that have been replaced, by name
}

// counted is what requests are told apart by.
type counted struct {
	model, protocol string
	status          int
}

// bounds are the upper ends of the buckets of a request's time, in seconds.
var bounds = [...]float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}

// add counts a request.
func (m *meter) add(model, protocol string, status, _ int, took time.Duration) {
	at := took.Seconds()
	i, _ := slices.BinarySearch(bounds[:], at)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil {
		m.counts = map[counted]int64{}
	}
	m.counts[counted{model, protocol, status}]++
	if status == http.StatusOK {
		m.buckets[i]++
		m.seconds += at
	}
}

// Reloaded counts an attempt to read the models anew.
func (s *Server) Reloaded(ok bool) {
	s.meter.mu.Lock()
	defer s.meter.mu.Unlock()
	if ok {
		s.meter.reloads[0]++
	} else {
		s.meter.reloads[1]++
	}
}

// A drift is how the rows of a model differed from those of training, a count for each
// column and way.
type drift struct {
	rows   int64
	counts map[unlike]int64
}

// unlike is a way in which a cell differs.
type unlike struct{ column, way string }

// total adds up what a model has seen.
func (d *drift) add(m *Model) {
	m.drift.Lock()
	defer m.drift.Unlock()
	d.rows += int64(m.rows)
	for _, c := range m.seen.Columns {
		for way, n := range ways(&c) {
			d.counts[unlike{c.Name, way}] += int64(n)
		}
	}
}

// ways counts the cells of a column that training did not hold, and those that are missing.
func ways(c *pipeline.DriftColumn) map[string]int {
	all := map[string]int{"missing": c.Missing}
	if c.Trained.Kind.Measures() {
		all["below"], all["above"] = c.Below, c.Above
	} else {
		all["unknown"] = c.Unknown
	}
	return all
}

// retire keeps the counts of models that answer no more.
func (m *meter) retire(models []*Model) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.before == nil {
		m.before = map[string]*drift{}
	}
	for _, one := range models {
		if m.before[one.name] == nil {
			m.before[one.name] = &drift{counts: map[unlike]int64{}}
		}
		m.before[one.name].add(one)
	}
}

// metrics writes the counters in the text format of Prometheus, 0.0.4.
func (s *Server) metrics(w http.ResponseWriter, _ *http.Request) {
	var b strings.Builder
	head := func(name, kind, help string) { fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind) }
	g, m := s.now.Load(), &s.meter
	m.mu.Lock()
	defer m.mu.Unlock()

	head("mlp_requests_total", "counter", "Requests for answers, by how they ended.")
	for _, k := range slices.SortedFunc(maps.Keys(m.counts), func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.model, b.model), cmp.Compare(a.protocol, b.protocol), cmp.Compare(a.status, b.status))
	}) {
		fmt.Fprintf(&b, "mlp_requests_total{model=%s,protocol=%s,code=\"%d\"} %d\n", label(k.model), label(k.protocol), k.status, m.counts[k])
	}
	head("mlp_request_seconds", "histogram", "Time of the requests that were answered.")
	sum := int64(0)
	for i, n := range m.buckets {
		le := "+Inf"
		if sum += n; i < len(bounds) {
			le = strconv.FormatFloat(bounds[i], 'g', -1, 64)
		}
		fmt.Fprintf(&b, "mlp_request_seconds_bucket{le=\"%s\"} %d\n", le, sum)
	}
	fmt.Fprintf(&b, "mlp_request_seconds_sum %g\nmlp_request_seconds_count %d\n", m.seconds, sum)

	head("mlp_rows_total", "counter", "Rows that were answered.")
	drifts := make([]*drift, len(g.models))
	for i, one := range g.models {
		drifts[i] = &drift{counts: map[unlike]int64{}}
		if before := m.before[one.name]; before != nil {
			drifts[i].rows = before.rows
			maps.Copy(drifts[i].counts, before.counts)
		}
		drifts[i].add(one)
		fmt.Fprintf(&b, "mlp_rows_total{model=%s} %d\n", label(one.name), drifts[i].rows)
	}
	s.drifted(&b, g, drifts, head)
	head("mlp_reloads_total", "counter", "Attempts to read the models anew.")
	fmt.Fprintf(&b, "mlp_reloads_total{result=\"done\"} %d\nmlp_reloads_total{result=\"failed\"} %d\n", m.reloads[0], m.reloads[1])
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	head("mlp_memory_bytes", "gauge", "Memory that the program has of the system.")
	fmt.Fprintf(&b, "mlp_memory_bytes %d\n", memory.Sys-memory.HeapReleased)
	head("mlp_start_time_seconds", "gauge", "When the server began, in seconds since 1970.")
	fmt.Fprintf(&b, "mlp_start_time_seconds %d\n", m.begun.Unix())
	respond(w, http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", []byte(b.String()))
}

// drifted writes how cells differed from those of training.
func (s *Server) drifted(b *strings.Builder, g *generation, drifts []*drift, head func(name, kind, help string)) {
	write := func(name string, of func(way string) bool, labels func(way string) string) {
		for i, one := range g.models {
			for _, c := range one.columns {
				for _, way := range []string{"below", "above", "unknown", "missing"} {
					if n, there := drifts[i].counts[unlike{c.Name, way}]; there && of(way) {
						fmt.Fprintf(b, "%s{model=%s,column=%s%s} %d\n", name, label(one.name), label(c.Name), labels(way), n)
					}
				}
			}
		}
	}
	head("mlp_unlike_training_total", "counter", "Cells that the training rows did not hold: numbers below or above their range, unknown categories.")
	write("mlp_unlike_training_total", func(way string) bool { return way != "missing" }, func(way string) string { return `,way="` + way + `"` })
	head("mlp_missing_total", "counter", "Cells that were missing.")
	write("mlp_missing_total", func(way string) bool { return way == "missing" }, func(string) string { return "" })
	head("mlp_missing_trained_ratio", "gauge", "Share of the training rows in which the cell was missing.")
	for _, one := range g.models {
		for _, c := range one.columns {
			if c.Known {
				fmt.Fprintf(b, "mlp_missing_trained_ratio{model=%s,column=%s} %g\n", label(one.name), label(c.Name), c.Seen.Missing)
			}
		}
	}
}

// label quotes the value of a label.
func label(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
