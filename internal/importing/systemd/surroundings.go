package systemd

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// surroundings are what the program finds around it.
func (u *unit) surroundings(e *entry.Entry, privileged bool) {
	if !privileged { // else the two are noted as all that is left over
		u.plain(e, "User", "--user")
		u.groups(e)
	}
	u.dynamicUser(e, "it runs as root without --user")
	u.plain(e, "UMask", "--umask")
	u.workingDirectory(e)
	u.plain(e, "RootDirectory", "--chroot")
	u.environment(e)
	u.plain(e, "Nice", "--nice")
	for _, limit := range limits {
		u.rlimit(e, limit)
	}
	u.plain(e, "OOMScoreAdjust", "--oom-score-adj")
	if s := u.Last("Service", "NoNewPrivileges"); s != nil && isYes(s) {
		e.AddOption("--no-new-privs")
	}
}

// groups sets the primary group, and those beside the groups of the user.
func (u *unit) groups(e *entry.Entry) {
	primary := u.Last("Service", "Group")
	more := u.List("Service", "SupplementaryGroups")
	if len(more) == 0 {
		u.plain(e, "Group", "--group")
		return
	}
	names := []string{""}
	if primary != nil {
		names[0] = u.name.expand(primary.Value)
		more = append([]*entry.Setting{primary}, more...)
	}
	for _, s := range more {
		if s != primary {
			names = append(names, strings.Fields(u.name.expand(s.Value))...)
		}
	}
	if !e.AddOption("--group", strings.Join(names, ",")) {
		for _, s := range more {
			e.NoEquivalent(s.Line, s.String())
		}
	}
}

// dynamicUser notes as whom the program runs in place of a user that systemd makes
// for it.
func (u *unit) dynamicUser(e *entry.Entry, instead string) {
	s := u.Last("Service", "DynamicUser")
	if s == nil || !isYes(s) {
		return
	}
	if slices.Contains(e.Options, "--user") {
		instead = "the user of User= must exist"
	}
	e.AddNote(s.Line, "not the same: %s: %s", s, instead)
}

// plain sets an option to the value as it is.
func (u *unit) plain(e *entry.Entry, key, option string) {
	if s := u.Last("Service", key); s != nil && !e.AddOption(option, u.name.expand(s.Value)) {
		e.NoEquivalent(s.Line, s.String())
	}
}

func (u *unit) workingDirectory(e *entry.Entry) {
	s := u.Last("Service", "WorkingDirectory")
	if s == nil {
		return
	}
	dir, optional := strings.CutPrefix(u.name.expand(s.Value), "-")
	switch {
	case !strings.HasPrefix(dir, "/"): // as ~, the home of the user
		e.NoEquivalent(s.Line, s.String())
	case e.AddOption("--chdir", dir) && optional:
		e.AddNote(s.Line, "not the same: %s: here the directory must exist", s)
	}
}

// environment sets the variables. Of several files svloop reads one.
func (u *unit) environment(e *entry.Entry) {
	variables := 0
	for _, s := range u.List("Service", "Environment") {
		words, err := splitUnitWords(s.Value)
		if err != nil {
			e.NoEquivalent(s.Line, s.String())
			continue
		}
		for _, word := range words {
			word = u.name.expand(word)
			if !e.AddOption("--env", word) {
				e.NoEquivalent(s.Line, "Environment="+word)
			}
			variables++
		}
	}
	for i, s := range u.List("Service", "EnvironmentFile") {
		file := u.name.expand(s.Value)
		path := strings.TrimPrefix(file, "-")
		if i > 0 || !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "*?[") || !e.AddOption("--env-file", file) {
			e.NoEquivalent(s.Line, s.String())
			continue
		}
		if variables > 0 {
			e.AddNote(s.Line, "not the same: %s: here the variables of Environment= override those of the file", s)
		}
	}
}

// limit is a resource limit with the unit of its numbers.
type limit struct {
	key, name string
	unit      limitUnit
}

type limitUnit int

const (
	counted limitUnit = iota
	sized             // bytes, with K, M and so on
	timed             // seconds, or another unit behind the number
	finely            // microseconds
)

var limits = []limit{
	{"LimitCPU", "cpu", timed}, {"LimitFSIZE", "fsize", sized}, {"LimitDATA", "data", sized}, {"LimitSTACK", "stack", sized},
	{"LimitCORE", "core", sized}, {"LimitRSS", "rss", sized}, {"LimitNOFILE", "nofile", counted}, {"LimitAS", "as", sized},
	{"LimitNPROC", "nproc", counted}, {"LimitMEMLOCK", "memlock", sized}, {"LimitLOCKS", "locks", counted},
	{"LimitSIGPENDING", "sigpending", counted}, {"LimitMSGQUEUE", "msgqueue", sized}, {"LimitNICE", "nice", counted},
	{"LimitRTPRIO", "rtprio", counted}, {"LimitRTTIME", "rttime", finely},
}

func (u *unit) rlimit(e *entry.Entry, l limit) {
	s := u.Last("Service", l.key)
	if s == nil {
		return
	}
	soft, hard, both := strings.Cut(s.Value, ":")
	text, ok := l.unit.number(soft)
	if both && ok {
		var last string
		last, ok = l.unit.number(hard)
		text += ":" + last
	}
	switch {
	case !ok || !e.AddOption("--rlimit", l.name+"="+text):
		e.NoEquivalent(s.Line, s.String())
	case l.name == "nofile" && strings.Contains(text, "unlimited"):
		e.AddNote(s.Line, "not the same: %s: the kernel has a maximum (fs.nr_open), which svloop uses with a warning", s)
	}
}

// number writes a number of systemd in the units of setrlimit(2).
func (u limitUnit) number(text string) (string, bool) {
	if text == "infinity" {
		return "unlimited", true
	}
	switch u {
	case sized:
		return size(text)
	case timed, finely:
		if u == finely && strings.Trim(text, "0123456789") == "" {
			text += "us"
		}
		d, ok := parseTimespan(text)
		if u == finely {
			return strconv.FormatInt(d.Microseconds(), 10), ok && d < entry.Longest
		}
		return strconv.FormatFloat(math.Ceil(d.Seconds()), 'f', 0, 64), ok && d < entry.Longest
	}
	_, err := strconv.ParseUint(text, 10, 63) // LimitNICE=+5 is another scale
	return text, err == nil
}

// size reads a number of bytes; its units are powers of 1024.
func size(text string) (string, bool) {
	if text == "" {
		return "", false
	}
	factor := uint64(1)
	last := len(text) - 1
	if i := strings.IndexByte("KMGTPE", text[last]); i >= 0 {
		factor = 1 << (10 * (i + 1))
		text = text[:last]
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n > math.MaxInt64/factor {
		return "", false
	}
	return strconv.FormatUint(n*factor, 10), true
}
