package systemd

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/shellquote"
)

// commandLine is a command of a unit. If it has variables that the unit does
// not set, a shell must expand them when the service is started.
type commandLine struct {
	words      []string // without the unknown variables
	shell      string   // for a shell, with the unknown variables
	unknown    []string // variables that the unit does not set
	privileged bool     // User= and Group= do not apply to it
}

// Special characters before a command, systemd.service(5), table "Special
// executable prefixes".
var prefixes = map[byte]string{
	'-': "systemd ignores its failure",
	'@': "the word after the path is argv[0]",
	':': "", // variables are not expanded
	'+': "User= and Group= do not apply to it",
	'!': "User= and Group= do not apply to it",
	'|': "a shell of the user runs it",
}

// commandLine reads a command and expands the known variables.
func (u *unit) commandLine(e *entry.Entry, s *entry.Setting, known map[string]string) (*commandLine, error) {
	fail := func(err error) (*commandLine, error) {
		return nil, &entry.Error{File: u.file, Line: s.Line, What: e.Name, Err: fmt.Errorf("%s=: %w", s.Key, err)}
	}
	words, err := splitUnitWords(s.Value)
	if err != nil {
		return fail(err)
	}
	line := &commandLine{}
	seen := ""
	for len(words) > 0 && words[0] != "" && strings.IndexByte("-@:+!|", words[0][0]) >= 0 {
		seen += words[0][:1]
		words[0] = words[0][1:]
	}
	for i := range len(seen) {
		c := seen[i]
		if prefixes[c] != "" && strings.IndexByte(seen, c) == i && !strings.Contains(seen, "!!") {
			e.AddNote(s.Line, "no equivalent: %c in front of %s=: %s", c, s.Key, prefixes[c])
		}
	}
	line.privileged = strings.Contains(seen, "+") || strings.Contains(seen, "!") && !strings.Contains(seen, "!!")
	if len(words) > 1 && strings.Contains(seen, "@") {
		words = slices.Delete(words, 1, 2)
	}
	if len(words) == 0 || words[0] == "" {
		return fail(entry.ErrNoCommand)
	}
	var shell []string
	for i, word := range words {
		word = u.name.expand(word)
		if i == 0 || strings.Contains(seen, ":") {
			line.words = append(line.words, word)
			shell = append(shell, shellquote.Quote(word))
			continue
		}
		plain, quoted := line.expand(word, known)
		line.words = append(line.words, plain...)
		shell = append(shell, quoted...)
	}
	line.shell = strings.Join(shell, " ")
	return line, nil
}

// A variable that is a whole word becomes several words. A variable in braces
// stays in its word. Two dollar signs become one. Anything else is literal.
var (
	wordVariable = regexp.MustCompile(`^\$([A-Za-z_][A-Za-z0-9_]*)$`)
	variable     = regexp.MustCompile(`\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
)

// expand expands the variables in a word. It returns the resulting words, and
// the same for a shell.
func (line *commandLine) expand(word string, known map[string]string) (plain, shell []string) {
	if match := wordVariable.FindStringSubmatch(word); match != nil {
		value, found := known[match[1]]
		if !found {
			line.miss(word)
			return nil, []string{word}
		}
		words, err := splitUnitWords(value)
		if err != nil {
			words = strings.Fields(value)
		}
		for _, w := range words {
			shell = append(shell, shellquote.Quote(w))
		}
		return words, shell
	}
	var text, quoted strings.Builder
	literal := func(s string) {
		text.WriteString(s)
		if s != "" {
			quoted.WriteString(shellquote.Quote(s))
		}
	}
	done := 0
	for _, at := range variable.FindAllStringSubmatchIndex(word, -1) {
		literal(word[done:at[0]])
		done = at[1]
		if at[2] < 0 {
			literal("$")
			continue
		}
		name := word[at[2]:at[3]]
		if value, found := known[name]; found {
			literal(value)
			continue
		}
		line.miss("${" + name + "}")
		quoted.WriteString(`"${` + name + `}"`)
	}
	literal(word[done:])
	if quoted.Len() == 0 {
		quoted.WriteString("''")
	}
	return []string{text.String()}, []string{quoted.String()}
}

func (line *commandLine) miss(reference string) {
	if !slices.Contains(line.unknown, reference) {
		line.unknown = append(line.unknown, reference)
	}
}
