package runit

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// shellScript is a script that sets something up and executes one program.
type shellScript struct {
	dir           string // it stands there
	words         []string
	entry         *entry.Entry // has the options and the notes
	readVariables func(dir string) (map[string]string, error)

	assigned map[string]string // not exported
}

var (
	errNoShell     = errors.New("it is none of a shell")
	errNoFinalExec = errors.New("it does not end with exec of a program")
)

// read reads a script line by line. The error says what is not as simple as
// that; the script means the same as before then.
func (s *shellScript) read(data string) error {
	if !isShell(data) {
		return errNoShell
	}
	s.assigned = make(map[string]string)
	number, first, long := 0, 0, ""
	for line := range strings.Lines(data) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if long == "" {
			first = number
		}
		if before, goesOn := strings.CutSuffix(line, `\`); goesOn {
			long += before
			continue
		}
		command, err := splitShell(long + line)
		long = ""
		switch {
		case err == nil && len(command.words) == 0 && !command.merged:
			continue
		case err == nil && s.words != nil:
			err = errNoFinalExec // nothing comes after it
		case err == nil:
			err = s.statement(command, first)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", first, err)
		}
	}
	if s.words == nil {
		return errNoFinalExec
	}
	return nil
}

// statement does what one line of the script does.
func (s *shellScript) statement(command shellLine, line int) error {
	words := command.words
	if command.merged {
		if len(words) == 0 || words[0] != "exec" {
			return errNotPlain
		}
		s.entry.NoEquivalent(line, "2>&1 (--stdout and --stderr say where the output goes)")
	}
	args := words[1:]
	switch {
	case words[0] == "exec" && len(args) > 0:
		return s.exec(args, line)
	case words[0] == "exec" && command.merged:
	case words[0] == "cd" && len(args) == 1 && args[0] != "-":
		s.dir = s.path(args[0])
	case words[0] == "set" && len(args) == 1 && shellFlags(args[0]):
	case words[0] == "umask" && len(args) == 1:
		return s.option("--umask", args[0])
	case words[0] == "ulimit" && len(args) == 2:
		return s.ulimit(args[0], args[1])
	case words[0] == "export":
		return s.export(args)
	case len(args) == 0 && isAssignment(words[0]):
		name, value, _ := strings.Cut(words[0], "=")
		s.assigned[name] = value
	default:
		return fmt.Errorf("%s is no setting of svloop", words[0])
	}
	return nil
}

func (s *shellScript) option(name, value string) error {
	if !s.entry.AddOption(name, value) {
		return fmt.Errorf("svloop does not take %s %q", name, value)
	}
	return nil
}

// path is a path from where the script stands.
func (s *shellScript) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(s.dir, name)
}

func (s *shellScript) export(args []string) error {
	for _, arg := range args {
		name, value, found := strings.Cut(arg, "=")
		if !found {
			if value, found = s.assigned[name]; !found {
				return fmt.Errorf("the value of %s is not known", name)
			}
		}
		if err := s.option("--env", name+"="+value); err != nil {
			return err
		}
		delete(s.assigned, name)
	}
	return nil
}

// ulimits are the limits of the shell whose units are the same in all shells,
// with the factor to those of setrlimit(2).
var ulimits = map[string]struct {
	name   string
	factor uint64
}{
	"-n": {"nofile", 1}, "-u": {"nproc", 1}, "-t": {"cpu", 1},
	"-v": {"as", 1024}, "-d": {"data", 1024}, "-s": {"stack", 1024}, "-l": {"memlock", 1024}, "-m": {"rss", 1024},
}

func (s *shellScript) ulimit(flag, value string) error {
	limit, known := ulimits[flag]
	if flag == "-c" && (value == "0" || value == "unlimited") {
		limit.name, limit.factor, known = "core", 1, true
	}
	if !known {
		return fmt.Errorf("ulimit %s %s is not the same in all shells", flag, value)
	}
	if value != "unlimited" && limit.factor > 1 {
		blocks, err := strconv.ParseUint(value, 10, 53)
		if err != nil {
			return fmt.Errorf("ulimit %s %s is no number", flag, value)
		}
		value = strconv.FormatUint(blocks*limit.factor, 10)
	}
	return s.option("--rlimit", limit.name+"="+value)
}

// exec takes the program. What stands in front of it and only sets something
// is done by svloop.
func (s *shellScript) exec(words []string, line int) error {
	for _, name := range slices.Sorted(maps.Keys(s.assigned)) {
		s.entry.NoEquivalent(line, name+"="+s.assigned[name]+" (not exported)")
	}
	for len(words) > 0 {
		rest, err := s.wrapper(words)
		if err != nil {
			return err
		}
		if rest == nil {
			break
		}
		words = rest
	}
	if len(words) == 0 || words[0] == "" || strings.HasPrefix(words[0], "-") || isAssignment(words[0]) {
		return errNoFinalExec
	}
	if strings.Contains(words[0], "/") {
		words[0] = s.path(words[0]) // svloop looks for it before it changes the directory
	}
	s.words = words
	return nil
}
