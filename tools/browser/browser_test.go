// Package browser looks at what mlp shows in a real browser: a headless Chromium, which
// must be installed. It is a module of its own, so that the program does not need what
// drives a browser.
package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "write a picture of every page, light and dark, wide and narrow, to this `folder`")

var (
	program string          // mlp, built for these tests
	browser context.Context // of which each page is a tab
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "mlp-browser-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "mlp")
		build := exec.Command("go", "build", "-o", program, ".")
		build.Dir = filepath.Join("..", "..")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
			return 1
		}
		// Without the sandbox, which the kernel of many containers refuses: the pages are ours.
		options := []chromedp.ExecAllocatorOption{chromedp.Flag("no-sandbox", true)}
		for _, name := range []string{"chromium-headless-shell", "chromium", "google-chrome"} {
			if path, err := exec.LookPath(name); err == nil {
				options = append(options, chromedp.ExecPath(path))
				break
			}
		}
		alone, stop := chromedp.NewExecAllocator(context.Background(), options...)
		defer stop()
		ctx, cancel := chromedp.NewContext(alone)
		defer cancel()
		if err := chromedp.Do(ctx); err != nil {
			fmt.Fprintf(os.Stderr, "no browser can be started: %v\ninstall one, for example with `apt-get install chromium-headless-shell`\n", err)
			return 1
		}
		browser = ctx
		return m.Run()
	}())
}

// mlp runs the program in a folder and returns what it says.
func mlp(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command(program, args...)
	c.Dir = dir
	var complaints strings.Builder
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		t.Fatalf("mlp %s: %v\n%s", strings.Join(args, " "), err, complaints.String())
	}
	return string(out)
}

// A tab is a page that is open, with what it has asked for and what went wrong in it.
type tab struct {
	ctx context.Context

	mu       sync.Mutex
	requests []string
	wrong    []string // exceptions, violations of the policy, errors on the console
}

// open opens an address in a tab of its own.
func open(t *testing.T, address string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(func() { stop(); cancel() })
	p := &tab{ctx: ctx}
	p.do(t, chromedp.Navigate("about:blank"))
	if err := chromedp.Listen(ctx, func(event any) {
		if sent, ok := event.(*network.EventRequestWillBeSent); ok {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.requests = append(p.requests, sent.Request.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	console := chromedp.Console(ctx)
	go func() {
		for message, err := range console {
			if err != nil {
				return // the tab is closed
			}
			if message.IsException() || message.Type == chromedp.ConsoleError || message.Type == chromedp.ConsoleWarning {
				p.mu.Lock()
				p.wrong = append(p.wrong, message.String())
				p.mu.Unlock()
			}
		}
	}()
	p.do(t, chromedp.Navigate(address))
	return p
}

func (p *tab) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval returns the value of an expression in the page.
func eval[T any](t *testing.T, p *tab, expression string) T {
	t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%v\nin %s", err, expression)
	}
	return v
}

// asked returns what the page has asked for, and faults what went wrong in it.
func (p *tab) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.requests...)
}

func (p *tab) faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.wrong...)
}

// look makes the window so wide, in light or dark.
func (p *tab) look(t *testing.T, width int64, scheme string) {
	t.Helper()
	p.do(t, chromedp.EmulateViewport(width, 800), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	}))
}

// shoot keeps a picture of the whole page, if a folder was named.
func (p *tab) shoot(t *testing.T, name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(*shots, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
