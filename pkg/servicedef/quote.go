package servicedef

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrNoCommand is wrapped by [Quote] for words that no command can represent.
var ErrNoCommand = errors.New("no command in a configuration can express it")

// Quote returns the text of a command with these words, for a configuration in
// either syntax. The error wraps [ErrNoCommand]: the grammar has no empty word,
// and an argument cannot contain a NUL byte.
//
// The text does not look as if it were written for a shell. Bytes that are
// special in the grammar are encoded as a percent sign and two digits. The
// escapes of the grammar do not suffice, because each is removed in another step:
// for example, a comment between /* and */ is removed before backslashes are
// interpreted.
func Quote(words []string) (string, error) {
	if len(words) == 0 {
		return "", fmt.Errorf("%w: it has no words", ErrNoCommand)
	}
	var b strings.Builder
	for i, word := range words {
		if word == "" || strings.IndexByte(word, 0) >= 0 {
			return "", fmt.Errorf("%w: word %q", ErrNoCommand, word)
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		text := encode(word, special)
		if i == 0 && (isAssignment(text) || isCommandLine(text)) || !encoded.MatchString(text) && isOperator(text) {
			text = encode(word, special+shells)
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// shells are bytes that are not special in the grammar, but look like shell
// syntax.
const shells = "|&;`~="

// special are the bytes that are special in a value: a percent sign starts an
// encoded byte, $ a variable, # and /* a comment, <<END a here-document and
// <name/> a block. Quotes are removed, and so is a backslash before some
// characters.
const special = "%$#*<>\"'\\"

func encode(word, special string) string {
	var b strings.Builder
	for len(word) > 0 {
		r, size := utf8.DecodeRuneInString(word)
		if isBlank(r) || !unicode.IsGraphic(r) || r == utf8.RuneError || strings.ContainsRune(special, r) {
			for i := range size {
				fmt.Fprintf(&b, "%%%02X", word[i])
			}
		} else {
			b.WriteString(word[:size])
		}
		word = word[size:]
	}
	return b.String()
}
