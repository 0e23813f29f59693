package servicedef

import (
	"strings"
	"unicode"
)

// splitWords splits a command at blanks and decodes each word as in a URL, so
// that hello%20world is one word with a blank. As for Python's
// urllib.parse.unquote, which the original uses, a percent sign without two
// hexadecimal digits is literal. There is no shell.
func splitWords(command string) []string {
	words := strings.FieldsFunc(command, isBlank)
	for i, word := range words {
		words[i] = decode(word)
	}
	return words
}

// isBlank reports whether Python's str.split splits at r: also at the separators
// of ASCII, which Unicode does not classify as blanks.
func isBlank(r rune) bool { return unicode.IsSpace(r) || '\x1c' <= r && r <= '\x1f' }

func decode(word string) string {
	if !strings.Contains(word, "%") {
		return word
	}
	var b strings.Builder
	for i := 0; i < len(word); i++ {
		if word[i] == '%' && i+2 < len(word) {
			high, low := unhex(word[i+1]), unhex(word[i+2])
			if high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 2
				continue
			}
		}
		b.WriteByte(word[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
