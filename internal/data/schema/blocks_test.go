package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/rng"
)

// randomTable returns a table in CSV with columns of many kinds. flaws is out of
// how many rows one is no plain row; 0: none.
func randomTable(s rng.Stream, rows, flaws int) []byte {
	next := uint64(0)
	draw := func(n int) int { next++; return int(s.Uint64(next) % uint64(n)) }
	kinds := make([]int, 1+draw(7))
	var b bytes.Buffer
	ends := []string{"\n", "\n", "\r\n", "\r"}[draw(4)]
	for j := range kinds {
		kinds[j] = draw(9)
		fmt.Fprintf(&b, "%sname%d", []string{"", ","}[min(j, 1)], j)
	}
	for row := range rows {
		b.WriteString(ends)
		if flaws > 0 && draw(flaws) == 0 {
			b.WriteString([]string{"1", "1,2,3,4,5,6,7,8", "", `x"y`, `"z" z`, "\x00", "\xff\xfe", "é\xc3", `"`, "\"" + strings.Repeat("2\n", 99)}[draw(10)])
			continue
		}
		for j, kind := range kinds {
			if j > 0 {
				b.WriteByte(',')
			}
			switch kind {
			case 0, 1:
				fmt.Fprintf(&b, "%.*f", draw(9), float64(draw(2000000)-1000000)/1000)
			case 2:
				fmt.Fprintf(&b, "%d", draw(10))
			case 3:
				b.WriteString([]string{"NA", "", "1", "-2.5", " 3 ", "0", "1e3", "1e-400"}[draw(8)])
			case 4:
				b.WriteString([]string{"red", "blüe", " green ", "?", ""}[draw(5)])
			case 5:
				fmt.Fprintf(&b, "w%d", draw(5000))
			case 6:
				b.WriteString([]string{`"a,b"`, `"say ""so"""`, "\"l\nm\"", "\"r\r\nn\" ", "plain"}[draw(5)])
			case 7: // numbers, and rarely a word
				if draw(400) == 0 {
					b.WriteString("odd")
				} else {
					fmt.Fprintf(&b, "%d", row)
				}
			case 8: // numbers until the window is over
				fmt.Fprintf(&b, "%s%d", []string{"", "v"}[min(row/150, 1)], draw(9))
			}
		}
	}
	if draw(2) == 0 {
		b.WriteString(ends)
	}
	return b.Bytes()
}

// outcome writes all that reading gives.
func outcome(t *table.Table, err error) string {
	if err != nil {
		text := err.Error()
		var all problem.Problems
		if errors.As(err, &all) {
			for _, p := range all {
				text += fmt.Sprintf("\n%s %q %q %d %v", p.Pos, p.Excerpt, p.Hint, p.Width, p.Also)
			}
		}
		return text
	}
	text := fmt.Sprint(t.Rows, t.Lines, t.SHA256, string(t.Delimiter), t.HeaderFound)
	for _, c := range t.Columns {
		text += fmt.Sprintf("\n%s %s %v %v %v %q %d %v %d %q %v", c.Name, c.Kind, c.Numbers, c.Wide, c.Codes, c.Words, c.Missing, c.Others, c.OtherN, c.OtherWords, c.Skipped)
	}
	return text
}

// Reading in blocks by several goroutines gives what reading row by row gives,
// for tables without and with mistakes.
func TestBlocksAreLikeRows(t *testing.T) {
	tables, flawed, accepted := 120, 0, 0
	if testing.Short() {
		tables = 24
	}
	for i := range tables {
		s := rng.New(uint64(i), "tables")
		draw := func(n int) int { return int(s.Uint64(uint64(1e9+n)) % uint64(n)) }
		b := randomTable(s, draw(3000), []int{0, 0, 0, 4000, 500, 7}[i%6])
		c := Default()
		c.Delimiter = ','
		if i%3 > 0 {
			c.Target = []ColumnRef{{Number: -1}}
		}
		if i%5 == 0 {
			c.Columns = []ColumnConfig{{Ref: ColumnRef{Number: 1}, Type: "auto", NA: []string{"0", "odd"}}}
		}
		src := source.Bytes("t.csv", b)
		src.Block = -1
		table, err := Read(src, c)
		want := outcome(table, err)
		if err == nil {
			accepted++
		} else {
			flawed++
		}
		for _, size := range []int{64 << 10, 1 << 10, 1<<10 + draw(63<<10)} {
			src.Block, src.Threads = size, 1+(i+size)%7
			if got := outcome(Read(src, c)); got != want {
				t.Fatalf("table %d, blocks of %d bytes, %d threads: got\n%.2000s\nwant\n%.2000s", i, size, src.Threads, got, want)
			}
		}
	}
	t.Logf("%d tables accepted, %d refused", accepted, flawed)
	if min(flawed, accepted) < tables/8 {
		t.Errorf("%d tables accepted, %d refused", accepted, flawed)
	}
}

// A source that breaks off gives the same complaint in blocks.
func TestBlocksOfABrokenSource(t *testing.T) {
	text := randomTable(rng.New(4, "broken"), 3000, 0)
	for _, cut := range []int{100, 2000, 70000, len(text) - 1} {
		for _, flaw := range []string{"", "1,2,3,4,5,6,7,8,9\n"} {
			var want string
			for _, block := range []int{-1, 0, 1 << 10, 5000, 64 << 10} {
				b := append(text[:min(cut, len(text)):min(cut, len(text))], "\n"+flaw...)
				src := source.Source{Name: "t.csv", Threads: 3, Block: block, Open: func() (io.ReadCloser, error) {
					return io.NopCloser(io.MultiReader(bytes.NewReader(b), iotest.ErrReader(errors.New("the disk has gone")))), nil
				}}
				table, err := Read(src, Default())
				got := outcome(table, err)
				if block < 0 {
					want = got
				}
				if err == nil || got != want {
					t.Errorf("%d bytes, blocks of %d: got\n%s\nwant\n%s", cut, block, got, want)
				}
			}
		}
	}
}

// A numeric target forgets its words at the same cell whatever the blocks.
func TestManyLabelsInBlocks(t *testing.T) {
	for _, odd := range []int{-1, 10, table.BothLimit - 1, table.BothLimit, table.BothLimit + 1, 2*table.BothLimit - 1} {
		var b strings.Builder
		b.WriteString("a,y\n")
		for i := range 2 * table.BothLimit {
			word := fmt.Sprint(i)
			if i == odd {
				word = "x"
			}
			fmt.Fprintf(&b, "1,%s\n", word)
		}
		c := Default()
		c.Target, c.Header = []ColumnRef{{Name: "y"}}, table.Yes
		src := text(b.String())
		src.Block = -1
		want, err := Read(src, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{64, 1000, 30000} {
			src.Block, src.Threads = size, 2
			got, err := Read(src, c)
			if err != nil || outcome(got, nil) != outcome(want, nil) || !slices.Equal(got.Columns[1].Words, want.Columns[1].Words) {
				t.Errorf("odd cell %d, blocks of %d: %d words, want %d, %v", odd, size, len(got.Columns[1].Words), len(want.Columns[1].Words), err)
			}
		}
	}
}
