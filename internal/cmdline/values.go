package cmdline

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/proctree"
)

// number parses a whole decimal number with an optional plus sign. pflag would parse 010
// as eight, but simplevisor-loop parses it as ten.
func number(to *int, least, most int, want string) func(string) error {
	return func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most || n == 0 && strings.HasPrefix(text, "-") {
			return errors.New("want " + want)
		}
		*to = n
		return nil
	}
}

func optional(to **int, least, most int, want string) func(string) error {
	return func(text string) error {
		n := new(int)
		*to = n
		return number(n, least, most, want)(text)
	}
}

// maxSeconds is about 31 years.
const maxSeconds = 1e9

const wantSeconds = "a number of seconds up to 1e9"

func parseSeconds(text string) (time.Duration, bool) { return usageerror.Seconds(text, maxSeconds) }

// seconds parses a number of seconds with an optional plus sign, as simplevisor-loop does
// for --sleep.
func seconds(to *time.Duration) func(string) error {
	return func(text string) (err error) {
		d, ok := parseSeconds(strings.TrimPrefix(text, "+"))
		if !ok {
			return errors.New("want " + wantSeconds)
		}
		*to = d
		return nil
	}
}

func positive(to *time.Duration) func(string) error {
	return func(text string) error {
		d, ok := parseSeconds(text)
		if !ok || d == 0 {
			return errors.New("want " + wantSeconds + ", above 0")
		}
		*to = d
		return nil
	}
}

func oneOf[T ~string](to *T, words ...T) func(string) error {
	return func(text string) error {
		names := make([]string, len(words))
		for i, word := range words {
			if T(text) == word {
				*to = word
				return nil
			}
			names[i] = string(word)
		}
		return errors.New("want " + alternatives(names))
	}
}

// alternatives returns several words as a text: "a, b or c".
func alternatives(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func nonEmpty(to *string, want string) func(string) error {
	return func(text string) error {
		if text == "" || strings.ContainsRune(text, 0) {
			return errors.New("want " + want)
		}
		*to = text
		return nil
	}
}

func path(to *string) func(string) error { return nonEmpty(to, "a path") }

func (o *Options) setBackoff(text string) error {
	first, last, both := strings.Cut(text, ":")
	least, ok1 := parseSeconds(first)
	most, ok2 := max(least, defaultBackoffMax), true
	if both {
		most, ok2 = parseSeconds(last)
	}
	if !ok1 || !ok2 || least > most {
		return errors.New("want MIN or MIN:MAX in seconds, MIN not above MAX")
	}
	o.BackoffMin, o.BackoffMax = least, most
	return nil
}

func (o *Options) setMaxFailures(text string) error {
	count, within, both := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	d, ok := parseSeconds(within)
	if err != nil || !both || !ok || n < 1 || n > 10000 || d == 0 || strings.HasPrefix(count, "+") {
		return errors.New("want N/SECONDS with N from 1 to 10000")
	}
	o.MaxFailures, o.Within = n, d
	return nil
}

func (o *Options) setKillSpec(text string) (err error) {
	if o.KillSpec, err = proctree.ParseSchedule(text); err != nil {
		return fmt.Errorf(`want signals with seconds of grace, as in "TERM/10 KILL" (%w)`, err)
	}
	return nil
}

func (o *Options) setReady(text string) (err error) {
	o.Ready, err = readiness.Parse(text)
	return err
}

func (o *Options) setUmask(text string) error {
	mask, err := strconv.ParseUint(text, 8, 16)
	if err != nil || mask > 0o777 {
		return errors.New("want an octal number from 0 to 777")
	}
	n := int(mask)
	o.Setup.Umask = &n
	return nil
}

// addGroups adds groups separated by commas. Only the first may be empty, and only if
// there is another.
func (o *Options) addGroups(text string) error {
	groups := append(slices.Clone(o.Groups), strings.Split(text, ",")...)
	for i, name := range groups {
		if name == "" && (i > 0 || len(groups) == 1) || strings.ContainsRune(name, 0) {
			return errors.New("want the name or number of a group, or several with commas between them")
		}
	}
	o.Groups = groups
	return nil
}

func (o *Options) addRlimit(text string) error {
	limit, err := spawn.ParseRlimit(text)
	if err == nil {
		o.Setup.Rlimits = append(o.Setup.Rlimits, limit)
	}
	return err
}

// setEnvFile parses a path. A dash before it means that the file may be missing.
func (o *Options) setEnvFile(text string) error {
	file, optional := strings.CutPrefix(text, "-")
	if err := path(&o.EnvFile)(file); err != nil {
		return err
	}
	o.EnvFileOptional = optional
	return nil
}

// EnvFileText returns the value of --env-file for these options.
func (s *Surroundings) EnvFileText() string {
	if s.EnvFileOptional {
		return "-" + s.EnvFile
	}
	return s.EnvFile
}

func (o *Options) addEnv(text string) error {
	if name, _, found := strings.Cut(text, "="); !found || name == "" || strings.ContainsRune(text, 0) {
		return errors.New("want NAME=VALUE")
	}
	o.Env = append(o.Env, text)
	return nil
}
