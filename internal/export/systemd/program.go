package systemd

import (
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/pkg/proctree"
)

// program makes systemd supervise the program of a daemon itself.
func (u *unit) program(s *export.Source) {
	o := s.Options
	u.comment("systemd supervises the program itself, so the pid file %q is not used.", o.Pidfile)
	u.comment("When the program exits, systemd kills its remaining processes; svloop would not.")
	u.set("Type", "exec")
	u.command("ExecStart", o.Command)
	start := s.Timeout
	if o.Ready.Kind == readiness.Notify {
		u.options[0] = "Type=notify"
		start = min(start, o.ReadyTimeout)
	}
	if o.Ready.Kind == readiness.Notify || o.Watchdog > 0 {
		u.set("NotifyAccess", "all") // as svloop: the program and its descendants
	}
	u.set("TimeoutStartSec", "%s", span(start))
	if o.Watchdog > 0 {
		u.set("WatchdogSec", "%s", span(o.Watchdog))
		u.set("WatchdogSignal", "%s", signalText(export.Schedule(o)[0].Signal))
	}
	if o.Timeout > 0 {
		u.set("RuntimeMaxSec", "%s", span(o.Timeout))
		if o.Ready.Kind == readiness.Notify {
			u.comment("RuntimeMaxSec= begins to count when the program is ready.")
		}
	}
	u.restart(o)
	u.end(o)
	u.surroundings(s)
	u.reloadProgram(s)
	u.streams(o)
	if o.Log != "" {
		u.lacks("--log %q (svloop is not used)", o.Log)
	}
	if o.Debug {
		u.lacks("--debug (svloop is not used)")
	}
	if o.Survivors != cmdline.StopSurvivors {
		u.lacks("--survivors %s (systemd finds remaining processes by the control group)", o.Survivors)
	}
}

// restart sets when the program is restarted. systemd counts a program that is killed by
// one of the clean signals as successful (systemd.service(5), "Restart="); svloop does
// not.
func (u *unit) restart(o *cmdline.Options) {
	const cleanSignals = "SIGHUP SIGINT SIGTERM SIGPIPE"
	delay := o.BackoffMin
	switch {
	case o.Restart == cmdline.Always:
		u.set("Restart", "always")
	case o.Restart == cmdline.OnFailure:
		u.set("Restart", "on-failure")
		u.set("RestartForceExitStatus", cleanSignals)
	case o.Count == 1:
		u.set("Restart", "no")
		if o.Sleep > 0 {
			u.comment("--sleep %s has no effect on a single run.", export.Seconds(o.Sleep))
		}
		return
	default:
		u.set("Restart", "on-success")
		u.set("RestartPreventExitStatus", cleanSignals)
		delay = o.Sleep
	}
	u.set("RestartSec", "%s", span(delay))
	if o.Restart != cmdline.OnSuccess {
		u.comment("systemd retries a failed start, too; svloop would exit.")
		if o.Restart == cmdline.OnFailure && o.Sleep > 0 {
			u.comment("--sleep %s has no effect, because the first success stops the loop.", export.Seconds(o.Sleep))
		}
		if o.BackoffMax > o.BackoffMin {
			u.lacks("--backoff %s:%s (the delay stays %[1]s; RestartSteps= and RestartMaxDelaySec= of systemd 254 let it grow)",
				export.Seconds(o.BackoffMin), export.Seconds(o.BackoffMax))
		}
	}
	if o.MaxFailures == 0 {
		u.limits = append(u.limits, "StartLimitIntervalSec=0")
		return
	}
	u.comment("StartLimitBurst= counts all starts, svloop failures.")
	u.limits = append(u.limits, "StartLimitIntervalSec="+span(o.Within), "StartLimitBurst="+strconv.Itoa(o.MaxFailures))
}

// end sets how the program is stopped (systemd.kill(5)): a signal, a grace period, and a
// second signal, each to the whole control group.
func (u *unit) end(o *cmdline.Options) {
	steps := export.Schedule(o)
	first, last := steps[0], steps[len(steps)-1]
	grace := steps.Total() - last.Grace
	u.comment("Signals go to all processes at once; svloop sends them to the process group first.")
	u.set("KillMode", "control-group")
	u.set("KillSignal", "%s", signalText(first.Signal))
	var lost []string
	switch {
	case len(steps) > 1 && last.Signal != syscall.SIGKILL:
		u.set("FinalKillSignal", "%s", signalText(last.Signal))
		lost = append(lost, "systemd gives up after the second timeout")
	case len(steps) == 1 && last.Signal != syscall.SIGKILL:
		u.set("SendSIGKILL", "no")
		grace = last.Grace
		if grace == 0 {
			grace = -1
			lost = append(lost, "the signal is sent once")
		}
	case len(steps) == 1:
		grace = max(last.Grace, time.Second)
	}
	if grace < 0 {
		u.set("TimeoutStopSec", "infinity")
	} else {
		u.set("TimeoutStopSec", "%s", span(max(grace, time.Millisecond))) // 0 would be infinity
	}
	switch {
	case len(steps) <= 2:
	case o.KillSpec == nil:
		u.comment("Between the first signal and the last, svloop would send %q.", steps[1:len(steps)-1])
	default:
		lost = append(lost, "systemd sends no signal between the first and the last")
	}
	if len(lost) > 0 {
		u.lacks("--kill-spec %q (%s)", steps, strings.Join(lost, "; "))
	}
}

func signalText(sig syscall.Signal) string {
	name := proctree.SignalName(sig)
	if _, err := strconv.Atoi(name); err == nil {
		return name
	}
	return "SIG" + name
}
