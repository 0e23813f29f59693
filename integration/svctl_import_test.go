package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// importedService is a definition of another system, in whose files DIR stands for the
// directory of the scene, BIN for that of the binaries and OWN for a unique word.
type importedService struct {
	name, file string
	files      map[string]string
	output     string // the output of the program, once for each start
}

const runsItself = "BIN/program env NAME pid DIR/program.pid "

var importedServices = []importedService{
	{"x", "x.service", map[string]string{
		"x.service": "[Service]\nType=notify\nEnvironment=\"NAME=a $b\"\nEnvironmentFile=DIR/env\nUMask=077\nRestart=on-failure\n" +
			"ExecStart=" + runsItself + "$WORDS ${READY}\nStandardOutput=append:DIR/out\nTimeoutStopSec=20\n",
		"env": "WORDS='append DIR/starts notify READY=1'\nREADY=serve\n",
	}, "a $b"},
	{"x", "x.service", map[string]string{
		"x.service": "[Service]\nEnvironment=\"NAME=a b\" WORDS='append \"DIR/starts\"'\nExecStart=" + runsItself + "$WORDS \\\n  serve\nStandardOutput=append:DIR/out\n",
	}, "a b"},
	{"x", "s.conf", map[string]string{
		"s.conf": "[program:x]\nenvironment=NAME=\"a,b\" ; of the program\ndirectory=%(here)s\nautorestart=true\nstartsecs=0\n" +
			"command=" + runsItself + "append \"%(here)s/starts\" serve\nstdout_logfile=DIR/out\n",
	}, "a,b"},
	{"x", "x", map[string]string{
		"x/run":      "#!/bin/sh -e\n# plain\nexec 2>&1\nexport NAME='a b'\nexec chpst -e ./env " + runsItself + "append ../starts say OUT serve\n",
		"x/env/NAME": "from a file \n",
	}, ""},
	{"x", "x/run", map[string]string{
		"x/run": "#!/bin/sh\nNAME=$(pwd)\nexport NAME\nexec " + runsItself + "append ../starts serve\n",
	}, ""},
	{"init", "init", map[string]string{"init": initScript}, ""},
	{"x", "x.service", map[string]string{
		"x.service": "[Service]\nType=forking\nExecStart=DIR/bg OWN\n",
		"bg":        backgrounder,
	}, ""},
}

// TestImportedServices tests imported services with the table of LSB.
func TestImportedServices(t *testing.T) {
	for i, service := range importedServices {
		t.Run(fmt.Sprintf("%d-%s", i, service.file), func(t *testing.T) {
			t.Parallel()
			s := lsbService{scene: newScene(t, nil), name: service.name, pidFile: "program.pid"}
			own := fmt.Sprintf("svctl-%d-%d", os.Getpid(), scripts.Add(1))
			for name, text := range service.files {
				check(t, os.MkdirAll(filepath.Dir(filepath.Join(s.dir, name)), 0o755))
				s.write(name, strings.NewReplacer("DIR", s.dir, "BIN", bin, "OWN", own).Replace(text))
			}
			code, text := s.svctl("import", service.file)
			if code != 0 {
				t.Fatalf("exit status %d: %s", code, text)
			}
			// /run is that of the host, and there is no syslog.
			text = strings.ReplaceAll(text, "daemon = /run/", "daemon = "+s.dir+"/")
			s.write("svctl.conf", strings.ReplaceAll(text, "daemon_options = ", "daemon_options = --log "+s.dir+"/log "))
			s.checkTable()
			if service.output == "" {
				return
			}
			said, err := os.ReadFile(filepath.Join(s.dir, "out"))
			starts, errStarts := os.ReadFile(filepath.Join(s.dir, "starts"))
			n := strings.Count(string(starts), "\n")
			if err != nil || errStarts != nil || n < 3 || string(said) != strings.Repeat(service.output+"\n", n) {
				t.Errorf("%d starts and the output %q, want %q for each: %v, %v", n, said, service.output, err, errStarts)
			}
		})
	}
}
