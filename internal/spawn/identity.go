package spawn

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
)

// Identity is the user and groups that a program runs as.
type Identity struct {
	UID, GID int
	Groups   []int
	// Name, Home and Shell are from the user database, and empty if the user is not in it.
	Name, Home, Shell string
}

// ErrNoGroup is wrapped if the group does not exist.
var ErrNoGroup = errors.New("no group")

// LookupIdentity looks up the user and the groups, each a name or a number. An empty user
// is that of this process. The first group is the primary one; if it is empty or missing,
// it is the user's own. All others are added to the supplementary groups of the user. A
// primary group without a user has no other supplementary groups. Users and groups are
// those of /etc/passwd and /etc/group, because a static binary has no other database.
func LookupIdentity(userName string, groupNames ...string) (*Identity, error) {
	id := &Identity{UID: os.Getuid(), GID: os.Getgid()}
	primary := ""
	if len(groupNames) > 0 {
		primary, groupNames = groupNames[0], groupNames[1:]
	}
	switch {
	case userName != "":
		if err := id.setUser(userName, primary != ""); err != nil {
			return nil, err
		}
	case primary == "":
		own, err := os.Getgroups()
		if err != nil {
			return nil, fmt.Errorf("cannot get the groups of this process: %w", err)
		}
		id.Groups = own
	}
	if primary != "" {
		gid, err := lookupGroup(primary)
		if err != nil {
			return nil, err
		}
		id.GID = gid
		if len(id.Groups) == 0 {
			id.Groups = []int{gid}
		}
	}
	for _, name := range groupNames {
		gid, err := lookupGroup(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(id.Groups, gid) {
			id.Groups = append(id.Groups, gid)
		}
	}
	return id, nil
}

func (id *Identity) setUser(name string, hasGroup bool) error {
	u, err := user.Lookup(name)
	var uid int
	if err != nil {
		if uid, err = parseID(name); err != nil {
			return fmt.Errorf("no user %q in /etc/passwd", name)
		}
		u, err = user.LookupId(name)
	}
	if err != nil {
		if !hasGroup {
			return fmt.Errorf("no user %q in /etc/passwd, so --group is needed too", name)
		}
		id.UID = uid
		return nil
	}
	groups, err := u.GroupIds()
	if err != nil {
		return fmt.Errorf("cannot get the groups of user %q: %w", name, err)
	}
	uid, err1 := parseID(u.Uid)
	gid, err2 := parseID(u.Gid)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("bad entry for user %q in /etc/passwd: %w", name, err)
	}
	*id = Identity{UID: uid, GID: gid, Name: u.Username, Home: u.HomeDir, Shell: shellOf(u.Username)}
	for _, g := range groups {
		if n, err := parseID(g); err == nil {
			id.Groups = append(id.Groups, n)
		}
	}
	return nil
}

func lookupGroup(name string) (int, error) {
	if g, err := user.LookupGroup(name); err == nil {
		return parseID(g.Gid)
	}
	if gid, err := parseID(name); err == nil {
		return gid, nil
	}
	return 0, fmt.Errorf("%w %q in /etc/group", ErrNoGroup, name)
}

// parseID parses the number of a user or group. The kernel would use only the lower 32
// bits of a larger number, which may be root's, and interprets the largest as "no
// change".
func parseID(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err == nil && n == math.MaxUint32 {
		err = strconv.ErrRange
	}
	return int(n), err
}

// shellOf returns the login shell, which os/user does not provide.
func shellOf(name string) string {
	f, err := os.Open("/etc/passwd")
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) == 7 && fields[0] == name {
			return cmp.Or(fields[6], "/bin/sh") // passwd(5): empty means this
		}
	}
	return ""
}

// Environ returns the variables that describe the user to a program.
func (id *Identity) Environ() []string {
	if id.Name == "" {
		return nil
	}
	return []string{"HOME=" + id.Home, "USER=" + id.Name, "LOGNAME=" + id.Name, "SHELL=" + id.Shell}
}
