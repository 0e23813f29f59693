#!/bin/sh
# Shows what svctl does with the services of demo.conf. Each command is printed before
# its output. svctl and svloop must be in PATH; "make demo" builds them and puts
# them there. Nothing is left behind.

set -u
cd "$(dirname "$0")" || exit 1

fail() {
    echo "demo: $*" >&2
    exit 1
}

command -v svctl >/dev/null || fail "svctl is not in PATH"
dir=$(mktemp -d) || fail "no directory for the pid files"
export SVCTL_CONF="$dir/svctl.conf" SVCTL_RUNTIME_DIR="$dir/run"
trap 'svctl --log null stop >/dev/null 2>&1; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$SVCTL_CONF" <<END
var_dir = $dir
<<include $PWD/demo.conf>>
END

title() {
    printf '\n# %s\n' "$*"
}

# wants CODE COMMAND...: show and run it; any other exit status ends the demo.
wants() {
    code=$1
    shift
    printf '$ %s\n' "$*"
    "$@"
    got=$?
    [ $got -eq "$code" ] || fail "exit status $got, not $code: $*"
}

# until_status CODE NAME: wait until a service has this status.
until_status() {
    tries=0
    while svctl status "$2" >/dev/null 2>&1; [ $? -ne "$1" ]; do
        pause "$2 has no status $1"
    done
}

# until_other PID NAME: wait until the program of a daemon is another process.
# Between two runs, only svloop has a pid.
until_other() {
    tries=0
    read -r keeper <"$dir/${2##*/}.pid"
    while now=$(pid_of "$2"); [ -z "$now" ] || [ "$now" = "$1" ] || [ "$now" = "$keeper" ]; do
        pause "$2 does not run as another process"
    done
}

pause() {
    tries=$((tries + 1))
    [ $tries -le 200 ] || fail "timed out waiting: $1"
    sleep 0.1
}

pid_of() {
    svctl status "$1" | sed -n 's/.*(pid \([0-9]*\).*/\1/p'
}

title "What there is"
wants 0 svctl list
title "Start all of it, but for what is expected stopped"
wants 0 svctl start
wants 3 svctl status
wants 0 svctl check

title "The program of a daemon is killed"
pid=$(pid_of web/frontend)
wants 0 kill -KILL "$pid"
until_status 3 web/frontend
wants 3 svctl status web/frontend
wants 1 svctl check

title "So is one that svloop keeps alive"
pid=$(pid_of web/backend)
wants 0 kill -KILL "$pid"
until_other "$pid" web/backend
wants 0 svctl status web/backend

title "Start what is missing"
wants 0 svctl start

title "svloop itself is killed, and leaves its program running"
read -r pid <"$dir/frontend.pid"
wants 0 kill -KILL "$pid"
until_status 1 web/frontend
wants 1 svctl status web/frontend
wants 1 svctl check web
wants 0 svctl start web/frontend
wants 0 svctl check web

title "Restart a group"
wants 0 svctl restart web

title "What would a stop do, and where is the poller?"
wants 0 svctl --dry-run stop
wants 0 svctl match poller

title "Stop"
wants 0 svctl stop
wants 3 svctl status
