//go:build !darwin && !linux

package outfile

// Inherit keeps the mode.
func (d osFolder) Inherit(to diskFile, from string) {
	if info, err := d.Lstat(from); err == nil && info.Mode().IsRegular() {
		if f, ok := to.(osFile); ok {
			_ = f.Chmod(info.Mode().Perm()) // not every system has modes
		}
	}
}

// Free is not known here.
func (d osFolder) Free() (bytes uint64, known bool) { return 0, false }
