//go:build !linux

package outfile

// Facts are not known here.
func (d osFolder) Facts(string) facts { return facts{} }

// Path is where the folder was opened.
func (d osFolder) Path() string { return d.Name() }
