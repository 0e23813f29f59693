// Package audit has the record of an action: who did what, with which result, and how
// long it took. The form is a contract for programs that read it, see svctl(1):
//
//	action=start service=web/backend user=root sudo_user=alice code=0 changed=true duration=0.012 result=started
//
// The fields always have this order. A value is quoted as in Go if it has blanks, quotes,
// equals signs or characters that are not printable.
package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/svloop/svloop/pkg/lsb"
)

// Record is the record of an action on a service or on a supervisor.
type Record struct {
	Action     string // "start"
	Service    string // its path, or ""
	Supervisor string // the path of its pid file, or ""
	User       string // who runs svctl
	SudoUser   string // the user who called sudo or doas, or ""
	Code       lsb.Action
	Changed    bool
	Duration   time.Duration
	Result     string // for people
}

// most is the length in bytes of a value in a record, without quotes and escapes. A message
// to syslog may be limited to 1 KiB (RFC 3164).
const most = 256

// String returns the record in one line.
func (r Record) String() string {
	var b strings.Builder
	field := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s=%s", name, quote(cut(value)))
	}
	field("action", r.Action)
	if r.Service != "" {
		field("service", r.Service)
	}
	if r.Supervisor != "" {
		field("supervisor", r.Supervisor)
	}
	field("user", r.User)
	if r.SudoUser != "" {
		field("sudo_user", r.SudoUser)
	}
	field("code", strconv.Itoa(int(r.Code)))
	field("changed", strconv.FormatBool(r.Changed))
	field("duration", strconv.FormatFloat(r.Duration.Seconds(), 'f', 3, 64))
	field("result", r.Result)
	return b.String()
}

func cut(value string) string {
	if len(value) <= most {
		return value
	}
	end := most
	for end > 0 && !utf8.RuneStart(value[end]) {
		end--
	}
	return value[:end] + "…"
}

func quote(value string) string {
	special := func(c rune) bool {
		return unicode.IsSpace(c) || !unicode.IsPrint(c) || strings.ContainsRune(`"'=\`, c)
	}
	if value == "" || !utf8.ValidString(value) || strings.ContainsFunc(value, special) {
		return strconv.Quote(value)
	}
	return value
}
