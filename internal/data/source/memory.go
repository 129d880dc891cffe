package source

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"mlp/internal/problem"
)

// unknownMemory is taken for the machine's memory where it cannot be asked.
const unknownMemory = 16 << 30

// tableLimit is how many bytes the columns of a table may take, so that a hostile file is
// refused and no machine brought down: half of the memory there is, since training makes
// a second copy, scaled and encoded.
var tableLimit = sync.OnceValue(func() int64 { return machineMemory() / 2 })

// machineMemory returns the bytes of memory that the process may use: those of
// its control group, or the machine's, whichever is less. Only Linux says.
func machineMemory() int64 {
	memory := int64(unknownMemory)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil { // MemTotal:  24000000 kB
		_, rest, found := bytes.Cut(text, []byte("MemTotal:"))
		if words := bytes.Fields(rest); found && len(words) > 1 {
			if kB, err := strconv.ParseInt(string(words[0]), 10, 64); err == nil {
				memory = kB << 10
			}
		}
	}
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := os.ReadFile(file); err == nil {
			if limit, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64); err == nil && limit > 0 {
				memory = min(memory, limit)
			}
		}
	}
	return memory
}

// Limit is tableLimit, or what a test says.
func (s Source) Limit() int64 {
	if s.Memory > 0 {
		return s.Memory
	}
	return tableLimit()
}

// InBytes writes a size for people.
func InBytes(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return problem.Count(int(n), "byte")
}

// ReadAll reads what must be held in memory whole, up to the limit of a table.
func (s Source) ReadAll(r io.Reader) ([]byte, error) {
	limit := s.Limit()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, problem.Data(problem.Pos{File: s.Name}, "", "work on some of the rows; a text file, which need not be held in memory, may be larger",
			"there are more than %s to read, half of the memory there is", InBytes(limit))
	}
	return b, err
}
