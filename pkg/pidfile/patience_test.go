//go:build linux

package pidfile

import (
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// The time limit of a quit follows from the schedule of the instance. The schedule of
// another user counts only if it is short.
func TestPatience(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		record *Record
		own    string // schedule of the caller
		want   time.Duration
	}{
		{nil, "", legacyTime},
		{&Record{KillSpec: "TERM/100 KILL"}, "", reactionTime},
		{&Record{KillSpec: "TERM/100 KILL", Stopping: true}, "", 205 * time.Second},
		{&Record{KillSpec: "TERM/100 KILL", Stopping: true}, "KILL", 205 * time.Second},
		{&Record{KillSpec: "TERM/10 KILL", Stopping: true, foreign: true}, "", 25 * time.Second},
		{&Record{KillSpec: "TERM/1000000 KILL", Stopping: true, foreign: true}, "", 11 * time.Second},
		{&Record{KillSpec: "TERM/1000000 KILL", Stopping: true, foreign: true}, "TERM/2 KILL", 9 * time.Second},
		{&Record{KillSpec: "nonsense", Stopping: true}, "", 11 * time.Second},
	} {
		q := quitter{}
		if test.own != "" {
			var err error
			if q.schedule, err = proctree.ParseSchedule(test.own); err != nil {
				t.Fatal(err)
			}
		}
		if got := q.patience(test.record); got != test.want {
			t.Errorf("%+v, caller %q: %s, want %s", test.record, test.own, got, test.want)
		}
	}
}

func init() { namingTime = time.Minute }
