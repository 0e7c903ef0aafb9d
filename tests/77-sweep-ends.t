#!/usr/bin/env bash
# How a cluster ends a run: preempted, cancelled, over its time limit, killed, on a node that is lost. Each is recorded with
# its cause, its logs are kept, and it is made again where the cluster says so, but not for ever.
. "${0%/*}/lib.sh"
exec 8>"${TMPDIR:-/tmp}/tr-slurm-tests.lock" && flock -w 300 8 # one Slurm at a time
P=$top/pipelines
nodes=6 cpus=8
. "$tests/slurm.sh"
slurm_up PreemptType=preempt/partition_prio PreemptMode=REQUEUE OverTimeLimit=0 \
	'PartitionName=low Nodes=n1 PreemptMode=REQUEUE' 'PartitionName=lowc Nodes=n2 PreemptMode=CANCEL' \
	'PartitionName=high Nodes=n1,n2 PriorityTier=10' 'PartitionName=lost Nodes=n4,n5,n6' 'PartitionName=kept Nodes=n3'
finished() { ! squeue -h -o %j 2>&1 | grep -qv '^report$'; }
ways=(preempted dropped cancelled limit killed requeued node norequeue twice split queued)
cat >ends.yaml <<'Y'
name: "{way}"
axes: {way: [WAYS]}
set:
  part: "{way == 'preempted' ? 'low' : way == 'dropped' ? 'lowc' : index >= 6 && index <= 9 ? 'lost' : 'kept'}"
launcher: slurm
client: |
  echo "$way" >>"$JOURNAL"
  seq 100
  if [[ -e $HELD/$way ]]; then
    [[ $way != split ]] || { until [[ ! -e $HELD/split ]]; do sleep 0.1; done; echo 1 >out; exit; }
    sleep 600
  fi
  echo "$way" >out
expect: [out]
slurm:
  options:
    - "--partition={part}"
    - "{way == 'norequeue' ? '--no-requeue' : '--requeue'}"
    - --time=60
  at_once: 4 # so that the one that is called queued has to wait
  report_options: [--hold]
Y
sed -i "s/WAYS/$(IFS=,; echo "${ways[*]}")/" ends.yaml
# The sixth node is for later. (A node that comes back is no place for a job that was lost with it: Slurm's late order to end
# the job would reach the new try.)
scontrol update nodename=n6 state=drain reason=later
export JOURNAL=$tmp/journal HELD=$tmp/held TR_GRACE=1
mkdir "$HELD"
for way in "${ways[@]}"; do : >"$HELD/$way"; done
: >journal
task() { awk -F'\t' -v r="$1" '$2 == r { t = $1 } END { print t }' out/slurm/*/queue; }
tried() { grep -cx "$1" journal; }
logged() { awk -F'\t' -v r="$1" '/^## / && $2 == r { print $3 }' out/profiling_errors.log | sed 's/attempt 1 of 1: //; s/ (job [0-9_]*)$//' | paste -sd';'; }
pending() { [[ $(squeue -h -j "$(task "$1")" -o %T) == PENDING ]]; }
again() { wait_for 30 pending "$1"; scontrol update jobid="$(task "$1")" StartTime=now; } # else it waits for two minutes
run "$P/sweep" run -o out ends.yaml
is "$rc:$(grep -c '^job' <<<"$out")" "0:6" "submitted: an array for each set of options, and the report"
started() { [[ $(sort -u journal | wc -l) == 10 ]]; }
ok "ten runs are at work" wait_for 60 started

# What happens to them
scontrol update jobid="$(task limit)" EndTime=now
for n in 1 2; do sbatch -p high -w n$n --exclusive -J other -o /dev/null --wrap 'sleep 0.5' >/dev/null; done
scancel "$(task cancelled)" "$(task queued)"
scontrol requeue "$(task requeued)"
kill -KILL "$(grep -lszx "SLURM_JOB_ID=$(squeue -h -j "$(task killed)" -o %A)" /proc/[0-9]*/environ |
	cut -d/ -f3 | sort -n | sed -n 1p)"
