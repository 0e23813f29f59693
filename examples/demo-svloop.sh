#!/bin/sh
# Shows what svloop does with a real program. Each command is printed before its
# output. "make demo" builds svloop and runs this.
set -eu

dir=$(mktemp -d)
cd "$dir"
trap 'svloop --pidfile server.pid --quit >/dev/null 2>&1; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

say() { printf '\n# %s\n' "$*"; }

# show prints a command and runs it; an exit status other than 0 is an answer too.
show() {
    printf '$ %s\n' "$*"
    "$@" 2>&1 || printf '(exit status %d)\n' $?
}

# field reads a value from the answer of svloop --status --json.
field() { svloop --pidfile server.pid --status --json | sed -n "s/^ *\"$1\": \([0-9a-z]*\).*/\1/p"; }

# await runs a check until it succeeds, for at most 10 seconds.
await() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ]; then
            echo "timed out waiting for: $*" >&2
            exit 1
        fi
        sleep 0.1
    done
}

restarted() { [ "$(field program_pid)" != "$1" ] && [ "$(field ready)" = true ]; }
gone() { ! [ -e "/proc/$1" ] || grep -q '^State:.*zombie' "/proc/$1/status"; }

if command -v python3 >/dev/null; then
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    ready=tcp:127.0.0.1:$port
    set -- python3 -m http.server --bind 127.0.0.1 "$port"
else
    # A server in plain shell that reports when it is ready.
    cat >server <<'SERVER'
#!/bin/sh
trap 'exit 0' TERM
echo >&3
while :; do date; sleep 1 & wait $!; done
SERVER
    chmod 755 server
    ready=fd:3
    set -- ./server
fi

say "Start a foreground program as a daemon: svloop returns when the program is ready."
show svloop -c 1 --restart always --ready "$ready" --log log --stdout out --stderr out \
    --pidfile server.pid --daemon "$@"
first=$(field program_pid)
[ -n "$first" ] || { echo "the program was not started" >&2; exit 1; }

say "It is running, in a loop of its own."
show svloop --pidfile server.pid --status
show cat server.pid
show grep -e ^Name: -e ^PPid: "/proc/$first/status"

say "Kill the program: svloop starts it again."
show kill -KILL "$first"
await restarted "$first"
second=$(field program_pid)
show svloop --pidfile server.pid --status --json
show cat log

say "A failed start reports the reason, and leaves nothing behind."
show svloop -c 1 --log log --pidfile other.pid --daemon /no/such/program
show svloop -c 1 --log log --pidfile server.pid --daemon "$@"

say "Stop it: svloop --quit returns when nothing is left."
show svloop --pidfile server.pid --quit
show svloop --pidfile server.pid --status
gone "$second" || { echo "the program is still there" >&2; exit 1; }
show ls
