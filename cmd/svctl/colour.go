package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/printable"
)

// The values of --color.
const (
	colourAuto   = "auto"
	colourAlways = "always"
	colourNever  = "never"
)

var colourModes = []string{colourAuto, colourAlways, colourNever}

func (o *options) colourFlag(f *pflag.FlagSet) {
	o.colour = colourAuto
	f.Var(usageerror.Value(o.setColour), "color", "when answers have colours")
	f.Lookup("color").NoOptDefVal = colourAlways // as in ls(1)
}

func (o *options) setColour(text string) error {
	if !slices.Contains(colourModes, text) {
		return errors.New("want auto, always or never")
	}
	o.colour = text
	return nil
}

// colours reports whether answers have colours. The command line overrides the
// environment: NO_COLOR (no-color.org), then CLICOLOR_FORCE (bixense.com/clicolors).
func (s *invocation) colours() bool {
	switch {
	case s.colour == colourAlways:
		return true
	case s.colour == colourNever, s.env.get("NO_COLOR") != "":
		return false
	case !slices.Contains([]string{"", "0"}, s.env.get("CLICOLOR_FORCE")):
		return true
	}
	return isTerminal(s.stdout) && s.env.get("TERM") != "dumb"
}

// paint escapes a text and colours it, if answers have colours.
func (s *invocation) paint(style table.Style, text string) printable.Raw {
	text = printable.Text(text)
	if s.colours() {
		text = style.Paint(text)
	}
	return printable.Raw(text)
}

// printLabelled prints a text after its label, on one line. If the terminal is too narrow
// for that, the text has lines of its own below the label. The style is that of the first
// word.
func (s *invocation) printLabelled(indent int, label string, style table.Style, texts ...string) {
	for i := range texts {
		texts[i] = printable.Text(texts[i])
	}
	label, text := printable.Text(label)+":", strings.Join(texts, ", ")
	width := s.width()
	if n := indent + table.Width(label) + 1 + table.Width(text); width == 0 || n <= width {
		printable.Fprintf(s.stdout, "%s%s %s\n", strings.Repeat(" ", indent), printable.Raw(label), s.paintFirst(style, text))
		return
	}
	lines := table.Wrap(label, width, indent)
	for i, text := range texts {
		for j, line := range table.Wrap(text, width, indent+4) {
			if i+j == 0 {
				blanks := len(line) - len(strings.TrimLeft(line, " "))
				line = line[:blanks] + string(s.paintFirst(style, line[blanks:]))
			}
			lines = append(lines, line)
		}
	}
	printable.Fprintf(s.stdout, "%s\n", printable.Raw(strings.Join(lines, "\n")))
}

// paintFirst paints the first word of a text, up to a comma.
func (s *invocation) paintFirst(style table.Style, text string) printable.Raw {
	word, _, _ := strings.Cut(text, ",")
	return s.paint(style, word) + printable.Raw(text[len(word):])
}
