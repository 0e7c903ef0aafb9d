#!/usr/bin/env bash
# A real Slurm on loopback: the runs of a sweep as a job array, the report as the job that depends on it, preemption.
. "${0%/*}/lib.sh"
# One Slurm at a time: the other test of it may run at the same time.
exec 8>"${TMPDIR:-/tmp}/tr-slurm-tests.lock" && flock -w 300 8
P=$top/pipelines
. "$tests/slurm.sh"
slurm_up

# Sweep 5, where python is a stand-in for four ranks: each communicates for 2 us of 5.
cat >python <<'X'
#!/usr/bin/env bash
[[ "$1 $2 $3 $4 $5" == "-m torch.distributed.run --standalone --nproc-per-node=4 torch_workload.py" ]] || exit 9
[[ ${HOLD-} != *"${9}"* ]] || { : >"$HELD"; sleep 600; }
for r in 0 1 2 3; do
	printf '{"schemaVersion":1,"baseTimeNanoseconds":1000,"distributedInfo":{"rank":%d,"world_size":4},"traceEvents":[{"ph":"X","cat":"kernel","name":"gemm","pid":0,"tid":7,"ts":1,"dur":3},{"ph":"X","cat":"kernel","name":"ncclDevKernel_AllReduce_Sum_bf16_RING_LL","pid":0,"tid":8,"ts":4,"dur":2}]}' $r | gzip >kineto_trace_$r.json.gz
	echo '{"schema":"1.1.1-chakra.0.0.4","nodes":[]}' | gzip >torch_et_$r.json.gz
	printf '{"rank":%d,"iteration_times_s":[0.5]}' $r >timing_stats_$r.json
	echo '{"marks":[]}' >allreduce_marks_$r.json
done
X
chmod +x python
runs="$tmp/runs [1]"
sweep=("$P/sweep" run -l slurm -o "$runs" -s "python=$tmp/python" "$P/sweeps/torch-local.yaml")
export HOLD=fsdp HELD=$tmp/held
run "${sweep[@]}"
is "$rc:$err:$(sed 's/job [0-9]*/job N/' <<<"$out")" "0::job N: $runs/slurm/1/array-1.sh
job N: $runs/slurm/1/report.sh, after the others" "sweep 5 is submitted: an array, and the report"
run "${sweep[@]}"
is "$rc:$err:$out" "0:sweep: 3 runs are already queued or running:" "not again while it is queued"
run "$P/sweep" status -o "$runs" -s "python=$tmp/python" "$P/sweeps/torch-local.yaml"
like "$rc:$out" "^1:.*# 0 collected, 0 oom, 0 failed, 0 missing(, [12] running)?, [123] queued of 3$" "status: what is queued"
squeue -h -o '%i %E' >queue
like "$(cat queue)" "afterany:[0-9]+" "the report waits for the array"

# Two of the runs end; the third hangs on, until it is preempted.
ok "the third task is at work" wait_for 240 test -e held
is "$(cd "$runs" && ls -d dense* moe* fsdp* 2>/dev/null | tr '\n' ' ')" "dense16l-torch-gpus_4-batch_4 moe8l-torch-gpus_4-batch_4 " "the first two runs are there"
job=$(squeue -h -t running -o %A)
scancel --batch --signal=TERM "$job"
ok "all jobs have ended" wait_for 240 finished
ok "the preempted task says so" grep -q "sweep: ended by a signal during fsdp16l-torch-gpus_4-batch_4" "$runs"/slurm/1/*.out
is "$(ls "$runs/.sweep/work")$(grep -lsz "^TR_SWEEP_RUN=$tmp" /proc/[0-9]*/environ)" "" "and leaves nothing half made"
like "$(grep -c . "$runs/fsdp16l-torch-gpus_4-batch_4.failed/settings.tsv"):$(grep '^## ' "$runs/profiling_errors.log" | cut -f2-)" \
	"^[0-9]+:fsdp16l-torch-gpus_4-batch_4	attempt 1 of [0-9]: ended by a signal \(job [0-9]+_2\)$" "its folder is kept, and the cause is in the log"
run "$P/sweep" status -c -o "$runs" -s "python=$tmp/python" "$P/sweeps/torch-local.yaml"
is "$rc:$(sed 's/attempt 1.*/why/' <<<"$out")" "1:collected	dense16l-torch-gpus_4-batch_4	.
collected	moe8l-torch-gpus_4-batch_4	.
failed	fsdp16l-torch-gpus_4-batch_4	why
# 2 collected, 0 oom, 1 failed, 0 missing of 3" "status: two there, one failed"
value() { awk -F'\t' -v m="$1" '$2 == m && $4 == "total" && $3 ~ /^rank=[0-9]*$/ { print $1, $3, $5 }' "$runs/report/report.tsv" | sed 's/-torch-gpus_4-batch_4 rank=/ /' | tr '\n' ';'; }
is "$(value comm_time)" "dense16l 0 0.000002000;dense16l 1 0.000002000;dense16l 2 0.000002000;dense16l 3 0.000002000;moe8l 0 0.000002000;moe8l 1 0.000002000;moe8l 2 0.000002000;moe8l 3 0.000002000;" "the report has both runs' metrics"

like "$(sed -n '/^## Runs that are not/,$p' "$runs/report/report.md" | tr '\n' ' ')" \
	"2 collected, 0 oom, 1 failed, 0 missing of 3\..*\| fsdp16l-torch-gpus_4-batch_4 \| failed \| attempt 1 of .: ended by a signal" "and names the third, and why"

# Submitted again: what is missing, and the report anew.
export HOLD=
run "${sweep[@]}"
is "$rc:$(sed -n '/^runs=/,/^)/p' "$runs/slurm/2/array-1.sh" | tr -d '\n\t')" "0:runs=('fsdp16l-torch-gpus_4-batch_4')" "submitted again: the run that is missing"
ok "all jobs have ended" wait_for 240 finished
run "$P/sweep" status -c -o "$runs" -s "python=$tmp/python" "$P/sweeps/torch-local.yaml"
is "$rc:$(tail -1 <<<"$out")" "0:# 3 collected, 0 oom, 0 failed, 0 missing of 3" "all runs are there, whole"
is "$(value comm_time | tr ';' '\n' | grep -c '^fsdp16l [0-3] 0.000002000$')" 4 "and in the report"
run "${sweep[@]}"
is "$rc:$err:$out" "0:sweep: 3 of 3 runs exist already:" "once more: nothing to do"
done_testing
