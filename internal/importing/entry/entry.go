// Package entry holds the service entries that an import produces: what a
// dialect fills in, the notes on what has no equivalent, and how they are
// printed.
//
//	File ──(a dialect)──► Definition ─┬─ Entry ─┬─ Options, Start, ...
//	                                  │         └─ Notes
//	                                  └─ Entry ── Children
//	Definitions ──► Text, or Tree and Warnings
package entry

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Note describes a part of a definition that has no equivalent, or a different
// effect.
type Note struct {
	Line  int
	Text  string
	Order *Order // nil for most lines
}

// Entry is a service or a group of the configuration.
type Entry struct {
	Name  string
	Line  int // where it is defined, 0 for the whole file
	Notes []Note

	Control, Start, Stop []string
	Reload               []string       // a command
	ReloadSignal         syscall.Signal // to the main process; 0: none
	StopThenStart        bool
	Daemon               string
	Options              []string // of svloop for the daemon; svloop accepts them
	Output               string   // the file of the daemon's output
	Rotate               string   // of that file
	Expected             servicedef.Expected
	Timeout              time.Duration // 0: the default of svctl
	After                []string      // paths of entries of the same import

	Aliases  []string // names that other definitions have for it
	Children []*Entry // of a group, else nil
}

// plainName matches the names that need no quoting anywhere. A slash would
// separate a group from its service.
var plainName = regexp.MustCompile(`^[\pL\pN_][\pL\pM\pN_.:@+-]*$`)

func CheckName(name string) error {
	if plainName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("its name %q may contain only letters, digits and _ . : @ + -", name)
}

// Services returns the entry itself, or all services of the group.
func (e *Entry) Services() []*Entry {
	if e.Children == nil {
		return []*Entry{e}
	}
	var all []*Entry
	for _, child := range e.Children {
		all = append(all, child.Services()...)
	}
	return all
}

func (e *Entry) AddNote(line int, format string, args ...any) {
	e.Notes = append(e.Notes, Note{Line: line, Text: fmt.Sprintf(format, args...)})
}

// NoEquivalent adds the note that a line of the definition has no effect.
func (e *Entry) NoEquivalent(line int, text string) { e.AddNote(line, "no equivalent: %s", text) }

// SortNotes sorts the notes by line.
func (e *Entry) SortNotes() { SortNotes(e.Notes) }

func SortNotes(notes []Note) {
	slices.SortStableFunc(notes, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
}

// PIDFile returns the path of svloop's pid file. It is not /run/NAME.pid,
// because many programs use that file: they would find the pid of svloop and
// refuse to start, and logrotate would send its signals to svloop.
func PIDFile(name string) string { return "/run/svloop-" + name + ".pid" }

// AddOption adds an option of svloop with its value, if svloop accepts it
// together with the options that are already there. It reports whether it did.
func (e *Entry) AddOption(words ...string) bool {
	options := slices.Concat(e.outputOptions(), e.Options, words)
	if _, err := cmdline.ParseEntry("/run/x.pid", options, []string{"true"}); err != nil || slices.Contains(words, "") {
		return false
	}
	e.Options = slices.Concat(e.Options, words)
	return true
}

func (e *Entry) outputOptions() []string {
	s := servicedef.Service{Output: e.Output, Rotate: e.Rotate}
	return s.SvloopOptions()
}

// plainFile matches the paths that need no quoting as the value of a key.
var plainFile = regexp.MustCompile(`^/[\pL\pN_.:@+/-]*$`)

// SetOutput sets the destinations of the output and of the error output, in the syntax of
// svloop. The same file for both is a key of its own.
func (e *Entry) SetOutput(stdout, stderr string) {
	if stdout == stderr && plainFile.MatchString(stdout) {
		e.Output = stdout
		return
	}
	for _, stream := range [][2]string{{"--stdout", stdout}, {"--stderr", stderr}} {
		if stream[1] != "" {
			e.AddOption(stream[:]...)
		}
	}
}

// SetRotate sets when the files of the output are rotated. It reports whether there is
// such a file.
func (e *Entry) SetRotate(rotation cmdline.Rotation) bool {
	text := rotation.String()
	options := append(slices.Concat(e.outputOptions(), e.Options), "--rotate", text)
	if _, err := cmdline.ParseEntry("/run/x.pid", options, []string{"true"}); err != nil {
		return false
	}
	e.Rotate = text
	return true
}

// Margin is added to the timeout of svctl, so that svloop times out first and
// reports the cause.
const Margin = 5 * time.Second

// Longest is the longest timeout of svctl and the longest grace period of
// svloop.
const Longest = 1_000_000 * time.Second

// Allow increases the timeout of svctl to d if the default is shorter.
func (e *Entry) Allow(d time.Duration) {
	if d > servicedef.DefaultTimeout {
		e.Timeout = max(e.Timeout, min(d, Longest))
	}
}

// Waits returns the timeout of svctl.
func (e *Entry) Waits() time.Duration { return cmp.Or(e.Timeout, servicedef.DefaultTimeout) }

// Seconds formats a time in the syntax of svloop and svctl.
func Seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// Command returns the words of a command. A shell runs a command with empty
// words, because the configuration cannot express these.
func Command(words []string) []string {
	if slices.Contains(words, "") {
		return ThroughShell(shellquote.Join(words))
	}
	return words
}

// ThroughShell returns a command in which a shell executes the line, without
// expanding wildcards.
func ThroughShell(line string) []string { return []string{"/bin/sh", "-fc", "exec " + line} }

// commented escapes a text for one line of comment. The parser removes comments
// between /* and */ before those with #, so a text with */ would become
// configuration.
func commented(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case c < ' ' && c != '\t', c == 0x7f, c == '/' && i > 0 && text[i-1] == '*':
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Errors of commands that several dialects return.
var (
	ErrNoCommand = errors.New("there is no command")
	ErrQuote     = errors.New("a quote is not closed")
)
