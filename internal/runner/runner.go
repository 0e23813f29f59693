// Package runner runs one command until it exits, or until its time limit, which
// ends the command with all its descendants.
//
// The command is run by a process of its own, this program in [Role], which is a
// child subreaper: what the command starts, and leaves, are
// that process's descendants, whatever sessions they make, and nobody else's.
//
//	caller ─ Run                      Role                       command
//	   │ stdin: the order ───────────►  │
//	   │                                ├─ start, new group ────────►
//	   ◄── output, relayed ─────────────┤   ◄── output, a pipe ──────┤
//	   │                                │   end, or time limit ◄─────┘
//	   │                                │   (after the limit: end the tree)
//	   ◄── descriptor 3: the result ────┤
//	                                    └─► Drain, if the pipe is still open
//
// When the command has exited, the processes that it left in the background go
// on, and the caller does not wait for them. They may hold the command's output
// open. A pipe without a reader would kill them with SIGPIPE, a pipe that nobody
// reads would block them, and a file would grow without limit. So the role starts
// a process in the role [Drain]: it reads the pipe, drops what it reads, and
// exits when the last writer has closed the pipe. It costs about a megabyte of
// memory, sleeps while nothing is written, and is started only for a command that
// leaves such a process. No kernel object discards like this without a process.
package runner

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/internal/spawn"
)

// Command is what to run. The role gets it as it is.
type Command struct {
	Argv    []string
	Env     []string
	Dir     string        // where it starts; "" where the caller is, even if no path leads there
	Timeout time.Duration // 0: no limit
	Kill    string        // how it is ended then, as for proctree.ParseSchedule
}

// Result is how a command ended.
type Result struct {
	Exit     int    // its exit status, 128 and the number of a signal, -1 when it did not start
	Ended    string // "exit status 1", "killed by signal TERM"
	TimedOut bool   // it was ended, after its time or because the context was done
	Last     string // the last line that it wrote
	Err      error  // why it could not be started
	Warning  error  // the command was run, but something about it failed
}

// result is a Result on its way back.
type result struct {
	Exit     int
	Ended    string
	TimedOut bool
	Refusal  string
	NotFound bool
	Denied   bool
	Warning  string
}

// Errors of a command that could not be started.
var (
	ErrNotFound = spawn.ErrNotFound
	ErrDenied   = errors.New("permission denied")
)

// refusal is why a command could not be started. Its words name the cause.
type refusal struct {
	text  string
	cause error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.cause }

// Run runs the command. Each line of its output is passed to line, which may be
// called until Run returns. When the context is done the command is ended like
// one that has run out of time.
func Run(ctx context.Context, c Command, line func(string)) Result {
	r, err := run(ctx, c, line)
	if err != nil {
		return Result{Exit: -1, Err: fmt.Errorf("cannot run %q: %w", c.Argv[0], err)}
	}
	return r
}

func run(ctx context.Context, c Command, line func(string)) (Result, error) {
	if ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	text, err := reexec.Marshal(c)
	if err != nil {
		return Result{}, err
	}
	output, outputEnd, err := os.Pipe()
	if err != nil {
		return Result{}, err
	}
	defer output.Close()
	report, reportEnd, err := os.Pipe()
	if err != nil {
		outputEnd.Close()
		return Result{}, err
	}
	defer report.Close()
	cmd := exec.Command(reexec.Self)
	cmd.Args = []string{Role.Name}
	cmd.Env = os.Environ()
	cmd.Stdin = bytes.NewReader(text)
	cmd.Stdout, cmd.Stderr = outputEnd, outputEnd
	cmd.ExtraFiles = []*os.File{reportEnd}
	err = cmd.Start()
	outputEnd.Close()
	reportEnd.Close()
	if err != nil {
		return Result{}, err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(os.Interrupt) })
	defer stop()

	last := ""
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		eachLine(output, func(text string) {
			last = text
			line(text)
		})
	}()
	text, _ = io.ReadAll(report) // until the role has ended or has said all
	_ = cmd.Wait()
	<-drained // the role alone had the other end
	var r result
	if err := reexec.Unmarshal(text, &r); err != nil {
		return Result{}, fmt.Errorf("the process that runs it exited without a result: %v", cmd.ProcessState)
	}
	result := Result{Exit: r.Exit, Ended: r.Ended, TimedOut: r.TimedOut, Last: last}
	switch {
	case r.NotFound:
		result.Err = &refusal{r.Refusal, ErrNotFound}
	case r.Denied:
		result.Err = &refusal{r.Refusal, ErrDenied}
	case r.Refusal != "":
		result.Err = errors.New(r.Refusal)
	}
	if r.Warning != "" {
		result.Warning = errors.New(r.Warning)
	}
	return result, nil
}

// eachLine reads lines of any length, and passes long ones in pieces.
func eachLine(from io.Reader, line func(string)) {
	r := bufio.NewReaderSize(from, 64*1024)
	for {
		piece, err := r.ReadSlice('\n')
		if text := strings.TrimRight(string(piece), "\r\n"); text != "" {
			line(text)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}
