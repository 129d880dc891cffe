//go:build !unix

package cmd

import "os"

// saveSignals: interrupt is the only signal there is.
var saveSignals []os.Signal
