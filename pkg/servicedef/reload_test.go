package servicedef

import (
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

func loadKeys(t *testing.T, keys string) (*Config, error) {
	t.Helper()
	text := "<entry>\ntype = service\nname = s\n" + keys + "\n</entry>\n"
	return Load("a.conf", Apache, fstest.MapFS{"a.conf": {Data: []byte(text)}})
}

// TestReloadKey distinguishes signals from commands.
func TestReloadKey(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value  string
		signal syscall.Signal
		words  []string
		err    string
	}{
		{value: "HUP", signal: syscall.SIGHUP},
		{value: "SIGHUP", signal: syscall.SIGHUP},
		{value: "sighup", signal: syscall.SIGHUP},
		{value: "usr1", signal: syscall.SIGUSR1},
		{value: "RTMIN+3", signal: 37},
		{value: "nginx -s reload", words: []string{"nginx", "-s", "reload"}},
		{value: "/bin/kill", words: []string{"/bin/kill"}},
		{value: "HUP it", words: []string{"HUP", "it"}},
		{value: "apply", words: []string{"apply"}},
		{value: "hello%20world", words: []string{"hello world"}},
		{value: "HUPP", err: `reload "HUPP" is wrong: there is no such signal (did you mean "HUP"?)`},
		{value: "SIGUSR3", err: `reload "SIGUSR3" is wrong: there is no such signal (did you mean "USR1"?)`},
		{value: "sigfrobnicate", err: `reload "sigfrobnicate" is wrong: there is no such signal: want the name of a signal, such as HUP, or a command`},
		{value: "RELOAD", err: `reload "RELOAD" is wrong: there is no such signal: want the name of a signal, such as HUP, or a command`},
		{value: "KILL", err: `reload "KILL" is wrong: no program can handle signal KILL`},
		{value: "stop", err: `reload "stop" is wrong: no program can handle signal STOP`},
		{value: "1", err: `reload "1" is wrong: want the name of a signal, such as HUP, or a command`},
		{value: "15", err: `reload "15" is wrong: want the name of a signal, such as HUP, or a command`},
		{value: "yes", err: `reload "yes" is wrong: want the name of a signal, such as HUP, or a command`},
		{value: "True", err: `reload "True" is wrong: want the name of a signal, such as HUP, or a command`},
	} {
		c, err := loadKeys(t, "start = x\ndaemon = /p\nreload = "+test.value)
		if test.err != "" {
			if err == nil || !strings.HasSuffix(err.Error(), ": "+test.err) || !strings.HasPrefix(err.Error(), "a.conf:6:") {
				t.Errorf("%q: got %v, want %s", test.value, err, test.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", test.value, err)
			continue
		}
		if s := c.Services()[0]; s.ReloadSignal != test.signal || !reflect.DeepEqual(s.Reload, test.words) || len(c.Warnings) > 0 || !s.HasReload() {
			t.Errorf("%q: got %d and %q, %v", test.value, s.ReloadSignal, s.Reload, c.Warnings)
		}
	}
}

// TestReloadBeside accepts a signal only if the main process can be found.
func TestReloadBeside(t *testing.T) {
	t.Parallel()
	const refused = `reload by signal HUP needs "daemon" or a search of the process table, because its main process is not known: want a command`
	for keys, want := range map[string]string{
		"control = c":                         refused,
		"start = x\nstop = y\nstatus = z":     refused,
		"start = x":                           "",
		"start = x\nstop = y":                 "",
		"start = x\nstatus = z":               "",
		"start = x\ndaemon = /p":              "",
		"start = x\ndaemon = /p\ncontrol = c": refused,
	} {
		_, err := loadKeys(t, keys+"\nreload = HUP")
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", keys, err)
		case want != "" && (err == nil || !strings.HasSuffix(err.Error(), want)):
			t.Errorf("%q: got %v, want %s", keys, err, want)
		}
	}
}

// TestReloadStep returns the step of each kind of reload.
func TestReloadStep(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]Step{
		"start = x\ndaemon = /p\nreload = HUP":            {Kind: Signal, Action: Reload, Signal: syscall.SIGHUP, Timeout: DefaultTimeout},
		"start = x\ndaemon = /p\nreload = a b\npath = /q": {Kind: Run, Action: Reload, Argv: []string{"a", "b"}, Path: "/q", Timeout: DefaultTimeout},
		"control = c d":             {Kind: Run, Action: Reload, Argv: []string{"c", "d", "reload"}, Timeout: DefaultTimeout},
		"control = c d\nreload = e": {Kind: Run, Action: Reload, Argv: []string{"e"}, Timeout: DefaultTimeout},
		"start = x":                 {},
		"start = x\ndaemon = /p\ntimeout = 3\nreload = hup": {Kind: Signal, Action: Reload, Signal: syscall.SIGHUP, Timeout: 3e9},
	} {
		c, err := loadKeys(t, keys)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Services()[0].Step(Reload, "svloop"); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", keys, got, want)
		}
	}
}
