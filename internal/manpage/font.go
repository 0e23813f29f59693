package manpage

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Inside the formatter a text has its fonts as single bytes, and blanks at
// which no line may end as another.
const (
	roman = '\x01'
	bold  = '\x02'
	under = '\x03'
	tied  = '\x04'
)

// font returns the font of a letter, 0 when there is none.
func font(letter byte) rune {
	switch letter {
	case 'R', 'P':
		return roman
	case 'B':
		return bold
	case 'I':
		return under
	}
	return 0
}

// special returns the character of a name, as in \(aq, "" when there is none.
// A function and not a map: a map would be made at each start of the program.
func special(name string) string {
	switch name {
	case "aq":
		return "'"
	case "dq":
		return `"`
	case "bu":
		return "*"
	case "em":
		return "--"
	case "en":
		return "-"
	case "rs":
		return `\`
	}
	return ""
}

// decode replaces the escapes of a line.
func decode(line string) (string, error) {
	var text strings.Builder
	for line != "" {
		plain, rest, escaped := strings.Cut(line, `\`)
		text.WriteString(plain)
		if !escaped {
			break
		}
		switch {
		case rest == "":
			return "", fmt.Errorf("an escape without its character")
		case rest[0] == '"':
			return text.String(), nil // a comment
		case rest[0] == '-', rest[0] == '\'', rest[0] == '`':
			text.WriteByte(rest[0])
			line = rest[1:]
		case rest[0] == 'e':
			text.WriteByte('\\')
			line = rest[1:]
		case rest[0] == '&':
			line = rest[1:]
		case rest[0] == ' ', rest[0] == '~':
			text.WriteByte(tied)
			line = rest[1:]
		case rest[0] == 'f' && len(rest) > 1 && font(rest[1]) != 0:
			text.WriteRune(font(rest[1]))
			line = rest[2:]
		case rest[0] == '(' && len(rest) > 2 && special(rest[1:3]) != "":
			text.WriteString(special(rest[1:3]))
			line = rest[3:]
		default:
			return "", fmt.Errorf(`unknown escape \%.3s`, rest)
		}
	}
	return text.String(), nil
}

// paint writes a finished line for a terminal or for a file. Blanks are never
// underlined.
func paint(line string, styled bool) string {
	codes := map[rune]string{roman: "\x1b[0m", bold: "\x1b[1m", under: "\x1b[4m"}
	var text strings.Builder
	now, want := rune(roman), rune(roman)
	for _, r := range line {
		switch r {
		case roman, bold, under:
			want = r
			continue
		case tied:
			r = ' '
		}
		if use := fontFor(r, want); styled && use != now {
			text.WriteString(codes[roman])
			if use != roman {
				text.WriteString(codes[use])
			}
			now = use
		}
		text.WriteRune(r)
	}
	if now != roman {
		text.WriteString(codes[roman])
	}
	return strings.TrimRight(text.String(), " ")
}

func fontFor(r, want rune) rune {
	if r == ' ' {
		return roman
	}
	return want
}

// columns is how wide a text is on the screen.
func columns(text string) int {
	n := utf8.RuneCountInString(text)
	for _, r := range []rune{roman, bold, under} {
		n -= strings.Count(text, string(r))
	}
	return n
}
