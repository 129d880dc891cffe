package safetensors

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// A scanner walks the JSON of a header where it lies, so that a header costs no
// more memory than what is kept of it. It knows the few forms a header has, and
// is strict: encoding/json would let duplicate keys, unknown fields, keys in
// another case and text that is not UTF-8 pass. Complaints name the byte of the
// header.
type scanner struct {
	text []byte
	at   int
}

// peek skips white space and returns the byte behind it; 0 at the end.
func (s *scanner) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// found says what stands where something else belongs.
func (s *scanner) found(wanted string) error {
	c := s.peek()
	if s.at == len(s.text) {
		return fmt.Errorf("it ends where %s belongs", wanted)
	}
	return fmt.Errorf("byte %d: found %q where %s belongs", s.at, rune(c), wanted)
}

// mark takes one of JSON's marks.
func (s *scanner) mark(want byte) error {
	if s.peek() != want {
		return s.found(strconv.QuoteRune(rune(want)))
	}
	s.at++
	return nil
}

// end makes sure that nothing but white space is left.
func (s *scanner) end() error {
	if s.peek(); s.at < len(s.text) {
		return fmt.Errorf("byte %d: text after the header", s.at)
	}
	return nil
}

// each takes a list or an object: open, then whatever item takes, separated by
// commas, then end.
func (s *scanner) each(open, end byte, item func() error) error {
	if err := s.mark(open); err != nil {
		return err
	}
	if s.peek() == end {
		s.at++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if s.peek() != ',' {
			return s.mark(end)
		}
		s.at++
	}
}

// members takes an object of at most limit members, whose values value takes. No
// name may stand twice.
func (s *scanner) members(limit int, value func(name string) error) error {
	seen := map[string]bool{}
	return s.each('{', '}', func() error {
		at := s.at
		name, err := s.word()
		if err != nil {
			return err
		}
		if len(name) > MaxName {
			return fmt.Errorf("byte %d: a name of %d bytes; %d are allowed", at, len(name), MaxName)
		}
		if seen[name] {
			return fmt.Errorf("%.60q stands twice", name)
		}
		if seen[name] = true; len(seen) > limit {
			return fmt.Errorf("byte %d: more than %d names", at, limit)
		}
		if err := s.mark(':'); err != nil {
			return err
		}
		return value(name)
	})
}

// word takes text in quotes.
func (s *scanner) word() (string, error) {
	if s.peek() != '"' {
		return "", s.found("text")
	}
	begin, escapes := s.at, false
	for s.at++; s.at < len(s.text) && s.text[s.at] != '"'; s.at++ {
		switch c := s.text[s.at]; {
		case c == '\\':
			escapes = true
			s.at++
		case c < ' ':
			return "", fmt.Errorf("byte %d: a control character within text", s.at)
		}
	}
	if s.at >= len(s.text) {
		return "", fmt.Errorf("byte %d: this text has no end", begin)
	}
	s.at++
	raw := s.text[begin:s.at]
	if !escapes {
		if raw = raw[1 : len(raw)-1]; !utf8.Valid(raw) {
			return "", fmt.Errorf("byte %d: this text is not UTF-8", begin)
		}
		return string(raw), nil
	}
	var word string
	if !utf8.Valid(raw) || json.Unmarshal(raw, &word) != nil {
		return "", fmt.Errorf("byte %d: this text is not UTF-8, or has an unknown escape", begin)
	}
	return word, nil
}

// size takes a whole number from 0 to limit, without sign or exponent.
func (s *scanner) size(limit int64) (int64, error) {
	s.peek()
	begin := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	digits := string(s.text[begin:min(s.at, begin+20)])
	if digits == "" {
		return 0, s.found("a size")
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || v > limit || len(digits) > 1 && digits[0] == '0' {
		return 0, fmt.Errorf("%s is not a size", digits)
	}
	return v, nil
}

// sizes takes a list of at most count of them.
func (s *scanner) sizes(count int, limit int64) ([]int64, error) {
	var list []int64
	err := s.each('[', ']', func() error {
		v, err := s.size(limit)
		if list = append(list, v); err == nil && len(list) > count {
			err = fmt.Errorf("more than %d numbers in a list", count)
		}
		return err
	})
	return list, err
}
