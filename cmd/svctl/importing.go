package main

import (
	"io"
	"os"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/importing"
	"github.com/svloop/svloop/pkg/printable"
)

// importAction imports definitions of other systems and prints the entries. It
// prints the entries of all files that have no error; an error in any file makes
// the exit status other than 0.
func importAction(s *invocation) int {
	if len(s.args) == 0 {
		return complain(s.stderr, wrong("action import needs files: init scripts, systemd units, supervisord configurations or runit directories"))
	}
	hostname, _ := os.Hostname() // without it, expressions that use it are refused
	importer := &importing.Importer{Files: guardedFiles{}, Getenv: s.env.lookup, Hostname: hostname}
	definitions, refused := importer.All(s.args)
	if len(definitions) == 0 {
		return complain(s.stderr, refused)
	}
	code := s.printImported(definitions)
	if code != 0 || refused == nil {
		return code
	}
	return complain(s.stderr, hint.With(refused, "the entries of all other files were printed"))
}

func (s *invocation) printImported(definitions importing.Definitions) int {
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

// printTree prints the entries in the format of --conftype json, and the comments
// as warnings, because JSON has no comments.
func (s *invocation) printTree(definitions importing.Definitions) int {
	tree, err := definitions.Tree()
	if err != nil {
		return complain(s.stderr, err)
	}
	for _, w := range definitions.Warnings() {
		printable.Fprintf(s.stderr, "svctl: warning: %s\n", w)
	}
	return s.printJSON(tree)
}
