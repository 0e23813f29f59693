#compdef svctl
# zsh completion for svctl; install it as _svctl in a directory of $fpath.
# svctl itself answers which words may follow: see completion in svctl(1).

_svctl() {
    local program=${(Q)words[1]} line word about files=
    local -a found
    program=${program/#\~\//$HOME/}
    for line in "${(@f)$("$program" __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        case $line in
            '') ;;
            $'\tfiles') files=file ;;
            $'\tdirectories') files=directory ;;
            *)
                word=${line%%$'\t'*} about=${line#*$'\t'}
                word=${${word//\\/\\\\}//:/\\:}
                found+=("$word${about:+:$about}")
                ;;
        esac
    done
    [[ $PREFIX != --*=* ]] || compset -P 1 '--*='
    case $files in
        file) _files; return ;;
        directory) _files -/; return ;;
    esac
    if [[ $PREFIX == -* ]]; then
        _describe -V -o option found
    else
        _describe -V argument found
    fi
}

if [ "$funcstack[1]" = "_svctl" ]; then
    _svctl "$@"
else
    compdef _svctl svctl
fi
