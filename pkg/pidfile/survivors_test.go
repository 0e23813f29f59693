//go:build linux

package pidfile_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

func TestSurvivorsAreFoundByEachClaimUntilTheyAreDealtWith(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	instance, survivor := killed(t, path)
	s := pidfile.Probe(path)
	comm := commOf(t, survivor)
	if s.State != pidfile.Dead || s.PID != instance || s.Survivors == nil ||
		s.Reason != fmt.Sprintf("dead, and left running: pid %d (%s)", survivor, comm) {
		t.Fatalf("status: %+v", s)
	}
	if !s.Survivors.Proven || s.Survivors.Instance != instance || !slices.Equal(s.Survivors.Processes.PIDs(), []int{survivor}) {
		t.Errorf("survivors: %+v", s.Survivors)
	}
	refused := errors.New("not now")
	for range 2 {
		_, err := pidfile.Claim(path, func(*pidfile.Survivors) error { return refused })
		if !errors.Is(err, refused) {
			t.Fatalf("claim: %v", err)
		}
		if got, want := content(t, path), fmt.Sprintf("%d\n", instance); got != want {
			t.Fatalf("after a refused claim it holds %q, want %q", got, want)
		}
	}
	f, err := pidfile.Claim(path, func(left *pidfile.Survivors) error {
		if got := left.String(); got != fmt.Sprintf("pid %d (%s)", survivor, comm) {
			t.Errorf("survivors: %s", got)
		}
		// During the function of this claim, no other claim can succeed.
		if _, err := pidfile.Claim(path, noSurvivors(t)); !errors.Is(err, pidfile.ErrHeld) {
			t.Errorf("a claim in between: %v", err)
		}
		return proctree.Stop(within(t), left.Targets(), killAtOnce, nil)
	})
	check(t, err)
	if alive(survivor) {
		t.Error("the survivor is still alive")
	}
	check(t, f.Release())
}

var killAtOnce = proctree.Schedule{{Signal: 9}}

func commOf(t *testing.T, pid int) string {
	t.Helper()
	s, err := proctree.ReadStat(pid)
	check(t, err)
	return s.Comm
}

// The clock may have been set, forward or back, or may not run while the machine is off:
// the heartbeat decides, and the timestamp proves nothing.
func TestSurvivorsWhateverTheTimeStamp(t *testing.T) {
	t.Parallel()
	for _, by := range []time.Duration{time.Minute, 365 * 24 * time.Hour, time.Since(proctree.BootTime()) + time.Hour, -time.Hour, -365 * 24 * time.Hour} {
		path := aPath(t)
		_, survivor := killed(t, path)
		age(t, path, by)
		if s := pidfile.Probe(path); s.State != pidfile.Dead || s.Survivors == nil || !s.Survivors.Proven {
			t.Errorf("touched %s ago: %+v", by, s)
		}
		if before, err := pidfile.RequestQuit(within(t), path, killAtOnce); err != nil || before.Survivors == nil {
			t.Errorf("touched %s ago: %+v, %v", by, before, err)
		}
		if alive(survivor) || exists(path) || exists(path+".heartbeat") {
			t.Errorf("touched %s ago: alive %v, file %v, heartbeat %v", by, alive(survivor), exists(path), exists(path+".heartbeat"))
		}
	}
}

// Without a heartbeat, as for an instance of the old tool, a timestamp counts if the
// kernel has set it and it is plausible.
func TestSurvivorsWithoutHeartbeat(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	_, survivor := killed(t, path)
	check(t, os.Remove(path+".heartbeat"))
	for _, by := range []time.Duration{time.Minute, 365 * 24 * time.Hour, -time.Hour} {
		age(t, path, by)
		if s := pidfile.Probe(path); s.State != pidfile.Dead || s.Survivors != nil {
			t.Errorf("touched %s ago: %+v", by, s)
		}
		if _, err := pidfile.RequestQuit(within(t), path, killAtOnce); !errors.Is(err, pidfile.ErrUnproven) || !alive(survivor) {
			t.Errorf("touched %s ago: %v, alive %v", by, err, alive(survivor))
		}
	}
	check(t, exec.Command("touch", path).Run())
	if s := pidfile.Probe(path); s.Survivors == nil {
		t.Errorf("touched now: %+v", s)
	}
}

