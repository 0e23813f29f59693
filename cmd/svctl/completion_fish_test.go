package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestCompletionInFish completes lines as fish does.
func TestCompletionInFish(t *testing.T) {
	t.Parallel()
	fish := find(t, "fish")
	dir, env := completionHost(t)
	scripts := script(t, "fish", "svctl") + script(t, "fish", "svloop")
	for _, test := range []struct{ line, want string }{
		{"svctl sta", "start\tstart services|status\treport the state of services"},
		{"svctl start h", "httpd\tcontrol in web, expected running"},
		{"svctl start web/", "web/httpd\tcontrol in web, expected running|web/same\tcommand in web, expected running"},
		{"svctl start my", "my srv&1\tdaemon, expected running"},
		{"svctl start get:", "get:ty@1\tcontrol, expected running"},
		{"svctl start my\\ srv\\&1 my", ""},
		{"svctl wait --f", "--for\tstate to wait for"},
		{"svctl wait --dry", ""},
		{"svctl wait --for ", "running|stopped|expected"},
		{"svctl wait --for=r", "--for=running"},
		{"svctl --conf bro", "broken.conf"},
		{"svctl --conf=bro", "--conf=broken.conf"},
		{"svctl export --output ", "out/"},
		{"svctl import brok", "broken.conf"},
		{"svctl --conf broken.conf start ", ""},
		{"svctl --conf missing.conf start ", ""},
		{"svctl --conf=other.conf start ", "other\tcontrol, expected running"},
		{"nosuch/svctl st", ""},
		{"svctl help ", ""},
		{"svctl completion ", "bash|zsh|fish"},
		{"svloop --restart ", "always\twhen to run the command again|on-failure\twhen to run the command again|on-success\twhen to run the command again"},
		{"svloop --surv", "--survivors\tprocesses of a killed instance"},
		{"svloop --user=roo", "--user=root\troot"},
		{"svloop --pidfile bro", "broken.conf"},
		{"svloop -c 3 -- cat bro", "broken.conf"},
		{"svloop --daemon --ready tcp:localhost:80 svctl wait --for ", "expected|running|stopped"},
		{"svloop svctl wait --js", "--json\tprint the answer as JSON"},
		{"simplevisor-loop --surv", "--survivors\tprocesses of a killed instance"},
	} {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), fish, "--no-config", "-c", scripts+"\ncomplete -C $argv[1]", test.line)
			cmd.Dir, cmd.Env = dir, env
			output, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			got := strings.FieldsFunc(string(output), func(r rune) bool { return r == '\n' })
			for i := range got {
				got[i] = strings.TrimSuffix(got[i], "\t")
			}
			if !slices.Equal(got, words(test.want)) {
				t.Errorf("got %q, want %q", got, words(test.want))
			}
		})
	}
}
