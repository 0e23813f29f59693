package importing

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

// splitShell splits a line into words, as a POSIX shell does when nothing in
// them means more to it; anything that does is an error.
func splitShell(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	open := false
	end := func() {
		if open {
			words = append(words, word.String())
			word.Reset()
		}
		open = false
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == ' ' || c == '\t':
			end()
		case c == '#' && !open:
			end()
			return words, nil
		case !open && strings.HasPrefix(line[i:], mergeOutput) && (i+4 == len(line) || line[i+4] == ' ' || line[i+4] == '\t'):
			words = append(words, mergeOutput)
			i += len(mergeOutput) - 1
		case c == '\'' || c == '"':
			length := strings.IndexByte(line[i+1:], c)
			if length < 0 {
				return nil, errNotPlain
			}
			text := line[i+1 : i+1+length]
			if c == '"' && strings.ContainsAny(text, "$`\\") {
				return nil, errNotPlain
			}
			word.WriteString(text)
			open = true
			i += length + 1
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
			open = true
		case strings.IndexByte("$`\\|&;<>()*?[]{}!\n", c) >= 0, c == '~' && (!open || strings.ContainsAny(word.String(), "=:")):
			return nil, errNotPlain
		default:
			word.WriteByte(c)
			open = true
		}
	}
	end()
	return words, nil
}
