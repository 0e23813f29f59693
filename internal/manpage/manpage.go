// Package manpage shows a manual page that is embedded in the program, so that the manual
// is available without an installed page and without man(1).
//
// The text is rendered when the page is changed, by "make manuals". mandoc(1)
// writes bold letters as "X\bX" and underlined ones as "_\bX", which less(1)
// understands.
package manpage

import (
	"io"
	"os"
	"strings"

	"github.com/svloop/svloop/internal/terminal"
)

// Show writes a rendered page. On a terminal it runs $PAGER, or less(1) if that
// is installed, with the fonts; elsewhere it writes plain text.
func Show(text string, w io.Writer) error {
	if screen, ok := w.(*os.File); ok && terminal.Is(screen.Fd()) {
		return throughPager(text, screen)
	}
	_, err := io.WriteString(w, Plain(text))
	return err
}

// Plain returns a rendered page without fonts.
func Plain(text string) string {
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		if i+1 < len(text) && text[i+1] == '\b' {
			i++ // the letter after a backspace overstrikes the one before
			continue
		}
		plain.WriteByte(text[i])
	}
	return plain.String()
}
