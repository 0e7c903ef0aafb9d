#!/usr/bin/env bash
# Sweeps: plans, refusals, runs that fail in every way, kills, locks, full disks, launchers, schedules.
. "${0%/*}/lib.sh"
P=$top/pipelines
sweeps=$P/sweeps
fast=$(mktemp -d /dev/shm/tr-sweep-test.XXXXXX 2>/dev/null || mktemp -d "$tmp/fast.XXXXXX")
trap 'umount "$tmp/disk" 2>/dev/null; rm -rf "$fast" "$tmp"' EXIT
mkdir bin
export TR_GRACE=1
until_true() { # COMMAND...: for at most ten seconds
	local i
	for ((i = 0; i < 200; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.05; done
	return 1
}
working() { compgen -G "$1/.sweep/work/*/$2"; }                    # DIR FILE: a run is being made and has FILE
processes() { grep -lsz "^TR_SWEEP_RUN=$1" /proc/[0-9]*/environ; } # DIR: of runs that are made there

# plan: the ready sweeps
plan() { "$P/sweep" plan "$@"; }
plan "$sweeps/tpu-v6e8-vllm.yaml" >tpu.plan
is "$(tail -1 tpu.plan)" "# 88 of 128 runs" "TPU: 88 of 128"
is "$(grep -c '^run	' tpu.plan):$(grep -c '^out	' tpu.plan)" "88:40" "TPU: a line each, those left out too"
for want in "Qwen/Qwen3-4B 32" "meta-llama/Llama-3.1-8B 32" "Qwen/Qwen3-32B 16" "meta-llama/Llama-3.3-70B-Instruct 8"; do
	is "$(grep '^run' tpu.plan | grep -c "	model=${want% *}	")" "${want##* }" "TPU: $want runs"
done
is "$(grep '^out' tpu.plan | cut -f3 | sort | uniq -c | sed 's/^ *//')" "8 out of memory: 141.107 GB of parameters a chip, 30.4 GB to use
8 out of memory: 32.7621 GB of parameters a chip, 30.4 GB to use
8 out of memory: 35.2769 GB of parameters a chip, 30.4 GB to use
8 out of memory: 65.5242 GB of parameters a chip, 30.4 GB to use
8 out of memory: 70.5537 GB of parameters a chip, 30.4 GB to use" "TPU: each left out for its reason"
is "$(grep '^out' tpu.plan | cut -f2 | sed 's/-batch.*//' | sort -u | tr '\n' ' ')" \
	"llama3.3-70b-tp_1 llama3.3-70b-tp_2 llama3.3-70b-tp_4 qwen3-32b-tp_1 qwen3-32b-tp_2 " "TPU: which"
is "$(sed -n 2p tpu.plan)" "run	qwen3-4b-tp_8-batch_1-vllm-v6e8	.	model=Qwen/Qwen3-4B	short=qwen3-4b	heads=32	num_heads=32	params=4022468096	embedding=388956160	layers=36	head_dim=128	tp=8	batch=1" "TPU: a run's line"
plan -s hbm_bytes=64e9 "$sweeps/tpu-v6e8-vllm.yaml" >big.plan
is "$(tail -1 big.plan)" "# 104 of 128 runs" "with twice the memory, 60.8 GB: 64, and 24 of 32B (TP 8, 4, 2), 16 of 70B (TP 8, 4)"
is "$(plan "$sweeps/llama8b-tp-perlmutter.yaml" | sed '1d' | cut -f1-2 | tr '\n' ' ')" \
	"run	llama-8b-tp1 run	llama-8b-tp2 run	llama-8b-tp4 run	llama-8b-tp1-nsys run	llama-8b-tp2-nsys run	llama-8b-tp4-nsys # 6 of 6 runs " "Llama: E1.1 to E1.3 and under Nsight"
plan "$sweeps/mixtral-moe-perlmutter.yaml" >mix.plan
is "$(tail -1 mix.plan):$(grep -c 'vllmTP4' mix.plan):$(grep -c 'vllmEP4.*_eplbon\]' mix.plan):$(grep -c 'vllmEP4.*_eplboff\]' mix.plan)" "# 48 of 48 runs:16:16:16" "Mixtral: 16 baselines, 16 with and 16 without EPLB"
for name in 'Mixtral8x7B-vllmTP4-Perlmutter[baseline_64_8192]-group12' 'Mixtral8x7B-vllmEP4-Perlmutter[defaultall2all_32_8192_eplbon]-group12'; do
	ok "Mixtral: $name" grep -qF "	$name	" mix.plan
done
plan "$sweeps/qwen3-serving-nvlink.yaml" >qwen.plan
is "$(tail -1 qwen.plan)" "# 18 of 32 runs" "Qwen3: 16, and 2 with bursts"
is "$(grep '^run.*-burst-' qwen.plan | cut -f2 | tr '\n' ' ')" "qwen3-32b-tp_4-batch_4-burst-vllm-group_11 qwen3-32b-tp_4-batch_4-burst-sglang-group_11 " "Qwen3: which have bursts"
is "$(plan -s gpus=3 "$sweeps/torch-local.yaml" | tail -1)" "# 0 of 3 runs" "PyTorch: three GPUs divide nothing"
is "$(plan -s tp=8 "$sweeps/tpu-v6e8-vllm.yaml" | tail -1)" "# 32 of 32 runs" "-s with an axis: only that value"
for f in "$sweeps"/*.py; do ok "${f##*/} compiles" python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$f"; done

# rules, expressions
cat >heads.yaml <<'Y'
name: "m{heads}-tp_{tp}"
set: {double: "{tp * 2}", a: "x{double}y"}
axes:
  heads: [12, 0]
  tp: [8, 4]
rules:
  - refuse: heads != 0 && heads % tp != 0
    why: "TP {tp} does not divide {heads} heads {a} {{}"
client: true
Y
is "$(plan heads.yaml)" "#state	run	why	settings
out	m12-tp_8	TP 8 does not divide 12 heads x16y {}	heads=12	tp=8
run	m12-tp_4	.	heads=12	tp=4
run	m0-tp_8	.	heads=0	tp=8
run	m0-tp_4	.	heads=0	tp=4
# 3 of 4 runs" "a TP that does not divide the heads is refused; 0 heads are not checked"
value() { # EXPRESSION: what it is
	printf 'name: r{n}\naxes: {n: [6]}\nset: {s: abc, e: ""}\nrules: [{refuse: "1", why: "{%s}"}]\nclient: x\n' "$1" >e.yaml
	plan e.yaml 2>&1 | sed -n 's/^out\t[^\t]*\t\([^\t]*\).*/\1/p'
}
while IFS= read -r line; do
	is "$(value "${line% => *}")" "${line#* => }" "$line"
done <<'X'
1 + 2 * 3 - 4 / 8 => 6.5
(1 + 2) * 3 % 4 => 1
-n + 1 => -5
n == 6 ? 'six' : 'other' => six
n > 10 => 0
'9' < '10' => 1
'b' > 'abc' => 1
s == 'abc' && !(n != 6) => 1
e || 0 => 0
32e9 * 0.95 => 30400000000
8030261248 * 2 => 16060522496
1 / 3 => 0.333333
0 ? 1 : 0 ? 2 : 3 => 3
X

# bad sweep files
bad() { # WANT (a regular expression) <FILE
	cat >bad.yaml
	run "$P/sweep" plan bad.yaml
	like "$rc:$err:$out" "^2:sweep: bad.yaml:$1:$" "refused: $1"
}
bad "5: rules\[0\].refuse: unknown name 'tpp'" <<<$'name: r{n}\naxes:\n  n: [1]\nrules:\n  - refuse: tpp > 1\n    why: x\nclient: x'
bad "5: axes.n\[1\]: has no 'b'" <<<$'name: r\naxes:\n  n:\n    - {a: 1, b: 2}\n    - {a: 2}\nclient: x'
bad "1: name: missing: the template of a run's name" <<<$'axes: {n: [1]}\nclient: x'
bad "1: client: missing: the commands of a run" <<<$'name: r{n}\naxes: {n: [1]}'
bad "1: axes: missing" <<<$'name: r\nclient: x'
bad "2: name: two runs are called 'r'" <<<$'axes: {n: [1, 2]}\nname: r\nclient: x'
bad "1: name: no name for a directory: 'a/b'" <<<$'name: a/b\naxes: {n: [1]}\nclient: x'
bad "1: name: no name for a directory: 'report'" <<<$'name: "{n}"\naxes: {n: [report]}\nclient: x'
bad "1: name: \{ without \}" <<<$'name: r{n\naxes: {n: [1]}\nclient: x'
bad "4: clinet: unknown key 'clinet' \(did you mean 'client'\?\)" <<<$'name: r{n}\naxes: {n: [1]}\nclient: x\nclinet: y'
bad "5: timeout: not a number of seconds: 'soon'" <<<$'name: r{n}\n\naxes:\n  n: [1]\ntimeout: soon\nclient: x'
bad "3: retries: not a number: '-1'" <<<$'name: r{n}\naxes: {n: [1]}\nretries: -1\nclient: x'
bad "2: axes.N\[0\]: no name for a setting \(a-z, 0-9, _\): 'N'" <<<$'name: r{n}\naxes: {N: [1]}\nclient: x'
bad "4: set.run: this name is taken" <<<$'name: r{n}\naxes: {n: [1]}\nset:\n  run: 1\nclient: x'
bad "4: set.a: defined by itself" <<<$'name: r{n}\naxes: {n: [1]}\nset:\n  a: "{b}"\n  b: "{a}"\nclient: x\nrules:\n  - refuse: a > 1\n    why: x'
bad "3: set.n: is an axis too" <<<$'name: r{n}\naxes: {n: [1]}\nset: {n: 2}\nclient: x'
bad "4: set.a\[0\]: a setting is one value" <<<$'name: r{n}\naxes: {n: [1]}\nset:\n  a: [1]\nclient: x'
bad "5: rules\[0\].refuse: the expression ends too early" <<<$'name: r{n}\naxes:\n  n: [1]\nrules:\n  - refuse: n >\n    why: x\nclient: x'
bad "6: rules\[1\].refuse: division by zero" <<<$'name: r{n}\naxes: {n: [1]}\nrules:\n  - refuse: n == 2\n    why: x\n  - refuse: n / 0\n    why: x\nclient: x'
bad "4: rules\[0\].refuse: not a number: 'x'" <<<$'name: r{n}\naxes: {n: [x]}\nclient: x\nrules: [{refuse: n * 2, why: x}]'
bad "4: rules\[0\].refuse: a rule without why" <<<$'name: r{n}\naxes: {n: [1]}\nclient: x\nrules: [{refuse: n}]'
printf 'name: r\nname: s\n' >bad.yaml
run "$P/sweep" plan bad.yaml
like "$rc:$err" "^2:tr-card: bad.yaml:2:1: duplicate key: 'name'" "refused: no YAML, with line and column"
for m in ":plan, run, status or report\?" "bogus:plan, run, status or report\?" "plan:no sweep file" "plan -Z x:unknown option '-Z'" "plan -o:option '-o' needs an argument" \
	"plan /nonexistent:/nonexistent: no such file" "plan heads.yaml heads.yaml:one sweep file at a time" "plan -s x heads.yaml:-s is KEY=VALUE: 'x'" \
	"plan -s q=1 heads.yaml:-s q=1: no setting 'q'" "plan -s tp=3 heads.yaml:-s tp=3: not a value of this axis" "run -r x heads.yaml:not a number of retries: 'x'" \
	"run -t x heads.yaml:not a number of seconds: 'x'" "run -l no -o d heads.yaml:no launcher 'no'" "one -o d heads.yaml:give the name of one run" \
	"one -o d heads.yaml m12-tp_8:m12-tp_8: not a run of this sweep"; do
	run "$P/sweep" ${m%%:*}
	like "$rc:$err" "^2:sweep: ${m#*:}" "misuse: sweep ${m%%:*}"
done
run "$P/sweep" -h
like "$rc:$err:$out" "^0::sweep plan.run.status.report" "sweep -h"

# runs that end in every way
cat >ways.yaml <<'Y'
sweep: ways
name: "w[{way}] x.y"
launcher: local
timeout: 1
set: {word: "it's \"a\"\tb $HOME {{"}
axes: {way: [fine, slow, cuda, xla, vllm, sglang, killed, crash, hang, deaf, empty]}
client: |
  echo "tried $run" >>"$JOURNAL"
  case $way in
  cuda) echo "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB." >&2; exit 1 ;;
  xla) echo "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: XLA:TPU compile permanent error. Ran out of memory in memory space hbm." >&2; exit 1 ;;
  vllm) echo "ValueError: No available memory for the cache blocks. Try increasing gpu_memory_utilization" >&2; exit 1 ;;
  sglang) echo "RuntimeError: Not enough memory. Please try to increase --mem-fraction-static." >&2; exit 1 ;;
  killed) kill -KILL $$ ;;
  crash) echo "Segmentation fault (core dumped)" >&2; exit 139 ;;
  hang) echo "waiting"; sleep 987 ;;
  deaf) trap '' TERM; setsid sleep 986 & while :; do sleep 0.1; done ;;
  slow) sleep 0.3 ;;
  esac
  printf '%s\n' "$word" >word
  [[ $way == empty ]] || echo '{}' >kineto_trace_0.json
