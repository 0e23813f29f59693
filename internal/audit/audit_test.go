package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/lsb"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		record Record
		want   string
	}{
		{
			Record{Action: "start", Service: "web/backend", User: "root", Changed: true, Duration: 12 * time.Millisecond, Result: "started"},
			"action=start service=web/backend user=root code=0 changed=true duration=0.012 result=started",
		},
		{
			Record{Action: "stop", Service: "a b", User: "root", SudoUser: "alice", Code: lsb.Failed, Duration: 61 * time.Second, Result: `cannot stop: exit status 1, "no"`},
			`action=stop service="a b" user=root sudo_user=alice code=1 changed=false duration=61.000 result="cannot stop: exit status 1, \"no\""`,
		},
		{
			Record{Action: "quit", Supervisor: "/run/s=.pid", User: "user 17", Result: ""},
			`action=quit supervisor="/run/s=.pid" user="user 17" code=0 changed=false duration=0.000 result=""`,
		},
		{
			Record{Action: "start", Service: "é\x1b[31m\xff", User: "root\ncode=0", Result: "x"},
			`action=start service="é\x1b[31m\xff" user="root\ncode=0" code=0 changed=false duration=0.000 result=x`,
		},
		{
			Record{Action: "start", Service: "x", User: "root", SudoUser: "\xff\xfe", Result: "x"},
			`action=start service=x user=root sudo_user="\xff\xfe" code=0 changed=false duration=0.000 result=x`,
		},
	} {
		if got := test.record.String(); got != test.want {
			t.Errorf("got\n%s, want\n%s", got, test.want)
		}
	}
}

func TestRecordIsShort(t *testing.T) {
	t.Parallel()
	r := Record{Action: "start", Service: strings.Repeat("ü", 1000), User: "root", Result: strings.Repeat("x", 10_000)}
	got := r.String()
	if len(got) > 700 || !strings.Contains(got, "ü… ") || !strings.HasSuffix(got, "x…") || strings.ContainsRune(got, '\ufffd') {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

// A field of a record cannot be made to look like another one.
func FuzzRecord(f *testing.F) {
	f.Add("a", "root", "started")
	f.Add("a b=c", `"`, "x\ncode=0")
	f.Fuzz(func(t *testing.T, service, user, result string) {
		line := Record{Action: "start", Service: "s" + service, User: user, Result: result}.String()
		if strings.ContainsAny(line, "\n\r\x1b\x00") {
			t.Errorf("%q is no line", line)
		}
		var names []string
		for rest := line; rest != ""; {
			name, value, found := strings.Cut(rest, "=")
			if !found {
				t.Fatalf("%q: %q has no value", line, rest)
			}
			names = append(names, name)
			rest = strings.TrimPrefix(skip(value), " ")
		}
		if got := strings.Join(names, " "); got != "action service user code changed duration result" {
			t.Errorf("%q has the fields %s", line, got)
		}
	})
}

// skip returns what follows a value.
func skip(s string) string {
	if !strings.HasPrefix(s, `"`) {
		_, rest, _ := strings.Cut(s, " ")
		return rest
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[i+1:]
		}
	}
	return s
}
