package systemd

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/pkg/servicedef"
)

// unit is a service unit under construction.
type unit struct {
	limits   []string // options of [Unit] that limit starts
	needs    []string // options of [Unit] that name other services
	comments []string // comments in [Service]
	options  []string // options in [Service]
	warnings []string
	err      error // the first reason why the service cannot be exported
}

// set adds an option of [Service] whose value is already escaped.
func (u *unit) set(name, format string, args ...any) {
	u.options = append(u.options, name+"="+fmt.Sprintf(format, args...))
}

// setText adds an option and escapes its value, a text or path.
func (u *unit) setText(name, prefix, text string) {
	if !plainText(text) {
		u.refuse("a unit cannot have %q as %s=", text, name)
	}
	u.set(name, "%s%s", prefix, strings.ReplaceAll(text, "%", "%%"))
}

// comment adds a comment line. Values in it are quoted, so that a newline cannot end the
// comment.
func (u *unit) comment(format string, args ...any) {
	u.comments = append(u.comments, "# "+fmt.Sprintf(format, args...))
}

// lacks adds a comment and a warning about something without an equivalent.
func (u *unit) lacks(format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	u.comment("No equivalent: %s", what)
	u.warnings = append(u.warnings, "no equivalent: "+what)
}

func (u *unit) refuse(format string, args ...any) {
	if u.err == nil {
		u.err = fmt.Errorf(format, args...)
	}
}

// command adds a command line.
func (u *unit) command(name string, argv []string) {
	if !nameable(argv[0]) {
		u.refuse("systemd accepts no program with the name %q", argv[0])
	}
	u.set(name, "%s", unitCommand(argv))
}

// searchPath adds the path in which programs without a slash are searched, "" for that of
// systemd.
func (u *unit) searchPath(path string, programs ...string) {
	for _, program := range programs {
		switch {
		case strings.Contains(program, "/"):
			continue
		case path == "":
			u.lacks("PATH of svctl (systemd searches %q in its own PATH; the key path sets another)", program)
			return
		case !searchable(path):
			u.refuse("ExecSearchPath= of a unit does not accept all directories of its path %q", path)
		default:
			u.setText("ExecSearchPath", "", path)
			return
		}
	}
}

// searchable reports whether ExecSearchPath= accepts all directories of a path.
func searchable(path string) bool {
	for _, dir := range filepath.SplitList(path) {
		if !plainPath(dir) || strings.ContainsAny(dir, `"'\`) {
			return false
		}
	}
	return true
}

// text returns the whole unit.
func (u *unit) text(s *export.Source) string {
	var b strings.Builder
	after := strings.Join(append([]string{"network.target"}, unitNames(s.Follows)...), " ")
	fmt.Fprintf(&b, "[Unit]\nDescription=Service %s\nAfter=%s\n", s.Path, after)
	for _, lines := range [][]string{u.needs, u.limits, {"", "[Service]"}, u.comments, u.options, {"", "[Install]", "WantedBy=multi-user.target"}} {
		for _, line := range lines {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// commands adds the commands that svctl runs for these actions, and their PATH.
func (u *unit) commands(s *export.Source, actions ...servicedef.Action) {
	var programs []string
	for _, action := range actions {
		if step := s.Step(action, s.Svloop); step.Kind == servicedef.Run {
			u.command("Exec"+strings.ToUpper(string(action[:1]))+string(action[1:]), step.Argv)
			programs = append(programs, step.Argv[0])
		}
	}
	if s.SearchPath != "" {
		u.set("Environment", "%s", unitWord("PATH="+s.SearchPath))
	}
	u.searchPath(s.SearchPath, programs...)
	// systemd ignores SIGPIPE for its services, svctl and svloop do not.
	u.set("IgnoreSIGPIPE", "no")
}
