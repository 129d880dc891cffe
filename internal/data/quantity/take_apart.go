package quantity

import (
	"strings"

	"mlp/internal/data/scan"
)

// parts are what a cell is made of: a number, and what stands around it.
type parts struct {
	number   string // as it stands, with its marks and without its sign
	negative bool
	bracket  bool // which say that it is negative
	money    *currency
	suffix   string // what stands behind it, but for money
	power    int    // of ten, that the suffix multiplies the number by if it is a magnitude; else 0
}

// takeApart finds the number of a cell and what stands around it; ok is false of what is
// no such cell. "−$1.2k" is 1.2, negative, USD and k.
func takeApart(cell string) (p parts, ok bool) {
	s := strings.TrimSpace(strings.Map(scan.Typed, cell))
	s = p.brackets(s)
	s = p.sign(s)
	if p.money, s = cutCurrency(s); p.money != nil {
		if !p.bracket {
			s = p.brackets(s)
		}
		if !p.negative {
			s = p.sign(s)
		}
	}
	n := numberEnd(s)
	if n == 0 {
		return p, false
	}
	p.number = s[:n]
	rest := s[n:]
	if last := p.number[n-1]; last == '.' || last == ',' { // 5.– for five francs, or the end of a sentence
		p.number = p.number[:n-1]
		rest = strings.TrimLeft(rest, "-–—")
	}
	return p, p.number != "" && p.behind(strings.TrimSpace(rest))
}

// brackets takes the brackets off that bookkeepers write around what is less than nothing.
func (p *parts) brackets(s string) string {
	if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		p.bracket, p.negative = true, true
		return strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// sign takes a sign off. Within brackets there is none.
func (p *parts) sign(s string) string {
	rest, minus := strings.CutPrefix(s, "-")
	if !minus {
		rest, minus = strings.CutPrefix(s, "–")
	}
	switch {
	case p.bracket:
	case minus:
		p.negative = true
		return strings.TrimLeft(rest, " ")
	case strings.HasPrefix(s, "+"):
		return strings.TrimLeft(s[1:], " ")
	}
	return s
}

// numberEnd returns where the number ends that s begins with; 0 where it begins with none.
// Blanks and marks belong to it where digits follow.
func numberEnd(s string) int {
	digit := func(i int) bool { return i < len(s) && s[i]-'0' < 10 }
	end := 0
	for i := 0; i < len(s); {
		switch {
		case digit(i):
			i++
			end = i
		case (s[i] == '.' || s[i] == ',') && (digit(i+1) || end > 0 && i == end):
			i++
			if end > 0 {
				end = i
			}
		case end > 0 && strings.HasPrefix(s[i:], "’") && digit(i+len("’")):
			i += len("’")
		case end > 0 && (s[i] == ' ' || s[i] == '\'' || s[i] == '_') && digit(i+1):
			i++
		case end > 0 && s[i]|0x20 == 'e' && digit(i+1):
			i++
		case end > 0 && s[i]|0x20 == 'e' && i+1 < len(s) && (s[i+1] == '-' || s[i+1] == '+') && digit(i+2):
			i += 2
		default:
			return end
		}
	}
	return end
}

// behind takes apart what stands behind the number: a magnitude and a currency, or a unit;
// ok is false of anything else. What money is for belongs to the unit: $ 12 / hour.
func (p *parts) behind(s string) (ok bool) {
	if word, rest := cutWord(s); magnitudes[word] > 0 && !strings.ContainsAny(p.number, "eE") && (rest == "" || currencyNamed(rest) != nil) {
		p.suffix, p.power = word, magnitudes[word]
		s = rest
	}
	if c := currencyNamed(s); c != nil {
		if p.money != nil && p.money != c && !(p.money.code == "USD" && strings.HasSuffix(c.name, " dollars")) {
			return false
		}
		p.money = c
		return true
	}
	if s == "" || p.power > 0 {
		return s == ""
	}
	p.suffix = s
	return unit(s) && (p.money == nil || strings.HasPrefix(s, "/") || strings.HasPrefix(s, "per "))
}

// cutWord takes a word from the front, and the blanks and the point behind it.
func cutWord(s string) (word, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'z' || r > 'Z' && r < 'a' })
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimLeft(s[end:], " .")
}
