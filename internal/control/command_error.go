package control

import (
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/lsb"
)

// CommandError says how a command failed, with the code that it stands for.
type CommandError struct {
	Code   lsb.Action
	Argv   []string
	How    string
	Output []string // the last lines of its output, as they may be printed
	Err    error

	svloop bool // it is svloop
}

func (e *CommandError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	text := fmt.Sprintf("%s: %s", quoted(e.Argv), e.How)
	if len(e.Output) == 0 {
		return text
	}
	reason, rest := e.reason()
	return strings.Join(append([]string{text + ": " + reason}, rest...), below)
}

// reason returns the line of the output that is likely to say why, and the others:
// the last one, or of svloop the first that is no warning, with the warnings at the
// end.
func (e *CommandError) reason() (line string, rest []string) {
	lines := slices.Clone(e.Output)
	if !e.svloop {
		last := len(lines) - 1
		return lines[last], lines[:last]
	}
	isWarning := func(line string) bool { return strings.Contains(line, ": warning: ") }
	warnings := slices.Clone(lines)
	lines = slices.DeleteFunc(lines, isWarning)
	lines = append(lines, slices.DeleteFunc(warnings, func(line string) bool { return !isWarning(line) })...)
	return lines[0], lines[1:]
}

// below is what stands between the lines of a message.
const below = "\n  "

// Unwrap returns the cause.
func (e *CommandError) Unwrap() error { return e.Err }
