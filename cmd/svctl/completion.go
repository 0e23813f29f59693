package main

import (
	"embed"
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/lsb"
)

//go:embed completion
var completions embed.FS

// completionAction prints the script by which a shell completes actions,
// options and, from "svctl list --names", the names of services.
func completionAction(s *invocation) int {
	if len(s.args) != 1 {
		return complain(s.stderr, wrong("action completion wants bash, zsh or fish"))
	}
	text, err := completions.ReadFile("completion/svctl." + s.args[0])
	if err != nil || strings.Contains(s.args[0], "/") {
		return complain(s.stderr, wrong("action completion wants bash, zsh or fish, not %q", s.args[0]))
	}
	fmt.Fprintf(s.stdout, "%s", text)
	return int(lsb.Done)
}
