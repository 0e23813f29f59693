package pidfile

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// adoptedSuffix names the note beside a pid file that keeps the sessions of what
// was adopted, a line each: they are not the session of the instance, and the
// next start must find their members all the same should this instance be killed
// too.
const adoptedSuffix = ".adopted"

// maxNote is more bytes than a note has: one session for each instance that was
// killed in a row and has left something that lives.
const maxNote = 4096

// Adopt records, in a note beside the pid file, that the survivors are to be
// those of the instance that claims the file now. The note lasts until
// [File.ForgetAdopted] or [File.Release].
func (s *Survivors) Adopt() error {
	if err := writeAdopted(s.path, s.sessions); err != nil {
		return fmt.Errorf("cannot note the adopted sessions: %w", err)
	}
	s.adopted = true
	return nil
}

// ForgetAdopted removes the note of [Survivors.Adopt].
func (f *File) ForgetAdopted() error {
	return removeAdopted(f.path)
}

func writeAdopted(path string, sessions []int) error {
	name := path + adoptedSuffix
	// A fresh file each time: what stands there may be a link, or another's.
	if err := removeAdopted(path); err != nil {
		return err
	}
	note, err := open(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	var text string
	for _, sid := range sessions {
		text += strconv.Itoa(sid) + "\n"
	}
	if _, err = note.WriteString(text); err != nil {
		note.Close()
		os.Remove(name)
		return err
	}
	return note.Close()
}

// readAdopted returns the sessions in the note beside the pid file. A note is
// believed that root, this user or the owner of the pid file has written: whose
// processes he may name is checked for all that are found, see [mayBelieve].
func readAdopted(path string, fileOwner int) (sessions []int) {
	note, err := open(path+adoptedSuffix, os.O_RDONLY)
	if err != nil {
		return nil
	}
	defer note.Close()
	info, err := note.Stat()
	if err != nil || info.Mode().Perm()&0o022 != 0 {
		return nil
	}
	if owner := ownerOf(info); owner != 0 && owner != os.Geteuid() && owner != fileOwner {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(note, maxNote))
	if err != nil {
		return nil
	}
	for word := range strings.FieldsSeq(string(text)) {
		sid, err := parsePID(word)
		if err != nil {
			return nil
		}
		sessions = append(sessions, sid)
	}
	return sessions
}

func removeAdopted(path string) error {
	err := os.Remove(path + adoptedSuffix)
	if os.IsNotExist(err) {
		return nil
	}
	return err
}
