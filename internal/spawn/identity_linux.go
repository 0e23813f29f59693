package spawn

import (
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// assume sets the user and groups of this process, the groups first, because that needs
// root. An unprivileged user may set what this process already has.
func (id *Identity) assume() error {
	if unix.Geteuid() != 0 && id.current() {
		return nil
	}
	if err := unix.Setgroups(id.Groups); err != nil {
		return &Error{"set the groups of user", strconv.Itoa(id.UID), err}
	}
	if err := unix.Setresgid(id.GID, id.GID, id.GID); err != nil {
		return &Error{"become group", strconv.Itoa(id.GID), err}
	}
	if err := unix.Setresuid(id.UID, id.UID, id.UID); err != nil {
		return &Error{"become user", strconv.Itoa(id.UID), err}
	}
	return nil
}

func (id *Identity) current() bool {
	groups, err := unix.Getgroups()
	return err == nil && id.UID == unix.Geteuid() && id.GID == unix.Getegid() &&
		!slices.ContainsFunc(id.Groups, func(g int) bool { return g != id.GID && !slices.Contains(groups, g) })
}
