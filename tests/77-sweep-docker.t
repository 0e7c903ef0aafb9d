#!/usr/bin/env bash
# Containers that are killed because memory ran out, and that leave root's files: a stand-in whose containers run as root, and a sweep
# of another user.
. "${0%/*}/lib.sh"
[[ $(id -u) == 0 ]] && command -v setpriv >/dev/null || {
	skip "not root: a sweep of a user whose containers are root's not tried"
	done_testing
	exit
}
mkdir -p bin state home
cp -R "$top/pipelines" "$tmp/pipelines"
mkdir build
cp "$B"/tr-* build/
chmod 755 "$tmp"
chmod -R a+rX pipelines build bin
chmod 1777 state
chown 65534:65534 home
# The client hands what it is asked to the daemon, and shows what became of it.
cat >bin/docker <<'C'
#!/usr/bin/env bash
cd "$STATE" || exit 125
what=$1 name= label= dir= entry= once=
shift
ask() { printf '%s\n' "$@" >"$name.new" && mv "$name.new" "$name.$question"; }
case $what in
run)
	while (($#)); do
		case $1 in
		--name) name=$2; shift 2 ;;
		--label) label=$2; shift 2 ;;
		--mount) dir=${2#*\"source=} dir=${dir%%\"*}; shift 2 ;;
		--entrypoint) entry=$2; shift 2 ;;
		--user | --workdir | --env) shift 2 ;;
		--rm) once=1; shift ;;
		-*) shift ;;
		*) break ;;
		esac
	done
	shift # the image
	[[ ! -e $name.label ]] || { echo "docker: the name $name is in use" >&2; exit 125; }
	echo "$label" >"$name.label"
	question=run ask "$dir" "$entry" "${@//\/sweep/$dir}"
	until [[ -e $name.status ]]; do sleep 0.02; done
	cat "$name.log"
	status=$(cat "$name.status")
	[[ -z $once ]] || { question=rm ask now; until [[ ! -e $name.rm ]]; do sleep 0.02; done; }
	exit "$status" ;;
inspect) cat "${@: -1}.oom" 2>/dev/null || echo false ;;
rm)
	name=${*: -1}
	[[ -e $name.label ]] || exit 1
	question=rm ask now
	until [[ ! -e $name.rm ]]; do sleep 0.02; done ;;
ps) grep -lsx "${*: -1}" -- *.label | sed 's/^/id-of-/' ;;
esac
C
# daemon: containers are processes of root. One that leaves oom-killed has had processes ended by the kernel.
daemon() {
	local f name
	cd "$tmp/state" || exit
	while [[ -d . ]]; do
		for f in *.run; do
			[[ -e $f ]] || continue
			name=${f%.run}
			mapfile -t args <"$f"
			mv "$f" "$name.began"
			(
				cd "${args[0]}" || exit
				[[ ${args[1]} != chown || ! -e $tmp/no-chown ]] || args[1]=/no/chown
				"${args[@]:1}" >"$tmp/state/$name.log" 2>&1
				status=$?
				[[ ! -e oom-killed ]] || echo true >"$tmp/state/$name.oom"
				echo $status >"$tmp/state/$name.st" && mv "$tmp/state/$name.st" "$tmp/state/$name.status"
			) 2>/dev/null &
		done
		for f in *.rm; do [[ ! -e $f ]] || rm -f "${f%.rm}".{label,began,log,status,oom} "$f"; done
		sleep 0.02
	done
}
chmod 755 bin/docker
daemon </dev/null >/dev/null 2>&1 8>&- &
daemon=$!
trap 'kill $daemon; rm -rf "$tmp"' EXIT
sweep() {
	(cd home && STATE=$tmp/state HOME=$tmp/home TMPDIR=$tmp/home TR_GRACE=1 TR_BIN=$tmp/build PATH=$tmp/bin:$tmp/build:$PATH \
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$tmp/pipelines/sweep" "$@")
}
cat >home/ways.yaml <<'Y'
name: "{way}"
axes: {way: [killed, oom, worker, other, root]}
launcher: docker
client: |
  [[ $(id -u) == 0 ]] || exit 9
  case $way in
  killed) kill -KILL $$ ;;
  oom) touch oom-killed; kill -KILL $$ ;;
  worker) touch oom-killed; echo "A worker has gone, going on with the others" ;;
  other) touch oom-killed; echo "ValueError: no such dataset"; exit 1 ;;
  esac
  (umask 077; mkdir -p private/deep; echo "$way" >private/deep/trace)
expect: [private/deep/trace]
docker: {image: x}
Y
run sweep run -o out ways.yaml
is "$(cut -f1,2 <<<"$out" | tr '\t\n' ' ;')" "failed killed;oom oom;collected worker;oom other;collected root;" "out of memory is what docker inspect says, where the run has failed"
like "$(cat home/out/oom/OUT_OF_MEMORY)" "^docker: the kernel ended processes of the container for want of memory \(OOMKilled\)$" "with that as its cause"
like "$(grep '^##' home/out/profiling_errors.log)" "	killed	attempt 1 of 1: status 137 after [0-9.]+ s$" "137 without it is a failure"
is "$(find home/out ! -user 65534):$(cat home/out/root/private/deep/trace)" ":root" "files of a container's root become the user's, by a container"
is "$(ls state)" "" "no container is left"

# The image has no chown, or its daemon refuses: what is left is reported, and the others are made.
touch no-chown
cat >home/stuck.yaml <<'Y'
name: "{way}"
axes: {way: [readable, hidden, folder, crash, plain]}
launcher: docker
client: |
  echo "$way" >trace
  case $way in
  readable) mkdir made; echo x >made/file ;;
  hidden) mkdir -m 700 made; echo x >made/file ;;
  folder) chown 0:0 .; chmod 755 . ;;
  crash) mkdir made; echo x >made/file; exit 3 ;;
  plain) chown 65534:65534 trace ;;
  esac
expect: [trace]
docker: {image: x}
Y
run sweep run -o stuck stuck.yaml
is "$rc:$(cut -f1,2,5 <<<"$out" | sed 's/status 3 after.*/status 3/' | tr '\t\n' ' ;')" "1:collected readable .;failed hidden cannot be read, it is another user's: made;failed folder cannot be read, it is another user's: .;failed crash status 3;collected plain .;" \
	"what can be read is collected; the others fail, and the sweep goes on"
like "$err" "sweep: folder: its folder stays where it was made: $tmp/home/stuck/.sweep/work/[0-9a-f]*.folder" "a folder that cannot be moved: reported, with its place"
is "$(cd home/stuck && ls -d *.failed | tr '\n' ' ')" "crash.failed hidden.failed " "the others' are kept as failed"
run sweep run -o stuck stuck.yaml
is "$rc:$(cut -f1,2 <<<"$out" | tr '\t\n' ' ;'):$(grep -c 'some of its files cannot be removed: remove them by hand' <<<"$err")" "1:failed hidden;failed folder;failed crash;:2" \
	"again: the old folders cannot be removed, which is reported, and no run is in the way of another"
rm no-chown
run sweep run -o stuck -s way=crash stuck.yaml
is "$(sweep status -o stuck stuck.yaml | tail -1)" "# 2 collected, 0 oom, 3 failed, 0 missing of 5" "status counts them"
done_testing
