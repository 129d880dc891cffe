package chart

import (
	_ "embed"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"mlp/internal/iostreams"
)

// Style is the colours and lines of every picture; a page has it once.
//
//go:embed style.css
var Style string

// A pen writes shapes.
type pen struct{ b strings.Builder }

// place writes a coordinate to a tenth, which is less than a pixel.
func place(v float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	if text == "-0" {
		return "0"
	}
	return text
}

// escape makes words safe between tags and inside of quotes: nothing of a table is
// markup, and no control character is left, which XML does not allow.
func escape(s string) string { return html.EscapeString(iostreams.Printable(s)) }

func (p *pen) path(shape, class string, at []float64) {
	fmt.Fprintf(&p.b, `<%s class="%s" points="`, shape, class)
	for i, v := range at {
		if i > 0 {
			p.b.WriteByte(" ,"[i%2])
		}
		p.b.WriteString(place(v))
	}
	p.b.WriteString("\"/>\n")
}

// say ends a shape, with what it says when it is pointed at.
func (p *pen) say(shape, text string) {
	if text == "" {
		p.b.WriteString("/>\n")
		return
	}
	fmt.Fprintf(&p.b, "><title>%s</title></%s>\n", escape(text), shape)
}

func (p *pen) circle(class string, x, y, r float64, say string) {
	fmt.Fprintf(&p.b, `<circle class="%s" cx="%s" cy="%s" r="%s"`, class, place(x), place(y), place(r))
	p.say("circle", say)
}

func (p *pen) rect(class string, x, y, w, h float64, say string) {
	fmt.Fprintf(&p.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"`, class, place(x), place(y), place(w), place(h))
	p.say("rect", say)
}

func (p *pen) line(class string, x0, y0, x1, y1 float64) {
	fmt.Fprintf(&p.b, "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n", class, place(x0), place(y0), place(x1), place(y1))
}

// text writes words; anchor is start, middle or end.
func (p *pen) text(class, anchor string, x, y float64, words string) {
	fmt.Fprintf(&p.b, "<text class=\"%s\" text-anchor=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n", class, anchor, place(x), place(y), escape(words))
}

// letter is how wide a character is taken to be: a wide one of the font. Words that are
// cut by it, or labels that are kept apart, may have room left, never too little.
const letter = 7.0

func wide(words string) float64 { return letter * float64(utf8.RuneCountInString(words)) }

// fit cuts words to a width.
func fit(words string, room float64) string {
	if wide(words) <= room {
		return words
	}
	runes := []rune(words)
	return string(runes[:max(0, min(len(runes), int(room/letter)-1))]) + "…"
}

// fitName cuts a name in its middle: names of one table often begin alike and end apart.
func fitName(name string, room float64) string {
	if wide(name) <= room {
		return name
	}
	runes := []rune(name)
	left := max(0, min(len(runes), int(room/letter))-1)
	return string(runes[:left-left/2]) + "…" + string(runes[len(runes)-left/2:])
}

// open begins a picture that says in words what it is.
func (p *pen) open(w, h float64, title, about string) {
	fmt.Fprintf(&p.b, "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n", place(w), place(h), escape(about))
	p.text("title", "start", 8, 18, fit(title, w-16))
}

func (p *pen) close() string {
	p.b.WriteString("</svg>\n")
	return p.b.String()
}

// Alone makes a file of a picture: its style goes into it.
func Alone(picture string) string {
	at := strings.Index(picture, ">\n") + 2
	return picture[:at] + "<style>" + Style + "</style>\n" + picture[at:]
}
