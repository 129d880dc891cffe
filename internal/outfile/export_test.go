package outfile

import "io/fs"

// What the tests of this folder that use the whole program, and so stand outside
// the package, need of its inside.
type (
	Disk     = disk
	DiskFile = diskFile
	Folder   = folder
	OSDisk   = osDisk
	FileMode = fs.FileMode
)

var Beside = beside

// UseDisk puts a disk under all writing, and returns what puts the old one back.
func UseDisk(d Disk) (back func()) {
	old := files
	files = steady{d}
	return func() { files = old }
}
