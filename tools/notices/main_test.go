package main

import (
	"os"
	"strings"
	"testing"

	"mlp/internal/notices"
)

// The notices in the program are those of the modules that it is built from, each under
// a licence that permits that.
func TestNoticesAreThoseOfTheModules(t *testing.T) {
	if err := os.Chdir("../.."); err != nil {
		t.Fatal(err)
	}
	want, err := collected()
	if err != nil {
		t.Fatal(err)
	}
	if notices.Text != string(want) {
		t.Error("internal/notices/notices.txt is not that of go.mod: go run ./tools/notices > internal/notices/notices.txt")
	}
	for _, module := range []string{"Go 1", "github.com/spf13/cobra v", "gonum.org/v1/gonum v"} {
		if !strings.Contains(notices.Text, "== "+module) {
			t.Errorf("there is nothing of %s", module)
		}
	}
}

func TestPermits(t *testing.T) {
	for text, want := range map[string]bool{
		"Permission is hereby granted, free of\ncharge, to any person obtaining a copy": true,
		"Apache License\n  Version 2.0, January 2004":                                   true,
		"GNU GENERAL PUBLIC LICENSE Version 3":                                          false,
		"Mozilla Public License Version 2.0":                                            false,
		"":                                                                              false,
	} {
		if permits([]byte(text)) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}
