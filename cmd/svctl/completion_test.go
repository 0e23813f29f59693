package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCompletionSyntax checks the syntax of each script with its shell, if that is
// installed.
func TestCompletionSyntax(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(shell)
			if err != nil {
				leaveOut(t, shell+" is missing")
			}
			file := writeFile(t, filepath.Join(t.TempDir(), "script"), script(t, shell), 0o644)
			if text, err := exec.CommandContext(t.Context(), path, "-n", file).CombinedOutput(); err != nil || len(text) > 0 {
				t.Errorf("%v: %s", err, text)
			}
		})
	}
}

// completing prints what bash offers for the last word.
const completing = `
source "$1"; shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_svctl
printf '%s\n' "${COMPREPLY[@]}"
`

// TestCompletionInBash completes lines as bash does, which makes an equals sign a word of
// its own.
func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		leaveOut(t, "bash is missing")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	group := "<entry>\ntype = supervisor\nname = web\n<children>\n" + entry("httpd", "control = x") + entry("cache", "control = x") + "</children>\n</entry>\n"
	dir, conf := writeConf(t, group+entry("cron", "control = x"))
	if err := os.Symlink(self, filepath.Join(dir, "svctl")); err != nil {
		t.Fatal(err)
	}
	_, other := writeConf(t, entry("other", "control = x"))
	tree := writeFile(t, filepath.Join(dir, "a.json"), `{"entry": {"type": "service", "name": "tree", "control": "x"}}`, 0o644)
	file := writeFile(t, filepath.Join(dir, "script"), script(t, "bash"), 0o644)
	for _, test := range []struct{ words, want string }{
		{"sta", "start status"},
		{"", "start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help"},
		{"--json c", "check config completion"},
		{"start ", "web web/httpd web/cache cron"},
		{"start web/", "web/httpd web/cache"},
		{"restart cron web/c", "web/cache"},
		{"status nothing", ""},
		{"--conf " + other + " stop ", "other"},
		{"--conf = " + other + " stop ", "other"},
		{"--conf = " + tree + " --conftype = json stop ", "tree"},
		{"--jobs 3 --log = null show w", "web web/httpd web/cache"},
		{"-n -j 3 stop cr", "cron"},
		{"start --dr", "--dry-run"},
		{"config ", "check dump"},
		{"completion z", "zsh"},
		{"help ", ""},
		{"--conftype ", "apache json"},
		{"--log s", "syslog stdout"},
		{"--log = s", "syslog stdout"},
		{"--log =", "null file syslog stdout"},
		{"--loglevel ", "debug info warning error critical"},
		{"--logname ", ""},
		{"--jobs ", ""},
		{"--conf " + dir + "/a.c", conf},
		{"--conf = " + dir + "/a.c", conf},
		{"--lo", "--log --logfile --loglevel --logname"},
	} {
		t.Run(test.words, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), bash, append([]string{"--norc", "-c", completing, "bash", file, "svctl"}, strings.Split(test.words, " ")...)...)
			cmd.Env = []string{"PATH=" + dir, "SVCTL_CONF=" + conf}
			output, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			if got := strings.Fields(string(output)); !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestCompletionInFish completes lines as fish does.
func TestCompletionInFish(t *testing.T) {
	t.Parallel()
	fish, err := exec.LookPath("fish")
	if err != nil {
		leaveOut(t, "fish is missing")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, conf := writeConf(t, entry("httpd", "control = x")+entry("cron", "control = x"))
	if err := os.Symlink(self, filepath.Join(dir, "svctl")); err != nil {
		t.Fatal(err)
	}
	file := writeFile(t, filepath.Join(dir, "script"), script(t, "fish"), 0o644)
	for _, test := range []struct{ line, want string }{
		{"svctl sta", "start status"},
		{"svctl --conf " + conf + " stop ", "cron httpd"},
		{"svctl --conf=" + conf + " stop h", "httpd"},
		{"svctl config ", "check dump"},
		{"svctl completion ", "bash fish zsh"},
		{"svctl --conftype ", "apache json"},
		{"svctl start --dr", "--dry-run"},
		{"svctl help ", ""},
	} {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), fish, "--no-config", "-c", `source $argv[1]; complete -C $argv[2]`, file, test.line)
			cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HOME=" + dir}
			output, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			var got []string
			for line := range strings.Lines(string(output)) {
				word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
				got = append(got, word)
			}
			slices.Sort(got)
			if !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
