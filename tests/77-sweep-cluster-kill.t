#!/usr/bin/env bash
# A sweep on a cluster where everything goes wrong: an sbatch that answers late, small arrays, SIGKILL to `sweep run` and to
# tasks, scancel, scontrol requeue, a node drained and resumed. Each run is collected once, none is mixed or lost, the log is
# true. 20 runs and 6 kills, sbatch after 1 s; TR_ENDURANCE=1 (make sweep-endurance): 200 runs, 50 kills, 5 s.
. "${0%/*}/lib.sh"
exec 8>"${TMPDIR:-/tmp}/tr-slurm-tests.lock" && flock -w 600 8 # one Slurm at a time
P=$top/pipelines
runs=20 wanted=6 late=1
[[ -z ${TR_ENDURANCE-} ]] || runs=200 wanted=50 late=5
nodes=2 cpus=4
. "$tests/slurm.sh"
slurm_up MaxArraySize=16 MinJobAge=3600 # Slurm remembers jobs, as with accounting
mkdir bin
printf '#!/usr/bin/env bash\nid=$("%s" "$@") || exit\nsleep %s\necho "$id"\n' "$(command -v sbatch)" $late >bin/sbatch
chmod +x bin/sbatch
export PATH=$tmp/bin:$PATH JOURNAL=$tmp/journal CANCELLED=$tmp/cancelled TR_GRACE=1
: >journal
: >done # what was done to which task: ACTION JOB_TASK
crash=7 memory=$((runs - 2))
cat >many.yaml <<Y
name: r{n}
axes:
  n: [$(seq -s, 0 $((runs - 1)))]
set: {twice: "{n * 2}", kind: "{n == $crash ? 'crash' : n == $memory ? 'memory' : 'fine'}"}
launcher: slurm
client: |
  id=\$\$.\$RANDOM
  echo "\$run \$id \${SLURM_ARRAY_JOB_ID}_\$SLURM_ARRAY_TASK_ID" >>"\$JOURNAL"
  sleep 0.\$((RANDOM % 9))
  [[ \$n != *3 || -e \$CANCELLED.\$run ]] || sleep 600 # until it is cancelled
  case \$kind in
  crash) echo "Segmentation fault" >&2; exit 139 ;;
  memory) echo "torch.OutOfMemoryError: CUDA out of memory." >&2; exit 1 ;;
  esac
  echo "\$id \$twice" >id
