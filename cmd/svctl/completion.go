package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/lsb"
)

//go:embed completion
var completions embed.FS

// The shells with a completion script, and the programs that there is one for.
var (
	shells            = []string{"bash", "zsh", "fish"}
	completedPrograms = []string{"svctl", "svloop"}
)

// completionAction prints the completion script of a shell for svctl, or for svloop.
func completionAction(s *invocation) int {
	if len(s.args) != 1 && len(s.args) != 2 {
		return complain(s.stderr, wrong("action completion needs the name of a shell: bash, zsh or fish"))
	}
	shell, program := s.args[0], "svctl"
	if len(s.args) == 2 {
		program = s.args[1]
	}
	switch {
	case !slices.Contains(shells, shell):
		return complain(s.stderr, wrong("unknown shell %q: want bash, zsh or fish", shell))
	case !slices.Contains(completedPrograms, program):
		return complain(s.stderr, wrong("no completion for %q: want %s", program, strings.Join(completedPrograms, " or ")))
	}
	text, err := completions.ReadFile("completion/" + program + "." + shell)
	if err != nil {
		return s.check(err)
	}
	fmt.Fprintf(s.stdout, "%s", text)
	return int(lsb.Done)
}
