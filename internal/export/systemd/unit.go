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
	limits   []string // of [Unit], on starts
	comments []string // of [Service]
	options  []string // of [Service]
	warnings []string
	err      error // the first reason why it cannot be
}

// set adds an option of [Service] with a value that is escaped already.
func (u *unit) set(name, format string, args ...any) {
	u.options = append(u.options, name+"="+fmt.Sprintf(format, args...))
}

// setText adds an option whose value is a text or path, and escapes it.
func (u *unit) setText(name, prefix, text string) {
	if !plainText(text) {
		u.refuse("%q cannot stand in %s= of a unit", text, name)
	}
	u.set(name, "%s%s", prefix, strings.ReplaceAll(text, "%", "%%"))
}

// comment adds a line of comment: values in it are quoted, so that none of them
// ends the line.
func (u *unit) comment(format string, args ...any) {
	u.comments = append(u.comments, "# "+fmt.Sprintf(format, args...))
}

// lacks adds a comment and a warning about what has no equivalent.
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
		u.refuse("systemd takes no program with the name %q", argv[0])
	}
	u.set(name, "%s", unitCommand(argv))
}

// searchPath adds the path in which programs without a slash are searched, "" for that
// of systemd.
func (u *unit) searchPath(path string, programs ...string) {
	for _, program := range programs {
		switch {
		case strings.Contains(program, "/"):
			continue
		case path == "":
			u.lacks("PATH of svctl (%q is looked for in that of systemd; the key path gives the service its own)", program)
			return
		case !searchable(path):
			u.refuse("directories of its path %q cannot stand in ExecSearchPath= of a unit", path)
		default:
			u.setText("ExecSearchPath", "", path)
			return
		}
	}
}

// searchable reports whether ExecSearchPath= takes all directories of a path.
func searchable(path string) bool {
	for _, dir := range filepath.SplitList(path) {
		if !plainPath(dir) || strings.ContainsAny(dir, `"'\`) {
			return false
		}
	}
	return true
}

// text is the whole unit.
func (u *unit) text(s *export.Source) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[Unit]\nDescription=Service %s\nAfter=network.target\n", s.Path)
	for _, lines := range [][]string{u.limits, {"", "[Service]"}, u.comments, u.options, {"", "[Install]", "WantedBy=multi-user.target"}} {
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
