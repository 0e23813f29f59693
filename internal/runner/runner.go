// Package runner runs one command with a time limit. At the limit it terminates the
// command and all its descendants.
//
// A process of its own runs the command: this program in [Role], which is a child
// subreaper. All processes that the command starts, and orphans, are descendants of the
// role, in any session, and no other processes are.
//
//	caller ─ Run                      Role                       command
//	   │ stdin: the order ───────────►  │
//	   │                                ├─ start, new group ────────►
//	   ◄── output, relayed ─────────────┤   ◄── output, a pipe ──────┤
//	   │                                │   end, or time limit ◄─────┘
//	   │                                │   (after the limit: kill the tree)
//	   ◄── descriptor 3: the result ────┤
//	                                    └─► Drain, if the pipe is still open
//
// When the command has exited, the processes that it left in the background continue, and
// the caller does not wait for them. They may hold the command's output open. A pipe
// without a reader would kill them with SIGPIPE, a pipe that is not read would block
// them, and a file would grow without limit. So the role starts a process in the role
// [Drain], which reads the pipe, drops the data, and exits when the last writer has
// closed the pipe. It takes about a megabyte of memory, sleeps while nothing is written,
// and is started only for a command that leaves such a process. No kernel object discards
// data in this way without a process.
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
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/internal/spawn"
)

// Command is the command to run, as it is sent to the role.
type Command struct {
	Argv    []string
	Env     []string
	Dir     string        // its working directory; "" for that of the caller, even if it was removed
	Timeout time.Duration // 0: no limit
	Kill    string        // the signals at the limit, as for proctree.ParseSchedule
	Session bool          // the role leads a session of its own, which a terminal of the caller does not signal
}

// Result is how a command exited.
type Result struct {
	Exit     int    // its exit status, 128 plus the number of a signal, or -1 if it did not start
	Ended    string // "exit status 1", "killed by signal TERM"
	TimedOut bool   // it was terminated, at the limit or because the context was done
	Last     string // the last line of its output
	Err      error  // why it could not be started
	Warning  error  // a problem that did not prevent the run
}

// result is a Result on its way from the role to the caller.
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

// refusal is why a command could not be started. The text names the cause.
type refusal struct {
	text  string
	cause error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.cause }

// Run runs the command. It passes each line of its output to line, which is not called
// after Run has returned. When the context is done, the command is terminated as at the
// time limit.
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
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: c.Session}
	if kept, found := ctx.Value(keptFile{}).(*os.File); found {
		cmd.ExtraFiles = append(cmd.ExtraFiles, kept)
	}
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
	text, _ = io.ReadAll(report) // until the role has exited or closed the descriptor
	_ = cmd.Wait()
	<-drained // only the role had the other end
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

// keptFile is the key of a file in a context.
type keptFile struct{}

// Keep returns a context for commands during which the file stays open, even if the
// caller is killed: the role has it, the command does not. So a lock on the file is held
// until the command has exited.
func Keep(ctx context.Context, file *os.File) context.Context {
	return context.WithValue(ctx, keptFile{}, file)
}

// KeepAs returns a context that keeps the file that another context keeps, if any.
func KeepAs(ctx, other context.Context) context.Context {
	if file, found := other.Value(keptFile{}).(*os.File); found {
		return Keep(ctx, file)
	}
	return ctx
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
