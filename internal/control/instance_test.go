package control

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/svloop/svloop/pkg/pidfile"
)

// TestHeldByAnother recognizes the messages of svloop by the text of the error type.
func TestHeldByAnother(t *testing.T) {
	t.Parallel()
	d := newDriven(t, "3", behaviour{})
	daemon, script := d.service(daemonKeys), d.service("control = FAKE")
	held := &CommandError{Output: []string{"svloop: warning: w", "svloop: cannot claim pid file: " + (&pidfile.HeldError{Path: "/x", PID: 12}).Error()}}
	claimed := &CommandError{Output: []string{(&pidfile.HeldError{Path: "/x"}).Error()}}
	other := &CommandError{Output: []string{`cannot claim pid file: open "/x": permission denied`}}
	if !heldByAnother(daemon, held) || !heldByAnother(daemon, claimed) {
		t.Error("it is not known that another holds the file")
	}
	if heldByAnother(daemon, other) || heldByAnother(script, held) || heldByAnother(daemon, nil) || heldByAnother(daemon, errors.New("held by")) {
		t.Error("another is taken for the holder of the file")
	}
}

func TestStartedPID(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"svloop (pid 12) started": 12, "simplevisor-loop (pid 4194304) started": 4194304,
		"svloop (pid 012) started": 0, "svloop (pid 12) started x": 0, "": 0, "svloop (pid 12) has ended": 0,
	} {
		if got, found := startedPID([]string{"svloop: warning: x", line}); got != want || found != (want > 0) {
			t.Errorf("%q: got %d, %v", line, got, found)
		}
	}
}

// TestInstance knows whether an instance was asked to quit after its pid file is gone.
func TestInstance(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pid")
	i := newInstance(os.Getpid())
	defer i.close()
	if i.exited() {
		t.Error("this process has exited")
	}
	if i.see(path); i.seen != nil {
		t.Error("a missing file was seen")
	}
	for _, test := range []struct {
		text         string
		asked, known bool
	}{{"7\n", false, false}, {"PID\n", false, true}, {"PID\nquit\n", true, true}} {
		text := []byte(test.text)
		if test.text[0] == 'P' {
			text = pidfile.Content{PID: os.Getpid(), Request: map[bool]string{true: pidfile.Quit}[test.asked]}.Text()
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		i.see(path)
		os.Remove(path)
		if asked, known := i.asked(); asked != test.asked || known != test.known {
			t.Errorf("%q: got %v, %v", text, asked, known)
		}
	}
	if gone := newInstance(1 << 22); !gone.exited() || (&instance{}).exited() {
		t.Error("wrong answers for one that is gone, or is not known")
	}
}
