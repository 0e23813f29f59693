// Package manpage shows a manual page that a program carries in itself, so that
// the manual is there when neither the page is installed nor a man(1) to format
// it.
//
// It knows the macros of man(7) that the pages of this project use:
//
//	.TH .SH .SS                          title, section, subsection
//	.PP .TP .IP .RS .RE .br              paragraphs and indentation
//	.nf .fi .EX .EE                      lines as they are
//	.B .I .BR .BI .RB .RI .IB .IR        fonts
//	\fB \fI \fR \fP \- \e \& \~ \(aq …   escapes
//
// Anything else is an error with its line, never text that is left out.
package manpage

import (
	"fmt"
	"io"
	"os"
)

// width is that of the text: a screen of 80 columns with a margin.
const width = 78

// Show writes the page as text. On a terminal it has bold and underlined
// words, and goes through $PAGER, or less if that is installed.
func Show(page string, w io.Writer) error {
	screen, ok := w.(*os.File)
	onScreen := ok && isTerminal(screen)
	text, err := format(page, onScreen)
	if err != nil {
		return fmt.Errorf("cannot format the manual: %w", err)
	}
	if onScreen {
		return throughPager(text, screen)
	}
	_, err = io.WriteString(w, text)
	return err
}
