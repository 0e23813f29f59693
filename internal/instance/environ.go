package instance

import (
	"context"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/environ"
)

// ofTheCaller are variables that the caller's supervisor sets for the caller. A daemon
// has neither the sockets nor the descriptors that they name.
var ofTheCaller = []string{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}

// environment returns the environment of the program: svloop's own unless cleared, then
// the variables of the user, of --env-file and of --env. A later value replaces an
// earlier one.
func environment(ctx context.Context, o *cmdline.Options, own []string, warn func(string)) ([]string, error) {
	var env []string
	if !o.ClearEnv {
		env = append(env, own...)
	}
	if o.Daemon {
		env = environ.Without(env, ofTheCaller...)
	}
	if id := o.Setup.Identity; id != nil {
		env = append(env, id.Environ()...)
	}
	if o.EnvFile != "" {
		pairs, err := readEnvFile(ctx, o.EnvFile, o.EnvFileOptional, warn)
		if err != nil {
			return nil, err
		}
		env = append(env, pairs...)
	}
	return environ.Unique(append(env, o.Env...)), nil
}
