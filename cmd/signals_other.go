//go:build !unix

package cmd

import "os"

// saveSignals: interrupt is the only signal there is.
var saveSignals []os.Signal

// reloadSignals: nor is there one to read models anew.
var reloadSignals []os.Signal
