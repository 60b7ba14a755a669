#!/bin/sh
# init CTL: the first program of a local server. It starts each executable file in /srv/services with
# BIND_ADDR, PORT, SERVER_NAME and the server's own variables, starts it again when it ends, keeps its
# output in /var/log/<service>.log, and then serves SSH.
#
# SERVER_ROOT is empty where the server has a root view of its own. Where the machine cannot give it one,
# it is the folder that stands for its root, so services and scripts name their files
# "${SERVER_ROOT:-}/srv/app".
set -u

ctl=$1
. "$ctl/environment"
root=${SERVER_ROOT:-}
services=$root/srv/services
logs=$root/var/log
limit_kib=${LOG_LIMIT_KIB:-8192}
export ANALEMMA_SERVER

# Sets $now to the seconds since boot, without a process of its own.
clock() {
    read -r now _ </proc/uptime
    now=${now%%.*}
}

# 0.2 s doubled up to 10 s.
longer() {
    case $1 in
    0.2) delay=0.4 ;;
    0.4) delay=0.8 ;;
    0.8) delay=1.6 ;;
    1.6) delay=3.2 ;;
    3.2) delay=6.4 ;;
    *) delay=10 ;;
    esac
}

keep_running() {
    name=${1##*/}
    log=$logs/$name.log
    delay=0.2
    while [ -x "$1" ]; do
        clock
        began=$now
        (cd "$root/" && exec setsid "$1") </dev/null >>"$log" 2>&1
        status=$?
        clock
        if [ $((now - began)) -ge 10 ]; then
            delay=0.2
        fi
        echo "init: $name ended with status $status after $((now - began)) s, starts again in $delay s" >>"$log"
        sleep "$delay"
        longer "$delay"
    done
}

# A log that grows over the limit keeps its end in <log>.1.
trim_logs() {
    while sleep "${LOG_CHECK_SECONDS:-15}"; do
        find "$logs" -maxdepth 1 -type f -name '*.log' -size +"$limit_kib"k 2>/dev/null |
            while read -r log; do
                tail -c "$((limit_kib * 256))" "$log" >"$log.1" && : >"$log"
            done
    done
}

mkdir -p "$logs" "$services"
supervisors=
for service in "$services"/*; do
    if [ -f "$service" ] && [ -x "$service" ]; then
        keep_running "$service" &
        supervisors="$supervisors $!"
    fi
done
trim_logs &
supervisors="$supervisors $!"

# A server that cannot be reached is none: an sshd that ends at once ends the server, a later death of it
# does not touch the services.
while :; do
    clock
    began=$now
    "$ANALEMMA_SSHD" -D -e -f "$ctl/sshd_config"
    status=$?
    clock
    if [ $((now - began)) -lt 2 ]; then
        break
    fi
    echo "init: sshd ended with status $status, starts again" >&2
    sleep 0.5
done
# shellcheck disable=SC2086
kill $supervisors
if [ -z "$root" ]; then
    kill -KILL -1 # all of this server's own process namespace, nothing else
fi
exit 1
