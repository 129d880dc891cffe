package source

import (
	"fmt"
	"io"

	"mlp/internal/memory"
	"mlp/internal/problem"
)

// tableLimit is how many bytes the columns of a table may take, so that a hostile file is
// refused and no machine brought down: half of the memory there is, since training makes
// a second copy, scaled and encoded.
func tableLimit() int64 { return memory.Available() / 2 }

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
