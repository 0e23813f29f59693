package manpage

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "",
		"a b":                      "a b",
		"N\bNA\bA _\bx_\by":        "NA xy",
		"+\b+\bo\bo text":          "o text",
		"x\b":                      "",
		"\bx":                      "\bx",
		"--\b-c\bc\n":              "--c\n",
		"1-\b-2":                   "1-2",
		"A\bA\n       _\bF_\bI, z": "A\n       FI, z",
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Not on a terminal, there are no fonts.
func TestShow(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Show("N\bNAME\n", &out); err != nil || out.String() != "NAME\n" {
		t.Errorf("got %q, %v", &out, err)
	}
}

// TestRendered compares the rendered texts with the pages. Versions of mandoc break lines
// in different places, so only the words are compared.
func TestRendered(t *testing.T) {
	t.Parallel()
	texts, err := filepath.Glob("../../cmd/*/*.txt")
	if err != nil || len(texts) == 0 {
		t.Fatalf("found %q: %v", texts, err)
	}
	if _, err := exec.LookPath("mandoc"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("mandoc is missing")
	}
	for _, name := range texts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		page := strings.TrimSuffix(name, ".txt")
		rendered, err := exec.Command("mandoc", "-T", "ascii", "-O", "width=78", page).Output()
		if err != nil {
			t.Fatalf("cannot render %q: %v", page, err)
		}
		got, want := strings.Fields(Plain(string(text))), strings.Fields(Plain(string(rendered)))
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%s has %q where %s has %q: run make manuals", name, strings.Join(got[i:min(len(got), i+9)], " "), page, strings.Join(want[i:min(len(want), i+9)], " "))
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s has %d words, and %s %d: run make manuals", name, len(got), page, len(want))
		}
		for line := range strings.Lines(Plain(string(text))) {
			if len(strings.TrimRight(line, "\n")) > 80 || strings.ContainsAny(line, "\x1b\b") {
				t.Errorf("%s: does not fit the screen: %q", name, line)
			}
		}
	}
}
