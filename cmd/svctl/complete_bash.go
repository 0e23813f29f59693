package main

import (
	"strings"
	"unicode/utf8"
)

// listing are the values of COMP_TYPE when bash lists what matches: the characters ?, !
// and @, see bash(1).
var listing = []string{"63", "33", "64"}

// bashWord is the last word of a line as bash completes it.
type bashWord struct {
	text  string // without quotes
	fixed int    // the number of bytes before what bash replaces
	quote byte   // the open quote, 0: none
}

// splitBash splits the part of a line before the cursor into words without quotes, as a
// shell does, but expands nothing. bash replaces the part of the last word behind an open
// quote, or else behind the last of the separators, $COMP_WORDBREAKS, that is not in quotes.
func splitBash(text, separators string) (words []string, last bashWord) {
	inWord := false
	next := func() {
		if inWord {
			words = append(words, last.text)
		}
		last, inWord = bashWord{}, false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && last.quote != '\'' && i+1 < len(text) && (last.quote == 0 || strings.IndexByte("\\\"$`", text[i+1]) >= 0):
			i++
			last.text, inWord = last.text+text[i:i+1], true
		case last.quote != 0 && c == last.quote:
			last.quote = 0
		case last.quote != 0:
			last.text += text[i : i+1]
		case c == '\'' || c == '"':
			last.quote, last.fixed, inWord = c, len(last.text), true
		case c == ' ' || c == '\t' || c == '\n':
			next()
		default:
			last.text, inWord = last.text+text[i:i+1], true
			if strings.IndexByte(separators, c) >= 0 {
				last.fixed = len(last.text)
			}
		}
	}
	if words = append(words, last.text); len(words) == 1 { // the name of the program only
		words, last = append(words, ""), bashWord{}
	}
	return words, last
}

// choose returns the words that begin with this one as bash is to insert them, or as it is
// to list them, with their descriptions.
func (w bashWord) choose(all []suggestion, list bool) []string {
	// The value of an option is in the same word as its name.
	name := ""
	if before, _, found := strings.Cut(w.text, "="); found && strings.HasPrefix(before, "--") {
		name = before + "="
	}
	var texts, abouts []string
	widest := 0
	for _, s := range all {
		if word := name + s.word; strings.HasPrefix(word, w.text) {
			text := w.quoted(word[w.fixed:])
			texts, abouts = append(texts, text), append(abouts, s.about)
			widest = max(widest, utf8.RuneCountInString(text))
		}
	}
	if !list || len(texts) < 2 {
		return texts
	}
	for i, about := range abouts {
		if about != "" {
			texts[i] += strings.Repeat(" ", widest-utf8.RuneCountInString(texts[i])) + "  (" + about + ")"
		}
	}
	return texts
}

// quoted returns text for a place in this word.
func (w bashWord) quoted(text string) string {
	switch w.quote {
	case '\'':
		return strings.ReplaceAll(text, `'`, `'\''`)
	case '"':
		return escaped(text, func(c rune) bool { return strings.ContainsRune("\\\"$`", c) })
	}
	return escaped(text, func(c rune) bool {
		plain := c >= utf8.RuneSelf || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		return !plain && !strings.ContainsRune("-_./:=@%+,", c)
	})
}

// escaped returns text with a backslash before special characters.
func escaped(text string, special func(rune) bool) string {
	var b strings.Builder
	for _, c := range text {
		if special(c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
