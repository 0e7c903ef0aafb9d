#!/usr/bin/env bash
# The stream of a run, the metrics on the sample and on real runs: reference values, and a slow oracle.
. "${0%/*}/lib.sh"
P=$top/pipelines
run "$P/events" "$sample"
is "$rc:$err" "0:events: found 4 kineto (trace)" "events: the sample, status 0, what was found"
printf '%s\n' "$out" >s.tr
is "$(sed -n '1,3p' s.tr | tr '\n' ';')" "## tr 1;##base_ns 1790857026000000000;##trace llama1b-fsdp2-tp2-4xh100;" "events: version, base, name"
is "$(records s.tr | grep -vn 'card' | head -1 | cut -d: -f1)" "$(($(tr-card list "$sample/workload_card.yaml" | wc -l) + 1))" "events: the card's facts come first"
is "$(records s.tr | awk -F'\t' '$7 == "card" && $8 == "workload.model.phase" { print $9 }')" "value=training" "events: a fact of the card"
is "$(records s.tr | awk -F'\t' '$4 != "." && $4 "" != last "" { printf "%s ", last = $4 }')" "0 1 2 3 " "events: in the order of the ranks"
for j in 1 2 7; do alike "$("$P/events" -j $j "$sample" | cksum)" "$(cksum <s.tr)" "events: -j $j makes no difference"; done
is "$(records s.tr | cut -f7 | grep -cE '^(cpu_op|python_function|ac2g|fwdbwd)$')" 0 "events: no host operators, no flows"
alike "$("$P/events" -A "$sample" | records | cut -f7 | grep -c '^cpu_op$')" "$(for f in "$sample"/*.gz; do gzip -dc "$f"; done | grep -c '"cat": "cpu_op"')" "events: -A for all"
is "$("$P/events" -l "$sample" | cut -f1 | sort | uniq -c | tr -s ' \n' ' ')" " 1 card 4 trace " "events: -l lists what it found"
same "events: files one by one give the same records" <(records s.tr | grep -v $'\tcard\t') <("$P/events" "$sample"/kineto_trace_{2,0,3,1}.json.gz | records)

# names from the wild
mk() { mkdir -p "$(dirname "$1")"; printf '{"schemaVersion":1,"baseTimeNanoseconds":1000,%s"traceEvents":[{"ph":"X","cat":"kernel","name":"k","pid":0,"tid":7,"ts":1,"dur":2}]}' "${2-}" >"$1"; }
d='wild[a]*b?c dir-group_11'
mk "$d/kineto_trace_0.json"; mk "$d/rank1_trace.json"; mk "$d/x-rank-2.Apr_03.11.pt.trace.json"; gzip "$d/x-rank-2.Apr_03.11.pt.trace.json"
mk "$d/worker3.1694.pt.trace.json" '"distributedInfo":{"rank":3},'; mk "$d/plugins/profile/2025_01_01/h.trace.json" '"distributedInfo":{"rank":4},'
printf 'version: 1\n' >"$d/$d.yaml"
is "$("$P/events" "$d" 2>err | grep '^##rank' | tr '\n' ' ')$(cat err)" "##rank 0 ##rank 1 ##rank 2 ##rank 3 ##rank 4 events: found 5 kineto (trace)" "events: every name of the format, in a directory with [ ] * ? and blanks"
is "$("$P/events" "$d" | grep -c $'\tcard\t')" 1 "events: the card named after the directory"
is "$(cd "$d" && "$P/events" . | sed -n 's/^##trace //p')" "$d" "events: the name of '.'"
printf 'trace\tmine.*\n' >my.sources; mk own/mine.json
is "$(TR_SOURCES=my.sources "$P/events" own | grep -c '^X')" 1 "events: a user's own file patterns (TR_SOURCES)"

