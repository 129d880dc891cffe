package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"testing"
)

func TestReadBuild(t *testing.T) {
	made := func(version string, settings ...string) *debug.BuildInfo {
		info := &debug.BuildInfo{Main: debug.Module{Version: version}}
		for i := 0; i < len(settings); i += 2 {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: settings[i], Value: settings[i+1]})
		}
		return info
	}
	const commit = "3ddbe22f23426c5d551cfd2b433c6f1341ce7004"
	for name, c := range map[string]struct {
		info *debug.BuildInfo
		want build
	}{
		"without build information": {nil, build{version: release}},
		"outside of the repository": {made("(devel)", "CGO_ENABLED", "0"), build{version: release, settings: "CGO_ENABLED=0"}},
		"at a tag":                  {made("v1.2.3", "vcs.revision", commit), build{version: "1.2.3", revision: commit}},
		"at a tag before a release": {made("v1.2.3-rc.1", "vcs.revision", commit), build{version: "1.2.3-rc.1", revision: commit}},
		"at a commit": {made("v0.0.0-20261127021806-3ddbe22f2342", "vcs.revision", commit, "vcs.time", "2026-11-27T02:18:06Z", "vcs.modified", "false"),
			build{version: release + "+3ddbe22f2342", revision: commit, time: "2026-11-27T02:18:06Z"}},
		"at a tag, changed": {made("v1.2.3+dirty", "vcs.revision", commit, "vcs.modified", "true"),
			build{version: release + "+3ddbe22f2342.dirty", revision: commit, modified: true}},
		"for a processor": {made("", "-tags", "purego", "GOARCH", "amd64", "GOAMD64", "v3"), build{version: release, settings: "-tags=purego GOAMD64=v3"}},
	} {
		if got := readBuild(c.info); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// The newest version of the changelog is the one that a build without a tag names.
func TestReleaseIsInTheChangelog(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repositoryDir(t), "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	newest := regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$`).FindSubmatch(text)
	if newest == nil || string(newest[1]) != release {
		t.Errorf("CHANGELOG.md has %q as its newest version, want %q", newest, release)
	}
}
