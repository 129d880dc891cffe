package source

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"

	"github.com/klauspost/compress/zstd"
)

// zstdWindow bounds what a zstd file may ask to be kept of the text before: what
// the zstd program itself unpacks by default.
const zstdWindow = 128 << 20

// unpack looks at the first bytes and undoes gzip and zstd, whatever the file is
// called. Text is Text as it is read, so a file that unpacks to more than
// memory holds is no danger by itself: pass.checkMemory bounds what is kept.
func unpack(f io.ReadCloser) (io.ReadCloser, error) {
	r := bufio.NewReaderSize(f, 64<<10)
	magic, _ := r.Peek(4) // a read error comes back with the first Read
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, cmp.Or(err, f.Close())
		}
		return Text{Reader: z, Closers: []io.Closer{z, f}}, nil
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, cmp.Or(err, f.Close())
		}
		return Text{Reader: zstdReader{z}, Closers: []io.Closer{z.IOReadCloser(), f}}, nil
	}
	return Text{Reader: r, Closers: []io.Closer{f}, Size: SizeOf(f)}, nil
}

// A zstdFault is an error of unpacking zstd, whose own words are for programmers.
type zstdFault struct{ error }

func (f zstdFault) Unwrap() error { return f.error }

type zstdReader struct{ io.Reader }

func (z zstdReader) Read(b []byte) (int, error) {
	n, err := z.Reader.Read(b)
	var file *fs.PathError
	if err != nil && err != io.EOF && !errors.As(err, &file) {
		err = zstdFault{err}
	}
	return n, err
}

// unpackFault says what is wrong with compressed data, and what to do; nil where
// err is about something else.
func unpackFault(err error) (hint string, what error) {
	var z zstdFault
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the file is incomplete; copy it again", errors.New("the compressed data break off")
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return "compress it anew without zstd's long mode", errors.New("unpacking it would take more than 128 MiB of memory")
	case errors.As(err, &z):
		return "copy the file again", errors.New("the compressed data are damaged")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return "the file is damaged; copy it again", err
	}
	return "", nil
}
