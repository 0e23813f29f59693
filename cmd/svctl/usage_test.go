package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/pkg/servicedef"
)

// allFlags returns all options.
func allFlags() []*pflag.Flag {
	var all []*pflag.Flag
	(&options{}).flags().VisitAll(func(f *pflag.Flag) { all = append(all, f) })
	return all
}

// TestUsage has every action and every option in the help.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"help"}, {"--help"}, {"-h"}, {"--help", "start"}} {
		wantAnswer(t, "DIR", answer{stdout: usage}, args...)
	}
	before, after, _ := strings.Cut(usage, "--conf FILE")
	for _, name := range actionNames() {
		if !regexp.MustCompile(`(?m)^  ([a-z-]+, )*` + name + `\b`).MatchString(before) {
			t.Errorf("action %s is not in the usage", name)
		}
	}
	for _, f := range allFlags() {
		if !regexp.MustCompile(`--`+f.Name+`\b`).MatchString("--conf FILE"+after) && !strings.Contains(before, "[--"+f.Name+"]") {
			t.Errorf("option --%s is not in the usage", f.Name)
		}
		if f.Shorthand != "" && !strings.Contains(after, "-"+f.Shorthand+", --"+f.Name) {
			t.Errorf("option -%s is not in the usage", f.Shorthand)
		}
	}
}

// script returns the completion script for a shell, as svctl prints it.
func script(t *testing.T, shell string) string {
	t.Helper()
	stdout, stderr, code := svctl("completion", shell)
	if code != 0 || stderr != "" || stdout == "" {
		t.Fatalf("got %d, %q", code, stderr)
	}
	return stdout
}

// TestCompletionIsWhole finds every action, every option and every value in each script,
// and nothing else.
func TestCompletionIsWhole(t *testing.T) {
	t.Parallel()
	named := slices.DeleteFunc(actionNames(), func(name string) bool {
		return slices.Contains([]string{"config", "import", "completion", "help", "supervise", "apply", "metrics"}, name)
	})
	for _, test := range []struct {
		shell   string
		actions []string // the lists of actions, separated by blanks or bars
		named   string   // the list of actions that take names, if there is one
		long    string   // how a script defines an option
		short   string
	}{
		{"bash", []string{`local actions="([^"]*)"`}, "", `--([a-z-]+)`, ""},
		{"zsh", []string{`'1:action:\(([^)]*)\)'`, `(?m)^ +(start\|[a-z|-]+)\)`}, "", `--([a-z-]+)=?-?[\[}]`, `\{-([a-z]),--`},
		{"fish", []string{`set -l actions (.*)`}, `__fish_seen_subcommand_from (start [^"]*)"`, `(?m)^complete .*? -l ([a-z-]+)`, ` -s ([a-z]) -l`},
	} {
		t.Run(test.shell, func(t *testing.T) {
			t.Parallel()
			text := script(t, test.shell)
			for _, pattern := range test.actions {
				wantWords(t, text, pattern, actionNames())
			}
			if test.named != "" {
				wantWords(t, text, test.named, named)
			}
			var long, short, wantLong, wantShort []string
			for _, m := range regexp.MustCompile(test.long).FindAllStringSubmatch(text, -1) {
				long = append(long, m[1])
			}
			for _, f := range allFlags() {
				wantLong = append(wantLong, f.Name)
				if f.Shorthand != "" {
					wantShort = append(wantShort, f.Shorthand)
				}
			}
			wantSame(t, long, wantLong)
			if test.short != "" {
				for _, m := range regexp.MustCompile(test.short).FindAllStringSubmatch(text, -1) {
					short = append(short, m[1])
				}
				wantSame(t, short, wantShort)
			}
			for _, values := range [][]string{servicedef.Logs, servicedef.LogLevels, {"apache", "json"}, colourModes, {"bash", "zsh", "fish"}, {"check", "dump"}} {
				if !strings.Contains(text, strings.Join(values, " ")) {
					t.Errorf("it has not all of %q", values)
				}
			}
		})
	}
}

func wantWords(t *testing.T, text, pattern string, want []string) {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Errorf("nothing is like %s", pattern)
		return
	}
	wantSame(t, strings.FieldsFunc(m[1], func(r rune) bool { return r == ' ' || r == '|' }), want)
}

// wantSame compares two sets.
func wantSame(t *testing.T, got, want []string) {
	t.Helper()
	got, want = slices.Clone(got), slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
