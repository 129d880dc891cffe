package serve

import (
	"strings"

	"mlp/internal/rowwriter"
)

// answers are the cells that a model has written for some rows.
type answers struct {
	names []string
	cells []cell
}

// A cell is a word, some words or a number.
type cell struct {
	kind   kind
	word   string
	words  []string
	number float32
}

type kind uint8

const (
	aNumber kind = iota
	aWord
	someWords
)

func (a *answers) Number(v float32)   { a.cells = append(a.cells, cell{number: v}) }
func (a *answers) Word(s string)      { a.cells = append(a.cells, cell{kind: aWord, word: s}) }
func (a *answers) Words(all []string) { a.cells = append(a.cells, cell{kind: someWords, words: all}) }

// rows returns how many rows there are.
func (a *answers) rows() int { return len(a.cells) / len(a.names) }

// at returns the cell of a row in a column.
func (a *answers) at(row, column int) *cell { return &a.cells[row*len(a.names)+column] }

// text is a cell that is not a number, as one text.
func (c *cell) text() string {
	if c.kind == someWords {
		return strings.Join(c.words, "|")
	}
	return c.word
}

// appendJSON appends a cell as a JSON value.
func (c *cell) appendJSON(to []byte) []byte {
	switch c.kind {
	case aNumber:
		return rowwriter.AppendNumber(to, c.number)
	case aWord:
		return rowwriter.AppendJSON(to, c.word)
	}
	to = append(to, '[')
	for i, w := range c.words {
		if i > 0 {
			to = append(to, ',')
		}
		to = rowwriter.AppendJSON(to, w)
	}
	return append(to, ']')
}

// appendRecords appends a list with an element for each row: an object, or the value
// itself where there is one column.
func (a *answers) appendRecords(to []byte, keys [][]byte) []byte {
	to = append(to, '[')
	for i := range a.rows() {
		if i > 0 {
			to = append(to, ',')
		}
		if len(a.names) == 1 {
			to = a.at(i, 0).appendJSON(to)
			continue
		}
		c := byte('{')
		for j, key := range keys {
			to = a.at(i, j).appendJSON(append(append(to, c), key...))
			c = ','
		}
		to = append(to, '}')
	}
	return append(to, ']')
}

// appendColumns appends an object with a list for each column, or the list itself where
// there is one.
func (a *answers) appendColumns(to []byte, keys [][]byte) []byte {
	if len(a.names) == 1 {
		return a.appendRecords(to, keys)
	}
	c := byte('{')
	for j, key := range keys {
		to = append(append(to, c), key...)
		to = append(a.appendColumn(append(to, '['), j), ']')
		c = ','
	}
	return append(to, '}')
}

// appendColumn appends the values of a column.
func (a *answers) appendColumn(to []byte, column int) []byte {
	for i := range a.rows() {
		if i > 0 {
			to = append(to, ',')
		}
		to = a.at(i, column).appendJSON(to)
	}
	return to
}

// appendText appends the rows as CSV or JSON lines, as predict writes them.
func (a *answers) appendText(to []byte, json bool) []byte {
	w := rowwriter.New(a.names, json, false)
	for i := range a.rows() {
		for j := range a.names {
			switch c := a.at(i, j); c.kind {
			case aNumber:
				w.Number(c.number)
			case aWord:
				w.Word(c.word)
			default:
				w.Words(c.words)
			}
		}
		w.End()
	}
	return append(to, w.Bytes()...)
}
