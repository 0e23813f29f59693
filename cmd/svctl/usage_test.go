package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
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
