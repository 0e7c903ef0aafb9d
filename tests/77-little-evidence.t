#!/usr/bin/env bash
# Runs with little in them: a card alone, results alone, one rank of four. Unknown is never zero.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
all=$(cd "$P" && grep -ls '^# unit:' *)
mkdir -p card bench/results_json one
cp "$sample/workload_card.yaml" card/
cp "$sample"/{workload_card.yaml,kineto_trace_2.json.gz} one/
# three requests of 3, 2 and 1 tokens in 2 s
cat >bench/results_json/bench.json <<'J'
{"date": "20260101-000000", "backend": "vllm", "model_id": "m", "num_prompts": 3, "request_rate": "inf", "max_concurrency": null,
 "duration": 2.0, "completed": 3, "total_input_tokens": 30, "total_output_tokens": 6,
 "request_throughput": 1.5, "output_throughput": 3.0, "total_token_throughput": 18.0,
 "input_lens": [10, 10, 10], "output_lens": [3, 2, 1], "ttfts": [0.1, 0.2, 0.3], "itls": [[0.01, 0.03], [0.03], []],
 "generated_texts": ["", "", ""], "errors": ["", "", ""]}
J
# What each has the evidence for; nothing else may print a number.
has_card=
has_bench="e2e_latency failed_requests itl output_throughput request_throughput total_token_throughput tpot ttft"
has_one="breakdown straggler bubble coll_bandwidth coll_bytes coll_call_num comm_by_group comm_fraction comm_overhead comm_overlap comm_time dominant_kernel exposed_comm_time exposed_memcpy gpu_busy kernel_time load_imbalance memcpy_bandwidth memory_bound_fraction mfu moe_fraction sm_coverage step_time throughput_tokens_sec"
# Of a known n, a true 0: no kernel of the sample is an expert's; a class of a step in which nothing runs; calls that are
# not matched. nvlink_check says what the arguments imply, which needs no counters.
[[ $(gzip -dc "$sample/kineto_trace_2.json.gz" | grep '"cat": "kernel"' | grep -ciE 'moe|expert|topk') == 0 ]] || fail "the sample has experts now"
for run in card bench one; do
	"$P/events" -q "$run" >"$run.tr" 2>/dev/null
	stages_of "$run.d" "$PWD/$run.tr"
	for m in $all; do
		kept_metric "$run.d" "$m" >"$run.$m" 2>/dev/null
		echo "$run $m $?"
	done >"$run.status" &
done
wait
cat card.status bench.status one.status >status
has_card=$has_card has_bench=$has_bench has_one=$has_one python3 - >said <<'Q'
import os, re
for line in open("status"):
    run, m, rc = line.split()
    rows = [l.rstrip("\n").split("\t") for l in open(run + "." + m) if l[0] != "#"]
    bad = [r for r in rows if len(r) != 8 or not re.fullmatch(r"\.|-?[0-9]+(\.[0-9]+)?", r[4]) or not r[7]]
    rows = [r for r in rows if r not in bad]
    numbers = [r for r in rows if r[4] != "."]
    zero = [r for r in numbers if not float(r[4]) and m != "failed_requests"] # none failed: that was counted
    print(run, ": ", m, ": status 3 where nothing could be computed, else 0; a number or '.' in each line", sep="", end="\t")
    print("fine" if rows and not bad and int(rc) == (0 if numbers else 3) else (rc, len(numbers), bad or rows[:2]))
    print(run, ": ", m, ": '.' has its reason", sep="", end="\t")
    print([r for r in rows if r[4] == "." and r[7] == "."] or "fine")
    if m in os.environ["has_" + run].split():
        print(run, ": ", m, ": there is evidence, and a number that is not 0", sep="", end="\t")
        print("fine" if numbers and (m in ("moe_fraction", "breakdown", "straggler") or not zero) else zero or "no number")
    else:
        print(run, ": ", m, ": no evidence: no number, and no 0", sep="", end="\t")
        print([r for r in numbers if not (r[1] == "nvlink_check" and r[3] == "implied" and r not in zero)] or "fine")
Q
is "$(wc -l <said)" "$((9 * $(wc -w <<<"$all")))" "three checks of every metric on each run"
while IFS=$T read -r what line; do is "$line" fine "$what"; done <said
v() { records "$1" | awk -F'\t' -v s="$2" -v t="$3" '$3 == s && $4 == t { print $5 }'; }
is "$(v bench.ttft all mean) $(v bench.tpot all mean) $(v bench.itl all mean) $(v bench.e2e_latency all mean)" "200.000000 25.000000 23.333333 223.333333" "bench: latencies by hand, of results alone"
is "$(v bench.request_throughput all total) $(v bench.output_throughput all total) $(v bench.total_token_throughput all total)" "1.500000 3.000000 18.000000" "bench: throughputs by hand"
like "$(v bench.tpot all mean):$(records bench.tpot | sed -n 1p | cut -f8)" "^25.*:no further tokens on 1 of 3 requests$" "bench: tpot: what was left out is counted"
# one rank of four: values for more than this rank report it
over=$(for m in $has_one; do records "one.$m"; done | awk -F'\t' '$3 !~ /^(rank|dev)=/ && !seen[$2]++ { printf "%s ", $2 }')
for m in $over; do
	is "$(records "one.$m" | awk -F'\t' '$3 !~ /^(rank|dev)=/ && $8 !~ /1 of 4 ranks|not matched: partial/ { print $3, $4, $5, $8 }')" "" "one rank of four: $m: over the ranks, the note says that three are missing"
done
like "$over" "comm_time .*load_imbalance .*mfu .*throughput_tokens_sec" "one rank of four: such lines were looked at"
cp "$(stream sample)" four.tr
for m in comm_time coll_bytes kernel_time sm_coverage comm_by_group; do
	alike "$(records "one.$m" | grep "${T}rank=2" | cut -f2-)" "$("$P/$m" four.tr | records | grep "${T}rank=2" | cut -f2-)" "one rank of four: $m of this rank is what it is among four"
done
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: reports are made with the plain one"; done_testing; exit; }
# the report of each, and of all
for run in card bench one; do
	run "$P/report" -o out "$run"
	is "$rc:$out" "0:out/report.md" "report: $run"
	[[ $run != one ]] || ok "report: the missing ranks are reported" grep -q '1 of 4 ranks' out/report.md
done
run "$P/report" -o out card bench one
is "$rc:$out" "0:out/report.md" "report: all three"
is "$(records out/report.tsv | cut -f1 | sort -u | tr '\n' ' ')$(records out/report.tsv | cut -f1,2 | sort -u | wc -l)" "bench card one $((3 * $(wc -w <<<"$all")))" "report.tsv: every metric of each"
is "$(cat out/report.tsv | records | awk -F'\t' '$5 == "0" || $5 ~ /^0\.0*$/ { print $1, $2, $3 }' | grep -v '^one moe_fraction \|^one breakdown \|^one straggler \|^bench failed_requests ')" "" "report.tsv: no 0 where nothing is known"

done_testing
