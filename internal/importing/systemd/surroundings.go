package systemd

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// surroundings translates the environment that the program runs in.
func (u *unit) surroundings(e *entry.Entry, privileged bool) {
	if !privileged { // else they get notes as untranslated settings
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

// groups translates the primary group and the additional groups.
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

// dynamicUser adds a note on the user that the program runs as, instead of one
// that systemd creates.
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

// plain sets an option to the unchanged value.
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
	case !strings.HasPrefix(dir, "/"): // for example ~, the home directory of the user
		e.NoEquivalent(s.Line, s.String())
	case e.AddOption("--chdir", dir) && optional:
		e.AddNote(s.Line, "not the same: %s: here the directory must exist", s)
	}
}

// environment translates the variables. svloop accepts only one file.
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
	sized             // bytes, with the suffixes K, M, G, T, P, E
	timed             // seconds, or with a time unit
	finely            // microseconds, or with a time unit
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

// number converts a number of systemd to the unit of setrlimit(2).
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
	_, err := strconv.ParseUint(text, 10, 63) // LimitNICE=+5 has another scale
	return text, err == nil
}

// size converts a size to bytes. The suffixes are powers of 1024.
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
