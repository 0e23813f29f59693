# bash completion for svctl; source it, or install it as
# /usr/share/bash-completion/completions/svctl
# svctl itself answers which words may follow: see completion in svctl(1).

_svctl() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            $'\tfiles') compopt -o default 2>/dev/null ;;
            $'\tdirectories') compopt -o dirnames 2>/dev/null ;;
            *) COMPREPLY+=("$line") ;;
        esac
    done < <("${1/#\~\//$HOME/}" __complete bash "$COMP_TYPE" "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -o nosort -F _svctl svctl 2>/dev/null || complete -F _svctl svctl
