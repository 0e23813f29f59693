package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/svloop/svloop/internal/importing"
)

// importAction prints the entries that stand for definitions of other systems:
// all of them, or none and what is wrong.
func importAction(s *session) int {
	if len(s.args) == 0 {
		return complain(s.stderr, wrong("action import wants files: init scripts, systemd units, supervisord configurations or runit directories"))
	}
	importer := &importing.Importer{Files: guardedFiles{}, Getenv: s.env.lookup}
	definitions, err := importer.All(s.args)
	if err != nil {
		return complain(s.stderr, err)
	}
	if s.json {
		return s.printTree(definitions)
	}
	text, err := definitions.Text()
	if err != nil {
		return complain(s.stderr, err)
	}
	_, err = io.WriteString(s.stdout, text)
	return s.check(err)
}

// lookup returns a variable, and whether there is one.
func (e environment) lookup(name string) (value string, found bool) {
	for _, pair := range e {
		if value, found = strings.CutPrefix(pair, name+"="); found {
			return value, true
		}
	}
	return "", false
}

// printTree prints what --conftype json reads. There are no comments in it.
func (s *session) printTree(definitions importing.Definitions) int {
	tree, err := definitions.Tree()
	if err != nil {
		return complain(s.stderr, err)
	}
	for _, w := range definitions.Warnings() {
		fmt.Fprintf(s.stderr, "svctl: warning: %s\n", w)
	}
	return s.printJSON(tree)
}
