package export

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/environ"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Source is a service, and everything that its translation refers to.
type Source struct {
	*servicedef.Service
	Place
	Svloop, Svctl string           // absolute paths
	Conf          string           // absolute path of the configuration
	ConfType      servicedef.Type  // how it is written
	Options       *cmdline.Options // those of daemon_options; only for a daemon
}

// Name returns the name of the exported service: its path with dashes for slashes,
// because no init system has groups.
func (s *Source) Name() string { return ExportedName(s.Path) }

// ExportedName returns the name under which the service with a path is exported.
func ExportedName(path string) string { return strings.ReplaceAll(path, "/", "-") }

// SvctlCommand returns the words of an svctl command about the service.
func (s *Source) SvctlCommand(action string) []string {
	words := []string{s.Svctl, "--conf", s.Conf}
	if s.ConfType != servicedef.Apache {
		words = append(words, "--conftype", string(s.ConfType))
	}
	return append(words, action, s.Path)
}

// position returns the position of the entry with an absolute path.
func position(s *Source) string {
	file := s.Pos.File
	if path, err := filepath.Abs(file); err == nil {
		file = path
	}
	return fmt.Sprintf("%s:%d", file, s.Pos.Line)
}

// relativePath returns the first path in the entry that is relative to the working
// directory of svctl, or "". A program without a slash is searched in PATH.
func (s *Source) relativePath() string {
	for _, command := range [][]string{s.Control, s.Start, s.Stop, s.Status, s.Restart, s.Reload} {
		if len(command) > 0 && strings.Contains(command[0], "/") && !filepath.IsAbs(command[0]) {
			return command[0]
		}
	}
	if s.Kind() != servicedef.ByDaemon {
		return ""
	}
	if !filepath.IsAbs(s.Daemon) {
		return s.Daemon
	}
	return s.Options.RelativePath()
}

// DefaultPath is PATH if the entry has none: that of root on Debian. During boot and
// under cron PATH is shorter.
const DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// IgnoredTimeout returns the warning about the key timeout if svloop runs without svctl,
// because only svctl reads that key.
func IgnoredTimeout(s *Source) []string {
	if s.Kind() != servicedef.ByDaemon || s.Timeout == servicedef.DefaultTimeout {
		return nil
	}
	return []string{fmt.Sprintf("timeout = %v (--ready-timeout and --kill-spec limit the start and the stop)",
		s.Timeout.Round(time.Millisecond).Seconds())}
}

// Sets reports whether the options set this variable for the program.
func Sets(o *cmdline.Options, name string) bool {
	_, set := environ.Lookup(o.Env, name)
	return set
}

// Seconds formats a duration in seconds.
func Seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// misuse returns the reason why an entry cannot be translated to any format: a newline in
// the name of its file would end the comment with that name, or svloop would print a text
// instead of starting the program.
func (s *Source) misuse() error {
	if where := position(s); strings.ContainsAny(where, "\n\r") {
		return fmt.Errorf("the name of its file, %q, contains a newline", where)
	}
	if s.Kind() == servicedef.ByDaemon && (s.Options.Help || s.Options.Manual || s.Options.Version) {
		return errors.New("with its daemon_options svloop prints a text instead of starting the program")
	}
	return nil
}
