package cmd

import (
	"os"
	"syscall"
)

// maxRSS is the peak resident set of a process that has ended, in KiB.
func maxRSS(p *os.ProcessState) int64 { return int64(p.SysUsage().(*syscall.Rusage).Maxrss) }
