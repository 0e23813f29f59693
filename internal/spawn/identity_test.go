package spawn

import (
	"errors"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestLookupIdentity(t *testing.T) {
	t.Parallel()
	root, err := user.Lookup("root")
	check(t, err)
	nobody, err := user.Lookup("nobody")
	check(t, err)
	nobodyUID, _ := strconv.Atoi(nobody.Uid)
	nobodyGID, _ := strconv.Atoi(nobody.Gid)
	if nobodyUID == 0 || nobodyGID == 0 {
		t.Fatalf("nobody is %+v", nobody)
	}
	own, err := os.Getgroups()
	check(t, err)
	const unknown = 54321
	tests := []struct {
		user, group string
		uid, gid    int
		name        string // "" for a user without an entry
		groups      []int  // nil: not compared
	}{
		{"root", "", 0, 0, "root", nil},
		{"0", "", 0, 0, "root", nil},
		{"root", nobody.Gid, 0, nobodyGID, "root", nil},
		{"nobody", "", nobodyUID, nobodyGID, "nobody", nil},
		{nobody.Uid, "root", nobodyUID, 0, "nobody", nil},
		{strconv.Itoa(unknown), "root", unknown, 0, "", []int{0}},
		{strconv.Itoa(unknown), strconv.Itoa(unknown), unknown, unknown, "", []int{unknown}},
		{"", "root", os.Getuid(), 0, "", []int{0}},
		{strconv.Itoa(unknown), "7,8,7", unknown, 7, "", []int{7, 8}},
		{"", "7,root", os.Getuid(), 7, "", []int{7, 0}},
		{"", "7,8,root", os.Getuid(), 7, "", []int{7, 8, 0}},
		{"nobody", ",54322", nobodyUID, nobodyGID, "nobody", []int{nobodyGID, 54322}},
		{"nobody", "54321,54322", nobodyUID, 54321, "nobody", []int{nobodyGID, 54322}},
		{"", ",54322", os.Getuid(), os.Getgid(), "", append(own, 54322)},
		{"", "4294967294", os.Getuid(), 4294967294, "", []int{4294967294}},
	}
	for _, test := range tests {
		got, err := LookupIdentity(test.user, strings.Split(test.group, ",")...)
		if err != nil {
			t.Errorf("%q, %q: %v", test.user, test.group, err)
			continue
		}
		if got.UID != test.uid || got.GID != test.gid || got.Name != test.name || len(got.Groups) == 0 ||
			test.groups != nil && !slices.Equal(got.Groups, test.groups) {
			t.Errorf("%q, %q: %+v", test.user, test.group, got)
		}
		env := got.Environ()
		switch test.name {
		case "":
			if len(env) != 0 {
				t.Errorf("%q, %q: environment %q", test.user, test.group, env)
			}
		case "root":
			if want := []string{"HOME=" + root.HomeDir, "USER=root", "LOGNAME=root", "SHELL=" + got.Shell}; !slices.Equal(env, want) || got.Shell == "" {
				t.Errorf("%q, %q: environment %q, want %q", test.user, test.group, env, want)
			}
		}
	}
}

func TestLookupIdentityRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		user, group, want string
		noGroup           bool
	}{
		{"nosuchuser", "", `no user "nosuchuser" in /etc/passwd`, false},
		{"nosuchuser", "root", `no user "nosuchuser" in /etc/passwd`, false},
		{"-1", "root", `no user "-1" in /etc/passwd`, false},
		{"4294967295", "root", `no user "4294967295" in /etc/passwd`, false}, // the kernel's "no change"
		{"4294967296", "root", `no user "4294967296" in /etc/passwd`, false}, // root's, cut to 32 bits
		{"54321", "", `no user "54321" in /etc/passwd, so --group is needed too`, false},
		{"54321", ",root", `no user "54321" in /etc/passwd, so --group is needed too`, false},
		{"root", ",nosuchgroup", `no group "nosuchgroup" in /etc/group`, true},
		{"root", "nosuchgroup", `no group "nosuchgroup" in /etc/group`, true},
		{"", "-1", `no group "-1" in /etc/group`, true},
		{"", "4294967295", `no group "4294967295" in /etc/group`, true},
		{"", "4294967296", `no group "4294967296" in /etc/group`, true},
		{"root:root", "", `no user "root:root" in /etc/passwd`, false},
	}
	for _, test := range tests {
		got, err := LookupIdentity(test.user, strings.Split(test.group, ",")...)
		if err == nil || err.Error() != test.want || errors.Is(err, ErrNoGroup) != test.noGroup {
			t.Errorf("%q, %q: %+v, %v; want %s", test.user, test.group, got, err, test.want)
		}
	}
}
