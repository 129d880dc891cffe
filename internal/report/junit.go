package report

import (
	"encoding/xml"
	"strings"

	"mlp/internal/iostreams"
)

// The elements of a JUnit report, in the order that its common schema
// (junit-10.xsd of the xUnit plugin of Jenkins) asks for. There is no clock in
// it: the same evaluation gives the same bytes.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Err        string          `xml:"system-err,omitempty"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

var _ = register("junit", Format{Write: junit})

// junit writes a document with a test case a gate. What was measured are the
// properties of the suite, what is doubtful its stderr.
func junit(d *Document) string {
	s := junitSuite{Name: iostreams.Printable(d.title), Tests: len(d.gates), Err: iostreams.Printable(strings.Join(d.warnings, "; "))}
	for _, n := range d.numbers {
		s.Properties = append(s.Properties, junitProperty{iostreams.Printable(n[0]), n[1]})
	}
	for _, g := range d.gates {
		c := junitCase{Name: iostreams.Printable(g.String()), Class: "mlp." + d.verb}
		if g.Failed != "" {
			text := iostreams.Printable(g.Failed)
			c.Failure = &junitFailure{Message: text, Type: "gate", Text: text}
			s.Failures++
		}
		s.Cases = append(s.Cases, c)
	}
	all := junitSuites{Name: "mlp " + d.verb, Tests: s.Tests, Failures: s.Failures, Suites: []junitSuite{s}}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		panic("cmd: " + err.Error()) // text and numbers always encode
	}
	return xml.Header + string(text) + "\n"
}
