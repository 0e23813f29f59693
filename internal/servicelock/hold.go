package servicelock

import (
	"fmt"
	"os/user"
	"strconv"
	"time"

	"github.com/svloop/svloop/internal/runtimedir"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Hold says that an administrator has stopped or started a service by hand, against its
// expected state. A supervisor leaves the service alone until the hold is released. A
// hold in the state that is expected (see [Hold.Against]) has no effect: the
// configuration was changed after it.
type Hold struct {
	State    servicedef.Expected // in which the service is held
	Since    time.Time
	User     string
	SudoUser string // the user who called sudo or doas, or ""
}

// String returns the hold in words: "stopped by hand (root, 12:30)".
func (h Hold) String() string {
	by := h.User
	if h.SudoUser != "" {
		by = h.SudoUser + " as " + h.User
	}
	return fmt.Sprintf("%s (%s, %s)", h.Word(), by, clock(h.Since, "15:04"))
}

// Word returns the hold without its circumstances: "stopped by hand".
func (h Hold) Word() string {
	if h.State == servicedef.Running {
		return "started by hand"
	}
	return "stopped by hand"
}

// Against reports whether the service is held in a state that is not the expected state.
func (h Hold) Against(expected servicedef.Expected) bool { return h.State != expected }

// clock returns a time, with the date if it is not today.
func clock(t time.Time, layout string) string {
	if now := time.Now(); t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		layout = time.DateOnly + " " + layout
	}
	return t.Format(layout)
}

// HoldBy returns a hold by a user, without state and time. It reads the name of the user
// from the disk.
func HoldBy(u runtimedir.User) Hold {
	h := Hold{User: "user " + strconv.Itoa(u.UID)}
	if found, err := user.LookupId(strconv.Itoa(u.UID)); err == nil {
		h.User = found.Username
	}
	if u.UID == 0 { // a plain user could set these
		for _, name := range []string{"SUDO_USER", "DOAS_USER"} {
			if by := u.Getenv(name); by != "" && by != h.User {
				h.SudoUser = by[:min(len(by), longestUser)]
				break
			}
		}
	}
	return h
}

// longestUser is longer than the name of a user.
const longestUser = 64

const holdSuffix = ".hold"

// Hold records a hold. The caller has locked the service.
func (d *Directory) Hold(id Identity, h Hold) error {
	return d.write(id, holdSuffix, holdFile{
		Boot: d.boot, State: h.State, Since: sinceBoot(h.Since), User: h.User, SudoUser: h.SudoUser,
	})
}

// Release removes the hold of a service, if there is one. The caller has locked the
// service.
func (d *Directory) Release(id Identity) error { return d.remove(id, holdSuffix) }

// Held returns the hold of a service, if there is one.
func (d *Directory) Held(id Identity) (Hold, bool) {
	var file holdFile
	if !read(d.Current().Root, id, holdSuffix, &file) || file.Boot != d.boot {
		return Hold{}, false
	}
	return Hold{State: file.State, Since: atBoot(file.Since), User: file.User, SudoUser: file.SudoUser}, true
}

// holdFile is a hold on disk.
type holdFile struct {
	Boot     string              `json:"boot"`
	State    servicedef.Expected `json:"state"`
	Since    int64               `json:"since_boot_ms"`
	User     string              `json:"user"`
	SudoUser string              `json:"sudo_user,omitempty"`
}
