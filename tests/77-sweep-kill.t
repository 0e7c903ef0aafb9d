#!/usr/bin/env bash
# SIGKILL at random moments: each run is collected once, none is half made, the log is true. 60 runs and 15 kills;
# TR_ENDURANCE=1 (make sweep-endurance): 200 runs and 50 kills.
. "${0%/*}/lib.sh"
P=$top/pipelines
fast=$(mktemp -d /dev/shm/tr-sweep-test.XXXXXX 2>/dev/null || mktemp -d "$tmp/fast.XXXXXX")
trap 'rm -rf "$fast" "$tmp"' EXIT
export TR_GRACE=1
processes() { grep -lsz "^TR_SWEEP_RUN=$1" /proc/[0-9]*/environ; } # DIR: of runs that are made there
runs=60 wanted=15
[[ -z ${TR_ENDURANCE-} ]] || runs=200 wanted=50
# 200 runs, and SIGKILL fifty times: the workload itself has its sweep killed at a random moment during or after it, every
# fifth time it comes from outside, as the sweep starts; in every other one to all that the sweep has started
cat >kill.yaml <<'Y'
name: "r{n}"
timeout: 4
axes:
  n: [ALL]
set: {kind: "{n == 20 ? 'crash' : n == AT_A ? 'cuda' : n == AT_B ? 'xla' : n == AT_C ? 'hang' : n % 40 == 39 ? 'slow' : 'fine'}"}
client: |
  id=$$.$RANDOM
  echo "$run $kind $id" >>"$JOURNAL"
  if [[ -s $VICTIM ]] && ((SOON || RANDOM % 2)); then
    env -u TR_SWEEP_RUN setsid -f sh -c "sleep 0.$((SOON ? 0 : RANDOM % 3))$((SOON ? 0 : RANDOM % 10))$((RANDOM % 10)); kill -s KILL -- $(<"$VICTIM")" >/dev/null 2>&1
  fi
  case $kind in
  crash) echo "Segmentation fault" >&2; exit 139 ;;
  cuda) echo "RuntimeError: CUDA out of memory." >&2; exit 1 ;;
  xla) echo "RESOURCE_EXHAUSTED: Out of memory allocating 1 bytes" >&2; exit 1 ;;
  hang) sleep 985 ;;
  slow) sleep 0.2 ;;
  esac
  echo "$id" >id
  printf '%20000s' "" >trace
Y
a=$((runs - 3)) b=$((runs - 2)) c=$((runs - 1))
sed -i "s/ALL/$(seq -s, 0 $c)/; s/AT_A/$a/; s/AT_B/$b/; s/AT_C/$c/" kill.yaml
export JOURNAL=$fast/journal VICTIM=$fast/victim TMPDIR=$fast
: >"$JOURNAL"
K=$fast/out bad= began=$SECONDS kills=0
RANDOM=5
half() { # the runs that are not whole: another number of files than of sums
	comm -3 <(cd "$K" 2>/dev/null && find r*[0-9] -type f ! -name SHA256SUMS 2>/dev/null | cut -d/ -f1 | sort | uniq -c | sort) \
		<(awk '{ n[FILENAME]++ } END { for (f in n) { d = f; sub(/\/[^\/]*$/, "", d); sub(/.*\//, "", d); printf "%7d %s\n", n[f], d } }' "$K"/r*/SHA256SUMS 2>/dev/null | sort)
}
while ((kills < wanted)); do
	# A fast machine makes many runs before it is killed: some must be left for the last.
	export SOON=$(($(ls "$K" 2>/dev/null | grep -c '^r') > runs * kills / wanted * 3 / 4))
	if ((kills % 2)); then
		setsid bash -c 'echo "-$$" >"$VICTIM"; exec "$@"' - "$P/sweep" run -o "$K" kill.yaml >>"$fast/said" 2>>"$fast/err" &
	else
		bash -c 'echo "$$" >"$VICTIM"; exec "$@"' - "$P/sweep" run -o "$K" kill.yaml >>"$fast/said" 2>>"$fast/err" &
	fi
	pid=$!
	if ((kills % 5 == 4)); then
		sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
		if ((kills % 2)); then kill -KILL -- "-$pid"; else kill -KILL $pid; fi 2>/dev/null
	fi
	wait $pid 2>/dev/null
	[[ $? == 137 ]] || break
	kills=$((kills + 1))
	((kills % 5)) || bad+=$(half)
done
: >"$VICTIM"
before=$(ls -d "$K"/r*/ 2>/dev/null | wc -l)
is "$kills:$bad" "$wanted:" "$wanted times killed (after $((SECONDS - began)) s, $before runs there): never a half directory"
run env SOON=0 "$P/sweep" run -o "$K" kill.yaml
is "$rc:$(tail -1 <<<"$err")" "1:sweep: 2 of $runs runs failed: $K/profiling_errors.log" "and once to the end ($((SECONDS - began)) s)"
run "$P/sweep" status -c -o "$K" kill.yaml
is "$rc:$(tail -1 <<<"$out")" "1:# $((runs - 4)) collected, 2 oom, 2 failed, 0 missing of $runs" "every run is there, its sums right"
is "$(grep -v '^collected\|^#' <<<"$out" | cut -f1,2 | tr '\t\n' ' ;')" "failed r20;oom r$a;oom r$b;failed r$c;" "and ended as it should"
is "$(ls "$K" | grep -v '^r[0-9]*$' | tr '\n' ' '):$(find "$K/.sweep" -mindepth 2 ! -name lock)$(ls -d "$K"/.sweep/scratch* 2>/dev/null)$(processes "$K")" \
	"profiling_errors.log $(printf '%s.failed\n' r20 r$c | sort | tr '\n' ' '):" "no temporary directory, no scratch, no process is left"
is "$(awk '{ r = FILENAME; sub(/\/id$/, "", r); sub(/.*\//, "", r); print r, $1 }' "$K"/r*[0-9]/id | sort)" \
	"$(awk '{ last[$1] = $3; kind[$1] = $2 } END { for (r in last) if (kind[r] ~ /fine|slow/) print r, last[r] }' "$JOURNAL" | sort)" "each was collected once: nothing was made again after it was there"
is "$(grep '^## ' "$K/profiling_errors.log" | cut -f2,3 | sed 's/ after.*//' | sort -u | sort -k1.2n)" "r20	attempt 1 of 1: status 139
r$c	attempt 1 of 1: timed out" "the log has the two that failed, and nothing else"
for r in r20 r$c; do
	logged=$(grep -c "^## .*	$r	" "$K/profiling_errors.log") tries=$(grep -c "^$r " "$JOURNAL")
	((logged >= 1 && logged <= tries)) && pass "the log: $r failed $logged times in $tries tries" || fail "the log: $r failed $logged times in $tries tries"
done
is "$(grep -vc '^## .*	r[0-9]*	attempt 1 of 1: \|^command: ./run.sh by local in \|^  | ' "$K/profiling_errors.log")" 0 "the log: no torn line"
done_testing
