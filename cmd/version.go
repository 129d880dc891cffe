package cmd

import (
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/notices"
)

// release is the newest version in CHANGELOG.md.
const release = "0.1.0"

// A build is what the linker wrote into the program about its making. An empty
// field is not known: a build with -buildvcs=false or outside of the repository has
// no revision.
type build struct {
	version  string // "0.1.0", or "0.1.0+1a2b3c4d5e6f.dirty" away from a release
	revision string // the commit, in full
	time     string // of the commit, RFC 3339
	modified bool   // files differed from the commit
	settings string // -tags=purego CGO_ENABLED=0 GOAMD64=v1, as go version -m prints them
}

// releaseTag is the version of a module at a tag; Go makes a pseudo-version up for
// any other commit.
var releaseTag = regexp.MustCompile(`^v(\d+\.\d+\.\d+(-[a-z]+\.\d+)?)$`)

// readBuild describes the program from what debug.ReadBuildInfo returns; nil is a
// program without it.
func readBuild(info *debug.BuildInfo) build {
	b := build{version: release}
	if info == nil {
		return b
	}
	var settings []string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.revision = s.Value
		case s.Key == "vcs.time":
			b.time = s.Value
		case s.Key == "vcs.modified":
			b.modified = s.Value == "true"
		case s.Key == "-tags" || s.Key == "CGO_ENABLED" || strings.HasPrefix(s.Key, "GO") && s.Key != "GOOS" && s.Key != "GOARCH":
			settings = append(settings, s.Key+"="+s.Value)
		}
	}
	b.settings = strings.Join(settings, " ")
	if tag := releaseTag.FindStringSubmatch(info.Main.Version); tag != nil {
		b.version = tag[1]
	} else if b.revision != "" {
		b.version += "+" + b.revision[:min(12, len(b.revision))]
		if b.modified {
			b.version += ".dirty"
		}
	}
	return b
}

// thisBuild describes the running program.
func thisBuild() build {
	info, _ := debug.ReadBuildInfo()
	return readBuild(info)
}

var _ = addCommand(140, newVersion)

func newVersion(a *App) *cobra.Command {
	licenses := false
	c := &cobra.Command{
		Use: "version", Short: "print the version",
		Long: `Prints the version; with -v also what the program was built from and with. Away
from a release the version names the commit. --licenses prints the licences of
what is in the program besides its own, which whoever passes it on passes on.`,
		Args: arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			if licenses {
				return a.say("%s", notices.Text)
			}
			return runVersion(a, thisBuild())
		},
	}
	c.Flags().BoolVar(&licenses, "licenses", false, "print the licences of third parties")
	return c
}

func runVersion(a *App, b build) error {
	if a.json {
		return a.sayJSON(map[string]any{
			"version": b.version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
			"revision": b.revision, "time": b.time, "modified": b.modified, "settings": b.settings,
		})
	}
	text := "mlp " + b.version + "\n"
	if a.verbose {
		text += fmt.Sprintf("%s, %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
		if b.revision != "" {
			text += fmt.Sprintf("commit %s of %s\n", b.revision, b.time)
		}
		if b.modified {
			text += "with changes that are not committed\n"
		}
		if b.settings != "" {
			text += b.settings + "\n"
		}
	}
	return a.say("%s", text)
}
