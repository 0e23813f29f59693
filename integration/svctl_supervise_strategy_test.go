package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const nginxConf = `daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path tmp/body;
    proxy_temp_path tmp/proxy;
    fastcgi_temp_path tmp/fastcgi;
    uwsgi_temp_path tmp/uwsgi;
    scgi_temp_path tmp/scgi;
    server { listen 127.0.0.1:PORT; }
}
`

// realPrograms returns the entries of redis-server, nginx and a control command, in this
// order.
func realPrograms(s *supervised) string {
	s.Helper()
	for _, program := range []string{"redis-server", "nginx"} {
		if _, err := exec.LookPath(program); err != nil {
			leaveOut(s, program+" is missing")
		}
	}
	redis, nginx := aFreePort(), aFreePort()
	for _, dir := range []string{"logs", "tmp"} {
		check(s, os.Mkdir(filepath.Join(s.dir, dir), 0o755))
	}
	s.write("nginx.conf", strings.Replace(nginxConf, "PORT", fmt.Sprint(nginx), 1))
	return entryOf("redis", "daemon = DIR/redis.pid", fmt.Sprintf("daemon_options = --chdir DIR --ready tcp:127.0.0.1:%d", redis),
		fmt.Sprintf("start = redis-server --port %d --bind 127.0.0.1 --save %%22%%22 --appendonly no --daemonize no", redis)) +
		entryOf("nginx", "daemon = DIR/nginx-loop.pid", fmt.Sprintf("daemon_options = --chdir DIR --ready tcp:127.0.0.1:%d", nginx),
			"start = nginx -p DIR -c nginx.conf -e logs/error.log") +
		controlEntry("script")
}

// TestSuperviseStrategies kills each of three services in a group, and expects that the
// strategy of the group restarts the right ones: only that one, all from that one on, or
// all.
func TestSuperviseStrategies(t *testing.T) {
	names := []string{"redis", "nginx", "script"}
	for strategy, from := range map[string]func(victim int) []string{
		"one_for_one":  func(victim int) []string { return names[victim : victim+1] },
		"rest_for_one": func(victim int) []string { return names[victim:] },
		"one_for_all":  func(int) []string { return names },
	} {
		t.Run(strategy, func(t *testing.T) {
			t.Parallel()
			s := newSupervised(t, "")
			s.configure(groupOf("g", strategy, realPrograms(s)))
			paths := []string{"g/redis", "g/nginx", "g/script"}
			s.supervise("1")
			s.awaitStates("running", paths...)
			before := s.programs()
			for victim, name := range names {
				s.killOne(before[name])
				s.await("the repair of "+name, func() bool {
					now := s.programs()
					return now[name] != before[name] && isAlive(now[name])
				})
				s.awaitStates("running", paths...)
				now := s.programs()
				for _, other := range names {
					restarted := now[other] != before[other]
					if want := slices.Contains(from(victim), other); restarted != want {
						t.Errorf("after the kill of %s: %s was restarted: %v, want %v\n%s", name, other, restarted, want, s.log())
					}
				}
				before = now
			}
			s.quitSupervisor()
			for name, pid := range before {
				if isAlive(pid) {
					t.Errorf("%s (pid %d) is alive after the end", name, pid)
				}
			}
		})
	}
}

// programs returns the pids of the programs of realPrograms.
func (s *supervised) programs() map[string]int {
	s.Helper()
	script := 0
	if text, err := os.ReadFile(filepath.Join(s.dir, "script/program.lock")); err == nil {
		_, _ = fmt.Sscan(string(text), &script)
	}
	return map[string]int{"redis": s.programOf("g/redis"), "nginx": s.programOf("g/nginx"), "script": script}
}
