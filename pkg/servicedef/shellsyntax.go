package servicedef

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// shellSyntax returns a warning about a command that seems to be written for a
// shell, or "". A byte that is encoded as a percent sign and two digits is
// intended for the program, so a word with such a byte is not checked.
func shellSyntax(key, text string) string {
	if !strings.ContainsAny(text, "'\"\\`<>|&;$~=") {
		return ""
	}
	raw := strings.FieldsFunc(text, isBlank)
	options := key == "daemon_options"
	quoted, special := shellWords(raw)
	assigns := !options && isAssignment(raw[0])
	word := quoted
	switch {
	case word == "" && special != "":
		word = special
	case word == "" && assigns:
		word = raw[0]
	case word == "":
		return ""
	}
	form := "write a blank in a word as %20, a quote as %27 or %22"
	meant := unquoted(text)
	if quote := text[0]; special == "" && len(text) > 1 && (quote == '\'' || quote == '"') && strings.IndexByte(text[1:], quote) == len(text)-2 {
		meant = splitWords(text[1 : len(text)-1]) // the quotes are for the value, not for one word
	}
	switch {
	case meant == nil:
	case special != "" && !options:
		meant = []string{"sh", "-c", decode(text)}
	case assigns:
		meant = append([]string{"env"}, meant...)
	}
	switch command, err := Quote(meant); {
	case special != "" && key == "control": // the action is appended to it
		form = "write it into a script, and the path of that here"
	case err == nil && (special == "" || !options):
		form = "write " + command
	}
	return fmt.Sprintf("%q in key %q is for a shell, and no shell reads it: the words are %q; %s", word, key, splitWords(text), form)
}

// WithoutShell returns the words that a shell would produce from these, encoded
// for a configuration: without quotes, and with %20 for a blank in a word. It
// returns "" if the words have no quotes, or if a quote is not closed.
func WithoutShell(words []string) string {
	text := strings.Join(words, " ")
	if quoted, _ := shellWords(words); quoted == "" {
		return ""
	}
	form, err := Quote(unquoted(text))
	if err != nil {
		return ""
	}
	return form
}

// shellWords returns the first word with a quote or a backslash of a shell, and
// the first word with other shell syntax outside of quotes.
func shellWords(raw []string) (quoted, special string) {
	var open byte // the quote that a word before this one has opened
	note := func(first *string, word string) {
		if *first == "" {
			*first = word
		}
	}
	for i, word := range raw {
		switch quote := opened(word); {
		case open != 0:
			if closes(word, open) {
				open = 0
			}
		case quote != 0 && (word[0] == quote || slices.ContainsFunc(raw[i+1:], func(w string) bool { return closes(w, quote) })):
			note(&quoted, word)
			open = quote
			if isOperator(word[:strings.IndexByte(word, quote)]) || quote == '"' && !isScript(raw[:i]) && expandsUntil(raw[i:], quote) {
				note(&special, word)
			}
		case isQuoted(word):
			note(&quoted, word)
			if word[0] == '"' && !isScript(raw[:i]) && quotedExpansion.MatchString(word) {
				note(&special, word)
			}
		case encoded.MatchString(word) || i > 0 && isScript(raw[:i]):
		case escapesBlank(word) && i < len(raw)-1:
			note(&quoted, word)
		case isOperator(word), i == 0 && isCommandLine(word):
			note(&special, word)
		}
	}
	return quoted, special
}

// expandsUntil reports whether a shell expands something in the words up to the one
// that closes the quote of the first.
func expandsUntil(words []string, quote byte) bool {
	for i, word := range words {
		if quotedExpansion.MatchString(word) {
			return true
		}
		if i > 0 && closes(word, quote) {
			return false
		}
	}
	return false
}

var encoded = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// isQuoted reports whether a word, or the value of an option, is in quotes. Quotes
// after other letters, as in name='x', may be intended for the program.
func isQuoted(word string) bool {
	if word[0] != '\'' && word[0] != '"' {
		return quotedOption.MatchString(word) && !encoded.MatchString(word)
	}
	end := strings.IndexByte(word[1:], word[0]) + 1
	return end == len(word)-1 || !encoded.MatchString(word)
}

// quotedOption is an option with nothing but quotes for a value: --opt='x' or -o"x".
var quotedOption = regexp.MustCompile(`^-([A-Za-z]|[^'"=]+=)('[^']*'|"[^"]*")$`)

// opened returns the quote that a word opens and does not close, or 0. An
// apostrophe between letters is not a quote, unless the first letter is an option,
// as in -o'x y'.
func opened(word string) byte {
	var open byte
	for i := range len(word) {
		switch c := word[i]; {
		case c != '\'' && c != '"', open != 0 && c != open:
		case open == c:
			open = 0
		case i == 0 || !isLetter(word[i-1]) || i == 2 && word[0] == '-':
			open = c
		}
	}
	return open
}

// closes reports whether a word has the closing quote.
func closes(word string, quote byte) bool {
	for i := range len(word) {
		if word[i] == quote && (i == len(word)-1 || !isLetter(word[i+1])) {
			return true
		}
	}
	return false
}

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
}

// escapesBlank reports whether the blank after a word is escaped.
func escapesBlank(word string) bool {
	return (len(word)-len(strings.TrimRight(word, `\`)))%2 == 1
}

// isScript reports whether the word after these is a script for a shell.
func isScript(before []string) bool {
	return len(before) > 1 && minusC.MatchString(before[len(before)-1]) &&
		slices.ContainsFunc(before, func(word string) bool { return interprets(path.Base(word)) })
}

var minusC = regexp.MustCompile(`^-[a-z]*c$`)

// Shell syntax outside of quotes. Other words may contain such characters: the
// URL http://host/?a=1&b=2, the expressions a|b and x>5, a list like a;b.
var (
	redirection = regexp.MustCompile(`^([0-9]*|&)(>>?|<<?<?)([^=]|$)`)
	behindWord  = regexp.MustCompile(`[^-=<>]>>?(/|&[0-9])`)
	placeholder = regexp.MustCompile(`^<.*>`)
	control     = regexp.MustCompile(`^(\||&&|&$|;)|(\||&|;)$`)
	entity      = regexp.MustCompile(`&\w+;$`)
	address     = regexp.MustCompile(`://|[?=].*[&;]$`)
	glued       = regexp.MustCompile(`^\.{0,2}/[^=?:'"()]*(&&|\|\|)`)
	expansion   = regexp.MustCompile("\\$\\(|`|(^|[=:/,])\\$[A-Za-z_{]|^~[a-z_-]*/")

	quotedExpansion = regexp.MustCompile("\\$[(A-Za-z_{]|`")
)

func isOperator(word string) bool {
	switch {
	case redirection.MatchString(word):
		return !placeholder.MatchString(word)
	case control.MatchString(word):
		return !entity.MatchString(word) && !address.MatchString(word)
	case behindWord.MatchString(word):
		return !strings.ContainsAny(word, "<?") && !strings.Contains(word, "://")
	}
	return glued.MatchString(word) || expansion.MatchString(word)
}

// isCommandLine reports whether the first word is no name of a program.
func isCommandLine(word string) bool { return strings.ContainsAny(word, "|&;<>") }

var assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

// isAssignment reports whether a word sets a variable and is not a program.
func isAssignment(word string) bool { return assignment.MatchString(word) }
