package outfile

import (
	"fmt"
	"os"
	"strings"
)

// started tells a process from another that has had its number: the clock tick in
// which it began, field 22 of /proc/PID/stat; "" if that cannot be read. The name of
// the program, field 2, may hold blanks and parentheses.
func started(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	rest := string(text[strings.LastIndexByte(string(text), ')')+1:])
	if fields := strings.Fields(rest); len(fields) > 19 {
		return fields[19]
	}
	return ""
}
