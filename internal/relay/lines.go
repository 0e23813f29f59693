package relay

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/pkg/printable"
)

// play runs the role. It ignores signals that are meant for the service, which may have
// output to write before it exits, and the signal of a destination without a reader.
func play(args []string) (code int, err error) {
	if len(args) != 1 {
		return 0, errors.New("no service")
	}
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGPIPE)
	var streams sync.WaitGroup
	for i, file := range [2]*os.File{os.Stdout, os.Stderr} {
		source := os.NewFile(uintptr(firstSource+i), "service")
		streams.Go(func() {
			copyLines(source, nowait.Again(1+i, file.Name()), args[0])
		})
	}
	streams.Wait()
	return 0, nil
}

// minPiece is how much of a line is written at once after a name that leaves no room.
const minPiece = 64

// copyLines copies lines until the end of the source.
func copyLines(source io.Reader, to io.Writer, name string) {
	out := destination{to: to, line: []byte(printable.Text(name) + ": ")}
	out.prefix = len(out.line)
	r := bufio.NewReaderSize(source, max(Longest-out.prefix-len("\n"), minPiece))
	for cut := false; ; { // whether the last piece was not the end of its line
		piece, err := r.ReadSlice('\n')
		if len(piece) > 0 && !(cut && piece[0] == '\n') {
			out.write(piece)
		}
		cut = errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !cut {
			out.tellLost()
			return
		}
	}
}

// destination is where the lines of a service are written.
type destination struct {
	to     io.Writer
	line   []byte // the last one written, which begins with the name
	prefix int    // the length of the name
	lost   int    // lines that could not be written since the last success
}

// write writes a line. If that is not possible, the line is counted, and the next line
// that can be written comes after a line with the count.
func (d *destination) write(text []byte) {
	if d.tellLost(); d.lost > 0 || d.put(text) != nil {
		d.lost++
	}
}

func (d *destination) tellLost() {
	if d.lost > 0 && d.put(fmt.Appendf(nil, "svctl: lines of the output that were lost: %d", d.lost)) == nil {
		d.lost = 0
	}
}

// put writes a line with the name and a newline.
func (d *destination) put(text []byte) error {
	d.line = append(d.line[:d.prefix], text...)
	if text[len(text)-1] != '\n' {
		d.line = append(d.line, '\n')
	}
	_, err := d.to.Write(d.line)
	return err
}
