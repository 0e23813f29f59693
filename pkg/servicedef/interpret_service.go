package servicedef

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// service reads an entry of type service.
func (in *interpreter) service(b *block, e *Entry, inherited Expected) *Service {
	b.only(serviceKeys)
	s := &Service{Name: e.Name, Path: e.Path, Pos: e.Pos, Expected: Running, Timeout: DefaultTimeout}
	s.Control = b.command("control")
	s.Start = b.command("start")
	s.Stop = b.command("stop")
	s.Status = b.command("status")
	if restart, ok := b.given("restart"); ok && restart != "stop+start" {
		s.Restart = b.command("restart")
	} else {
		s.StopThenStart = ok
	}
	b.setReload(s)
	b.setDaemon(s)
	s.DaemonOptions = b.command("daemon_options")
	b.setOutput(s)
	s.SearchPath, _ = b.given("path")
	b.setExpected(s, inherited)
	b.setTimeout(s)
	s.Interval = b.interval()
	b.setMaxRestarts(s)
	b.setPattern(s)
	b.checkTogether(s)
	return s
}

// command reads the words of a command, nil if it is absent.
func (b *block) command(key string) []string {
	text, ok := b.given(key)
	if !ok {
		return nil
	}
	words := splitWords(text)
	for _, word := range words {
		if strings.ContainsRune(word, 0) {
			b.in.fail(b.pos(key), "key %q contains a NUL byte, which cannot be passed to a program: %q", key, word)
			return nil
		}
	}
	if warning := shellSyntax(key, text); warning != "" {
		b.in.warn(b.pos(key), "%s", warning)
	}
	return words
}

func (b *block) setExpected(s *Service, inherited Expected) {
	switch text, ok := b.given("expected"); {
	case !ok:
	case Expected(text) == Running || Expected(text) == Stopped:
		s.Expected = Expected(text)
	default:
		b.in.fail(b.pos("expected"), "expected state %q is wrong: want running or stopped", text)
	}
	if inherited != "" {
		s.Expected = inherited // as in the original, the group overrides the service
	}
}

func (b *block) setTimeout(s *Service) {
	text, ok := b.given("timeout")
	if !ok {
		return
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || n <= 0 || n > 1e6 {
		b.in.fail(b.pos("timeout"), "timeout %q is wrong: want a number of seconds above 0", text)
		return
	}
	s.Timeout = time.Duration(n * float64(time.Second))
}

// interval reads the time between two cycles, 0 if it is absent.
func (b *block) interval() time.Duration {
	text, ok := b.given("interval")
	if !ok {
		return 0
	}
	d, ok := ParseInterval(text)
	if !ok {
		b.in.fail(b.pos("interval"), "interval %q is wrong: want %s", text, IntervalRange)
	}
	return d
}

func (b *block) setMaxRestarts(s *Service) {
	text, ok := b.given("max_restarts")
	if !ok {
		return
	}
	number, seconds, _ := strings.Cut(text, "/")
	n, err := strconv.ParseUint(number, 10, 32)
	within, e := strconv.ParseFloat(seconds, 64)
	if err != nil || n > MostRestarts || e != nil || math.IsNaN(within) || within < 0.001 || within > 1e8 {
		b.in.fail(b.pos("max_restarts"), "max_restarts %q is wrong: want N/SECONDS with N from 0 to %d", text, MostRestarts)
		return
	}
	s.MaxRestarts = MaxRestarts{Number: int(n), Within: time.Duration(within * float64(time.Second))}
}

func (b *block) setDaemon(s *Service) {
	s.Daemon, _ = b.given("daemon")
	if s.Daemon != "" && !strings.HasPrefix(s.Daemon, "/") && !b.has("control") {
		b.in.warn(b.pos("daemon"), "pid file %q is relative, so its location depends on the directory in which svctl is started", s.Daemon)
	}
}

func (b *block) setPattern(s *Service) {
	text, ok := b.given("pattern")
	if !ok {
		return
	}
	if b.has("control") {
		b.in.fail(b.pos("pattern"), "keys %q and %q cannot be combined", "pattern", "control")
	}
	p, err := CompilePattern(text)
	if err == nil {
		err = p.check()
	}
	if err != nil {
		b.in.fail(b.pos("pattern"), "%w", err)
		return
	}
	s.Pattern = p
}

// checkTogether rejects keys that cannot be combined, and warns about keys that
// have no effect beside others.
func (b *block) checkTogether(s *Service) {
	if !b.has("start") && !b.has("control") {
		b.in.fail(s.Pos, "service %q has neither start nor control", s.Name)
	}
	for _, key := range []string{"daemon_options", "max_restarts"} {
		if b.has(key) && !b.has("daemon") {
			b.in.fail(b.pos(key), "key %q needs %q", key, "daemon")
		}
	}
	switch {
	case b.has("control"):
		b.ignored("control", "daemon", "stop", "status", "max_restarts")
		s.Daemon, s.DaemonOptions, s.Stop, s.Status = "", nil, nil, nil
		s.MaxRestarts = MaxRestarts{}
	case b.has("daemon"):
		b.ignored("daemon", "stop", "status", "pattern")
		s.Stop, s.Status, s.Pattern = nil, nil, nil
	case b.has("stop") && b.has("status") && b.has("pattern"):
		b.in.warn(b.pos("pattern"), "key %q is ignored beside %q and %q", "pattern", "stop", "status")
		s.Pattern = nil
	case s.Pattern.missesEnd():
		b.in.warn(b.pos("pattern"), "the end of pattern %q matches nothing, because a blank follows the last argument: write \" $\" in the place of \"$\"", s.Pattern)
	}
	b.checkReload(s)
	b.checkOutput(s)
}

// ignored warns about keys that have no effect beside another.
func (b *block) ignored(beside string, keys ...string) {
	for _, key := range keys {
		if b.has(key) {
			b.in.warn(b.pos(key), "key %q is ignored beside %q", key, beside)
		}
	}
}
