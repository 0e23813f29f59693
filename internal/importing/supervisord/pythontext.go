package supervisord

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// Texts that supervisord parses with Python's string formatting and with shlex.

var (
	formatPart = regexp.MustCompile(`%(?:%|\(([^()]*)\)([0-9]*)([sd])|.|$)`)
	errFormat  = errors.New("a single percent sign: want %% or %(NAME)s")
)

// expandFormat expands %(NAME)s and %(NAME)02d.
func expandFormat(value string, expansions map[string]string) (string, error) {
	var err error
	fail := func(e error) string {
		if err == nil {
			err = e
		}
		return ""
	}
	value = formatPart.ReplaceAllStringFunc(value, func(part string) string {
		match := formatPart.FindStringSubmatch(part)
		if part == "%%" {
			return "%"
		}
		if match[3] == "" {
			return fail(errFormat)
		}
		text, known := expansions[match[1]]
		if !known {
			return fail(fmt.Errorf("%%(%s)%s is unknown", match[1], match[3]))
		}
		if len(match[2]) > 2 {
			return fail(errFormat)
		}
		width, zero := 0, strings.HasPrefix(match[2], "0")
		if match[2] != "" {
			width, _ = strconv.Atoi(match[2]) // two digits: no error
		}
		if match[3] == "d" {
			n, wrong := strconv.Atoi(text)
			if wrong != nil {
				return fail(fmt.Errorf("%%(%s)d is not a number", match[1]))
			}
			if zero {
				return fmt.Sprintf("%0*d", width, n)
			}
		}
		return fmt.Sprintf("%*s", width, text)
	})
	return value, err
}

// addOwnEnvironment reads the variables of the section, so that its options can
// refer to them.
func (p *program) addOwnEnvironment() {
	text, s := p.text("environment", "")
	if s == nil || p.err != nil {
		return
	}
	var err error
	if p.variables, err = splitPairs(text); err != nil {
		p.wrong(s, err)
	}
	for _, v := range p.variables {
		p.expansions["ENV_"+v.name] = v.value
	}
}

// splitPOSIX splits a text like shlex.split: at spaces, with the quotes and
// backslashes of a shell, but no other special characters.
func splitPOSIX(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	open := false
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == '\'' && c != '\'', quote == '"' && c != '"' && c != '\\':
			word.WriteByte(c)
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\' && i+1 == len(s):
			return nil, errEscape
		case c == '\\' && quote == '"' && s[i+1] != '"' && s[i+1] != '\\':
			word.WriteByte(c)
		case c == '\\':
			i++
			word.WriteByte(s[i])
			open = true
		case c == '\'' || c == '"':
			quote, open = c, true
		case strings.IndexByte(" \t\r\n", c) >= 0:
			if open {
				words = append(words, word.String())
				word.Reset()
			}
			open = false
		default:
			word.WriteByte(c)
			open = true
		}
	}
	if quote != 0 {
		return nil, entry.ErrQuote
	}
	if open {
		words = append(words, word.String())
	}
	return words, nil
}

var (
	errEscape = errors.New("it ends with a backslash")
	errPairs  = errors.New("want NAME=VALUE,NAME=VALUE, with quotes around a value that has other characters than _/.+-(): letters and digits")
)

// pair is an environment variable.
type pair struct{ name, value string }

// A token of shlex in its mode that is not POSIX, with the word characters that
// supervisord adds.
var pairToken = regexp.MustCompile(`^[\s]*(?:#[^\n]*\n?\s*)*("[^"]*"|'[^']*'|[A-Za-z0-9_/.+():-]+|[=,])`)

// splitPairs reads a list of variables like supervisord.
func splitPairs(text string) ([]pair, error) {
	var tokens []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		match := pairToken.FindStringSubmatch(text)
		if match == nil {
			return nil, errPairs
		}
		tokens = append(tokens, match[1])
		text = text[len(match[0]):]
	}
	var pairs []pair
	for i := 0; i < len(tokens); i += 4 {
		if i+2 >= len(tokens) || tokens[i+1] != "=" || i+3 < len(tokens) && tokens[i+3] != "," {
			return nil, errPairs
		}
		pairs = append(pairs, pair{tokens[i], strings.Trim(tokens[i+2], `'"`)})
	}
	return pairs, nil
}
