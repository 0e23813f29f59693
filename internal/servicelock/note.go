package servicelock

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// Note says what a supervisor is doing about a service that is not as expected.
type Note struct {
	Attempt int       // the number of the next or current attempt to repair it
	Next    time.Time // when that attempt begins
	GaveUp  time.Time // when the supervisor gave up; zero: it has not
}

// String returns the note in words: "restarting, attempt 3 in 4s".
func (n Note) String() string {
	if !n.GaveUp.IsZero() {
		return "gave up at " + clock(n.GaveUp, time.TimeOnly)
	}
	text := fmt.Sprintf("restarting, attempt %d", n.Attempt)
	if wait := time.Until(n.Next); wait > 0 {
		text += " in " + (wait + time.Second - 1).Truncate(time.Second).String()
	}
	return text
}

const noteSuffix = ".note"

// Publish writes the note of a service. It is valid while this process lives. That a
// supervisor gave up is valid after its end too, until an action on the service or the
// next supervisor.
func (d *Directory) Publish(id Identity, n Note) error {
	self, err := proctree.ReadStat(os.Getpid())
	if err != nil {
		return fmt.Errorf("cannot publish what is done about the service: %w", err)
	}
	return d.write(id, noteSuffix, noteFile{
		Boot: d.boot, PID: self.PID, Start: self.Start, Attempt: n.Attempt, Next: sinceBoot(n.Next), GaveUp: sinceBoot(n.GaveUp),
	})
}

// Withdraw removes the note of a service, if there is one.
func (d *Directory) Withdraw(id Identity) error { return d.remove(id, noteSuffix) }

// ForgetGaveUp removes a note that a supervisor gave up.
func (d *Directory) ForgetGaveUp(id Identity) error {
	if n, found := d.Note(id); !found || n.GaveUp.IsZero() {
		return nil
	}
	return d.Withdraw(id)
}

// Note returns the note of a service, if there is a valid one.
func (d *Directory) Note(id Identity) (Note, bool) {
	var file noteFile
	if !read(d.Current().Root, id, noteSuffix, &file) || file.Boot != d.boot || file.GaveUp == 0 && !file.alive() {
		return Note{}, false
	}
	return Note{Attempt: file.Attempt, Next: atBoot(file.Next), GaveUp: atBoot(file.GaveUp)}, true
}

// noteFile is a note on disk.
type noteFile struct {
	Boot    string `json:"boot"`
	PID     int    `json:"pid"` // of the supervisor
	Start   uint64 `json:"start_ticks"`
	Attempt int    `json:"attempt"`
	Next    int64  `json:"next_boot_ms"`
	GaveUp  int64  `json:"gave_up_boot_ms,omitempty"`
}

// alive reports whether the process that wrote the note lives. The start time
// distinguishes it from a process that reuses the pid. A process that /proc hides from this user
// (hidepid, see proc(5)) counts as that process.
func (f noteFile) alive() bool {
	stat, err := proctree.ReadStat(f.PID)
	if err != nil {
		return !errors.Is(err, proctree.ErrGone)
	}
	return stat.Start == f.Start && stat.Alive()
}