expect: ["kineto_trace_*.json"]
card: {description: "the way {way}", workload: {model: {moe: true}, data: {batch_size: "{1 + 1}"}}, metric_source: {traces: [json, csv]}}
Y
export JOURNAL=$tmp/journal
run "$P/sweep" run -r 1 -o out ways.yaml
is "$rc:$err" "1:sweep: 5 of 11 runs failed: $tmp/out/profiling_errors.log" "run: status 1, and where to look"
is "$(cut -f1,2,4 <<<"$out")" "collected	w[fine] x.y	1 of 11
collected	w[slow] x.y	2 of 11
oom	w[cuda] x.y	3 of 11
oom	w[xla] x.y	4 of 11
oom	w[vllm] x.y	5 of 11
oom	w[sglang] x.y	6 of 11
failed	w[killed] x.y	7 of 11
failed	w[crash] x.y	8 of 11
failed	w[hang] x.y	9 of 11
failed	w[deaf] x.y	10 of 11
failed	w[empty] x.y	11 of 11" "run: a line for each, as it ended"
is "$(sort journal | uniq -c | awk '{ print $1 " " $3 }' | tr '\n' ' ')" "2 w[crash] 1 w[cuda] 2 w[deaf] 2 w[empty] 1 w[fine] 2 w[hang] 2 w[killed] 1 w[sglang] 1 w[slow] 1 w[vllm] 1 w[xla] " "out of memory is not tried again, failures are"
is "$(grep '^## ' out/profiling_errors.log | cut -f2,3 | sed 's/ after [0-9]*[.][0-9] s//')" "w[killed] x.y	attempt 1 of 2: status 137
w[killed] x.y	attempt 2 of 2: status 137
w[crash] x.y	attempt 1 of 2: status 139: Segmentation fault (core dumped)
w[crash] x.y	attempt 2 of 2: status 139: Segmentation fault (core dumped)
w[hang] x.y	attempt 1 of 2: timed out after 1 s
w[hang] x.y	attempt 2 of 2: timed out after 1 s
w[deaf] x.y	attempt 1 of 2: timed out after 1 s
w[deaf] x.y	attempt 2 of 2: timed out after 1 s
w[empty] x.y	attempt 1 of 2: no kineto_trace_*.json was made
w[empty] x.y	attempt 2 of 2: no kineto_trace_*.json was made" "profiling_errors.log: every failure, and why"
ok "with the log's tail" grep -qx '  | Segmentation fault (core dumped)' out/profiling_errors.log
ok "and the command" grep -qxF "command: ./run.sh by local in $tmp/out/w[crash] x.y" out/profiling_errors.log
is "$(ls out | tr '\n' '|')" "profiling_errors.log|w[crash] x.y.failed|w[cuda] x.y|w[deaf] x.y.failed|w[empty] x.y.failed|w[fine] x.y|w[hang] x.y.failed|w[killed] x.y.failed|w[sglang] x.y|w[slow] x.y|w[vllm] x.y|w[xla] x.y|" "a directory for what was collected or does not fit, NAME.failed for what failed"
is "$(find out/.sweep -mindepth 1 -not -name lock -printf '%P\n' | sort | tr '\n' ' ')$(processes "$tmp/out")" "locks old own work " "nothing half made is left, nothing runs"
ok "OUT_OF_MEMORY has the log's line" grep -q '^torch.OutOfMemoryError: CUDA out of memory. Tried' 'out/w[cuda] x.y/OUT_OF_MEMORY'
d="out/w[fine] x.y"
is "$(cd "$d" && find . -type f | sort | tr '\n' ' ')" "./README.md ./SHA256SUMS ./client.sh ./kineto_trace_0.json ./logs/client.log ./logs/run.log ./ranks.sh ./run.sh ./settings.tsv ./word ./workload_card.yaml " "a run's directory"
for d in out/w*y/; do (cd "$d" && sha256sum --quiet -c SHA256SUMS) && [[ $(wc -l <"$d/SHA256SUMS") == $(find "$d" -type f ! -name SHA256SUMS | wc -l) ]] || fail "$d: sums"; done
pass "sums of every file of every run"
d="out/w[fine] x.y"
is "$(cat "$d/word")" "it's \"a\"	b \$HOME {" "settings come through as they are"
is "$(tr-card list "$d/workload_card.yaml" | grep -E '^(description|workload.model.moe|workload.data.batch_size|Model-executor.model_plan_parallelization.tp|hf_url|metric_source.traces)')" \
	"description	the way fine
