package parse

import (
	"bytes"
	"context"
	"io"
	"sync"

	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/parallel"
)

const (
	blockSize  = 1 << 19 // bytes read at a time: a block and what it holds stay in a core's cache
	blockLimit = 1 << 23 // bytes of a block whose end is not found
)

// Rows are read in blocks: stretches of text that end with a record, which
// several goroutines cut and parse at once, each into columns of its own, and
// which are joined in the order of the file. Where a block holds anything that is
// not a plain row (a mistake, a blank line, a byte that is no text) its rows are
// dropped, and reading one by one takes over from its beginning. So what is found
// in a table and how it is reported depends neither on the blocks nor on how many
// goroutines there are.
//
// Where a block may end is guessed by counting quotes. A wrong guess does no harm:
// the first block begins with a record; a block without a mistake that begins with
// a record and ends with one is followed by one that begins with a record; and only
// a mistake makes the count wrong.
type blocks struct {
	rs     *records
	rows   *rows
	strict bool // a cell of a numeric column that is no number is a mistake
	source source.Source
	size   int
	total  int64 // bytes of the source, 0 where it is not known

	reading sync.Mutex // held while reading; guards the next four
	r       io.Reader
	carry   []byte   // read beyond the last block
	flying  []*block // read and not joined
	n       int      // blocks read

	turns          sync.Mutex // guards all that follows
	turned         *sync.Cond
	summed, joined int         // blocks whose bytes are in the sum, whose rows are joined
	ways           []table.Way // in which columns are kept
	bytes          int64       // of the blocks that are joined
	flawed         bool        // a block was left to be read row by row
	crashed        bool        // a goroutine has panicked
	ended          bool        // nothing is left to read
	err            error       // of the source, after what has been read
	refused        error       // the table is too large
}

// readBlocks reads as many rows as come in blocks. JSON lines are read row by row,
// and so is what the window holds already.
func readBlocks(src source.Source, rs *records, rows *rows, strict bool) error {
	bs := &blocks{rs: rs, rows: rows, strict: strict, source: src, size: blockSize, total: source.SizeOf(rs.r)}
	switch {
	case rs.cut.Objects != nil || rs.cut.Odd() || rs.comment != nil || src.Block < 0 || rs.eof && src.Block == 0:
		return nil
	case src.Block > 0:
		bs.size = src.Block
	}
	bs.turned = sync.NewCond(&bs.turns)
	bs.noteWays()
	rest := rs.window[rs.next:]
	rs.ahead = len(rest)
	bs.r = bytes.NewReader(rest)
	if !rs.eof {
		bs.r = io.MultiReader(bs.r, rs.r)
	}
	n := src.Workers()
	if err := parallel.Do(context.Background(), n, n, func(context.Context, int) error { bs.work(); return nil }); err != nil {
		return err
	}
	bs.handBack()
	return bs.refused
}

// work reads, sums, parses and joins blocks until none is left.
func (bs *blocks) work() {
	sound := false
	defer func() {
		if !sound {
			bs.crash()
		}
	}()
	cut := bs.rs.cut.Twin()
	var spare *block
	for {
		b := bs.next(spare)
		if b == nil {
			break
		}
		bs.sum(b)
		if !b.flawed {
			b.parse(cut, bs.strict)
		}
		if !bs.join(b) {
			break
		}
		spare = b
	}
	sound = true
}

// crash lets the other goroutines end when one has panicked: its turn never comes.
func (bs *blocks) crash() {
	bs.turns.Lock()
	bs.crashed, bs.flawed = true, true
	bs.turns.Unlock()
	bs.turned.Broadcast()
}

// next reads a block into the memory of one that is done with.
func (bs *blocks) next(spare *block) *block {
	bs.reading.Lock()
	defer bs.reading.Unlock()
	if bs.over() {
		return nil
	}
	b := spare
	if b == nil {
		b = &block{}
	}
	b.number, b.flawed, b.last = bs.n, false, false
	bs.n++
	bs.fill(b)
	bs.carry = append(bs.carry[:0], b.buf[b.end:b.read]...)
	bs.flying = append(bs.flying, b)
	bs.turns.Lock()
	b.prepare(bs.rows.columns, bs.ways)
	bs.turns.Unlock()
	return b
}

// over reports whether there is nothing to read in blocks any more.
func (bs *blocks) over() bool {
	bs.turns.Lock()
	defer bs.turns.Unlock()
	return bs.ended || bs.flawed
}

