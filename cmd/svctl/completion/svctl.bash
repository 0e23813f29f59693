# bash completion for svctl; source it, or install it as
# /usr/share/bash-completion/completions/svctl

_svctl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local actions="start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help"
    local options="--conf --conftype --log --logfile --loglevel --logname --color --json --dry-run --jobs --fail-fast --quiet --for --names --follow --lines --failed --watch --plugin --warning --critical --timeout --output --install --force --yes --daemon --pidfile --interval --store --status --quit --leave --reload --wake-up --help --manual --version"
    local word words=() action="" format="" conf=()
    local i
    COMPREPLY=()
    # For bash, the = in --conf=FILE is a word.
    [ "$current" != "=" ] || current=""
    [ "$previous" != "=" ] || previous=${COMP_WORDS[COMP_CWORD-2]}
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [ "$word" = "=" ] || words+=("$word")
    done
    for ((i = 0; i < ${#words[@]}; i++)); do
        word=${words[i]}
        case $word in
            --conf|--conftype) conf+=("$word" "${words[i+1]}"); ((i++)) ;;
            --log|--logfile|--loglevel|--logname|--jobs|-j|--lines|--warning|-w|--critical|-c|--timeout|-t|--for|--output|--pidfile|--interval|--store) ((i++)) ;;
            -*) ;;
            *) if [ -z "$action" ]; then action=$word; else format=$word; fi ;;
        esac
    done
    case $previous in
        --conf|--logfile|--pidfile|--store) COMPREPLY=($(compgen -f -- "$current")); return ;;
        --output) COMPREPLY=($(compgen -d -- "$current")); return ;;
        --conftype) COMPREPLY=($(compgen -W "apache json" -- "$current")); return ;;
        --color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
        --for) COMPREPLY=($(compgen -W "running stopped expected" -- "$current")); return ;;
        --log) COMPREPLY=($(compgen -W "null file syslog stdout" -- "$current")); return ;;
        --loglevel) COMPREPLY=($(compgen -W "debug info warning error critical" -- "$current")); return ;;
        --jobs|-j|--lines|--warning|-w|--critical|-c|--timeout|-t|--logname|--interval) return ;;
    esac
    case $current in
        -*) COMPREPLY=($(compgen -W "$options" -- "$current")); return ;;
    esac
    case $action/$format in
        export/|unexport/) COMPREPLY=($(compgen -W "systemd sysv openrc runit s6 cron" -- "$current")); return ;;
    esac
    case $action in
        "") COMPREPLY=($(compgen -W "$actions" -- "$current")) ;;
        config) COMPREPLY=($(compgen -W "check dump" -- "$current")) ;;
        completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")) ;;
        import) COMPREPLY=($(compgen -f -- "$current")) ;;
        help|supervise|apply|metrics) ;;
        *) COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "${conf[@]}" list --names 2>/dev/null)" -- "$current")) ;;
    esac
}
complete -F _svctl svctl
