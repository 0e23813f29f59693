package spawn

import (
	"bytes"
	"encoding/binary"
	"os"
)

// loaderOf returns the dynamic loader of an ELF file (elf(5), PT_INTERP), or "" if it has
// none or cannot be read. debug/elf could read it too, but would make svloop larger by
// decompression and debug information.
func loaderOf(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	read := func(offset, size uint64) []byte {
		buf := make([]byte, size)
		if _, err := f.ReadAt(buf, int64(offset)); err != nil {
			return nil
		}
		return buf
	}
	ident := read(0, 64)
	if ident == nil || !bytes.HasPrefix(ident, []byte("\x7fELF")) {
		return ""
	}
	var order binary.ByteOrder = binary.LittleEndian
	if ident[5] == 2 {
		order = binary.BigEndian
	}
	wide := ident[4] == 2
	// The offsets of the program headers, and in each the offset and size of its segment.
	table, size, count, at := uint64(order.Uint32(ident[28:])), order.Uint16(ident[42:]), order.Uint16(ident[44:]), [2]int{4, 16}
	if wide {
		table, size, count, at = order.Uint64(ident[32:]), order.Uint16(ident[54:]), order.Uint16(ident[56:]), [2]int{8, 32}
	}
	if size < 32 || wide && size < 56 {
		return ""
	}
	const interp, longest = 3, 4096 // PT_INTERP, PATH_MAX
	for i := range uint64(count) {
		header := read(table+i*uint64(size), uint64(size))
		if header == nil {
			return ""
		}
		if order.Uint32(header) != interp {
			continue
		}
		var part [2]uint64
		for j, n := range at {
			if part[j] = uint64(order.Uint32(header[n:])); wide {
				part[j] = order.Uint64(header[n:])
			}
		}
		if part[1] > longest {
			return ""
		}
		return string(bytes.TrimRight(read(part[0], part[1]), "\x00"))
	}
	return ""
}