// fill reads what was carried and size bytes more, or as many as it takes to find
// the end of a record.
func (bs *blocks) fill(b *block) {
	need := len(bs.carry) + bs.size
	if len(b.buf) < need+scan.WordSlack {
		b.buf = make([]byte, need+need/8+scan.WordSlack)
	}
	n := copy(b.buf, bs.carry)
	b.fresh = n
	for {
		var err error
		for n < need && err == nil {
			var m int
			m, err = bs.r.Read(b.buf[n:need])
			n += m
		}
		b.read = n
		if err != nil {
			bs.turns.Lock()
			bs.ended = true
			if err != io.EOF {
				bs.err, b.flawed = err, true
			}
			bs.turns.Unlock()
			b.end, b.last = n, true
			return
		}
		if b.end = recordsEnd(b.buf[:n]); b.end > 0 {
			return
		}
		if n >= blockLimit {
			b.end, b.flawed = n, true
			return
		}
		need = 2 * n
		b.buf = append(b.buf[:n], make([]byte, n+scan.WordSlack)...)
	}
}

// recordsEnd returns where the last record ends that ends within b, if the number
// of quotes tells it; 0 if none does.
func recordsEnd(b []byte) int {
	quotes := bytes.Count(b, []byte{'"'})
	for end := len(b); ; {
		i := bytes.LastIndexByte(b[:end], '\n')
		if i < 0 {
			break
		}
		if quotes -= bytes.Count(b[i:end], []byte{'"'}); quotes%2 == 0 {
			return i + 1
		}
		end = bytes.LastIndexByte(b[:i], '"') + 1 // no newline after it is outside quotes
	}
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '"') < 0 { // an old file with carriage returns, perhaps
		return bytes.LastIndexByte(b[:max(0, len(b)-1)], '\r') + 1
	}
	return 0
}

// sum adds the block's new bytes to the checksum when it is its turn.
func (bs *blocks) sum(b *block) {
	bs.turns.Lock()
	for bs.summed != b.number && !bs.crashed {
		bs.turned.Wait()
	}
	bs.turns.Unlock()
	rs, fresh := bs.rs, b.buf[b.fresh:b.read]
	known := min(rs.ahead, len(fresh))
	rs.ahead -= known
	if !rs.teed {
		rs.sum.Write(fresh[known:])
	}
	bs.turns.Lock()
	bs.summed++
	bs.turns.Unlock()
	bs.turned.Broadcast()
}

// join adds the block's rows to the table when it is its turn. It returns false
// when blocks are not wanted any more.
func (bs *blocks) join(b *block) bool {
	bs.turns.Lock()
	for bs.joined != b.number && !bs.flawed {
		bs.turned.Wait()
	}
	if bs.flawed || b.flawed {
		bs.flawed = true
		bs.turns.Unlock()
		bs.turned.Broadcast()
		return false
	}
	bs.turns.Unlock()

	bs.bytes += int64(b.end)
	for j, column := range bs.rows.columns {
		if b.columns[j].Wide {
			column.Widen() // before room is made
		}
	}
	bs.rows.reserve(len(b.lines), bs.bytes, bs.total, bs.source.Limit())
	for j, column := range bs.rows.columns {
		column.JoinPart(b.columns[j])
	}
	for _, line := range b.lines {
		bs.rows.lines = append(bs.rows.lines, bs.rs.left+line)
	}
	bs.rows.n += len(b.lines)
	bs.rs.left += b.height
	refused := bs.rows.checkMemory(bs.source.Limit(), bs.rs.here())

	bs.reading.Lock()
	bs.flying = bs.flying[1:]
	bs.reading.Unlock()
	bs.turns.Lock()
	bs.joined++
	bs.refused, bs.flawed = refused, bs.flawed || refused != nil
	bs.noteWays()
	bs.turns.Unlock()
	bs.turned.Broadcast()
	return true
}

// handBack lets records go on after the last block that was joined.
func (bs *blocks) handBack() {
	rs := bs.rs
	var parts []io.Reader
	for _, b := range bs.flying {
		parts = append(parts, bytes.NewReader(b.buf[:b.end]))
		rs.ahead += b.end
	}
	parts = append(parts, bytes.NewReader(bs.carry))
	rs.ahead += len(bs.carry)
	if bs.err != nil {
		parts = append(parts, broken{bs.err})
	} else {
		parts = append(parts, bs.r)
	}
	rs.buf, rs.window = nil, nil
	rs.at, rs.next, rs.checked, rs.eof = 0, 0, 0, false
	rs.r = source.Text{Reader: io.MultiReader(parts...), Closers: []io.Closer{rs.r}}
}

// broken is a source after its fault.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
