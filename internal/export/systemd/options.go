package systemd

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/spawn"
)

// surroundings sets the execution environment of the program (systemd.exec(5)).
func (u *unit) surroundings(s *export.Source) {
	o := s.Options
	if o.User != "" {
		u.setText("User", "", o.User)
	}
	u.groups(o)
	if n := o.Setup.Umask; n != nil {
		u.set("UMask", "%04o", *n)
	}
	if o.Setup.Root != "" {
		u.setText("RootDirectory", "", o.Setup.Root)
	}
	if dir := chdir(o); dir != "" {
		u.setText("WorkingDirectory", "", dir)
	}
	u.environment(s)
	if n := o.Setup.Nice; n != nil {
		u.set("Nice", "%d", *n)
	}
	for _, limit := range o.Setup.Rlimits {
		u.set("Limit"+strings.ToUpper(limit.Name), "%s", limitText(limit))
	}
	if n := o.Setup.OOMScoreAdj; n != nil {
		u.set("OOMScoreAdjust", "%d", *n)
	}
	if o.Setup.NoNewPrivs {
		u.set("NoNewPrivileges", "yes")
	}
	// systemd ignores SIGPIPE for its services, svloop does not.
	u.set("IgnoreSIGPIPE", "no")
}

// groups sets the primary group, and the supplementary groups that the user is not a
// member of.
func (u *unit) groups(o *cmdline.Options) {
	if len(o.Groups) == 0 {
		return
	}
	if primary := o.Groups[0]; primary != "" {
		u.setText("Group", "", primary)
		if o.User != "" {
			u.comment("The program is not in the primary group of user %q; with svloop it would be.", o.User)
		}
	}
	if len(o.Groups) > 1 {
		u.setText("SupplementaryGroups", "", strings.Join(o.Groups[1:], " "))
	}
}

// environment sets the variables. The last value of a variable applies, and the file
// overrides all.
func (u *unit) environment(s *export.Source) {
	o := s.Options
	if o.ClearEnv {
		u.lacks("--clear-env (systemd sets PATH, LANG and others)")
	} else if s.SearchPath != "" {
		u.set("Environment", "%s", unitWord("PATH="+s.SearchPath))
	}
	for _, pair := range o.Env {
		u.set("Environment", "%s", unitWord(pair))
	}
	if o.EnvFile != "" {
		u.setText("EnvironmentFile", "", o.EnvFileText())
		u.lacks("--env-file %q as svloop reads it (systemd ignores lines with export, and names with other characters than letters, digits and _)", o.EnvFileText())
	}
	u.searchPath(pathOfDaemon(s), o.Command[0])
}

// The highest values that systemd accepts: it counts times in microseconds, and the
// kernel has no more nice levels (measured with version 252).
const (
	longestCPU  = 1e12 // seconds
	highestNice = 40
)

// limitTaken reports whether systemd accepts a limit.
func limitTaken(limit spawn.Rlimit) bool {
	most := uint64(math.MaxUint64)
	switch limit.Name {
	case "cpu":
		most = longestCPU
	case "nice":
		most = highestNice
	}
	return !slices.ContainsFunc([]uint64{limit.Soft, limit.Hard}, func(n uint64) bool {
		return n > most && n != math.MaxUint64
	})
}

func limitText(limit spawn.Rlimit) string {
	text := func(n uint64) string {
		if n == math.MaxUint64 {
			return "infinity"
		}
		return strconv.FormatUint(n, 10)
	}
	if limit.Soft == limit.Hard {
		return text(limit.Soft)
	}
	return text(limit.Soft) + ":" + text(limit.Hard)
}

// streams redirects the standard streams. Output that svloop would discard, or send to
// syslog, goes to the journal.
func (u *unit) streams(o *cmdline.Options) {
	if o.Streams[1].Kind == cmdline.StreamDefault || o.Streams[2].Kind == cmdline.StreamDefault {
		u.comment("The journal keeps output that svloop would discard.")
	}
	for i, name := range []string{"StandardInput", "StandardOutput", "StandardError"} {
		stream := o.Streams[i]
		option := "--" + cmdline.StreamNames[i]
		switch stream.Kind {
		case cmdline.StreamNull:
			u.set(name, "null")
		case cmdline.StreamSyslog:
			u.set(name, "journal")
		case cmdline.StreamFile:
			if i == 0 {
				u.setText(name, "file:", stream.Path)
				continue
			}
			u.setText(name, "append:", stream.Path)
			u.lacks("%s %q as svloop writes it (systemd creates it with mode 0666 minus the umask, not 0640, and never reopens it)", option, stream.Path)
		case cmdline.StreamInherit:
			// svctl gives its services no input, and logs their output.
			u.set(name, "%s", []string{"null", "journal", "journal"}[i])
		default:
			if i > 0 {
				u.set(name, "journal")
			}
		}
	}
}
