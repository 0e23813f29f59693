package export

import (
	"errors"
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/servicedef"
)

// misuse returns why an entry can stand in no file of another system, nil for
// nearly all: its words would end the comment that says where it is from, or
// svloop would print a text instead of starting anything.
func (s *Source) misuse() error {
	if where := position(s); strings.ContainsAny(where, "\n\r") {
		return fmt.Errorf("the name of its file %q has a line end", where)
	}
	if s.Kind() == servicedef.ByDaemon && (s.Options.Help || s.Options.Manual || s.Options.Version) {
		return errors.New("with its daemon_options svloop prints a text, and starts nothing")
	}
	return nil
}
