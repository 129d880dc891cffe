// Package config finds a spec and says what lies over it: it looks for the file
// in the places a user expects, reads its YAML into nodes that know their line
// and column, lays environment variables and flags over them, and writes a tree
// back as YAML, with the comments that the tree carries. viper was asked for; it
// decides places and precedence only, and never decodes a spec: it folds the case
// of keys and drops positions.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/viper"

	"mlp/internal/keras"
	"mlp/internal/problem"
)

// folder is where specs stand, beside the user's own and among the embedded.
const folder = "configs"

// A Loader knows where specs are and what may be set from outside.
type Loader struct {
	Embedded fs.FS    // holds configs/ and data/; nil for none
	Paths    []string // every path an environment variable may set: spec.Paths of the whole spec
	OtherEnv []string // MLP_… variables that are read elsewhere, so no mistake
	UserDir  string   // the user's own specs; "" stands for mlp in os.UserConfigDir
}

// Find looks for a spec as its name is given, then in configs/, then in the
// user's config directory, then among the embedded ones; .yaml may be left out.
// "-" is the standard input. A name that leads out of the working directory
// means one file and is looked for nowhere else.
func (l Loader) Find(name string) (*File, error) {
	f, err := l.read(name)
	if err != nil {
		return nil, err
	}
	f.Text = inUTF8(f.Text)
	f.Tree, err = Parse(f.Text, f.Name)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// read finds the file, but does not look into it.
func (l Loader) read(name string) (*File, error) {
	switch name {
	case "":
		return nil, problem.Usage("flag --config", "name a spec, for example --config pima.yaml", "the name is empty")
	case "-":
		text, err := readAll(os.Stdin)
		if err != nil {
			return nil, problem.Usage("stdin", "", "%v", problem.Reason(err))
		}
		return &File{Name: "stdin", Text: text}, nil
	}
	text, err := readFile(name)
	switch {
	case err == nil:
		if keras.IsArchive(text) {
			if text, err = archived(name); err != nil {
				return nil, problem.Usage(name, "", "%v", err)
			}
		}
		if p := mistaken(name, text); p != nil {
			return nil, p
		}
		return &File{Name: name, Text: text, at: name}, nil
	case !isMissing(err):
		return nil, problem.Usage(name, "", "%v", problem.Reason(err))
	}
	if !filepath.IsLocal(name) {
		if isFolder(name) {
			return nil, problem.Usage(name, "name the file in it", "this is a directory, not a spec")
		}
		return nil, problem.Usage(name, "", "there is no such file")
	}
	if f, err := l.search(name); f != nil || err != nil {
		return f, err
	}
	if f := l.fromEmbedded(name); f != nil {
		return f, nil
	}
	return nil, l.notFound(name)
}

// mistaken refuses what is named where a spec belongs, and is a model or a table.
func mistaken(name string, text []byte) *problem.Problem {
	if len(text) > 8 && bytes.Equal(text[4:9], []byte("\x00\x00\x00\x00{")) { // safetensors: a length, then JSON
		return problem.Usage(name, fmt.Sprintf("`mlp render %s > SPEC` prints the spec that is in a model", name), "this is a model or a packed table, not a spec")
	}
	base := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".zst")
	if slices.Contains([]string{".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"}, filepath.Ext(base)) {
		return problem.Usage(name, fmt.Sprintf("`mlp init %s --target COLUMN` drafts a spec for it; with a spec: -c SPEC %s", name, name), "this is a table, not a spec")
	}
	return nil
}

// errFolder says that a name is that of a directory.
var errFolder = errors.New("is a directory")

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

// archived returns the model as JSON that stands in a .keras file.
func archived(name string) ([]byte, error) {
	b, err := os.ReadFile(name) // whole: its directory is at the end
	if err != nil {
		return nil, err
	}
	return keras.Config(b)
}

// readAll reads no more than Parse would accept, and one byte to tell.
func readAll(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, maxSize+1)) }

// isMissing tells that there is no file of a name from one that is not readable.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errFolder) || errors.Is(err, syscall.ENOTDIR)
}

// A keeper is the decoder that viper gets: it keeps the bytes of the file and
// tells viper nothing of what they say.
type keeper struct{ text []byte }

func (k *keeper) Decoder(string) (viper.Decoder, error) { return k, nil }

func (k *keeper) Decode(text []byte, _ map[string]any) error {
	k.text = text
	return nil
}

// viper would also take pima.json, pima.toml or pima.env for "pima".
func init() { viper.SupportedExts = []string{"yaml"} }

// search lets viper look for the spec; both results are nil if there is none.
func (l Loader) search(name string) (*File, error) {
	stem := strings.TrimSuffix(name, ".yaml")
	if stem == "" {
		return nil, nil // viper would look for "config" instead
	}
	k := &keeper{}
	v := viper.NewWithOptions(viper.WithDecoderRegistry(k), viper.KeyDelimiter("\x1f"))
	v.SetConfigType("yaml")
	v.SetConfigName(stem)
	for _, dir := range l.folders() {
		v.AddConfigPath(dir)
	}
	err := v.ReadInConfig()
	found := v.ConfigFileUsed()
	var missing viper.ConfigFileNotFoundError
	switch {
	case errors.As(err, &missing), err != nil && isMissing(err): // the latter if it vanished meanwhile
		return nil, nil
	case err != nil:
		return nil, problem.Usage(fromHere(found), "", "%v", problem.Reason(err))
	}
	return &File{Name: fromHere(found), Text: k.text, at: found}, nil
}

// folders are the places viper looks in.
func (l Loader) folders() []string {
	all := []string{".", folder}
	if l.UserDir != "" {
		return append(all, l.UserDir)
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return all // no home, so no such place
	}
	return append(all, filepath.Join(dir, "mlp"))
}

// fromHere shortens an absolute path to the one from the working directory, if
// the file is below it.
func fromHere(file string) string {
	here, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(here, file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return file
}

// fromEmbedded finds a spec in the program itself, or nil.
func (l Loader) fromEmbedded(name string) *File {
	if l.Embedded == nil {
		return nil
	}
	name = strings.TrimPrefix(path.Clean(filepath.ToSlash(name)), folder+"/")
	for _, ending := range []string{"", ".yaml"} {
		at := path.Join(folder, name+ending)
		if text, err := fs.ReadFile(l.Embedded, at); err == nil {
			return &File{Name: embeddedName(at), Text: text, at: at, embedded: l.Embedded}
		}
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// notFound lists the places looked in, and suggests the nearest name there.
func (l Loader) notFound(name string) *problem.Problem {
	places := l.folders()
	var files []string
	for _, dir := range places {
		found, _ := filepath.Glob(filepath.Join(dir, "*.yaml")) // an odd name of a folder costs a suggestion
		files = append(files, found...)
	}
	if l.Embedded != nil {
		found, _ := fs.Glob(l.Embedded, folder+"/*.yaml")
		files = append(files, found...)
		places = append(places, "the embedded specs")
	}
	places[0] = "the working directory"
	for i, file := range files {
		files[i] = strings.TrimSuffix(filepath.Base(file), ".yaml")
	}
	slices.Sort(files)
	hint := problem.DidYouMean(strings.TrimSuffix(filepath.Base(name), ".yaml"), slices.Compact(files))
	what := "there is no such spec"
	if isFolder(name) {
		what = "this is a directory, and there is no spec of that name"
	}
	return problem.Usage(name, hint, "%s; looked in %s", what, strings.Join(places, ", "))
}
