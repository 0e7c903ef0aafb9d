#!/usr/bin/env bash
# A real Slurm on loopback: the runs of a sweep as a job array, the report as the job that depends on it, preemption.
. "${0%/*}/lib.sh"
P=$top/pipelines
need() { skip "$1: sweeps by Slurm not tried"; done_testing; exit; }
for program in munged slurmctld slurmd sbatch squeue scancel sinfo; do
	PATH=$PATH:/usr/sbin:/sbin
	command -v $program >/dev/null || need "$program is not installed (slurm-wlm, munge)"
done
[[ $(id -u) == 0 ]] || need "not root"

S=$tmp/slurm daemons=()
mkdir -p "$S"/{state,spool}
export SLURM_CONF=$S/slurm.conf
stop() { # whatever happens
	local pid
	((${#daemons[@]} < 2)) || scancel -u root >/dev/null 2>&1
	# The steps are no children of ours: those of this configuration.
	for pid in $(grep -lszxF "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ | cut -d/ -f3); do
		[[ $(cat "/proc/$pid/comm" 2>/dev/null) != slurmstepd ]] || kill "$pid" 2>/dev/null
	done
	for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do
		kill "${daemons[i]}" 2>/dev/null
		for ((t = 0; t < 100; t++)); do kill -0 "${daemons[i]}" 2>/dev/null || break; sleep 0.05; done
		kill -KILL "${daemons[i]}" 2>/dev/null
		wait "${daemons[i]}" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap stop EXIT
trap 'exit 143' TERM INT HUP
wait_for() { # SECONDS COMMAND...
	local i n=$(($1 * 10))
	shift
	for ((i = 0; i < n; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done
	return 1
}
port=$((20000 + $$ % 20000))
host=$(hostname -s)
cat >"$SLURM_CONF" <<C
ClusterName=tr
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$S/munge.socket
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$S/state
SlurmdSpoolDir=$S/spool
SlurmctldPidFile=$S/slurmctld.pid
SlurmdPidFile=$S/slurmd.pid
SlurmctldLogFile=$S/slurmctld.log
SlurmdLogFile=$S/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
GresTypes=gpu
ReturnToService=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) Gres=gpu:4 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
C
touch "$S"/gpu{0..3}
echo "Name=gpu File=$S/gpu[0-3]" >"$S/gres.conf"
(umask 077 && head -c 1024 /dev/urandom >"$S/munge.key")
munged --foreground --force --key-file="$S/munge.key" --socket="$S/munge.socket" --pid-file="$S/munged.pid" \
	--seed-file="$S/munge.seed" --log-file="$S/munged.log" --num-threads=2 >"$S/munged.out" 2>&1 &
daemons+=($!)
wait_for 10 test -S "$S/munge.socket" || { fail "munged" "$(cat "$S"/munged.*)"; done_testing; exit; }
slurmctld -D -f "$SLURM_CONF" >"$S/ctld.out" 2>&1 &
daemons+=($!)
slurmd -D -f "$SLURM_CONF" -N "$host" >"$S/slurmd.out" 2>&1 &
daemons+=($!)
idle() { [[ $(sinfo -h -o %T 2>/dev/null) == idle ]]; }
if ! wait_for 60 idle; then
	fail "Slurm is up" "$(sinfo 2>&1; grep -hi error "$S"/*.log)"
	done_testing
	exit
fi
pass "munged, slurmctld and slurmd are up, on port $port"

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
is "$rc:$err:$(sed 's/job [0-9]*/job N/' <<<"$out")" "0::job N: $runs/slurm/array-1.sh
job N: $runs/slurm/report.sh, after the others" "sweep 5 is submitted: an array, and the report"
run "${sweep[@]}"
like "$rc:$err" "^2:sweep: .*: its jobs are still queued or running: [0-9]+ [0-9]+$" "not again while it is queued"
squeue -h -o '%i %E' >queue
like "$(cat queue)" "afterany:[0-9]+" "the report waits for the array"

# Two of the runs end; the third hangs on, until it is preempted.
ok "the third task is at work" wait_for 240 test -e held
is "$(cd "$runs" && ls -d dense* moe* fsdp* 2>/dev/null | tr '\n' ' ')" "dense16l-torch-gpus_4-batch_4 moe8l-torch-gpus_4-batch_4 " "the first two runs are there"
job=$(squeue -h -t running -o %A)
scancel --batch --signal=TERM "$job"
finished() { [[ -z $(squeue -h) ]]; }
ok "all jobs have ended" wait_for 240 finished
ok "the preempted task says so" grep -q "sweep: ended by a signal during fsdp16l-torch-gpus_4-batch_4" "$runs"/slurm/*.out
is "$(ls "$runs/.sweep/work")$(grep -lsz "^TR_SWEEP_RUN=$tmp" /proc/[0-9]*/environ)" "" "and leaves nothing"
run "$P/sweep" status -c -o "$runs" "$P/sweeps/torch-local.yaml"
is "$rc:$out" "1:collected	dense16l-torch-gpus_4-batch_4	.
collected	moe8l-torch-gpus_4-batch_4	.
missing	fsdp16l-torch-gpus_4-batch_4	.
# 2 collected, 0 oom, 0 failed, 1 missing of 3" "status: two there, one missing"
value() { awk -F'\t' -v m="$1" '$2 == m && $4 == "total" && $3 ~ /^rank=[0-9]*$/ { print $1, $3, $5 }' "$runs/report/report.tsv" | sed 's/-torch-gpus_4-batch_4 rank=/ /' | tr '\n' ';'; }
is "$(value comm_time)" "dense16l 0 0.000002000;dense16l 1 0.000002000;dense16l 2 0.000002000;dense16l 3 0.000002000;moe8l 0 0.000002000;moe8l 1 0.000002000;moe8l 2 0.000002000;moe8l 3 0.000002000;" "the report has both runs' metrics"

# Submitted again: what is missing, and the report anew.
export HOLD=
run "${sweep[@]}"
is "$rc:$(sed -n '/^runs=/,/^)/p' "$runs/slurm/array-1.sh" | tr -d '\n\t')" "0:runs=('fsdp16l-torch-gpus_4-batch_4')" "submitted again: the run that is missing"
ok "all jobs have ended" wait_for 240 finished
run "$P/sweep" status -c -o "$runs" "$P/sweeps/torch-local.yaml"
is "$rc:$(tail -1 <<<"$out")" "0:# 3 collected, 0 oom, 0 failed, 0 missing of 3" "all runs are there, whole"
is "$(value comm_time | tr ';' '\n' | grep -c '^fsdp16l [0-3] 0.000002000$')" 4 "and in the report"
run "${sweep[@]}"
is "$rc:$err:$out" "0:sweep: 3 of 3 runs are there already:" "once more: nothing to do"
done_testing
