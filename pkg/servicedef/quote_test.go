package servicedef

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/configgeneral"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words []string
		want  string
	}{
		{[]string{"/bin/prog", "--port=80", "a:b,c;d|e&f(g)[h]{i}~j@k!l?m^n+o"}, "/bin/prog --port=80 a:b,c;d|e&f(g)[h]{i}~j@k!l?m^n+o"},
		{[]string{"hello world", "\t", "\n"}, "hello%20world %09 %0A"},
		{[]string{"100%", "%41"}, "100%25 %2541"},
		{[]string{"$x", "${y}", "#z", `a\`, `"q"`, "'r'"}, "%24x %24{y} %23z a%5C %22q%22 %27r%27"},
		{[]string{"/etc/*/x", "<<END", "<a/>"}, "/etc/%2A/x %3C%3CEND %3Ca/%3E"},
		{[]string{"é日😀", "a\u00a0b", "\u200b", "\xff", "\ufffd"}, "é日😀 a%C2%A0b %E2%80%8B %FF %EF%BF%BD"},
	} {
		got, err := Quote(test.words)
		if err != nil || got != test.want {
			t.Errorf("%q: got %q, %v, want %q", test.words, got, err, test.want)
		}
	}
}

func TestQuoteRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words []string
		want  string
	}{
		{nil, "no command in a configuration can express it: it has no words"},
		{[]string{"a", ""}, `no command in a configuration can express it: word ""`},
		{[]string{"a\x00b"}, `no command in a configuration can express it: word "a\x00b"`},
	} {
		got, err := Quote(test.words)
		if got != "" || !errors.Is(err, ErrNoCommand) || err.Error() != test.want {
			t.Errorf("%q: got %q and %v, want the error %q", test.words, got, err, test.want)
		}
	}
}

// wantQuoted loads the text of a command and of options in both syntaxes, and compares
// the words.
func wantQuoted(t *testing.T, words []string) {
	t.Helper()
	text, err := Quote(words)
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	c, err := loadText(Apache, serviceText("start = "+text+"\ndaemon = /x.pid\ndaemon_options = "+text))
	if err != nil {
		t.Fatalf("%q is written %q: %v", words, text, err)
	}
	again, err := loadText(JSON, string(configgeneral.Dump(c.Tree)))
	if err != nil {
		t.Fatalf("%q is written %q: %v", words, text, err)
	}
	for _, c := range []*Config{c, again} {
		s := c.Services()[0]
		if !slices.Equal(s.Start, words) || !slices.Equal(s.DaemonOptions, words) || len(c.Warnings) > 0 {
			t.Errorf("%q is written %q, which stands for %q and %q, %v", words, text, s.Start, s.DaemonOptions, c.Warnings)
		}
	}
}

// TestQuoteAnyWords combines random text with a meaning in the grammar.
func TestQuoteAnyWords(t *testing.T) {
	t.Parallel()
	pieces := []string{" ", "\t", "\n", "\r", "a", "Z9", "%", "%20", "%2", "$", "$a", "${a}", "#", "\\", "\\\\", `"`, "'", "/*", "*/", "*", "/",
		"|", "&", ";", "`", "~", "~/", ">/", "2>", "A=", "-c", "sh", "<", ">", "<<", "<<END", "<a/>", "</entry>", "<<include x>>", "=", "-", "é", "\u00a0", "\u2028", "\x1c", "\x85", "\xff", "\x7f", "😀", "\ufeff"}
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		words := make([]string, 1+random.IntN(4))
		for i := range words {
			for range 1 + random.IntN(5) {
				words[i] += pieces[random.IntN(len(pieces))]
			}
		}
		wantQuoted(t, words)
	}
}

// FuzzQuote: words are read back unchanged, whatever they contain. In the input they are
// separated by NUL bytes.
func FuzzQuote(f *testing.F) {
	for _, words := range []string{"a", "a b\x00c", "/*\x00*/", "$x\x00${y}", `\`, "\"\x00\"", "<<a", "<a/>", "%41", "'$a'", "\xff\x1c"} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words := slices.DeleteFunc(strings.Split(text, "\x00"), func(word string) bool { return word == "" })
		if len(words) > 0 {
			wantQuoted(t, words)
		}
	})
}
