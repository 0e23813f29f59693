package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/cmdline"
)

// script returns the completion script of a shell for a program, as svctl prints it.
func script(t *testing.T, shell, program string) string {
	t.Helper()
	stdout, stderr, code := svctl("completion", shell, program)
	if code != 0 || stderr != "" || stdout == "" {
		t.Fatalf("got %d, %q", code, stderr)
	}
	return stdout
}

// TestCompletionSyntax checks the syntax of each script with its shell, if that is
// installed.
func TestCompletionSyntax(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		for _, program := range completedPrograms {
			t.Run(program+"."+shell, func(t *testing.T) {
				t.Parallel()
				path := find(t, shell)
				file := writeFile(t, filepath.Join(t.TempDir(), "script"), script(t, shell, program), 0o644)
				if text, err := exec.CommandContext(t.Context(), path, "-n", file).CombinedOutput(); err != nil || len(text) > 0 {
					t.Errorf("%v: %s", err, text)
				}
			})
		}
	}
	if without, _, _ := svctl("completion", "zsh"); without != script(t, "zsh", "svctl") {
		t.Errorf("without the name of a program, the script is\n%s", without)
	}
}

// find returns the path of a shell.
func find(t *testing.T, shell string) string {
	t.Helper()
	path, err := exec.LookPath(shell)
	if err != nil {
		leaveOut(t, shell+" is missing")
	}
	return path
}

// TestActionsAreCompleted finds every action, each with a description.
func TestActionsAreCompleted(t *testing.T) {
	t.Parallel()
	var found []string
	for _, c := range completed {
		found = append(found, c.name)
		if c.about == "" || len(c.about) > 50 {
			t.Errorf("the description of action %s is %q, want one of at most 50 bytes", c.name, c.about)
		}
	}
	wantSame(t, found, actionNames())
}

// TestOptionsAreCompleted finds a description of every option, and an entry for the values
// of each that has one.
func TestOptionsAreCompleted(t *testing.T) {
	t.Parallel()
	found := []string{freeValue}
	for _, f := range allFlags() {
		if f.Usage == "" || len(f.Usage) > 50 {
			t.Errorf("the description of --%s is %q, want one of at most 50 bytes", f.Name, f.Usage)
		}
		if f.Value.Type() != "bool" {
			found = append(found, f.Name)
		}
	}
	var known []string
	for name := range optionValues {
		known = append(known, name)
	}
	wantSame(t, known, found)
}

// TestActionsOfferTheirOptions compares what each action offers with what it accepts.
func TestActionsOfferTheirOptions(t *testing.T) {
	t.Parallel()
	for _, name := range actionNames() {
		var offered, accepted []string
		for _, s := range readLine([]string{name, "-"}).suggest(nil).words {
			if long, found := strings.CutPrefix(s.word, "--"); found {
				offered = append(offered, long)
			}
		}
		for _, f := range allFlags() {
			flags := new(options).flags()
			flags.Lookup(f.Name).Changed = true
			err := checkFlags(flags, name)
			if err == nil || !strings.Contains(err.Error(), "has no meaning") {
				accepted = append(accepted, f.Name)
			}
		}
		wantSame(t, offered, accepted)
	}
}

// TestSvloopIsCompleted finds every option of svloop in each script, with a value where it
// takes one, and no other option.
func TestSvloopIsCompleted(t *testing.T) {
	t.Parallel()
	var switches, valued []string
	cmdline.Defaults().Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Name == "?": // --help
		case f.NoOptDefVal == "":
			valued = append(valued, f.Name)
		default:
			switches = append(switches, f.Name)
		}
		if f.Shorthand == "" || f.Name == "?" {
			return
		}
		for shell, pattern := range map[string]string{
			"bash": `-W "[^"]*-` + f.Shorthand + ` `,
			"zsh":  `\{-` + f.Shorthand + `\+?,--` + f.Name,
			"fish": ` -s ` + f.Shorthand + ` -l ` + f.Name + ` `,
		} {
			if !regexp.MustCompile(pattern).MatchString(script(t, shell, "svloop")) {
				t.Errorf("%s does not complete -%s", shell, f.Shorthand)
			}
		}
	})
	for shell, patterns := range map[string][2]string{ // of the switches, and of those with a value
		"bash": {`local switches="([^"]*)"`, `local valued="([^"]*)"`},
		"zsh":  {`--([a-z-]+)(?:\[|\}'\[).+\]' \\`, `--([a-z-]+)=(?:\[|\}'\[).+\]:.+:.*' \\`},
		"fish": {`(?m) -l ([a-z-]+) -d ".+"$`, `(?m) -l ([a-z-]+) -[xr] .*-d ".+"$`},
	} {
		for i, want := range [][]string{switches, valued} {
			var found []string
			for _, m := range regexp.MustCompile(patterns[i]).FindAllStringSubmatch(script(t, shell, "svloop"), -1) {
				for _, name := range strings.Fields(m[1]) {
					found = append(found, strings.TrimPrefix(name, "--"))
				}
			}
			t.Run(shell, func(t *testing.T) { wantSame(t, found, want) })
		}
	}
	_, list, _ := strings.Cut(script(t, "fish", "svloop"), "set -g __svloop_valued ")
	list, _, _ = strings.Cut(list, "\n")
	var long []string
	for _, name := range strings.Fields(list) {
		if name, found := strings.CutPrefix(name, "--"); found {
			long = append(long, name)
		}
	}
	wantSame(t, long, valued)
}

// completionHost writes a configuration and a directory with svctl in it, and returns
// the environment of a shell.
func completionHost(t *testing.T) (dir string, env []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	web := "<entry>\ntype = supervisor\nname = web\n<children>\n" +
		entry("httpd", "control = x") + entry("same", "start = x") + "</children>\n</entry>\n"
	db := "<entry>\ntype = supervisor\nname = db\n<children>\n" + entry("same", "start = x\nreload = HUP") + "</children>\n</entry>\n"
	dir, conf := writeConf(t, web+db+entry("cron", "daemon = /x.pid\nstart = x")+entry("my srv&1", "daemon = /y.pid\nstart = x")+entry("get:ty@1", "control = x"))
	writeFile(t, filepath.Join(dir, "broken.conf"), "<entry>\n", 0o644)
	writeFile(t, filepath.Join(dir, "other.conf"), entry("other", "control = x"), 0o644)
	if err := os.Mkdir(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "svctl")); err != nil {
		t.Fatal(err)
	}
	path := dir + ":/usr/local/bin:/usr/bin:/bin"
	return dir, []string{"PATH=" + path, "SVCTL_CONF=" + conf, "HOME=" + dir, "TERM=xterm", "LC_ALL=C.UTF-8"}
}

// wantSame compares two sets.
func wantSame(t *testing.T, got, want []string) {
	t.Helper()
	got, want = slices.Clone(got), slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
