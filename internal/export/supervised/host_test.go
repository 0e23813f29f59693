package supervised

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

func TestSupervisedInstall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		format export.Format
		host   *export.Host
		before string
		unmade string // after a failure
		after  string
		ends   string // before the files are removed
	}{
		{Runit, exporttest.Host("sv", "/etc/service", "/var/service", "/etc/sv"), "", "", "link /etc/service/x to /etc/sv/x",
			"remove link /etc/service/x; run sv -w 60 force-shutdown /etc/sv/x"},
		{Runit, exporttest.Host("sv", "/var/service", "/service", "/etc/sv"), "", "", "link /var/service/x to /etc/sv/x",
			"remove link /var/service/x; run sv -w 60 force-shutdown /etc/sv/x"},
		{Runit, exporttest.Host("sv", "/service", "/etc"), "run mkdir -p /etc/sv", "run rmdir /etc/sv", "link /service/x to /etc/sv/x",
			"remove link /service/x; run sv -w 60 force-shutdown /etc/sv/x"},
		{S6, exporttest.Host("s6-svscanctl", "/run/service", "/service", "/etc/s6/sv"), "", "",
			"link /run/service/x to /etc/s6/sv/x; run s6-svscanctl -a /run/service",
			"run s6-svc -wD -T 60000 -d /etc/s6/sv/x; remove link /run/service/x; run s6-svscanctl -an /run/service"},
		{S6, exporttest.Host("s6-svscanctl", "/var/service", "/etc"), "run mkdir -p /etc/s6/sv", "run rmdir /etc/s6/sv; run rmdir /etc/s6",
			"link /var/service/x to /etc/s6/sv/x; run s6-svscanctl -a /var/service",
			"run s6-svc -wD -T 60000 -d /etc/s6/sv/x; remove link /var/service/x; run s6-svscanctl -an /var/service"},
	} {
		b, err := test.format.Render(exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid"))
		if err != nil {
			t.Fatal(err)
		}
		in, err := test.format.Install(test.host, []*export.Bundle{b}, map[string]bool{"x": true}, true)
		if err != nil {
			t.Fatal(err)
		}
		if exporttest.Steps(in.Before) != test.before || exporttest.Steps(in.After) != test.after {
			t.Errorf("%s: before %q, after %q; want %q, %q", test.format.Name, exporttest.Steps(in.Before), exporttest.Steps(in.After), test.before, test.after)
		}
		if test.before != "" && exporttest.Steps(in.Before[0].Undo) != test.unmade {
			t.Errorf("%s: %q is undone by %q, want %q", test.format.Name, test.before, exporttest.Steps(in.Before[0].Undo), test.unmade)
		}
		undo := strings.Split(test.after, " ")[1] // the link
		if got := exporttest.Steps(in.After[0].Undo); !strings.HasPrefix(got, "remove link "+undo) || in.After[0].Undo[0].Target != in.After[0].Target {
			t.Errorf("%s: undone by %q, want %s to be removed", test.format.Name, got, undo)
		}
		dir, err := test.format.System.Directory(test.host)
		if err != nil || dir != in.Directory {
			t.Errorf("%s: directory %q, %v; want %q", test.format.Name, dir, err, in.Directory)
		}
		stop, err := test.format.System.Stop(test.host, dir, "x", export.Patience)
		if err != nil || exporttest.Steps(stop) != test.ends {
			t.Errorf("%s: %q, %v; want %q", test.format.Name, exporttest.Steps(stop), err, test.ends)
		}
		gone, err := test.format.System.Forgotten(test.host, dir, "x")
		if err != nil || exporttest.Steps(gone) != "remove the state in "+filepath.Join(string(dir), "x") {
			t.Errorf("%s: %q, %v", test.format.Name, exporttest.Steps(gone), err)
		}
	}
}

