package runit

import (
	"errors"
	"regexp"
	"strings"
)

// mergeOutput is the one redirection that a script may have to be read here.
const mergeOutput = "2>&1"

var assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

func isAssignment(word string) bool { return assignment.MatchString(word) }

var errNotPlain = errors.New("it has more than plain words")

// shellLine is a simple command of a shell.
type shellLine struct {
	words  []string
	merged bool // it has the redirection, which may stand anywhere and is no word
}

// splitShell splits a line into words, as a POSIX shell does when nothing in
// them means more to it; anything that does is an error. Quoted, a redirection
// is a word like any other.
func splitShell(text string) (line shellLine, err error) {
	var word strings.Builder
	open := false
	end := func() {
		if open {
			line.words = append(line.words, word.String())
			word.Reset()
		}
		open = false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == ' ' || c == '\t':
			end()
		case c == '#' && !open:
			end()
			return line, nil
		case !open && strings.HasPrefix(text[i:], mergeOutput) && (i+4 == len(text) || text[i+4] == ' ' || text[i+4] == '\t'):
			line.merged = true
			i += len(mergeOutput) - 1
		case c == '\'' || c == '"':
			length := strings.IndexByte(text[i+1:], c)
			if length < 0 {
				return shellLine{}, errNotPlain
			}
			quoted := text[i+1 : i+1+length]
			if c == '"' && strings.ContainsAny(quoted, "$`\\") {
				return shellLine{}, errNotPlain
			}
			word.WriteString(quoted)
			open = true
			i += length + 1
		case c == '\\' && i+1 < len(text):
			i++
			word.WriteByte(text[i])
			open = true
		case strings.IndexByte("$`\\|&;<>()*?[]{}!\n", c) >= 0, c == '~' && (!open || strings.ContainsAny(word.String(), "=:")):
			return shellLine{}, errNotPlain
		default:
			word.WriteByte(c)
			open = true
		}
	}
	end()
	return line, nil
}
