// Package shellquote writes words for the shell.
package shellquote

import (
	"strings"

	"github.com/svloop/svloop/pkg/printable"
)

// special are the characters that mean something to a POSIX shell, or to the
// history of an interactive one, somewhere in a word.
const special = " \t\n\"'\\$`&|;<>()*?[]#~!{}"

// Join returns the words as a command line from which the shell reads them
// again. Only words that need it are quoted.
func Join(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = Quote(word)
	}
	return strings.Join(quoted, " ")
}

// Show returns the words as a command line for people, who may copy it: characters
// that could act on a terminal stand as escapes in $'…', which bash, zsh and ksh read.
func Show(words []string) string {
	shown := make([]string, len(words))
	for i, word := range words {
		shown[i] = Quote(word)
		if printable.Text(word) != word {
			shown[i] = "$'" + printable.Text(ansiC.Replace(word)) + "'"
		}
	}
	return strings.Join(shown, " ")
}

// ansiC quotes what means something in $'…'.
var ansiC = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// Quote returns one word as the shell reads it again.
func Quote(word string) string {
	if word != "" && !strings.ContainsAny(word, special) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
