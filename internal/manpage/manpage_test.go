package manpage

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const head = `.TH X 1 2026-01-02 source "A Manual"` + "\n"

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, page string
		want       []string // lines, in this order
	}{
		{"head and foot", "", []string{
			"X(1)" + strings.Repeat(" ", 31) + "A Manual" + strings.Repeat(" ", 31) + "X(1)",
			"source" + strings.Repeat(" ", 28) + "2026-01-02" + strings.Repeat(" ", 30) + "X(1)",
		}},
		{"sections", ".SH NAME\nx\n.SS Part one\ny\n", []string{"NAME", "       x", "   Part one", "       y"}},
		{"filled", ".SH A\none\ntwo\n.PP\nthree\n", []string{"       one two", "", "       three"}},
		{"blank line", ".SH A\none\n\ntwo\n", []string{"       one", "", "       two"}},
		{"break", ".SH A\none\n.br\ntwo\n", []string{"       one", "       two"}},
		{"wrapped", ".SH A\n" + strings.Repeat("123456789 ", 8), []string{
			"      " + strings.Repeat(" 123456789", 7), "       123456789"}},
		{"tied", ".SH A\n" + strings.Repeat("123456789 ", 6) + `1234567\ 9 abc`, []string{
			"      " + strings.Repeat(" 123456789", 6) + " 1234567 9", "       abc"}},
		{"short tag", ".SH A\n.TP\n.B \\-x\ntext\nmore\n.TP\n-y\nz\n", []string{
			"       -x     text more", "", "       -y     z"}},
		{"long tag", ".SH A\n.TP\n\\fB\\-\\-long\\fR \\fIVALUE\\fR\ntext\n", []string{
			"       --long VALUE", "              text"}},
		{"narrow tag", ".SH A\n.TP 4\n1\ntext\n", []string{"       1   text"}},
		{"item", ".SH A\n.IP \\(bu 2\ntext\n", []string{"       * text"}},
		{"nested", ".SH A\n.TP\nx\ny\n.RS\n.PP\nz\n.RE\n.PP\nw\n", []string{
			"       x      y", "              z", "       w"}},
		{"as it is", ".SH A\n.EX\nif  x; then\n    y \\e\nfi\n.EE\nz\n", []string{
			"       if  x; then", `           y \`, "       fi", "       z"}},
		{"fonts", ".SH A\n.B one two\n.BR three (1),\n.RI [ four ]\n.I \"five six\"\n", []string{
			"       one two three(1), [four] five six"}},
		{"quotes", ".SH A\n.B \"a \"\"b\"\" c\"\n", []string{`       a "b" c`}},
		{"characters", `.SH A` + "\n" + `\-\e\(aq\(dq\(em\(en\(rs\&.`, []string{`       -\'"---\.`}},
		{"comment", ".SH A\n.\\\" nothing\nx \\\" nor this\n", []string{"       x"}},
		{"dot", ".SH A\n\\&.x\n", []string{"       .x"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text, err := format(head+test.page, false)
			if err != nil {
				t.Fatal(err)
			}
			rest := text
			for _, line := range test.want {
				_, after, found := strings.Cut("\n"+rest, "\n"+line+"\n")
				if !found {
					t.Fatalf("no line %q in the rest of\n%s", line, text)
				}
				rest = after
			}
		})
	}
}

func TestFormatRefuses(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		".XX y":        "line 2: unknown macro .XX",
		`a \zb`:        `line 2: unknown escape \zb`,
		`a \(zz`:       `line 2: unknown escape \(zz`,
		`a \fZ`:        `line 2: unknown escape \fZ`,
		`a \`:          "line 2: an escape without its character",
		".TP x":        `line 2: "x" is no indentation`,
		".RS 99":       `line 2: "99" is no indentation`,
		"ok\n.RE":      "line 3: .RE without .RS",
		".TH X":        "line 2: .TH needs a name and a section",
		".B \\fZ":      `line 2: unknown escape \fZ`,
		".IP \\(zz 2n": `line 2: unknown escape \(zz`,
	} {
		_, err := format(head+page, false)
		if err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", page, err, want)
		}
	}
}

func TestStyled(t *testing.T) {
	t.Parallel()
	text, err := format(head+".SH A\n.B one two\nthree\n.I four\n", true)
	if err != nil {
		t.Fatal(err)
	}
	want := "\x1b[0m\x1b[1mA\x1b[0m\n       \x1b[0m\x1b[1mone\x1b[0m \x1b[0m\x1b[1mtwo\x1b[0m three \x1b[0m\x1b[4mfour\x1b[0m\n"
	if !strings.Contains(text, want) {
		t.Errorf("got %q, want %q in it", text, want)
	}
}

// The pages of this project have nothing that is not known, and fit the screen.
func TestOwnPages(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../cmd/*/*.1")
	if err != nil || len(pages) == 0 {
		t.Fatalf("found %d pages: %v", len(pages), err)
	}
	for _, page := range pages {
		source, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := Show(string(source), &text); err != nil {
			t.Errorf("%s: %v", page, err)
		}
		for line := range strings.Lines(text.String()) {
			if n := columns(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%s: %d columns: %s", page, n, line)
			}
			if strings.ContainsAny(line, "\x01\x02\x03\x04\x1b") {
				t.Errorf("%s: a control character in %q", page, line)
			}
		}
	}
}

func FuzzFormat(f *testing.F) {
	f.Add(head + ".SH A\n.TP\n.B x\ny \\fBz\\fR\n.EX\n a\n.EE\n")
	f.Add(".TP\n.RS 3\n.RE\n.IP\n.BR \"a b\" c\n")
	f.Fuzz(func(t *testing.T, page string) {
		plain, err := format(page, false)
		if err != nil {
			return
		}
		if strings.Contains(plain, "\x1b[") && !strings.Contains(page, "\x1b") {
			t.Errorf("%q: fonts in a plain text: %q", page, plain)
		}
	})
}
