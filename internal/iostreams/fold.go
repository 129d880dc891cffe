package iostreams

import (
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

// part stands between two figures of a line, as in "loss: 0.51 - accuracy: 0.75".
const part = " - "

// Fold breaks lines of sentences and figures that are longer than a terminal with so many
// columns, so that no word or number is cut in two: between two figures where there are
// some, else between two words. What goes on stands two columns further in. columns 0,
// no terminal, leaves the text alone; a word that alone is too long stays whole, so that
// a path or a command can be copied.
func Fold(text string, columns int) string {
	if columns <= 0 {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if indent > columns/2 {
			indent = 0
		}
		pad := strings.Repeat(" ", indent+2)
		for {
			at := breakAt(line, indent, columns)
			if at < 0 {
				break
			}
			b.WriteString(strings.TrimRight(line[:at], " ") + "\n")
			line, indent = pad+strings.TrimLeft(line[at:], " "), len(pad)
		}
		b.WriteString(line)
	}
	return b.String()
}

// Tell writes sentences and figures to Out, folded where that is a terminal.
func (s *Streams) Tell(text string) error {
	_, err := io.WriteString(s, Fold(text, s.Columns()))
	return err
}

// Remark writes sentences to Err, folded where that is a terminal.
func (s *Streams) Remark(text string) { s.Complain("%s", Fold(text, Width(s.Err))) }

// breakAt is where the rest of a line begins; negative where the line is short enough or
// cannot be broken. Break opportunities are the spaces behind the indent. It looks no
// further than the first of them beyond the edge, so that a long line takes a time that
// grows with its length.
func breakAt(line string, indent, columns int) int {
	width, word, figure := 0, -1, -1
	for i, r := range line {
		if r == '\n' {
			break
		}
		if r == ' ' && i > indent {
			if width <= columns || word < 0 {
				word = i
			}
			if width <= columns && strings.HasPrefix(line[i:], part) {
				figure = i
			}
		}
		w := uniseg.StringWidth(string(r))
		if r != ' ' && width+w > columns && word >= 0 {
			if figure > columns/3 {
				return figure
			}
			return word
		}
		width += w
	}
	return -1
}
