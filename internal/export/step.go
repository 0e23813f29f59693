package export

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/svloop/svloop/internal/shellquote"
)

// Step is a step other than writing files: run a command, create or remove a link, or
// clear a service directory.
type Step struct {
	Argv   []string
	Stdin  string // standard input of the command
	Reader string // run it only while a process reads this pipe, unless ""

	Link, Unlink string // create or remove a link to Target
	Target       string

	Forget string // remove the state of a monitor in this service directory

	Undo []Step // steps that undo this step
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

// Do executes the step. It does nothing if the link to create exists, or if the link to
// remove does not exist or points elsewhere.
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
		return fmt.Errorf("cannot create link %q: %w", s.Link, cause(err))
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
