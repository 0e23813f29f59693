package readiness_test

import (
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/readiness"
)

var methods = []struct {
	text    string
	want    readiness.Method
	printed string // if it differs from text
}{
	{"exec", readiness.Method{Kind: readiness.Exec}, ""},
	{"notify", readiness.Method{Kind: readiness.Notify}, ""},
	{"fd:3", readiness.Method{Kind: readiness.FD, FD: 3}, ""},
	{"fd:255", readiness.Method{Kind: readiness.FD, FD: 255}, ""},
	{"pidfile:x", readiness.Method{Kind: readiness.PIDFile, Path: "x"}, ""},
	{"pidfile:/run/a:b c.pid", readiness.Method{Kind: readiness.PIDFile, Path: "/run/a:b c.pid"}, ""},
	{"tcp:localhost:80", readiness.Method{Kind: readiness.TCP, Address: "localhost:80"}, ""},
	{"tcp::65535", readiness.Method{Kind: readiness.TCP, Address: "localhost:65535"}, "tcp:localhost:65535"},
	{"tcp:[::1]:1", readiness.Method{Kind: readiness.TCP, Address: "[::1]:1"}, ""},
	{"alive:0", readiness.Method{Kind: readiness.Alive}, ""},
	{"alive:2.5", readiness.Method{Kind: readiness.Alive, After: 2500 * time.Millisecond}, ""},
	{"alive:1e6", readiness.Method{Kind: readiness.Alive, After: 1e6 * time.Second}, "alive:1000000"},
	// Truncated, it would be a nanosecond shorter than written.
	{"alive:1.001", readiness.Method{Kind: readiness.Alive, After: 1001 * time.Millisecond}, ""},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range methods {
		got, err := readiness.Parse(test.text)
		if err != nil || got != test.want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", test.text, got, err, test.want)
		}
		if test.printed == "" {
			test.printed = test.text
		}
		if got.String() != test.printed {
			t.Errorf("%q is printed %q, want %q", test.text, got, test.printed)
		}
	}
}

var badMethods = []struct{ text, want string }{
	{"", "want " + readiness.Accepted},
	{"EXEC", "want " + readiness.Accepted},
	{"tcp", "want tcp:HOST:PORT"},
	{"http:80", "want " + readiness.Accepted},
	{"exec:", "exec has no argument"},
	{"notify:1", "notify has no argument"},
	{"fd", "want fd:N with N from 3 to 255"},
	{"fd:", "want fd:N with N from 3 to 255"},
	{"fd:2", "want fd:N with N from 3 to 255"},
	{"fd:256", "want fd:N with N from 3 to 255"},
	{"fd:-3", "want fd:N with N from 3 to 255"},
	{"fd:+5", "want fd:N with N from 3 to 255"},
	{"fd:x", "want fd:N with N from 3 to 255"},
	{"pidfile", "want pidfile:PATH"},
	{"pidfile:", "want pidfile:PATH"},
	{"tcp:", "want tcp:HOST:PORT"},
	{"tcp:80", "want tcp:HOST:PORT"},
	{"tcp:::1:80", "want tcp:HOST:PORT"},
	{"tcp:h:", "want a port from 1 to 65535 in tcp:HOST:PORT"},
	{"tcp:h:0", "want a port from 1 to 65535 in tcp:HOST:PORT"},
	{"tcp:h:65536", "want a port from 1 to 65535 in tcp:HOST:PORT"},
	{"tcp:h:+80", "want a port from 1 to 65535 in tcp:HOST:PORT"},
	{"tcp:h:http", "want a port from 1 to 65535 in tcp:HOST:PORT"},
	{"alive", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:-1", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:nan", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:inf", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:1000001", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:0x1p1", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:-0", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:+1", "want a number of seconds up to 1e6 in alive:SECONDS"},
	{"alive:1s", "want a number of seconds up to 1e6 in alive:SECONDS"},
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range badMethods {
		got, err := readiness.Parse(test.text)
		if err == nil || err.Error() != test.want || got != (readiness.Method{}) {
			t.Errorf("Parse(%q) = %+v, %v; want %s", test.text, got, err, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range methods {
		f.Add(test.text)
	}
	for _, test := range badMethods {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := readiness.Parse(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n") {
				t.Fatalf("Parse(%q): more than a line: %q", text, err)
			}
			return
		}
		again, err := readiness.Parse(m.String())
		if err != nil || again != m {
			t.Fatalf("%q is %+v, printed %q is %+v (%v)", text, m, m, again, err)
		}
		if in := m.In("/dir"); in.Kind == readiness.PIDFile && !strings.HasPrefix(in.Path, "/") {
			t.Fatalf("%q in /dir is %+v", text, in)
		}
	})
}

func TestIn(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"pidfile:x.pid", "pidfile:/dir/x.pid"},
		{"pidfile:../x.pid", "pidfile:/dir/../x.pid"},
		{"pidfile:/run/x.pid", "pidfile:/run/x.pid"},
		{"tcp:h:1", "tcp:h:1"},
		{"exec", "exec"},
	}
	for _, test := range tests {
		m, err := readiness.Parse(test.text)
		if got := m.In("/dir").String(); err != nil || got != test.want {
			t.Errorf("%q in /dir is %q (%v), want %q", test.text, got, err, test.want)
		}
	}
}
