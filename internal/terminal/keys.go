package terminal

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Key is a key: the character that it types, or one of those below.
type Key rune

// Keys that are no characters. Control characters are their code: Ctrl-C is 3.
const (
	Up Key = utf8.MaxRune + 1 + iota
	Down
	PageUp
	PageDown
	Home
	End
)

const (
	CtrlB Key = 2
	CtrlC Key = 3
	CtrlF Key = 6
	CtrlL Key = 12
	CtrlZ Key = 26
)

// sequences are those of xterm and its relatives, after ESC, in both modes of its keypad.
var sequences = map[string]Key{
	"[A": Up, "[B": Down, "OA": Up, "OB": Down, "[5~": PageUp, "[6~": PageDown,
	"[H": Home, "[F": End, "OH": Home, "OF": End, "[1~": Home, "[4~": End, "[7~": Home, "[8~": End,
}

// ReadKeys passes on keys until the terminal is gone. It ignores keys that it does not know.
func ReadKeys(r io.Reader, pass func(Key)) error {
	var buf [256]byte
	rest := ""
	for {
		n, err := r.Read(buf[:])
		var keys []Key
		keys, rest = parse(rest + string(buf[:n]))
		for _, k := range keys {
			pass(k)
		}
		if err != nil {
			return err
		}
	}
}

// parse returns the keys in a text, and the beginning of a sequence at its end.
func parse(text string) (keys []Key, rest string) {
	for text != "" {
		if text[0] != '\x1b' {
			r, size := utf8.DecodeRuneInString(text)
			keys, text = append(keys, Key(r)), text[size:]
			continue
		}
		end := sequenceEnd(text)
		if end == 0 {
			return keys, text
		}
		if k, known := sequences[text[1:end]]; known {
			keys = append(keys, k)
		}
		text = text[end:]
	}
	return keys, ""
}

// longestSequence is longer than what any key sends.
const longestSequence = 16

// sequenceEnd returns the length of the sequence that a text begins with: ESC O and a letter,
// ESC [ up to a letter or ~, or ESC alone. It returns 0 if the end is missing.
func sequenceEnd(text string) int {
	switch {
	case len(text) == 1:
		return 0
	case text[1] == 'O' && len(text) > 2:
		return 3
	case text[1] == 'O':
		return 0
	case text[1] != '[':
		return 1
	}
	i := strings.IndexFunc(text[2:], func(r rune) bool { return r >= '@' && r <= '~' })
	switch {
	case i >= 0:
		return i + 3
	case len(text) > longestSequence:
		return 1
	}
	return 0
}
