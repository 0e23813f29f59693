//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/pkg/proctree"
)

// noteSuffix names the note beside a pid file. It keeps what the next start could
// not find by the session of this instance, should this instance be killed, a line
// each:
//
//	SID 0 AUTOGROUP  a session that was adopted, and the autogroup of its members;
//	                 only SID if that is not known
//	PID START        a process that the program has named as its main one; START is
//	                 that of /proc/PID/stat, so another one with the number is none
const noteSuffix = ".adopted"

// maxNote is more bytes than a note has: it has only lines of what lives.
const maxNote = 4096

// noted is a line of a note: a session where start is 0, else a process.
type noted struct {
	pid       int
	start     uint64
	autogroup uint64 // of a session
}

func (n noted) String() string {
	if n.start == 0 {
		if n.autogroup == 0 {
			return strconv.Itoa(n.pid)
		}
		return fmt.Sprintf("%d 0 %d", n.pid, n.autogroup)
	}
	return fmt.Sprintf("%d %d", n.pid, n.start)
}

// Adopt records, in a note beside the pid file, that the survivors are to be
// those of the instance that claims the file now. The note lasts until
// [File.ForgetAdopted] or [File.Release].
func (s *Survivors) Adopt() error {
	if err := writeNote(s.path, s.led); err != nil {
		return fmt.Errorf("cannot note what was adopted: %w", err)
	}
	s.adopted = true
	return nil
}

// NoteProcess records the process that the program has named as its main one, so
// that the next start finds it. It lasts as a note of [Survivors.Adopt] does.
func (f *File) NoteProcess(p proctree.Stat) error {
	if err := f.withNote(func(fileOwner int) error { return addToNote(f.path, fileOwner, p) }); err != nil {
		return fmt.Errorf("cannot note process %d: %w", p.PID, err)
	}
	return nil
}

// ForgetAdopted removes the note of [Survivors.Adopt] and [File.NoteProcess].
func (f *File) ForgetAdopted() error {
	if err := f.withNote(func(int) error { return removeNote(f.path) }); err != nil {
		return fmt.Errorf("cannot remove the note beside pid file %q: %w", f.path, err)
	}
	return nil
}

// withNote changes the note, unless it is that of whoever has the path now.
func (f *File) withNote(change func(fileOwner int) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	here, err := isAt(f.file, f.path)
	if err != nil || !here {
		return err
	}
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	return change(ownerOf(info))
}

// addToNote makes a process the last line, and drops those that have ended.
func addToNote(path string, fileOwner int, p proctree.Stat) error {
	line := noted{pid: p.PID, start: p.Start}
	note := slices.DeleteFunc(readNote(path, fileOwner), func(n noted) bool {
		return n == line || n.hasEnded()
	})
	return writeNote(path, append(note, line))
}

// hasEnded reports whether the line stands for a process that is known to have
// ended. A line too many does no harm.
func (n noted) hasEnded() bool {
	if n.start == 0 {
		return false
	}
	now, err := proctree.ReadStat(n.pid)
	return errors.Is(err, proctree.ErrGone) || err == nil && (now.Start != n.start || !now.Alive())
}

// errNoNote says that a file with the name of a note is something else, which is
// left alone.
var errNoNote = errors.New("the file exists and is not a note of a pid file")

// writeNote replaces the note at once: a crash leaves the old or the new one.
func writeNote(path string, note []noted) error {
	name := path + noteSuffix
	if _, err := openNote(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var text strings.Builder
	for _, n := range note {
		fmt.Fprintln(&text, n)
	}
	if text.Len() > maxNote {
		return fmt.Errorf("the note would have more than %d bytes", maxNote)
	}
	return replaceFile(name, []byte(text.String()))
}

// readNote returns the lines of the note beside the pid file. It is believed when
// root, this user or the owner of the pid file has written it: whose processes he
// may name is checked for all that are found, see [mayBelieve].
func readNote(path string, fileOwner int) []noted {
	note, err := openNote(path + noteSuffix)
	if err != nil || note.mode&0o022 != 0 {
		return nil
	}
	if note.owner != 0 && note.owner != os.Geteuid() && note.owner != fileOwner {
		return nil
	}
	return note.lines
}

// note is a file that has the form of one.
type note struct {
	lines []noted
	owner int
	mode  fs.FileMode
}

func openNote(name string) (n note, err error) {
	f, err := open(name, os.O_RDONLY)
	if err != nil {
		return n, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return n, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxNote+1))
	if err != nil {
		return n, err
	}
	n.owner, n.mode = ownerOf(info), info.Mode().Perm()
	var ok bool
	if n.lines, ok = parseNote(string(text)); !ok {
		return note{}, fmt.Errorf("%q: %w", name, errNoNote)
	}
	return n, nil
}

func parseNote(text string) (lines []noted, ok bool) {
	if len(text) > maxNote {
		return nil, false
	}
	for line := range strings.Lines(text) {
		n, ok := parseNoted(strings.TrimSuffix(line, "\n"))
		if !ok {
			return nil, false
		}
		lines = append(lines, n)
	}
	return lines, true
}

func parseNoted(line string) (n noted, ok bool) {
	words := strings.Split(line, " ")
	var err error
	if n.pid, err = parsePID(words[0]); err != nil {
		return n, false
	}
	switch len(words) {
	case 1:
		return n, true
	case 2:
		n.start, err = strconv.ParseUint(words[1], 10, 64)
		return n, err == nil && n.start > 0
	case 3:
		n.autogroup, err = strconv.ParseUint(words[2], 10, 64)
		return n, err == nil && words[1] == "0"
	}
	return n, false
}

// removeNote removes the note, and what a crash has left of a new one. What is
// seen to be something else stays.
func removeNote(path string) error {
	name := path + noteSuffix
	for _, name := range []string{name + ".new", name} {
		if _, err := openNote(name); errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoNote) || errors.Is(err, ErrNotRegular) {
			continue
		}
		if err := discard(name); err != nil {
			return err
		}
	}
	return nil
}

// discard removes a file beside a pid file. One of another user stays where it cannot
// be removed, as in a sticky directory: it is not believed, and must not keep anybody
// from a start.
func discard(name string) error {
	err := os.Remove(name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	info, e := os.Lstat(name)
	if e == nil && errors.Is(err, fs.ErrPermission) && ownerOf(info) != 0 && ownerOf(info) != os.Geteuid() {
		return nil
	}
	return err
}
