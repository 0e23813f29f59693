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
	"time"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Note says what of a definition has no equivalent, or not the same.
type Note struct {
	Line int
	Text string
}

// Entry is a service or a group as the configuration has it.
type Entry struct {
	Name  string
	Line  int // where it is defined, 0 when it is all of the file
	Notes []Note

	Control, Start, Stop []string
	StopThenStart        bool
	Daemon               string
	Options              []string // of the daemon; svloop accepts them
	Expected             servicedef.Expected
	Timeout              time.Duration // 0: the default

	Children []*Entry // of a group, else nil
}

// plainName is what the name of a service is made of here: a slash would make
// it two, and blanks and the like would have to be quoted wherever it is used.
var plainName = regexp.MustCompile(`^[\pL\pN_][\pL\pM\pN_.:@+-]*$`)

func CheckName(name string) error {
	if plainName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("its name %q may contain only letters, digits and _ . : @ + -", name)
}

// services are the entry itself, or those of the group.
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
	e.Notes = append(e.Notes, Note{line, fmt.Sprintf(format, args...)})
}

// noEquivalent notes a line of the definition that becomes nothing.
func (e *Entry) NoEquivalent(line int, text string) { e.AddNote(line, "no equivalent: %s", text) }

// SortNotes puts the notes into the order of the definition.
func (e *Entry) SortNotes() { SortNotes(e.Notes) }

func SortNotes(notes []Note) {
	slices.SortStableFunc(notes, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
}

// PIDFile is where svloop notes its own pid. At /run/NAME.pid many programs have
// their pid file, by PIDFile= or by default: they find svloop's pid there and do
// not start, and logrotate and the like send their signals to svloop.
func PIDFile(name string) string { return "/run/svloop-" + name + ".pid" }

// option adds an option of svloop with its value, and reports whether svloop
// accepts it beside those that are there.
func (e *Entry) AddOption(words ...string) bool {
	options := slices.Concat(e.Options, words)
	if _, err := invocation.ParseEntry("/run/x.pid", options, []string{"true"}); err != nil || slices.Contains(words, "") {
		return false
	}
	e.Options = options
	return true
}

// Margin is what svctl waits longer than svloop, so that the one that knows
// what happened tells it.
const Margin = 5 * time.Second

// Longest is the most that svctl takes for a timeout, and svloop for a grace.
const Longest = 1_000_000 * time.Second

// allow has svctl wait so long for a start or a stop, if it would not anyway.
func (e *Entry) Allow(d time.Duration) {
	if d > servicedef.DefaultTimeout {
		e.Timeout = max(e.Timeout, min(d, Longest))
	}
}

// waits is how long svctl waits.
func (e *Entry) Waits() time.Duration { return cmp.Or(e.Timeout, servicedef.DefaultTimeout) }

// seconds writes a time as svloop and svctl read it.
func Seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// Command returns the words of a command. An empty one, which no command of a
// configuration has, is left to a shell.
func Command(words []string) []string {
	if slices.Contains(words, "") {
		return ThroughShell(shellquote.Join(words))
	}
	return words
}

// ThroughShell returns the words that have a shell execute a line in its place,
// without expanding wildcards.
func ThroughShell(line string) []string { return []string{"/bin/sh", "-fc", "exec " + line} }

// commented writes a text into one line of comment. The end of a comment
// between /* and */ is looked for in front of #, so that what follows */ would
// be configuration.
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

// What any dialect may say of a command.
var (
	ErrNoCommand = errors.New("there is no command")
	ErrQuote     = errors.New("a quote is not closed")
)
