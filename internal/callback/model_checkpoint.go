package callback

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("model_checkpoint", "writes the model after an epoch, or after each one that is the best so far", func(f *spec.Fields) *train.Hooks {
	f.Moot("save_weights_only", "the file is a whole model, which has the weights")
	f.Alias("filepath", "file")
	c := &checkpoint{
		path: f.String("filepath", "", "where to; {epoch}, {epoch:02d} and {val_loss:.3f} are replaced"),
		best: f.Bool("save_best_only", false, "whether only improvements are written"),
		freq: readSaveFreq(f),
	}
	c.monitor = readMonitor(f, 0)
	c.readTies(f)
	if first := f.OptFloat("initial_value_threshold", "a value that the first one saved must beat, with save_best_only"); first != nil {
		c.monitor.best, c.monitor.has = *first, true
	}
	if c.path == "" && f.Has("type") {
		f.Problem("filepath", "add `filepath: best.bin`", "\"filepath\" is missing")
	}
	h := &train.Hooks{Name: "model_checkpoint", Epoch: c.epoch, Writes: true, File: "filepath"}
	h.Begin = func(r *train.Run) error {
		for _, name := range templateField.FindAllStringSubmatch(c.path, -1) {
			if n := name[1]; n != "epoch" && !slices.Contains(r.LogNames(), n) {
				return h.Problem("filepath", problem.DidYouMean(n, append(r.LogNames(), "epoch")), "%q in the file's name is not measured in this run", n)
			}
		}
		if c.best {
			if err := c.resolve(r, h); err != nil {
				return err
			}
		}
		if err := r.Claim(c.fileName(r)); err != nil {
			return h.Problem("filepath", "choose another place", "%v", err)
		}
		return nil
	}
	h.Save = func() map[string]float64 { return c.save(map[string]float64{}) }
	h.Load = c.load
	return h
})

type checkpoint struct {
	*monitor
	path string
	best bool
	freq int
}

func (c *checkpoint) epoch(r *train.Run) error {
	if c.best && (!r.Logs().Has(c.name) || !c.takes(r.Logs().Get(c.name))) || r.Epoch()%c.freq != 0 {
		return nil
	}
	return r.Save(c.fileName(r))
}

// takes reports whether a value is to be saved as the best so far.
func (c *checkpoint) takes(v float64) bool { return c.tied(v) || c.improved(v) }

var templateField = regexp.MustCompile(`\{(\w+)(?::([0-9.]*[dfeg]))?\}`)

// fileName fills a template as Python's format would: {epoch:02d}, {val_loss:.3f}.
func (c *checkpoint) fileName(r *train.Run) string {
	return templateField.ReplaceAllStringFunc(c.path, func(field string) string {
		m := templateField.FindStringSubmatch(field)
		if m[1] == "epoch" {
			if !strings.HasSuffix(m[2], "d") {
				m[2] = "d"
			}
			return fmt.Sprintf("%"+m[2], r.Epoch())
		}
		if m[2] == "" || strings.HasSuffix(m[2], "d") {
			m[2] = "g"
		}
		return fmt.Sprintf("%"+m[2], r.Logs().Get(m[1]))
	})
}
