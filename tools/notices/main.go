// Notices writes the licences of the modules that the program is built from, and of Go
// itself, into one text: what must be passed on with a binary. It takes them from the
// module cache, and is run whenever go.mod changes:
//
//	go run ./tools/notices > internal/notices/notices.txt
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// targets are the systems that releases are built for: each may need other modules.
var targets = []string{"linux", "darwin", "windows"}

// named is how a file that holds a licence, or what must go with it, is called.
var named = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|third_party_licenses)`)

func main() {
	text, err := collected()
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// A module is one that packages of the program are from.
type module struct {
	Path, Version, Dir string
	Main               bool
}

// collected are the notices, those of Go first.
func collected() ([]byte, error) {
	all := map[string]module{}
	for _, system := range targets {
		c := exec.Command("go", "list", "-deps", "-json=Module", ".")
		c.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			return nil, err
		}
		for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
			var p struct{ Module *module }
			if err := d.Decode(&p); err != nil {
				return nil, err
			}
			if p.Module != nil && !p.Module.Main {
				all[p.Module.Path] = *p.Module
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	list := []module{{Path: "Go", Version: "1", Dir: strings.TrimSpace(string(root))}}
	for _, m := range all {
		list = append(list, m)
	}
	slices.SortFunc(list[1:], func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	var text bytes.Buffer
	for _, m := range list {
		licensed := false
		err := filepath.WalkDir(m.Dir, func(path string, e fs.DirEntry, err error) error {
			name, failed := filepath.Rel(m.Dir, path)
			first, _, below := strings.Cut(filepath.ToSlash(name), "/")
			switch {
			case cmp.Or(err, failed) != nil || name == ".":
				return cmp.Or(err, failed)
			case e.IsDir() && !named.MatchString(first):
				return fs.SkipDir
			case e.IsDir() || !named.MatchString(first):
				return nil
			}
			licence, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if !below && strings.HasPrefix(strings.ToLower(name), "licen") || strings.HasPrefix(name, "COPYING") {
				if !permits(licence) {
					return fmt.Errorf("%s %s: %s is none of the licences that are known to permit passing a binary on", m.Path, m.Version, name)
				}
				licensed = true
			}
			fmt.Fprintf(&text, "== %s %s: %s\n\n%s\n\n", m.Path, m.Version, filepath.ToSlash(name), bytes.TrimSpace(bytes.ReplaceAll(licence, []byte("\r\n"), []byte("\n"))))
			return nil
		})
		if err == nil && !licensed {
			err = fmt.Errorf("%s has no licence in %s", m.Path, m.Dir)
		}
		if err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// permits reports whether a licence is MIT's or ISC's, one of BSD's, or Apache's: those
// that ask for no more than that they are passed on.
func permits(licence []byte) bool {
	text := strings.Join(strings.Fields(string(licence)), " ")
	for _, says := range []string{"Permission is hereby granted, free of charge, to any person", "Permission to use, copy, modify, and/or distribute this software",
		"Redistribution and use in source and binary forms", "Apache License Version 2.0"} {
		if strings.Contains(text, says) {
			return true
		}
	}
	return false
}
