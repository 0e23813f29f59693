package output

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/pkg/printable"
)

// A program that fails at its start usually prints the reason. The caller gets its last
// lines with the failure, if svloop copied the output or the output is in a file. If it
// went to /dev/null, the caller gets a hint.

// Limits of the output in a failure: lines, and bytes of each line.
const (
	shownLines = 10
	shownBytes = 200
)

// tailSize is how many bytes of output are kept until the program is ready.
const tailSize = 2048

// tail is the end of an output.
type tail struct {
	kept []byte
	cut  bool // the beginning is missing
}

func (t *tail) add(piece []byte) {
	if len(piece) > tailSize {
		piece, t.cut = piece[len(piece)-tailSize:], true
	}
	if over := len(t.kept) + len(piece) - tailSize; over > 0 {
		t.kept, t.cut = append(t.kept[:0], t.kept[over:]...), true
	}
	t.kept = append(t.kept, piece...)
}

// lines returns the last lines that are not blank, with control characters escaped. An
// incomplete first line is skipped, if there is another.
func (t *tail) lines() (shown []string) {
	all := strings.Split(string(t.kept), "\n")
	if t.cut && len(all) > 1 {
		all = all[1:]
	}
	for _, line := range all {
		line = strings.TrimRight(line, " \t\r")
		if line == "" {
			continue
		}
		shown = append(shown, printable.Excerpt(line, shownBytes))
	}
	return shown[max(0, len(shown)-shownLines):]
}

// Said returns the last lines of the program's standard error, or else of its standard
// output, each after the name of the stream, and a hint if the output went to /dev/null.
// Call it after [Streams.Close].
func (p *Streams) Said() (lines []string, hint string) {
	for _, i := range []int{2, 1} {
		t := p.tailOf(i)
		if t == nil {
			continue
		}
		for _, line := range t.lines() {
			// The caller has printed its warnings to an inherited file meanwhile.
			if p.streams[i].Kind == cmdline.StreamInherit && strings.HasPrefix(line, p.log.name+": warning: ") {
				continue
			}
			lines = append(lines, cmdline.StreamNames[i]+": "+line)
		}
		if len(lines) > 0 {
			return lines, ""
		}
	}
	if p.nowhere(2) {
		hint = fmt.Sprintf("the error output of %s went to /dev/null; to see it, use --stderr FILE or --stderr syslog", p.log.program)
	}
	return nil, hint
}

// tailOf returns the end of an output, nil if svloop cannot read it.
func (p *Streams) tailOf(i int) *tail {
	if s := p.sinks[p.streams[i]]; s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.tail
	}
	path := p.fileOf(i)
	if path == "" {
		return nil
	}
	f, err := nowait.OpenToRead(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	from := p.before[i]
	if from > info.Size() {
		from = 0 // the file was truncated meanwhile
	}
	t := &tail{cut: info.Size()-tailSize > from}
	t.kept, err = io.ReadAll(io.NewSectionReader(f, max(from, info.Size()-tailSize), tailSize))
	if err != nil {
		return nil
	}
	return t
}

// fileOf returns the path of an output that the program writes itself.
func (p *Streams) fileOf(i int) string {
	switch p.streams[i].Kind {
	case cmdline.StreamFile:
		return p.streams[i].Path
	case cmdline.StreamInherit:
		return fmt.Sprintf("/proc/self/fd/%d", p.inherited(i))
	}
	return ""
}

// mark stores the sizes of the files before the program starts.
func (p *Streams) mark() {
	for i := 1; i < len(p.streams); i++ {
		if path := p.fileOf(i); path != "" && p.sinks[p.streams[i]] == nil {
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				p.before[i] = info.Size()
			}
		}
	}
}

// nowhere reports whether a stream is /dev/null.
func (p *Streams) nowhere(i int) bool {
	if p.streams[i].Kind == cmdline.StreamNull {
		return true
	}
	to, err := os.Stat(p.fileOf(i))
	null, e := os.Stat(os.DevNull)
	return err == nil && e == nil && os.SameFile(to, null)
}

// Forget drops the stored output. Once the program is ready, no caller needs it.
func (p *Streams) Forget() {
	for _, s := range p.sinks {
		s.mu.Lock()
		s.tail = nil
		s.mu.Unlock()
	}
}
