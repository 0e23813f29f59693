package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shellTerminal is an interactive shell on a terminal.
type shellTerminal struct {
	t      *testing.T
	master *os.File
	shown  chan string
	unread string
	lines  int
}

// shellLimit is how long a shell may take to answer.
const shellLimit = time.Minute

// openShell starts an interactive shell whose last line of setup shows READY.
func openShell(t *testing.T, dir string, env []string, name string, args ...string) *shellTerminal {
	t.Helper()
	terminal, master := openSized(t, 200)
	cmd := exec.Command(find(t, name), args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	k := &shellTerminal{t: t, master: master, shown: make(chan string, 1000)}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := master.Read(buffer)
			if err != nil {
				close(k.shown)
				return
			}
			k.shown <- string(buffer[:n])
		}
	}()
	k.until("READY>")
	return k
}

// until returns what is shown up to a text, with the text.
func (k *shellTerminal) until(text string) string {
	k.t.Helper()
	late := time.After(shellLimit)
	for {
		if before, after, found := strings.Cut(k.unread, text); found {
			k.unread = after
			return before + text
		}
		select {
		case more, open := <-k.shown:
			if !open {
				k.t.Fatalf("the shell has exited; it shows %q", k.unread)
			}
			k.unread += more
		case <-late:
			k.t.Fatalf("no %q; the shell shows %q", text, k.unread)
		}
	}
}

var controls = regexp.MustCompile(`\x1b(?:\[[0-9;?]*[A-Za-z]|[=>])|\a`)

// press types keys, then removes the line, and returns what was shown meanwhile, without
// colours and movements of the cursor.
func (k *shellTerminal) press(keys string) string {
	k.t.Helper()
	k.lines++
	fmt.Fprintf(k.master, "%s\x15echo EN''D%d\r", keys, k.lines)
	shown := k.until(fmt.Sprintf("END%d\r\n", k.lines))
	k.until("READY>")
	return controls.ReplaceAllString(shown, "")
}

// want finds texts in what is shown after keys, and misses others.
func (k *shellTerminal) want(keys string, present, absent []string) {
	k.t.Helper()
	shown := k.press(keys)
	for _, text := range present {
		if !strings.Contains(shown, text) {
			k.t.Errorf("%q: no %q in %q", keys, text, shown)
		}
	}
	for _, text := range append(absent, "error", "not found", "No such file") {
		if strings.Contains(shown, text) {
			k.t.Errorf("%q: %q in %q", keys, text, shown)
		}
	}
}

func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "|")
}

// TestCompletionInBash types lines into an interactive bash.
func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	find(t, "bash")
	dir, env := completionHost(t)
	rc := script(t, "bash", "svctl") + script(t, "bash", "svloop") + `
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
PS1='READY>'
`
	k := openShell(t, dir, env, "bash", "--noprofile", "--rcfile", writeFile(t, filepath.Join(dir, "rc"), rc, 0o644), "-i")
	for _, test := range []struct{ keys, present, absent string }{
		{"svctl st\t\t", "start   (start services)|status  (report the state of services)", "restart"},
		{"svctl star\t", "svctl start ", ""},
		{"svctl start \t\t", "httpd       (control in web, expected running)|db/same|cron", "web/httpd|a.conf"},
		{"svctl start web/h\t", "svctl start web/httpd ", ""},
		{"svctl start cr\tc\t\t", "start cron c", "(daemon, expected"},
		{"svctl start my\t", `start my\ srv\&1 `, ""},
		{"svctl start \"my\t", `start "my srv&1" `, ""},
		{"svctl start get\t", "start get:ty@1 ", ""},
		{"svctl start get:\t", "start get:ty@1 ", "get:get"},
		{"svctl wait --\t\t", "--for|(time limit in seconds)", "--names|--dry-run"},
		{"svctl wait --for=r\t", "--for=running ", ""},
		{"svctl --conf bro\t", "--conf broken.conf ", ""},
		{"svctl --conf=bro\t", "--conf=broken.conf ", ""},
		{"svctl export --output o\t", "--output out/", ""},
		{"svctl --conf broken.conf start \t\t", "", "httpd|other.conf"},
		{"svctl --conf=other.conf start o\t", "start other ", ""},
		{"nosuch/svctl st\t\t", "", "start"},
		{"svloop --restart on-f\t", "--restart on-failure ", ""},
		{"svloop --restart=al\t", "--restart=always ", ""},
		{"svloop --ready \t\t", "alive:|exec|notify|pidfile:", ""},
		{"svloop --ready pidfile:bro\t", "pidfile:broken.conf ", ""},
		{"svloop --user roo\t", "--user root ", ""},
		{"svloop --group root,dae\t", "--group root,daemon ", ""},
		{"svloop --kill-spec \"TERM/1 KI\t", "\"TERM/1 KILL", ""},
		{"svloop --pidfile bro\t", "--pidfile broken.conf ", ""},
		{"svloop --chdir o\t", "--chdir out/", ""},
		{"svloop --daemon --ready tcp:localhost:80 svct\t", ":80 svctl ", ""},
		{"svloop --d\t\t", "--daemon|--debug", "--restart"},
		{"svloop -c 3 -- cat bro\t", "cat broken.conf ", ""},
		{"simplevisor-loop --surv\t", "--survivors ", ""},
	} {
		k.want(test.keys, words(test.present), words(test.absent))
	}
}

