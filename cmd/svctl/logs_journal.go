package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/svloop/svloop/internal/logfile"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/servicedef"
)

// systemdRuns is the directory that exists if systemd is the init system (sd_booted(3)).
const systemdRuns = "/run/systemd/system"

// journalOf returns the command that prints the messages of a service in the journal of
// systemd: those of its svloop, whose name all share. The reason says why there is none.
func (l *logs) journalOf(service *servicedef.Service) (command []string, why string) {
	if info, err := os.Stat(systemdRuns); err != nil || !info.IsDir() {
		return nil, whySyslog
	}
	path, err := exec.LookPath("journalctl")
	if err != nil {
		return nil, whySyslog
	}
	now := pidfiles.Svloop.Probe(service.Daemon)
	if now.PID == 0 {
		return nil, whyStopped
	}
	command = []string{path, "--quiet", "--no-pager", "-t", filepath.Base(l.control.Svloop), "_PID=" + strconv.Itoa(now.PID), "-n", strconv.Itoa(l.showing.last())}
	if l.showing.follow {
		command = append(command, "-f")
	}
	return command, ""
}

// runJournals prints the messages in the journal. The result waits for the commands. One
// that follows ends with svctl, because its output is closed then.
func (l *logs) runJournals(ctx context.Context, sources []*logSource) (wait func()) {
	var running sync.WaitGroup
	for _, source := range sources {
		cmd := exec.CommandContext(ctx, source.journal[0], source.journal[1:]...)
		cmd.Stderr = l.stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			l.problem(source, fmt.Errorf("cannot run %q: %w", source.journal[0], err))
			continue
		}
		finish := func() {
			l.copyJournal(source, out)
			if l.out.closed() {
				_ = cmd.Process.Kill()
			}
			if err := cmd.Wait(); err != nil && ctx.Err() == nil && !l.out.closed() {
				l.problem(source, fmt.Errorf("%q failed: %w", source.journal[0], err))
			}
		}
		if l.showing.follow {
			running.Go(finish)
		} else {
			finish()
		}
	}
	return running.Wait
}

// copyJournal prints the output of journalctl line by line.
func (l *logs) copyJournal(source *logSource, out io.ReadCloser) {
	defer out.Close()
	r := bufio.NewReaderSize(out, logfile.Longest)
	for begins := true; ; {
		line, err := r.ReadSlice('\n')
		if len(line) > 0 {
			l.out.line(source, line, begins)
			begins = line[len(line)-1] == '\n'
		}
		if r.Buffered() == 0 {
			l.out.flush()
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) || l.out.closed() {
			return
		}
	}
}
