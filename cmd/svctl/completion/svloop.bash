# bash completion for svloop; source it, or install it as
# /usr/share/bash-completion/completions/svloop

_svloop() {
    local switches="--daemon --debug --help --manual --version --status --quit --json --timestamps --clear-env --no-new-privs"
    local valued="--pidfile --count --sleep --restart --backoff --max-failures --timeout --kill-spec --ready --ready-timeout --watchdog --survivors --stdin --stdout --stderr --rotate --log --user --group --umask --chdir --chroot --env --env-file --nice --rlimit --oom-score-adj"
    local current=${COMP_WORDS[COMP_CWORD]} option="" value="" word i=1
    COMPREPLY=()
    # For bash, the = in --log=FILE and the : in tcp:HOST:PORT are words.
    while ((i < COMP_CWORD)); do
        word=${COMP_WORDS[i++]}
        case $word in
            --) _svloop_command "$i"; return ;;
            -c|-s|--*)
                [[ " $valued -c -s " == *" $word "* ]] || continue
                option=$word
                [ "${COMP_WORDS[i]}" != "=" ] || ((i++))
                value=${COMP_WORDS[i++]}
                while ((i <= COMP_CWORD)) && [[ ${COMP_WORDS[i]} == [:=@]* || $value == *[:=@] ]]; do
                    value+=${COMP_WORDS[i++]}
                done
                ((i <= COMP_CWORD)) || { _svloop_value "$option" "$value"; return; }
                ;;
            -*) ;;
            *) _svloop_command "$((i - 1))"; return ;;
        esac
    done
    case $current in
        -*) COMPREPLY=($(compgen -W "-c -s -d -h -m $switches $valued" -- "$current")) ;;
        *) _svloop_command "$COMP_CWORD" ;;
    esac
}

# _svloop_value completes the value of an option.
_svloop_value() {
    local value=${2#[=\"\']} words="" last="" IFS=$'\n'
    case $1 in
        --restart) words="on-success on-failure always" ;;
        --survivors) words="stop adopt refuse" ;;
        --ready)
            words="exec notify fd: pidfile: tcp: alive:"
            [[ $value != pidfile:* ]] || compopt -o default 2>/dev/null
            ;;
        --rlimit) words="as= core= cpu= data= fsize= locks= memlock= msgqueue= nice= nofile= nproc= rss= rtprio= rttime= sigpending= stack=" ;;
        --kill-spec) words="HUP INT QUIT USR1 USR2 TERM KILL" last=${value%"${value##* }"} ;;
        --user) words=$(compgen -u) ;;
        --group) words=$(compgen -g) last=${value%"${value##*,}"} ;;
        --stdin) words="null inherit" ;;
        --stdout|--stderr) words="null inherit syslog" ;;
    esac
    case $1 in
        --stdin|--stdout|--stderr|--pidfile|--log|--env-file) compopt -o default 2>/dev/null ;;
        --chdir|--chroot) compopt -o dirnames 2>/dev/null ;;
        --ready|--rlimit) [[ $value != *[:=]* ]] || return ;; # bash completes only the part behind it
    esac
    COMPREPLY=($(compgen -W "${words// /$IFS}" -P "$last" -- "${value#"$last"}"))
    [[ ${COMPREPLY[*]} != *[:=] ]] || compopt -o nospace 2>/dev/null
}

# _svloop_command completes the command, which begins with a word of this number, as its
# own line.
_svloop_command() {
    if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$1"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif (($1 == COMP_CWORD)) && [[ ${COMP_WORDS[COMP_CWORD]} != */* ]]; then
        COMPREPLY=($(compgen -c -- "${COMP_WORDS[COMP_CWORD]}"))
        compopt -o default 2>/dev/null
    else
        compopt -o default 2>/dev/null
    fi
}
complete -F _svloop svloop simplevisor-loop
