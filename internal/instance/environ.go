package instance

import (
	"context"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/invocation"
)

// ofTheCaller are variables that the supervisor of the caller sets for the caller. A
// daemon has neither its sockets nor its descriptors.
var ofTheCaller = []string{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}

// environ returns the environment of the program: svloop's own unless cleared, then
// the variables of the user, of --env-file and of --env. A later value replaces an
// earlier one.
func environ(ctx context.Context, o *invocation.Options, own []string, warn func(string)) ([]string, error) {
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
		pairs, err := readEnvFile(ctx, o.EnvFile, o.EnvFileOptional, warn)
		if err != nil {
			return nil, err
		}
		env.add(pairs...)
	}
	env.add(o.Env...)
	return env.list(), nil
}

// environment is a list of NAME=VALUE with one value for each name, in the order
// of the first appearance of the names.
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
