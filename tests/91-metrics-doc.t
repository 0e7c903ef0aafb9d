#!/usr/bin/env bash
# tr-metrics(7) and the pipelines' comments agree; every metric of ours named in the page exists.
. "${0%/*}/lib.sh"
page=$top/filters/tr-metrics.7
doc=$top/pipelines/metrics-doc
metrics=$(cd "$top/pipelines" && grep -ls '^# unit:' *)
for f in "$page"; do
	cp "$f" .
	ok "metrics-doc -w ${f##*/}" "$doc" -w "${f##*/}"
	is "$(diff "$f" "${f##*/}")" "" "${f##*/} is as the pipelines say (else: make metrics-doc W=1)"
	cp "${f##*/}" again && "$doc" -w "${f##*/}"
	ok "and stays so" cmp again "${f##*/}"
	sed -i '/^step_time/d; s/^How long a step takes/How long/; s/how long a step takes/how long/' "${f##*/}"
	"$doc" -w "${f##*/}"
	ok "what was changed by hand is written anew" cmp "$f" "${f##*/}"
done
is "$("$doc" -s | sed -n 's/^| `\([a-z0-9_]*\)` | ..* | [A-Za-z0-9%/]* |$/\1/p' | sort)" "$metrics" "the short table has every metric once"
is "$("$doc" -m | sed -n 's/^\.It Nm \([a-z0-9_]*\) Pq [A-Za-z0-9%/]*$/\1/p' | sort)" "$metrics" "the page has every metric once"
is "$("$doc" -s | grep -c '\*\*other\*\*')" 0 "every metric has a subject"
is "$("$doc" -s | sed -n 's/^| \*\*\(.*\)\*\* | | |/\1/p' | tr '\n' ' ')" "time communication requests links device memory " "the subjects, in order"

# the names of ours that the definitions of others lead to
ours=$(sed -n '/^\.Sh DEFINITIONS OF OTHERS/,/^\.Sh SEE/s/^\.Nm //p' "$page" | tr ', ' '\n\n' | grep '[a-z]' | sort -u)
(($(wc -l <<<"$ours") > 25)) && pass "the page leads to many of ours" || fail "the page leads to many of ours" "$ours"
for m in $ours; do
	grep -qx "$m" <<<"$metrics" && pass "$m is a metric" || fail "$m is a metric"
done
# and the names of others that must have an entry
theirs=$(sed -n '/^\.Sh DEFINITIONS OF OTHERS/,/^\.Sh SEE/s/^\.It //p' "$page")
for n in avg_step_time iteration_wall_clock throughput_tokens_sec ttft tpot mfu coll_call_num communication_fraction comm_overhead \
	compute_comm_overlap total_communication_time bandwidth_utilization_{allreduce,allgather,alltoall,reducescatter,peertopeer}_group_6 \
	collective_vol_total_gb straggler moe_fraction aggregate_gpu_utilization dominant_kernel_concentration mean_sm_coverage \
	load_imbalance_ratio average_memory_bandwidth memory_transfer_overhead traffic_window token_to_expert_assignment \
	total_nvlink_gb peak_nvlink_gb_s avg_nvlink_gb_s burst_intensity burst_duration_s bw_usage_pct prefill_avg_bw_gb_s \
	decode_avg_bw_gb_s nccl_contribution_pct mean_ttft_ms p99_ttft_ms mean_tpot_ms p99_tpot_ms throughput_tok_s throughput_req_s \
	total_input_tokens total_output_tokens algbw busbw; do
	grep -qw -- "$n" <<<"$theirs" && pass "$n has an entry" || fail "$n has an entry"
done

# misuse
printf 'no comments\n' >plain.md
run "$doc" -w plain.md
like "$rc:$err" "^2:metrics-doc: plain.md: no comments 'metrics-doc' and '/metrics-doc' to write between" "a file without the comments"
is "$(cat plain.md)" "no comments" "is left as it was"
printf '<!-- metrics-doc -->\nx\n' >open.md
run "$doc" -w open.md
is "$rc:$(cat open.md)" $'2:<!-- metrics-doc -->\nx' "one without the second comment, too"
run "$doc" -w nowhere.md
like "$rc:$err" "^2:metrics-doc: nowhere.md: no such file" "a missing file"
run "$doc" -x
like "$rc:$err" "^2:metrics-doc: unknown option '-x'" "an unknown option"
done_testing
