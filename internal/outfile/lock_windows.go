package outfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

// Lock takes the lock of one byte far behind the end of the file, since what is
// locked cannot be read, and the file says whose the lock is.
func (f osFile) Lock() error {
	far := &windows.Overlapped{OffsetHigh: 1}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, far)
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return errHeld
	case errors.Is(err, windows.ERROR_NOT_SUPPORTED), errors.Is(err, windows.ERROR_CALL_NOT_IMPLEMENTED):
		return errNoLock
	}
	return err
}
