package runit

import (
	"maps"
	"slices"
	"strings"
)

// wrapper takes a program that only sets something for another one, and returns
// the words behind it; nil when it is none, or does what svloop does not: then
// it stays a part of the command, which means the same.
func (s *shellScript) wrapper(words []string) ([]string, error) {
	switch {
	case words[0] == "chpst":
		return s.chpst(words[1:])
	case words[0] == "setuidgid" && len(words) > 2:
		return words[2:], s.user(words[1])
	case words[0] == "envdir" && len(words) > 2:
		return words[2:], s.envdir(words[1])
	}
	return nil, nil
}

// chpst reads the options of chpst(8). A soft limit, a lock or a name for the
// program are none of svloop.
func (s *shellScript) chpst(args []string) ([]string, error) {
	type taken struct{ letter, value string }
	var options []taken
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		word := args[0]
		args = args[1:]
		if word == "--" {
			break
		}
		for i := 1; i < len(word); i++ {
			letter := word[i : i+1]
			switch {
			case letter == "v":
				continue
			case !strings.Contains("uen/", letter):
				return nil, nil
			}
			value := word[i+1:]
			if value == "" {
				if len(args) == 0 {
					return nil, nil
				}
				value, args = args[0], args[1:]
			}
			options = append(options, taken{letter, value})
			break
		}
	}
	for _, o := range options {
		furtherGroups := o.letter == "u" && strings.Count(strings.TrimPrefix(o.value, ":"), ":") > 1
		otherPaths := o.letter == "/" && len(options) > 1 // those of the others start in the new root
		if furtherGroups || otherPaths {
			return nil, nil
		}
	}
	for _, o := range options {
		var err error
		switch o.letter {
		case "u":
			err = s.user(o.value)
		case "e":
			err = s.envdir(o.value)
		case "n":
			err = s.option("--nice", o.value)
		case "/":
			err = s.option("--chroot", s.path(o.value))
			s.dir = "/"
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}

// user sets the user, and the group behind a colon. Numbers are marked by a
// colon in front.
func (s *shellScript) user(value string) error {
	user, group, both := strings.Cut(strings.TrimPrefix(value, ":"), ":")
	if err := s.option("--user", user); err != nil || !both {
		return err
	}
	return s.option("--group", group)
}

func (s *shellScript) envdir(dir string) error {
	variables, err := s.readVariables(s.path(dir))
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if err := s.option("--env", name+"="+variables[name]); err != nil {
			return err
		}
	}
	return nil
}