hf_url	.
workload.model.moe	true
workload.data.batch_size	2
Model-executor.model_plan_parallelization.tp	1
metric_source.traces[0]	json
metric_source.traces[1]	csv" "the card: the template's keys, and the sweep's values"
alike "$(tr-card list "$d/workload_card.yaml" | cut -f1 | sed 's/\[.*//' | sort -u)" "$(tr-card list "$sample/workload_card.yaml" | cut -f1 | sed 's/\[.*//; s/\.env\..*/.env/' | sort -u)" "the card: every key that the sample's has"
cp -R "$d" "again[1]" && (cd / && JOURNAL=/dev/null "$tmp/again[1]/client.sh") && pass "client.sh runs by hand, from anywhere" || fail "client.sh by hand"
run "$P/sweep" status -c -o out ways.yaml
is "$rc:$(cut -f1,2 <<<"$out" | sed 's/ x.y//')" "1:collected	w[fine]
collected	w[slow]
oom	w[cuda]
oom	w[xla]
oom	w[vllm]
oom	w[sglang]
failed	w[killed]
failed	w[crash]
failed	w[hang]
failed	w[deaf]
failed	w[empty]
# 2 collected, 4 oom, 5 failed, 0 missing of 11" "status: the same"
is "$(grep 'killed\|hang' <<<"$out" | cut -f3 | sed 's/137 after [0-9.]* s$/137/')" "attempt 2 of 2: status 137
attempt 2 of 2: timed out after 1 s" "status: why"
echo junk >>"out/w[slow] x.y/word"
run "$P/sweep" status -c -o out ways.yaml
is "$rc:$(grep slow <<<"$out"):$(tail -1 <<<"$out")" "1:damaged	w[slow] x.y	differs from SHA256SUMS:# 1 collected, 4 oom, 5 failed, 0 missing, 1 damaged of 11" "status -c: a changed file"
run "$P/sweep" status -o nothing ways.yaml
is "$rc:$(tail -1 <<<"$out")" "1:# 0 collected, 0 oom, 0 failed, 11 missing of 11" "status: nothing yet"
: >journal
run "$P/sweep" run -s way=cuda -o out ways.yaml
is "$rc:$out:$err:$(cat journal)" "0::sweep: 1 of 1 runs exist already:" "what does not fit is not tried again later, and is no failure"
run "$P/sweep" run -n -o out ways.yaml
is "$rc:$out" "0:w[killed] x.y
w[crash] x.y
w[hang] x.y
w[deaf] x.y
w[empty] x.y" "run -n: what is missing"
rm -rf "out/w[fine] x.y" && mkdir "out/w[fine] x.y"
run "$P/sweep" run -s way=fine -o out ways.yaml
is "$rc:$err" "1:sweep: $tmp/out/w[fine] x.y: exists, but was not made by sweep (no SHA256SUMS)
sweep: 1 of 1 runs failed: $tmp/out/profiling_errors.log" "a directory of somebody else is left alone"

