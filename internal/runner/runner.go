// Package runner runs one command to its end, or with all that came of it to
// its time limit.
//
// The command is run by a process of its own, this program under the name
// [Role], which is a child subreaper: what the command starts, and leaves, are
// that process's descendants, whatever sessions they make, and nobody else's.
//
//	caller ─ Run                      Role                       command
//	   │ stdin: the order, as JSON ──►  │
//	   │                                ├─ start, new group ────────►
//	   │                                │   end, or time limit ◄─────
//	   │                                │   (after the limit: end the tree)
//	   ◄── descriptor 3: the result ────┤
//	   ◄── output, as it comes ─────────────────────────────────────
//
// When the command has ended by itself, what it left in the background goes on;
// the caller does not wait for it, even while it holds the output open.
package runner

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/launch"
)

// Command is what to run.
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
}

// result is a Result on its way through the pipe.
type result struct {
	Exit     int
	Ended    string
	TimedOut bool
	Refusal  string
	NotFound bool
	Denied   bool
}

// Errors of a command that could not be started.
var (
	ErrNotFound = launch.ErrNotFound
	ErrDenied   = errors.New("permission denied")
)

// refusal is why a command could not be started. Its words name the cause.
type refusal struct {
	text  string
	cause error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.cause }

// lastOutput is how long after the end of a command its output is read, when
// something in the background holds it open.
const lastOutput = 50 * time.Millisecond

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
	order, err := json.Marshal(c)
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
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{Role}
	cmd.Env = os.Environ()
	cmd.Stdin = strings.NewReader(string(order))
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
		drain(output, func(text string) {
			last = text
			line(text)
		})
	}()
	text, _ := io.ReadAll(report) // until the role has ended or has said all
	_ = cmd.Wait()
	_ = output.SetReadDeadline(time.Now().Add(lastOutput))
	<-drained
	var r result
	if err := json.Unmarshal(text, &r); err != nil {
		return Result{}, fmt.Errorf("the process that runs it has ended without a result: %v", cmd.ProcessState)
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
	return result, nil
}

// drain reads lines of any length, and passes long ones in pieces.
func drain(from io.Reader, line func(string)) {
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
