package problem

import (
	"errors"
	"io/fs"
	"os"
)

// Reason returns the error of the operating system without the call and the path
// it came from, which the problem names in its own way.
func Reason(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
