// Package cmdline is the command line of svloop: its options, their values, and the
// combinations that are errors. It starts no process, and reads nothing from the host
// except the user database, on request.
package cmdline

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/proctree"
)

// Options are the parsed command line.
type Options struct {
	// The actions.
	Daemon, Debug, Help, Manual, Version bool
	Status, Quit, Json                   bool
	Pidfile                              string
	Command                              []string

	Policy
	Timeout      time.Duration
	KillSpec     proctree.Schedule // nil: not given
	Ready        readiness.Method
	ReadyTimeout time.Duration
	Watchdog     time.Duration
	Survivors    Survivors

	Streams    [3]Stream
	Rotate     Rotation // of the files of the streams
	Timestamps bool     // before each line in these files
	Log        string

	Surroundings
}

// The execution environment of the program.
type Surroundings struct {
	User    string
	Groups  []string // the first is the primary group, "" for the user's own
	Chdir   string
	Env     []string
	EnvFile string

	EnvFileOptional bool // the file may be missing

	ClearEnv bool
	Setup    spawn.Setup
}

// Survivors is what a start does with processes that a killed instance left running.
type Survivors string

const (
	StopSurvivors   Survivors = "stop"
	AdoptSurvivors  Survivors = "adopt"
	RefuseSurvivors Survivors = "refuse"
)

// Defaults that no option value can express.
const (
	defaultReadyTimeout = 60 * time.Second
	defaultBackoffMin   = 100 * time.Millisecond
	defaultBackoffMax   = time.Minute
)

// Defaults returns the options of an empty command line.
func Defaults() *Options {
	return &Options{
		Policy:       Policy{Restart: OnSuccess, BackoffMin: defaultBackoffMin, BackoffMax: defaultBackoffMax},
		Ready:        readiness.Method{Kind: readiness.Exec},
		ReadyTimeout: defaultReadyTimeout,
		Survivors:    StopSurvivors,
	}
}

// Flags defines the options. The options of simplevisor-loop keep their names and
// meanings.
func (o *Options) Flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("svloop", pflag.ContinueOnError)
	f.SetInterspersed(false)
	f.SortFlags = false
	value := func(name, short string, set func(string) error) {
		f.VarP(usageerror.Value(set), name, short, "")
	}

	f.BoolVar(&o.Daemon, "daemon", false, "")
	f.BoolVarP(&o.Debug, "debug", "d", false, "")
	f.BoolVarP(&o.Help, "help", "h", false, "")
	f.BoolVarP(&o.Help, "?", "?", false, "")
	f.BoolVarP(&o.Manual, "manual", "m", false, "")
	f.BoolVar(&o.Version, "version", false, "")
	f.BoolVar(&o.Status, "status", false, "")
	f.BoolVar(&o.Quit, "quit", false, "")
	f.BoolVar(&o.Json, "json", false, "")
	value("pidfile", "", path(&o.Pidfile))

	value("count", "c", number(&o.Count, 0, 1<<31-1, "a whole number of runs up to 2147483647, 0 for no limit"))
	value("sleep", "s", seconds(&o.Sleep))
	value("restart", "", oneOf(&o.Restart, OnSuccess, OnFailure, Always))
	value("backoff", "", o.setBackoff)
	value("max-failures", "", o.setMaxFailures)
	value("timeout", "", positive(&o.Timeout))
	value("kill-spec", "", o.setKillSpec)
	value("ready", "", o.setReady)
	value("ready-timeout", "", positive(&o.ReadyTimeout))
	value("watchdog", "", positive(&o.Watchdog))
	value("survivors", "", oneOf(&o.Survivors, StopSurvivors, AdoptSurvivors, RefuseSurvivors))

	value("stdin", "", o.Streams[0].setInput)
	value("stdout", "", o.Streams[1].setOutput)
	value("stderr", "", o.Streams[2].setOutput)
	value("rotate", "", o.setRotate)
	f.BoolVar(&o.Timestamps, "timestamps", false, "")
	value("log", "", path(&o.Log))

	value("user", "", nonEmpty(&o.User, "the name or number of a user"))
	value("group", "", o.addGroups)
	value("umask", "", o.setUmask)
	value("chdir", "", path(&o.Chdir))
	value("chroot", "", path(&o.Setup.Root))
	value("env", "", o.addEnv)
	value("env-file", "", o.setEnvFile)
	f.BoolVar(&o.ClearEnv, "clear-env", false, "")
	value("nice", "", optional(&o.Setup.Nice, -20, 19, "a whole number from -20 to 19"))
	value("rlimit", "", o.addRlimit)
	value("oom-score-adj", "", optional(&o.Setup.OOMScoreAdj, -1000, 1000, "a whole number from -1000 to 1000"))
	f.BoolVar(&o.Setup.NoNewPrivs, "no-new-privs", false, "")
	return f
}
