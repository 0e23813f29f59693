//go:build linux

package pidfile

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var someRecord = Record{
	Program: 42, Started: time.Date(2026, 11, 25, 21, 0, 0, 123456789, time.UTC), Runs: 7, Ready: true,
	Text: "two\nlines, a \"quote\" and \xff", LastExit: "exit status 1", LastFailed: true, LastExitTime: boot.Add(time.Hour),
	NextAttempt: boot.Add(time.Minute), RestartedAt: []time.Time{boot, boot.Add(1500 * time.Millisecond)},
	KillSpec: "TERM/10 KILL", Stopping: true, Counts: map[string]int64{"cycles": 7, "last_cycle": -1},
}

var boot = time.Date(2026, 11, 25, 20, 0, 0, 0, time.UTC)

func TestRecordText(t *testing.T) {
	t.Parallel()
	for _, want := range []Record{someRecord, {}} {
		text := want.appendText(nil, 3, boot)
		if got, whole := parseRecord(text, boot); !whole || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, %v; want %+v", text, got, whole, want)
		}
		if got, whole := parseRecord(append(text, "kill-spec \"KILL\"\nend 2\n"...), boot); !whole || !reflect.DeepEqual(got, want) {
			t.Errorf("before what is left of a longer one: %+v, %v; want %+v", got, whole, want)
		}
	}
}

// A text that was read during a write is not a record: neither an incomplete one, nor the
// beginning of a new one with the end of an old one.
func TestRecordTextTorn(t *testing.T) {
	t.Parallel()
	old, now := someRecord.appendText(nil, 1, boot), someRecord.appendText(nil, 2, boot)
	for cut := range now {
		if r, whole := parseRecord(now[:cut], boot); whole && cut < len(now)-1 {
			t.Fatalf("%q is a record: %+v", now[:cut], r)
		}
		mixed := append(now[:cut:cut], old[cut:]...)
		if r, whole := parseRecord(mixed, boot); whole && cut > len("edition 1") && cut < len(now)-1 {
			t.Fatalf("%q is a record: %+v", mixed, r)
		}
	}
	for _, text := range []string{"", "end \n", "edition 1\nprogram x\nend 1\n", "edition 1\ntext bare\nend 1\n", "edition 1\ncount A 1\nend 1\n", "edition 1\ncount a x\nend 1\n", "edition 1\ncount  1\nend 1\n", strings.Repeat("\x00", 99)} {
		if r, whole := parseRecord([]byte(text), boot); whole {
			t.Errorf("%q is a record: %+v", text, r)
		}
	}
}

// A later version may add fields.
func TestRecordTextUnknownNames(t *testing.T) {
	t.Parallel()
	if r, whole := parseRecord([]byte("edition 1\nprogram 42\ncolour \"red\"\nend 1\n"), boot); !whole || r.Program != 42 {
		t.Errorf("%+v, %v", r, whole)
	}
}

// The state follows from the record, also from one with fewer fields.
func TestRecordState(t *testing.T) {
	t.Parallel()
	now := boot.Add(time.Hour)
	for _, test := range []struct {
		memory string
		state  State
		text   string
	}{
		{"", Starting, "starting"},
		{"program 0\nruns 0\nready false\n", Starting, "starting"},
		{"program 0\nruns 0\nlast-exit \"cannot execute\"\nlast-failed true\n", Restarting, "restarting (cannot execute, 0 restarts)"},
		{"program 42\nready true\n", Running, "running"},
		{"program 42\nready false\n", Starting, "starting"},
		{"program 42\nready true\nlast-exit \"exit status 3\"\nlast-failed true\n", Running, "running"},
		{"program 0\nruns 8\nlast-exit \"exit status 3\"\nlast-failed true\nnext-attempt 3604000\n",
			Restarting, "restarting (exit status 3, 7 restarts, next attempt in 4s)"},
		{"program 0\nruns 2\nlast-exit \"exit status 3\"\nlast-failed true\nnext-attempt 3600300\n",
			Restarting, "restarting (exit status 3, 1 restart, next attempt in 1s)"},
		{"program 0\nruns 1\nlast-exit \"exit status 3\"\nlast-failed true\nnext-attempt 3590000\n",
			Restarting, "restarting (exit status 3, 0 restarts, next attempt in 0s)"},
		{"program 0\nruns 2\nlast-exit \"exit status 0\"\nlast-failed false\nnext-attempt 3604000\n", Running, "running"},
		{"program 0\nruns 3\nlast-exit \"exit status 0\"\n", Running, "running"},
		{"program 0\nruns 3\nlast-exit \"killed by signal KILL\"\n", Restarting, "restarting (killed by signal KILL, 2 restarts)"},
		{"program 0\nruns 3\nlast-exit \"\\x1b[2J\\r\"\n", Restarting, `restarting (\x1b[2J\r, 2 restarts)`},
	} {
		r, whole := parseRecord([]byte("edition 1\n"+test.memory+"end 1\n"), boot)
		if got := r.state(); !whole || got != test.state || r.describe(got, now) != test.text {
			t.Errorf("%q is %v, %q; want %v, %q", test.memory, got, r.describe(got, now), test.state, test.text)
		}
	}
	if got := (*Record)(nil).state(); got != Running {
		t.Errorf("without a record it is %v", got)
	}
}

func TestRecordRestarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // the clock stands still
		var r Record
		now := time.Now()
		for i := range MaxRestarts + 5 {
			r.Restarted(now.Add(time.Duration(i-MaxRestarts-5) * time.Second))
		}
		if len(r.RestartedAt) != MaxRestarts {
			t.Errorf("%d restarts are remembered", len(r.RestartedAt))
		}
		if text := r.appendText(nil, 1, now.Add(-1000*time.Hour)); len(text) > maxRecord {
			t.Errorf("the record has %d bytes", len(text))
		}
		if n := r.RestartsWithin(time.Minute); n != 60 {
			t.Errorf("%d restarts within a minute", n)
		}
		if n := new(Record).RestartsWithin(time.Hour); n != 0 {
			t.Errorf("%d restarts of a program that was never restarted", n)
		}
	})
}

// An accepted record of another process, with any content, can be written and read again,
// and cannot control a terminal.
func FuzzParseRecord(f *testing.F) {
	f.Add(string(someRecord.appendText(nil, 1, boot)))
	f.Add("edition 1\nlast-exit \"\\x1b[2J\"\ngave-up \"\\xff\"\nend 1\n")
	f.Fuzz(func(t *testing.T, memory string) {
		r, whole := parseRecord([]byte(memory), boot)
		if !whole {
			return
		}
		for _, text := range []string{r.describe(r.state(), boot), r.describe(Failed, boot)} {
			if strings.ContainsFunc(text, func(c rune) bool { return !strconv.IsPrint(c) }) {
				t.Errorf("%q acts on a terminal", text)
			}
		}
		again, whole := parseRecord(r.appendText(nil, 2, boot), boot)
		if !whole || again.state() != r.state() || again.Runs != r.Runs {
			t.Errorf("%+v became %+v, %v", r, again, whole)
		}
	})
}
