package modelfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"mlp/internal/problem"
	"mlp/internal/safetensors"
)

// Problem is the complaint about a model file that cannot be read.
func Problem(path string, err error) error {
	p := problem.Model(path, "", "%s", err)
	p.Remedy.Kind = problem.ReplaceModel
	var problems problem.Problems
	var newer *NewerFormat
	var refused syscall.Errno
	switch {
	case errors.As(err, &newer):
		p.Remedy.Kind = problem.UpdateProgram
	case errors.As(err, &refused) && !errors.Is(err, os.ErrNotExist): // nothing is known of the file
		p.Msg, p.Remedy, p.Cause = "cannot be read: "+err.Error(), problem.Remedy{}, err
	case errors.Is(err, os.ErrNotExist):
		p.Msg, p.Remedy = "no such model file", problem.Remedy{Kind: problem.MakeModel, Value: path}
	case errors.Is(err, safetensors.ErrOther):
		p.Msg, p.Remedy.Kind = "this is not a model file", problem.NameModel
	case errors.As(err, &problems):
		p.Msg = "its spec is not valid: " + strings.ReplaceAll(problems.Error(), "\n", "; ")
	}
	return p
}

// Damaged reports whether the file that an error of Read is about is not there, or does
// not hold what was written, so that another copy of it is wanted.
func Damaged(err error) bool {
	var p *problem.Problem
	return errors.As(err, &p) && (p.Remedy.Kind == problem.ReplaceModel || p.Remedy.Kind == problem.MakeModel || p.Remedy.Kind == problem.NameModel || errors.Is(err, syscall.EIO))
}

// Read reads the file at path, as far as it is a container: what is in it is not looked
// at.
func Read(path string) (*safetensors.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, problem.Reason(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, problem.Reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	switch is, err := Recognize(path); {
	case err != nil:
		return nil, err
	case !is:
		return nil, safetensors.ErrOther // a packed table has the same layout, and would be called damaged
	}
	return Layout.Read(f, info.Size())
}

// Is reports whether the file at path begins as a model file does; false also for
// one that cannot be read.
func Is(path string) bool {
	is, err := Recognize(path)
	return is && err == nil
}

// Recognize reports whether the file at path begins as a model file does: packed
// tables and other people's safetensors files are none. The format stands near
// the front of the metadata, whose keys are sorted. The error is why it cannot be read.
func Recognize(path string) (bool, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false, problem.Reason(err) // what is read of a pipe is gone from it
	}
	f, err := os.Open(path)
	if err != nil {
		return false, problem.Reason(err)
	}
	defer f.Close()
	var head [1024]byte
	n, err := io.ReadFull(f, head[:])
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
	case err != nil:
		return false, problem.Reason(err)
	}
	return n >= 16 && binary.LittleEndian.Uint64(head[:8]) <= maxHeader && bytes.Contains(head[8:n], []byte(`"format":"`+FormatName+`"`)), nil
}

// NewerFormat is the error of a file that a later version has written.
type NewerFormat struct{ Text string }

func (e *NewerFormat) Error() string { return e.Text }
