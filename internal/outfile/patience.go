package outfile

import "mlp/internal/parallel"

// patience is that with the readers of outputs that are no regular files.
var patience = parallel.NewPatience()

// Hurry has what waits for the reader of a pipe fail soon, for a program that is to end
// and may have a result to save elsewhere.
func Hurry() { patience.Lose() }

// openThrough opens what is no regular file. A named pipe waits for a reader.
func openThrough(path string, flag int) (diskFile, error) {
	var f diskFile
	var err error
	opened := make(chan struct{})
	go func() {
		f, err = files.Open(path, flag, 0)
		close(opened)
	}()
	if !patience.Await(opened) {
		return nil, parallel.ErrUnread
	}
	return f, err
}
