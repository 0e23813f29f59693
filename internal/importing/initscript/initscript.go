// Package initscript imports init scripts of System V, the LSB and OpenRC: the script
// becomes the control command of the entry.
package initscript

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/servicedef"
)

// The comments around the LSB header (LSB 5.0, 22.3).
const (
	HeaderBegin = "### BEGIN INIT INFO"
	lsbEnd      = "### END INIT INFO"
)

// Import makes the script the control command: both accept the same actions.
func Import(t *entry.File) (*entry.Definition, error) {
	header, found := lsbHeader(t.Data)
	e := &entry.Entry{Control: []string{t.Path}, Name: filepath.Base(t.Path)}
	if IsOpenRC(t.Data) {
		readDepend(e, t.Data)
	} else if !found {
		e.AddNote(0, "it has no LSB header, so the entry has the name of the file")
	}
	for _, h := range header {
		readHeader(e, h)
	}
	if err := entry.CheckName(e.Name); err != nil {
		return nil, &entry.Error{File: t.Name, Err: err}
	}
	if !t.Executable {
		e.AddNote(0, "the script is not executable: svctl cannot run it")
	}
	checkActions(e, actionsOf(t.Data))
	e.SortNotes()
	return &entry.Definition{File: t.Name, Entries: []*entry.Entry{e}}, nil
}

// checkActions adds a note for each action that svctl needs and the script does
// not accept.
func checkActions(e *entry.Entry, taken actions) {
	if !taken.has("start") {
		e.AddNote(0, "the actions of the script are unknown: svctl needs start, stop, status and restart")
		return
	}
	if !taken.has("status") {
		e.AddNote(0, "the script has no status action, which svctl needs to find out whether the service runs")
	}
	if !taken.has("restart") {
		e.StopThenStart = true
	}
}

// readHeader translates one line of the header.
func readHeader(e *entry.Entry, h headerLine) {
	switch strings.ToLower(h.key) {
	case "provides":
		names := strings.Fields(h.value)
		if len(names) > 0 && entry.CheckName(names[0]) == nil {
			e.Name, names = names[0], names[1:]
		}
		if len(names) > 0 {
			e.Aliases = names
			e.NoEquivalent(h.line, "Provides: "+strings.Join(names, " "))
		}
	case "default-start":
		if h.value == "" {
			e.Expected = servicedef.Stopped
		}
	case "required-start", "should-start", "required-stop", "should-stop":
		e.AddOrder(h.line, h.text(), entry.Order{Key: h.key + ": ", Names: strings.Fields(h.value)})
	case "x-start-before", "x-stop-after":
		e.AddOrder(h.line, h.text(), entry.Order{Key: h.key + ": ", Names: strings.Fields(h.value), Before: true})
	default:
		e.NoEquivalent(h.line, h.text())
	}
}

// headerLine is a keyword of the header with its value.
type headerLine struct {
	key, value string
	line       int
}

func (h headerLine) text() string { return strings.TrimSpace(h.key + ": " + h.value) }

var (
	keywordLine = regexp.MustCompile(`^#[ \t]*([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)$`)
	keyword     = regexp.MustCompile(`(?i)^(Provides|(Required|Should|Default)-(Start|Stop)|X-.*|(Short-)?Description)$`)
)

// lsbHeader reads the header. A description continues in lines that begin with
// a tab or two spaces; a word with a colon is not a keyword there. insserv
// accepts the keywords that it knows in such lines, too.
func lsbHeader(data string) (lines []headerLine, found bool) {
	inside := false
	number := 0
	for line := range strings.Lines(data) {
		number++
		line = strings.TrimRight(line, " \t\r\n")
		switch {
		case line == HeaderBegin:
			inside, found = true, true
			continue
		case line == lsbEnd:
			return lines, found
		case !inside:
			continue
		}
		goesOn := strings.HasPrefix(line, "#\t") || strings.HasPrefix(line, "#  ")
		if match := keywordLine.FindStringSubmatch(line); match != nil && (!goesOn || keyword.MatchString(match[1])) {
			lines = append(lines, headerLine{match[1], strings.TrimSpace(match[2]), number})
			continue
		}
		if more := strings.Trim(line, "# \t"); more != "" && len(lines) > 0 {
			last := &lines[len(lines)-1]
			last.value = strings.TrimSpace(last.value + " " + more)
		}
	}
	return lines, found
}

// actions are the words that a script accepts.
type actions []string

func (a actions) has(words ...string) bool {
	for _, word := range words {
		if !slices.Contains(a, word) {
			return false
		}
	}
	return true
}

// caseLine matches a pattern of a case statement. Scripts of Debian's
// interpreter init-d-script have no case statement, but accept all actions.
var (
	caseLine     = regexp.MustCompile(`(?m)(?:^|\bin\b|;;)[ \t]*\(?([A-Za-z"'_*][A-Za-z0-9"'_*| \t-]*)\)`)
	initDScript  = regexp.MustCompile(`(?m)^[^#\n]*/init-d-script\b|^#!.*/init-d-script\b`)
	knownActions = actions{"start", "stop", "status", "restart"}
)

// Takes reports whether the case statements of a script have patterns for all
// these words.
func Takes(data string, words ...string) bool { return actionsOf(data).has(words...) }

// actionsOf returns the words in the patterns of all case statements.
func actionsOf(data string) actions {
	if initDScript.MatchString(data) || IsOpenRC(data) {
		return knownActions
	}
	var found actions
	for _, match := range caseLine.FindAllStringSubmatch(data, -1) {
		for word := range strings.SplitSeq(match[1], "|") {
			found = append(found, strings.Trim(word, " \t\"'"))
		}
	}
	return found
}
