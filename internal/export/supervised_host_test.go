package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hostWith is one that has these programs and directories.
func hostWith(has ...string) *Host {
	return &Host{
		LookPath: func(program string) (string, error) {
			if !slices.Contains(has, program) {
				return "", os.ErrNotExist
			}
			return "/usr/bin/" + program, nil
		},
		Exists: func(path string) bool { return slices.Contains(has, path) || path == "/" },
	}
}

// words are the steps, as they are printed.
func words(steps []Step) string {
	var all []string
	for _, s := range steps {
		all = append(all, s.String())
	}
	return strings.Join(all, "; ")
}

func TestSupervisedInstall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		format Format
		host   *Host
		before string
		unmade string // when something fails
		after  string
		ends   string // before the files are removed
	}{
		{runit, hostWith("sv", "/etc/service", "/var/service", "/etc/sv"), "", "", "link /etc/service/x to /etc/sv/x",
			"remove link /etc/service/x; run sv -w 60 force-shutdown /etc/sv/x"},
		{runit, hostWith("sv", "/var/service", "/service", "/etc/sv"), "", "", "link /var/service/x to /etc/sv/x",
			"remove link /var/service/x; run sv -w 60 force-shutdown /etc/sv/x"},
		{runit, hostWith("sv", "/service", "/etc"), "run mkdir -p /etc/sv", "run rmdir /etc/sv", "link /service/x to /etc/sv/x",
			"remove link /service/x; run sv -w 60 force-shutdown /etc/sv/x"},
		{s6, hostWith("s6-svscanctl", "/run/service", "/service", "/etc/s6/sv"), "", "",
			"link /run/service/x to /etc/s6/sv/x; run s6-svscanctl -a /run/service",
			"run s6-svc -wD -T 60000 -d /etc/s6/sv/x; remove link /run/service/x; run s6-svscanctl -an /run/service"},
		{s6, hostWith("s6-svscanctl", "/var/service", "/etc"), "run mkdir -p /etc/s6/sv", "run rmdir /etc/s6/sv; run rmdir /etc/s6",
			"link /var/service/x to /etc/s6/sv/x; run s6-svscanctl -a /var/service",
			"run s6-svc -wD -T 60000 -d /etc/s6/sv/x; remove link /var/service/x; run s6-svscanctl -an /var/service"},
	} {
		b, err := test.format.Render(scriptSource(t, "start = /bin/x", "daemon = /run/x.pid"))
		if err != nil {
			t.Fatal(err)
		}
		in, err := test.format.Install(test.host, []*Bundle{b}, map[string]bool{"x": true}, true)
		if err != nil {
			t.Fatal(err)
		}
		if words(in.Before) != test.before || words(in.After) != test.after {
			t.Errorf("%s: before %q, after %q; want %q, %q", test.format.Name, words(in.Before), words(in.After), test.before, test.after)
		}
		if test.before != "" && words(in.Before[0].Undo) != test.unmade {
			t.Errorf("%s: %q is undone by %q, want %q", test.format.Name, test.before, words(in.Before[0].Undo), test.unmade)
		}
		undo := strings.Split(test.after, " ")[1] // the link
		if got := words(in.After[0].Undo); !strings.HasPrefix(got, "remove link "+undo) || in.After[0].Undo[0].Target != in.After[0].Target {
			t.Errorf("%s: undone by %q, want %s to be removed", test.format.Name, got, undo)
		}
		dir, err := test.format.host.directory(test.host)
		if err != nil || dir != in.Directory {
			t.Errorf("%s: directory %q, %v; want %q", test.format.Name, dir, err, in.Directory)
		}
		stop, err := test.format.host.stop(test.host, dir, "x", patience)
		if err != nil || words(stop) != test.ends {
			t.Errorf("%s: %q, %v; want %q", test.format.Name, words(stop), err, test.ends)
		}
		gone, err := test.format.host.forgotten(test.host, dir, "x")
		if err != nil || words(gone) != "remove the state in "+filepath.Join(string(dir), "x") {
			t.Errorf("%s: %q, %v", test.format.Name, words(gone), err)
		}
	}
}

