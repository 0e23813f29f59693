package main

// Text for users is in this file, in the files of the actions, and in the errors
// of the other packages:
//   - answers on standard output, problems on standard error;
//   - "svctl: " before a problem, lower case, no full stop, values quoted;
//   - a hint on its own line if the user can do something.

const usage = `usage: svctl [OPTIONS] ACTION [NAME|PATH...]

Act on the named services of a configuration, or on all of them.

  start, stop, restart   change the state of services
  reload, force-reload, try-restart, signal SIGNAL   for services that run
  status [--failed] [--watch]   report the state; LSB exit status: 0 running,
                         1 dead, 3 not running, 4 unknown
  wait                   wait until running (and ready), stopped or expected
  check                  compare with the expected state; exit status 0 or 1;
                         with --plugin as a plugin of Nagios, Icinga, …: 0 to 3
  ensure, apply          bring all into the expected state; apply what changed
  supervise              keep every service in its expected state, or ask a
                         running supervisor: see svctl-supervise(1)
  metrics                print metrics for Prometheus, or write them (--output)
  list [--names]         list the groups and services of the configuration
  logs [-f] [-n N]       print the last lines of the logs, and follow them
  show, match            print the exact commands; list matching processes
  config check|dump      validate the configuration, or print it as JSON
  export FORMAT          translate services for systemd, sysv, openrc, runit,
                         s6 or cron: print them, write them (--output DIR),
                         or install and enable them (--install)
  unexport FORMAT        remove what export --install or --output wrote
  selftest NAME          test a service against the LSB table
  import FILE            translate an init script, a systemd unit, a
                         supervisord section or a runit directory to entries
  help, completion bash|zsh|fish   print this text, or the script of a shell

      --conf FILE        configuration (default $SVCTL_CONF, else
                         /etc/simplevisor/simplevisor.conf, see svctl(1))
      --conftype TYPE    apache (default) or json
  -n, --dry-run          print what would be done, and do nothing
      --json, -q, --quiet  answer as JSON, or print only problems
      --fail-fast        act on no further service after a failure
      --color [=WHEN]    auto (default: on a terminal), always or never
  -j, --jobs N           act on N services at a time (default 16)
      --plugin, -w, --warning RANGE[/SECONDS], -c, --critical RANGE[/SECONDS],
                         check: act as a plugin; limits of restarts
      -t, --timeout SECONDS, --for STATE   time limit of check --plugin, metrics
                         and wait; what to wait for (default: running)
      --output PATH      export: to this directory; metrics: to this file
      --install, --force export: install and enable; overwrite edited files
  -f, --follow, -n, --lines N   logs: print new lines, too; the last N (10)
      --yes              selftest: also test a service that is running
      --daemon, --pidfile FILE, --interval SECONDS, --store FILE, --status,
      --quit, --leave, --reload, --wake-up   options of supervise
      --log WHERE        null, file, syslog or stdout (default)
      --logfile FILE, --logname NAME,
      --loglevel LEVEL   debug, info, warning (default), error or critical
  -h, --help, -m, --manual, --version

  svctl --conf my.conf restart web/httpd web/cache
`
