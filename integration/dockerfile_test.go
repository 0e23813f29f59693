package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDockerfileOfDocuments runs the command of the Dockerfile in docs/supervise.md as
// process 1 of a PID namespace, with the options of the services there. The output of a
// service must arrive at the output of process 1 with its name, and SIGTERM must stop everything.
func TestDockerfileOfDocuments(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/supervise.md")
	check(t, err)
	var command []string
	check(t, json.Unmarshal([]byte(lineAfter(t, string(page), "\nCMD ")), &command))
	options := lineAfter(t, string(page), "    daemon_options = ")

	h := newHost(t)
	conf := filepath.Join(h.dir, "services.conf")
	check(t, os.WriteFile(conf, fmt.Appendf(nil, `<entry>
    type = service
    name = web
    start = sh -c echo%%20hello;%%20exec%%20sleep%%201000
    daemon = %s
    daemon_options = %s
</entry>
`, h.pidfile, options), 0o644))
	args := []string{"--fork", "--pid", "--mount-proc", "--kill-child"}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	if err := exec.Command("unshare", append(args[:len(args):len(args)], "true")...).Run(); err != nil {
		leaveOut(t, fmt.Sprintf("no PID namespace can be made: %v", err))
	}
	container := exec.Command("unshare", append(args, command...)...)
	container.Env = append(h.environment(), "PATH="+bin+":"+os.Getenv("PATH"), "SVCTL_CONF="+conf)
	output, err := container.StdoutPipe()
	check(t, err)
	container.Stderr = container.Stdout
	check(t, container.Start())
	late := time.AfterFunc(patience, func() { _ = container.Process.Kill() })
	defer late.Stop()

	var text strings.Builder
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		fmt.Fprintln(&text, lines.Text())
		if strings.Contains(lines.Text(), "supervision cycle executed successfully") {
			check(t, syscall.Kill(onlyChild(t, container.Process.Pid), syscall.SIGTERM))
		}
	}
	if err := container.Wait(); err != nil {
		t.Errorf("the container: %v", err)
	}
	for _, want := range []string{"\nweb: hello\n", "[INFO] web: started\n", "[INFO] web: stopped\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the container does not print %q:\n%s", want, &text)
		}
	}
}

// lineAfter returns the rest of the line after the first occurrence of a text.
func lineAfter(t *testing.T, page, text string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, text)
	if !found {
		t.Fatalf("the page has no %q", text)
	}
	line, _, _ := strings.Cut(rest, "\n")
	return line
}
