package parse

import (
	"bytes"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
)

// notObjects refuses JSON that is not JSON Lines: a list, or whatever stands in a
// file that says it is.
func (rs *records) notObjects() error {
	text := bytes.TrimLeft(rs.window[rs.next:], " \t\r\n")
	at := len(rs.window) - len(text)
	inside := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("[")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("[")) && scan.LooksLikeObjects(inside) {
		return rs.problemAt(at, "write one object a line: jq -c '.[]'", "this is one JSON list")
	}
	if dialect.SaysObjects(rs.name) {
		return rs.problemAt(at, `each line is an object: {"glucose": 148, "age": 50}`, "the first line is not a JSON object")
	}
	return nil
}

// sniffObjects sets the cutter up if the table is JSON Lines.
func (rs *records) sniffObjects() (found bool, err error) {
	text := rs.window[rs.next:]
	if inside := bytes.TrimLeft(text, " \t\r\n"); scan.LooksLikeObjects(inside) { // blank lines may stand above
		above := text[:len(text)-len(inside)]
		rs.next, rs.left = rs.next+len(above), rs.left+bytes.Count(above, []byte("\n"))
		text = inside
	}
	if !scan.LooksLikeObjects(text) {
		return false, rs.notObjects()
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	cut, bad := scan.NewObjectCutter(line)
	if bad != nil {
		rs.at, rs.line = rs.next, rs.left
		return false, rs.problemAt(rs.next+bad.At, bad.Hint, "%s", bad.Msg)
	}
	rs.cut = cut
	return true, nil
}
