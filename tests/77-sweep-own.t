#!/usr/bin/env bash
# What belongs to a run: containers, processes on other machines, locks. Only these are ever ended, and all of them.
. "${0%/*}/lib.sh"
P=$top/pipelines
export TR_GRACE=1 TR_SSH_PAUSE=0.2
mkdir bin
until_true() { # COMMAND...: for at most twenty seconds
	local i
	for ((i = 0; i < 400; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.05; done
	return 1
}
# docker: containers are files in $STATE: a name in use is refused, rm -f ends that container and nothing else.
cat >bin/docker <<'X'
#!/usr/bin/env bash
cd "$STATE" || exit 125
what=$1 name= label= dir=
shift
case $what in
run)
	args=("$@")
	for ((i = 0; i < $#; i++)); do
		case ${args[i]} in
		--name) name=${args[i + 1]} ;;
		--label) label=${args[i + 1]} ;;
		--mount) dir=$(sed 's/.*"source=\([^"]*\)".*/\1/' <<<"${args[i + 1]}") ;;
		--env) [[ ${args[i + 1]} != TR_SWEEP_ID=* ]] || id=${args[i + 1]} ;;
		esac
	done
	(set -C && echo "label $label" >"$name") 2>/dev/null || { echo "docker: the name $name is in use" >&2; exit 125; }
	# the daemon runs it, not the client: it goes on when the client is killed
	env -i PATH="$PATH" "$id" setsid bash -c 'cd "$1" && echo $$ >"$2.pid" && bash ./run.sh >"$2.log" 2>&1; echo $? >"$2.status"' \
		- "$dir" "$PWD/$name" </dev/null >/dev/null 2>&1 &
	trap 'kill -TERM -- "-$(cat "$name.pid")"' TERM
	until [[ -e $name.status || ! -e $name ]]; do sleep 0.05; done
	cat "$name.log"
	exit "$(cat "$name.status" 2>/dev/null || echo 137)" ;;
inspect)
	for name; do :; done
	cat "$name.oom" 2>/dev/null || echo false ;;
rm)
	[[ ! -e down ]] || exit 1
	for name; do :; done
	[[ -e $name ]] || { echo "Error: No such container: $name" >&2; exit 1; }
	echo "$name" >>removed
	[[ ! -s $name.pid ]] || kill -KILL -- "-$(cat "$name.pid")" 2>/dev/null
	rm -f "$name"* ;;
ps)
	[[ ! -e down ]] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; }
	grep -lsx "label ${*: -1:1}" -- * | sed 's/^/id-of-/' ;;
esac
X
sed -i 's/grep -lsx "label ${\*: -1:1}"/want=${@: -1}; grep -lsx "label ${want#label=}"/' bin/docker
# ssh: the command by dash in another home, with nothing of our environment. Where $REMOTE.cut has a number N, the Nth call
# from now is cut off: 255, and what it started goes on.
cat >bin/ssh <<'X'
#!/usr/bin/env bash
cd "$REMOTE" || exit 255
command=${@: -1}
if [[ -e $REMOTE.down ]]; then echo "ssh: connect: No route to host" >&2; exit 255; fi
if [[ -s $REMOTE.cut ]]; then
	n=$(cat "$REMOTE.cut")
	echo $((n - 1)) >"$REMOTE.cut"
	if ((n == 1)); then
		rm "$REMOTE.cut"
		echo "$command" >>"$REMOTE.was_cut"
		env -i HOME="$REMOTE" PATH="$PATH" timeout 0.4 dash -c "$command"
		exit 255
	fi
