//go:build linux

package proctree_test

import (
	"errors"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

var schedules = []struct {
	spec    string
	want    proctree.Schedule
	printed string
	total   time.Duration
	kills   bool
}{
	{
		spec: proctree.DefaultSchedule, printed: proctree.DefaultSchedule, total: 3 * time.Second, kills: true,
		want: proctree.Schedule{{syscall.SIGTERM, time.Second}, {syscall.SIGINT, time.Second}, {syscall.SIGQUIT, time.Second}, {Signal: syscall.SIGKILL}},
	},
	{spec: "term", printed: "TERM", want: proctree.Schedule{{Signal: syscall.SIGTERM}}},
	{spec: "SIGKILL/0", printed: "KILL", want: proctree.Schedule{{Signal: syscall.SIGKILL}}, kills: true},
	{spec: " \tsigHup/0.25\n 9/2 ", printed: "HUP/0.25 KILL/2", total: 2250 * time.Millisecond, kills: true,
		want: proctree.Schedule{{syscall.SIGHUP, 250 * time.Millisecond}, {syscall.SIGKILL, 2 * time.Second}}},
	{spec: "64", printed: "RTMIN+30", want: proctree.Schedule{{Signal: 64}}},
	{spec: "33", printed: "33", want: proctree.Schedule{{Signal: 33}}},
	{spec: "sigrtmin/1 RTMIN+0 RTMIN+3 SIGRTMAX-14 RTMAX", printed: "RTMIN/1 RTMIN RTMIN+3 RTMIN+16 RTMIN+30",
		total: time.Second, want: proctree.Schedule{{34, time.Second}, {Signal: 34}, {Signal: 37}, {Signal: 50}, {Signal: 64}}},
	{spec: "34/1e6", printed: "RTMIN/1000000", total: 1e6 * time.Second, want: proctree.Schedule{{34, 1e6 * time.Second}}},
	{spec: "KILL/1 TERM", printed: "KILL/1 TERM", total: time.Second,
		want: proctree.Schedule{{syscall.SIGKILL, time.Second}, {Signal: syscall.SIGTERM}}},
	// Truncated, these would be a nanosecond shorter than written.
	{spec: "TERM/0.000000015", printed: "TERM/0.000000015", total: 15, want: proctree.Schedule{{syscall.SIGTERM, 15}}},
	{spec: "TERM/1.001", printed: "TERM/1.001", total: 1001 * time.Millisecond,
		want: proctree.Schedule{{syscall.SIGTERM, 1001 * time.Millisecond}}},
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	for _, test := range schedules {
		got, err := proctree.ParseSchedule(test.spec)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("ParseSchedule(%q) = %v, %v; want %v", test.spec, got, err, test.want)
			continue
		}
		if got.String() != test.printed || got.Total() != test.total || got.Kills() != test.kills {
			t.Errorf("%q: String %q, Total %s, Kills %v; want %q, %s, %v",
				test.spec, got, got.Total(), got.Kills(), test.printed, test.total, test.kills)
		}
	}
}

var badSchedules = []struct{ spec, want string }{
	{"", `not a kill specification: no signal in ""`},
	{" \n", `not a kill specification: no signal in " \n"`},
	{"TREM/1", `not a kill specification: unknown signal "TREM"`},
	{"TERM/1 KLL", `not a kill specification: unknown signal "KLL"`},
	{"0", `not a kill specification: unknown signal "0"`},
	{"65", `not a kill specification: unknown signal "65"`},
	{"-9", `not a kill specification: unknown signal "-9"`},
	{"/1", `not a kill specification: unknown signal ""`},
	{"RTMIN+31", `not a kill specification: unknown signal "RTMIN+31"`},
	{"RTMIN-1", `not a kill specification: unknown signal "RTMIN-1"`},
	{"RTMIN+", `not a kill specification: unknown signal "RTMIN+"`},
	{"RTMIN++1", `not a kill specification: unknown signal "RTMIN++1"`},
	{"RTMIN+-1", `not a kill specification: unknown signal "RTMIN+-1"`},
	{"RTMAX+1", `not a kill specification: unknown signal "RTMAX+1"`},
	{"RTMAX-31", `not a kill specification: unknown signal "RTMAX-31"`},
	{"RTMINX", `not a kill specification: unknown signal "RTMINX"`},
	{"TERM/", `not a kill specification: "" is not a number of seconds up to 1e6`},
	{"TERM/x", `not a kill specification: "x" is not a number of seconds up to 1e6`},
	{"TERM/-1", `not a kill specification: "-1" is not a number of seconds up to 1e6`},
	{"TERM/0x1p1", `not a kill specification: "0x1p1" is not a number of seconds up to 1e6`},
	{"TERM/+1", `not a kill specification: "+1" is not a number of seconds up to 1e6`},
	{"TERM/-0", `not a kill specification: "-0" is not a number of seconds up to 1e6`},
	{"+9", `not a kill specification: unknown signal "+9"`},
	{"TERM/NaN", `not a kill specification: "NaN" is not a number of seconds up to 1e6`},
	{"TERM/Inf", `not a kill specification: "Inf" is not a number of seconds up to 1e6`},
	{"TERM/1000001", `not a kill specification: "1000001" is not a number of seconds up to 1e6`},
	{"TERM/1/2", `not a kill specification: "1/2" is not a number of seconds up to 1e6`},
}

func TestScheduleRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range badSchedules {
		s, err := proctree.ParseSchedule(test.spec)
		if !errors.Is(err, proctree.ErrBadSchedule) || err.Error() != test.want || s != nil {
			t.Errorf("ParseSchedule(%q) = %v, %v; want %s", test.spec, s, err, test.want)
		}
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, test := range schedules {
		f.Add(test.spec)
	}
	for _, test := range badSchedules {
		f.Add(test.spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		s, err := proctree.ParseSchedule(spec)
		if err != nil {
			if !errors.Is(err, proctree.ErrBadSchedule) {
				t.Fatalf("ParseSchedule(%q): %v", spec, err)
			}
			return
		}
		if s.Total() < 0 {
			t.Fatalf("%q takes %s in total", spec, s.Total())
		}
		again, err := proctree.ParseSchedule(s.String())
		if err != nil || !slices.Equal(again, s) {
			t.Fatalf("%q is %v, printed %q is %v (%v)", spec, []proctree.Step(s), s, []proctree.Step(again), err)
		}
	})
}
