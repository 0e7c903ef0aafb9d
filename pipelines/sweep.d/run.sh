#!/usr/bin/env bash
# A complete run: starts the server and waits until it is ready, starts the poller of counters, and
# runs the client. The scripts that exist (server.sh, ready.sh, poller.sh, client.sh) decide what
# is done. The status is the client's; 1 if server or poller ended before it. By hand instead:
# ./server.sh in one terminal, ./client.sh in another.
# A setting named port is the server's: nobody may listen there before, and then only processes that
# this run has started.
set -euo pipefail
[[ $0 != */* ]] || cd "${0%/*}"
[[ -d logs && -d results_json ]] || mkdir -p logs results_json
server= poller= client=
export TR_SWEEP_ID=${TR_SWEEP_ID:-by-hand-$$} # in the environment of all that is started here

# ended PID: TERM to the process and what it started, KILL after TR_GRACE seconds
ended() {
	local i
	kill -TERM -- "-$1" 2>/dev/null || return 0
	for ((i = 0; i < ${TR_GRACE:-10} * 10; i++)); do
		kill -0 -- "-$1" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$1" 2>/dev/null || true
}
# oom_kills: sets $kills, the number of processes in this cgroup that the kernel has killed because
# memory ran out, and $counted, where this was read. If the cgroup has no count, the host's is read,
# which counts others' processes too.
oom_kills() {
	local kind path file
	kills=0
	while IFS=: read -r _ kind path; do
		case $kind in
		'') file=/sys/fs/cgroup${path%/}/memory.events ;;
		*memory*) file=/sys/fs/cgroup/memory${path%/}/memory.oom_control ;;
		*) continue ;;
		esac
		for counted in "$file" "${file%"$path"*}/${file##*/}" /proc/vmstat; do
			read_kills "$counted" && return 0 # in a trap a bare return has another status
		done
	done </proc/self/cgroup
}
read_kills() { # FILE
	local key n
	[[ -r $1 ]] || return 1
	while read -r key n; do
		[[ $key == oom_kill ]] && { kills=$n; return 0; }
	done <"$1"
	return 1
}
finish() {
	local status=$? before=$kills
	trap - EXIT
	trap '' TERM INT HUP
	[[ -z $client ]] || ended "$client"
	[[ -z $poller ]] || ended "$poller"
	[[ -z $server ]] || ended "$server"
	((status)) || return 0
	oom_kills 2>/dev/null || return 0
	if ((kills > before)) && [[ $counted != /proc/vmstat || $status == 137 ]]; then
		echo "run.sh: the kernel ended processes for want of memory ($counted: oom_kill $before, now $kills)" >&2
	fi
	exit "$status"
}
kills=0 counted=
oom_kills 2>/dev/null || true
trap finish EXIT
trap 'exit 143' TERM INT HUP
fail() { echo "run.sh: $1" >&2; exit 1; }
# start NAME: in the background, as a process group of its own; the pid in $pid
start() {
	set -m
	bash "./$1.sh" >"logs/$1.log" 2>&1 </dev/null &
	pid=$!
	set +m
}
gone() { ! kill -0 "$1" 2>/dev/null; }

# listeners PORT: the inodes of the sockets that listen there
listeners() {
	local hex
	printf -v hex ':%04X' "$1"
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }'
}
# foreign INODE...: who has these sockets, in $who; 1: this run, or Docker's proxy
foreign() {
	local pid inode ours all
	ours=$(grep -lsxzF "TR_SWEEP_ID=$TR_SWEEP_ID" /proc/[0-9]*/environ | cut -d/ -f3) || true
	for inode; do
		for pid in $ours; do
			[[ -z $(find "/proc/$pid/fd" -lname "socket:\[$inode\]" -print -quit 2>/dev/null) ]] || return 1
		done
	done
	! grep -lsz -- '^docker-proxy\|/docker-proxy$' /proc/[0-9]*/cmdline | grep -q . || return 1
	who="another user's process"
	all=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$1\]" -print -quit 2>/dev/null) || true
	[[ -z $all ]] || { pid=${all#/proc/} pid=${pid%%/*} who="process $pid, $(tr '\0' ' ' <"/proc/$pid/cmdline")"; }
}
port=
[[ ! -e server.sh ]] || port=$(sed -n '/^port=[0-9][0-9]*$/{s/^port=//p;q;}' server.sh)

if [[ -e server.sh ]]; then
	if [[ -n $port && -n $(listeners "$port") ]]; then
		# shellcheck disable=SC2046
		foreign $(listeners "$port") || true
		fail "port $port is in use before the server is started: ${who:-by this run}"
	fi
	! { [[ -e ready.sh ]] && timeout 5 bash ./ready.sh >>logs/ready.log 2>&1; } ||
		fail "ready.sh succeeds before the server is started: another server answers, or it checks nothing"
	start server
	server=$pid
	while [[ -e ready.sh ]] && ! bash ./ready.sh >>logs/ready.log 2>&1; do
		! gone "$server" || fail "the server ended before it was ready"
		sleep 0.5
	done
	! gone "$server" || fail "the server ended before it was ready"
	if [[ -n $port && -e ready.sh ]]; then
		inodes=$(listeners "$port")
		# shellcheck disable=SC2086
		[[ -z $inodes ]] || ! foreign $inodes || fail "port $port is answered by another server: $who"
	fi
fi
if [[ -e poller.sh ]]; then
	start poller
	poller=$pid
fi
start client
client=$pid
while [[ -n $server ]] && ! gone "$client"; do
	! gone "$server" || fail "the server ended before the client"
	sleep 0.2
done
wait "$client" && status=0 || status=$?
client=
((status == 0)) || exit "$status"
if [[ -n $poller ]]; then
	if gone "$poller"; then
		wait "$poller" || {
			echo "run.sh: the poller ended with status $?" >&2
			tail -n 20 logs/poller.log >&2
			exit 1
		}
	else
		ended "$poller"
	fi
	poller=
fi
# Facts on machine and software; if they cannot be found, the run does not fail.
[[ ! -e facts.sh ]] || timeout 120 bash ./facts.sh >logs/facts.tsv 2>logs/facts.log </dev/null || true
