// Package config finds a spec and says what lies over it: it looks for the file
// in the places a user expects, reads its YAML into nodes that know their line
// and column, and lays environment variables and flags over them. viper knows
// the places and the precedence; the YAML is never decoded by it, because it
// folds the case of keys and drops positions.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/viper"

	"mlp/internal/spec"
)

// folder is where specs stand, beside the user's own and among the embedded.
const folder = "configs"

// A Loader knows where specs are and what may be set from outside.
type Loader struct {
	Embedded fs.FS    // holds configs/ and data/; nil for none
	Paths    []string // every path an environment variable may set: spec.Paths of the whole spec
	OtherEnv []string // MLP_… variables that somebody else reads and that are no mistake
	UserDir  string   // the user's own specs; "" stands for mlp in os.UserConfigDir
}

// A File is a spec that was found.
type File struct {
	Tree     *spec.Node // Null if the file is empty
	Name     string     // as complaints call it
	Text     []byte     // as it was read
	Embedded bool       // it is part of the program

	at       string // path in the file system, or among the embedded; "" for stdin
	embedded fs.FS
}

// Annotate gives the problems that stand in this file their excerpts.
func (f *File) Annotate(err error) { Annotate(err, f.Name, f.Text) }

// Find looks for a spec as its name is given, then in configs/, then in the
// user's config directory, then among the embedded ones; .yaml may be left out.
// "-" is the standard input.
func (l Loader) Find(name string) (*File, error) {
	f, err := l.find(name)
	if err != nil {
		return nil, err
	}
	f.Tree, err = Parse(f.Text, f.Name)
	return f, err
}

func (l Loader) find(name string) (*File, error) {
	if name == "-" {
		text, err := readAll(os.Stdin)
		if err != nil {
			return nil, spec.Usage("stdin", "", "%v", err)
		}
		return &File{Name: "stdin", Text: text}, nil
	}
	text, err := readFile(name)
	switch {
	case err == nil:
		return &File{Name: name, Text: text, at: name}, nil
	case !isMissing(err):
		return nil, spec.Usage(name, "", "%v", reason(err))
	}
	if filepath.IsLocal(name) { // a path such as ../x.yaml means one file
		if f, err := l.search(name); f != nil || err != nil {
			return f, err
		}
		if f := l.embedded(name); f != nil {
			return f, nil
		}
	}
	return nil, l.notFound(name)
}

// errFolder says that a name is that of a directory.
var errFolder = errors.New("is a directory")

// isMissing tells a name under which there is no file from one that cannot be
// read.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errFolder) || errors.Is(err, syscall.ENOTDIR)
}

// reason strips the operation and the path from an error, which the problem
// names already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errFolder
	}
	return readAll(f)
}

// readAll reads no more than Parse would accept, and one byte to tell.
func readAll(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, maxSize+1)) }

// keeper is the decoder that viper gets: it keeps the bytes of the file, and
// tells viper nothing of what they say.
type keeper struct{ text []byte }

func (k *keeper) Decoder(string) (viper.Decoder, error) { return k, nil }

func (k *keeper) Decode(text []byte, _ map[string]any) error {
	k.text = text
	return nil
}

// Without this, viper would take pima.json, pima.toml or pima.env for "pima".
func init() { viper.SupportedExts = []string{"yaml"} }

// search lets viper look for the spec; both results are nil if there is none.
func (l Loader) search(name string) (*File, error) {
	k := &keeper{}
	v := viper.NewWithOptions(viper.WithDecoderRegistry(k), viper.KeyDelimiter("\x1f"))
	v.SetConfigType("yaml")
	v.SetConfigName(strings.TrimSuffix(name, ".yaml"))
	for _, dir := range l.folders() {
		v.AddConfigPath(dir)
	}
	err := v.ReadInConfig()
	found := v.ConfigFileUsed()
	var missing viper.ConfigFileNotFoundError
	switch {
	case errors.As(err, &missing) || err != nil && isMissing(err):
		return nil, nil
	case err != nil:
		return nil, spec.Usage(shown(found), "", "%v", reason(err))
	}
	return &File{Name: shown(found), Text: k.text, at: found}, nil
}

// folders are the places viper looks in.
func (l Loader) folders() []string {
	all := []string{".", folder}
	if dir := l.userDir(); dir != "" {
		all = append(all, dir)
	}
	return all
}

func (l Loader) userDir() string {
	if l.UserDir != "" {
		return l.UserDir
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "" // no home: there is no such place
	}
	return filepath.Join(dir, "mlp")
}

// shown is the shorter of a file's absolute path and the one from here.
func shown(file string) string {
	here, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(here, file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return file
}

// embedded finds a spec in the program itself.
func (l Loader) embedded(name string) *File {
	if l.Embedded == nil {
		return nil
	}
	name = strings.TrimPrefix(path.Clean(filepath.ToSlash(name)), folder+"/")
	for _, try := range []string{name, name + ".yaml"} {
		at := path.Join(folder, try)
		if text, err := fs.ReadFile(l.Embedded, at); err == nil {
			return &File{Name: "embedded " + at, Text: text, Embedded: true, at: at, embedded: l.Embedded}
		}
	}
	return nil
}

// notFound lists the places looked at, and the spec whose name is nearest.
func (l Loader) notFound(name string) *spec.Problem {
	p := spec.Usage(name, "", "there is no such spec")
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		p.Msg = "this is a directory, not a spec"
	}
	if !filepath.IsLocal(name) {
		return p
	}
	var known, places []string
	for _, dir := range l.folders() {
		places = append(places, dir)
		files, _ := filepath.Glob(filepath.Join(dir, "*.yaml"))
		known = append(known, files...)
	}
	if l.Embedded != nil {
		files, _ := fs.Glob(l.Embedded, folder+"/*.yaml")
		known = append(known, files...)
		places = append(places, "the embedded specs")
	}
	names := map[string]bool{}
	for i, file := range known {
		known[i] = strings.TrimSuffix(filepath.Base(file), ".yaml")
		names[known[i]] = true
	}
	p.Msg += fmt.Sprintf("; looked in %s", strings.Join(places, ", "))
	p.Hint = spec.DidYouMean(strings.TrimSuffix(filepath.Base(name), ".yaml"), known)
	return p
}

// Locate returns the name under which Open's file is shown.
func (f *File) Locate(file string) string {
	switch {
	case filepath.IsAbs(file) || f.at == "":
		return file
	case f.Embedded:
		return "embedded " + path.Join(path.Dir(f.at), filepath.ToSlash(file))
	}
	return shown(filepath.Join(filepath.Dir(f.at), file))
}

// Open opens a file that the spec names: relative to the spec, and among the
// embedded files if the spec is one of them. (A path that a flag or a variable
// gave is relative to the working directory; its node has no line.)
func (f *File) Open(file string) (io.ReadCloser, error) {
	var r fs.File
	var err error
	switch {
	case filepath.IsAbs(file) || f.at == "":
		r, err = os.Open(file)
	case f.Embedded:
		r, err = f.embedded.Open(path.Join(path.Dir(f.at), filepath.ToSlash(file)))
	default:
		r, err = os.Open(filepath.Join(filepath.Dir(f.at), file))
	}
	if err != nil {
		return nil, spec.DataProblem(spec.Pos{File: f.Locate(file)}, "", "", "%v", reason(err))
	}
	return r, nil
}