// TestCompletionInZsh types lines into an interactive zsh.
func TestCompletionInZsh(t *testing.T) {
	t.Parallel()
	find(t, "zsh")
	dir, env := completionHost(t)
	functions := filepath.Join(dir, "functions")
	if err := os.Mkdir(functions, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, program := range completedPrograms { // as the packages install them
		writeFile(t, filepath.Join(functions, "_"+program), script(t, "zsh", program), 0o644)
	}
	writeFile(t, filepath.Join(dir, ".zshrc"), `
fpath=(`+functions+` $fpath)
autoload -U compinit
compinit -u -D
LISTMAX=10000
bindkey -e
bindkey '^I' complete-word
unsetopt beep prompt_cr prompt_sp zle_bracketed_paste automenu
unset zle_bracketed_paste
PS1='READY>'
`, 0o644)
	k := openShell(t, dir, append(env, "ZDOTDIR="+dir), "zsh", "-d", "-i")
	for _, test := range []struct{ keys, present, absent string }{
		{"svctl st\t", "start   -- start services|status  -- report the state of services", "restart"},
		{"svctl star\t", "start ", ""},
		{"svctl start \t", "-- control in web, expected running|httpd|db/same|cron", "web/httpd|a.conf"},
		{"svctl start web/h\t", "web/httpd ", ""},
		{"svctl start cron c\t", "", "daemon, expected"},
		{"svctl start my\t", `my\ srv\&1 `, ""},
		{"svctl start \"my\t", `"my srv&1" `, ""},
		{"svctl start get\t", "get:ty@1 ", ""},
		{"svctl wait --\t", "--for|time limit in seconds", "--names|--dry-run"},
		{"svctl wait --for=r\t", "--for=running ", ""},
		{"svctl --conf bro\t", "--conf broken.conf ", ""},
		{"svctl --conf=bro\t", "--conf=broken.conf ", ""},
		{"svctl export --output o\t", "--output out/", ""},
		{"svctl --conf broken.conf start \t", "", "httpd|other.conf"},
		{"svctl --conf=other.conf start o\t", "start other ", ""},
		{"nosuch/svctl st\t", "", "-- start"},
		{"svloop --restart on-f\t", "--restart on-failure ", ""},
		{"svloop --restart=al\t", "--restart=always ", ""},
		{"svloop --ready \t", "alive:|exec|notify|pidfile:", ""},
		{"svloop --ready pidfile:bro\t", "pidfile:broken.conf ", ""},
		{"svloop --user roo\t", "--user root ", ""},
		{"svloop --group root,dae\t", "--group root,daemon ", ""},
		{"svloop --kill-spec \"TERM/1 KI\t", "\"TERM/1 KILL", ""},
		{"svloop --pidfile bro\t", "--pidfile broken.conf ", ""},
		{"svloop --chdir o\t", "--chdir out/", ""},
		{"svloop --daemon --ready tcp:localhost:80 svct\t", ":80 svctl ", ""},
		{"svloop --d\t", "-- detach, and return|-- more messages", "--restart"},
		{"svloop -c 3 svctl wait --for \t", "expected|running|stopped", ""},
		{"svloop -c 3 -- cat bro\t", "cat broken.conf ", ""},
		{"simplevisor-loop --surv\t", "--survivors=", ""},
	} {
		k.want(test.keys, words(test.present), words(test.absent))
	}
}
