package cmdline

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestParseEntry parses the options of entries in the same way as the command line that
// svctl builds from them.
func TestParseEntry(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ options, command, want string }{
		{"", "prog|-x", ""},
		{"-c|3|--restart|always", "prog|--quit", ""},
		{"--env|A=a b|--survivors|adopt", "prog", ""},
		{"--pidfile|/p", "prog", ""},
		{"--help", "prog", ""},
		{"--restart|always", "--sleep|2|prog|-c", ""}, // as svloop reads it
		{"", "--sleep|2|prog", ""},
		{"", "--slepp|2|prog", "unknown option --slepp"},
		{"", "--|prog", ""},
		{"--status", "prog", "option --status does not start a program"},
		{"--quit", "prog", "option --quit does not start a program"},
		{"--json", "prog", "option --json needs --status"},
		{"--pidfile|/other", "prog", "option --pidfile is set by the key daemon of the entry"},
		{"--stdout|/p", "prog", `options --pidfile and --stdout name the same file "/p"`},
		{"--backoff|1", "prog", "option --backoff needs --restart on-failure or always: otherwise the first failure stops the loop"},
		{"--log", "prog", "option --log needs a value: want a path"},
		{"x", "prog", `word "x" is neither an option nor the value of an option`},
		{"-d|KILL|-d", "prog", `word "KILL" is neither an option nor the value of an option`},
		{"-d|--", "prog", `word "--" is neither an option nor the value of an option`},
		{"--|-d", "prog", `word "--" is neither an option nor the value of an option`},
	} {
		var options []string
		if test.options != "" {
			options = words(test.options)
		}
		o, err := ParseEntry("/p", options, words(test.command))
		if test.want != "" {
			if err == nil || err.Error() != test.want {
				t.Errorf("%q %q: got %v, want %q", test.options, test.command, err, test.want)
			} else if strings.HasPrefix(test.want, "word ") != errors.Is(err, ErrStray) {
				t.Errorf("%q: got %v from errors.Is", test.options, errors.Is(err, ErrStray))
			}
			continue
		}
		if err != nil {
			t.Errorf("%q %q: %v", test.options, test.command, err)
			continue
		}
		whole, err := Parse(slices.Concat([]string{"-c", "1", "--pidfile", "/p"}, options, []string{"--daemon"}, words(test.command)))
		if err != nil {
			t.Errorf("%q: %v", test.options, err)
			continue
		}
		whole.Daemon = o.Daemon
		if !reflect.DeepEqual(o, whole) {
			t.Errorf("%q %q\ngot  %+v\nwant %+v", test.options, test.command, o, whole)
		}
	}
}

// TestParseEntryDaemon reports whether the options themselves contain --daemon.
func TestParseEntryDaemon(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]bool{"-d": false, "--daemon": true, "-daemon": true, "--daemon=false": false, "--dae": true} {
		if o, err := ParseEntry("/p", []string{options}, []string{"prog"}); err != nil || o.Daemon != want {
			t.Errorf("%q: got %+v, %v", options, o, err)
		}
	}
}
