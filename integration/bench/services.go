package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The sizes of the bounds.
const (
	manyEntries   = 10000
	manyDaemons   = 1000
	manyPatterns  = 200
	manyProcesses = 3000
	most          = 150 // ms for each of the three
)

// services measures svctl with many services, beside other tools that read such a file or
// search the process table.
func services(c *crowd, dir string, rounds int) error {
	svctl := filepath.Join(dir, "svctl")
	load, err := writeConfig(dir, "entries.conf", manyEntries, "start = /bin/x%d --conf /etc/x%d\n timeout = 30")
	if err != nil {
		return err
	}
	daemons, err := writeConfig(dir, "daemons.conf", manyDaemons, "start = /bin/x%d\n daemon = "+dir+"/none%d.pid")
	if err != nil {
		return err
	}
	patterns, err := writeConfig(dir, "patterns.conf", manyPatterns, "start = /bin/x%d\n pattern = ^/opt/app%d/bin/.*--conf")
	if err != nil {
		return err
	}
	fmt.Printf("\nsvctl with many services (beside what else does a part of it)\n")
	perl := []string{"perl", "-MConfig::General", "-e", "Config::General->new(-ConfigFile => $ARGV[0], -InterPolateVars => 1)->getall", load}
	if exec.Command("perl", "-MConfig::General", "-e", "1").Run() != nil {
		perl = nil
	}
	loading := fmt.Sprintf("load of %d entries", manyEntries)
	if err := pair(c, rounds, loading, []string{svctl, "--conf", load, "config", "check"}, "Perl's Config::General", perl); err != nil {
		return err
	}
	checking := fmt.Sprintf("check of %d daemon services", manyDaemons)
	if err := pair(c, rounds, checking, []string{svctl, "--conf", daemons, "check"}, "", nil); err != nil {
		return err
	}
	defer c.clear()
	for i := range manyProcesses {
		if _, err := c.start([]string{"sleep", "1000" + strconv.Itoa(i)}); err != nil {
			return err
		}
	}
	matching := fmt.Sprintf("%d patterns over %d processes", manyPatterns, manyProcesses)
	pgrep := []string{"sh", "-c", "pgrep -f '^/opt/app0/bin/.*--conf' || true"}
	return pair(c, rounds, matching, []string{svctl, "--conf", patterns, "check"}, "pgrep -f with one of them", pgrep)
}

// pair measures two commands in turn, and compares the first with its bound. The other
// may be missing.
func pair(c *crowd, rounds int, what string, words []string, other string, otherWords []string) error {
	var ours, theirs []time.Duration
	for range rounds {
		took, err := clock(c, words)
		if err != nil {
			return err
		}
		ours = append(ours, took)
		if otherWords == nil {
			continue
		}
		if took, err = clock(c, otherWords); err != nil {
			return err
		}
		theirs = append(theirs, took)
	}
	verdict(what, ms(median(ours)), most, "ms")
	if len(theirs) > 0 {
		fmt.Printf("    %s: %.2f ms, %.1f times as long\n", other, ms(median(theirs)), ms(median(theirs))/ms(median(ours)))
	}
	return nil
}

// writeConfig writes services that are expected to be stopped, and are. %d in the keys is
// replaced by the number of the service.
func writeConfig(dir, name string, n int, keys string) (string, error) {
	var text strings.Builder
	for i := range n {
		number := strings.ReplaceAll(keys, "%d", strconv.Itoa(i))
		fmt.Fprintf(&text, "<entry>\n type = service\n name = s%d\n expected = stopped\n %s\n</entry>\n", i, number)
	}
	path := filepath.Join(dir, name)
	return path, os.WriteFile(path, []byte(text.String()), 0o644)
}
