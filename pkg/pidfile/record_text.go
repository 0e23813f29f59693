//go:build linux

package pidfile

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/pkg/printable"
)

// In memory a record is a line "NAME VALUE" per field, with quoted texts. The
// first and the last line contain the number of its edition. If the two differ,
// the reader has read during a write. (Writing the first record as JSON would
// take a twentieth of the start time of a daemon.)
//
// Times that are compared with the present are milliseconds since the boot, so
// that setting the clock does not change them.
const (
	firstLine = "edition"
	lastLine  = "end"
)

// longestExit is longer than any reason.
const longestExit = 1024

// appendText appends the record in the format of the memory.
func (r Record) appendText(b []byte, edition int, boot time.Time) []byte {
	line := func(name, value string) {
		b = append(b, name...)
		b = append(b, ' ')
		b = append(b, value...)
		b = append(b, '\n')
	}
	line(firstLine, strconv.Itoa(edition))
	line("program", strconv.Itoa(r.Program))
	line("started", r.Started.Format(time.RFC3339Nano))
	line("runs", strconv.Itoa(r.Runs))
	line("ready", strconv.FormatBool(r.Ready))
	line("text", strconv.Quote(r.Text[:min(len(r.Text), maxText)]))
	line("last-exit", strconv.Quote(r.LastExit[:min(len(r.LastExit), longestExit)]))
	if !r.LastExitTime.IsZero() {
		line("last-exit-time", r.LastExitTime.Format(time.RFC3339Nano))
	}
	if r.GaveUp != "" {
		line("gave-up", strconv.Quote(r.GaveUp))
	}
	line("last-failed", strconv.FormatBool(r.LastFailed))
	if !r.NextAttempt.IsZero() {
		line("next-attempt", sinceBoot(r.NextAttempt, boot))
	}
	for _, t := range r.RestartedAt {
		line("restarted", sinceBoot(t, boot))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Counts)) {
		line("count", name+" "+strconv.FormatInt(r.Counts[name], 10))
	}
	line("kill-spec", strconv.Quote(r.KillSpec))
	line("stopping", strconv.FormatBool(r.Stopping))
	line(lastLine, strconv.Itoa(edition))
	return b
}

func sinceBoot(t, boot time.Time) string { return strconv.FormatInt(t.Sub(boot).Milliseconds(), 10) }

// parseRecord parses the memory of an instance. It returns false if the record is
// not complete. Unknown names are ignored: they belong to a later version.
func parseRecord(memory []byte, boot time.Time) (r Record, whole bool) {
	var edition string
	told := false // whether the last run failed
	for line := range bytes.Lines(memory) {
		name, value, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		var err error
		switch name {
		case firstLine:
			edition = value
		case "last-failed":
			told = true
			r.LastFailed, err = strconv.ParseBool(value)
		case lastLine:
			if !told { // an earlier version
				r.LastFailed = r.LastExit != "" && r.LastExit != "exit status 0"
			}
			return r, edition != "" && edition == value
		default:
			err = r.set(name, value, boot)
		}
		if err != nil {
			return Record{}, false
		}
	}
	return Record{}, false
}

func (r *Record) set(name, value string, boot time.Time) (err error) {
	switch name {
	case "program":
		r.Program, err = strconv.Atoi(value)
	case "started":
		r.Started, err = time.Parse(time.RFC3339Nano, value)
	case "runs":
		r.Runs, err = strconv.Atoi(value)
	case "ready":
		r.Ready, err = strconv.ParseBool(value)
	case "text":
		r.Text, err = strconv.Unquote(value)
	case "last-exit":
		r.LastExit, err = strconv.Unquote(value)
		r.LastExit = printable.Excerpt(r.LastExit, longestExit)
	case "gave-up":
		r.GaveUp, err = strconv.Unquote(value)
		r.GaveUp = printable.Excerpt(r.GaveUp, longestExit)
	case "last-exit-time":
		r.LastExitTime, err = time.Parse(time.RFC3339Nano, value)
	case "next-attempt":
		r.NextAttempt, err = afterBoot(value, boot)
	case "restarted":
		var t time.Time
		t, err = afterBoot(value, boot)
		r.RestartedAt = append(r.RestartedAt, t)
	case "count":
		err = r.setCount(value)
	case "kill-spec":
		r.KillSpec, err = strconv.Unquote(value)
	case "stopping":
		r.Stopping, err = strconv.ParseBool(value)
	}
	return err
}

// setCount parses "NAME NUMBER".
func (r *Record) setCount(text string) error {
	name, number, _ := strings.Cut(text, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" || len(r.Counts) == MaxCounts {
		err = strconv.ErrSyntax
	}
	if err != nil {
		return err
	}
	if r.Counts == nil {
		r.Counts = make(map[string]int64)
	}
	r.Counts[name] = n
	return nil
}

func afterBoot(value string, boot time.Time) (time.Time, error) {
	ms, err := strconv.ParseInt(value, 10, 64)
	const century = 100 * 365 * 24 * int64(time.Hour/time.Millisecond)
	if err == nil && (ms < 0 || ms > century) {
		err = strconv.ErrRange
	}
	return boot.Add(time.Duration(ms) * time.Millisecond).Round(0), err
}