# bases, ranks, damage
mk two/kineto_trace_0.json; mk two/kineto_trace_1.json; sed -i 's/1000/500/' two/kineto_trace_1.json
is "$("$P/events" two | grep ^X | cut -f2,4 | tr '\t\n' ' ;')$("$P/events" two | grep -c '^##base_ns 500')" "1500 0;1000 1;3" "events: rebased to the earliest base"
is "$("$P/events" -b 400 two | grep ^X | cut -f2,4 | tr '\t\n' ' ;')" "1600 0;1100 1;" "events: -b"
mk dup/kineto_trace_0.json; mk dup/rank0_trace.json
run "$P/events" dup
like "$rc:$err" "^1:events: dup/rank0_trace.json: rank 0 is given twice, also by kineto_trace_0.json: left out" "events: a rank given twice"
is "$(grep -c ^X <<<"$out")" 1 "events: the first one counts"
mk nob/kineto_trace_0.json; mk nob/kineto_trace_1.json; sed -i 's/"baseTimeNanoseconds":1000,//' nob/kineto_trace_1.json
run "$P/events" nob
like "$rc:$err" "^1:.*kineto_trace_1.json: its times have no known base, other files' have: left out" "events: no common clock"
mk bad/kineto_trace_0.json; head -c 120 two/kineto_trace_0.json >bad/kineto_trace_1.json; echo '<html>' >bad/kineto_trace_2.json; printf 'a: [\n' >bad/workload_card.yaml
run "$P/events" bad
like "$rc:$err" "^1:.*bad/workload_card.yaml:2:1: .*kineto_trace_1.json: damaged: cut 1" "events: damage is reported, status 1"
like "$err" "kineto_trace_2.json: HTML or XML, not JSON" "events: a file that is not a trace"
is "$(grep -c ^X <<<"$out")" 1 "events: what is whole is there"
mkdir -p empty cardonly; printf 'version: 1\n' >cardonly/workload_card.yaml
run "$P/events" empty
is "$rc:$err" "2:events: empty: no trace and no card found" "events: an empty directory"
run "$P/events" cardonly
is "$rc:$err" "0:events: cardonly: no trace found" "events: only a card"
run "$P/events" /nonexistent
is "$rc:$err" "2:events: /nonexistent: no such file or directory" "events: a missing directory"
for m in ":no trace directory or file" "-j 0 .:not a number of jobs: '0'" "-b x .:not a base in ns: 'x'" "-r x .:not a rank: 'x'" "-Z .:unknown option '-Z'" "-j:option '-j' needs an argument"; do
	run "$P/events" ${m%%:*}
	like "$rc:$err" "^2:events: ${m#*:}" "misuse: events ${m%%:*}"
done

# metrics: on a stream, a file, a directory
# Those of kernels and steps; the others are 73-metrics.t's.
metrics="coll_bytes coll_call_num comm_fraction comm_overhead comm_overlap comm_time dominant_kernel exposed_comm_time gpu_busy kernel_time step_time"
"$P/events" -q cardonly >card.tr 2>/dev/null
alike "$("$P/comm_time" <s.tr)" "$("$P/comm_time" "$sample")" "a metric is the same for a stream and its directory"
alike "$("$P/comm_time" s.tr)" "$("$P/comm_time" "$sample")" "and of a stream file"
stages_of s.d "$PWD/s.tr"
stages_of card.d "$PWD/card.tr"
for m in $metrics; do
	run "$P/$m" -h
	like "$rc:$out" "^0:usage: $m \[STREAM\|DIR\]"$'\n'"$m: .*unit: .*n: " "$m -h: usage, definition, unit, n"
	alike "$(grep -cvE '^(#|$)' "$P/$m")" "$(grep -cvE '^(#|$)' "$P/$m" | awk '$1 <= 15')" "$m: fifteen lines at most"
	run kept_metric s.d "$m"
	is "$rc" 0 "$m: the sample has it"
	is "$(records <<<"$out" | some | awk -F'\t' 'NF != 8 || $5 == ""')" "" "$m: eight columns, none empty"
	run kept_metric card.d "$m"
	is "$rc" 3 "$m: no evidence: status 3"
	is "$(records <<<"$out" | cut -f5 | sort -u)" . "$m: and no number"
	run "$P/$m" /nonexistent
	is "$rc" 2 "$m: a missing operand: status 2"
