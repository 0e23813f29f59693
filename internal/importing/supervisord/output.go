package supervisord

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/cmdline"
)

// streams translates where the output goes, and when its files are rotated. AUTO is a
// temporary file of supervisord, and has no equivalent.
func (p *program) streams() {
	out := p.stream("stdout")
	err := out
	if !p.yes("redirect_stderr", false) {
		err = p.stream("stderr")
	} else if out == "" {
		p.entry.NoEquivalent(p.get(p.section.name, "redirect_stderr").Line, "redirect_stderr=true")
	}
	p.entry.SetOutput(out, err)
	first := "stdout"
	if !isFile(out) {
		first = "stderr"
	}
	if !isFile(out) && !isFile(err) {
		return
	}
	rotation := p.rotation(first)
	if first == "stdout" && isFile(err) && err != out && p.rotation("stderr") != rotation {
		for _, key := range []string{"stderr_logfile_maxbytes", "stderr_logfile_backups"} {
			if _, s := p.text(key, ""); s != nil {
				p.entry.AddNote(s.Line, "not the same: %s=%s: svloop rotates both files alike", s.Key, s.Value)
			}
		}
	}
	if rotation.Size > 0 {
		p.entry.SetRotate(rotation)
	}
}

func isFile(target string) bool { return strings.HasPrefix(target, "/") }

// sizeOf matches the sizes that supervisord accepts.
var sizeOf = regexp.MustCompile(`^(?i)([0-9]+)(KB|MB|GB)?$`)

// rotation returns when supervisord rotates a file: by default at 50 MB, with 10 files
// kept. It is zero if never.
func (p *program) rotation(name string) (r cmdline.Rotation) {
	text, size := p.text(name+"_logfile_maxbytes", "50MB")
	number, backups := p.text(name+"_logfile_backups", "10")
	m := sizeOf.FindStringSubmatch(text)
	keep, err := strconv.Atoi(number)
	if m == nil || err != nil || keep < 0 {
		for _, s := range []string{"maxbytes", "backups"} {
			if _, line := p.text(name+"_logfile_"+s, ""); line != nil {
				p.entry.NoEquivalent(line.Line, oneLine(line))
			}
		}
		return r
	}
	if strings.Trim(m[1], "0") == "" {
		return r
	}
	unit := strings.TrimSuffix(strings.ToUpper(m[2]), "B")
	r, err = cmdline.ParseRotation(m[1] + unit)
	if err != nil {
		p.entry.NoEquivalent(size.Line, oneLine(size))
		return r
	}
	switch r.Keep = keep; {
	case keep == 0:
		r.Keep = 1
		p.entry.AddNote(backups.Line, "not the same: %s: svloop keeps at least one file", oneLine(backups))
	case keep > cmdline.MostKept:
		r.Keep = cmdline.MostKept
		p.entry.AddNote(backups.Line, "not the same: %s: svloop keeps %d files at most", oneLine(backups), cmdline.MostKept)
	}
	return r
}

func (p *program) stream(name string) string {
	target, s := p.text(name+"_logfile", "AUTO")
	switch strings.ToLower(target) {
	case "auto":
		target = ""
	case "none", "off", "/dev/null":
		target = "null"
	case "syslog":
	default:
		standard := strings.HasPrefix(target, "/dev/") // for example /dev/stdout, which is that of supervisord
		if standard || !strings.HasPrefix(target, "/") {
			target = ""
		}
	}
	if target == "" && s != nil {
		p.entry.NoEquivalent(s.Line, s.Key+"="+s.Value)
	}
	if p.yes(name+"_syslog", false) {
		target = "syslog"
	}
	return target
}
