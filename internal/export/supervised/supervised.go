// Package supervised translates a daemon to a service directory of runit or s6.
package supervised

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// supervisor is runit or s6. Each service has a directory, and a monitor that
// executes the script run in it, and executes it again when it ends.
//
// The script becomes the program itself where the supervisor can do all that the
// options say, and svloop in the foreground where it cannot: then everything is
// as svloop(1) has it, and the monitor looks after svloop.
type supervisor struct {
	name    string // of the format
	monitor string

	once   string // the shell command that has the monitor not run it again
	lead   string // words in front of a command that is to lead a process group
	asUser string // words in front of a command, with %s for the user

	// stops reports whether the monitor ends a program by such a schedule.
	stops func(proctree.Schedule) bool
	// descriptor: it is told of readiness by a line on a descriptor.
	descriptor bool
	// checked are words in front of svloop for a monitor that would not ask by
	// itself whether it is ready, and check is the script that answers.
	checked, check string
	// beside returns the files that a program needs which runs without svloop,
	// and how it ends, for people.
	beside func(*invocation.Options) (files []export.File, ends string)
}

func (v *supervisor) render(s *export.Source) ([]export.File, []string, error) {
	if s.Kind() != servicedef.ByDaemon {
		return nil, nil, fmt.Errorf("its start puts a program into the background, and %s runs one in the foreground (sysv and openrc take such a service)", v.name)
	}
	r := &runScript{}
	var files []export.File
	var noEquivalent []string
	if reasons := v.beyond(s); len(reasons) > 0 {
		files, noEquivalent = v.underSvloop(s, r, reasons)
	} else {
		files, noEquivalent = v.byItself(s, r)
	}
	noEquivalent = append(noEquivalent, v.keysWithout(s)...)
	if end := export.LongestEnd(s.Options); end > export.Patience {
		r.comments = append(r.comments, export.LongestEndComment(end))
	}
	var warnings []string
	for _, what := range noEquivalent {
		r.comment("No equivalent: %s", what)
		warnings = append(warnings, "no equivalent: "+what)
	}
	if s.Expected == servicedef.Stopped {
		files = append(files, export.File{Name: "down", Mode: 0o644, Text: ""})
	}
	files = append([]export.File{{Name: "run", Mode: 0o755, Text: r.String()}}, files...)
	for i := range files {
		files[i].Name = filepath.Join(s.Name(), files[i].Name)
	}
	return files, warnings, nil
}

// byItself has the monitor look after the program.
func (v *supervisor) byItself(s *export.Source, r *runScript) (files []export.File, noEquivalent []string) {
	o := s.Options
	files, ends := v.beside(o)
	files = append([]export.File{{Name: "finish", Mode: 0o755, Text: endGroup}}, files...)
	r.comment("%s looks after the program itself, and %q is not used.", v.monitor, o.Pidfile)
	r.comment("%s", ends)
	r.line("echo $$ >supervise/group")
	if again(o) {
		r.comment("It is run again whenever it ends, after a second at the least.")
	} else {
		r.comment("It is run once, however it ends.")
		r.line(v.once)
	}
	r.surroundings(v, s)
	noEquivalent = append(noEquivalent, leaves)
	if o.Ready.Kind == readiness.FD {
		files = append(files, notificationFD(o.Ready.FD))
		if o.ReadyTimeout != invocation.Defaults().ReadyTimeout {
			noEquivalent = append(noEquivalent, fmt.Sprintf("--ready-timeout %s (s6-svwait -t waits no longer)", export.Seconds(o.ReadyTimeout)))
		}
	}
	if o.Log != "" {
		noEquivalent = append(noEquivalent, fmt.Sprintf("--log %q (svloop has no part in it)", o.Log))
	}
	if o.Debug {
		noEquivalent = append(noEquivalent, "--debug (svloop has no part in it)")
	}
	if o.Survivors != invocation.StopSurvivors {
		noEquivalent = append(noEquivalent, fmt.Sprintf("--survivors %s (svloop has no part in it)", o.Survivors))
	}
	return files, noEquivalent
}

// underSvloop has the monitor look after svloop, which is told what svctl would
// tell it, but to stay in the foreground.
func (v *supervisor) underSvloop(s *export.Source, r *runScript, reasons []string) (files []export.File, noEquivalent []string) {
	o := s.Options
	r.comment("svloop runs the program, for what %s cannot do: %s.", v.monitor, strings.Join(reasons, ", "))
	if again(o) {
		r.comment("When svloop itself ends, it is run again.")
	} else {
		r.comment("svloop is run once: whether the program is run again, it knows itself.")
		r.line(v.once)
	}
	var stdin invocation.Stream
	if o.Streams[0].Kind == invocation.StreamInherit {
		stdin = o.Streams[0]
	}
	r.streams(stdin, invocation.Stream{}, invocation.Stream{})
	words := []string{v.lead}
	if o.Ready.Kind != readiness.Exec {
		words = append(words, v.checked)
		files = append(files, v.whenReady(s)...)
	}
	if s.SearchPath != "" {
		words = append(words, "env", quote("PATH="+s.SearchPath))
	}
	r.exec(append(words, quote(foreground(s)...)))
	if o.Survivors == invocation.AdoptSurvivors {
		noEquivalent = append(noEquivalent, "--survivors adopt (the program of an svloop in the foreground ends with it)")
	}
	return files, noEquivalent
}

// keysWithout are the keys of the entry that only svctl heeds, and PATH where
// there is no key for it.
func (v *supervisor) keysWithout(s *export.Source) (all []string) {
	if program := s.Options.Command[0]; !strings.Contains(program, "/") && s.SearchPath == "" && !export.Sets(s.Options, "PATH") {
		all = append(all, fmt.Sprintf("PATH of svctl (%q is looked for in that of %s; the key path gives the service its own)", program, v.monitor))
	}
	if s.Timeout != servicedef.DefaultTimeout {
		all = append(all, fmt.Sprintf("timeout = %s", export.Seconds(s.Timeout)))
	}
	if s.Service.Restart != nil {
		all = append(all, fmt.Sprintf("restart = %q (it is a stop and a start)", quote(s.Service.Restart...)))
	}
	return all
}

// whenReady are the files by which the supervisor knows what svloop knows.
func (v *supervisor) whenReady(s *export.Source) []export.File {
	r := &runScript{}
	r.comment("Is it ready? svloop knows, by --ready %q.", s.Options.Ready)
	r.line(quote(s.Svloop, "--pidfile", s.Options.Pidfile, "--status", "--json") + ` | grep -q '"ready": true'`)
	files := []export.File{{Name: v.check, Mode: 0o755, Text: r.script("")}}
	if v.descriptor {
		files = append(files, notificationFD(3))
	}
	return files
}

func notificationFD(n int) export.File {
	return export.File{Name: "notification-fd", Mode: 0o644, Text: fmt.Sprintf("%d\n", n)}
}

// foreground returns the command that runs svloop in the foreground, in the root
// directory as a daemon.
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

// again reports whether the monitor is to run the script again when it ends.
// Under any other policy the end of the program, or of svloop, may be meant.
func again(o *invocation.Options) bool {
	return o.Restart == invocation.Always && o.MaxFailures == 0
}