split=$(squeue -h -j "$(task split)" -o %A)
node_lost 4 "$split"
kept() { [[ $(ls -d out/{preempted,dropped,cancelled,requeued}.failed | wc -l) == 4 ]]; }
ok "four of them have kept their folder" wait_for 30 kept
for way in preempted dropped cancelled requeued; do
	is "$(awk 'NR <= 100 && $1 == NR { n++ } END { print n }' out/$way.failed/logs/client.log)" 100 "$way: its log is kept, all of it"
done
is "$(logged preempted):$(logged requeued)" "preempted, requeued:requeued" "preempted, or requeued by hand: the cause, and that it goes on"
is "$(logged dropped):$(logged cancelled)" "preempted:cancelled" "preempted for good, cancelled: the cause"

# What was requeued is made again: on another node, or on the same one.
rm "$HELD"/{preempted,requeued,node}
for way in preempted requeued node twice split; do again $way; done
there() { local r; for r; do [[ -e out/$r/SHA256SUMS ]] || return 1; done; }
ok "three of those that were requeued are there" wait_for 60 there preempted requeued node
is "$(tried preempted) $(tried requeued) $(tried node)" "2 2 2" "each in its second try"
is "$(logged node)" "its node failed, requeued" "a node that was lost: the cause"
# Of the run on a lost node whose processes are still at work no second one is begun.
twice() { (($(tried twice) == 2)); }
ok "another of the lost node is at work again" wait_for 30 twice
running() { [[ $(squeue -h -j "$(task split)" -o '%T %N') == "RUNNING n5" ]]; }
ok "the task of the fifth is at work too" wait_for 30 running
is "$(tried split)" 1 "but waits for its processes on the lost node"
rm "$HELD/split"
ok "they make it, and the task ends" wait_for 30 there split
gone() { [[ -z $(squeue -h -j "$(task split)" 2>/dev/null) ]]; }
wait_for 30 gone
is "$(tried split):$(logged split)" "1:" "made once, and no failure"
# A run whose nodes are lost again and again
scontrol update nodename=n6 state=resume
node_lost 5
again twice
ended() { squeue -h -t all -j "$1" -o %T | grep -qxE 'FAILED|TIMEOUT'; }
ok "requeued once more, it ends" wait_for 60 ended "$(task twice)"
is "$(tried twice):$(logged twice)" "2:its node failed, requeued;its node failed, requeued" "its nodes were lost twice: not made a third time"
like "$(cat out/slurm/1/"$(task twice)".out)" "failed	twice	.*its node failed 2 times: not made again \(-r 1 makes it again\)" "and the task says why"
ok "the time limit has ended one" wait_for 60 ended "$(task limit)"

# Asked again: what is killed has its cause; what would only end in the same way is not submitted.
node_up 5
rm "$HELD"/*
run "$P/sweep" status -o out ends.yaml
like "$(grep '^failed	queued' <<<"$out")" "cancelled \(job $(task queued)\)$" "status: a task that was cancelled in the queue"
before=$(task limit)
run "$P/sweep" run -o out ends.yaml
is "$rc:$(grep -v 'exist already\|earlier sweep: removed' <<<"$err")" "1:sweep: limit: over the same time limit 1 times: not submitted again (a longer --time, or -r 1)
sweep: twice: its node failed 2 times: not made again (-r 1 makes it again)" "submitted again, but for what would end in the same way"
is "$(logged limit):$(task limit)" "over its time limit of 00:01:00:$before" "over its time limit: the cause"
is "$(logged killed):$(logged norequeue):$(logged queued)" "killed by signal 9:its node failed:cancelled" "killed, lost with its node and not requeued, cancelled in the queue: the causes"
is "$(cat out/{limit,twice}.failed/logs/client.log | grep -cx 100)" 2 "their logs are kept too"
ok "all jobs have ended" wait_for 60 finished
run "$P/sweep" status -c -o out ends.yaml
is "$rc:$(tail -1 <<<"$out")" "1:# 9 collected, 0 oom, 2 failed, 0 missing of 11" "all others are there"
is "$(sort journal | uniq -c | awk '{ printf "%s %s;", $1, $2 }')" \
	"2 cancelled;2 dropped;2 killed;1 limit;2 node;2 norequeue;2 preempted;1 queued;2 requeued;1 split;2 twice;" "and none was made once more"
done_testing
