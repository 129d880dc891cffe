// Command mlp trains multilayer perceptrons on tables.
package main

import (
	"embed"
	"os"
	"runtime"
	"runtime/debug"

	"mlp/cmd"
)

//go:embed configs data
var embedded embed.FS

func main() {
	collectLate()
	os.Exit(cmd.Main(embedded))
}

// collectLate puts the first garbage collection off until the heap has 16 MB
// instead of 4, which a small run never reaches: a collection costs as much as a
// tenth of the tutorial. From then on it has its usual pace. GOGC overrules.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(400)
	first := new([64]byte) // is collected by the first collection
	runtime.AddCleanup(first, func(percent int) { debug.SetGCPercent(percent) }, 100)
}
