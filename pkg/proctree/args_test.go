//go:build linux

package proctree

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSplitArgs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxArgs-10)
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"words":          {"a\x00b c\x00", []string{"a", "b c"}},
		"empty word":     {"a\x00\x00b\x00", []string{"a", "", "b"}},
		"a title":        {"nginx: master", []string{"nginx: master"}},
		"cut in a word":  {"a\x00" + long + "\x00" + strings.Repeat("y", 7), []string{"a", long}},
		"one long word":  {strings.Repeat("x", maxArgs), []string{""}},
		"too many words": {strings.Repeat("x\x00", 2*maxWords), slices.Repeat([]string{"x"}, maxWords)},
	} {
		if got := splitArgs([]byte(test.text)); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %d words, want %d", name, len(got), len(test.want))
		}
	}
	if got := splitArgs(bytes.Repeat([]byte{0}, maxArgs)); len(got) != maxWords {
		t.Errorf("zeroes: got %d words", len(got))
	}
}

// A read that blocks is given up; a read that does not block returns its result.
func TestWithin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		began := time.Now()
		_, err := within(time.Second, func() (int, error) { <-release; return 1, nil })
		if !errors.Is(err, ErrBlocked) || time.Since(began) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
		close(release)
		wrong := errors.New("wrong")
		if n, err := within(time.Second, func() (int, error) { return 7, wrong }); n != 7 || !errors.Is(err, wrong) {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

// A process that executes program after program has a command line at each moment.
func TestArgsWhileExecuting(t *testing.T) {
	t.Parallel()
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("exec /bin/sh \"$0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", script)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // the error means that it was killed
	})
	want := []string{"/bin/sh", script}
	deadline := time.Now().Add(time.Minute)
	for seen := 0; seen < 3; { // moments without a command line
		if time.Now().After(deadline) {
			t.Fatalf("after a minute only %d moments without a command line", seen)
		}
		words, err := argsNow(cmd.Process.Pid, "cmdline")
		if err != nil {
			t.Fatal(err)
		}
		if len(words) == 0 {
			seen++
		}
		if words, err := Args(cmd.Process.Pid); err != nil || !slices.Equal(words, want) {
			t.Fatalf("got %q, %v", words, err)
		}
	}
	// A reader that has waited as long as it may does not wait again.
	for tired := (ArgsReader{waited: maxExecWait}); ; {
		words, err := tired.Args(cmd.Process.Pid)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("got %q, %v", words, err)
		}
		if len(words) == 0 {
			break
		}
	}
}

// A zombie is not waited for.
func TestArgsOfZombie(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("/bin/true")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() })
	if _, err := io.ReadAll(stdout); err != nil { // until it exits
		t.Fatal(err)
	}
	var r ArgsReader
	if words, err := r.Args(cmd.Process.Pid); err != nil || len(words) > 0 || r.waited > 0 {
		t.Errorf("got %q, %v after %s", words, err, r.waited)
	}
}

func BenchmarkArgs(b *testing.B) {
	for b.Loop() {
		if _, err := Args(os.Getpid()); err != nil {
			b.Fatal(err)
		}
	}
}
