//go:build darwin || linux

package outfile

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Inherit keeps what replacing a file by another would lose. Owner and group are for
// root, or a member of the group; access lists are extended attributes.
func (d osFolder) Inherit(to diskFile, from string) {
	f, ok := to.(osFile)
	if !ok {
		return
	}
	old, err := d.OpenFile(from, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer old.Close()
	info, err := old.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && f.Chown(int(s.Uid), int(s.Gid)) != nil {
		_ = f.Chown(-1, int(s.Gid)) // the group at least
	}
	names := make([]byte, 1<<16)
	if n, err := unix.Flistxattr(int(old.Fd()), names); err == nil {
		value := make([]byte, 1<<16)
		for _, name := range split(names[:n]) {
			if n, err := unix.Fgetxattr(int(old.Fd()), name, value); err == nil {
				_ = unix.Fsetxattr(int(f.Fd()), name, value[:n], 0) // some only the system sets
			}
		}
	}
	_ = f.Chmod(info.Mode().Perm()) // last, for a change of owner takes bits away
}

// split cuts names that end in a zero byte.
func split(names []byte) (list []string) {
	for start, i := 0, 0; i < len(names); i++ {
		if names[i] == 0 {
			list = append(list, string(names[start:i]))
			start = i + 1
		}
	}
	return list
}

// Free is what an ordinary user may fill.
func (d osFolder) Free() (bytes uint64, known bool) {
	d.number(func(fd int) {
		var s unix.Statfs_t
		if known = unix.Fstatfs(fd, &s) == nil; known {
			bytes = s.Bavail * uint64(s.Bsize)
		}
	})
	return bytes, known
}
