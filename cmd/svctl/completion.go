package main

import (
	"embed"
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/lsb"
)

//go:embed completion
var completions embed.FS

// completionAction prints a shell's completion script for actions, options and the names
// of services (from "svctl list --names").
func completionAction(s *invocation) int {
	if len(s.args) != 1 {
		return complain(s.stderr, wrong("action completion needs the name of a shell: bash, zsh or fish"))
	}
	text, err := completions.ReadFile("completion/svctl." + s.args[0])
	if err != nil || strings.Contains(s.args[0], "/") {
		return complain(s.stderr, wrong("unknown shell %q: want bash, zsh or fish", s.args[0]))
	}
	fmt.Fprintf(s.stdout, "%s", text)
	return int(lsb.Done)
}
