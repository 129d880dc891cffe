package memory

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The least of all limits counts: of the machine, of each control group on the path of the
// process in both versions, and of its resource limits.
func TestAvailable(t *testing.T) {
	const machine, none = "MemTotal:       24000000 kB\nMemFree: 1 kB\n", "9223372036854771712\n"
	limits := func(as, data string) string {
		return "Limit                     Soft Limit           Hard Limit           Units     \n" +
			"Max data size             " + data + "            unlimited            bytes     \n" +
			"Max address space         " + as + "            unlimited            bytes     \n"
	}
	v1 := "9:name=systemd:/\n4:cpu,memory:/a/b\n0::/\n"
	for name, c := range map[string]struct {
		files string // path: content, one a line
		want  int64
	}{
		"nothing":                {"", unknown},
		"the machine":            {"proc/meminfo|" + machine, 24000000 << 10},
		"version 1, own":         {"proc/self/cgroup|" + v1 + "|sys/fs/cgroup/memory/a/b/memory.limit_in_bytes|1000000\n|sys/fs/cgroup/memory/a/memory.limit_in_bytes|" + none, 1000000},
		"version 1, parent":      {"proc/self/cgroup|" + v1 + "|sys/fs/cgroup/memory/a/b/memory.limit_in_bytes|1000000\n|sys/fs/cgroup/memory/a/memory.limit_in_bytes|900000\n", 900000},
		"version 1, container":   {"proc/self/cgroup|" + v1 + "|sys/fs/cgroup/memory/memory.limit_in_bytes|800000\n", 800000},
		"version 2, own":         {"proc/self/cgroup|0::/a/b\n|sys/fs/cgroup/a/b/memory.max|700000\n|sys/fs/cgroup/a/memory.max|max\n", 700000},
		"version 2, parent":      {"proc/self/cgroup|0::/a/b\n|sys/fs/cgroup/a/b/memory.max|max\n|sys/fs/cgroup/a/memory.max|600000\n", 600000},
		"version 2, high":        {"proc/self/cgroup|0::/a/b\n|sys/fs/cgroup/a/b/memory.max|700000\n|sys/fs/cgroup/a/b/memory.high|500000\n", 500000},
		"version 2, beside 1":    {"proc/self/cgroup|" + v1 + "|sys/fs/cgroup/unified/memory.max|400000\n", 400000},
		"a sibling's":            {"proc/meminfo|" + machine + "|proc/self/cgroup|0::/a/b\n|sys/fs/cgroup/a/c/memory.max|1\n", 24000000 << 10},
		"a path out of the root": {"proc/self/cgroup|0::/../../a\n|sys/fs/cgroup/a/memory.max|300000\n", 300000},
		"address space":          {"proc/self/limits|" + limits("200000", "unlimited"), 200000},
		"data":                   {"proc/self/limits|" + limits("200000", "100000"), 100000},
		"no limits":              {"proc/meminfo|" + machine + "|proc/self/limits|" + limits("unlimited", "unlimited"), 24000000 << 10},
		"damaged":                {"proc/meminfo|MemTotal:|proc/self/cgroup|0:\n:::\nx\n|proc/self/limits|Max data size", unknown},
	} {
		root := t.TempDir()
		parts := strings.Split(c.files, "|")
		for i := 0; i+1 < len(parts); i += 2 {
			file := filepath.Join(root, parts[i])
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(parts[i+1]), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := available(root); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
}

// What is taken is no longer left, and what is let go is left again when it is wanted.
func TestLeft(t *testing.T) {
	const size = 64 << 20
	before := Left(0)
	held := make([]byte, size)
	if left := Left(before); left > before-size/2 {
		t.Errorf("%d bytes are left with %d more in use than when there were %d", left, size, before)
	}
	held[0] = 1
	held = nil
	if left := Left(before); held != nil || left < before-size/2 {
		t.Errorf("%d bytes are left with nothing more in use than when there were %d", left, before)
	}
}
