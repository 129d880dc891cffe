//go:build unix

package cmd

import (
	"os"
	"syscall"
)

// saveSignals save a run, which goes on.
var saveSignals = []os.Signal{syscall.SIGHUP, syscall.SIGUSR1}

// reloadSignals have a server read its models anew.
var reloadSignals = []os.Signal{syscall.SIGHUP}