// A program and its svloop may be killed together, after the program has started
// processes since the last heartbeat: they have the autogroup of the instance.
func TestYoungSurvivors(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	_, survivor := killed(t, path)
	if beat := beatBefore(t, path); beat[5] == "0" {
		t.Skip("the kernel has no autogroups")
	}
	if s := pidfile.Probe(path); s.Survivors == nil || !s.Survivors.Proven || !slices.Equal(s.Survivors.Processes.PIDs(), []int{survivor}) {
		t.Errorf("status: %+v", s)
	}
	// The processes of a killed adopter have the autogroup in the note.
	f, err := pidfile.Claim(path, (*pidfile.Survivors).Adopt)
	check(t, err)
	note, beat := content(t, path+".adopted"), content(t, path+".heartbeat")
	check(t, f.Release())
	put(t, path, fmt.Sprintf("%d\n", deadPID(t)))
	put(t, path+".adopted", note)
	put(t, path+".heartbeat", beat)
	beatBefore(t, path)
	_, err = pidfile.RequestQuit(within(t), path, killAtOnce)
	check(t, err)
	if alive(survivor) {
		t.Error("the survivor is still alive")
	}
}

// A different autogroup belongs to a later session with the same id.
func TestSessionOfAnother(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	_, survivor := killed(t, path)
	beat := beatBefore(t, path)
	if beat[5] == "0" {
		t.Skip("the kernel has no autogroups")
	}
	put(t, path+".heartbeat", strings.Join(beat[:5], " ")+" 1\n")
	if s := pidfile.Probe(path); s.State != pidfile.Dead || s.Survivors != nil || s.Reason != "dead, but its pid file exists" {
		t.Errorf("status: %+v", s)
	}
	f := claim(t, path)
	check(t, f.Release())
	if !alive(survivor) {
		t.Error("the other's process was ended")
	}
}

// beatBefore makes the heartbeat older than every survivor, and returns its fields.
func beatBefore(t *testing.T, path string) []string {
	t.Helper()
	beat := strings.Fields(content(t, path+".heartbeat"))
	beat[3], beat[4] = "0", "alive"
	put(t, path+".heartbeat", strings.Join(beat, " ")+"\n")
	return beat
}

// Processes in the session of a dead leader may belong to a later session with the same
// id, if the kernel has no autogroups and no process existed during the life of the
// instance.
func TestUnprovenSurvivorsAreLeftAlone(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	instance, survivor := killed(t, path)
	put(t, path+".heartbeat", strings.Join(beatBefore(t, path)[:5], " ")+" 0\n")
	s := pidfile.Probe(path)
	if s.State != pidfile.Dead || s.Survivors != nil || s.Reason != "dead, but its pid file exists" {
		t.Errorf("status: %+v", s)
	}
	_, err := pidfile.Claim(path, noSurvivors(t))
	want := fmt.Sprintf("cannot claim pid file: cannot determine which instance left these processes: pid %d (%s) in session %d of %q",
		survivor, commOf(t, survivor), instance, path)
	if !errors.Is(err, pidfile.ErrUnproven) || err.Error() != want {
		t.Errorf("claim: %v; want %s", err, want)
	}
	_, err = pidfile.RequestQuit(within(t), path, nil)
	if !errors.Is(err, pidfile.ErrUnproven) {
		t.Errorf("quit: %v", err)
	}
	if !alive(survivor) {
		t.Error("the survivor was ended")
	}
	if !exists(path) {
		t.Error("the pid file was removed")
	}
}

func TestSurvivorsAreNotBelievedInAFileThatOthersMayWriteTo(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	instance, survivor := killed(t, path)
	check(t, os.Chmod(path, 0o666))
	s := pidfile.Probe(path)
	if s.State != pidfile.Dead || s.Survivors != nil ||
		s.Reason != "dead, but its pid file exists (the pid file cannot be trusted: others may write to it (mode 0666))" {
		t.Errorf("status: %+v", s)
	}
	_, err := pidfile.Claim(path, noSurvivors(t))
	want := fmt.Sprintf("cannot claim pid file: cannot terminate the processes of instance %d: the pid file cannot be trusted: others may write to it (mode 0666)", instance)
	if !errors.Is(err, pidfile.ErrUntrusted) || err.Error() != want {
		t.Errorf("claim: %v; want %s", err, want)
	}
	_, err = pidfile.RequestQuit(within(t), path, killAtOnce)
	if !errors.Is(err, pidfile.ErrUntrusted) {
		t.Errorf("quit: %v", err)
	}
	if !alive(survivor) {
		t.Error("the survivor was ended")
	}
	if !exists(path) {
		t.Error("the pid file was removed")
	}
}

