package main

// What a person sees stands here and in the messages that errors carry:
//   - one line for each thing, on standard error unless it was asked for;
//   - "NAME: " in front, lower case, no full stop; values quoted;
//   - a hint on a line of its own when there is something to do.

const usage = `usage: %[1]s [OPTIONS] COMMAND [ARG...]
       %[1]s --pidfile PATH --status [--json]
       %[1]s --pidfile PATH --quit

Run COMMAND in a loop: again after each success, until the first failure.

  -c, --count N          stop after N runs
  -s, --sleep SECONDS    sleep between two runs
      --restart WHEN     on-success (default), on-failure or always
      --backoff MIN:MAX  delays between restarts, doubling (default 0.1:60)
      --max-failures N/SECONDS   give up after N failures in SECONDS
      --timeout SECONDS  end a run that takes longer
      --kill-spec SPEC   how to end it (default "TERM/1 INT/1 QUIT/1 KILL")
      --daemon           detach; report once the command has been executed …
      --ready HOW        … or is ready: exec, notify, fd:N, pidfile:PATH,
                         tcp:HOST:PORT, alive:SECONDS
      --ready-timeout SECONDS    how long that may take (default 60)
      --watchdog SECONDS longest time between two WATCHDOG=1
      --pidfile PATH     own this pid file
      --survivors WHAT   stop, adopt or refuse what a killed one has left
      --status           0 running, 1 restarting or dead, 3 stopped, 4 unknown
      --quit             end it, and wait for the end
      --log FILE         own messages to FILE, not syslog or standard error
      --stdin, --stdout, --stderr WHERE   FILE, null, syslog or inherit
      --user NAME, --group NAME[,NAME...], --umask MASK, --chdir DIR,
      --chroot DIR, --env NAME=VALUE, --env-file FILE, --clear-env, --nice N,
      --rlimit NAME=SOFT[:HARD], --oom-score-adj N, --no-new-privs
  -d, --debug            more messages
  -h, --help, -m, --manual, --version

  %[1]s -c 1 --pidfile /run/x.pid --daemon /usr/bin/prog
  %[1]s -c 1 --restart always --ready tcp:localhost:80 --daemon prog
`

// Answers; the name comes first, and the pid where there is one.
const (
	sayStarted   = "%s (pid %d) started\n"
	sayStatus    = "%s %s\n"
	sayUnknown   = "%s: %s\n"
	sayStatusPID = "%s (pid %d) %s\n"
)
