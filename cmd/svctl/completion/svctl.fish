# fish completion for svctl; install it as ~/.config/fish/completions/svctl.fish
# svctl itself answers which words may follow: see completion in svctl(1).

function __svctl_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l token (commandline -ct)
    type -q -- $program; or return
    set -l prefix (string match -r -- '^--[^=]*=' $token)
    set -l value (string replace -- "$prefix" '' $token)
    $program __complete fish $words "$token" 2>/dev/null | while read -l line
        switch $line
            case \tfiles
                __svctl_prefix "$prefix" (complete -C "'' $value")
            case \tdirectories
                __svctl_prefix "$prefix" (complete -C "'' $value" | string match -r '^[^\t]*/(?:\t.*)?$')
            case '*'
                __svctl_prefix "$prefix" $line
        end
    end
end

function __svctl_prefix
    for line in $argv[2..]
        printf '%s\n' "$argv[1]$line"
    end
end

complete -c svctl -f -k -a "(__svctl_complete)"
