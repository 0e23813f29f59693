package pidfile

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Record is what an instance tells those who may look into it, its user and
// root. It lives in memory (memfd_create(2)), among the open files of the
// instance, so nothing of it is left behind by whatever end the instance
// takes.
type Record struct {
	Program  int       `json:"program_pid"`         // 0 between two runs
	Started  time.Time `json:"started"`             // when the instance started
	Runs     int       `json:"runs"`                // how often the program was started
	Ready    bool      `json:"ready"`               // the program said that it is ready
	Text     string    `json:"text,omitempty"`      // the program's own words (STATUS= of sd_notify)
	LastExit string    `json:"last_exit,omitempty"` // "exit status 1", "killed by signal KILL"
	KillSpec string    `json:"kill_spec"`           // how the instance ends its program
	Stopping bool      `json:"stopping"`            // it has begun to
}

// In memory a record is a line "NAME VALUE" for each field, texts quoted,
// between two lines with the number of its edition: a reader that finds
// different ones has read while it was written. (As JSON, to write the first
// one would take a twentieth of the time that a daemon has to start.)
const (
	firstLine = "edition"
	lastLine  = "end"
)

// appendText adds the record as it lies in memory.
func (r Record) appendText(b []byte, edition int) []byte {
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
	line("text", strconv.Quote(r.Text))
	line("last-exit", strconv.Quote(r.LastExit))
	line("kill-spec", strconv.Quote(r.KillSpec))
	line("stopping", strconv.FormatBool(r.Stopping))
	line(lastLine, strconv.Itoa(edition))
	return b
}

// parseRecord reads the memory of an instance; false means that it holds no
// whole record. Names that it does not know are those of a later version.
func parseRecord(memory []byte) (r Record, whole bool) {
	var edition string
	for line := range bytes.Lines(memory) {
		name, value, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		var err error
		switch name {
		case firstLine:
			edition = value
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
		case "kill-spec":
			r.KillSpec, err = strconv.Unquote(value)
		case "stopping":
			r.Stopping, err = strconv.ParseBool(value)
		case lastLine:
			return r, edition != "" && edition == value
		}
		if err != nil {
			return Record{}, false
		}
	}
	return Record{}, false
}
