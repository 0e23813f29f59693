package pidfile

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// adoptedSuffix names the note beside a pid file that keeps the session of an
// adopted program: it is not the session of the instance, and the next start
// must find the program all the same should this instance be killed too.
const adoptedSuffix = ".adopted"

// Adopt records, in a note beside the pid file, that the survivors are to be
// those of the instance that claims the file now. The note lasts until
// [File.ForgetAdopted] or [File.Release].
func (s *Survivors) Adopt() error {
	if err := writeAdopted(s.path, s.Processes[0].Session); err != nil {
		return fmt.Errorf("cannot note the adopted session: %w", err)
	}
	s.adopted = true
	return nil
}

// ForgetAdopted removes the note of [Survivors.Adopt].
func (f *File) ForgetAdopted() error {
	return removeAdopted(f.path)
}

func writeAdopted(path string, sid int) error {
	name := path + adoptedSuffix
	// A fresh file each time: what stands there may be a link, or another's.
	if err := removeAdopted(path); err != nil {
		return err
	}
	note, err := open(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	if _, err = note.WriteString(strconv.Itoa(sid) + "\n"); err != nil {
		note.Close()
		os.Remove(name)
		return err
	}
	return note.Close()
}

// readAdopted returns the session in the note beside the pid file, 0 when
// there is none that can be believed.
func readAdopted(path string) int {
	note, err := open(path+adoptedSuffix, os.O_RDONLY)
	if err != nil {
		return 0
	}
	defer note.Close()
	info, err := note.Stat()
	if err != nil || info.Mode().Perm()&0o022 != 0 {
		return 0
	}
	if owner := ownerOf(info); owner != 0 && owner != os.Geteuid() {
		return 0
	}
	text, err := readText(note)
	if err != nil {
		return 0
	}
	sid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || sid <= 1 || sid > maxPID {
		return 0
	}
	return sid
}

func removeAdopted(path string) error {
	err := os.Remove(path + adoptedSuffix)
	if os.IsNotExist(err) {
		return nil
	}
	return err
}
