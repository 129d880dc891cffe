package export

import (
	"strconv"
	"strings"
)

// identifiers makes names of variables of any texts, no two alike.
func identifiers(texts []string, reserved ...string) []string {
	taken := map[string]bool{}
	for _, w := range reserved {
		taken[w] = true
	}
	var all []string
	for _, text := range texts {
		var b strings.Builder
		for _, r := range text {
			switch {
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
				b.WriteRune(r)
			case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
				b.WriteByte('_')
			}
		}
		name := strings.Trim(b.String(), "_")
		if name == "" || name[0] >= '0' && name[0] <= '9' {
			name = "c_" + name
		}
		if name = strings.TrimRight(name, "_"); name == "c" {
			name = "column"
		}
		free := name
		for n := 2; taken[free]; n++ {
			free = name + "_" + strconv.Itoa(n)
		}
		taken[free] = true
		all = append(all, free)
	}
	return all
}

// prefixed makes names of variables for columns that are no other names in the file.
func prefixed(texts []string) []string {
	names := identifiers(texts)
	for i := range names {
		names[i] = "x_" + names[i]
	}
	return names
}