// TestLinkObstacle finds a file in the place of the link before anything is written, also
// with force; and never removes links of others.
func TestLinkObstacle(t *testing.T) {
	t.Parallel()
	h := exporttest.Host("sv", "s6-svscanctl", "/service", "/service/ours", "/service/other", "/service/none", "/etc/sv", "/etc/s6/sv")
	h.Readlink = func(path string) (string, error) {
		target := map[string]string{"/service/other": "/somewhere/else"}[path]
		if target == "" {
			return "", os.ErrInvalid
		}
		return target, nil
	}
	for _, f := range supervised {
		dir, err := f.System.Directory(h)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"other": `cannot create link "/service/other": it already exists, and points to "/somewhere/else"`,
			"none":  `cannot create link "/service/none": another file has this name`,
			"new":   "",
		} {
			b := &export.Bundle{Name: name, Files: []export.File{{Name: name + "/run"}}} // whether it exists or not
			if _, err := f.Install(h, []*export.Bundle{b}, nil, true); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
				t.Errorf("%s, %s: %v, want %s", f.Name, name, err, want)
			}
		}
		ours := *h
		ours.Readlink = func(string) (string, error) { return filepath.Join(string(dir), "ours"), nil }
		if err := f.System.Obstacle(&ours, dir, "ours", false); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestSupervisedMissing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		format export.Format
		host   *export.Host
		want   string
	}{
		{Runit, exporttest.Host("/etc/service"), "cannot export to runit: there is no sv(8)"},
		{Runit, exporttest.Host("sv"), "cannot export to runit: there is no directory /etc/service, /var/service or /service"},
		{S6, exporttest.Host("/run/service"), "cannot export to s6: there is no s6-svscanctl"},
		{S6, exporttest.Host("s6-svscanctl"), "cannot export to s6: there is no directory /run/service, /service or /var/service"},
	} {
		_, err := test.format.Install(test.host, nil, nil, false)
		var missing *export.MissingError
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
	h := exporttest.Host("sv", "/service", "/etc/sv/x/run")
	if !Runit.Installed(h, "x") || Runit.Installed(h, "y") {
		t.Errorf("x is installed: %v, y: %v", Runit.Installed(h, "x"), Runit.Installed(h, "y"))
	}
}

// TestObsolete removes the files that a later export no longer has, unless they were
// edited.
func TestObsolete(t *testing.T) {
	t.Parallel()
	dir := export.Directory(t.TempDir())
	render := func(keys ...string) []*export.Bundle {
		t.Helper()
		b, err := S6.Render(exporttest.Source(t, append(keys, "start = /bin/x", "daemon = /run/x.pid")...))
		if err != nil {
			t.Fatal(err)
		}
		return []*export.Bundle{b}
	}
	write := func(bundles []*export.Bundle, force bool, want string) {
		t.Helper()
		in := &export.Installation{Directory: dir, Write: bundles}
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
	files("down finish run timeout-finish")
	write(render("daemon_options = --ready fd:3"), false, "")
	files("data finish notification-fd run timeout-finish")
	if err := os.WriteFile(filepath.Join(string(dir), "x/finish"), []byte("#!/bin/true\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	refuse := render("daemon_options = --survivors refuse")
	write(refuse, false, `cannot replace "`+filepath.Join(string(dir), "x/finish")+`": it was edited since svctl export made it`)
	files("data finish notification-fd run timeout-finish")
	write(refuse, true, "")
	files("run")
	// Services of others, and names that point outside.
	if err := os.WriteFile(filepath.Join(string(dir), "x/run"), []byte("# svctl-sha256: 0 ../../y\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(render(), true, "")
	files("finish run timeout-finish")
}

// TestLongestEnd makes unexport wait as long as the stop of the service may take.
func TestLongestEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		format  export.Format
		options string
		want    string
	}{
		{Runit, "", "sv -w 60 "},
		{S6, "", "s6-svc -wD -T 60000 "},
		{S6, " --kill-spec TERM/90%20KILL", "s6-svc -wD -T 190000 "},
		{Runit, " --kill-spec TERM/90.1%20KILL", "sv -w 191 "},
	} {
		s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = --restart always"+test.options)
		b, err := test.format.Render(s)
		if err != nil {
			t.Fatal(err)
		}
		dir := export.Directory(t.TempDir())
		if err := (&export.Installation{Directory: dir, Write: []*export.Bundle{b}}).Do(context.Background(), false); err != nil {
			t.Fatal(err)
		}
		test.format.System.Directory = func(*export.Host) (export.Directory, error) { return dir, nil }
		in, err := test.format.Uninstall(exporttest.Host("/service"), []string{"x"}, false)
		if err != nil || !strings.Contains(exporttest.Steps(in.Before), test.want) {
			t.Errorf("%s%s: %q, %v; want %q", test.format.Name, test.options, exporttest.Steps(in.Before), err, test.want)
		}
	}
}
