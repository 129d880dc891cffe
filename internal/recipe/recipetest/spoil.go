package recipetest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Place is a value in a JSON text without spaces.
type Place struct {
	text            string
	begin, from, to int // of its key, if it has one, and of itself
}

// Value is the text of the value.
func (p Place) Value() string { return p.text[p.from:p.to] }

// With is the text with something else in the place of the value.
func (p Place) With(value string) string { return p.text[:p.from] + value + p.text[p.to:] }

// Without is the text without the value, and without its key.
func (p Place) Without() string {
	before, after := p.text[:p.begin], p.text[p.to:]
	if rest, ok := strings.CutPrefix(after, ","); ok {
		return before + rest
	}
	return strings.TrimSuffix(before, ",") + after
}

// Places returns each value of a JSON text without spaces, however deep; all else of it,
// the order of keys too, stays as it is. Of what is no such text there are none.
func Places(text string) map[string]Place {
	all := map[string]Place{}
	d := json.NewDecoder(strings.NewReader(text))
	next := func() int { // where the next token begins
		at := int(d.InputOffset())
		for at < len(text) && strings.ContainsRune(",:", rune(text[at])) {
			at++
		}
		return at
	}
	var walk func(path string, begin int) error
	walk = func(path string, begin int) error {
		from := next()
		if begin < 0 {
			begin = from
		}
		opened, err := d.Token()
		for i := 0; err == nil && (opened == json.Delim('{') || opened == json.Delim('[')) && d.More(); i++ {
			if opened == json.Delim('[') {
				err = walk(fmt.Sprintf("%s[%d]", path, i), -1)
				continue
			}
			at := next()
			var key json.Token
			if key, err = d.Token(); err == nil {
				err = walk(fmt.Sprintf("%s.%v", path, key), at)
			}
		}
		if _, nested := opened.(json.Delim); err == nil && nested {
			_, err = d.Token()
		}
		all[path] = Place{text, begin, from, int(d.InputOffset())}
		return err
	}
	if walk("", -1) != nil {
		return nil
	}
	return all
}
