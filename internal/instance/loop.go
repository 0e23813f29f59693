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

// outcome is how a run ended.
type outcome struct {
	code    Code
	text    string // how it ended, for people
	hint    string // what to do about it, or ""
	ran     bool   // the program was executed
	remains error  // processes that could not be stopped: a second copy must not join them
	final   bool   // no run follows, whatever the policy says
	gaveUp  string // why the policy allows no further run: "5 failures within 1m0s"
}

func (o outcome) ok() bool { return o.code == OK }

// loop calls run again and again as the policy says, and returns the last outcome.
// When the context is done, run returns early, a pause is cut short, and the loop
// ends. It announces each pause.
func loop(ctx context.Context, p cmdline.Policy, run func(context.Context) outcome, pausing func(time.Duration), log *output.Log) outcome {
	progress := progress{Policy: p}
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
		log.Debug("running again in %s", v.delay)
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