fi
exec env -i HOME="$REMOTE" PATH="$PATH" dash -c "$command"
X
chmod +x bin/*
export PATH=$tmp/bin:$PATH STATE=$tmp/containers REMOTE="$tmp/remote [home]"
mkdir "$STATE" "$REMOTE"

# Docker: somebody else's container has the seed's name, and two sweeps are at work at once.
cat >dock.yaml <<'Y'
name: r{n}
axes: {n: [1, 2]}
launcher: docker
client: |
  touch here
  [[ $n == 1 ]] || sleep ${SLEEP-1}
  echo "$n" >trace
expect: [trace]
docker: {image: x, container: vllm-profile}
Y
echo "label somebody" >"$STATE/vllm-profile"
"$P/sweep" run -o one dock.yaml >one.said 2>&1 &
a=$!
run "$P/sweep" run -o two dock.yaml
wait $a
is "$?:$(cut -f1,2 one.said | tr '\n' ' '):$rc:$(cut -f1,2 <<<"$out" | tr '\n' ' ')" \
	"0:collected	r1 collected	r2 :0:collected	r1 collected	r2 " "docker: two sweeps at once, with a container of that name there: all are collected"
is "$(cat "$STATE/vllm-profile"):$(sort "$STATE/removed" | uniq -d):$(grep -c '^vllm-profile-[0-9a-f]*$' "$STATE/removed")" \
	"label somebody::4" "docker: four containers of ours were removed, each once; the other is left alone"
# killed: its container goes on; the next sweep ends it first, and only it
sed 's/SLEEP-1/SLEEP-600/' dock.yaml >long.yaml
"$P/sweep" run -o killed long.yaml >/dev/null 2>&1 &
a=$!
until_true compgen -G 'killed/.sweep/work/*.r2/here'
kill -KILL $a
wait $a 2>/dev/null
is "$(ls "$STATE" | grep -c '^vllm-profile-[0-9a-f]*$')" 1 "docker: the container of a sweep that was killed goes on"
left=$(cat "$STATE"/vllm-profile-*.pid)
touch "$STATE/down"
run "$P/sweep" run -o killed -k dock.yaml
like "$rc:$err" "^2:sweep: r2: it may still be running: docker does not say.*r2: may still be running: nothing else is started" "docker: no answer: nothing else is started"
ok "docker: and it is not forgotten" kill -0 "$left"
rm "$STATE/down"
run "$P/sweep" run -o killed -k dock.yaml
is "$rc:$(cut -f1,2 <<<"$out"):$(ls "$STATE" | tr '\n' ' ')" "0:collected	r2:removed vllm-profile " "docker: with an answer: ended, and the run is made"
kill -0 "$left" 2>/dev/null && fail "docker: the old container's processes have ended" || pass "docker: the old container's processes have ended"

# ssh: a connection that is lost at any of its calls
printf 'name: "r {n}"\naxes: {n: [1]}\nlauncher: ssh\nclient: |\n  echo "$n $$" >>"$HOME/journal"\n  sleep 0.7\n  echo "$n" >trace\nexpect: [trace]\nssh: {host: h, dir: "runs of %s"}\n' "it's me" >far.yaml
for n in 1 2 3 4 5 6; do
	echo $n >"$REMOTE.cut"
	: >"$REMOTE/journal"
	run "$P/sweep" run -o "far$n" far.yaml
	is "$rc:$(cut -f1,2 <<<"$out"):$(wc -l <"$REMOTE/journal"):$(cat "far$n/r 1/trace"):$(ls "$REMOTE/runs of it's me" | wc -l)" \
		"0:collected	r 1:1:1:0" "ssh: call $n is cut off: one run, collected, nothing is left there"
done
is "$(wc -l <"$REMOTE.was_cut" | awk '{ print ($1 > 6) }')" 1 "ssh: six calls were cut off"
sed "s|runs of it's me|~/sub|" far.yaml >home.yaml
run "$P/sweep" run -o home home.yaml
is "$rc:$(ls "$REMOTE" | tr '\n' ' ')" "0:journal runs of it's me sub " "ssh: ~/ is the other machine's home"
# two sweeps with one run's name to one host
"$P/sweep" run -o left far.yaml >left.said 2>&1 &
a=$!
run "$P/sweep" run -o right far.yaml
wait $a
is "$?:$rc:$(cat "left/r 1/trace" "right/r 1/trace" | tr '\n' ' ')" "0:0:1 1 " "ssh: two sweeps with one run's name to one host"
# a sweep that is ended or killed ends its remote run, and says so where it cannot
sed 's/sleep 0.7/trap "" TERM; for i in $(seq 600); do sleep 1; done/' far.yaml >slow.yaml
remote() { grep -lsz '^TR_SWEEP_THERE=' /proc/[0-9]*/environ; }
: >"$REMOTE/journal"
"$P/sweep" run -o slow slow.yaml >/dev/null 2>err &
a=$!
until_true test -s "$REMOTE/journal"
kill -TERM $a
wait $a
is "$?:$(cat err):$(ls "$REMOTE/runs of it's me"):$(remote)" "143:sweep: ended by a signal during r 1: start it again to go on::" "ssh: SIGTERM: the remote run has ended, though it ignores the signal (dash is the shell there)"
: >"$REMOTE/journal"
"$P/sweep" run -o slow slow.yaml >/dev/null 2>&1 &
a=$!
until_true test -s "$REMOTE/journal"
kill -KILL $a
wait $a 2>/dev/null
touch "$REMOTE.down"
run "$P/sweep" run -o slow -k far.yaml
like "$rc:$err" "^2:sweep: r 1: it may still be running: h cannot be reached.*nothing else is started$" "ssh: the host of a killed sweep's run is away: nothing else is started"
rm "$REMOTE.down"
run "$P/sweep" run -o slow -k far.yaml
is "$rc:$(cut -f1,2 <<<"$out"):$(wc -l <"$REMOTE/journal"):$(remote)" "0:collected	r 1:2:" "ssh: it is back: the old one is ended, then one is made"
is "$(ls -A slow/.sweep/own slow/.sweep/work | tr -d '\n')" "slow/.sweep/own:slow/.sweep/work:" "nothing of it is left"

# the lock names who holds it now
sed 's/launcher: docker/launcher: local/; /^docker/d' dock.yaml >two.yaml
run "$P/sweep" run -s n=1 -o lock two.yaml
SLEEP=600 "$P/sweep" run -o lock two.yaml >/dev/null 2>&1 &
a=$!
until_true compgen -G 'lock/.sweep/work/*.r2/here'
run "$P/sweep" run -o lock two.yaml
is "$rc:$err" "2:sweep: $tmp/lock: another sweep is running here, process $a on $HOSTNAME" "the lock names its holder, not the last one"
run "$P/sweep" status -o lock two.yaml
is "$rc:$out" "1:collected	r1	.
running	r2	process $a on $HOSTNAME
# 1 collected, 0 oom, 0 failed, 0 missing, 1 running of 2" "status: what is at work, and who makes it"
kill -TERM $a
wait $a
# a folder of a sweep that was killed while it made or removed it, and that of one at work
mkdir lock/.sweep/scratch.h.{1,2,3}.1
touch lock/.sweep/scratch.h.{2,3}.1/lock
flock lock/.sweep/scratch.h.3.1/lock sleep 600 &
a=$!
until_true bash -c '! flock -n lock/.sweep/scratch.h.3.1/lock true'
SLEEP=0 run "$P/sweep" run -o lock two.yaml
is "$rc:$(cd lock/.sweep && ls -d scratch.*)" "0:scratch.h.3.1" "what sweeps that were killed have left is removed, but not another's"
pkill -P $a
wait $a 2>/dev/null
done_testing
