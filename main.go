// Command mlp trains multilayer perceptrons on tables.
package main

import (
	"embed"
	"os"

	"mlp/cmd"
)

//go:embed configs data
var embedded embed.FS

func main() { os.Exit(cmd.Main(embedded)) }
