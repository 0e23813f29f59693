package supervised

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/shellquote"
)

// runScript is a script for a POSIX shell that becomes another program.
type runScript struct {
	comments, lines []string
}

// comment adds one line of comment: values in it are quoted, so that none of
// them ends the line.
func (r *runScript) comment(format string, args ...any) {
	r.comments = append(r.comments, "# "+fmt.Sprintf(format, args...))
}

func (r *runScript) line(words ...string) {
	r.lines = append(r.lines, strings.Join(words, " "))
}

// exec ends the script; empty words are left out.
func (r *runScript) exec(words []string) {
	line := "exec"
	for _, word := range words {
		if word != "" {
			line += " " + word
		}
	}
	r.line(line)
}

// String is the text of a script that ends where one of its lines fails.
func (r *runScript) String() string { return r.script("set -e\n") }

func (r *runScript) script(first string) string {
	return "#!/bin/sh\n" + strings.Join(r.comments, "\n") + "\n" + first + strings.Join(r.lines, "\n") + "\n"
}

func quote(words ...string) string { return shellquote.Join(words) }

// surroundings are the lines that set up what a program finds around it, in the
// order of svloop: each while there are the rights for it. The last becomes the
// program.
func (r *runScript) surroundings(v *supervisor, s *export.Source) {
	o := s.Options
	if n := o.Setup.OOMScoreAdj; n != nil {
		r.line("echo", strconv.Itoa(*n), ">/proc/self/oom_score_adj")
	}
	if o.Setup.Umask != nil {
		r.line("umask", fmt.Sprintf("%04o", *o.Setup.Umask))
	}
	if o.User != "" {
		r.userVariables(o.User)
	}
	dir := o.Chdir
	if dir == "" {
		dir = "/" // a daemon's
	}
	r.line("cd", quote(dir))
	r.streams(o.Streams[0], o.Streams[1], o.Streams[2])
	words := []string{v.lead}
	if len(o.Setup.Rlimits) > 0 {
		words = append(words, "prlimit")
		for _, limit := range o.Setup.Rlimits {
			words = append(words, "--"+limit.String())
		}
	}
	if n := o.Setup.Nice; n != nil {
		// nice(1) adds to the level that it prints.
		words = append(words, fmt.Sprintf(`nice -n "$((%d - $(nice)))"`, *n))
	}
	if o.User != "" {
		words = append(words, fmt.Sprintf(v.asUser, o.User))
	}
	if o.Setup.NoNewPrivs {
		words = append(words, "setpriv --no-new-privs")
	}
	r.exec(append(words, environment(s), quote(o.Command...)))
}

// userVariables sets the variables that a user brings, from the file in which
// svloop looks them up. A user who is not in it is refused when the program is
// to become him.
func (r *runScript) userVariables(user string) {
	r.line("IFS=: read -r USER _ _ _ _ HOME SHELL <<end")
	r.line("$(grep '^" + user + ":' /etc/passwd)")
	r.line("end")
	r.line(`LOGNAME=$USER SHELL=${SHELL:-/bin/sh}`)
	r.line("export USER LOGNAME HOME SHELL")
}

// environment is the env(1) that the program is executed by, "" for none.
func environment(s *export.Source) string {
	o := s.Options
	words := "env"
	switch {
	case o.ClearEnv && o.User != "":
		words += ` -i HOME="$HOME" USER="$USER" LOGNAME="$LOGNAME" SHELL="$SHELL"`
	case o.ClearEnv:
		words += " -i"
	case s.SearchPath != "":
		words += " " + quote("PATH="+s.SearchPath)
	}
	for _, pair := range o.Env {
		words += " " + quote(pair)
	}
	if words == "env" {
		return ""
	}
	return words
}

// streams redirects those that do not lead to the log of the supervisor. That
// is where the output goes which a daemon of svloop would lose.
func (r *runScript) streams(stdin, stdout, stderr invocation.Stream) {
	line := "exec"
	switch stdin.Kind {
	case invocation.StreamDefault, invocation.StreamNull:
		line += " </dev/null"
	case invocation.StreamFile:
		line += " <" + quote(stdin.Path)
	}
	if stdout.Kind == invocation.StreamNull {
		line += " >/dev/null"
	}
	switch {
	case stderr.Kind == invocation.StreamNull:
		line += " 2>/dev/null"
	case stderr.Kind == invocation.StreamDefault && stdout.Kind == invocation.StreamDefault:
		line += " 2>&1"
	}
	if line != "exec" {
		r.line(line)
	}
}
