package manpage

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// pager returns the pager that man(1) would use. $PAGER may have options.
const pager = `
[ -z "$PAGER" ] || eval "exec $PAGER"
command -v less >/dev/null && exec less
exec cat`

// throughPager shows the text in the pager. Quitting the pager early is not a failure.
func throughPager(text string, screen *os.File) error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer reader.Close()
	env := os.Environ()
	if os.Getenv("LESS") == "" {
		env = append(env, "LESS=-FRX") // show fonts, and leave a short text on the screen
	}
	child, err := os.StartProcess("/bin/sh", []string{"sh", "-c", pager}, &os.ProcAttr{
		Env:   env,
		Files: []*os.File{reader, screen, os.Stderr},
	})
	if err != nil {
		writer.Close()
		return fmt.Errorf("cannot start the pager: %w", err)
	}
	reader.Close()
	_, err = io.WriteString(writer, text)
	writer.Close()
	if errors.Is(err, unix.EPIPE) {
		err = nil
	}
	state, waitErr := child.Wait()
	if waitErr == nil && !state.Success() {
		waitErr = fmt.Errorf("the pager failed: %v", state)
	}
	return errors.Join(err, waitErr)
}
