package servicedef

import "strings"

// unquoted returns the words that a shell would produce from a command with
// quotes and backslashes, or nil if a quote is not closed. See POSIX, 2.2
// Quoting.
func unquoted(text string) []string {
	var words []string
	var word strings.Builder
	var open rune
	inWord, escaped := false, false
	for _, c := range text {
		switch {
		case escaped:
			if open == '"' && !strings.ContainsRune("\\\"$`", c) {
				word.WriteByte('\\')
			}
			word.WriteRune(c)
			escaped = false
		case c == '\\' && open != '\'':
			inWord, escaped = true, true
		case open != 0 && c == open:
			open = 0
		case open == 0 && (c == '\'' || c == '"'):
			inWord, open = true, c
		case open == 0 && isBlank(c):
			if inWord {
				words = append(words, decode(word.String()))
				word.Reset()
			}
			inWord = false
		default:
			inWord = true
			word.WriteRune(c)
		}
	}
	if open != 0 || escaped {
		return nil
	}
	if inWord {
		words = append(words, decode(word.String()))
	}
	return words
}