func TestSurvivorsOfAnotherUserAreNotBelieved(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		leaveOut(t, "only root can give a file away")
	}
	path := aPath(t)
	_, survivor := killed(t, path)
	check(t, os.Chown(path, 65534, 65534))
	_, err := pidfile.Claim(path, noSurvivors(t))
	if !errors.Is(err, pidfile.ErrUntrusted) || !strings.HasSuffix(err.Error(),
		fmt.Sprintf("it belongs to user 65534 and process %d to user 0", survivor)) {
		t.Errorf("claim: %v", err)
	}
	_, err = pidfile.RequestQuit(within(t), path, killAtOnce)
	if !errors.Is(err, pidfile.ErrUntrusted) {
		t.Errorf("quit: %v", err)
	}
	if !alive(survivor) {
		t.Error("the survivor was ended")
	}
}

// No process survives a reboot, so the session is a later one.
func TestSurvivorsFromBeforeTheBoot(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	_, survivor := killed(t, path)
	beat := strings.Fields(content(t, path+".heartbeat"))
	beat[0] = "00000000-0000-0000-0000-000000000000"
	put(t, path+".heartbeat", strings.Join(beat, " ")+"\n")
	f := claim(t, path)
	check(t, f.Release())
	if !alive(survivor) {
		t.Error("the other's process was ended")
	}
}

// The program of a killed instance is adopted, and the adopter is killed too: the program
// is still found, although its session is not that of the adopter.
func TestAdoptedProgramsAreFoundAgain(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	instance, survivor := killed(t, path)
	f, err := pidfile.Claim(path, (*pidfile.Survivors).Adopt)
	check(t, err)
	note := path + ".adopted"
	autogroup, err := proctree.Autogroup(survivor)
	check(t, err)
	want := fmt.Sprintf("%d\n", instance)
	if autogroup != 0 {
		want = fmt.Sprintf("%d 0 %d\n", instance, autogroup)
	}
	if got := content(t, note); got != want {
		t.Errorf("the note holds %q, want %q", got, want)
	}
	check(t, f.Release())
	if exists(note) {
		t.Error("the note is there after the release")
	}

	// What a killed adopter leaves: its own pid, which is dead, and the note.
	dead := deadPID(t)
	put(t, path, fmt.Sprintf("%d\n", dead))
	put(t, note, fmt.Sprintf("%d\n", instance))
	s := pidfile.Probe(path)
	if s.Survivors == nil || s.Survivors.Instance != dead || !slices.Equal(s.Survivors.Processes.PIDs(), []int{survivor}) {
		t.Fatalf("status: %+v", s)
	}
	f, err = pidfile.Claim(path, func(left *pidfile.Survivors) error {
		return proctree.Stop(within(t), left.Targets(), killAtOnce, nil)
	})
	check(t, err)
	defer f.Release()
	if exists(note) {
		t.Error("the note is there after its program was ended")
	}
	if alive(survivor) {
		t.Error("the survivor is still alive")
	}
}

func TestForgetAdopted(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	_, survivor := killed(t, path)
	f, err := pidfile.Claim(path, (*pidfile.Survivors).Adopt)
	check(t, err)
	defer f.Release()
	for range 2 {
		check(t, f.ForgetAdopted())
		if exists(path + ".adopted") {
			t.Error("the note is there after it was forgotten")
		}
	}
	if !alive(survivor) {
		t.Error("the survivor was ended")
	}
}

// A note that any user may have written, or that is malformed, is ignored.
func TestNotesThatAreNotBelieved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, survivor := killed(t, dir+"/other.pid")
	session := fmt.Sprint(sessionOf(t, survivor))
	notes := map[string]func(note string) error{
		"others may write to it": func(note string) error {
			return errors.Join(os.WriteFile(note, []byte(session+"\n"), 0o644), os.Chmod(note, 0o666))
		},
		"a link": func(note string) error {
			return errors.Join(os.WriteFile(note+".target", []byte(session+"\n"), 0o644), os.Symlink(note+".target", note))
		},
		"garbage": text("x" + session),
		"pid 0":   text("0\n"),
		"pid 1":   text("1\n"),
		"large":   text("9999999999\n"),
		"empty":   text(""),
	}
	i := 0
	for name, make := range notes {
		i++
		path := fmt.Sprintf("%s/%d.pid", dir, i)
		put(t, path, fmt.Sprintf("%d\n", deadPID(t)))
		check(t, make(path+".adopted"))
		if s := pidfile.Probe(path); s.Survivors != nil || s.State != pidfile.Dead {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if !alive(survivor) {
		t.Error("the survivor was ended")
	}
}

func sessionOf(t *testing.T, pid int) int {
	t.Helper()
	s, err := proctree.ReadStat(pid)
	check(t, err)
	return s.Session
}
