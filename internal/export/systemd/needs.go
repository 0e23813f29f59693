package systemd

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/readiness"
)

// beyondSystemd returns the options without an equivalent, for which svloop is needed.
func beyondSystemd(s *export.Source) []string {
	o := s.Options
	var all []string
	need := func(needed bool, format string, args ...any) {
		if needed {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	need(o.Ready.Kind != readiness.Exec && o.Ready.Kind != readiness.Notify, "--ready %q", o.Ready)
	need(o.Restart != cmdline.Always && o.Count > 1, "--count %d", o.Count)
	// RestartSec= is the same after a success and after a failure.
	need(o.Restart == cmdline.Always && o.Sleep > o.BackoffMin, "--sleep %s after a success only", export.Seconds(o.Sleep))
	need(o.Rotate.Size > 0, "--rotate %s", o.Rotate)
	need(o.Timestamps, "--timestamps")
	need(o.EnvFile != "" && len(o.Env) > 0, "--env over --env-file")
	need(!setsPlainVariables(o), "--env of a variable that systemd does not accept")
	for _, path := range []struct{ option, path string }{
		{"stdin", o.Streams[0].Path}, {"stdout", o.Streams[1].Path}, {"stderr", o.Streams[2].Path},
		{"chroot", o.Setup.Root}, {"chdir", chdir(o)}, {"env-file", o.EnvFile},
	} {
		need(path.path != "" && !plainPath(path.path), "--%s %q", path.option, path.path)
	}
	need(plainPath(o.EnvFile) && strings.ContainsAny(o.EnvFile, `*?[]\`), "--env-file %q", o.EnvFileText()) // a pattern there
	need(!plainText(o.User), "--user %q", o.User)
	for _, group := range o.Groups {
		need(!plainText(group) || strings.ContainsAny(group, " \t"), "--group %q", group)
	}
	for _, limit := range o.Setup.Rlimits {
		need(!limitTaken(limit), "--rlimit %s", limit)
	}
	program := o.Command[0]
	need(!nameable(program), "the program's name %q", program)
	path := pathOfDaemon(s)
	need(!strings.Contains(program, "/") && path != "" && !searchable(path), "PATH %q", path)
	return all
}

// chdir returns the directory of the program. It is inside of --chroot, where a relative
// path begins at the root.
func chdir(o *cmdline.Options) string {
	if o.Chdir != "" && !strings.HasPrefix(o.Chdir, "/") {
		return "/" + o.Chdir
	}
	return o.Chdir
}

// pathOfDaemon returns the path in which the program is searched, "" for PATH of systemd.
// With --clear-env svloop uses its own, even if the key path is set.
func pathOfDaemon(s *export.Source) string {
	path := s.SearchPath
	if s.Options.ClearEnv {
		path = export.DefaultPath
	}
	for _, pair := range s.Options.Env {
		if value, ok := strings.CutPrefix(pair, "PATH="); ok {
			path = value
		}
	}
	return path
}

// unitVariable matches the variables that Environment= accepts (systemd.exec(5)). systemd
// ignores others.
var unitVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

func setsPlainVariables(o *cmdline.Options) bool {
	for _, pair := range o.Env {
		if !unitVariable.MatchString(pair) || !utf8.ValidString(pair) ||
			hasControl(strings.NewReplacer("\t", "", "\n", "").Replace(pair)) {
			return false
		}
	}
	return true
}