// TestLinkObstacle finds what has the place of the link, before anything is
// written, by force too; and unlinks nothing of others.
func TestLinkObstacle(t *testing.T) {
	t.Parallel()
	h := hostWith("sv", "s6-svscanctl", "/service", "/service/ours", "/service/other", "/service/none", "/etc/sv", "/etc/s6/sv")
	h.Readlink = func(path string) (string, error) {
		target := map[string]string{"/service/other": "/somewhere/else"}[path]
		if target == "" {
			return "", os.ErrInvalid
		}
		return target, nil
	}
	for _, f := range supervised {
		dir, err := f.host.directory(h)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"other": `cannot make link "/service/other": it is there already, and leads to "/somewhere/else"`,
			"none":  `cannot make link "/service/none": something else is there`,
			"new":   "",
		} {
			b := &Bundle{Name: name, Files: []File{{Name: name + "/run"}}} // whether it is there or not
			if _, err := f.Install(h, []*Bundle{b}, nil, true); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
				t.Errorf("%s, %s: %v, want %s", f.Name, name, err, want)
			}
		}
		ours := *h
		ours.Readlink = func(string) (string, error) { return filepath.Join(string(dir), "ours"), nil }
		if err := f.host.obstacle(&ours, dir, "ours", false); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// TestUnlink removes a link to the target, and no other.
func TestUnlink(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/somewhere/else", link); err != nil {
		t.Fatal(err)
	}
	unlink := func(target string) {
		t.Helper()
		if err := (Step{Unlink: link, Target: target}).Do(context.Background()); err != nil {
			t.Error(err)
		}
	}
	unlink("/etc/sv/x")
	if _, err := os.Lstat(link); err != nil {
		t.Errorf("a link of others is gone: %v", err)
	}
	unlink("/somewhere/else")
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is left: %v", err)
	}
	unlink("/somewhere/else")
}

// TestLongestEnd has unexport wait for a service as long as its end may take.
func TestLongestEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		format  Format
		options string
		want    time.Duration
	}{
		{runit, "", 0},
		{s6, "", 0},
		{s6, " --kill-spec TERM/90%20KILL", 190 * time.Second},
		{runit, " --kill-spec TERM/90.1%20KILL", 191 * time.Second},
	} {
		s := scriptSource(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = --restart always"+test.options)
		b, err := test.format.Render(s)
		if err != nil {
			t.Fatal(err)
		}
		dir := Directory(t.TempDir())
		do(t, &Installation{Directory: dir, Write: []*Bundle{b}})
		if found, err := test.format.installed(dir, "x", false); err != nil || found.longestEnd != test.want {
			t.Errorf("%s%s: %v, %v; want %v", test.format.Name, test.options, found.longestEnd, err, test.want)
		}
	}
	h := hostWith("sv", "s6-svscanctl", "/service")
	for format, want := range map[*Format]string{
		&runit: "remove link /service/x; run sv -w 190 force-shutdown /etc/sv/x",
		&s6:    "run s6-svc -wD -T 190000 -d /etc/s6/sv/x; remove link /service/x; run s6-svscanctl -an /service",
	} {
		dir, err := format.host.directory(h)
		if err != nil {
			t.Fatal(err)
		}
		if steps, err := format.host.stop(h, dir, "x", 190*time.Second); err != nil || words(steps) != want {
			t.Errorf("%q, %v; want %q", words(steps), err, want)
		}
	}
}

func TestSupervisedMissing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		format Format
		host   *Host
		want   string
	}{
		{runit, hostWith("/etc/service"), "cannot export to runit: there is no sv(8)"},
		{runit, hostWith("sv"), "cannot export to runit: there is no directory /etc/service, /var/service or /service"},
		{s6, hostWith("/run/service"), "cannot export to s6: there is no s6-svscanctl"},
		{s6, hostWith("s6-svscanctl"), "cannot export to s6: there is no directory /run/service, /service or /var/service"},
	} {
		_, err := test.format.Install(test.host, nil, nil, false)
		var missing *MissingError
		if !errors.As(err, &missing) || err.Error() != test.want {
			t.Errorf("%v, want %s", err, test.want)
		}
		if test.format.Installed(test.host, "x") {
			t.Errorf("%s: x is installed where there is none", test.format.Name)
		}
	}
}

