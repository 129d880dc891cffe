package dialect

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/scan"
)

// A Note says what was done about the form of a table, and how to have it otherwise.
type Note struct{ Kind, Msg, Hint string }

// A Header is what the first row of a table says of its columns.
type Header struct {
	Names    []string // each one once
	Nameless []bool   // which columns the table gives no name; nil: none
	Trailing bool     // a delimiter ends each row
	Notes    []Note
}

// RowNames reports whether each row begins with its name, as R writes them, so that the
// header has a name fewer than a row has cells. Such names are all different, and words
// or whole numbers.
func RowNames(row []string, below [][]string) bool {
	seen := map[string]bool{}
	whole := 0
	for _, cells := range below {
		if len(cells) != len(row)+1 || cells[0] == "" || seen[cells[0]] {
			return false
		}
		seen[cells[0]] = true
		if strings.Trim(cells[0], "0123456789") == "" {
			whole++
		} else if _, v := (scan.Marks{}).Real([]byte(cells[0])); v != scan.NotNumber {
			return false
		}
	}
	return len(below) > 0 && (whole == 0 || whole == len(below)) && !HasNames(below, scan.NASet{}, scan.Marks{}) // else it is a title above the names
}

// Names are names of which none is given twice. However many ask for one name, each
// finds a free one at once.
type Names struct {
	taken map[string]bool
	tried map[string]int // NAME_2 … NAME_N are taken
}

// Take notes that a name is given.
func (n *Names) Take(name string) {
	if n.taken == nil {
		n.taken, n.tried = map[string]bool{}, map[string]int{}
	}
	n.taken[name] = true
}

// Has reports whether a name is given.
func (n *Names) Has(name string) bool { return n.taken[name] }

// Free gives a name, or the first free one of NAME_2, NAME_3 and so on.
func (n *Names) Free(name string) string {
	free := name
	for k := max(2, n.tried[name]+1); n.taken[free]; k++ {
		free = fmt.Sprintf("%s_%d", name, k)
		n.tried[name] = k
	}
	n.Take(free)
	return free
}

// Name makes the header of a first row and of those below it, which may begin with names
// of their own. Where the last cell of all is empty, or the header alone has it, it is
// none. Of names that stand twice only those known get others, unless that is nil.
func Name(row []string, below [][]string, rowNames bool, known []string) Header {
	all := func(is func(cells []string) bool) bool {
		return len(below) > 0 && !slices.ContainsFunc(below, func(cells []string) bool { return !is(cells) })
	}
	longer := all(func(cells []string) bool { return len(cells) == len(row)+1 })
	empty := all(func(cells []string) bool { return len(cells) > 0 && cells[len(cells)-1] == "" })
	shorter := all(func(cells []string) bool { return len(cells) == len(row)-1 })
	var h Header
	switch {
	case empty && longer:
		h.Trailing = true
	case empty && len(row) > 1 && row[len(row)-1] == "":
		h.Trailing, row = true, row[:len(row)-1]
	case shorter && len(row) > 2 && row[len(row)-1] == "":
		row = row[:len(row)-1]
	case rowNames:
		row = slices.Concat([]string{""}, row)
	}
	nameless := 0
	seen, isKnown := map[string]bool{}, map[string]bool{}
	for _, name := range known {
		isKnown[name] = true
	}
	var names Names
	for _, n := range row {
		names.Take(n)
	}
	h.Names = slices.Clone(row)
	for j, name := range row {
		switch {
		case strings.TrimSpace(name) == "":
			if h.Nameless == nil {
				h.Nameless = make([]bool, len(row))
			}
			called := fmt.Sprintf("c%d", j+1)
			if rowNames && j == 0 {
				called = "row_names"
			}
			h.Names[j], h.Nameless[j] = names.Free(called), true
			if nameless++; nameless == 1 {
				h.Notes = append(h.Notes, Note{"nameless", fmt.Sprintf("column %d has no name: it is called %q here and left out unless a spec names it", j+1, h.Names[j]),
					fmt.Sprintf("to use it: `columns: [{name: %q}]`", h.Names[j])})
			}
		case seen[name]:
			called := names.Free(name)
			if known != nil && !isKnown[called] {
				continue
			}
			h.Names[j] = called
			h.Notes = append(h.Notes, Note{"double", fmt.Sprintf("column %d is called %q, as another is: it is called %q here", j+1, name, h.Names[j]),
				fmt.Sprintf("if one of them is of no use: `ignore: [%q]`", h.Names[j])})
		}
		seen[name] = true
	}
	if nameless > 1 {
		i := slices.IndexFunc(h.Notes, func(n Note) bool { return n.Kind == "nameless" })
		first := slices.Index(h.Nameless, true)
		h.Notes[i].Msg = fmt.Sprintf("%d columns have no name, the first is column %d: they are called by their numbers, as in %q, and left out unless a spec names them", nameless, first+1, h.Names[first])
	}
	return h
}

// HasNames reports whether the first row names the columns: it does when it
// holds no number and no missing cell and no name twice. A first row without
// numbers above columns of numbers is a header even where it breaks the other rules.
func HasNames(rows [][]string, na scan.NASet, marks scan.Marks) bool {
	if len(rows) == 0 {
		return false
	}
	first := rows[0]
	for _, cell := range first {
		if _, v := marks.Real([]byte(cell)); v != scan.NotNumber {
			return false
		}
	}
	missing := slices.IndexFunc(first, na.Has)
	twice := scan.Repeated(first)
	if missing < 0 && twice < 0 {
		return true
	}
	aboveNumbers := false
	for j := range first {
		n, cells := 0, 0
		for _, r := range rows[1:] {
			if j < len(r) && !na.Has(r[j]) {
				cells++
				if _, v := marks.Real([]byte(r[j])); v == scan.IsNumber {
					n++
				}
			}
		}
		aboveNumbers = aboveNumbers || n > 0 && n == cells
	}
	aboveNumbers = aboveNumbers || missing < 0 && Units(rows[1:], na, marks) > 0
	return aboveNumbers && (missing < 0 || first[missing] == "") // NA is a cell of a row, hardly a name
}

// LooksLikeNames reports whether a first row that was taken as data might be a
// header: it has a word above a column of numbers, or numbers that are years in a
// row.
func LooksLikeNames(rows [][]string, na scan.NASet, marks scan.Marks) bool {
	years, last := 0, float32(0)
	for j, cell := range rows[0] {
		v, verdict := marks.Parse([]byte(cell))
		if verdict == scan.IsNumber {
			if years > 0 && v != last+1 || v < 1900 || v > 2100 {
				years = -len(rows[0])
			}
			years, last = years+1, v
			continue
		}
		below := 0
		for _, r := range rows[1:] {
			if j >= len(r) || na.Has(r[j]) {
				continue
			}
			if _, v := marks.Real([]byte(r[j])); v != scan.IsNumber {
				below = -1
				break
			}
			below++
		}
		if below > 0 && cell != "" {
			return true
		}
	}
	return years > 1
}