# server, poller and client
cat >serve.yaml <<'Y'
name: "s-{how}"
timeout: 20
set: {csv: arrivals.csv}
axes: {how: [well, server_dies, never_ready, poller_fails]}
files: [helper.txt]
prepare: |
  cp helper.txt prepared
  cat "$TR_SWEEP_FROM/$csv" >schedule.csv
server: |
  [[ $how != never_ready ]] || { echo "cannot serve" >&2; exit 3; }
  touch up
  [[ $how != server_dies ]] || { sleep 2; echo "server died" >&2; exit 4; }
  trap 'echo stopped >server.stopped; exit 0' TERM
  while :; do sleep 0.05; done
ready: test -e up
poller: |
  [[ $how != poller_fails ]] || { echo "no counters" >&2; exit 5; }
  trap 'echo polled >poller.stopped; exit 0' TERM
  while :; do sleep 0.05; done
client: |
  [[ -e up && -e prepared && -e schedule.csv ]]
  [[ $how != server_dies ]] || sleep 60
  sleep 0.3
  echo '{}' >results_json/bench.json
Y
echo help >helper.txt
echo csv >arrivals.csv
run "$P/sweep" run -o serve serve.yaml
is "$rc:$(cut -f1,2 <<<"$out" | tr '\n' ' ')" "1:collected	s-well failed	s-server_dies failed	s-never_ready failed	s-poller_fails " "server, poller, client: which runs are whole"
is "$(cd serve/s-well && cat server.stopped poller.stopped prepared schedule.csv helper.txt | tr '\n' ' ')" "stopped polled help csv help " "server and poller end by SIGTERM after the client; files are copied, prepare has run"
for want in "the server ended before the client" "the server ended before it was ready" "the poller ended with status 5" "server died" "cannot serve"; do
	ok "the log: $want" grep -q "^  | .*$want" serve/profiling_errors.log
