package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/cmdline"
)

// wantedValues returns the values that svloop names in the error of an option without a
// value: words, and the beginnings of words such as "tcp:" of tcp:HOST:PORT.
func wantedValues(f *pflag.Flag) (words []string) {
	err := f.Value.Set("")
	if err == nil {
		return nil
	}
	text, beginning := strings.TrimPrefix(err.Error(), "want "), ""
	if list, names, found := strings.Cut(text, " with NAME one of "); found {
		text, beginning = names, strings.TrimLeft(list, "NAME")[:1]
	}
	for _, word := range strings.FieldsFunc(strings.ReplaceAll(text, " or ", ", "), func(c rune) bool { return c == ',' }) {
		word = strings.TrimSpace(word)
		if m := regexp.MustCompile(`^([a-z-]+)([:=])[A-Z]`).FindStringSubmatch(word); m != nil {
			words = append(words, m[1]+m[2])
		} else if regexp.MustCompile(`^[a-z-]+$`).MatchString(word) {
			words = append(words, word+beginning)
		}
	}
	return words
}

// offeredValues returns the words that a script offers as values of each option of svloop.
func offeredValues(t *testing.T, shell string) map[string][]string {
	text := script(t, shell, "svloop")
	found := make(map[string][]string)
	add := func(option, words string) { found[option] = append(found[option], strings.Fields(words)...) }
	switch shell {
	case "bash":
		_, text, _ = strings.Cut(text, "\n_svloop_value() {\n")
		for _, m := range regexp.MustCompile(`(?s)\n        (--[a-z|-]+)\)\s+words="([^"]*)"`).FindAllStringSubmatch(text, -1) {
			for option := range strings.SplitSeq(m[1], "|") {
				add(strings.TrimPrefix(option, "--"), m[2])
			}
		}
	case "fish":
		for _, m := range regexp.MustCompile(` -l ([a-z-]+) -[xr] .*-a "([^"(]*)"`).FindAllStringSubmatch(text, -1) {
			add(m[1], m[2])
		}
	case "zsh":
		functions := make(map[string]string) // what each adds
		for _, m := range regexp.MustCompile(`(?ms)^(_svloop_[a-z]+)\(\) \{(.*?)\}$`).FindAllStringSubmatch(text, -1) {
			for _, added := range regexp.MustCompile(`compadd (?:-S '' )?([^\n;]*)`).FindAllStringSubmatch(m[2], -1) {
				functions[m[1]] += " " + added[1]
			}
		}
		for _, m := range regexp.MustCompile(`--([a-z-]+)=\[.*\]:.*:(?:\(([^)]*)\)|(_svloop_[a-z]+))'`).FindAllStringSubmatch(text, -1) {
			add(m[1], m[2]+functions[m[3]])
		}
	}
	return found
}

// TestSvloopValuesAreCompleted compares the values that each script offers with those that
// the code accepts. An option that gains a value, or a list of values, has to be completed.
func TestSvloopValuesAreCompleted(t *testing.T) {
	t.Parallel()
	wanted := make(map[string][]string)
	flags := cmdline.Defaults().Flags()
	flags.VisitAll(func(f *pflag.Flag) {
		if words := wantedValues(f); f.NoOptDefVal == "" && len(words) > 0 {
			wanted[f.Name] = words
		}
	})
	if want := []string{"ready", "restart", "rlimit", "stderr", "stdin", "stdout", "survivors"}; !slices.Equal(slices.Sorted(maps.Keys(wanted)), want) {
		t.Errorf("the options with lists of values are %q, want %q", slices.Sorted(maps.Keys(wanted)), want)
	}
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			offered := offeredValues(t, shell)
			// Of the signals, only some terminate programs.
			if len(offered["kill-spec"]) < 5 {
				t.Errorf("--kill-spec: %q", offered["kill-spec"])
			}
			for _, name := range offered["kill-spec"] {
				if err := flags.Lookup("kill-spec").Value.Set(name); err != nil {
					t.Errorf("--kill-spec %s: %v", name, err)
				}
			}
			delete(offered, "kill-spec")
			maps.DeleteFunc(offered, func(_ string, words []string) bool { return len(words) == 0 }) // users, files
			wantSame(t, slices.Collect(maps.Keys(offered)), slices.Collect(maps.Keys(wanted)))
			for name, words := range wanted {
				wantSame(t, offered[name], words)
			}
		})
	}
}
