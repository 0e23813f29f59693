//go:build linux

package proctree

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

func TestParseAutogroup(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint64{
		"/autogroup-93463 nice 0\n":                93463,
		"/autogroup-1 nice -5\n":                   1,
		"/autogroup-18446744073709551615 nice 0\n": 1<<64 - 1,
		"": 0,
		"/autogroup-18446744073709551616 nice 0\n": 0,
		"/autogroup--1 nice 0\n":                   0,
		"/autogroup- nice 0\n":                     0,
		"/other-7 nice 0\n":                        0,
	} {
		if got := parseAutogroup(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestAutogroupIsThatOfTheSession(t *testing.T) {
	t.Parallel()
	own, err := Autogroup(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if own == 0 {
		t.Skip("the kernel has no autogroups")
	}
	for _, session := range []bool{false, true} {
		cmd := exec.Command("sleep", "1000")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: session}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		other, err := Autogroup(cmd.Process.Pid)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if err != nil || (other != own) != session || other == 0 {
			t.Errorf("session %v: autogroup %d, %v; own %d", session, other, err, own)
		}
		if _, err := Autogroup(cmd.Process.Pid); !errors.Is(err, ErrGone) {
			t.Errorf("after the end: %v", err)
		}
	}
}