expect: [id]
slurm: {options: [--ntasks=1], report_options: [--hold]}
Y
RANDOM=7 K=$tmp/out submitter= began=$SECONDS kills=0 requeued=0 drained=
live() { squeue -h -r -o '%i %T %j' 2>/dev/null | grep -v ' report$'; }
finished() { [[ -z $(live) ]]; }
submit() { # as a process group of its own
	setsid "$P/sweep" run -o "$K" many.yaml >>said 2>>errors &
	submitter=$!
}
submitting() { [[ -n $submitter ]] && kill -0 "$submitter" 2>/dev/null; }
kill_submitter() { # it alone, or all that it has started
	submitting || return 1
	if ((RANDOM % 2)); then kill -KILL "$submitter"; else kill -KILL -- "-$submitter"; fi
	wait "$submitter" 2>/dev/null
	submitter=
}
kill_task() { # a random one that is at work
	local steps pids pid task
	mapfile -t steps < <(pgrep -x slurmstepd)
	((${#steps[@]})) || return 1
	mapfile -t pids < <(pgrep -P "$(IFS=,; echo "${steps[*]}")" -f 'sweep one')
	((${#pids[@]})) || return 1
	pid=${pids[RANDOM % ${#pids[@]}]}
	task=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" |
		sed -n 's/^SLURM_ARRAY_JOB_ID=\(.*\)/a \1/p; s/^SLURM_ARRAY_TASK_ID=\(.*\)/b \1/p' | sort | cut -c3- | paste -sd_)
	[[ -n $task ]] && kill -KILL "$pid" 2>/dev/null && echo "kill $task" >>done
}
requeue_task() {
	local task
	mapfile -t tasks < <(live | awk '$2 == "RUNNING" { print $1 }')
	((${#tasks[@]})) || return 0
	task=${tasks[RANDOM % ${#tasks[@]}]}
	scontrol requeue "$task" 2>/dev/null && echo "requeue $task" >>done && requeued=$((requeued + 1))
}
cancel_tenth() { # each tenth run, once
	local task run _
	while IFS=$'\t' read -r task run _; do
		[[ $run == *3 && ! -e cancelled.$run ]] || continue
		live | grep -q "^$task " || continue
		: >"cancelled.$run"
		scancel "$task" && echo "cancel $task" >>done
	done < <(cat "$K"/slurm/*/queue 2>/dev/null)
}
hurry() { # a task that was requeued would wait for two minutes
	local task
	squeue -h -r -o '%i %r' | awk '$2 == "BeginTime" { print $1 }' |
		while read -r task; do scontrol update jobid="$task" StartTime=now; done 2>/dev/null
}
node() { scontrol update nodename=n2 state="$1" reason=test; } # drain, resume
end=$((SECONDS + wanted * 20 + 100))
while ((kills < wanted && SECONDS < end)); do
	if ! submitting && { [[ -z $submitter ]] || finished; }; then submit; fi
	cancel_tenth
	# Kills are spread over all runs: tasks, and each third time `sweep run`.
	if (($(wc -l <journal) * wanted >= kills * runs * 3 / 4)); then
		if ((kills % 3 == 2)) && submitting; then kill_submitter; else kill_task; fi && kills=$((kills + 1))
	fi
	((kills % 4 != 1 || requeued > kills / 4)) || requeue_task
	((kills * 2 < wanted)) || [[ -n $drained ]] || { node drain; drained=$kills; }
	[[ -z $drained || $drained == over ]] || ((kills < drained + 2)) || { node resume; drained=over; }
	hurry
	sleep 0.$((RANDOM % 9))
done
[[ $drained == over ]] || { node resume; drained=over; }
[[ -z $submitter ]] || wait "$submitter"
is "$kills" "$wanted" "$wanted times killed, $requeued requeued, $(find . -maxdepth 1 -name 'cancelled.*' | wc -l) cancelled (after $((SECONDS - began)) s)"
# To the end: what was ended is submitted again; only the one that crashes is left.
over() { hurry; cancel_tenth; finished; }
last=
for ((i = 0; i < 6; i++)); do
	wait_for 300 over
	run "$P/sweep" status -c -o "$K" many.yaml
	last=$(tail -1 <<<"$out")
	[[ $last != "# $((runs - 2)) collected, 1 oom, 1 failed, 0 missing of $runs" ]] || break
	"$P/sweep" run -o "$K" many.yaml >>said 2>>errors
done
is "$last" "# $((runs - 2)) collected, 1 oom, 1 failed, 0 missing of $runs" "every run is there, its sums right ($((SECONDS - began)) s, asked $i times more)"
is "$(grep -v '^collected\|^#' <<<"$out" | cut -f1,2 | sort | tr '\t\n' ' ;')" "failed r$crash;oom r$memory;" "and ended as it should"
is "$(find . -maxdepth 1 -name 'cancelled.*' | wc -l)" "$((runs / 10 + (runs % 10 > 3)))" "every tenth was cancelled once"
is "$(awk '{ r = FILENAME; sub(/\/id$/, "", r); sub(/.*\//, "", r); print r, $1 }' "$K"/r*[0-9]/id | sort)" \
	"$(awk '{ last[$1] = $2 } END { for (r in last) if (r != "r'$crash'" && r != "r'$memory'") print r, last[r] }' journal | sort)" \
	"each was collected once: nothing was made again after it was there"
is "$(awk '{ r = FILENAME; sub(/\/id$/, "", r); sub(/.*\/r/, "", r); if ($2 != 2 * r) print r, $2 }' "$K"/r*[0-9]/id)" "" "none has another's settings"
# The log: each try that made nothing is in it, with the cause that it had, and nothing else.
true_log() {
	awk -F'\t' -v crash="r$crash" -v out="$K" '
	FILENAME == "journal" { split($0, w, " "); tries[w[3]]++; of[w[3]] = w[1]; job[w[2]] = w[3]; next }
	FILENAME == "done" { split($0, w, " "); did[w[2]] = did[w[2]] " " w[1]; next }
	FILENAME == "ids" { tries[job[$0]]--; next }
	/^## / {
		t = $3; sub(/.*[(]job /, "", t); sub(/[)]$/, "", t)
		entries[t]++
		n++
		if ($3 ~ /requeued [(]/) what = "requeue"
		else if ($3 ~ /killed by signal 9|cut short|failed with status 137/) what = "kill"
		else if ($3 ~ /cancelled [(]/) what = "cancel"
		else what = ""
		if (what == "" ? $2 != crash || $3 !~ /status 139/ : index(did[t], what) == 0)
			print "not true: " $2 " " $3 " (" did[t] ")"
	}
	END {
		for (t in tries)
			if (entries[t] < tries[t]) print "not in the log: " of[t] " of " t " (" did[t] ")"
			else if (entries[t] > tries[t] + split(did[t], w, " ")) print "too often: " of[t] " of " t
		if (n < 4) print "too few entries"
	}' journal done ids "$K/profiling_errors.log"
}
cut -d' ' -f1 "$K"/r*[0-9]/id >ids
awk -v r="r$memory" '$1 == r { id = $2 } END { print id }' journal >>ids
is "$(true_log)" "" "the log: $(grep -c '^## ' "$K/profiling_errors.log") entries of $(wc -l <journal) tries, each true, none left out"
is "$(grep -vc '^## .*	r[0-9]*	.*(job [0-9_]*)$\|^command: ./run.sh by \|^  | ' "$K/profiling_errors.log")" 0 "the log: no torn line"
is "$(ls "$K" | grep -v '^r[0-9]*$' | tr '\n' ' '):$(ls "$K/.sweep/own" "$K/.sweep/work" "$K/.sweep/old" | grep -v ':$')$(ls -d "$K"/.sweep/scratch* 2>/dev/null):$(grep -lsz "^TR_SWEEP_RUN=$K" /proc/[0-9]*/environ)" \
	"profiling_errors.log r$crash.failed slurm ::" "nothing half made, no process is left"
done_testing
