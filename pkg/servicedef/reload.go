package servicedef

import (
	"strings"
	"syscall"

	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/suggest"
)

// HasReload reports whether the entry says how the service reloads its configuration. A
// control command may not implement the word.
func (s *Service) HasReload() bool {
	return s.Reload != nil || s.ReloadSignal != 0 || s.Control != nil
}

// HasProgram reports whether the main process of the service can be found: svloop knows
// it, or it is in the process table.
func (s *Service) HasProgram() bool {
	return s.Kind() == ByDaemon || s.InTable() || s.KillsMatches()
}

// reloadStep returns the step of a reload, or the zero Step if the service has none.
func (s *Service) reloadStep() Step {
	switch {
	case s.ReloadSignal != 0:
		return Step{Kind: Signal, Action: Reload, Signal: s.ReloadSignal, Timeout: s.Timeout}
	case s.Reload != nil:
		return s.run(Reload, s.Reload)
	case s.Control != nil:
		return s.run(Reload, s.control("reload"))
	}
	return Step{}
}

// setReload reads the key reload: the name of a signal, or a command. A command with the
// name of a signal needs its path.
func (b *block) setReload(s *Service) {
	text, ok := b.given("reload")
	if !ok {
		return
	}
	sig, mistake := reloadSignal(text)
	switch {
	case mistake != "":
		b.in.fail(b.pos("reload"), "reload %q is wrong: %s", text, mistake)
	case sig != 0:
		s.ReloadSignal = sig
	default:
		s.Reload = b.command("reload")
	}
}

// IsReloadSignal reports whether the value of a key reload is no command.
func IsReloadSignal(text string) bool {
	sig, mistake := reloadSignal(text)
	return sig != 0 || mistake != ""
}

// reloadSignal returns the signal that the value of a key reload names, 0 for a command,
// or the mistake.
func reloadSignal(text string) (sig syscall.Signal, mistake string) {
	const want = "want the name of a signal, such as HUP, or a command"
	_, isSwitch := switches[strings.ToLower(text)]
	switch sig, err := proctree.ParseSignal(text); {
	case isSwitch, strings.Trim(text, "0123456789") == "":
		return 0, want
	case err == nil && (sig == syscall.SIGKILL || sig == syscall.SIGSTOP):
		return 0, "no program can handle signal " + proctree.SignalName(sig)
	case err == nil:
		return sig, ""
	}
	upper := strings.ToUpper(text)
	if strings.ContainsFunc(text, isBlank) || strings.Contains(text, "/") || text != upper && !strings.HasPrefix(upper, "SIG") {
		return 0, ""
	}
	if near := suggest.Nearest(strings.TrimPrefix(upper, "SIG"), proctree.SignalNames()); near != "" {
		return 0, "there is no such signal (did you mean \"" + near + "\"?)"
	}
	return 0, "there is no such signal: " + want
}

// checkReload refuses a signal for a service whose main process is not known.
func (b *block) checkReload(s *Service) {
	if s.ReloadSignal != 0 && !s.HasProgram() {
		b.in.fail(b.pos("reload"), "reload by signal %s needs %q or a search of the process table, because its main process is not known: want a command",
			proctree.SignalName(s.ReloadSignal), "daemon")
	}
}
