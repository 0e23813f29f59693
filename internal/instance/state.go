package instance

import (
	"reflect"
	"time"

	"github.com/svloop/svloop/internal/output"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// state is what an instance is doing now.
type state int

const (
	starting state = iota // the program is not ready, or not yet started
	ready                 // the program runs and is ready
	stopping              // svloop terminates processes
	pausing               // between two runs
	over                  // no run follows
)

// enter changes the state, and publishes it together with the other changes. No other
// function changes the state.
func (in *instance) enter(s state, also func(*pidfile.Record)) {
	in.state = s
	in.public.update(func(r *pidfile.Record) {
		switch s {
		case starting:
			r.Text, r.Ready = "", false
		case ready:
			r.Ready = true
		case stopping:
			r.Stopping = true
		case pausing:
			r.Program, r.Ready, r.Stopping = 0, false, false
		}
		if also != nil {
			also(r)
		}
	})
}

// runs publishes a program that was just started or adopted.
func runs(program int) func(*pidfile.Record) {
	return func(r *pidfile.Record) {
		r.Program, r.NextAttempt = program, time.Time{}
		if r.Runs++; r.Runs > 1 {
			r.Restarted(time.Now())
		}
	}
}

// ended publishes the result of a run.
func ended(last outcome) func(*pidfile.Record) {
	return func(r *pidfile.Record) {
		r.LastExit, r.LastExitTime, r.LastFailed = last.text, time.Now().Round(time.Millisecond), !last.ok()
	}
}

// public is what other processes can read of an instance: its record, and the note beside
// the pid file. Only the goroutine of the event loop uses it.
type public struct {
	log     *output.Log
	file    *pidfile.File // nil without --pidfile
	publish func(pidfile.Record) error
	record  pidfile.Record
	hidden  bool // publishing has failed, and the error was logged
	noted   bool // the note names a process
}

// update changes the record, and publishes it if it differs.
func (p *public) update(change func(*pidfile.Record)) {
	before := p.record
	change(&p.record)
	if p.publish == nil || reflect.DeepEqual(p.record, before) {
		return
	}
	if err := p.publish(p.record); err != nil && !p.hidden {
		p.hidden = true
		p.log.Warn("%v", err) // --quit then cannot read the kill specification or the progress
	}
}

// giveUp stores the reason for a later --status.
func (p *public) giveUp(why string) {
	p.record.GaveUp = why
	p.warn(p.file.GiveUp(p.record))
}

// beforeStart and afterStart update the heartbeat around a run: if svloop is killed, the
// next start recognizes the processes of the run as those of this instance.
func (p *public) beforeStart() {
	if p.file != nil {
		p.warn(p.file.BeforeStart())
	}
}

func (p *public) afterStart() {
	if p.file != nil {
		p.warn(p.file.AfterStart())
	}
}

// note writes the main process that the program has named to the note, so that the next
// start finds it if this instance is killed: the process may be in any session and group.
// In the foreground it may be in the session of the caller, among unrelated processes,
// and is not noted.
func (p *public) note(main proctree.Stat) {
	if p.file == nil || callers(main.Session) {
		return
	}
	if err := p.file.NoteProcess(main); err != nil {
		p.warn(err)
		return
	}
	p.noted = true
}

// forget removes the note.
func (p *public) forget() {
	p.noted = false
	p.warn(p.file.ForgetAdopted())
}

func (p *public) warn(err error) {
	if err != nil {
		p.log.Warn("%v", err)
	}
}
