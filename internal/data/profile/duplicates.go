package profile

import (
	"math"
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/parallel"
	"mlp/internal/problem"
	"mlp/internal/stats"
)

// duplicateColumns finds features that say the same in every row. Only columns
// that agree in all that is known of them are compared cell by cell.
func (p *profiler) duplicateColumns() {
	type print struct {
		missing, distinct int
		numbers           NumberStats
		top               Count
	}
	alike := map[print][]*table.Column{}
	for i, col := range p.columns {
		r := &p.report.Columns[i]
		if p.schema.Columns[i].Role != schema.Feature || col.Skipped || r.Distinct <= 1 {
			continue
		}
		seen := print{missing: r.Missing, distinct: r.Distinct}
		if r.Numbers != nil {
			seen.numbers = *r.Numbers
		} else {
			seen.top = r.Top[0]
		}
		twin := slices.IndexFunc(alike[seen], func(other *table.Column) bool { return sameColumn(other, col) })
		if twin < 0 {
			alike[seen] = append(alike[seen], col)
			continue
		}
		other := alike[seen][twin]
		p.add("duplicate_columns", []string{other.Name, col.Name}, schema.IgnoreHint(col.Name), "%q and %q are the same in every row", other.Name, col.Name)
	}
}

func sameColumn(a, b *table.Column) bool {
	for row := range a.Len() {
		if !sameCell(a, row, b, row) {
			return false
		}
	}
	return true
}

// duplicateRows counts rows that repeat an earlier one in every column.
func (p *profiler) duplicateRows() {
	var columns []*table.Column
	for i, col := range p.columns {
		if r := p.schema.Columns[i].Role; !col.Skipped && (r == schema.Feature || r == schema.Target) {
			columns = append(columns, col)
		}
	}
	hashes := p.hashRows(columns)
	// An open table of rows, by hash: rows + 1, 0 where it is free.
	slots := uint64(1)
	for slots < 2*uint64(p.table.Rows) {
		slots *= 2
	}
	first := make([]uint32, slots)
	n, example := 0, [2]int{}
	for row, h := range hashes {
		at := h & (slots - 1)
		for ; first[at] != 0; at = (at + 1) & (slots - 1) {
			other := int(first[at]) - 1
			if hashes[other] == h && !slices.ContainsFunc(columns, func(c *table.Column) bool { return !sameCell(c, row, c, other) }) {
				if n++; n == 1 {
					example = [2]int{p.table.Lines[other], p.table.Lines[row]}
				}
				break
			}
		}
		if first[at] == 0 {
			first[at] = uint32(row + 1)
		}
	}
	if n > 0 {
		p.add("duplicate_rows", nil, "a training row that is among the test rows too makes the score too good",
			"%s a copy of another one, for example line %d of line %d", problem.CountAre(n, "row"), example[1], example[0])
	}
}

// hashRows returns a number for each row; rows that are equal in the columns have
// equal ones. It goes column by column, over a stretch of rows for each processor.
func (p *profiler) hashRows(columns []*table.Column) []uint64 {
	hashes := make([]uint64, p.table.Rows)
	words := make([][]uint64, len(columns))
	for i, c := range columns {
		words[i] = wordHashes(c)
	}
	workers := parallel.Workers(p.threads)
	parallel.Each(workers, workers, func(w int) {
		const stretch = 4096 // hashes that stay near while the columns pass
		for from, to := w*p.table.Rows/workers, (w+1)*p.table.Rows/workers; from < to; from += stretch {
			for i, c := range columns {
				mixColumn(c, hashes[from:min(from+stretch, to)], from, words[i])
			}
		}
	})
	return hashes
}

// mixColumn takes the cells from a row on into the hashes of their rows.
func mixColumn(c *table.Column, hashes []uint64, from int, words []uint64) {
	if c.Numbers != nil {
		for i, v := range c.Numbers[from : from+len(hashes)] {
			bits := uint64(math.Float32bits(v + 0)) // −0 counts as 0
			if v != v {
				bits = 1 << 32 // all NaN are one
			}
			hashes[i] = mixHash(hashes[i], bits)
		}
		return
	}
	if c.Wide != nil {
		for i, v := range c.Wide[from : from+len(hashes)] {
			hashes[i] = mixHash(hashes[i], wideBits(v))
		}
		return
	}
	for i, code := range c.Codes[from : from+len(hashes)] {
		hashes[i] = mixHash(hashes[i], words[code+1])
	}
}

// wideBits returns the bits of a float64, of which −0 counts as 0, and all NaN are one.
func wideBits(v float64) uint64 {
	if v != v {
		return 1 << 32
	}
	return math.Float64bits(v + 0)
}

// wordHashes returns a number for "missing" and for each word of the column.
func wordHashes(c *table.Column) []uint64 {
	if c.HasNumbers() {
		return nil
	}
	hashes := []uint64{1<<63 + 1}
	for _, w := range c.Words {
		hashes = append(hashes, stats.FNV1a(w))
	}
	return hashes
}

func mixHash(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// sameCell reports whether two cells are equal; missing ones are.
func sameCell(c *table.Column, row int, other *table.Column, otherRow int) bool {
	a, b := c.IsMissing(row), other.IsMissing(otherRow)
	if a || b {
		return a && b
	}
	if c.HasNumbers() && other.HasNumbers() {
		return c.Number(row) == other.Number(otherRow)
	}
	return c.Codes != nil && other.Codes != nil && c.Words[c.Codes[row]] == other.Words[other.Codes[otherRow]]
}
