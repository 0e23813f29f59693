package main

// What a person sees stands here, in the files of the actions, and in the
// messages that errors carry:
//   - answers on standard output, problems on standard error;
//   - "svctl: " in front of a problem, lower case, no full stop; values quoted;
//   - a hint on a line of its own when there is something to do.

const usage = `usage: svctl [OPTIONS] ACTION [NAME|PATH...]

Act on the services of a configuration; without a name, on all of them.

  start, stop, restart   bring them into that state (start and restart of a
                         group or of all leave out what is expected stopped)
  status                 is it running? exit status as LSB has it: 0 running,
                         1 dead, 3 not running, 4 unknown
  check                  are they as expected? exit 0 yes, 1 no
  list [--names]         what the configuration holds
  show                   the exact commands that each action stands for
  match                  the processes in which a service is found now
  config check|dump      is the configuration right? the tree of it as JSON
  export FORMAT          the entry for another init system: systemd, sysv,
                         openrc, runit, s6 or cron; printed, or --output DIR,
                         or --install to put it in place and enable it
  unexport FORMAT        take away what export --install or --output put there
  selftest NAME          drive a service through the table of LSB
  import FILE            the entry that stands for an init script, a systemd
                         unit, a supervisord section or a runit directory
  completion bash|zsh|fish   print the completion script of a shell
  help

      --conf FILE        configuration (default $SVCTL_CONF, else
                         /etc/simplevisor/simplevisor.conf, else for a plain
                         user $XDG_CONFIG_HOME/simplevisor/simplevisor.conf)
      --conftype TYPE    apache (default) or json
  -n, --dry-run          print what would be done; do nothing
      --json             answer in JSON
  -j, --jobs N           act on N services at a time (default 8)
      --output DIR       of export: write into this directory
      --install, --force of export: enable it; write over edited files
      --yes              of selftest: on a service that is running too
      --log WHERE        null, file, syslog or stdout (default)
      --logfile FILE, --logname NAME,
      --loglevel LEVEL   debug, info, warning (default), error or critical
  -h, --help, -m, --manual, --version

  svctl status custom1
  svctl --conf my.conf restart web/httpd web/cache
`
