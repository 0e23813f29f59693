package runit

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// The first line of a shell script with options that do not change the meaning
// of exec, and a word without special meaning in all shells.
var (
	shell = regexp.MustCompile(`^#![ \t]*/(usr/)?bin/(env[ \t]+)?(sh|dash|bash|ash|ksh)([ \t]+-[eu]+)?[ \t]*$`)
	plain = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+,-]+$`)
)

// mergeOutput is the redirection that most run scripts have.
const mergeOutput = "2>&1"

// execLine sets the command of an entry from a script that only executes one
// program, directly or through chpst(8). If the script does anything else,
// execLine returns false and does not change the entry.
func execLine(e *entry.Entry, script, dir string) bool {
	first, rest, _ := strings.Cut(script, "\n")
	if !shell.MatchString(first) {
		return false
	}
	trial := *e
	number := 1
	for line := range strings.Lines(rest) {
		number++
		words := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' || c == '\n' })
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if trial.Start != nil || words[0] != "exec" {
			return false
		}
		words = words[1:]
		if i := slices.Index(words, mergeOutput); i >= 0 {
			words = slices.Delete(words, i, i+1)
			trial.NoEquivalent(number, mergeOutput+" (--stdout and --stderr set where the output goes)")
			if len(words) == 0 {
				continue // it redirects the output of the shell itself
			}
		}
		if slices.ContainsFunc(words, func(word string) bool { return !plain.MatchString(word) }) {
			return false
		}
		if len(words) > 0 && words[0] == "chpst" {
			words = chpst(&trial, words[1:])
		}
		if len(words) == 0 || words[0][0] == '-' || strings.Contains(words[0], "=") {
			return false
		}
		if strings.Contains(words[0], "/") && !filepath.IsAbs(words[0]) {
			words[0] = filepath.Join(dir, words[0]) // svloop searches the program before it changes the directory
		}
		trial.Start = words
	}
	if trial.Start == nil {
		return false
	}
	*e = trial
	return true
}

// chpst translates the options of chpst(8) for the user and the nice value, and
// returns the words after them. It returns nil if there is any other option.
func chpst(e *entry.Entry, words []string) []string {
	for len(words) > 1 && words[0][0] == '-' {
		option, value := words[0][:min(2, len(words[0]))], words[0][min(2, len(words[0])):]
		words = words[1:]
		if value == "" {
			value, words = words[0], words[1:]
		}
		accepted := false
		switch option {
		case "-u": // a leading colon marks numeric ids
			user, group, both := strings.Cut(strings.TrimPrefix(value, ":"), ":")
			accepted = !strings.Contains(group, ":") && e.AddOption("--user", user) && (!both || e.AddOption("--group", group))
		case "-n":
			accepted = e.AddOption("--nice", value)
		}
		if !accepted {
			return nil
		}
	}
	return words
}
