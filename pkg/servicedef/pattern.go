package servicedef

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/pyregexp"
)

// ErrTimeout is returned if a search takes longer than a second.
var ErrTimeout = pyregexp.ErrTimeout

// ErrMatchesEmpty is wrapped by [CompilePattern] if a pattern matches the empty string,
// and therefore every process.
var ErrMatchesEmpty = errors.New("it matches the empty string, and therefore every process")

// Pattern is a Python regular expression that is searched in command lines.
type Pattern struct{ re *pyregexp.Regexp }

// CompilePattern compiles an expression with the meaning of Python's re.search.
// It rejects unsupported expressions; it never interprets them differently.
func CompilePattern(expr string) (*Pattern, error) {
	re, err := pyregexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	return &Pattern{re: re}, nil
}

// MatchString reports whether the pattern matches in s. It returns false if the
// search takes longer than a second; use [Pattern.MatchArgs] to distinguish this.
func (p *Pattern) MatchString(s string) bool {
	found, err := p.re.MatchString(s)
	return found && err == nil
}

// MatchArgs reports whether the pattern matches in the arguments of a process
// joined by blanks, with one blank at the end. The original searches
// /proc/PID/cmdline after it replaces the NUL byte at the end of each argument by
// a blank.
func (p *Pattern) MatchArgs(args []string) (bool, error) {
	return p.re.MatchString(strings.Join(args, " ") + " ")
}

// String returns the expression.
func (p *Pattern) String() string { return p.re.String() }

// literalEnd matches the end of an expression that needs a certain character before the end
// of the subject, other than a blank. The letters are no part of an escape sequence.
var literalEnd = regexp.MustCompile(`(?:^|[^\\\w/-])[\w/-]+\$$`)

// missesEnd reports whether the expression, or its last alternative, cannot match because
// it does not allow for the blank at the end.
func (p *Pattern) missesEnd() bool {
	return p != nil && !strings.Contains(p.String(), "(?") && literalEnd.MatchString(p.String())
}

func (p *Pattern) check() error {
	if p.re.MatchesEmpty() {
		return fmt.Errorf("pattern %q is refused: %w", p, ErrMatchesEmpty)
	}
	return nil
}

// containsWords reports whether args contain words one after the other: as the
// whole command, or after an interpreter and its options. After any other program
// they are its arguments; for example, an editor has the file open.
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

// foundAt reports whether path is the absolute path of a script that was started
// by its name or by a relative path. The kernel passes the absolute path to the
// interpreter.
func foundAt(path, name string) bool {
	return !strings.HasPrefix(name, "/") && strings.HasPrefix(path, "/") &&
		strings.HasSuffix(path, "/"+strings.TrimPrefix(name, "./"))
}

// interpreters are programs that run the script in their arguments. The names
// have no version.
var interpreters = []string{"ash", "awk", "bash", "busybox", "csh", "dash", "expect", "fish", "gawk", "guile",
	"ksh", "lua", "luajit", "mawk", "mksh", "node", "nodejs", "perl", "php", "pypy", "python", "rbash", "Rscript", "ruby",
	"sh", "tclsh", "tcsh", "wish", "yash", "zsh"}

// interprets reports whether a program is such an interpreter, with or without a
// version, such as python3.11.
func interprets(program string) bool {
	name := strings.TrimLeft(path.Base(program), "-") // of a login shell
	return slices.Contains(interpreters, strings.TrimRight(name, "0123456789.-"))
}
