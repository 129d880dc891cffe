package spec

import (
	"fmt"
	"strings"
)

// Quote joins names, each in quotes, for a complaint.
func Quote(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}

// QuoteSome is Quote for lists that may be long: it has the first names, and counts the
// others.
func QuoteSome(names []string) string {
	const most = 8
	if len(names) <= most {
		return Quote(names)
	}
	return fmt.Sprintf("%s and %d more", Quote(names[:most]), len(names)-most)
}
