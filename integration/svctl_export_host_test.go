package integration

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// initHost is the host with private init scripts, runlevels and /run, in a mount
// namespace: installations there have no effect on the host.
type initHost struct {
	*scene
	root string // of the directories that replace those of the host
}

// inPlace mounts the directories of its first argument over those of the host, and runs a
// program.
const inPlace = `cd "$0" || exit
for place in etc/* run var/spool/cron/crontabs; do
	[ ! -e "$place" ] || mount --bind "$place" "/$place" || exit
done
cd /
exec "$@"
`

// newInitHost returns a host for a configuration, in which BIN and DIR stand for the
// directories of the binaries and of the scene. OpenRC has booted it.
func newInitHost(t *testing.T, conf string, files map[string]string) *initHost {
	t.Helper()
	if os.Geteuid() != 0 {
		leaveOut(t, "a mount namespace needs root")
	}
	for _, program := range []string{"unshare", "update-rc.d", "insserv", "rc-service"} {
		if found, err := condition("have:" + program); err != nil || !found {
			leaveOut(t, program+" is not installed")
		}
	}
	h := &initHost{scene: newScene(t, nil)}
	h.root = filepath.Join(h.dir, "host")
	for name, text := range files {
		h.write(name, h.expand(text))
	}
	h.write("svctl.conf", h.expand(conf))
	// service(8) and OpenRC remove the mark that identifies processes.
	t.Cleanup(func() {
		if pid := h.pid("program.pid"); pid != 0 && isAlive(pid) {
			_, text := h.svctl("stop")
			t.Errorf("left behind: process %d; svctl stop: %s", pid, text)
		}
	})
	for _, dir := range []string{"starting", "started", "stopping", "inactive", "wasinactive", "failed", "hotplugged", "daemons", "options", "exclusive", "scheduled", "tmp"} {
		check(t, os.MkdirAll(filepath.Join(h.root, "run/openrc", dir), 0o755))
	}
	check(t, os.Mkdir(filepath.Join(h.root, "etc"), 0o755))
	h.write("host/run/openrc/softlevel", "")
	places, err := filepath.Glob("/etc/rc[0-6S].d")
	check(t, err)
	for _, place := range append(places, "/etc/init.d", "/etc/runlevels") {
		text, err := exec.Command("cp", "-a", place, h.root+place).CombinedOutput()
		if err != nil {
			t.Fatalf("cannot copy %s: %v: %s", place, err, text)
		}
	}
	// OpenRC removes all variables that are not configured to stay.
	h.write("host/etc/rc.conf", "rc_env_allow=\""+mark+"\"\n")
	return h
}

func (h *initHost) expand(text string) string {
	return strings.NewReplacer("BIN", bin, "DIR", h.dir).Replace(text)
}

// run runs a program on the host. The environment is that of the scene.
func (h *initHost) run(argv ...string) answer {
	h.t.Helper()
	return h.runHere(append([]string{"unshare", "-m", "sh", "-c", inPlace, h.root}, argv...)...)
}

// runHere runs a program on the host itself.
func (h *initHost) runHere(argv ...string) answer {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = h.dir, h.env
	cmd.WaitDelay = patience
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		h.t.Fatalf("%q: %v: %s%s", argv, err, &stdout, &stderr)
	}
	return answer{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// must runs a program on the host, which must succeed.
func (h *initHost) must(argv ...string) answer {
	h.t.Helper()
	a := h.run(argv...)
	if a.code != 0 {
		h.t.Fatalf("%q: %v", argv, a)
	}
	return a
}

// links returns the links of a service in the directories of the runlevels, as 2/S for
// /etc/rc2.d/S01x, and in those of OpenRC by their names.
func (h *initHost) links(name string) string {
	h.t.Helper()
	var all []string
	for _, pattern := range []string{"/etc/rc?.d/[SK][0-9][0-9]" + name, "/etc/runlevels/*/" + name} {
		found, err := filepath.Glob(h.root + pattern)
		check(h.t, err)
		for _, path := range found {
			dir, base := filepath.Split(strings.TrimPrefix(path, h.root))
			if level, sysv := strings.CutPrefix(dir, "/etc/rc"); sysv {
				all = append(all, level[:1]+"/"+base[:1])
			} else {
				all = append(all, filepath.Base(dir))
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// newInstallHost returns a host whose services are a daemon, x, and idle, which has a
// control script and is expected to be stopped. The functions run svctl there, and expect
// success with exactly this output.
func newInstallHost(t *testing.T) (h *initHost, svctl func(words ...string) answer, want func(a answer, stdout string)) {
	t.Helper()
	h = newInitHost(t, `
<entry>
    type = service
    name = x
    start = BIN/program pid DIR/program.pid serve
    daemon = DIR/svloop.pid
    daemon_options = --log DIR/log
</entry>
<entry>
    type = service
    name = idle
    expected = stopped
    control = DIR/init
    path = BIN:/usr/bin:/bin
</entry>
`, map[string]string{"init": inDir(initScript)})
	svctl = func(words ...string) answer { return h.run(append([]string{filepath.Join(bin, "svctl")}, words...)...) }
	want = func(a answer, stdout string) {
		t.Helper()
		if a.code != 0 || a.stdout != stdout || a.stderr != "" {
			t.Fatalf("%v, want %q", a, stdout)
		}
	}
	return h, svctl, want
}
