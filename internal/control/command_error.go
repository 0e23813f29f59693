package control

import (
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/lsb"
)

// CommandError reports how a command failed, and the LSB code for the failure.
type CommandError struct {
	Code   lsb.Action
	Argv   []string
	How    string
	Output []string // the last lines of its output, escaped for a terminal
	Err    error

	svloop bool // whether the command is svloop
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

// reason returns the output line that probably names the cause, and the other lines. For
// most commands that is the last line. For svloop it is the first line that is not a
// warning; the warnings are then moved behind it.
func (e *CommandError) reason() (line string, rest []string) {
	lines := slices.Clone(e.Output)
	if !e.svloop {
		last := len(lines) - 1
		return lines[last], lines[:last]
	}
	for i, line := range lines {
		lines[i] = strings.Replace(line, adviceOfSvloop, adviceForEntry, 1)
	}
	isWarning := func(line string) bool { return strings.Contains(line, ": warning: ") }
	warnings := slices.Clone(lines)
	lines = slices.DeleteFunc(lines, isWarning)
	lines = append(lines, slices.DeleteFunc(warnings, func(line string) bool { return !isWarning(line) })...)
	return lines[0], lines[1:]
}

// below separates the lines of a message.
const below = "\n  "

// Unwrap returns the cause.
func (e *CommandError) Unwrap() error { return e.Err }
