# fish completion for svloop; install it as ~/.config/fish/completions/svloop.fish

set -g __svloop_valued --pidfile -c --count -s --sleep --restart --backoff --max-failures --timeout --kill-spec --ready --ready-timeout --watchdog --survivors --stdin --stdout --stderr --rotate --log --user --group --umask --chdir --chroot --env --env-file --nice --rlimit --oom-score-adj

# __svloop_command prints the words of the command that are before the cursor. It fails at
# the value of an option.
function __svloop_command
    set -l words (commandline -opc)
    set -e words[1]
    while string match -q -- '-*' $words[1]
        set -l word $words[1]
        set -e words[1]
        test "$word" != --; or break
        if contains -- $word $__svloop_valued
            set -q words[1]; or return 1
            set -e words[1]
        end
    end
    string escape -- $words
    return 0
end

# __svloop_before succeeds if the command does not begin before the cursor.
function __svloop_before
    not string length -q -- (__svloop_command)
    and not contains -- -- (commandline -opc)
end

# __svloop_delegated completes the command as a line of its own.
function __svloop_delegated
    set -l command (__svloop_command); or return
    set -l token (commandline -ct)
    # Before the command, a dash begins an option.
    __svloop_before; and string match -q -- '-*' $token; and return
    complete -C (string join ' ' -- $command "$token")
end

complete -c svloop -f -a "(__svloop_delegated)"
complete -c svloop -n __svloop_before -s c -l count -x -d "stop after this number of runs"
complete -c svloop -n __svloop_before -s s -l sleep -x -d "sleep between two runs"
complete -c svloop -n __svloop_before -l restart -x -a "on-success on-failure always" -d "when to run the command again"
complete -c svloop -n __svloop_before -l backoff -x -d "delay before a restart"
complete -c svloop -n __svloop_before -l max-failures -x -d "give up after this many failures"
complete -c svloop -n __svloop_before -l timeout -x -d "terminate a run that takes longer"
complete -c svloop -n __svloop_before -l kill-spec -x -a "HUP INT QUIT USR1 USR2 TERM KILL" -d "signals and grace periods for termination"
complete -c svloop -n __svloop_before -l daemon -d "detach, and return when the command is ready"
complete -c svloop -n __svloop_before -l ready -x -a "exec notify fd: pidfile: tcp: alive:" -d "when the command is ready"
complete -c svloop -n __svloop_before -l ready-timeout -x -d "how long that may take"
complete -c svloop -n __svloop_before -l watchdog -x -d "longest time between two WATCHDOG=1 messages"
complete -c svloop -n __svloop_before -l pidfile -r -F -d "own this pid file"
complete -c svloop -n __svloop_before -l survivors -x -a "stop adopt refuse" -d "processes of a killed instance"
complete -c svloop -n __svloop_before -l status -d "report the state of the instance"
complete -c svloop -n __svloop_before -l json -d "with --status: print the answer as JSON"
complete -c svloop -n __svloop_before -l quit -d "terminate the instance and its processes"
complete -c svloop -n __svloop_before -l log -r -F -d "file for messages"
complete -c svloop -n __svloop_before -l stdin -r -F -a "null inherit" -d "standard input"
complete -c svloop -n __svloop_before -l stdout -r -F -a "null inherit syslog" -d "standard output"
complete -c svloop -n __svloop_before -l stderr -r -F -a "null inherit syslog" -d "standard error"
complete -c svloop -n __svloop_before -l rotate -x -d "rotate the files of the output"
complete -c svloop -n __svloop_before -l timestamps -d "write the time before each line"
complete -c svloop -n __svloop_before -l user -x -a "(__fish_complete_users)" -d "run the command as this user"
complete -c svloop -n __svloop_before -l group -x -a "(__fish_complete_list , __fish_complete_groups)" -d "run the command with these groups"
complete -c svloop -n __svloop_before -l umask -x -d "mask of the modes of new files"
complete -c svloop -n __svloop_before -l chdir -x -a "(__fish_complete_directories)" -d "working directory"
complete -c svloop -n __svloop_before -l chroot -x -a "(__fish_complete_directories)" -d "root directory"
complete -c svloop -n __svloop_before -l env -x -d "set a variable"
complete -c svloop -n __svloop_before -l env-file -r -F -d "read variables from a file"
complete -c svloop -n __svloop_before -l clear-env -d "begin with an empty environment"
complete -c svloop -n __svloop_before -l nice -x -d "scheduling priority"
complete -c svloop -n __svloop_before -l rlimit -x -a "as= core= cpu= data= fsize= locks= memlock= msgqueue= nice= nofile= nproc= rss= rtprio= rttime= sigpending= stack=" -d "resource limit"
complete -c svloop -n __svloop_before -l oom-score-adj -x -d "preference of the out-of-memory killer"
complete -c svloop -n __svloop_before -l no-new-privs -d "no privileges by set-user-ID programs"
complete -c svloop -n __svloop_before -s d -l debug -d "more messages"
complete -c svloop -n __svloop_before -s h -l help -d "print the usage"
complete -c svloop -n __svloop_before -s m -l manual -d "print the manual page"
complete -c svloop -n __svloop_before -l version -d "print the version"
complete -c simplevisor-loop -w svloop