done
run "$P/comm_time" a b
like "$rc:$err" "^2:comm_time: one stream or trace directory at a time" "two operands"
run "$P/comm_time" -x
like "$rc:$err" "^2:comm_time: unknown option '-x'" "an unknown option"
alike "$("$P/comm_time" - <s.tr)" "$("$P/comm_time" <s.tr)" "- is standard input"
run "$P/comm_time" "$sample/kineto_trace_0.json.gz"
is "$rc:$(grep 'total' <<<"$out" | cut -f3,5)" "0:rank=0	0.629189250" "a trace where a stream belongs: it is read"
run "$P/comm_time" empty
like "$rc:$err" "^2:events: empty: no trace and no card found" "a directory without evidence: status 2"
ln -s "$P/comm_time" linked
alike "$(./linked s.tr | cksum)" "$("$P/comm_time" s.tr | cksum)" "through a symbolic link"
mkdir -p par; cp -R "$sample" par/a; cp -R "$sample" par/b
"$P/events" -q "$sample" 2>err >/dev/full
is "$?:$(tail -1 err)" "2:events: standard output: cannot be written to" "events to a full device: status 2"
# a kept stream replaces its run, if there is nothing else
mkdir kept
"$P/events" -q "$sample" 2>/dev/null | gzip >kept/run.tr.gz
cp "$sample/workload_card.yaml" kept
alike "$("$P/events" -q kept | grep -v '^##pg tr-select' | cksum)" "$(gzip -dc kept/run.tr.gz | cksum)" "a directory with a kept stream: that"
alike "$("$P/comm_time" kept)" "$("$P/comm_time" "$sample")" "a metric of it"
gzip -dc kept/run.tr.gz >kept/run.tr
alike "$("$P/events" -q kept | grep -c '	kernel	')" "$(grep -c '	kernel	' s.tr)" "with its .gz it counts once"
cp kept/run.tr.gz kept/more.tr.gz
run "$P/events" kept
like "$rc:$err" "^2:events: several kept streams \(.*more.tr.*\): name one of them" "two of them: said, status 2"
rm kept/more.tr.gz kept/run.tr
for m in "-b 5" "-r 1"; do
	run "$P/events" $m kept
	is "$rc:$err" "2:events: kept/run.tr.gz: a kept stream has its own base and ranks: -b and -r do not apply" "events $m of a kept stream: refused"
done
mkdir nostream nocard
echo hello >nostream/a.tr
run "$P/events" -q nostream
is "$rc:$out:$err" "2::events: nostream/a.tr: not an event stream" "a file of that name that is not a stream"
grep -v '	card	\|^##source card' s.tr >nocard/run.tr
cp "$sample/workload_card.yaml" nocard
alike "$("$P/throughput_tokens_sec" nocard | records | cut -f3-)" "$("$P/throughput_tokens_sec" "$sample" | records | cut -f3-)" "the card next to a stream without one is used"
mkdir -p kept/build/report/kept; cp kept/run.tr.gz kept/build/report/kept/stream.tr.gz
alike "$("$P/comm_time" kept)" "$("$P/comm_time" "$sample")" "a report below it is no second stream"
rm -r kept/build
# of a damaged one what can be read, and every value says so
{ gzip -dc kept/run.tr.gz | head -n 3000 | gzip; gzip -dc kept/run.tr.gz | tail -n +3001 | gzip | head -c 20000; } >cut.tr.gz
mkdir cut; cp cut.tr.gz cut
for where in cut cut.tr.gz; do
	run "$P/comm_time" $where
	is "$rc:$(records <<<"$out" | grep -vc 'damaged input')" "1:0" "a damaged stream: $where: status 1, and every line has damaged input"
