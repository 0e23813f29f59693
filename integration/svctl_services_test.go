package integration

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/lsb"
)

// initScript is a control command like those of distributions. It also reports a zombie
// as dead.
const initScript = `#!/bin/sh
dead() {
    read -r stat 2>/dev/null </proc/$1/stat || return 0
    case $stat in *') Z '*|*') X '*) return 0 ;; esac
    return 1
}
case $1 in
start)
    program append runs serve &
    echo $! >program.pid
    ;;
stop)
    kill $(cat program.pid)
    until dead $(cat program.pid); do :; done
    rm program.pid
    ;;
restart)
    [ ! -e program.pid ] || $0 stop
    $0 start
    ;;
status)
    [ -e program.pid ] || exit 3
    ! dead $(cat program.pid)
    ;;
esac
`

// backgrounder is a script that puts itself into the background: the background process
// has the words of the start command, and blocks in opening the FIFO.
const backgrounder = `#!/bin/sh
if [ "$2" = background ]; then
    echo $$ >program.pid
    read -r line <pipe
fi
[ -e pipe ] || mkfifo pipe
"$0" "$1" background &
until [ -s program.pid ] && [ "$(cat program.pid)" = $! ]; do :; done
`

func TestServiceOfControlCommand(t *testing.T) {
	t.Parallel()
	s := lsbService{scene: newScene(t, map[string]string{"init": initScript, "svctl.conf": `
<entry>
    type = service
    name = x
    control = ./init
    timeout = 20
</entry>
`}), name: "x", pidFile: "program.pid"}
	s.checkTable()
	s.checkDirty("program.pid")
}

func TestServiceOfDaemon(t *testing.T) {
	t.Parallel()
	s := lsbService{scene: newScene(t, nil), name: "x", pidFile: "program.pid"}
	s.write("svctl.conf", `
<entry>
    type = service
    name = x
    daemon = `+s.dir+`/svloop.pid
    daemon_options = --log log --chdir .
    start = program pid program.pid append runs serve
    timeout = 20
</entry>
`)
	s.checkTable()
	s.checkDirty("svloop.pid")
}

// The process table is that of the host, so the words of a service must be unique.
func TestServiceOfPattern(t *testing.T) {
	for name, pattern := range map[string]string{
		"start command": "",
		"pattern":       "pattern = bg\\s%s\\sbackground $",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := fmt.Sprintf("svctl-%d-%d", os.Getpid(), scripts.Add(1))
			if pattern != "" {
				pattern = fmt.Sprintf(pattern, own)
			}
			s := lsbService{scene: newScene(t, map[string]string{"bg": backgrounder}), name: "x", pidFile: "program.pid"}
			s.write("svctl.conf", `
<entry>
    type = service
    name = x
    start = `+s.dir+`/bg `+own+`
    `+pattern+`
    timeout = 20
</entry>
`)
			s.checkTable()

			// A killed service is simply not running.
			s.expect("start", 0, "x: started", "start", "x")
			s.kill(s.program(true), false)
			s.expect("status", 3, "x: not running", "status", "x")
			s.expect("start", 0, "x: started", "start", "x")
			s.program(true)
			s.expect("stop", 0, "x: stopped", "stop", "x")
			s.program(false)
		})
	}
}

// TestServiceOfDebian controls services of Debian's packages with svctl. It does not
// touch services that run on this host already.
func TestServiceOfDebian(t *testing.T) {
	if os.Geteuid() != 0 {
		leaveOut(t, "services of the machine need root")
	}
	for _, d := range []struct {
		name, pidFile string
		dirty         bool // a SIGKILL of the process leaves no other process
	}{
		{"cron", "/run/crond.pid", true},
		{"nginx", "/run/nginx.pid", false},
		{"redis-server", "/run/redis/redis-server.pid", true},
		{"ssh", "/run/sshd.pid", true},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			s := lsbService{scene: newScene(t, map[string]string{"svctl.conf": `
<entry>
    type = service
    name = ` + d.name + `
    control = /usr/sbin/service ` + d.name + `
    timeout = 30
</entry>
`}), name: d.name, pidFile: d.pidFile}
			borrow(t, d.name)
			s.reaped = true
			s.checkTable()
			if d.dirty {
				s.checkDirty(d.pidFile)
			}
		})
	}
}

// borrow reserves a service of the host for this test, and leaves it stopped, as it was.
func borrow(t *testing.T, name string) {
	t.Helper()
	script, err := os.Open("/etc/init.d/" + name)
	if err != nil {
		leaveOut(t, name+" is not installed")
	}
	t.Cleanup(func() { script.Close() })
	if err := unix.Flock(int(script.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	service := func(action string) int {
		cmd := exec.Command("/usr/sbin/service", name, action)
		_ = cmd.Run()
		return cmd.ProcessState.ExitCode()
	}
	if code := service("status"); code != int(lsb.NotRunning) {
		leaveOut(t, fmt.Sprintf("%s is in use on this machine: its status is %d", name, code))
	}
	t.Cleanup(func() {
		// A script may leave the pid file of a killed process until the next action.
		for _, action := range []string{"stop", "start", "stop"} {
			if service("status") == int(lsb.NotRunning) {
				return
			}
			service(action)
		}
		t.Errorf("%s is not stopped at the end", name)
	})
}
