package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

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

	// disable takes back what enable has done, and stops nothing. It is for a
	// service that was not there before, when another could not be enabled; nil
	// where nothing but files is left then.
	disable func(h *Host, name string) []Step

	// stop ends the service and has the system forget it, before its files are
	// removed; forgotten is what remains to be done after.
	stop      func(h *Host, dir Directory, name string) ([]Step, error)
	forgotten func(h *Host, dir Directory, name string) ([]Step, error)
}

// Host is what installing wants to know of the host.
type Host struct {
	LookPath func(program string) (string, error)
	Exists   func(path string) bool
}

// ThisHost is the one that this program runs on.
func ThisHost() *Host {
	return &Host{
		LookPath: exec.LookPath,
		Exists:   func(path string) bool { _, err := os.Lstat(path); return err == nil },
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

	Link, Target string // make a link to the target
	Unlink       string // remove a link

	Forget string // remove what a monitor has kept in this service directory
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

// Do does it. To make a link that is there, and to remove one that is not, is
// nothing to do.
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

var errNotLink = errors.New("it is not a link")

func (s Step) unlink() error {
	info, err := os.Lstat(s.Unlink)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err == nil && info.Mode()&os.ModeSymlink == 0:
		err = errNotLink
	case err == nil:
		err = os.Remove(s.Unlink)
	}
	if err != nil {
		return fmt.Errorf("cannot remove link %q: %w", s.Unlink, cause(err))
	}
	return nil
}
