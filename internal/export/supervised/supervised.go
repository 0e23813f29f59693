// Package supervised translates a daemon to a service directory of runit or s6.
//
//	runsv, s6-supervise        the monitor
//	  ├─ run ── exec svloop    in the foreground, with all options of the entry
//	  │            └─ program
//	  ├─ check                 reports whether the program is ready
//	  └─ finish                stops the remaining processes of a killed svloop
//
// svloop restarts the program, as --restart says. The monitor restarts svloop if
// svloop is to run forever, and runs it once otherwise.
package supervised

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// supervisor is runit or s6, with the commands that differ.
type supervisor struct {
	name    string // of the format
	monitor string

	once string // the shell command that tells the monitor not to run svloop again
	lead string // words that make svloop the leader of a session
	// checked are words before the svloop command that call the script check until it
	// succeeds, for a monitor that does not call it.
	checked, check string
	// hangup is the script that the monitor runs instead of sending SIGHUP to svloop, "" if
	// it has none.
	hangup string
	// ready and finish are the names of files beside the scripts.
	ready, finish []export.File
}

func (v *supervisor) translate(s *export.Source) ([]export.File, []string, error) {
	if s.Kind() != servicedef.ByDaemon {
		return nil, nil, fmt.Errorf("its start command puts the program into the background, but %s runs programs in the foreground (sysv and openrc support such a service)", v.name)
	}
	text, warnings := v.run(s)
	files := []export.File{{Name: "run", Mode: 0o755, Text: text}}
	if s.Options.Ready.Kind != readiness.Exec {
		files = append(files, export.File{Name: v.check, Mode: 0o755, Text: check(s)})
		files = append(files, v.ready...)
	}
	if s.Options.Survivors == cmdline.StopSurvivors {
		files = append(files, export.File{Name: "finish", Mode: 0o755, Text: finish(s)})
		files = append(files, v.finish...)
	}
	if s.Expected == servicedef.Stopped {
		files = append(files, export.File{Name: "down", Mode: 0o644})
	}
	if s.HasReload() && v.hangup != "" {
		files = append(files, export.File{Name: v.hangup, Mode: 0o755, Text: reload(s)})
	}
	for i := range files {
		files[i].Name = filepath.Join(s.Name(), files[i].Name)
	}
	return files, warnings, nil
}

// run returns the script that executes svloop. Output that a daemon of svloop would
// discard goes to the log of the monitor.
func (v *supervisor) run(s *export.Source) (text string, warnings []string) {
	o := s.Options
	forever := o.Restart == cmdline.Always && o.MaxFailures == 0
	var b strings.Builder
	b.WriteString("#!/bin/sh\n")
	if end := export.LongestEnd(o); end > export.Patience {
		fmt.Fprintln(&b, export.LongestEndComment(end))
	}
	if forever {
		fmt.Fprintf(&b, "# svloop restarts the program. If svloop itself exits, %s restarts svloop.\n", v.monitor)
	} else {
		fmt.Fprintf(&b, "# svloop restarts the program if needed. %s runs svloop once.\n", v.monitor)
	}
	for _, what := range v.noEquivalent(s) {
		fmt.Fprintf(&b, "# No equivalent: %s\n", what)
		warnings = append(warnings, "no equivalent: "+what)
	}
	b.WriteString("set -e\n")
	if !forever {
		b.WriteString(v.once + "\n")
	}
	b.WriteString("exec </dev/null 2>&1\nexec " + v.lead)
	if o.Ready.Kind != readiness.Exec {
		b.WriteString(v.checked)
	}
	if s.SearchPath != "" {
		b.WriteString("env " + shellquote.Quote("PATH="+s.SearchPath) + " ")
	}
	b.WriteString(shellquote.Join(foreground(s)) + "\n")
	return b.String(), warnings
}

// noEquivalent returns the keys of the entry that only svctl reads, PATH if the key path
// is missing, and --survivors adopt.
func (v *supervisor) noEquivalent(s *export.Source) (all []string) {
	lacks := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if s.Options.Survivors == cmdline.AdoptSurvivors {
		lacks("--survivors adopt (the program of an svloop in the foreground does not outlive it)")
	}
	if program := s.Options.Command[0]; !strings.Contains(program, "/") && s.SearchPath == "" && !export.Sets(s.Options, "PATH") {
		lacks("PATH of svctl (%[2]s searches %[1]q in its own PATH; the key path sets another)", program, v.monitor)
	}
	if s.Timeout != servicedef.DefaultTimeout {
		lacks("timeout = %s", export.Seconds(s.Timeout))
	}
	if s.Service.Restart != nil {
		lacks("restart = %q (a restart stops and starts)", shellquote.Join(s.Service.Restart))
	}
	if s.HasReload() && v.hangup == "" {
		lacks("reload (a signal of %s reaches svloop; use svctl reload)", v.monitor)
	}
	all = append(all, s.WithoutOrder(v.name+" starts all services at the same time")...)
	return append(all, s.WithoutGroup(v.monitor+" supervises one service")...)
}

// check returns the script that succeeds if the program is ready.
func check(s *export.Source) string {
	status := shellquote.Join([]string{s.Svloop, "--pidfile", s.Options.Pidfile, "--status", "--json"})
	return fmt.Sprintf("#!/bin/sh\n# Exits with 0 if the program is ready, as --ready %q defines it.\n%s | grep -q '\"ready\": true'\n", s.Options.Ready, status)
}

// reload returns the script that reloads the service. SIGHUP would have svloop reopen its
// files, and not reach the program.
func reload(s *export.Source) string {
	return "#!/bin/sh\n# Reloads the program, as the entry defines it.\nexec " + shellquote.Join(s.SvctlCommand(string(servicedef.Reload))) + " >/dev/null\n"
}

// finish returns the script that the monitor executes after svloop has exited. Its
// arguments are the exit status, or -1 (runsv) or 256 (s6-supervise) and the signal. It
// may use the pid file only if KILL has killed svloop. Otherwise svloop has left no
// process running, or it refused to start because another instance holds the pid file.
func finish(s *export.Source) string {
	stop := shellquote.Join(s.Step(servicedef.Stop, s.Svloop).Argv)
	return "#!/bin/sh\n# If svloop was killed, stop its remaining processes.\ncase $1,$2 in\n-1,9 | 256,9) exec " + stop + " >/dev/null ;;\nesac\n"
}

// foreground returns the command that runs svloop in the foreground, in the root
// directory like a daemon.
func foreground(s *export.Source) []string {
	argv := s.SvloopCommand(s.Svloop)
	if s.Options.Daemon { // daemon_options contain --daemon
		argv = append(argv, "--daemon=false")
	}
	if s.Options.Chdir == "" && s.Options.Setup.Root == "" {
		argv = append(argv, "--chdir", "/")
	}
	return append(argv, s.Start...)
}
