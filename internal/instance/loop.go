package instance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output"
	"github.com/svloop/svloop/pkg/printable"
)

// outcome is the result of a run.
type outcome struct {
	code    Code
	text    string // how the run ended, for people
	hint    string // what the user can do, or ""
	ran     bool   // the program was executed
	remains error  // processes that could not be stopped, so that no second copy may run
	final   bool   // no run follows, whatever the policy says
	gaveUp  string // why the policy allows no further run: "5 failures within 1m0s"
}

func (o outcome) ok() bool { return o.code == OK }

// repeat calls run until the policy ends the loop, and returns the last outcome. When the
// context is done, run returns early, a pause is cut short, and repeat returns. It calls
// pausing before each pause.
func repeat(ctx context.Context, p cmdline.Policy, run func(context.Context) outcome, pausing func(time.Duration), log *output.Log) outcome {
	progress := progress{policy: p}
	for {
		begin := time.Now()
		last := run(ctx)
		if ctx.Err() != nil || last.final {
			return last
		}
		v := progress.judge(last.ok(), time.Since(begin), time.Now(), rand.Float64())
		if !last.ok() {
			log.Warn("the program failed: %s", last.text)
		}
		if v.gaveUp {
			last.gaveUp = fmt.Sprintf("%s within %s", printable.Count(p.MaxFailures, "failure"), p.Within)
			last.text = fmt.Sprintf("%s: %s, giving up", last.text, last.gaveUp)
			log.Err("%s", last.text)
		}
		if !v.again {
			return last
		}
		if v.delay == 0 {
			continue
		}
		log.Debug("next run in %s", v.delay)
		pausing(v.delay)
		pause := time.NewTimer(v.delay)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return outcome{}
		}
	}
}
