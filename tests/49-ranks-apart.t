#!/usr/bin/env bash
# The ranks of a run one by one, in any order, at the same time or as tasks of Slurm; merged they
# give the bytes that one process gives.
. "${0%/*}/lib.sh"
P=$top/pipelines
run_dir=$top/tests/sample/ddp4-straggler-rank2-h100
base=1790857026000000000 # what events takes for all of the run: its files have it
"$P/events" -q "$run_dir" >all.tr
ok "the base of the whole run" grep -qx "##base_ns $base" all.tr
for metric in straggler breakdown comm_time; do "$P/$metric" all.tr >"want.$metric"; done
ok "rank 2 is late" grep -q $'\tstraggler\tall\tlate\t2\t' want.straggler

# apart PARTS WHAT: the metrics of the merged parts
apart() {
	mkdir -p "$1.kept"
	"$P/merge" -n ddp4-straggler-rank2-h100 "$1"/*.tr >"$1.kept/launched.kept"
	for metric in straggler breakdown comm_time; do
		same "$metric: $2" "want.$metric" <(TR_KEEP=$tmp/$1.kept "$P/$metric")
	done
}
mkdir make
cat >Makefile <<'M'
parts: make/0.tr make/1.tr make/2.tr make/3.tr
make/%.tr:
	"$(P)/events" -q -b $(BASE) "$(DIR)/kineto_trace_$*.json.gz" | "$(P)/stages/launched" >$@
M
ok "the ranks apart" make -s -j2 P="$P" BASE="$base" DIR="$run_dir"
apart make "ranks by make -j2"
mkdir other
for r in 0 1 2 3; do gzip -c make/$r.tr >other/$((3 - r)).tr; done
"$P/merge" other/*.tr >merged
is "$(grep -c '^##rank' merged):$(grep -v '^#' merged | sort | md5sum)" "4:$(cat make/?.tr | grep -v '^#' | sort | md5sum)" "compressed, in another order: the same records"

# The sums of the ranks, each from its own process, make the totals of all.
for r in 3 1 0 2; do "$P/events" -q -b $base "$run_dir/kineto_trace_$r.json.gz" | "$P/stages/comm_measures"; done >measures
same "tr-stats -m of partial results" <(cut -f2- want.comm_time | sort) \
	<(tr-stats -m comm_time -u s -d comm -n n_a -e 'no kernels' sum:a <measures | cut -f2- | sort)

# What cannot be merged.
sed 's/^##base_ns .*/##base_ns 5/' make/0.tr >odd.tr
run "$P/merge" odd.tr make/1.tr
is "$rc:$out:$err" "2::merge: the streams have different bases ($base, 5): use events -b" "two bases"
run "$P/merge" make/0.tr none.tr
is "$rc:$err" "2:merge: none.tr: not a file that can be read" "a missing part"
gzip -c make/1.tr >one.gz
head -c $(($(stat -c %s one.gz) / 2)) one.gz >cut.tr
run "$P/merge" make/0.tr cut.tr
is "$rc:$(grep -c 'cut.tr: byte [0-9]' <<<"$err"):$(($(grep -c $'^X.*\t1\t' <<<"$out") > 0))" "1:1:1" "a damaged part: what can be read, and that it is damaged"
mkdir damaged && printf '%s\n' "$out" >damaged/launched.kept
like "$(TR_KEEP=$tmp/damaged "$P/comm_time" 2>&1 | grep $'\trank=0\ttotal\t')" "damaged" "and the note says so"
run "$P/merge" -x
is "$rc:$err" "2:merge: unknown option '-x' (merge -h for help)" "an unknown option"

# As an array of Slurm tasks, a rank each.
exec 8>"${TMPDIR:-/tmp}/tr-slurm-tests.lock" && flock -w 300 8
. "$tests/slurm.sh"
slurm_up MaxArraySize=3
cat >ranks.yaml <<'Y'
sweep: ranks
name: rank{n}
axes: {n: [3, 0, 2, 1]}
set: {pipelines: "", base: "", dir: ""}
launcher: slurm
client: |
  "$pipelines/events" -q -b "$base" "$dir/kineto_trace_$n.json.gz" | "$pipelines/stages/launched" >launched.tr
expect: [launched.tr]
slurm: {options: [--ntasks=1], report_options: [--hold]}
Y
run "$P/sweep" run -o array -s "pipelines=$P" -s "base=$base" -s "dir=$run_dir" ranks.yaml
is "$rc" 0 "submitted: ${err//$'\n'/ }"
finished() { ! squeue -h -o %j 2>&1 | grep -qv '^report$'; }
ok "all tasks have ended" wait_for 100 finished
mkdir tasks
for r in 0 1 2 3; do cp "array/rank$r/launched.tr" tasks/$r.tr; done
apart tasks "ranks as Slurm tasks"
done_testing
