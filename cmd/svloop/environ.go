package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/nowait"
)

// ofTheCaller are variables that mean the caller's own standing with its
// supervisor, whose descriptors and sockets a daemon does not have.
var ofTheCaller = []string{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}

// environ is the environment of the program: svloop's own unless cleared, then
// the identity, the file and the options, each over what came before.
func environ(ctx context.Context, o *invocation.Options, own []string) ([]string, error) {
	env := newEnvironment()
	if !o.ClearEnv {
		env.add(own...)
	}
	if o.Daemon {
		env.remove(ofTheCaller...)
	}
	if id := o.Setup.Identity; id != nil {
		env.add(id.Environ()...)
	}
	if o.EnvFile != "" {
		pairs, err := readEnvFile(ctx, o.EnvFile)
		if err != nil {
			return nil, err
		}
		env.add(pairs...)
	}
	env.add(o.Env...)
	return env.list(), nil
}

// environment is a list of NAME=VALUE with one value for each name, in the
// order in which the names came first.
type environment struct {
	names  []string
	values map[string]string
}

func newEnvironment() *environment { return &environment{values: make(map[string]string)} }

func (e *environment) add(pairs ...string) {
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if _, known := e.values[name]; !known {
			e.names = append(e.names, name)
		}
		e.values[name] = value
	}
}

func (e *environment) remove(names ...string) {
	e.names = slices.DeleteFunc(e.names, func(name string) bool { return slices.Contains(names, name) })
	for _, name := range names {
		delete(e.values, name)
	}
}

func (e *environment) list() []string {
	pairs := make([]string, 0, len(e.names))
	for _, name := range e.names {
		pairs = append(pairs, name+"="+e.values[name])
	}
	return pairs
}

// longestLine is what execve(2) takes as one variable, with the byte that ends it.
const longestLine = 32 * 4096

// readEnvFile reads NAME=VALUE lines. Blank lines and those that begin with #
// or ; are passed over, and a value may stand in quotes, as in systemd.exec(5).
func readEnvFile(ctx context.Context, path string) ([]string, error) {
	f, err := nowait.OpenToRead(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open environment file: %w", err)
	}
	defer f.Close()
	// Who has a FIFO open for writing may never write.
	stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var pairs []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestLine)
	n := 1
	for ; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		name, value, found := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		name = strings.TrimSpace(name)
		if !found || name == "" || strings.ContainsAny(name, " \t") || strings.ContainsRune(line, 0) {
			return nil, fmt.Errorf("cannot read environment file: %s:%d:1: want NAME=VALUE, found %q", path, n, line)
		}
		pairs = append(pairs, name+"="+unquote(strings.TrimSpace(value)))
	}
	if err := lines.Err(); ctx.Err() != nil {
		return nil, fmt.Errorf("cannot read environment file %q: %w", path, context.Cause(ctx))
	} else if errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("cannot read environment file: %s:%d:1: the line has more than %d bytes, which no program can be given", path, n, longestLine-1)
	} else if err != nil {
		return nil, fmt.Errorf("cannot read environment file %q: %w", path, err)
	}
	return pairs, nil
}

func unquote(value string) string {
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		return value[1 : len(value)-1]
	}
	return value
}
