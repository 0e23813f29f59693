package pyregexp

import (
	"strconv"
	"strings"
	"unicode"
)

const (
	octalDigits   = "01234567"
	decimalDigits = "0123456789"
	hexDigits     = "0123456789abcdefABCDEF"
)

// controls are the escapes for control characters.
var controls = map[rune]rune{
	'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
}

// escape parses an escape sequence outside brackets.
func (p *parser) escape(t token) (node, error) {
	switch t.r {
	case 'A':
		return &assertion{textStart}, nil
	case 'Z':
		return &assertion{textEnd}, nil
	case 'b', 'B':
		return &wordEdge{word: words(p.flags), negated: t.r == 'B'}, nil
	}
	if set, ok := category(t.r, p.flags); ok {
		return &char{set}, nil
	}
	if '1' <= t.r && t.r <= '9' {
		return p.numberEscape(t)
	}
	r, err := p.charEscape(t)
	if err != nil {
		return nil, err
	}
	return p.literal(r, t.offset)
}

// numberEscape parses \1 to \99, a reference to a group, and \100 to \377, a
// character in octal. Three octal digits are a character.
func (p *parser) numberEscape(t token) (node, error) {
	number := string(t.r) + p.run(1, decimalDigits)
	if len(number) == 2 && isOctal(number) {
		if third := p.run(1, octalDigits); third != "" {
			r, err := p.octal(t, number+third)
			if err != nil {
				return nil, err
			}
			return p.literal(r, t.offset)
		}
	}
	group, err := strconv.Atoi(number)
	if err != nil {
		return nil, p.errorf(t.offset, "bad escape %s", t)
	}
	return p.reference(group, t.offset)
}

// charEscape parses an escape sequence for one character, inside or outside
// brackets.
func (p *parser) charEscape(t token) (rune, error) {
	if r, ok := controls[t.r]; ok {
		return r, nil
	}
	switch {
	case t.r == 'x':
		return p.hex(t, 2)
	case t.r == 'u':
		return p.hex(t, 4)
	case t.r == 'U':
		return p.hex(t, 8)
	case t.r == 'N':
		return 0, p.unsupportedf(t.offset, `\N{name} is not supported, use \u or \U`)
	case '0' <= t.r && t.r <= '7':
		return p.octal(t, string(t.r)+p.run(2, octalDigits))
	case t.r < unicode.MaxASCII && (unicode.IsLetter(t.r) || unicode.IsDigit(t.r)):
		return 0, p.errorf(t.offset, "bad escape %s", t)
	}
	return t.r, nil
}

func (p *parser) hex(t token, length int) (rune, error) {
	digits := p.run(length, hexDigits)
	if len(digits) < length {
		return 0, p.errorf(t.offset, "incomplete escape %s%s", t, digits)
	}
	code, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || code > unicode.MaxRune {
		return 0, p.errorf(t.offset, "bad escape %s%s", t, digits)
	}
	return rune(code), nil
}

func (p *parser) octal(t token, digits string) (rune, error) {
	code, err := strconv.ParseUint(digits, 8, 8)
	if err != nil {
		return 0, p.errorf(t.offset, `octal escape value \%s outside of range 0-0o377`, digits)
	}
	return rune(code), nil
}

func isOctal(digits string) bool {
	return strings.Trim(digits, octalDigits) == ""
}
