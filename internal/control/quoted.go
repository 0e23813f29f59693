package control

import (
	"slices"
	"strconv"
	"strings"
)

// quoted returns a command for messages. Each word is quoted if a blank or a quote
// would hide where the words begin and end.
func quoted(argv []string) string {
	if !slices.ContainsFunc(argv, func(word string) bool { return word == "" || strings.ContainsAny(word, " '\"\\`;|&<>\t\n") }) {
		return strconv.Quote(strings.Join(argv, " "))
	}
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = strconv.Quote(word)
	}
	return strings.Join(words, " ")
}
