package servicedef

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/pyregexp"
)

// ErrTimeout is returned when a match took longer than a second.
var ErrTimeout = pyregexp.ErrTimeout

// ErrMatchesEmpty is wrapped by [CompilePattern] for a pattern that matches the
// empty text, and with it every process.
var ErrMatchesEmpty = errors.New("it matches the empty text, and so every process")

// Pattern is a Python regular expression that is searched in command lines.
type Pattern struct{ re *pyregexp.Regexp }

// CompilePattern compiles an expression with the meaning of Python's re.search.
// What cannot be honoured is an error; nothing is matched differently.
func CompilePattern(expr string) (*Pattern, error) {
	re, err := pyregexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	return &Pattern{re: re}, nil
}

// MatchString reports whether the pattern is found in s. A match that takes
// longer than a second is none; [Pattern.MatchArgs] tells.
func (p *Pattern) MatchString(s string) bool {
	found, err := p.re.MatchString(s)
	return found && err == nil
}

// MatchArgs reports whether the pattern is found in the arguments of a process
// joined by blanks, with one at the end: the original searched the text of
// /proc/PID/cmdline with its NUL bytes, which end every argument, made blanks.
func (p *Pattern) MatchArgs(args []string) (bool, error) {
	return p.re.MatchString(strings.Join(args, " ") + " ")
}

// String returns the expression.
func (p *Pattern) String() string { return p.re.String() }

func (p *Pattern) check() error {
	if p.re.MatchesEmpty() {
		return fmt.Errorf("pattern %q is refused: %w", p, ErrMatchesEmpty)
	}
	return nil
}

// containsWords reports whether words stand in args one after the other: the
// whole command, perhaps behind an interpreter and its options. Behind any other
// program they are its arguments: an editor has the file open.
func containsWords(args, words []string) bool {
	for i := 0; len(words) > 0 && i+len(words) <= len(args); i++ {
		if (args[i] == words[0] || i > 0 && foundAt(args[i], words[0])) && slices.Equal(args[i+1:i+len(words)], words[1:]) {
			return true
		}
		if !interprets(args[i]) && (i == 0 || !strings.HasPrefix(args[i], "-")) {
			return false
		}
	}
	return false
}

// foundAt reports whether path is where a script was found that was started by
// its name or by a relative path: its interpreter is given that.
func foundAt(path, name string) bool {
	return !strings.HasPrefix(name, "/") && strings.HasPrefix(path, "/") &&
		strings.HasSuffix(path, "/"+strings.TrimPrefix(name, "./"))
}

// interpreters are programs that run the script in their arguments, by the name
// without a version.
var interpreters = []string{"ash", "awk", "bash", "busybox", "csh", "dash", "expect", "fish", "gawk", "guile",
	"ksh", "lua", "luajit", "mawk", "mksh", "node", "nodejs", "perl", "php", "pypy", "python", "rbash", "Rscript", "ruby",
	"sh", "tclsh", "tcsh", "wish", "yash", "zsh"}

// interprets reports whether a program is such an interpreter: python3.11 is.
func interprets(program string) bool {
	name := strings.TrimLeft(path.Base(program), "-") // of a login shell
	return slices.Contains(interpreters, strings.TrimRight(name, "0123456789.-"))
}