done

# a terminal
printf 'name: r{n}\naxes: {n: [1, 2, 3]}\nclient: true\n' >three.yaml
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
	script -qec "'$P/sweep' run -o three three.yaml" /dev/null </dev/null >said 2>&1
	like "$(tr '\r' '\n' <said | grep -c ' of 3')|$(tr '\r' '\n' <said | grep '1 of 3')" "^3\|.*1 of 3, [0-9.]+ s a run, 0:00:0[0-9] left: r1" "on a terminal: count, rate, time left"
else
	skip "script(1) makes no terminal here"
fi

for what in plan run status; do
	run "$P/sweep" $what -h
	like "$rc:$out" "^0:sweep plan\|run\|status\|report " "sweep $what -h"
done
# what cannot be written is trouble, not a failed run
"$P/sweep" status -o three three.yaml 2>err >/dev/full
is "$?:$(grep -c '^sweep: standard output: cannot be written to$' err)" "2:1" "status to a full device: status 2"
mkdir -p noright/.sweep/lock
run "$P/sweep" run -o noright three.yaml
is "$rc:$err" "2:sweep: $tmp/noright/.sweep/lock: cannot be written to" "a lock that cannot be taken: status 2"

# two sweeps in one directory; SIGTERM
printf 'name: r{n}\naxes: {n: [1, 2]}\nclient: |\n  touch started\n  [[ $n == 1 || -e /nonexistent/$n ]] || sleep ${SLEEP-30}\n' >slow.yaml
"$P/sweep" run -o slow slow.yaml >said 2>err &
pid=$!
ok "a sweep is at work" until_true working slow started
until_true test -e slow/r1 && until_true working slow started
run "$P/sweep" run -o slow slow.yaml
is "$rc:$err" "2:sweep: $tmp/slow: another sweep is running here, process $pid on $HOSTNAME" "a second sweep in the directory: refused, status 2"
run "$P/sweep" one -o slow slow.yaml r2
is "$rc:$err" "2:sweep: $tmp/slow: r2 is being made by process $pid on $HOSTNAME" "and one run of it too"
kill -TERM $pid
wait $pid
is "$?:$(cat err)" "143:sweep: ended by a signal during r2: start it again to go on" "SIGTERM: status 143, and a message"
is "$(ls -A slow | tr '\n' ' ')$(ls slow/.sweep/work)$(processes "$tmp/slow")" ".sweep r1 " "SIGTERM: what was collected stays, nothing else, nothing runs"
SLEEP=0 run "$P/sweep" run -o slow slow.yaml
is "$rc:$err:$(cut -f1,2 <<<"$out")" "0:sweep: 1 of 2 runs exist already:collected	r2" "started again: the rest"
run "$P/sweep" status -o slow slow.yaml
is "$rc:$(tail -1 <<<"$out")" "0:# 2 collected, 0 oom, 0 failed, 0 missing of 2" "status 0 when all are there"

# a full disk
mkdir disk
if mount -t tmpfs -o size=600k tmpfs disk 2>/dev/null; then
	printf 'name: r{n}\naxes: {n: [1, 2, 3, 4, 5, 6, 7, 8]}\nretries: 3\nclient: head -c 100000 /dev/zero >trace || true\n' >big.yaml
	run "$P/sweep" run -o disk/out big.yaml
	like "$rc:$err" "^2:.*sweep: $tmp/disk/out: no space left: stopped at r[3-6]$" "a full disk: stopped, status 2"
	n=$(find disk/out -maxdepth 1 -name 'r*' | wc -l)
	whole=$(for d in disk/out/r*/; do (cd "$d" && [[ $(stat -c %s trace) == 100000 ]] && sha256sum --quiet -c SHA256SUMS) && echo; done | wc -l)
	((n >= 2 && n == whole)) && pass "a full disk: $n runs are there, all whole" || fail "a full disk: $whole of $n are whole"
	is "$(ls disk/out/.sweep/work)" "" "a full disk: nothing half made is left"
	mount -o remount,size=10m disk
	run "$P/sweep" run -o disk/out big.yaml
	is "$rc:$(find disk/out -maxdepth 1 -name 'r*' | wc -l)" "0:8" "with room again: the rest"
	umount disk
else
	skip "no tmpfs can be mounted: a full disk not tried"
fi
printf 'name: r{n}\naxes: {n: [1, 2]}\nclient: "echo write: No space left on device >&2; exit 1"\n' >enospc.yaml
run "$P/sweep" run -o enospc enospc.yaml
is "$rc:$err" "2:sweep: $tmp/enospc: the logs say that a disk is full: stopped at r1" "another disk that is full, as the log says"

# docker, with a stand-in that runs the command in the directory it is given
cat >bin/docker <<'X'
#!/usr/bin/env bash
printf '%s\n' "$@" -- >>"$DOCKER_SAID"
[[ $1 == run ]] || exit 0
for a; do
	[[ $a != type=bind,* ]] || dir=$(sed 's/.*"source=\([^"]*\)".*/\1/' <<<"$a")
