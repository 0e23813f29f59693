package servicedef

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestSplitWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		command string
		want    []string
	}{
		{"a", []string{"a"}},
		{"  a \t b\n\nc ", []string{"a", "b", "c"}},
		{"a\u00a0b\u2003c\u3000d\x85e", []string{"a", "b", "c", "d\x85e"}},
		{"a\x1cb\x1dc\x1ed\x1fe", []string{"a", "b", "c", "d", "e"}},
		{"hello%20world", []string{"hello world"}},
		{"%20 %09%0a", []string{" ", "\t\n"}},
		{"%2f%2F%C3%a9%ff", []string{"//é\xff"}},
		{"100% %% %2 %2g %g2 %zz %", []string{"100%", "%%", "%2", "%2g", "%g2", "%zz", "%"}},
		{"%%41 %2541", []string{"%A", "%41"}},
		{"a+b", []string{"a+b"}},
		{"'a b' \"c\" $d \\e ~ *", []string{"'a", "b'", `"c"`, "$d", `\e`, "~", "*"}},
		{"", nil},
		{" \x1c\u2028 ", nil},
	} {
		if got := splitWords(test.command); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %q, want %q", test.command, got, test.want)
		}
	}
}

// pythonWords reads a command in hexadecimal digits from each line, and prints its words.
// Python 3 would replace bytes that are not text; svctl keeps them, like Python 2.
const pythonWords = `
import json, sys
from urllib.parse import unquote
for line in sys.stdin:
    command = bytes.fromhex(line).decode("utf-8", "surrogateescape")
    words = [unquote(word, errors="surrogateescape") for word in command.split()]
    print(json.dumps([word.encode("utf-8", "surrogateescape").hex() for word in words]))
`

// TestWordsAgainstPython compares the words of random commands with those of Python.
func TestWordsAgainstPython(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("python3")
	if err != nil {
		leaveOut(t, "python3 is missing")
	}
	random := rand.New(rand.NewPCG(1, 2))
	commands := make([]string, 5000)
	var input strings.Builder
	for i := range commands {
		commands[i] = randomCommand(random)
		input.WriteString(hex.EncodeToString([]byte(commands[i])) + "\n")
	}
	python := exec.CommandContext(t.Context(), path, "-c", pythonWords)
	python.Stdin = strings.NewReader(input.String())
	python.Stderr = os.Stderr
	output, err := python.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(strings.NewReader(string(output)))
	for _, command := range commands {
		var want []string
		if err := answers.Decode(&want); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, word := range splitWords(command) {
			got = append(got, hex.EncodeToString([]byte(word)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, Python has %q", command, got, want)
		}
	}
}

// randomCommand combines random text with a meaning in the syntax.
func randomCommand(random *rand.Rand) string {
	pieces := []string{" ", "  ", "\t", "a", "Z", "9", "%", "%%", "%2", "%20", "%2F", "%2f", "%41", "%c3%a9", "%C3", "%ff",
		"%G0", "%0", "+", "é", "\xff", "\xc3", "\xa9", "%e2%82%ac", "\u00a0", "\u2028", "\u3000", "\u200b", "\u0085", "\ufeff",
		"日", "😀", "\v", "\f", "\r"}
	var b strings.Builder
	for range random.IntN(12) {
		if random.IntN(8) == 0 {
			b.WriteByte(byte(random.IntN(256)))
			continue
		}
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	return b.String()
}

// FuzzDecode: decoding reverses any encoding, does not change text without a percent
// sign, and never makes a word longer or empty.
func FuzzDecode(f *testing.F) {
	for _, word := range []string{"", "a", "%", "%%", "%2", "%20", "%2Fa%2", "%zz%41", "\xff%ff", "é%c3%a9"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		got := decode(word)
		if len(got) > len(word) || got == "" && word != "" {
			t.Errorf("%q became %q", word, got)
		}
		if !strings.Contains(word, "%") && got != word {
			t.Errorf("%q became %q", word, got)
		}
		var encoded strings.Builder
		for i := range len(word) {
			if c := word[i]; c%3 == 0 || c == '%' {
				encoded.WriteString("%" + hex.EncodeToString([]byte{c}))
			} else {
				encoded.WriteByte(c)
			}
		}
		if again := decode(encoded.String()); again != word {
			t.Errorf("%q was encoded as %q, which became %q", word, encoded.String(), again)
		}
		for _, word := range splitWords(word) {
			if word == "" {
				t.Error("an empty word")
			}
		}
	})
}

// leaveOut skips a test that cannot run on this host. In CI it fails.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be skipped in CI: %s", why)
	}
	t.Skip(why)
}
