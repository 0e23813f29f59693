package envfile

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

var files = []struct {
	text    string
	want    []string
	ignored []int
}{
	{"", nil, nil},
	{"A=1\nB=2", []string{"A=1", "B=2"}, nil},
	{"\n# comment\n; comment\n   # comment\n A = 1 \n", []string{"A=1"}, nil},
	{"#A=1 \\\nB=2\n;C=1 \\x\nD=2", []string{"B=2", "D=2"}, nil},
	{"#A=1\\", nil, nil},
	{"A=\nB==\nC=a=b\n", []string{"A=", "B==", "C=a=b"}, nil},
	{"A=\"x y\"\nB='x y'\nC=' x '\nD=\"\"\n", []string{"A=x y", "B=x y", "C= x ", "D="}, nil},
	{"A=  \" x \"  \nB=\t' x '\t", []string{"A= x ", "B= x "}, nil},
	{"A=x # no comment\n", []string{"A=x # no comment"}, nil},
	{"A=1\r\nB=\"2\"\r\n# c\r\nC=3", []string{"A=1", "B=2", "C=3"}, nil},
	{"export A=1\nexport  B = 2\n", []string{"A=1", "B=2"}, nil},
	{"export=1\n", []string{"export=1"}, nil},
	{"A=caf\xe9\n", []string{"A=caf\xe9"}, nil},
	{"\ufeffA=1\nB=2", []string{"A=1", "B=2"}, nil},
	{"\ufeff", nil, nil},
	{"A-B.C=1\n", []string{"A-B.C=1"}, nil},
	{"A=$HOME `x`\n", []string{"A=$HOME `x`"}, nil},
	{"A=1\nA=2\n", []string{"A=1", "A=2"}, nil},
	{"A=" + strings.Repeat("x", 1<<16) + "\n", []string{"A=" + strings.Repeat("x", 1<<16)}, nil},

	// Continued lines, and other characters after a backslash.
	{"A=one \\\n  two\\\nthree\nB=1", []string{"A=one   twothree", "B=1"}, nil},
	{"A=\\\nB=1\n", []string{"A=B=1"}, nil},
	{"A=x\\", []string{"A=x"}, nil},
	{"A=C:\\\\dir\\n\\ \nB=x\\ \t\n", []string{"A=C:\\dirn ", "B=x "}, nil},
	{"A=\\\"x\\\"", []string{`A="x"`}, nil},
	{"A=x \\\n\nB=1", []string{"A=x ", "B=1"}, nil},

	// Quotes, also across lines.
	{"A=\"one\ntwo\\\nthree\"\nB=1", []string{"A=one\ntwothree", "B=1"}, nil},
	{"A='one\ntwo\\\nthree\r\n'\nB=1", []string{"A=one\ntwo\\\nthree\r\n", "B=1"}, nil},
	{"A=\"\\\"\\\\\\`\\$\\n\"", []string{"A=\"\\`$\\n"}, nil},
	{"A='it'\\''s'\n", []string{"A=it''s'"}, nil}, // behind the escape a quote is one character
	{"A='a' \"b\" c 'd'\n", []string{"A=abc 'd'"}, nil},
	{"A=a \"b\"\n", []string{`A=a "b"`}, nil},
	{"A=\"# no comment\n; neither\"", []string{"A=# no comment\n; neither"}, nil},
	{"B=1\nA=\"open\nC=1", []string{"B=1", "A=open\nC=1"}, []int{2}},
	{"A='open", []string{"A=open"}, []int{1}},
	{"A=\"open\\", []string{"A=open"}, []int{1}},

	// Lines that are not assignments.
	{"A", nil, []int{1}},
	{"A=1\n\nB\nC\nD=2\n", []string{"A=1", "D=2"}, []int{3, 4}},
	{"=1\n =2\nA=1\n==", []string{"A=1"}, []int{1, 2, 4}},
	{"A B=1\nA\tB=\"2\n3\"\nexport\n. file\nC=1", []string{"C=1"}, []int{1, 2, 4, 5}},
	{"A=x\x00y\nA\x00=y\nB=1", []string{"B=1"}, []int{1, 2}},
	{"-----BEGIN KEY-----\nx\n-----END KEY-----\n", nil, []int{1, 2, 3}},
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, test := range files {
		got, ignored, err := Read(iotest.OneByteReader(strings.NewReader(test.text)))
		if err != nil || !slices.Equal(got, test.want) || !slices.Equal(ignored, test.ignored) {
			t.Errorf("%q: %q, ignored %v, %v; want %q, ignored %v", test.text, got, ignored, err, test.want, test.ignored)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const tooLong = "line 2: the line has more than 131071 bytes, the limit of execve(2)"
	for _, text := range []string{
		"B=1\nA=" + strings.Repeat("x", Longest),
		"B=1\nA='" + strings.Repeat("x\n", Longest/2+1),
		"B=1\n" + strings.Repeat("x", Longest+1),
		"B=1\nA=" + strings.Repeat(" ", Longest) + "x" + strings.Repeat(" ", Longest),
	} {
		if pairs, ignored, err := Read(strings.NewReader(text)); err == nil || err.Error() != tooLong || pairs != nil || ignored != nil {
			t.Errorf("%.10q: %.100q, %v, %v", text, pairs, ignored, err)
		}
	}
	if _, _, err := Read(iotest.ErrReader(fs.ErrPermission)); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("an error of the file: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, test := range files {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pairs, ignored, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, pair := range pairs {
			name, _, found := strings.Cut(pair, "=")
			if !found || name == "" || strings.ContainsAny(name, " \n") || strings.ContainsRune(pair, 0) {
				t.Fatalf("%q has %q", text, pair)
			}
		}
		if !slices.IsSorted(ignored) {
			t.Fatalf("%q: ignored lines %v", text, ignored)
		}
	})
}
