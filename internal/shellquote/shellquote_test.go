package shellquote

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestJoin quotes what a shell would not take for one word, and asks one.
func TestJoin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		argv []string
		want string
	}{
		{nil, ""},
		{[]string{"/bin/a", "-x", "--y=z,1%2:3@4+5^é"}, "/bin/a -x --y=z,1%2:3@4+5^é"},
		{[]string{"two words", ""}, "'two words' ''"},
		{[]string{"it's", `"`, `\`, "$x", "`x`"}, `'it'\''s' '"' '\' '$x' '` + "`x`'"},
		{[]string{"a\tb", "a\nb", "*", "?", "[a]", "~", "#", "!", "{a,b}", "a;b", "a&", "a|b", "<a", ">b", "(c)"},
			"'a\tb' 'a\nb' '*' '?' '[a]' '~' '#' '!' '{a,b}' 'a;b' 'a&' 'a|b' '<a' '>b' '(c)'"},
	} {
		got := Join(test.argv)
		if got != test.want {
			t.Errorf("%q: got %s, want %s", test.argv, got, test.want)
		}
		output, err := exec.Command("/bin/sh", "-c", `printf '%s\0' `+got).Output()
		if err != nil {
			t.Errorf("%s: %v", got, err)
		}
		words := strings.Split(strings.TrimSuffix(string(output), "\x00"), "\x00")
		if len(test.argv) > 0 && !slices.Equal(words, test.argv) {
			t.Errorf("%s: the shell has %q", got, words)
		}
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words []string
		want  string
	}{
		{[]string{"a", "b c", `d\x1b`, "é", ""}, `a 'b c' 'd\x1b' é ''`},
		{[]string{"a\x1b[31m'\\\n", "caf\xe9"}, `$'a\x1b[31m\'\\\n' $'caf\xe9'`},
	} {
		got := Show(test.words)
		if got != test.want {
			t.Errorf("%q: got %s, want %s", test.words, got, test.want)
		}
		bash, err := exec.LookPath("bash")
		if err != nil {
			continue
		}
		read, err := exec.Command(bash, "-c", `printf '%s\0' `+got).Output()
		if want := strings.Join(test.words, "\x00") + "\x00"; err != nil || string(read) != want {
			t.Errorf("%s: bash reads %q (%v), want %q", got, read, err, want)
		}
	}
}
