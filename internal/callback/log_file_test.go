package callback_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/callback"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

// damages are what a power cut may leave of a log: text is what is there when the run
// was saved and went on for some epochs, own where its lines begin, behind those of an
// older run.
var damages = []struct {
	name   string
	damage func(text string, own int) (left string, gone bool)
}{
	{"untouched", func(text string, own int) (string, bool) { return text, false }},
	{"last line torn", func(text string, own int) (string, bool) { return text[:len(text)-3], false }},
	{"last lines lost", func(text string, own int) (string, bool) { return cutLines(text, 5), false }},
	{"first of its own lines left", func(text string, own int) (string, bool) {
		lines := strings.SplitAfter(text[own:], "\n")
		return text[:own] + strings.Join(lines[:2], ""), false
	}},
	{"own lines lost", func(text string, own int) (string, bool) { return text[:own], false }},
	{"torn in its first line", func(text string, own int) (string, bool) { return text[:own+2], false }},
	{"zeros at the end", func(text string, own int) (string, bool) {
		left := cutLines(text, 4)
		return left + strings.Repeat("\x00", len(text)-len(left)), false
	}},
	{"zeros within a line", func(text string, own int) (string, bool) {
		left := cutLines(text, 4)
		return left[:len(left)-4] + "\x00\x00\x00\n" + text[len(left):], false
	}},
	{"a line lost in the middle", func(text string, own int) (string, bool) {
		return cutLines(text, 4) + text[len(cutLines(text, 3)):], false
	}},
	{"lines of epochs that are to come", func(text string, own int) (string, bool) {
		last := text[len(cutLines(text, 1)):]
		return text + last + last + "9", false
	}},
	{"lines of another figure", func(text string, own int) (string, bool) {
		left := cutLines(text, 4)
		at := strings.LastIndexAny(left, "123456789")
		return left[:at] + "0" + text[at+1:], false
	}},
	{"empty", func(string, int) (string, bool) { return "", false }},
	{"gone", func(string, int) (string, bool) { return "", true }},
}

// cutLines leaves out the last n lines.
func cutLines(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(lines[:len(lines)-1-n], "")
}

