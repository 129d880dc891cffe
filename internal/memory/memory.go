// Package memory says how much memory the process may take, and how much of that is left:
// in go the limits that the system has set it, out comes a number of bytes, so that what
// does not fit is refused with a sentence before the system ends the process without one.
package memory

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
)

// unknown is taken for the memory of a machine that cannot be asked.
const unknown = 16 << 30

// Available returns the bytes that the process may take: those of the machine, of its
// control groups up to the root, or of its own resource limits, whichever is least. Only
// Linux says.
var Available = sync.OnceValue(func() int64 { return available("/") })

// available reads the limits below a root.
func available(root string) int64 {
	least := int64(unknown)
	if kB, ok := number(after(read(root, "proc/meminfo"), "MemTotal:")); ok { // MemTotal:  24000000 kB
		least = kB << 10
	}
	for _, limit := range groups(root) {
		least = min(least, limit)
	}
	limits := read(root, "proc/self/limits")
	for _, name := range []string{"Max address space", "Max data size", "Max resident set"} {
		if limit, ok := number(after(limits, name)); ok {
			least = min(least, limit)
		}
	}
	return max(least, 1)
}

// groups returns the limits of the control groups of the process, of version 1 and 2, from
// its own up to the root. In a container the path may be that of the host, which is not
// there to be read: what is mounted then is the group itself.
func groups(root string) (limits []int64) {
	for _, line := range strings.Split(string(read(root, "proc/self/cgroup")), "\n") {
		id, rest, _ := strings.Cut(line, ":")
		controllers, group, ok := strings.Cut(rest, ":")
		var mounts, files []string
		switch {
		case !ok:
			continue
		case id == "0" && controllers == "":
			mounts, files = []string{"sys/fs/cgroup", "sys/fs/cgroup/unified"}, []string{"memory.max", "memory.high"}
		case strings.Contains(","+controllers+",", ",memory,"):
			mounts, files = []string{"sys/fs/cgroup/memory"}, []string{"memory.limit_in_bytes"}
		}
		for _, mount := range mounts {
			for at := path.Clean("/" + group); ; at = path.Dir(at) {
				for _, file := range files {
					if limit, ok := number(read(root, mount, at, file)); ok {
						limits = append(limits, limit)
					}
				}
				if at == "/" {
					break
				}
			}
		}
	}
	return limits
}

// read returns a file, empty if it cannot be read.
func read(parts ...string) []byte {
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		return nil
	}
	return b
}

// after returns what stands behind a word.
func after(text []byte, word string) []byte {
	_, rest, _ := bytes.Cut(text, []byte(word))
	return rest
}

// number reads the first word, a number above 0; there is none where there is no limit.
func number(text []byte) (int64, bool) {
	words := bytes.Fields(text)
	if len(words) == 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(words[0]), 10, 64)
	return n, err == nil && n > 0
}

// Share returns what of the memory the program itself may fill: the rest is for its code,
// its stacks and the pages of the files that it reads.
func Share() int64 { return Available() / 10 * 9 }

// Left returns how much of that is not taken. What is no longer used is collected first if
// so much would not be left with it.
func Left(wanted int64) int64 {
	left := Share() - taken()
	if left < wanted {
		runtime.GC()
		left = Share() - taken()
	}
	return max(left, 0)
}

// taken is what lives on the heap, garbage since the last collection among it.
func taken() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
