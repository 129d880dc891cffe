package outfile

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Facts asks for the flags of the inode, and whether its folder lets others than the
// owner take a file away (the sticky bit, as /tmp has it).
func (d osFolder) Facts(name string) (f facts) {
	d.number(func(fd int) { f = factsAt(fd, name) })
	return f
}

func factsAt(fd int, name string) facts {
	var s unix.Statx_t
	if unix.Statx(fd, name, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_BASIC_STATS, &s) != nil {
		return facts{} // there is none yet
	}
	f := facts{links: int(s.Nlink), mount: s.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0}
	switch {
	case s.Attributes&unix.STATX_ATTR_IMMUTABLE != 0:
		f.fixed = "it is immutable (`chattr -i` changes that)"
	case s.Attributes&unix.STATX_ATTR_APPEND != 0:
		f.fixed = "it may only be appended to (`chattr -a` changes that)"
	}
	if euid := uint32(os.Geteuid()); euid != 0 && s.Uid != euid {
		var in unix.Stat_t
		if unix.Fstat(fd, &in) == nil && in.Mode&unix.S_ISVTX != 0 && in.Uid != euid {
			f.fixed = "it belongs to another user, and its folder lets only the owner replace it"
		}
	}
	return f
}

// Path asks where the folder is now.
func (d osFolder) Path() string {
	path := d.Name()
	d.number(func(fd int) {
		if now, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd)); err == nil {
			path = now
		}
	})
	return path
}
