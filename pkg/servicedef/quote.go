package servicedef

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrNoCommand is wrapped by [Quote] for words that no command stands for.
var ErrNoCommand = errors.New("no command of a configuration stands for it")

// Quote returns the text of a command that stands for the words, in a
// configuration of either type. The error wraps [ErrNoCommand]: the grammar
// has no empty word, and no program takes a NUL byte.
//
// No word of it looks as if it were written for a shell. Whatever means something
// to the grammar is written as a percent sign and two digits. Its own escapes would
// do for some of it, but each of them is undone at a step of its own: a comment
// between /* and */ is removed before a backslash is looked at.
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
		if i == 0 && isAssignment(text) || !encoded.MatchString(text) && isOperator(text) {
			text = encode(word, special+shells)
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// shells are bytes that mean nothing to the grammar, but may look as if a shell
// were meant.
const shells = "|&;`~="

// special are the bytes that mean something in a value: a percent sign begins
// an encoded byte, $ a variable, # a comment, /* one too, <<END and <name/> a
// here-document and a block; quotes are removed, and what is behind a backslash
// loses it.
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