// Whatever a power cut has left of a log, a run that is resumed ends with the log that it
// would have had: in each format, with figures that not every epoch has, behind another
// run's lines, and where no epoch is left to do.
func TestLogsAreMended(t *testing.T) {
	const epochs, saved, died = 9, 6, 8 // the run is saved after one, and gone on with until the other
	const scheduler = `{"type":"learning_rate_scheduler","schedule":{"type":"exponential_decay","initial_learning_rate":0.01,"decay_steps":1,"decay_rate":0.9}}`
	for _, c := range []struct {
		name, older, file, fit string // LOG stands for the path of the file
		option                 bool   // the log is not a callback of the spec
		epochs                 int
	}{
		{name: "CSV", file: "log.csv", option: true, epochs: epochs},
		{name: "CSV of a run that only has to end", file: "log.csv", option: true, epochs: saved},
		{name: "JSON with validation in every other epoch", file: "log.jsonl", option: true, epochs: epochs, fit: `,"validation_freq":2,"callbacks":[` + scheduler + `]`},
		{name: "CSV before the learning rate is logged", file: "log.csv", epochs: epochs, fit: `,"callbacks":[{"type":"csv_logger","filename":"LOG","separator":";"},` + scheduler + `]`},
		{name: "CSV behind another run", file: "log.csv", epochs: epochs, older: "epoch,loss,mae\n7,1,2\n8,1,2\n", fit: `,"callbacks":[{"type":"csv_logger","filename":"LOG","append":true}]`},
		{name: "JSON behind another run", file: "log.jsonl", epochs: epochs, older: "{\"epoch\":1,\"loss\":4}\n", fit: `,"callbacks":[{"type":"jsonl_logger","filename":"LOG","append":true}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			text := fmt.Sprintf(`{"data":{"target":"height","split":{"validation":0.2}},"layers":[{"units":1}],
				"compile":{"optimizer":{"type":"sgd","learning_rate":0.01},"loss":"mse","metrics":["mae"]},"fit":{"epochs":%d%s}}`,
				c.epochs, strings.ReplaceAll(c.fit, "LOG", path))
			write := func(text string) {
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			read := func() string {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			fit := func(checkpoint []byte, hook func(*model.Model, *train.Run)) {
				m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
				if checkpoint != nil {
					m.Close()
					var err error
					if m, err = model.ReadFrom("checkpoint", checkpoint, 1); err != nil {
						t.Fatal(err)
					}
				}
				defer m.Close()
				o := train.Options{Config: s.Fit, Parts: p, Resume: checkpoint != nil}
				if c.option {
					log, err := callback.LogFor(path, false)
					if err != nil {
						t.Fatal(err)
					}
					o.Observers = append(o.Observers, log)
				}
				if hook != nil {
					o.Observers = append(o.Observers, &train.Hooks{State: func(r *train.Run) error { hook(m, r); return nil }})
				}
				if _, err := train.Fit(context.Background(), m, o); err != nil {
					t.Fatal(err)
				}
			}
			write("")
			fit(nil, nil)
			alone := read()
			write(c.older)
			var checkpoint []byte
			var atDeath string
			fit(nil, func(m *model.Model, r *train.Run) {
				switch r.Epoch() {
				case saved:
					checkpoint = recipetest.Written(t, m)
					atDeath = read()
				case died:
					atDeath = read()
				}
			})
			whole := read()
			if n := strings.Count(whole[len(c.older):], "\n"); n < c.epochs {
				t.Fatalf("%d lines for %d epochs: %q", n, c.epochs, whole)
			}
			for _, d := range damages {
				left, gone := d.damage(atDeath, len(c.older))
				if write(left); gone {
					if err := os.Remove(path); err != nil {
						t.Fatal(err)
					}
				}
				fit(checkpoint, nil)
				want := whole
				if len(left) < len(c.older) { // the lines of another run nothing brings back
					want = alone
				}
				if got := read(); got != want {
					t.Errorf("%s, %q: the log is\n%s\nwant\n%s", d.name, left, got, want)
				}
			}
		})
	}
}

// A figure that is no number is not in the history as what it was: the line that has it
// stays as it is, as long as it is whole.
func TestMendedLogsKeepWhatIsNoNumber(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	text := `{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"optimizer":{"type":"sgd","learning_rate":0.01},"loss":"mse","metrics":[]},"fit":{"epochs":3}}`
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	infinite := &train.Hooks{Epoch: func(r *train.Run) error { r.Logs().Set("loss", math.Inf(1)); return nil }}
	log, err := callback.LogFor(path, false)
	if err != nil {
		t.Fatal(err)
	}
	var checkpoint []byte
	var whole string
	save := &train.Hooks{State: func(r *train.Run) error {
		if r.Epoch() == 2 {
			checkpoint = recipetest.Written(t, m)
		}
		return nil
	}}
	if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{infinite, log, save}}); err != nil {
		t.Fatal(err)
	}
	logged, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole = string(logged)
	if want := "epoch,loss\n1,+Inf\n2,+Inf\n3,+Inf\n"; whole != want {
		t.Fatalf("the log is %q, want %q", whole, want)
	}
	for left, want := range map[string]string{
		whole:                        whole,
		"epoch,loss\n1,+Inf\n2,+I":   "epoch,loss\n1,+Inf\n2,\n3,+Inf\n",
		"epoch,loss\n2,+Inf\n3,+I\n": "epoch,loss\n1,\n2,+Inf\n3,+Inf\n",
	} {
		if err := os.WriteFile(path, []byte(left), 0o644); err != nil {
			t.Fatal(err)
		}
		back, err := model.ReadFrom("checkpoint", checkpoint, 1)
		if err != nil {
			t.Fatal(err)
		}
		log, _ := callback.LogFor(path, false)
		if _, err := train.Fit(context.Background(), back, train.Options{Config: s.Fit, Parts: p, Resume: true, Observers: []*train.Hooks{infinite, log}}); err != nil {
			t.Fatal(err)
		}
		back.Close()
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%q: the log is %q, want %q (%v)", left, got, want, err)
		}
	}
}