done
cd "$dir" && exec bash "${@: -1}"
X
cat >bin/ssh <<'X'
#!/usr/bin/env bash
printf '%s\n' "$@" -- >>"$SSH_SAID"
cd "$REMOTE" && exec env -i PATH="$PATH" dash -c "${@: -1}"
X
chmod +x bin/*
export PATH=$tmp/bin:$PATH DOCKER_SAID=$tmp/docker.said SSH_SAID=$tmp/ssh.said REMOTE="$tmp/remote [home]"
mkdir "$REMOTE"
# Sweep 1's own launcher and options, with a client that needs no vLLM.
sed '/^files: /d; /^client: |/,/^facts: |/{/^facts: |/!d}; s/^expect:/client: |\n  mkdir -p plugins\/profile\/1\n  echo "{}" | gzip >plugins\/profile\/1\/t1v.trace.json.gz\n  [[ $batch != 128 ]] || { echo "RESOURCE_EXHAUSTED: Error allocating device buffer: Attempting to allocate 31.25G. That was not possible. There are 27G of HBM free" >\&2; exit 1; }\n&/' \
	"$sweeps/tpu-v6e8-vllm.yaml" >tpu.yaml
run "$P/sweep" run -o "dock er" -s tp=8 -s short=llama3.3-70b tpu.yaml
is "$rc:$(cut -f1 <<<"$out" | sort | uniq -c | tr -s ' \n' ' ')" "0: 7 collected 1 oom " "docker: the runs of sweep 1 with its largest model; the largest batch does not fit"
d="$tmp/dock er/llama3.3-70b-tp_8-batch_1-vllm-v6e8"
is "$(sed '/^--$/,$d; s/[0-9a-f]\{12\}/ID/' docker.said)" "run
--init
--name
vllm-profile-ID
--label
tr-sweep=ID
--env
TR_SWEEP_ID=ID
--privileged
--network=host
--shm-size=250g
--volume=/mnt/disks/huggingface:/mnt/disks/huggingface
--env=HF_TOKEN
--mount
type=bind,\"source=$tmp/dock er/.sweep/work/ID.llama3.3-70b-tp_8-batch_1-vllm-v6e8\",target=/sweep
--workdir
/sweep
--entrypoint
bash
vllm/vllm-tpu:v0.12.0
./run.sh" "docker: its arguments"
is "$(grep -c '^run$' docker.said):$(grep -A3 '^rm$' docker.said | grep '^vllm' | sort -u | wc -l)" "8:8" "docker: one container a run, each of its own name; all are removed"
ok "docker: the trace is found" grep -q "trace	.*plugins/profile/1/t1v.trace.json.gz" <("$P/events" -l "$d")
ok "docker: the card" grep -qx "workload.model.model_arch.num_params	70553706496" <(tr-card list "$d/workload_card.yaml")

# ssh, with a stand-in that runs the command at another home
printf 'name: "r[{n}] x"\naxes: {n: [1, 2]}\nlauncher: ssh\nclient: |\n  echo "$n at $PWD" >trace\n  [[ $n == 1 ]] || exit 7\nssh:\n  host: tpu-{n}\n  dir: runs here\n  options: [-p, "2222"]\n' >remote.yaml
run "$P/sweep" run -o sshd remote.yaml
is "$rc:$(cut -f1,2 <<<"$out" | tr '\n' ' ')" "1:collected	r[1] x failed	r[2] x " "ssh: runs, and the status that comes back"
is "$(sed 's/[0-9a-f]\{12\}/ID/' 'sshd/r[1] x/trace')" "1 at $REMOTE/runs here/ID.r[1] x/run" "ssh: made there, brought here"
is "$(cd "sshd/r[1] x" && sha256sum --quiet -c SHA256SUMS && ls -A | tr '\n' ' ')" "README.md SHA256SUMS client.sh logs ranks.sh results_json run.sh settings.tsv trace workload_card.yaml " "ssh: all of it"
is "$(sed -n 1,9p ssh.said | tr '\n' ' '):$(ls "$REMOTE/runs here")" "-o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -p 2222 tpu-1 :" "ssh: its arguments; nothing is left there"
ok "ssh: the failure's log has come" grep -q "^command: ./run.sh by ssh (host=tpu-2 dir=runs here" sshd/profiling_errors.log

# a launcher of one's own; slurm's scripts, not submitted
printf '# mine\nlaunch() { echo "$run by $(opt who)" >by; bash ./run.sh; }\n' >mine
printf 'name: r{n}\naxes: {n: [1]}\nlauncher: ./mine\nclient: echo\nmine: {who: "me {n}"}\n' >own.yaml
run "$P/sweep" run -o own own.yaml
is "$rc:$(cat own/r1/by)" "0:r1 by me 1" "a launcher of one's own"
run "$P/sweep" run -n -o llama "$sweeps/llama8b-tp-perlmutter.yaml"
is "$rc:$out" "0:sbatch $tmp/llama/slurm/1/array-1.sh
sbatch $tmp/llama/slurm/1/array-2.sh
sbatch $tmp/llama/slurm/1/array-3.sh
sbatch --dependency=afterany:... $tmp/llama/slurm/1/report.sh" "slurm: an array for each number of GPUs, and the report after them"
is "$(cat llama/slurm/1/array-3.sh)" "#!/usr/bin/env bash
#SBATCH --job-name=llama8b-tp-perlmutter
#SBATCH --array=0-1
#SBATCH --output=%A_%a.out
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@60
#SBATCH --account=m0000
#SBATCH --constraint=gpu
#SBATCH --qos=regular
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=64
#SBATCH --gpus=4
#SBATCH --time=30
#SBATCH --requeue
# 2 runs of the sweep llama8b-tp-perlmutter, a task each. What is there already is left alone; a task that is
# ended or preempted leaves RUN.failed and its cause: \`sweep run\` submits it again.
runs=(
	'llama-8b-tp4'
	'llama-8b-tp4-nsys'
)
module load conda
conda activate vllm-profiling
set -euo pipefail
export TR_SWEEP_FROM=$tmp
exec $P/sweep one -o $tmp/llama -r 0 -t 1500 -l local $tmp/llama/slurm/1/llama8b-tp-perlmutter.yaml \"\${runs[SLURM_ARRAY_TASK_ID]}\"" "slurm: a script to be read"
for f in llama/slurm/1/*.sh; do ok "$f: bash -n" bash -n "$f"; done

# every ready sweep with a launcher that only makes what is expected: scripts parse, cards are whole
cat >pretend <<'X'
launch() {
	local f
	mkdir -p plugins/profile/1
	for f in torch_et_{0..3}.json timing_stats_{0..3}.json allreduce_marks_{0..3}.json results_json/bench.json; do echo '{}' >$f; done
	for f in kineto_trace_{0..3} torch_et_0 plugins/profile/1/h.trace; do echo '{"traceEvents":[]}' | gzip >$f.json.gz; done
	# an empty database of one page of 512 bytes
	{ printf 'SQLite format 3\0\2\0\1\1\0\100\40\40\0\0\0\1\0\0\0\1'; head -c 480 /dev/zero; } | tee nsys_{0..3}.sqlite >logs/nsys_0.sqlite
	echo x | tee nsys_{0..3}.nsys-rep >nvlink_gpu0.bin
}
X
printf 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n1,m,7,3,10,a\n3,m,11,1,12,a\n' >b.csv
ready() { # NAME RUNS OPTION...
	local name=$1 n=$2 d
	shift 2
	run "$P/sweep" run -l ./pretend -o "ready-$name" "$@" "$name"
	is "$rc:$(find "ready-$name" -name SHA256SUMS | wc -l)" "0:$n" "$name: $n runs"
	for d in "ready-$name"/*/; do
		for f in "$d"*.sh; do bash -n "$f" || fail "$f does not parse"; done
		tr-card list "$d/workload_card.yaml" >card || fail "$d: card"
		[[ $name == torch-local ]] || awk -F'\t' '$1 ~ /plan_parallelization.(tp|dp_replicate|dp_shard|pp|cp)$/ { m = m ? m * $2 : $2 }
			$1 ~ /total_count$/ { n = $2 } END { exit !(n && m == n) }' card || fail "$d: the card's parallelism is not its devices"
		! grep -q '{[^$]*}' card || fail "$d: the card has a template left" "$(grep '{' card)"
	done
	pass "$name: scripts parse, cards agree with themselves"
}
ready tpu-v6e8-vllm 4 -s tp=8 -s batch=1
ready llama8b-tp-perlmutter 6
ready mixtral-moe-perlmutter 3 -s max_seqs=8 -s batch_tokens=2048
ready qwen3-serving-nvlink 6 -s tp=4 -s batch=4 -s burst_csv=b.csv -s burst_scale=0.5
ready torch-local 3
is "$(cat ready-qwen3-serving-nvlink/qwen3-32b-tp_4-batch_4-burst-sglang-group_11/schedule.jsonl)" '{"at_ns":0,"prompt_tokens":7,"output_tokens":3}
{"at_ns":1000000000,"prompt_tokens":11,"output_tokens":1}' "Qwen3: the bursty schedule is the CSV's, scaled as asked"
is "$(wc -l <ready-qwen3-serving-nvlink/qwen3-32b-tp_4-batch_4-vllm-group_11/schedule.jsonl)" 32 "Qwen3: the static one has its requests"
ok "Qwen3: NVLink is polled at 1 ms" grep -q '^exec nvlink-poll -i "$poll" -o ./nvlink$' ready-qwen3-serving-nvlink/qwen3-32b-tp_4-batch_4-vllm-group_11/poller.sh

