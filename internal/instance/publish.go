package instance

import (
	"reflect"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

// update changes what others see of this instance.
func (in *instance) update(change func(*pidfile.Record)) {
	in.mu.Lock()
	defer in.mu.Unlock()
	before := in.record
	change(&in.record)
	if in.pid == nil || reflect.DeepEqual(in.record, before) {
		return
	}
	if err := in.pid.Publish(in.record); err != nil && !in.hidden {
		in.hidden = true
		in.log.Warn("%v", err) // --quit then knows neither the kill spec nor whether it is heeded
	}
}

// runs publishes that there is a program.
func (e *execution) runs(r *pidfile.Record) {
	r.Program, r.NextAttempt = e.main, time.Time{}
	if r.Runs++; r.Runs > 1 {
		r.Restarted(time.Now())
	}
}

// giveUp leaves the reason to those who ask for the status later.
func (in *instance) giveUp(why string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.record.GaveUp = why
	if err := in.pid.GiveUp(in.record); err != nil {
		in.log.Warn("%v", err)
	}
}