done
cp "$sample"/kineto_trace_0.json.gz kept
run "$P/events" -q kept
like "$rc:$(grep -c '^##source kineto' <<<"$out"):$err" "^0:1:events: kept/run.tr.gz: a kept stream next to the traces themselves$" "next to the traces it is not used"
run "$P/events" par
like "$rc:$err" "^2:events: several runs \(par/a, par/b\): name one of them" "several runs below a directory"
is "$(yes junk | head -1000 | "$P/comm_time" 2>&1 >/dev/null | grep -c 'too few')" 10 "ten messages, not a thousand"
is "$(yes junk | head -1000 | tr-select 'ts > 0' 2>&1 >/dev/null | tail -1)" "tr-select: 990 more bad lines" "and how many more"
is "$(tr-select 'cta == "kernel"' s.tr 2>&1 >/dev/null)" "tr-select: no record has the field 'cta'" "a field that is in no record is reported"
# two clocks: whichever comes first
mk clk/rank0_trace.json; mk clk/rank1_trace.json; sed -i 's/"baseTimeNanoseconds":1000,//' clk/rank0_trace.json
run "$P/events" clk
like "$rc:$err" "^1:events: clk/rank0_trace.json: its times have no known base" "no common clock, the other way round"
val() { metric_of "$1" "$2" 2>/dev/null | awk -F'\t' -v s="$3" -v t="$4" '$3 == s && $4 == t { print $5 " " $6 " n=" $7 }'; }
# a kernel across a step's edge is counted once; a true 0 is 0, what is unknown is '.'
printf '##rank 0\nX\t0\t9\t0\t0\t7\tkernel\tgemm\n' >nocomm.tr
is "$(val comm_time nocomm.tr rank=0 total)" "0.000000000 s n=0" "kernels but no communication: 0 is right"
is "$(val coll_bytes nocomm.tr rank=0 total)" "0 bytes n=0" "and 0 bytes"
printf '##rank 0\nX\t0\t9\t0\t0\t7\tkernel\tnccl\tcoll=other\n' >nosize.tr
is "$("$P/coll_bytes" nosize.tr | sed -n 2p | cut -f5,8)" $'.\tno message sizes on 1 of 1 kernels' "kernels without sizes: '.', never 0"
is "$(val comm_time nosize.tr rank=0 total)" "0.000000009 s n=1" "their time is known all the same"

# identities on each run
check() { # STREAM NAME
	python3 - "$P" "$1" <<'Q'
import subprocess, sys
P, s = sys.argv[1:]
def get(m):
    r = {}
    for l in subprocess.run([f"{P}/{m}", s], capture_output=True, text=True).stdout.splitlines()[1:]:
        c = l.split("\t"); r[c[2], c[3]] = c[4]
    return r
ct, ex, kt, ov = (get(m) for m in ("comm_time", "exposed_comm_time", "kernel_time", "comm_overlap"))
bad = []
for (scope, stat), v in ct.items():
    if stat != "total": continue
    ns = lambda d, st="total": int(d[scope, st].replace(".", ""))
    comm, exposed, busy, total = ns(ct), ns(ex), ns(kt, "union"), ns(kt)
    if not exposed <= comm <= busy <= total: bad.append((scope, exposed, comm, busy, total))
    if comm and abs(float(ov[scope, "total"]) - 100 * (comm - exposed) / comm) > 1e-6: bad.append((scope, "overlap"))
print(bad or "fine")
Q
}
is "$(check s.tr)" fine "sample: exposed <= communication <= busy <= sum; overlap = 1 - exposed / communication"

