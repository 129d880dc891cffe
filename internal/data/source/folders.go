package source

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// A folder called KEY=VALUE, as Hive and Spark write them, names a column and its value in
// all rows of the files below it.
type folder struct{ key, value string }

// hiveNull is what such a folder is called where the value is missing.
const hiveNull = "__HIVE_DEFAULT_PARTITION__"

// folderNamed reads the name of such a folder. Characters that a name cannot have are
// written as in a URL.
func folderNamed(name string) (f folder, ok bool) {
	key, value, found := strings.Cut(name, "=")
	if !found || key == "" || strings.HasPrefix(key, ".") || strings.HasPrefix(key, "_") {
		return folder{}, false
	}
	f = folder{unescaped(key), unescaped(value)}
	if value == hiveNull {
		f.value = ""
	}
	return f, true
}

func unescaped(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// foldersOf returns the folders right above a file that name columns, from the outermost
// on. The first that names none ends them: what lies above it is not of the table.
func foldersOf(file string) []folder {
	var all []folder
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		f, ok := folderNamed(filepath.Base(dir))
		if !ok {
			slices.Reverse(all)
			return all
		}
		all = append(all, f)
	}
}

// keys are the columns that the folders of a part name.
func (p part) keys() []string {
	var all []string
	for _, f := range p.folders {
		all = append(all, f.key)
	}
	return all
}

// checkFolders refuses a part whose folders name other columns than those of the first one.
func (p part) checkFolders(first part) error {
	if slices.Equal(p.keys(), first.keys()) {
		return nil
	}
	say := func(keys []string) string {
		if len(keys) == 0 {
			return "none"
		}
		return quoted(keys)
	}
	return problem.Data(problem.Pos{File: p.Name, Line: 1}, "", "folders called KEY=VALUE name the same columns, in the same order, above every part; a pattern, such as 'DIR/year=*/*.csv', takes some of them",
		"the folders above this part name the columns: %s; those above %s: %s", say(p.keys()), first.Name, say(first.keys()))
}

// behind is what stands behind the cells of each row of part i, and behind the header.
func (p *parts) behind(i int, t *top) (cells, names string, err error) {
	part := p.files[i]
	refuse := func(hint, format string, args ...any) error {
		return problem.Data(problem.Pos{File: part.Name, Line: 1}, "", hint, format, args...)
	}
	for j, f := range part.folders {
		switch {
		case t.objects:
			if cells != "" {
				cells += ","
			}
			cells += jsonText(f.key) + ":" + p.jsonValue(i, j)
			continue
		case t.names() && slices.Contains(t.rows[0], f.key):
			return "", "", refuse("call the folder otherwise, or leave the column out of the file", "%q is a column of this part, and the folder above it is called so too", f.key)
		case !t.named:
			return "", "", refuse("give the first part a header; or call the folders otherwise, without =", "the folders above the parts name columns, and the parts have no header")
		}
		for _, text := range []struct {
			to *string
			is string
		}{{&names, f.key}, {&cells, f.value}} {
			cell, ok := t.dialect.cell(text.is)
			if !ok {
				return "", "", refuse("call the folder otherwise", "%q, as the folder above this part has it, cannot stand in a table without quotes", text.is)
			}
			*text.to += string(t.delim) + cell
		}
	}
	return cells, names, nil
}

// jsonValue is what folder j above part i says, as JSON: a number where all parts have one.
func (p *parts) jsonValue(i, j int) string {
	isNumber := func(text string) bool {
		return text == "" || json.Valid([]byte(text)) && strings.ContainsAny(text[:1], "-0123456789")
	}
	value := p.files[i].folders[j].value
	switch numbers := !slices.ContainsFunc(p.files, func(f part) bool { return !isNumber(f.folders[j].value) }); {
	case value == "":
		return "null"
	case numbers:
		return value
	}
	return jsonText(value)
}

func jsonText(s string) string {
	b, _ := json.Marshal(s) // a string is always written
	return string(b)
}

// cutting is how cells are told apart.
type cutting scan.Dialect

// cell writes a cell so that it is cut as it is; ok is false where it cannot be.
func (d cutting) cell(text string) (cell string, ok bool) {
	plain := text == strings.TrimSpace(text) && !strings.ContainsAny(text, "\r\n\"'\\"+string(d.Delim)) && (text != "" || d.Delim != ' ')
	switch {
	case plain:
		return text, true
	case d.Quote == 0 || d.Escape != 0 && strings.ContainsAny(text, string(d.Escape)):
		return "", false
	}
	quote := string(d.Quote)
	return quote + strings.ReplaceAll(text, quote, quote+quote) + quote, true
}
