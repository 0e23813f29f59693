package main

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/launch"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/pkg/proctree"
)

// options is the command line.
type options struct {
	// What to do.
	daemon, debug, help, manual, version bool
	status, quit, json                   bool
	pidfile                              string
	command                              []string

	policy
	timeout      time.Duration
	killSpec     proctree.Schedule // nil: not given
	ready        readiness.Method
	readyTimeout time.Duration
	watchdog     time.Duration
	survivors    survivors

	streams [3]stream
	log     string

	surroundings
}

// surroundings is what the program finds around it.
type surroundings struct {
	user, group string
	chdir       string
	env         []string
	envFile     string
	clearEnv    bool
	setup       launch.Setup
}

// survivors says what a start does with what a killed instance left behind.
type survivors string

const (
	stopSurvivors   survivors = "stop"
	adoptSurvivors  survivors = "adopt"
	refuseSurvivors survivors = "refuse"
)

// Defaults that no option value spells.
const (
	defaultReadyTimeout = 60 * time.Second
	defaultBackoffMin   = 100 * time.Millisecond
	defaultBackoffMax   = time.Minute
)

func defaults() *options {
	return &options{
		policy:       policy{restart: onSuccess, backoffMin: defaultBackoffMin, backoffMax: defaultBackoffMax},
		ready:        readiness.Method{Kind: readiness.Exec},
		readyTimeout: defaultReadyTimeout,
		survivors:    stopSurvivors,
	}
}

// flags names the options. Those that simplevisor-loop had keep their names
// and meanings.
func (o *options) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("svloop", pflag.ContinueOnError)
	f.SetInterspersed(false)
	f.SortFlags = false
	value := func(name, short string, set func(string) error) {
		f.VarP(setter{set}, name, short, "")
	}

	f.BoolVar(&o.daemon, "daemon", false, "")
	f.BoolVarP(&o.debug, "debug", "d", false, "")
	f.BoolVarP(&o.help, "help", "h", false, "")
	f.BoolVarP(&o.help, "?", "?", false, "")
	f.BoolVarP(&o.manual, "manual", "m", false, "")
	f.BoolVar(&o.version, "version", false, "")
	f.BoolVar(&o.status, "status", false, "")
	f.BoolVar(&o.quit, "quit", false, "")
	f.BoolVar(&o.json, "json", false, "")
	value("pidfile", "", path(&o.pidfile))

	value("count", "c", number(&o.count, 0, 1<<31-1, "a whole number of runs up to 2147483647, 0 for no limit"))
	value("sleep", "s", seconds(&o.sleep))
	value("restart", "", oneOf(&o.restart, onSuccess, onFailure, always))
	value("backoff", "", o.setBackoff)
	value("max-failures", "", o.setMaxFailures)
	value("timeout", "", positive(&o.timeout))
	value("kill-spec", "", o.setKillSpec)
	value("ready", "", o.setReady)
	value("ready-timeout", "", positive(&o.readyTimeout))
	value("watchdog", "", positive(&o.watchdog))
	value("survivors", "", oneOf(&o.survivors, stopSurvivors, adoptSurvivors, refuseSurvivors))

	value("stdin", "", o.streams[0].set)
	value("stdout", "", o.streams[1].set)
	value("stderr", "", o.streams[2].set)
	value("log", "", path(&o.log))

	value("user", "", nonEmpty(&o.user, "the name or number of a user"))
	value("group", "", nonEmpty(&o.group, "the name or number of a group"))
	value("umask", "", o.setUmask)
	value("chdir", "", path(&o.chdir))
	value("chroot", "", path(&o.setup.Root))
	value("env", "", o.addEnv)
	value("env-file", "", path(&o.envFile))
	f.BoolVar(&o.clearEnv, "clear-env", false, "")
	value("nice", "", optional(&o.setup.Nice, -20, 19, "a whole number from -20 to 19"))
	value("rlimit", "", o.addRlimit)
	value("oom-score-adj", "", optional(&o.setup.OOMScoreAdj, -1000, 1000, "a whole number from -1000 to 1000"))
	f.BoolVar(&o.setup.NoNewPrivs, "no-new-privs", false, "")
	return f
}
