//go:build unix

// Command serve sends a server of models requests of one row from several clients, as fast
// as it answers, and prints requests a second, how long they took, and what failed:
//
//	go run ./bench/serve -url http://127.0.0.1:8080/v1/models/m:predict -body row.json -pid $PID
//
// With -broken some further clients send what is no request; with -reload the server is
// sent SIGHUP every second.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	target := flag.String("url", "", "where the requests go")
	file := flag.String("body", "", "file with the body of a request")
	clients := flag.Int("clients", 4, "how many send at once")
	lasts := flag.Duration("for", 10*time.Second, "how long")
	pid := flag.Int("pid", 0, "process whose memory is looked at; 0: none")
	reload := flag.Bool("reload", false, "send the process SIGHUP every second")
	broken := flag.Int("broken", 0, "clients that send what is no request")
	flag.Parse()
	body, err := os.ReadFile(*file)
	if err != nil {
		log.Fatal(err)
	}
	end := time.Now().Add(*lasts)
	var wait sync.WaitGroup
	var mu sync.Mutex
	var took []time.Duration
	failures, answers := map[string]int{}, map[string]int{}
	for range *clients {
		wait.Go(func() {
			var own []time.Duration
			c := &http.Client{Transport: &http.Transport{}}
			for time.Now().Before(end) {
				begun := time.Now()
				status, answer := post(c, *target, body)
				own = append(own, time.Since(begun))
				mu.Lock()
				if status != "" {
					failures[status]++
				} else if len(answers) < 10 || answers[answer] > 0 {
					answers[answer]++
				}
				mu.Unlock()
			}
			mu.Lock()
			took = append(took, own...)
			mu.Unlock()
		})
	}
	at, err := url.Parse(*target)
	if err != nil {
		log.Fatal(err)
	}
	for k := range *broken {
		wait.Go(func() {
			for n := k; time.Now().Before(end); n++ {
				breakOff(at, n, body)
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	peak := memory(*pid)
	for time.Now().Before(end) {
		time.Sleep(min(time.Second, time.Until(end)))
		if *reload {
			_ = syscall.Kill(*pid, syscall.SIGHUP)
		}
		peak = max(peak, memory(*pid))
	}
	wait.Wait()
	slices.Sort(took)
	n := len(took)
	fmt.Printf("%.0f requests/s, p50 %v, p99 %v, memory %d MB at most, %d at the end, %d different answers, failures %v\n",
		float64(n)/lasts.Seconds(), took[n/2].Round(time.Microsecond), took[n*99/100].Round(time.Microsecond), peak>>20, memory(*pid)>>20, len(answers), failures)
	if len(failures) > 0 || len(answers) != 1 {
		os.Exit(1)
	}
}

// post returns what went wrong, or the answer.
func post(c *http.Client, to string, body []byte) (status, answer string) {
	r, err := c.Post(to, "application/json", bytes.NewReader(body))
	if err != nil {
		return err.Error(), ""
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err.Error(), ""
	}
	if r.StatusCode != http.StatusOK {
		return r.Status, ""
	}
	return "", string(text)
}

// breakOff sends a request that is none, in one of several ways, and goes.
func breakOff(at *url.URL, n int, body []byte) {
	c, err := net.Dial("tcp", at.Host)
	if err != nil {
		return
	}
	defer c.Close()
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", at.Path, len(body))
	text := [...]string{head + string(body[:len(body)/2]), head[:len(head)/2], "\x00\xff\r\n\r\n", strings.Replace(head, fmt.Sprint(len(body)), "99999999999", 1),
		head + strings.Repeat("[", len(body))}[n%5]
	_, _ = io.WriteString(c, text)
	if n%5 > 1 {
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
		_, _ = io.Copy(io.Discard, c)
	}
}

// memory is what a process has of the machine, in bytes.
func memory(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int64
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return resident * int64(os.Getpagesize())
}
