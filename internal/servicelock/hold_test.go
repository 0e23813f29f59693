package servicelock

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/runtimedir"
	"github.com/svloop/svloop/pkg/servicedef"
)

func TestHold(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	if h, found := d.Held(service); found {
		t.Errorf("%+v is held", h)
	}
	if err := d.Release(service); err != nil {
		t.Errorf("nothing to release: %v", err)
	}
	want := Hold{State: servicedef.Stopped, Since: time.Now(), User: "root", SudoUser: "alice"}
	for range 2 { // also over an old one
		if err := d.Hold(service, want); err != nil {
			t.Fatal(err)
		}
	}
	got, found := d.Held(service)
	if !found || got.Since.Sub(want.Since).Abs() > time.Second {
		t.Errorf("%+v, %v", got, found)
	}
	if got.Since = want.Since; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := files(t, dir); got != "x-0.hold" {
		t.Errorf("files %q", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "x-0.hold.new"), []byte(strings.Repeat("x", 9999)), 0o600); err != nil { // of a killed process
		t.Fatal(err)
	}
	if err := d.Hold(service, want); err != nil {
		t.Fatal(err)
	}
	if _, found := d.Held(service); !found || files(t, dir) != "x-0.hold" {
		t.Errorf("the rest of a new file counts: files %q", files(t, dir))
	}
	d.boot = "another"
	if h, found := d.Held(service); found {
		t.Errorf("%+v is held after another boot", h)
	}
	if err := d.Release(service); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); got != "" {
		t.Errorf("files %q are left", got)
	}
}

// What svctl has not written is no hold, and is read neither without limit nor for ever.
func TestHeldByOthers(t *testing.T) {
	t.Parallel()
	valid := func(d *Directory, more string) string {
		return fmt.Sprintf(`{"boot": %q, "state": "stopped", "user": "x"%s}`, d.boot, more)
	}
	for name, make := range map[string]func(d *Directory, path string) error{
		"empty": func(_ *Directory, path string) error { return os.WriteFile(path, nil, 0o600) },
		"cut":   func(d *Directory, path string) error { return os.WriteFile(path, []byte(valid(d, "")[:20]), 0o600) },
		"long": func(d *Directory, path string) error {
			return os.WriteFile(path, []byte(valid(d, strings.Repeat(" ", 5000))), 0o600)
		},
		"pipe":      func(_ *Directory, path string) error { return syscall.Mkfifo(path, 0o600) },
		"directory": func(_ *Directory, path string) error { return os.Mkdir(path, 0o700) },
		"link": func(d *Directory, path string) error {
			if err := os.WriteFile(path+"x", []byte(valid(d, "")), 0o600); err != nil {
				return err
			}
			return os.Symlink(filepath.Base(path)+"x", path)
		},
	} {
		d, dir := newDirectory(t)
		if err := make(d, filepath.Join(dir, "x-0.hold")); err != nil {
			t.Fatal(err)
		}
		if h, found := d.Held(service); found {
			t.Errorf("%s: %+v", name, h)
		}
	}
	d, dir := newDirectory(t)
	if err := os.WriteFile(filepath.Join(dir, "x-0.hold"), []byte(valid(d, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, found := d.Held(service); !found { // the others differ from a hold in one thing
		t.Error("a hold is not found")
	}
}

func TestHoldFails(t *testing.T) {
	t.Parallel()
	d, dir := newDirectory(t)
	if err := os.MkdirAll(filepath.Join(dir, "x-0.hold", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`cannot write "x-0.hold" in %q: file exists`, dir)
	if err := d.Hold(service, Hold{}); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	want = fmt.Sprintf(`cannot remove "x-0.hold" in %q: directory not empty`, dir)
	if err := d.Release(service); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if got := files(t, dir); got != "x-0.hold" {
		t.Errorf("files %q are left", got)
	}
}

func TestHoldWords(t *testing.T) {
	t.Parallel()
	now := time.Now()
	at := now.Format("15:04")
	before := now.AddDate(0, 0, -3)
	for _, test := range []struct {
		hold Hold
		want string
	}{
		{Hold{servicedef.Stopped, now, "root", ""}, "stopped by hand (root, " + at + ")"},
		{Hold{servicedef.Running, now, "root", "alice"}, "started by hand (alice as root, " + at + ")"},
		{Hold{servicedef.Running, before, "bob", ""}, "started by hand (bob, " + before.Format("2006-01-02 15:04") + ")"},
	} {
		if got := test.hold.String(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestAgainst(t *testing.T) {
	t.Parallel()
	stopped, running := Hold{State: servicedef.Stopped}, Hold{State: servicedef.Running}
	if !stopped.Against(servicedef.Running) || stopped.Against(servicedef.Stopped) || running.Against(servicedef.Running) {
		t.Error("a hold counts if it differs from the expected state")
	}
}

func TestHoldBy(t *testing.T) {
	t.Parallel()
	const nobody = 1 << 30
	env := func(values map[string]string) func(string) string {
		return func(name string) string { return values[name] }
	}
	for _, test := range []struct {
		uid          int
		env          map[string]string
		user, sudoer string
	}{
		{0, nil, "root", ""},
		{0, map[string]string{"SUDO_USER": "alice"}, "root", "alice"},
		{0, map[string]string{"DOAS_USER": "bob"}, "root", "bob"},
		{0, map[string]string{"SUDO_USER": "root"}, "root", ""},
		{nobody, map[string]string{"SUDO_USER": "alice"}, "user 1073741824", ""},
		{0, map[string]string{"SUDO_USER": strings.Repeat("x", 9999)}, "root", strings.Repeat("x", 64)},
	} {
		h := HoldBy(runtimedir.User{UID: test.uid, Getenv: env(test.env)})
		if h.User != test.user || h.SudoUser != test.sudoer {
			t.Errorf("%+v, want user %q, sudo user %q", h, test.user, test.sudoer)
		}
	}
}
