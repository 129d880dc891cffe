//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package outfile

import "syscall"

// running reports whether there is a process of that number. One of another user
// may not be signalled, and is there.
func running(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }

// Lock takes the lock of the file (flock), which belongs to the open file: the
// system frees it with the process.
func (f osFile) Lock() error {
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
	case syscall.EWOULDBLOCK:
		return errHeld
	case syscall.ENOLCK, syscall.ENOSYS, syscall.ENOTSUP, syscall.EINVAL:
		return errNoLock
	default:
		return err
	}
}
