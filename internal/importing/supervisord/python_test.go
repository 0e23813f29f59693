package supervisord

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/importing/entry"
)

// pythonTexts reads texts as JSON strings, one per line. For each it prints the
// words that shlex splits it into, and the options that RawConfigParser reads
// from it, with the settings of supervisord.
const pythonTexts = `
import configparser, json, shlex, sys
for line in sys.stdin:
    text = json.loads(line)
    try:
        words = shlex.split(text)
    except ValueError:
        words = None
    try:
        parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
        parser.read_string("[program:x]\n" + text)
        sections = {s: dict(parser.items(s)) for s in parser.sections()}
    except configparser.Error:
        sections = None
    print(json.dumps([words, sections]))
`

// TestAgainstPython compares the results for words and files with those of the
// Python modules that supervisord uses.
func TestAgainstPython(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("python3")
	if err != nil {
		leaveOut(t, "python3 is missing")
	}
	texts := randomTexts(4000)
	var input strings.Builder
	for _, text := range texts {
		line, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	python := exec.CommandContext(t.Context(), path, "-c", pythonTexts)
	python.Stdin, python.Stderr = strings.NewReader(input.String()), os.Stderr
	output, err := python.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewScanner(strings.NewReader(string(output)))
	read := 0
	for _, input := range texts {
		var words []string
		var sections map[string]map[string]string
		if !answers.Scan() {
			t.Fatal("Python has said too little")
		}
		if err := json.Unmarshal(answers.Bytes(), &[]any{&words, &sections}); err != nil {
			t.Fatal(err)
		}
		got, err := splitPOSIX(input)
		if (err == nil) != (words != nil) || !slices.Equal(got, words) {
			t.Errorf("%q: got %q, %v, Python has %q", input, got, err, words)
		}
		parsed, err := parseINI(&entry.File{Data: "[program:x]\n" + input})
		if (err == nil) != (sections != nil) {
			t.Errorf("%q: got %v, Python has %v", input, err, sections)
		}
		if err != nil || sections == nil {
			continue
		}
		read++
		for section, options := range sections {
			for key, want := range options {
				last := ""
				for _, s := range parsed.Of(section, key) {
					last = s.Value
				}
				if got := joined(last); got != joined(want) {
					t.Errorf("%q: [%s] %s: got %q, Python has %q", input, section, key, got, want)
				}
			}
		}
		for _, s := range parsed.Settings {
			if _, known := sections[s.Section][s.Key]; !known {
				t.Errorf("%q: got [%s] %s, which Python has not", input, s.Section, s.Key)
			}
		}
	}
	if read < 100 {
		t.Errorf("only %d files could be read", read)
	}
}

// joined returns a value without empty lines, which have no effect.
func joined(value string) string { return strings.Join(strings.Fields(value), " ") }

// randomTexts returns random sequences of pieces that have a special meaning.
func randomTexts(n int) []string {
	pieces := []string{" ", "  ", "\t", "\n", "\n", "\n ", "\n  ", "a", "Bc", "d = e", "f: g", "=", ":", ";", " ; x", "#", " # y", "'", `"`, `\`, `\\`, `\"`,
		"''", `"h i"`, "'j k'", "[s]", "\n[t]\n", "[", "]", "$l", "%%", "é", "key=value", "\nkey=", "\n\n"}
	random := rand.New(rand.NewPCG(5, 6))
	texts := make([]string, n)
	for i := range texts {
		for range random.IntN(14) {
			texts[i] += pieces[random.IntN(len(pieces))]
		}
	}
	return texts
}

// leaveOut skips a test that cannot run on this machine. In CI it fails.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be skipped in CI: %s", why)
	}
	t.Skip(why)
}
