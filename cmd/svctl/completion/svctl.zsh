#compdef svctl
# zsh completion for svctl; install it as _svctl in a directory of $fpath.

_svctl_names() {
    local -a conf names
    local i
    for ((i = 2; i < $#words; i++)); do
        case $words[i] in
            --conf|--conftype) conf+=($words[i] $words[i+1]) ;;
            --conf=*|--conftype=*) conf+=($words[i]) ;;
        esac
    done
    names=(${(f)"$($words[1] $conf list --names 2>/dev/null)"})
    compadd -a names
}

_svctl_argument() {
    local word action
    for word in ${words[2,CURRENT-1]}; do
        case $word in
            start|stop|restart|try-restart|reload|force-reload|signal|ensure|apply|status|wait|check|supervise|metrics|list|logs|show|match|config|export|unexport|selftest|import|completion|help) action=$word; break ;;
        esac
    done
    case $action in
        config) compadd check dump ;;
        completion) compadd bash zsh fish ;;
        export|unexport) compadd systemd sysv openrc runit s6 cron; _svctl_names ;;
        import) _files ;;
        help|supervise|apply|metrics) ;;
        *) _svctl_names ;;
    esac
}

_svctl() {
    _arguments \
        '--conf=[configuration file]:file:_files' \
        '--conftype=[syntax of the configuration]:type:(apache json)' \
        '--log=[where to write messages]:log:(null file syslog stdout)' \
        '--logfile=[file for --log file]:file:_files' \
        '--loglevel=[lowest level]:level:(debug info warning error critical)' \
        '--logname=[name at the start of messages]:name:' \
        '--color=-[when to use colours]:when:(auto always never)' \
        '--json[print the answer as JSON]' \
        '(-n --dry-run)'{-n,--dry-run}'[print what would be done]' \
        '(-j --jobs)'{-j,--jobs=}'[services at a time]:number:' \
        '--watch=-[report again and again]:seconds:' \
        '--failed[only services that are not as expected]' \
        '--fail-fast[begin no further service after a failure]' \
        '(-q --quiet)'{-q,--quiet}'[print only problems]' \
        '--for=[state to wait for]:state:(running stopped expected)' \
        '--names[print only paths]' \
        '(-f --follow)'{-f,--follow}'[logs: print new lines too]' \
        '--lines=[logs: number of lines of each]:number:' \
        '--plugin[check: be a plugin of a monitoring system]' \
        '(-w --warning)'{-w,--warning=}'[limit of restarts for a warning]:range:' \
        '(-c --critical)'{-c,--critical=}'[limit of restarts for a critical state]:range:' \
        '(-t --timeout)'{-t,--timeout=}'[time limit in seconds]:number:' \
        '--output=[directory of the files]:directory:_files -/' \
        '--install[install and enable]' \
        '--force[overwrite edited files]' \
        '--yes[also test a running service]' \
        '--daemon[supervise in the background]' \
        '--pidfile=[pid file of the supervisor]:file:_files' \
        '--interval=[seconds between two cycles]:number:' \
        '--store=[file that keeps the windows of the groups]:file:_files' \
        '--status[state of the supervisor]' \
        '--quit[stop all services and end the supervisor]' \
        '--leave[quit, leave the services as they are]' \
        '--reload[read the configuration again]' \
        '--wake-up[begin a cycle now]' \
        '(-h --help)'{-h,--help}'[help]' \
        '(-m --manual)'{-m,--manual}'[manual page]' \
        '--version[version]' \
        '1:action:(start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help)' \
        '*:name:_svctl_argument'
}

if [ "$funcstack[1]" = "_svctl" ]; then
    _svctl "$@"
else
    compdef _svctl svctl
fi
