// Package shellquote writes words for the shell.
package shellquote

import (
	"strings"

	"github.com/svloop/svloop/pkg/printable"
)

// special are the characters with a meaning for a POSIX shell, or for the history of an
// interactive shell, in any part of a word.
const special = " \t\n\"'\\$`&|;<>()*?[]#~!{}"

// Join returns a command line that the shell parses to the same words. Only words that
// need it are quoted.
func Join(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = Quote(word)
	}
	return strings.Join(quoted, " ")
}

// Show returns the words as a command line for people, who may copy it. Characters that
// could control a terminal are escaped in $'…', which bash, zsh and ksh support.
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

// ansiC escapes the characters with a meaning in $'…'.
var ansiC = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// Quote returns a word that the shell parses to the same text.
func Quote(word string) string {
	if word != "" && !strings.ContainsAny(word, special) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
