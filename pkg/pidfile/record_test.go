package pidfile

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

var someRecord = Record{
	Program: 42, Started: time.Date(2026, 11, 25, 21, 0, 0, 123456789, time.UTC), Runs: 7, Ready: true,
	Text: "two\nlines, a \"quote\" and \xff", LastExit: "exit status 1", KillSpec: "TERM/10 KILL", Stopping: true,
}

func TestRecordText(t *testing.T) {
	t.Parallel()
	for _, want := range []Record{someRecord, {}} {
		text := want.appendText(nil, 3)
		if got, whole := parseRecord(text); !whole || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, %v; want %+v", text, got, whole, want)
		}
		if got, whole := parseRecord(append(text, "kill-spec \"KILL\"\nend 2\n"...)); !whole || !reflect.DeepEqual(got, want) {
			t.Errorf("before what is left of a longer one: %+v, %v; want %+v", got, whole, want)
		}
	}
}

// What was read while it was written is not taken for a record: neither a part
// of one, nor the beginning of a new one with the end of the old.
func TestRecordTextTorn(t *testing.T) {
	t.Parallel()
	old, now := someRecord.appendText(nil, 1), someRecord.appendText(nil, 2)
	for cut := range now {
		if r, whole := parseRecord(now[:cut]); whole && cut < len(now)-1 {
			t.Fatalf("%q is a record: %+v", now[:cut], r)
		}
		mixed := append(now[:cut:cut], old[cut:]...)
		if r, whole := parseRecord(mixed); whole && cut > len("edition 1") && cut < len(now)-1 {
			t.Fatalf("%q is a record: %+v", mixed, r)
		}
	}
	for _, text := range []string{"", "end \n", "edition 1\nprogram x\nend 1\n", "edition 1\ntext bare\nend 1\n", strings.Repeat("\x00", 99)} {
		if r, whole := parseRecord([]byte(text)); whole {
			t.Errorf("%q is a record: %+v", text, r)
		}
	}
}

// A later version may say more.
func TestRecordTextUnknownNames(t *testing.T) {
	t.Parallel()
	if r, whole := parseRecord([]byte("edition 1\nprogram 42\ncolour \"red\"\nend 1\n")); !whole || r.Program != 42 {
		t.Errorf("%+v, %v", r, whole)
	}
}
