package reaper

import (
	"os"
	"strconv"
	"testing"
)

// TestRanAs knows the users of living descendants, and of children that were reaped.
func TestRanAs(t *testing.T) {
	if os.Getuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("the tests must run as root in CI")
		}
		t.Skip("only root can start a program of another user")
	}
	const living, exited, unknown = 12345, 12346, 12347
	r := newReaper(t)
	as := func(uid int, script string) child {
		t.Helper()
		return start(t, r, "exec setpriv --reuid="+strconv.Itoa(uid)+" --clear-groups sh -c '"+script+"'")
	}
	as(living, "echo 1; exec sleep 1000").number(t)
	c := as(exited, "exit 0")
	for uid, want := range map[int]bool{living: true, unknown: false} {
		if got := r.RanAs(uid); got != want {
			t.Errorf("user %d: %v", uid, got)
		}
	}
	end(t, c.ended)
	if !r.RanAs(exited) {
		t.Error("the user of a reaped child is not known")
	}
}

// TestRanAsZombie does not depend on the handler of SIGCHLD.
func TestRanAsZombie(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	c := start(t, r, "exit 0")
	awaitTrue(t, "the child is a zombie", func() bool { return !alive(c.pid) })
	if !r.RanAs(os.Getuid()) {
		t.Error("the user of a zombie is not known")
	}
	if r.Reap(); !r.RanAs(os.Getuid()) {
		t.Error("the user of a reaped child is not known")
	}
}

// TestUsersAreBounded forgets users that nobody asks for.
func TestUsersAreBounded(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for uid := range uint32(10 * mostUsers) {
		if r.remember(uid); !r.users[uid] || len(r.users) > mostUsers {
			t.Fatalf("user %d of %d", uid, len(r.users))
		}
	}
}
