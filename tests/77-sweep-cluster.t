#!/usr/bin/env bash
# Sweeps on a cluster: a slow sbatch, edited files, small arrays, refusals, time limits, cancelled tasks, several nodes.
. "${0%/*}/lib.sh"
# One Slurm at a time: the other test of it may run at the same time.
exec 8>"${TMPDIR:-/tmp}/tr-slurm-tests.lock" && flock -w 300 8
P=$top/pipelines
nodes=2
. "$tests/slurm.sh"
slurm_up MaxArraySize=3 OverTimeLimit=0
sbatch=$(command -v sbatch)
mkdir bin start
cat >bin/sbatch <<X
#!/usr/bin/env bash
# answers after SLOW seconds; of more than ACCEPT tasks in all none is taken
if [[ -n \${ACCEPT-} ]]; then
	n=\$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "\${@: -1}")
	had=\$(cat "$tmp/had" 2>/dev/null || echo 0)
	if [[ -n \$n ]] && ((had + n + 1 > ACCEPT)); then
		echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2
		echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)" >&2
		exit 1
	fi
	[[ -z \$n ]] || echo \$((had + n + 1)) >"$tmp/had"
fi
id=\$("$sbatch" "\$@") || exit
sleep "\${SLOW:-0}"
echo "\$id"
X
chmod +x bin/sbatch
export PATH=$tmp/bin:$PATH
finished() { ! squeue -h -o %j 2>&1 | grep -qv '^report$'; } # the report is made in 76-slurm.t
states() { "$P/sweep" status "$@" 2>&1 | cut -f1,2 | tr '\t\n' ' ;'; }

# A slow controller, an array in three parts, an edited sweep file, files where the user started.
cat >five.yaml <<'Y'
sweep: five
name: r{n}
axes: {n: [1, 2, 3, 4]}
set: {seq_len: 2048, input: words}
launcher: slurm
files: [helper.txt]
prepare: cat "$TR_SWEEP_FROM/$input" helper.txt >given
client: |
  [[ ! -e $HOME/hold ]] || sleep 600
  echo "$n $seq_len" >out
expect: [out, given]
slurm: {options: [--ntasks=1], report_options: [--hold]}
Y
echo from here >start/words
echo help >helper.txt
export HOME=$tmp
cp start/words .
cd start
SLOW=5 run "$P/sweep" run -o ../five ../five.yaml
cd ..
is "$rc:$(grep -c '^job' <<<"$out"):$(cut -f2 five/slurm/1/queue | tr '\n' ' ')" "0:3:r1 r2 r3 r4 " "four runs, MaxArraySize 3: two arrays and the report"
sed -i 's/2048/8192/' five.yaml
echo changed >helper.txt
ok "all jobs have ended" wait_for 100 finished
sed -i 's/8192/2048/' five.yaml
echo help >helper.txt
is "$(states -c -o five five.yaml)" "collected r1;collected r2;collected r3;collected r4;# 4 collected, 0 oom, 0 failed, 0 missing of 4;" "sbatch answers after 5 s each time: every run is collected"
is "$(cat five/r?/out | sort | tr '\n' ';'):$(cat five/r?/given | sort -u | tr '\n' ';')" "1 2048;2 2048;3 2048;4 2048;:from here;help;" "with what was submitted, though the files were edited meanwhile; from where the user started"
sed -i 's/2048/8192/' five.yaml
run "$P/sweep" run -o five five.yaml
is "$rc:$(grep "r4:" <<<"$err")" "2:sweep: r4: made with other settings (seq_len 2048, now 8192)" "edited: nothing is mixed without a decision"

# Refused: a part is taken, its report too; the rest next time. What is queued is not submitted again.
touch hold
sed 's/sweep: five/sweep: part/; s/\[1, .*4\]/[1, 2, 3, 4, 5]/' five.yaml >part.yaml
ACCEPT=3 run "$P/sweep" run -o part part.yaml
is "$rc:$(grep -c '^job' <<<"$out"):$(tail -1 <<<"$err"):$(wc -l <part/slurm/1/queue)" "1:2:sweep: 3 of 5 runs were accepted: run sweep again for the others:3" "over a limit: what is taken has its report, status 1"
ok "tasks are at work" wait_for 60 compgen -G 'part/.sweep/work/*.r1/logs/client.log'
like "$(states -o part part.yaml)" "^running r1;(running|queued) r2;(running|queued) r3;missing r4;missing r5;# 0 collected, 0 oom, 0 failed, 2 missing, [1-3] running" "status: running, queued, missing"
run "$P/sweep" run -o part part.yaml
is "$rc:$(cut -f2 part/slurm/2/queue | tr '\n' ' '):$(tail -1 <<<"$err")" "0:r4 r5 :sweep: 3 runs are already queued or running" "again: the others alone"

# Cancelled: a task at work and one that is queued.
first=$(sed -n 1p part/slurm/1/queue | cut -f1) last=$(tail -1 part/slurm/2/queue | cut -f1)
scancel "$first" "$last"
rm hold
ok "the cancelled task has ended" wait_for 60 test -e part/r1.failed
scancel --state=RUNNING -u root
ok "all jobs have ended" wait_for 100 finished
"$P/sweep" report -o part part.yaml >/dev/null 2>&1
is "$(grep "^##.*(job ${first})$" part/profiling_errors.log | cut -f2,3 | sed 's/attempt 1 of 1: //'):$(test -s part/r1.failed/settings.tsv && echo kept)" "r1	cancelled (job $first):kept" "a cancelled task: its cause, its folder"
is "$(grep "^##.*(job ${last})$" part/profiling_errors.log | cut -f2,3)" "r5	cancelled (job $last)" "a task that was cancelled in the queue: its cause"
ok "the report names it" grep -q "| r5 | failed | cancelled (job $last) |" part/report/report.md
run "$P/sweep" run -o part part.yaml
ok "submitted again: all jobs have ended" wait_for 100 finished
is "$(states -c -o part part.yaml | sed 's/.*#/#/')" "# 5 collected, 0 oom, 0 failed, 0 missing of 5;" "and all are there"

# Two nodes: a rank on each, a trace of each.
cat >wide.yaml <<'Y'
sweep: wide
name: w{nodes}
axes: {nodes: [2]}
launcher: slurm
client: |
  ./ranks.sh -n 1 bash -c 'echo "$RANK $LOCAL_RANK $WORLD_SIZE $SLURMD_NODENAME $MASTER_ADDR" >trace_$RANK'
expect: [{files: "trace_*", min: "{nodes}"}]
slurm: {nodes: "{nodes}", options: [--ntasks-per-node=1], report_options: [--hold]}
Y
run "$P/sweep" run -o wide wide.yaml
ok "two nodes: the job has ended" wait_for 100 finished
is "$(cat wide/w2/trace_* 2>&1 | sort | tr '\n' ';')" "0 0 2 n1 n1;1 0 2 n2 n1;" "two nodes: a rank on each, and its trace"
done_testing
