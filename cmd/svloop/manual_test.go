package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/manpage"
)

// spellings are the names of an option: -c and --count.
func spellings(f *pflag.Flag) (all []string) {
	if len(f.Name) > 1 {
		all = append(all, "--"+f.Name)
	}
	if f.Shorthand != "" {
		all = append(all, "-"+f.Shorthand)
	}
	return all
}

// optionsIn returns the words of a text that look like options.
func optionsIn(text string) map[string]bool {
	words := make(map[string]bool)
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return strings.ContainsRune(" \n\t,[]()\"=:;.", r)
	}) {
		words[word] = true
	}
	return words
}

// notInUsage are options that are missing in the usage for lack of space: old spellings
// of others, and those in its first lines.
var notInUsage = map[string]bool{"-?": true}

func TestEveryOptionIsDocumented(t *testing.T) {
	t.Parallel()
	var manualText bytes.Buffer
	if err := manpage.Show(manual, &manualText); err != nil {
		t.Fatal(err)
	}
	_, options, _ := strings.Cut(manualText.String(), "\nOPTIONS\n")
	options, _, found := strings.Cut(options, "\nTHE LOOP\n")
	if !found {
		t.Fatal("the manual has no section OPTIONS before THE LOOP")
	}
	inManual, inUsage := optionsIn(options), optionsIn(fmt.Sprintf(usage, "svloop"))
	cmdline.Defaults().Flags().VisitAll(func(f *pflag.Flag) {
		for _, option := range spellings(f) {
			if !inManual[option] {
				t.Errorf("the manual lacks %s", option)
			}
			if !inUsage[option] && !notInUsage[option] {
				t.Errorf("the usage lacks %s", option)
			}
		}
	})
}

func TestNoOptionIsInvented(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"--foreground": true} // an option of the program in the examples
	cmdline.Defaults().Flags().VisitAll(func(f *pflag.Flag) {
		for _, option := range spellings(f) {
			known[option] = true
		}
	})
	var manualText bytes.Buffer
	if err := manpage.Show(manual, &manualText); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"usage": usage, "manual": manualText.String()} {
		for word := range optionsIn(text) {
			if strings.HasPrefix(word, "--") && !known[word] {
				t.Errorf("the %s has %s, which is no option", name, word)
			}
		}
	}
}

func TestUsageIsOneScreen(t *testing.T) {
	t.Parallel()
	text := fmt.Sprintf(usage, "simplevisor-loop") // the longest name that users call it by
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > 45 {
		t.Errorf("the usage has %d lines", len(lines))
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// The manual has the defaults and the sections that scripts and users search for.
func TestManualSays(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	if err := manpage.Show(manual, &text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nEXIT STATUS\n", "\nFILES\n", "\nSIGNALS\n", "\nEXAMPLES\n", "\nSTATUS JSON\n",
		fmt.Sprintf("(default %g)", cmdline.Defaults().ReadyTimeout.Seconds()),
		fmt.Sprintf("(default %g:%g;", cmdline.Defaults().BackoffMin.Seconds(), cmdline.Defaults().BackoffMax.Seconds()),
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the manual lacks %q", want)
		}
	}
}
