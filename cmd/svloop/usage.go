package main

// Text for users is in this file and in the errors of the other packages:
//   - one line per problem, on standard error; answers on standard output;
//   - "NAME: " first, lower case, no full stop, values quoted;
//   - a hint on its own line if the user can do something.

const usage = `usage: %[1]s [OPTIONS] COMMAND [ARG...]
       %[1]s --pidfile PATH --status [--json]
       %[1]s --pidfile PATH --quit

Run COMMAND in a loop until it fails. With -c 1 --daemon: daemonize COMMAND.

  -c, --count N          stop after N runs
  -s, --sleep SECONDS    sleep between two runs
      --restart WHEN     on-success (default), on-failure or always
      --backoff MIN:MAX  delay before a restart, doubles (default 0.1:60)
      --max-failures N/SECONDS   give up after N failures in SECONDS
      --timeout SECONDS  terminate a run that takes longer
      --kill-spec SPEC   signals and grace periods for termination
                         (default "TERM/1 INT/1 QUIT/1 KILL")
      --daemon           detach, and return when COMMAND is ready
      --ready HOW        when COMMAND is ready: exec (default), notify, fd:N,
                         pidfile:PATH, tcp:HOST:PORT or alive:SECONDS
      --ready-timeout SECONDS    how long that may take (default 60)
      --watchdog SECONDS longest time between two WATCHDOG=1 messages
      --pidfile PATH     own this pid file
      --survivors WHAT   stop, adopt or refuse processes of a killed instance
      --status           0 running, 1 restarting or dead, 3 stopped, 4 unknown
      --quit             terminate the instance and its processes, and wait
      --log FILE         log to FILE instead of syslog or standard error
      --stdin, --stdout, --stderr WHERE   FILE, null, inherit or syslog
      --rotate SIZE[:KEEP]       rotate these files, keep 5 or KEEP old ones
      --timestamps       write the time before each line in these files
      --user NAME, --group NAME[,NAME...], --umask MASK, --chdir DIR,
      --chroot DIR, --env NAME=VALUE, --env-file FILE, --clear-env, --nice N,
      --rlimit NAME=SOFT[:HARD], --oom-score-adj N, --no-new-privs
  -d, --debug            more messages
  -h, --help, -m, --manual, --version

  %[1]s -c 1 --pidfile /run/x.pid --daemon /usr/bin/prog
  %[1]s -c 1 --restart always --ready tcp:localhost:80 --daemon prog
`

// Answers start with the program's name, then the pid if there is one.
const (
	sayStatus    = "%s %s\n"
	sayUnknown   = "%s: %s\n"
	sayStatusPID = "%s (pid %d) %s\n"
)
