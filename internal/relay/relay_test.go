package relay

import (
	"io"
	"os"
	"testing"
	"time"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestRelay relays both streams, and Wait returns when everything is written.
func TestRelay(t *testing.T) {
	t.Parallel()
	var readers, to [2]*os.File
	for i := range to {
		var err error
		readers[i], to[i], err = os.Pipe()
		check(t, err)
		defer readers[i].Close()
	}
	relays, err := New(to[0], to[1])
	check(t, err)
	for _, s := range []struct {
		name           string
		stdout, stderr bool
	}{{"both", true, true}, {"stderr", false, true}} {
		ends, err := relays.Start(s.name, s.stdout, s.stderr)
		check(t, err)
		if (ends[0] != nil) != s.stdout || (ends[1] != nil) != s.stderr {
			t.Errorf("%s: got the files %v", s.name, ends)
		}
		for i, f := range ends {
			if f != nil {
				_, err = f.WriteString([]string{"out", "error"}[i])
				check(t, err)
			}
		}
		Close(ends)
		if s.name == "both" { // the order of the lines
			buf := make([]byte, 100)
			n, err := readers[1].Read(buf)
			if string(buf[:n]) != "both: error\n" {
				t.Errorf("got %q, %v", buf[:n], err)
			}
		}
	}
	relays.Wait(time.Minute)
	Close(to)
	for i, want := range []string{"both: out\n", "stderr: error\n"} {
		if got, err := io.ReadAll(readers[i]); string(got) != want {
			t.Errorf("stream %d: got %q, %v, want %q", i+1, got, err, want)
		}
	}
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	relays, err := New(os.Stdout, os.Stderr)
	check(t, err)
	defer relays.Wait(time.Minute)
	const want = "cannot relay its output: invalid argument"
	if ends, err := relays.Start("a NUL\x00byte", true, true); err == nil || err.Error() != want || ends != [2]*os.File{} {
		t.Errorf("got %v, %v, want %s", ends, err, want)
	}
}

// TestWaitEnds does not wait for a service that continues.
func TestWaitEnds(t *testing.T) {
	t.Parallel()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	check(t, err)
	defer null.Close()
	relays, err := New(null, null)
	check(t, err)
	ends, err := relays.Start("x", true, false)
	check(t, err)
	defer Close(ends)
	relays.Wait(10 * time.Millisecond)
	if _, err := ends[0].WriteString("still read\n"); err != nil {
		t.Error(err)
	}
}

func TestIsRole(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		want bool
	}{
		{[]string{Role.Name, "x"}, true},
		{[]string{Role.Name}, false},
		{[]string{"x", Role.Name}, false},
		{nil, false},
	} {
		if got := IsRole(test.args); got != test.want {
			t.Errorf("%q: got %v", test.args, got)
		}
	}
}
