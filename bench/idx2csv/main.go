// Command idx2csv writes a data set in the IDX format of MNIST as CSV, so that
// mlp can read it: one column a pixel, from 0 to 1, then the label.
//
//	go run ./bench/idx2csv images-idx3-ubyte.gz labels-idx1-ubyte.gz > train.csv
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: idx2csv IMAGES LABELS")
		os.Exit(2)
	}
	if err := convert(os.Args[1], os.Args[2], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "idx2csv:", err)
		os.Exit(1)
	}
}

func convert(images, labels string, w io.Writer) error {
	size, pixels, err := read(images)
	if err != nil {
		return err
	}
	_, classes, err := read(labels)
	if err != nil {
		return err
	}
	if size == 0 || len(pixels) != size*len(classes) {
		return fmt.Errorf("%s has %d bytes for %d labels of %s", images, len(pixels), len(classes), labels)
	}
	out := bufio.NewWriterSize(w, 1<<20)
	for j := range size {
		fmt.Fprintf(out, "p%d,", j)
	}
	out.WriteString("label\n") // errors of a bufio.Writer wait for Flush
	var line []byte
	for i, class := range classes {
		line = line[:0]
		for _, p := range pixels[i*size : (i+1)*size] {
			line = append(strconv.AppendFloat(line, float64(float32(p)/255), 'g', -1, 32), ',')
		}
		line = append(strconv.AppendUint(line, uint64(class), 10), '\n')
		out.Write(line)
	}
	return out.Flush()
}

// read returns the bytes of an IDX file of bytes, gzipped or not, and how many
// one item has.
func read(path string) (size int, items []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	r := io.Reader(f)
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return 0, nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	all, err := io.ReadAll(r)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", path, err)
	}
	const unsignedByte = 8
	if len(all) < 4 || all[0] != 0 || all[1] != 0 || all[2] != unsignedByte || len(all) < 4+4*int(all[3]) {
		return 0, nil, fmt.Errorf("%s is no IDX file of bytes", path)
	}
	size = 1
	for d := 1; d < int(all[3]); d++ { // the first dimension counts the items
		size *= int(binary.BigEndian.Uint32(all[4+4*d:]))
	}
	return size, all[4+4*int(all[3]):], nil
}
