//go:build !linux

package cmd

import "os"

// maxRSS is not asked for here; systems count it in different units.
func maxRSS(*os.ProcessState) int64 { return 0 }
