package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/svloop/svloop/pkg/lsb"
)

// completeWord is the first argument with which the completion scripts ask which words
// may follow on a command line; svctl(1) documents it.
const completeWord = "__complete"

// suggestion is a word that may follow, with its description.
type suggestion struct{ word, about string }

// suggestions is what may follow on a command line.
type suggestions struct {
	words []suggestion
	files fileKind // also files; "": none
}

// fileKind is the kind of files that a shell offers.
type fileKind string

// The kinds of files, in the words that the scripts understand.
const (
	anyFile   fileKind = "files"
	directory fileKind = "directories"
)

// complete prints what may follow on a command line, one word in each line: for zsh and
// fish all words with a tab and their descriptions, from which the shell chooses; for bash
// the words that match, in its quotes. A line with a tab and a fileKind asks for files. It
// never prints an error, because a user who completes a word has not asked a question.
func complete(args []string, env environment, stdout io.Writer) int {
	switch {
	case len(args) >= 2 && args[0] != "bash":
		found := readLine(args[1:]).suggest(env)
		for _, s := range found.words {
			fmt.Fprintf(stdout, "%s\t%s\n", s.word, s.about)
		}
		found.printFiles(stdout)
	case len(args) == 4: // bash: COMP_TYPE, COMP_WORDBREAKS and the line up to the cursor
		words, last := splitBash(args[3], args[2])
		found := readLine(words[1:]).suggest(env)
		for _, text := range last.choose(found.words, slices.Contains(listing, args[1])) {
			fmt.Fprintln(stdout, text)
		}
		found.printFiles(stdout)
	default:
		return int(lsb.Usage)
	}
	return int(lsb.Done)
}

func (s suggestions) printFiles(stdout io.Writer) {
	if s.files != "" {
		fmt.Fprintf(stdout, "\t%s\n", s.files)
	}
}

// suggest returns what may be in the place of the last word.
func (l *typed) suggest(env environment) suggestions {
	switch {
	case l.pending != nil:
		return optionValues[l.pending.Name](l)
	case !l.ended && strings.HasPrefix(l.current, "-"):
		return suggestions{words: l.unusedOptions()}
	case l.action == "":
		return suggestions{words: actionSuggestions()}
	}
	i := slices.IndexFunc(completed, func(c completedAction) bool { return c.name == l.action })
	if i < 0 || completed[i].operands == nil {
		return suggestions{}
	}
	found := completed[i].operands(l, env)
	found.words = slices.DeleteFunc(found.words, func(s suggestion) bool {
		// Lines cannot carry such a name, and before -- it would be an option.
		return strings.ContainsFunc(s.word, unicode.IsControl) || !l.ended && strings.HasPrefix(s.word, "-")
	})
	return found
}

func actionSuggestions() []suggestion {
	all := make([]suggestion, len(completed))
	for i, c := range completed {
		all[i] = suggestion{c.name, c.about}
	}
	return all
}
