package iostreams

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

func TestFold(t *testing.T) {
	for _, c := range []struct {
		columns    int
		text, want string
	}{
		{0, "as it is, however long it may be\n", "as it is, however long it may be\n"},
		{80, "short\n", "short\n"},
		{10, "0123456789\n", "0123456789\n"},
		{10, "one two three four\n", "one two\n  three\n  four\n"},
		{10, "  hint: let it be\n", "  hint:\n    let it\n    be\n"},
		{30, "Epoch 1/5 - loss: 0.5123 - accuracy: 0.7526\n", "Epoch 1/5 - loss: 0.5123\n  - accuracy: 0.7526\n"},
		{12, "hint: /a/path/longer/than/that stays\n", "hint:\n  /a/path/longer/than/that\n  stays\n"},
		{6, "ein Grün und Gelb", "ein\n  Grün\n  und\n  Gelb"},
		{8, "漢字 漢字 漢字\n", "漢字\n  漢字\n  漢字\n"},
	} {
		if got := Fold(c.text, c.columns); got != c.want {
			t.Errorf("%q in %d columns: %q, not %q", c.text, c.columns, got, c.want)
		}
	}
}

// Nothing is lost, no word is broken, and no line of more than one word is too long.
func FuzzFold(f *testing.F) {
	f.Add("Epoch 12/150 - loss: 0.5123 - val_loss: 0.61\n  hint: that\n\n", 20)
	f.Add("漢字 - 漢 - 字", 3)
	f.Fuzz(func(t *testing.T, text string, columns int) {
		got := Fold(text, columns)
		if want := strings.Fields(text); strings.Join(strings.Fields(got), " ") != strings.Join(want, " ") {
			t.Fatalf("words of %q differ: %q", text, got)
		}
		if columns <= 0 {
			return
		}
		for line := range strings.Lines(got) {
			line = strings.TrimRight(line, "\n")
			if inside := strings.Trim(line, " "); uniseg.StringWidth(line) > columns && strings.Contains(inside, " ") &&
				uniseg.StringWidth(line[:strings.LastIndex(strings.TrimRight(line, " "), " ")]) > columns {
				t.Fatalf("%q is longer than %d columns", line, columns)
			}
		}
	})
}
