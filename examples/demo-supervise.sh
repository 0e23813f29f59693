#!/bin/sh
# Shows how svctl supervise keeps the services of supervise.conf running: it kills all of
# their parts, and waits until they run again. On a terminal, it redraws the table of the
# services in the meantime. svctl and svloop must be in PATH; "make demo" builds them and
# puts them there. Only processes of the demo are killed, and nothing is left behind.

set -u
cd "$(dirname "$0")" || exit 1

fail() {
    echo "demo: $*" >&2
    exit 1
}

command -v svctl >/dev/null || fail "svctl is not in PATH"
dir=$(mktemp -d) || fail "no directory for the pid files"
export SVCTL_CONF="$dir/svctl.conf" SVCTL_RUNTIME_DIR="$dir/run"

# With the supervisor, its services end. If it does not run any more, they do not.
clean_up() {
    svctl --log null supervise --quit
    svctl --log null stop
    rm -rf "$dir"
}
trap 'clean_up >/dev/null 2>&1' EXIT
trap 'exit 1' HUP INT TERM

say() {
    printf '\n'
    printf '# %s\n' "$@"
}

# The programs, or what stands in for those that are missing.

PATH=$PATH:/usr/sbin:/sbin
{
    echo "var_dir = $dir"
    command -v redis-server >&2 || echo "var_redis = sleep 1000001"
    command -v nginx >&2 || echo "var_nginx = sleep 1000002"
    cat <<END
<<include $PWD/supervise.conf>>
<simplevisor>
    log = file
    logfile = $dir/log
    loglevel = info
</simplevisor>
END
} >"$SVCTL_CONF" 2>/dev/null
cat >"$dir/nginx.conf" <<END
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server { listen unix:$dir/nginx.sock; }
}
END

# What is seen.

# wants CODE COMMAND...: show and run it; any other exit status ends the demo.
wants() {
    code=$1
    shift
    printf '$ %s\n' "$*"
    "$@"
    got=$?
    [ $got -eq "$code" ] || fail "exit status $got, not $code: $*"
}

# look reads the state of all services.
look() {
    table=$(svctl status)
}

# remember keeps the last look, to compare later ones with it.
remember() {
    look
    printf '%s\n' "$table" >"$dir/before"
}

# draw prints the last look. Rows with another pid than before have a mark.
draw() {
    printf '%s\n' "$table" | awk -F '  +' '
        NR == FNR { pid[$1] = $4; next }
        { print $0 ($4 != pid[$1] && FNR > 1 ? "  (pid was " pid[$1] ")" : "") }' "$dir/before" -
}

# await CONDITION...: wait until it holds, then print the table. On a terminal, redraw the
# table in the meantime, with lines cut off at the margin.
await() {
    tries=0
    if [ -t 1 ]; then
        look
        printf '\033[?7l'
        draw
    fi
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -le 600 ] || gave_up "$*"
        sleep 0.05
        redraw
    done
    look
    if [ -t 1 ]; then
        redraw
        printf '\033[?7h'
        sleep 1 # to read it
    else
        echo '$ svctl status'
        draw
    fi
}

gave_up() {
    look
    { draw; svctl supervise --status; tail -n 20 "$dir/log"; } >&2
    fail "timed out waiting: $*"
}

redraw() {
    if [ -t 1 ]; then
        look
        printf '\033[%dA\033[J' "$(printf '%s\n' "$table" | wc -l)"
        draw
    fi
}

# told prints what the supervisor has logged about its services since the last call.
told() {
    sed -n 's/^[0-9-]* \([0-9:]*\),\([0-9]*\) .*\[INFO\] \([a-z/]*: .*\)/  \1.\2 \3/p' "$dir/log"
    : >"$dir/log"
}

# Pids, and conditions about them.

# pid_of NAME: the pid of a service, if it has one that is not that of svloop.
pid_of() {
    keeper=none
    [ -s "$dir/${1##*/}-svloop.pid" ] && read -r keeper <"$dir/${1##*/}-svloop.pid"
    case $1 in
    mail) [ -s "$dir/mail.pid" ] && cat "$dir/mail.pid" ;;
    *) svctl status "$1" | sed -n 's/.*running (pid \([0-9]*\)).*/\1/p' | grep -vx "$keeper" ;;
    esac
}

svloop_of() {
    read -r keeper <"$dir/$1-svloop.pid" && echo "$keeper"
}