# schedules
printf 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5.25,ChatGPT,472,18,490,API log\n5.25,ChatGPT,1,2,3,API log\n45.000000001,ChatGPT,1087,230,1317,Conversation log\n5270000.5,GPT-4,417,276,693,API log\n' >burst.csv
is "$("$P/schedule" burst.csv)" '{"at_ns":0,"prompt_tokens":472,"output_tokens":18}
{"at_ns":0,"prompt_tokens":1,"output_tokens":2}
{"at_ns":39750000001,"prompt_tokens":1087,"output_tokens":230}
{"at_ns":5269995250000000,"prompt_tokens":417,"output_tokens":276}' "schedule: gaps and tokens exactly"
is "$("$P/schedule" -s 0.1 burst.csv | cut -d, -f1 | tail -2 | tr '\n' ' ')" '{"at_ns":3975000000 {"at_ns":526999525000000 ' "schedule: ten times the rate"
is "$("$P/schedule" -s 1.00003 -n 3 burst.csv | cut -d, -f1 | tr '\n' ' ')" '{"at_ns":0 {"at_ns":0 {"at_ns":39751192501 ' "schedule: a scale of six digits, the first three"
(echo 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type'; seq 20000 | sed 's/$/,a,1,1,2,x/') >long.csv
run "$P/schedule" -n 10 long.csv
is "$rc:$(wc -l <<<"$out")" 0:10 "schedule: the first of many"
(head -2 long.csv; echo '5,a,-3,2,3,x') >minus.csv
run "$P/schedule" minus.csv
is "$rc:$err" "1:schedule: request 2 has no token counts: '-3', '2'" "schedule: tokens that are no number"
printf 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n' >azure.csv
is "$("$P/schedule" azure.csv | tail -1)" '{"at_ns":4314579000,"prompt_tokens":396,"output_tokens":109}' "schedule: Azure's dates"
python3 - >wide.csv <<'Y'
import random
random.seed(5)
t, rows = 0, []
print("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type")
for i in range(2000):
    t += random.choice((0, 1, random.randrange(10**9), random.randrange(10**13)))
    print(f"{t // 10**9}.{t % 10**9:09d},m,{i},{i + 1},{2 * i + 1},API log")
Y
for scale in 1 0.37 2.5 0.000001 123456; do
	python3 - wide.csv $scale >want <<'Y'
import sys
from fractions import Fraction
rows = [l.split(",") for l in open(sys.argv[1])][1:]
ns = [int(r[0].replace(".", "")) for r in rows]
for t, r in zip(ns, rows):
    x = (t - ns[0]) * Fraction(sys.argv[2])
    print('{"at_ns":%d,"prompt_tokens":%s,"output_tokens":%s}' % ((2 * x.numerator + x.denominator) // (2 * x.denominator), r[2], r[3]))
Y
	"$P/schedule" -s $scale wide.csv >got
	ok "schedule: 2000 arrivals x $scale, as exact fractions say" cmp want got
done
for m in "-s 0 burst.csv:not a scale: '0'" "-s 1.2345678 burst.csv:not a scale" "-s 123456.7 burst.csv:a scale of more than six digits" "-n 0 burst.csv:not a number of requests" ":one CSV file of arrivals" "-x:unknown option '-x'"; do
	run "$P/schedule" $(cut -d: -f1 <<<"$m")
	like "$rc:$err" "^2:.*schedule: $(cut -d: -f2- <<<"$m")" "misuse: schedule $(cut -d: -f1 <<<"$m")"
done
run "$P/schedule" helper.txt
like "$rc:$err" "^[12]:" "schedule: a file that is not arrivals"

# the client that replays it, against a server that answers with tokens
cat >server.py <<'Y'
import http.server, json, sys, time
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_POST(self):
        b = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open("asked", "a") as f: f.write(f"{time.monotonic_ns()} {len(b['prompt'])} {b['max_tokens']}\n")
        self.send_response(200); self.end_headers()
        for i in range(b["max_tokens"]):
            self.wfile.write(b'data: {"choices":[{"text":"x"}]}\n\n'); self.wfile.flush(); time.sleep(0.002)
        self.wfile.write(b'data: {"choices":[],"usage":{"completion_tokens":%d}}\n\ndata: [DONE]\n\n' % b["max_tokens"])
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
open("port.new", "w").write(str(s.server_port)); __import__("os").rename("port.new", "port")
s.serve_forever()
Y
"$TR_PYTHON" server.py >/dev/null 2>&1 & # not the function python3: its shell would be killed, not the server
server=$!
until_true test -s port
printf 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n1,m,7,3,10,a\n1.5,m,11,1,12,a\n2.25,m,5,4,9,a\n' >small.csv
"$P/schedule" small.csv >schedule.jsonl
mkdir -p replay/results_json
run python3 "$sweeps/replay.py" --schedule schedule.jsonl --port "$(cat port)" --model m --out replay/results_json/bench.json
like "$rc:$out" "^0:3 of 3 requests" "replay.py: sends a schedule"
is "$(cut -d' ' -f2- asked | tr '\n' ';')" "7 3;11 1;5 4;" "replay.py: the token counts, in order"
is "$(awk 'NR == 1 { t = $1 } { g = ($1 - t) / 1e9; print (g > w[NR] - 0.05 && g < w[NR] + 0.4) } BEGIN { w[1] = 0; w[2] = 0.5; w[3] = 1.25 }' asked | tr '\n' ' ')" "1 1 1 " "replay.py: the gaps"
run "$P/events" replay
is "$rc:$(grep -c '	request	' <<<"$out"):$(grep -o 'prompt_tokens=[0-9]*	output_tokens=[0-9]*' <<<"$out" | tr '\t\n' ' ;')" "0:3:prompt_tokens=7 output_tokens=3;prompt_tokens=11 output_tokens=1;prompt_tokens=5 output_tokens=4;" "replay.py: its result is read, its summary agrees with its detail"
kill $server

printf 'name: r{n}\naxes: {n: [1]}\nfiles: [nope.py]\nclient: "true"\n' >nofile.yaml
run "$P/sweep" run -o nofile nofile.yaml
like "$rc:$err" "^2:sweep: .*/nope.py: no such file \(files\)$" "a file to be copied that is not there: said"
printf 'name: r{n}\naxes: {n: [1]}\nclient: |\n  echo 1 >results_json/x.json; ln -s "$PWD/results_json/x.json" latest.json\n' >link.yaml
run "$P/sweep" run -o link -r 08 link.yaml
is "$rc:$("$P/sweep" status -c -o link link.yaml | tail -1)" "0:# 1 collected, 0 oom, 0 failed, 0 missing of 1" "a link to where the run was made does not count as damage; -r 08"
done_testing
