package systemd

import (
	"errors"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

var (
	errSeveral = errors.New("it has several commands, which only Type=oneshot may have")
	errNUL     = errors.New("a word contains a NUL byte")
)

// splitUnitWords splits a value as described in systemd.service(5): at spaces
// outside of quotes. It decodes C escapes inside and outside of quotes, and
// keeps unknown ones. A semicolon that is a word of its own separates commands,
// unless a backslash precedes it. At the end it has no effect.
func splitUnitWords(value string) ([]string, error) {
	var words []string
	var word strings.Builder
	open, bare := false, true // a word has begun; no part of it was quoted
	separated := false        // a semicolon was read
	quote := byte(0)
	end := func() error {
		text := word.String()
		switch {
		case !open:
			return nil
		case separated:
			return errSeveral
		case bare && text == ";":
			separated = true
			word.Reset()
			open = false
			return nil
		case text == `\;`:
			text = ";"
		case strings.IndexByte(text, 0) >= 0:
			return errNUL
		}
		words = append(words, text)
		word.Reset()
		open, bare = false, true
		return nil
	}
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && i+1 < len(value):
			decoded, length := unescapeC(value[i+1:])
			word.WriteString(decoded)
			open, bare = true, false
			i += length
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, open, bare = c, true, false
		case quote == 0 && strings.IndexByte(" \t\n\r", c) >= 0:
			if err := end(); err != nil {
				return nil, err
			}
		default:
			word.WriteByte(c)
			open = true
		}
	}
	if quote != 0 {
		return nil, entry.ErrQuote
	}
	err := end()
	return words, err
}
