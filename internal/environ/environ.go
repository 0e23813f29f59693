// Package environ reads and changes environments: lists of NAME=VALUE, as
// [os.Environ] returns them. No function changes the list that it is given.
package environ

import (
	"slices"
	"strings"
)

// Lookup returns the value of a variable, and whether it is set. If it is there
// more than once, the first one counts, as for getenv(3).
func Lookup(env []string, name string) (value string, set bool) {
	for _, pair := range env {
		if value, set = strings.CutPrefix(pair, name+"="); set {
			return value, true
		}
	}
	return "", false
}

// With returns an environment in which a variable has the value.
func With(env []string, name, value string) []string {
	return append(Without(env, name), name+"="+value)
}

// Without returns an environment without some variables.
func Without(env []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(names, name)
	})
}

// Unique returns an environment in which each name appears once: in its first position,
// with its last value.
func Unique(env []string) []string {
	unique, places := make([]string, 0, len(env)), make(map[string]int)
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		place, known := places[name]
		if !known {
			place = len(unique)
			places[name], unique = place, append(unique, "")
		}
		unique[place] = name + "=" + value
	}
	return unique
}