func TestInstalled(t *testing.T) {
	t.Parallel()
	h := hostWith("sv", "/service", "/etc/sv/x/run")
	if !runit.Installed(h, "x") || runit.Installed(h, "y") || cron.Installed(h, "x") {
		t.Errorf("x is installed: %v, y: %v, in a crontab: %v", runit.Installed(h, "x"), runit.Installed(h, "y"), cron.Installed(h, "x"))
	}
}

// TestStepForAReader runs a command only while its pipe is read.
func TestStepForAReader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, mark := filepath.Join(dir, "pipe"), filepath.Join(dir, "mark")
	step := Step{Argv: []string{"touch", mark}, Reader: pipe}
	run := func() (done bool) {
		t.Helper()
		if err := step.Do(context.Background()); err != nil {
			t.Fatal(err)
		}
		return os.Remove(mark) == nil
	}
	if run() {
		t.Error("it was run without the pipe")
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if run() {
		t.Error("it was run without a reader")
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !run() {
		t.Error("it was not run with a reader")
	}
	// A child of another test that is being forked has the pipe open, too.
	syscall.ForkLock.RLock()
	reader.Close()
	syscall.ForkLock.RUnlock()
	if run() {
		t.Error("it was run after the reader")
	}
}

// TestForget removes what a monitor has made, and nothing else, when it has
// ended.
func TestForget(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "x")
	for _, name := range []string{"supervise", "event", "log"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	pipe := filepath.Join(dir, "supervise/control")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	step := Step{Forget: dir}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	want := "cannot remove the state in " + dir + ": its monitor still runs"
	if err := step.Do(ctx); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	left := func() string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(strings.Join(found, " "), dir+"/", "")
	}
	if got := left(); got != "event log supervise" {
		t.Errorf("%s is left", got)
	}
	reader.Close()
	if err := step.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := left(); got != "log" {
		t.Errorf("%s is left", got)
	}
	if err := os.Remove(filepath.Join(dir, "log")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := step.Do(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", dir, err)
		}
	}
}

// TestObsolete takes away the files that a later export has no more, unless they
// were edited.
func TestObsolete(t *testing.T) {
	t.Parallel()
	dir := Directory(t.TempDir())
	render := func(keys ...string) []*Bundle {
		t.Helper()
		b, err := s6.Render(scriptSource(t, append(keys, "start = /bin/x", "daemon = /run/x.pid")...))
		if err != nil {
			t.Fatal(err)
		}
		return []*Bundle{b}
	}
	write := func(bundles []*Bundle, force bool, want string) {
		t.Helper()
		in := &Installation{Directory: dir, Write: bundles}
		remove, err := dir.Obsolete(bundles)
		if err == nil {
			in.Remove = remove
			err = in.Do(context.Background(), force)
		}
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	files := func(want string) {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(string(dir), "x/*"))
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range found {
			found[i] = filepath.Base(name)
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("the files are %s, want %s", got, want)
		}
	}
	write(render("expected = stopped"), false, "")
	files("down finish run timeout-kill")
	write(render("daemon_options = --ready fd:3"), false, "")
	files("finish notification-fd run timeout-kill")
	if err := os.WriteFile(filepath.Join(string(dir), "x/finish"), []byte("#!/bin/true\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	svloop := render("daemon_options = --timeout 5")
	write(svloop, false, `cannot replace "`+filepath.Join(string(dir), "x/finish")+`": it was edited since svctl export made it`)
	files("finish notification-fd run timeout-kill")
	write(svloop, true, "")
	files("run")
	// Of somebody else, and with names from outside.
	if err := os.WriteFile(filepath.Join(string(dir), "x/run"), []byte(stampPrefix+"0 ../../y\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(render(), true, "")
	files("finish run timeout-kill")
}
