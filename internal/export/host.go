package export

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/shellquote"
)

// hostFormat is what a format has to do with the host.
type hostFormat struct {
	// first is the name of the first file of a service.
	first func(name string) string

	// directory is where the system looks for its files.
	directory func(*Host) (Directory, error)

	// enable has the system start the service at boot (not now, but where
	// looking after a service means to start it). One that is expected stopped
	// is only made known to it.
	enable func(h *Host, dir Directory, name string, running bool) ([]Step, error)

	// obstacle returns why a service cannot be enabled: something else has its
	// name there.
	obstacle func(h *Host, dir Directory, name string, force bool) error

	// disable takes back what enable has done, and stops nothing. It is for a
	// service that was not there before.
	disable func(h *Host, dir Directory, name string) []Step

	// reload has the system read its files again, where it would not by itself.
	reload func(*Host) []Step

	// stop ends the service, which may take so long, and has the system forget
	// it, before its files are removed; forgotten is what remains to be done
	// after.
	stop      func(h *Host, dir Directory, name string, longest time.Duration) ([]Step, error)
	forgotten func(h *Host, dir Directory, name string) ([]Step, error)
}

// Host is what installing wants to know of the host.
type Host struct {
	LookPath func(program string) (string, error)
	Exists   func(path string) bool
	Readlink func(path string) (target string, err error)
}

// ThisHost is the one that this program runs on.
func ThisHost() *Host {
	return &Host{
		LookPath: exec.LookPath,
		Exists:   func(path string) bool { _, err := os.Lstat(path); return err == nil },
		Readlink: os.Readlink,
	}
}

// has reports whether a program is in PATH.
func (h *Host) has(program string) bool { _, err := h.LookPath(program); return err == nil }

// MissingError says that the host has not the init system of a format.
type MissingError struct{ Format, Why string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("cannot export to %s: %s", e.Format, e.Why)
}

// Step is one thing to do beside writing files: a command, a link to make or to
// remove, or a service directory to clear.
type Step struct {
	Argv   []string
	Stdin  string // of the command
	Reader string // run it only while a process reads this pipe, unless ""

	Link, Unlink string // make or remove a link to Target
	Target       string

	Forget string // remove what a monitor has kept in this service directory

	Undo []Step // take it back
}

func (s Step) String() string {
	switch {
	case s.Link != "":
		return fmt.Sprintf("link %s to %s", s.Link, s.Target)
	case s.Unlink != "":
		return "remove link " + s.Unlink
	case s.Forget != "":
		return "remove the state in " + s.Forget
	}
	return "run " + shellquote.Join(s.Argv)
}

// Do does it. To make a link that is there is nothing to do, and to remove one
// that is not, or that leads elsewhere: it is somebody else's.
func (s Step) Do(ctx context.Context) error {
	switch {
	case s.Link != "":
		return s.link()
	case s.Unlink != "":
		return s.unlink()
	case s.Forget != "":
		return s.forget(ctx)
	case s.Reader != "" && !hasReader(s.Reader):
		return nil
	}
	cmd := exec.CommandContext(ctx, s.Argv[0], s.Argv[1:]...)
	cmd.Stdin = strings.NewReader(s.Stdin)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		said := strings.Join(strings.Fields(output.String()), " ")
		if said != "" {
			said = ": " + said
		}
		return fmt.Errorf("cannot %s: %w%s", s, cause(err), said)
	}
	return nil
}

func (s Step) link() error {
	if target, err := os.Readlink(s.Link); err == nil && target == s.Target {
		return nil
	}
	if err := os.Symlink(s.Target, s.Link); err != nil {
		return fmt.Errorf("cannot make link %q: %w", s.Link, cause(err))
	}
	return nil
}

func (s Step) unlink() error {
	if target, err := os.Readlink(s.Unlink); err != nil || target != s.Target {
		return nil
	}
	if err := os.Remove(s.Unlink); err != nil {
		return fmt.Errorf("cannot remove link %q: %w", s.Unlink, cause(err))
	}
	return nil
}
