#compdef svloop simplevisor-loop
# zsh completion for svloop; install it as _svloop in a directory of $fpath.

_svloop_ready() {
    if compset -P 'pidfile:'; then
        _files
        return
    fi
    compadd exec notify
    compadd -S '' fd: pidfile: tcp: alive:
}

_svloop_stream() {
    compadd null inherit syslog
    _files
}

_svloop_input() {
    compadd null inherit
    _files
}

_svloop_signals() {
    compset -P '* '
    compadd -S '' HUP INT QUIT USR1 USR2 TERM KILL
}

_svloop_groups() {
    compset -P '*,'
    _groups
}

_svloop_rlimits() { compadd -S '' as= core= cpu= data= fsize= locks= memlock= msgqueue= nice= nofile= nproc= rss= rtprio= rttime= sigpending= stack=; }

_svloop() {
    _arguments -s -S \
        '(-c --count)'{-c+,--count=}'[stop after this number of runs]:number:' \
        '(-s --sleep)'{-s+,--sleep=}'[sleep between two runs]:seconds:' \
        '--restart=[when to run the command again]:when:(on-success on-failure always)' \
        '--backoff=[delay before a restart]:MIN\:MAX:' \
        '--max-failures=[give up after this many failures]:N/SECONDS:' \
        '--timeout=[terminate a run that takes longer]:seconds:' \
        '--kill-spec=[signals and grace periods for termination]:signals:_svloop_signals' \
        '--daemon[detach, and return when the command is ready]' \
        '--ready=[when the command is ready]:how:_svloop_ready' \
        '--ready-timeout=[how long that may take]:seconds:' \
        '--watchdog=[longest time between two WATCHDOG=1 messages]:seconds:' \
        '--pidfile=[own this pid file]:file:_files' \
        '--survivors=[processes of a killed instance]:what:(stop adopt refuse)' \
        '--status[report the state of the instance]' \
        '--json[with --status\: print the answer as JSON]' \
        '--quit[terminate the instance and its processes]' \
        '--log=[file for messages]:file:_files' \
        '--stdin=[standard input]:file:_svloop_input' \
        '--stdout=[standard output]:file:_svloop_stream' \
        '--stderr=[standard error]:file:_svloop_stream' \
        '--rotate=[rotate the files of the output]:SIZE[\:KEEP]:' \
        '--timestamps[write the time before each line]' \
        '--user=[run the command as this user]:user:_users' \
        '*--group=[run the command with these groups]:group:_svloop_groups' \
        '--umask=[mask of the modes of new files]:mask:' \
        '--chdir=[working directory]:directory:_files -/' \
        '--chroot=[root directory]:directory:_files -/' \
        '*--env=[set a variable]:NAME=VALUE:' \
        '*--env-file=[read variables from a file]:file:_files' \
        '--clear-env[begin with an empty environment]' \
        '--nice=[scheduling priority]:number:' \
        '*--rlimit=[resource limit]:NAME=SOFT[\:HARD]:_svloop_rlimits' \
        '--oom-score-adj=[preference of the out-of-memory killer]:number:' \
        '--no-new-privs[no privileges by set-user-ID programs]' \
        '(-d --debug)'{-d,--debug}'[more messages]' \
        '(-h --help)'{-h,--help}'[print the usage]' \
        '(-m --manual)'{-m,--manual}'[print the manual page]' \
        '--version[print the version]' \
        '(-)1:command:_command_names -e' \
        '*::argument:_normal'
}

if [ "$funcstack[1]" = "_svloop" ]; then
    _svloop "$@"
else
    compdef _svloop svloop simplevisor-loop
fi