[[ $B == "$top/build" ]] || { skip "the sanitizers' build: values are compared with the oracle on the plain one"; done_testing; exit; }
oracle sample $metrics
# REFERENCE.tsv, per rank, exactly
reference() { # RUN TABLE
	local dir=$1 table=$2 key m
	ln -s "$(stream "$dir")" "$dir.tr"
	cat $(measured "$dir" $metrics) | records >"$dir.tsv"
	grep '^##events .*kineto' "$dir.tr" | awk -v d="$dir" '{ print d "/" $3 "\tevents\t" $2 }' >got
	awk -F'\t' -v d="$dir" '
		function put(key, value) { print d "/kineto_trace_" rank ".json.gz\t" key "\t" value }
		function ns(v) { sub(/\./, "", v); sub(/^0+/, "", v); return v == "" ? 0 : v }
		$3 !~ /^rank=/ { next }
		{ rank = $3; sub(/^rank=/, "", rank); sub(/,.*/, "", rank); coll = $3; sub(/.*coll=/, "", coll) }
		$4 == "total" && $3 ~ /coll=/ { put(($2 == "coll_bytes" ? "bytes_" : "calls_") coll, $5); next }
		$3 ~ /,/ { next }
		$2 == "coll_call_num" && $4 == "total" { put("comm_calls", $5) }
		$2 == "comm_time" && $4 == "total" { put("comm_union_ns", ns($5)); comm[rank] = ns($5) }
		$2 == "exposed_comm_time" && $4 == "total" { put("exposed_comm_ns", ns($5)); put("overlap_ns", sprintf("%.0f", comm[rank] - ns($5))) }
		$2 == "kernel_time" && $4 == "total" { put("kernel_sum_ns", ns($5)); put("kernels", $7) }
		$2 == "kernel_time" && $4 == "union" { put("kernel_union_ns", ns($5)) }
		$2 == "step_time" && $4 == "mean" { put("steps", $7); put("step_mean_ns", ns($5)) }
	' "$dir.tsv" >>got
	awk '{ print }' <(tr-window -o measure -A 'cat == "kernel"' "$dir.tr" | records | awk -F'\t' -v d="$dir" '{ print d "/kineto_trace_" $4 ".json.gz\tkernel_span_ns\t" $3 }') >>got
	# the reference rounds nothing: its mean step is compared to the ns, and for the inference run its steps are prefill and decode
	awk -F'\t' -v OFS='\t' '$2 == "step_mean_ns" { $3 = sprintf("%.0f", int($3 + 0.5)) } { print }' "$table" | sort >ref
	[[ $dir == llama8b* ]] && grep -v 'step' got >g2 && mv g2 got
	sort got >g2
	is "$(comm -13 ref g2)" "" "$dir: $(wc -l <g2) reference values, exactly"
	for key in events comm_calls comm_union_ns exposed_comm_ns kernel_sum_ns kernel_union_ns kernel_span_ns overlap_ns calls_allreduce bytes_allreduce; do
		is "$(grep -c "	$key	" g2)" 4 "$dir: $key of four ranks was compared"
	done
	is "$(check "$dir.tr")" fine "$dir: identities"
	oracle "$dir" $metrics
}
reference ddp4-straggler-rank2-h100 "$tests/sample/REFERENCE.tsv"
if [[ ! -d $shared/traces ]]; then
	skip "no ../shared: values of reference of real runs"
	done_testing
	exit
fi
for dir in llama8b16l-torch-tp4-batch4-h100 llama1b-torch-fsdp2-tp2-batch4-h100; do
	reference "$dir" "$shared/traces/REFERENCE.tsv"
done
is "$(val comm_time llama1b*.tr rank=0 total)" "1.332293460 s n=320" "llama1b: comm_time"
is "$(val exposed_comm_time llama1b*.tr rank=0 total)" "1.315478798 s n=320" "llama1b: exposed_comm_time"
is "$(for c in allgather allreduce reducescatter; do val coll_bytes llama1b*.tr rank=0,coll=$c total | cut -d' ' -f1; done | tr '\n' ' ')" "3288858624 1879048192 1644429312 " "llama1b: coll_bytes"
is "$(val step_time llama8b*.tr rank=0 mean | cut -d' ' -f2-)" "s n=8" "llama8b: prefill and decode are its steps"
is "$(val comm_time "$shared/traces/offload-jax-tpu-4chip" rank=.,dev=0 total | cut -d' ' -f3)" "n=3" "TPU: a device at a time"
done_testing
