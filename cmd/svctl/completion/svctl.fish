# fish completion for svctl; install it as ~/.config/fish/completions/svctl.fish

set -l actions start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help

function __svctl_names
    set -l words (commandline -opc)
    set -l conf
    for i in (seq 2 (count $words))
        switch $words[$i]
            case --conf --conftype
                set -a conf $words[$i] $words[(math $i + 1)]
            case '--conf=*' '--conftype=*'
                set -a conf $words[$i]
        end
    end
    $words[1] $conf list --names 2>/dev/null
end

complete -c svctl -f
complete -c svctl -n "not __fish_seen_subcommand_from $actions" -a "$actions"
complete -c svctl -n "__fish_seen_subcommand_from start stop restart try-restart reload force-reload signal ensure status wait check list logs show match export unexport selftest" -a "(__svctl_names)"
complete -c svctl -n "__fish_seen_subcommand_from export unexport" -a "systemd sysv openrc runit s6 cron"
complete -c svctl -n "__fish_seen_subcommand_from import" -F
complete -c svctl -n "__fish_seen_subcommand_from config" -a "check dump"
complete -c svctl -n "__fish_seen_subcommand_from completion" -a "bash zsh fish"
complete -c svctl -l conf -r -F -d "configuration file"
complete -c svctl -l conftype -x -a "apache json" -d "syntax of the configuration"
complete -c svctl -l log -x -a "null file syslog stdout" -d "where to write messages"
complete -c svctl -l logfile -r -F -d "file for --log file"
complete -c svctl -l loglevel -x -a "debug info warning error critical" -d "lowest level"
complete -c svctl -l logname -x -d "name at the start of messages"
complete -c svctl -l color -x -a "auto always never" -d "when to use colours"
complete -c svctl -l json -d "print the answer as JSON"
complete -c svctl -s n -l dry-run -d "print what would be done"
complete -c svctl -s j -l jobs -x -d "services at a time"
complete -c svctl -l plugin -d "check: be a plugin of a monitoring system"
complete -c svctl -s w -l warning -x -d "limit of restarts for a warning"
complete -c svctl -s c -l critical -x -d "limit of restarts for a critical state"
complete -c svctl -s t -l timeout -x -d "time limit in seconds"
complete -c svctl -l watch -d "report again every 2 seconds"
complete -c svctl -l failed -d "only services that are not as expected"
complete -c svctl -l fail-fast -d "begin no further service after a failure"
complete -c svctl -s q -l quiet -d "print only problems"
complete -c svctl -l for -x -a "running stopped expected" -d "state to wait for"
complete -c svctl -s f -l follow -d "logs: print new lines too"
complete -c svctl -l lines -x -d "logs: number of lines of each"
complete -c svctl -l names -d "print only paths"
complete -c svctl -l output -x -a "(__fish_complete_directories)" -d "directory of the files"
complete -c svctl -l install -d "install and enable"
complete -c svctl -l force -d "overwrite edited files"
complete -c svctl -l yes -d "also test a running service"
complete -c svctl -l daemon -d "supervise in the background"
complete -c svctl -l pidfile -r -F -d "pid file of the supervisor"
complete -c svctl -l interval -x -d "seconds between two cycles"
complete -c svctl -l store -r -F -d "file that keeps the windows of the groups"
complete -c svctl -l status -d "state of the supervisor"
complete -c svctl -l quit -d "stop all services and end the supervisor"
complete -c svctl -l leave -d "quit: leave the services as they are"
complete -c svctl -l reload -d "read the configuration again"
complete -c svctl -l wake-up -d "begin a cycle now"
complete -c svctl -s h -l help -d "help"
complete -c svctl -s m -l manual -d "manual page"
complete -c svctl -l version -d "version"
