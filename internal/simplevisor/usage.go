package simplevisor

// Usage is the first part of the help, which precedes a message about wrong usage.
const Usage = `usage: simplevisor [-h] [--conf CONF] [--conftype CONFTYPE] [--daemon]
                   [--interval INTERVAL] [--log LOG] [--logfile LOGFILE]
                   [--loglevel LOGLEVEL] [--logname LOGNAME] [-p PIDFILE]
                   [--store STORE] [--version]
                   command [path]
`

// VersionLine is the answer to --version. Scripts compare it, so it names the version
// of simplevisor whose command line this is.
const VersionLine = "simplevisor 1.3"

// HelpText is the answer to --help.
const HelpText = Usage + `
Supervise services: keep each of them in its expected state. This is svctl with the
command line of simplevisor 1.3, see simplevisor(1). "svctl supervise" does the same
with more options.

Commands without a path, if the root entry is a supervisor:
  start                start the supervisor, with --daemon in the background
  stop                 stop the supervisor and all services
  stop_supervisor      stop the supervisor, and leave the services as they are
  stop_children        stop all services; the next cycle starts them again
  wake_up              begin the next cycle now
  status               print the state of the supervisor
  check                compare the services with their expected state
  single               do one cycle, and exit
  check_configuration  check the configuration file

Commands with a path (names joined by slashes, from the root entry):
  start, stop, restart, status
                       run that command of the service
  check                compare the service or supervisor with its expected state
  restart_child        tell the running supervisor to restart the child

Other commands:
  help, pod, rst       print this text, or the manual page

Options:
  -h, --help           print this text
  --conf CONF          configuration file
  --conftype CONFTYPE  its format: apache (default) or json
  --daemon             run in the background, only with start
  --interval INTERVAL  seconds between two cycles (default: 60)
  --log LOG            null, file, syslog or stdout (default: stdout)
  --logfile LOGFILE    log file, only with --log file
  --loglevel LOGLEVEL  debug, info, warning, error or critical (default: warning)
  --logname LOGNAME    name in the log (default: simplevisor)
  -p, --pidfile PIDFILE
                       pid file of the supervisor
  --store STORE        file that keeps the cycles of the supervisor across restarts
  --version            print the version

Exit status:
  0  done; the service or supervisor is running or as expected
  1  failed; not as expected; the supervisor does not respond
  2  wrong usage
  3  the supervisor is not running (status)
  With a path, the exit status is that of the command of the service.
`
