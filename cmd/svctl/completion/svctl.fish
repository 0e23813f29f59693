# fish completion for svctl; put it into ~/.config/fish/completions/svctl.fish

set -l actions start stop restart status check list show match config export unexport selftest import completion help

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
complete -c svctl -n "__fish_seen_subcommand_from start stop restart status check list show match export unexport selftest" -a "(__svctl_names)"
complete -c svctl -n "__fish_seen_subcommand_from export unexport" -a "systemd sysv openrc runit s6 cron"
complete -c svctl -n "__fish_seen_subcommand_from import" -F
complete -c svctl -n "__fish_seen_subcommand_from config" -a "check dump"
complete -c svctl -n "__fish_seen_subcommand_from completion" -a "bash zsh fish"
complete -c svctl -l conf -r -F -d "configuration"
complete -c svctl -l conftype -x -a "apache json" -d "how it is written"
complete -c svctl -l log -x -a "null file syslog stdout" -d "where messages go"
complete -c svctl -l logfile -r -F -d "file for them"
complete -c svctl -l loglevel -x -a "debug info warning error critical" -d "least level"
complete -c svctl -l logname -x -d "name in front"
complete -c svctl -l json -d "answer in JSON"
complete -c svctl -s n -l dry-run -d "only say what would be done"
complete -c svctl -s j -l jobs -x -d "services at a time"
complete -c svctl -l names -d "only the names"
complete -c svctl -l output -x -a "(__fish_complete_directories)" -d "directory to write into"
complete -c svctl -l install -d "put it in place and enable it"
complete -c svctl -l force -d "write over edited files"
complete -c svctl -l yes -d "also a service that is running"
complete -c svctl -s h -l help -d "help"
complete -c svctl -s m -l manual -d "manual page"
complete -c svctl -l version -d "version"