supervisor() {
    svctl supervise --status | sed -n 's/.*(pid \([0-9]*\)) is running.*/\1/p'
}

# is_other PID NAME...: the service runs as another process, for each pair.
is_other() {
    while [ $# -gt 0 ]; do
        now=$(pid_of "$2")
        [ -n "$now" ] && [ "$now" != "$1" ] || return
        shift 2
    done
}

is_same() {
    [ "$(pid_of "$2")" = "$1" ] || fail "$2 was restarted"
}

gone() {
    ! [ -e "/proc/$1" ] || grep -q '^State:.*zombie' "/proc/$1/status" 2>/dev/null
}

as_expected() {
    svctl check >/dev/null
}

healed() {
    is_other "$@" && as_expected
}

# slay PID...: show and do it. An empty pid is a failure of the demo.
slay() {
    for pid in "$@"; do
        [ "$pid" -gt 1 ] || fail "no pid"
    done
    printf '$ kill -KILL %s\n' "$*"
    kill -KILL "$@" 2>/dev/null || : # one may have ended because of another
}

say "A tree of services: redis and nginx, and scripts of three kinds."
command -v redis-server >/dev/null || echo "# redis-server is not installed: sleep stands in for it."
command -v nginx >/dev/null || echo "# nginx is not installed: sleep stands in for it."
wants 0 svctl list

say "The supervisor starts all services, and goes on as a daemon."
wants 0 svctl supervise --daemon
remember
await as_expected
told

redis=$(pid_of shop/redis) nginx=$(pid_of shop/nginx) worker=$(pid_of worker)
say "redis is killed. The supervisor notices that at once." \
    "nginx follows redis in a group with the strategy rest_for_one: it is stopped," \
    "and started again when redis runs. The worker is not touched."
remember
slay "$redis"
await healed "$redis" shop/redis "$nginx" shop/nginx
told
is_same "$worker" worker

say "The svloop of the worker is killed. The worker itself keeps running." \
    "The supervisor ends it, and starts another svloop: there are never two copies."
remember
slay "$(svloop_of worker)"
await healed "$worker" worker
told
gone "$worker" || fail "there are two workers"

poller=$(pid_of poller) mail=$(pid_of mail)
say "The poller and mail are killed, which have no svloop." \
    "The supervisor watches the process of the poller. It notices the end of mail when it" \
    "runs its status command, which is once in a second."
remember
slay "$poller" "$mail"
await healed "$poller" poller "$mail" mail
told

say "You may stop a service by hand. The supervisor leaves it alone, until you start it."
remember
wants 0 svctl stop worker
wants 0 svctl supervise --wake-up
wants 3 svctl status worker
wants 1 svctl check
wants 0 svctl start worker
await as_expected
: >"$dir/log"

redis=$(pid_of shop/redis) nginx=$(pid_of shop/nginx) worker=$(pid_of worker)
poller=$(pid_of poller) mail=$(pid_of mail)
say "All programs and all svloops are killed at once." \
    "A service that ends again soon after a repair waits for 1, 2, 4 ... seconds."
remember
slay "$(svloop_of redis)" "$(svloop_of nginx)" "$(svloop_of worker)" \
    "$redis" "$nginx" "$worker" "$poller" "$mail"
await healed "$redis" shop/redis "$nginx" shop/nginx "$worker" worker "$poller" poller "$mail" mail
told

redis=$(pid_of shop/redis) nginx=$(pid_of shop/nginx) worker=$(pid_of worker)
poller=$(pid_of poller) mail=$(pid_of mail)
say "The supervisor is killed. The services keep running, but nothing repairs them:" \
    "the worker, which is killed now, stays away."
remember
supervisor=$(supervisor)
slay "$supervisor"
wants 1 svctl supervise --status
slay "$worker"
await gone "$worker"
wants 1 svctl check

say "Another supervisor takes over. It starts the worker, and touches no other service."
wants 0 svctl supervise --daemon
await healed "$worker" worker
told
is_same "$redis" shop/redis
is_same "$nginx" shop/nginx
is_same "$poller" poller
is_same "$mail" mail

say "The end: the supervisor stops all services, nginx before redis, and exits."
wants 0 svctl supervise --quit
told
wants 3 svctl status
for pid in "$redis" "$nginx" "$poller" "$mail"; do
    gone "$pid" || fail "process $pid is left"
done
