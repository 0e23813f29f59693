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

// noteSuffix is the suffix of the note next to a pid file. If this instance is killed, the
// next start cannot find these processes by its session. Each has a line:
//
//	SID 0 AUTOGROUP  an adopted session, or that of a main process, and the
//	                 autogroup of its members; only SID if that is unknown
//	PID START        the main process that the program named; START is that of
//	                 /proc/PID/stat, so that a reused pid does not match
const noteSuffix = ".adopted"

// maxNote is larger than a note: it has lines only for living processes and their sessions.
const maxNote = 4096

// noted is a line of a note: a session if start is 0, otherwise a process.
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

// Adopt records, in a note next to the pid file, that the survivors belong to the
// instance that is claiming the file. The note exists until [File.ForgetAdopted]
// or [File.Release].
func (s *Survivors) Adopt() error {
	if err := writeNote(s.path, s.led); err != nil {
		return fmt.Errorf("cannot record the adopted processes: %w", err)
	}
	s.adopted = true
	return nil
}

// NoteProcess records the main process that the program named, and its session, so
// that the next start finds the process and what it has started, even if it has
// exited. It is kept as long as a note of [Survivors.Adopt].
func (f *File) NoteProcess(p proctree.Stat) error {
	if err := f.withNote(func(fileOwner int) error { return addToNote(f.path, fileOwner, p) }); err != nil {
		return fmt.Errorf("cannot record process %d: %w", p.PID, err)
	}
	return nil
}

// ForgetAdopted removes the note of [Survivors.Adopt] and [File.NoteProcess].
func (f *File) ForgetAdopted() error {
	if err := f.withNote(func(int) error { return removeBeside(f.path+noteSuffix, checkNote) }); err != nil {
		return fmt.Errorf("cannot remove the note beside pid file %q: %w", f.path, err)
	}
	return nil
}

// withNote changes the note, unless another instance has claimed the path.
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

// addToNote adds a process as the last line, and its session unless it is that of
// this instance. It removes processes that have exited.
func addToNote(path string, fileOwner int, p proctree.Stat) error {
	line := noted{pid: p.PID, start: p.Start}
	note := slices.DeleteFunc(readNote(path, fileOwner), func(n noted) bool {
		return n == line || n.hasEnded()
	})
	session, err := sessionOf(p)
	if err != nil {
		return err
	}
	if session.pid != 0 && session.pid != ownSession() && !slices.Contains(note, session) {
		if note, err = withoutEmpty(note, session.pid); err != nil {
			return err
		}
		note = append(note, session)
	}
	return writeNote(path, append(note, line))
}

// sessionOf returns the line for the session of a process. The session has the id 0 if
// its leader is in another PID namespace.
func sessionOf(p proctree.Stat) (noted, error) {
	autogroup, err := autogroupOf(proctree.Table{p})
	return noted{pid: p.Session, autogroup: autogroup}, err
}

// withoutEmpty removes the lines of sessions that have no members, because a program may
// change its main process often, and the line of the session that is added next.
func withoutEmpty(note []noted, next int) ([]noted, error) {
	table, err := proctree.Snapshot()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(note, func(n noted) bool {
		return n.start == 0 && (n.pid == next || len(table.InSession(n.pid)) == 0)
	}), nil
}

// hasEnded reports whether the process of the line is known to have exited. A
// superfluous line does no harm.
func (n noted) hasEnded() bool {
	if n.start == 0 {
		return false
	}
	now, err := proctree.ReadStat(n.pid)
	return errors.Is(err, proctree.ErrGone) || err == nil && (now.Start != n.start || !now.Alive())
}

var errNoNote = fmt.Errorf("%w a note of a pid file", errElse)

// checkNote returns an error unless the file is a note.
func checkNote(name string) error {
	_, _, err := openNote(name)
	return err
}

// writeNote replaces the note atomically: a crash leaves the old or the new one.
func writeNote(path string, note []noted) error {
	name := path + noteSuffix
	if err := checkNote(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
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

// readNote returns the lines of the note next to the pid file. The note is
// trusted if root, this user or the owner of the pid file has written it.
// [mayBelieve] checks for all processes that are found whether that user may name
// them.
func readNote(path string, fileOwner int) []noted {
	lines, info, err := openNote(path + noteSuffix)
	if err != nil || !trusted(info, fileOwner) {
		return nil
	}
	return lines
}

// openNote reads a file in the format of a note.
func openNote(name string) ([]noted, fs.FileInfo, error) {
	f, err := open(name, os.O_RDONLY)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxNote+1))
	if err != nil {
		return nil, nil, err
	}
	lines, ok := parseNote(string(text))
	if !ok {
		return nil, nil, fmt.Errorf("%q: %w", name, errNoNote)
	}
	return lines, info, nil
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
