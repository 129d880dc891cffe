// Package notices holds the licences of what the program is built from, as
// tools/notices collects them: whoever passes a binary on passes them on.
package notices

import _ "embed"

// Text is all of them, each under a line "== MODULE VERSION: FILE".
//
//go:embed notices.txt
var Text string
