#!/usr/bin/env bash
# One run, whole: the server until it is ready, the poller of counters beside the client, the client. Which of the scripts
# there are (server.sh, ready.sh, poller.sh, client.sh) says what is done. The status is the client's; 1 where server or
# poller ended before it. By hand instead: ./server.sh in one terminal, ./client.sh in another.
set -euo pipefail
[[ $0 != */* ]] || cd "${0%/*}"
[[ -d logs && -d results_json ]] || mkdir -p logs results_json
server= poller= client=

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
finish() {
	trap - EXIT
	[[ -z $client ]] || ended "$client"
	[[ -z $poller ]] || ended "$poller"
	[[ -z $server ]] || ended "$server"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP
# start NAME: in the background, as a process group of its own; the pid in $pid
start() {
	set -m
	bash "./$1.sh" >"logs/$1.log" 2>&1 </dev/null &
	pid=$!
	set +m
}
gone() { ! kill -0 "$1" 2>/dev/null; }

if [[ -e server.sh ]]; then
	start server
	server=$pid
	while [[ -e ready.sh ]] && ! bash ./ready.sh >>logs/ready.log 2>&1; do
		gone "$server" && { echo "run.sh: the server ended before it was ready" >&2; exit 1; }
		sleep 0.5
	done
fi
if [[ -e poller.sh ]]; then
	start poller
	poller=$pid
fi
start client
client=$pid
while [[ -n $server ]] && ! gone "$client"; do
	gone "$server" && { echo "run.sh: the server ended before the client" >&2; exit 1; }
	sleep 0.2
done
wait "$client" && status=0 || status=$?
client=
((status == 0)) || exit "$status"
if [[ -n $poller ]]; then
	if gone "$poller"; then
		wait "$poller" || { echo "run.sh: the poller ended with status $?" >&2; tail -n 20 logs/poller.log >&2; exit 1; }
	else
		ended "$poller"
	fi
	poller=
fi
# What can be told of machine and software; where it cannot, the run is no worse for it.
[[ ! -e facts.sh ]] || timeout 120 bash ./facts.sh >logs/facts.tsv 2>logs/facts.log </dev/null || true
