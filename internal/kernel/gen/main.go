// Command gen writes the assembly of package kernel; go generate there runs it.
//
//	go run . -set tile512 -out tile512_amd64.s -stubs tile512_amd64.go -pkg kernel
package main

import (
	"flag"
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
)

// sets names the files that can be generated.
var sets = map[string]func(){
	"tile512":   func() { tiles(avx512) },
	"tile256":   func() { tiles(avx2) },
	"loops512":  func() { loops(avx512) },
	"loops256":  func() { loops(avx2) },
	"transpose": func() { transpose(4, XMM); transpose(8, YMM); transpose(16, ZMM); copyRows(1); copyRows(8) },
}

func main() {
	set := flag.String("set", "", "which file to generate")
	flag.Parse()
	if *set == "neon" {
		if err := neon("../tile_arm64"); err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
		return
	}
	write, ok := sets[*set]
	if !ok {
		fmt.Fprintf(os.Stderr, "gen: unknown set %q\n", *set)
		os.Exit(2)
	}
	ConstraintExpr("!purego")
	write()
	Generate()
}
