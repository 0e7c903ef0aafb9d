#!/usr/bin/env bash
# Results of load generators as the field writes them: failed requests, times that were not measured, two clocks, other tools.
. "${0%/*}/lib.sh"
T=$'\t' C=$tests/cases/serving
latencies="ttft tpot itl e2e_latency"
all="$latencies request_throughput output_throughput total_token_throughput"
# of FILE METRIC [STAT]: value, n and note; the stream is read once a file.
of() {
	[[ $1 -ef last ]] || { tr-events "$1" >s.tr 2>err; ln -sf "$(readlink -f "$1")" last; }
	"$top/pipelines/$2" s.tr 2>/dev/null | records | awk -F'\t' -v s="${3-.}" '($4 == s) || (s == "." && $4 ~ /^(mean|total)$/) { print $5, $7, $8 }'
}
status() { tr-events "$1" >/dev/null 2>err; echo $?; }

# a time of 0 was not measured
f=$C/ttft_zero.jsonl
is "$(status "$f"):$(cat err)" "0:" "ttft 0: a sound file"
is "$(of "$f" ttft)" ". 0 no time to the first token was measured (0 means not measured)" "a time to the first token of 0 s is unknown"
is "$(of "$f" itl)" ". 0 no time between tokens was measured" "no times between tokens: unknown"
is "$(of "$f" tpot) $(of "$f" e2e_latency)" "5.000000 1 from the summary 495.000000 1 from the summary" "what the summary states is given as the summary's"
is "$(of "$f" e2e_latency p99) $(of "$f" e2e_latency std) $(of "$f" e2e_latency min)" "495.000000 1 from the summary 0.000000 1 from the summary . 0 the summary does not give it" "statistic by statistic"
is "$(of "$f" request_throughput) $(of "$f" output_throughput)" "2.000000 1 . 200.000000 1 ." "throughputs as given"
# one of three without a first token: the others count, and the summary's mean of all three cannot be compared
echo '{"backend":"vllm","duration":1,"completed":3,"mean_ttft_ms":66.67,"mean_e2el_ms":100,"total_output_tokens":6,"output_lens":[2,2,2],"ttfts":[0.1,0.1,0.0],"itls":[[0.01],[0.03],[0.01]],"errors":["","",""]}' >part.json
is "$(status part.json):$(of part.json ttft):$(of part.json e2e_latency)" "0:100.000000 2 no time to the first token on 1 of 3 requests:120.000000 2 no latency on 1 of 3 requests" "a first token of 0 among others: left out, counted, no disagreement"
is "$(of part.json itl)" "16.666667 3 ." "its times between tokens count"
echo '{"backend":"vllm","duration":1,"completed":2,"mean_itl_ms":0,"output_lens":[3,3],"ttfts":[0.1,0.1],"itls":[[0.0,0.0],[0,0]],"errors":["",""]}' >zeros.json
is "$(of zeros.json itl):$(of zeros.json tpot):$(of zeros.json e2e_latency):$(of zeros.json ttft)" ". 0 no time between tokens was measured:. 0 no latency was measured (it needs a time to the first token and those between tokens):. 0 no latency was measured (it needs a time to the first token and those between tokens):100.000000 2 ." "times between tokens that are all 0 are none"
echo '{"backend":"sglang","request_throughput":3.77,"duration":264.25,"completed":996,"mean_tpot_ms":1.76,"median_tpot_ms":-0.00,"p99_tpot_ms":28.33,"mean_itl_ms":0.00,"median_itl_ms":0.00,"p99_itl_ms":0.00}' >sums.json
is "$(of sums.json tpot):$(of sums.json tpot p50):$(of sums.json itl)" "1.760000 1 from the summary:. 0 the summary does not give it:. 0 no details of requests, and no value in the summary" "nor do a summary's 0 and -0 count"

# failed requests
f=$C/failed_without_text.json
is "$(status "$f"):$(cat err)" "0:" "failed without a text: a sound file"
is "$(of "$f" ttft)" "100.000000 3 2 of 5 requests failed" "requests of which nothing came failed"
for m in $all; do like "$(of "$f" $m)" "^[0-9.]+ [136] 2 of 5 requests failed$" "$m: failures in the note"; done
is "$(of "$f" failed_requests) $(of "$f" failed_requests share)" "2 1 . 40.000000 1 ." "failed_requests: count and share"
f=$C/some_failed.json
is "$(for m in $latencies; do of "$f" $m; done)" "100.000000 1 3 of 4 requests failed
25.000000 1 3 of 4 requests failed
25.000000 2 3 of 4 requests failed
150.000000 1 3 of 4 requests failed" "three of four failed, one after some tokens: the served one counts"
is "$(of "$f" failed_requests) $(of "$f" failed_requests share)" "3 1 . 75.000000 1 ." "failed_requests"
is "$(tr-events "$f" | grep -c "${T}failed=1")" 3 "each of them is marked"
f=$C/all_failed.json
for m in $latencies; do is "$(of "$f" $m)" ". 0 all 3 requests failed" "$m: all failed, and that is the reason"; done
is "$(of "$f" request_throughput) $(of "$f" failed_requests share)" "0.000000 1 3 of 3 requests failed 100.000000 1 ." "none served: a true 0"
# by the summary alone: vLLM's failed, else the prompts that were not completed; else unknown
echo '{"backend":"vllm","num_prompts":5,"duration":2,"completed":3,"request_throughput":1.5,"mean_ttft_ms":20,"p99_ttft_ms":30}' >sum.json
is "$(of sum.json ttft):$(of sum.json request_throughput):$(of sum.json failed_requests)" "20.000000 1 from the summary; 2 of 5 requests failed:1.500000 1 2 of 5 requests failed:2 1 ." "a summary alone: of num_prompts"
echo '{"backend":"sglang","duration":2,"completed":3,"request_throughput":1.5}' >nosum.json
is "$(of nosum.json failed_requests):$(of nosum.json request_throughput)" ". 0 no failure counts on 1 of 1 results:1.500000 1 ." "a summary that does not say it: unknown, not 0"
echo '{"backend":"vllm","num_prompts":1,"duration":2,"completed":0,"failed":1,"request_throughput":0,"mean_ttft_ms":0}' >one.json
is "$(of one.json ttft)" ". 0 the only request failed" "all failed, by the summary"
# a generator that counts requests of which nothing came
sed 's/"completed": 3/"completed": 5/; s/"total_input_tokens": 30/"total_input_tokens": 50/; s/"mean_ttft_ms": 100.00000000000001/"mean_ttft_ms": 60/' "$C/failed_without_text.json" >counted.json
is "$(status counted.json):$(of counted.json ttft)" "0:100.000000 3 2 of 5 requests failed; result 1's summary counts 2 of the failed requests as completed" "they do not count, and the note reports it"
sed 's/"failed": 3/"failed": 2/' "$C/some_failed.json" >fewer.json
is "$(status fewer.json):$(cat err)" "1:tr-events: fewer.json: result 1: failed: the summary says 2, the detail gives 3" "a wrong count of failures is a disagreement"
like "$(of fewer.json ttft)" "requests failed; result 1's summary disagrees: failed 2$" "and in the note"

# one token each
f=$C/one_token.jsonl
is "$(of "$f" ttft):$(of "$f" tpot):$(of "$f" itl)" "100.000000 4 .:. 0 one output token per request: no time per further token:. 0 one output token per request: no time per further token" "one output token a request: the reason"
is "$(of "$f" e2e_latency)" "100.000000 4 ." "its latency is known"

# sound files: a chunk after the last token, a second clock, rounding
f=$C/usage_tail.json
is "$(status "$f"):$(wc -l <err):$(grep -c 'result 1: the summary says mean_tpot_ms 20.166666666666664 (the detail: 20.000000000; .*mean_e2el_ms 210.5' err)" "0:1:1" "a trailing chunk: one message, status 0"
is "$(for m in $latencies; do of "$f" $m; done | cut -d' ' -f1)" "150.000000
20.000000
20.000000
210.000000" "values by the detail"
is "$(of "$f" e2e_latency):$(of "$f" ttft)" "210.000000 2 result 1's summary says mean_e2el_ms 210.50000000000003 (a chunk after the last token, or a second clock):150.000000 2 ." "the note reports the summary's"
# 5 us by a second clock, either way; a percentile off by 1e-5
clock() { printf '{"backend":"vllm","duration":1,"completed":2,"mean_ttft_ms":150,"p99_ttft_ms":%s,"mean_tpot_ms":%s,"mean_e2el_ms":%s,"output_lens":[4,4],"ttfts":[0.1,0.2],"itls":[[0.02,0.02,0.02],[0.02,0.02,0.02]],"errors":["",""]}\n' "$@"; }
clock 199 20.0016667 210.005 >clock.json
is "$(status clock.json):$(wc -l <err)" "0:1" "5 us more: sound"
clock 199 19.9983333 209.995 >clock.json
is "$(status clock.json):$(wc -l <err)" "0:1" "5 us less: sound"
clock 199.00199 20 210 >clock.json
is "$(status clock.json):$(of clock.json ttft)" "0:150.000000 2 result 1's summary says p99_ttft_ms 199.00199 (rounding)" "a percentile off by 1e-5: sound"
while read -r p99 tpot e2e what; do
	clock $p99 $tpot $e2e >wrong.json
	like "$(status wrong.json):$(cat err)" "^1:.*wrong.json: result 1: .*the summary says .*, the detail gives" "$what"
done <<'W'
199 20 215 a latency 2 % higher is wrong
199 20 209.5 a latency 0.5 ms lower is wrong
199 20.5 210.5 a time per token that the chunk cannot explain is wrong
199 20.1666667 210 so is one without a longer latency
199.2 20 210 a percentile off by 1e-3 is wrong
W
{ clock 199 20 210; clock 199 20.1666667 210.5; } >two.jsonl
is "$(status two.jsonl):$(cut -d: -f3 err)" "0: result 2" "the message names the result"
{ clock 199 20 210; clock 199 20 300; } >two.jsonl
is "$(status two.jsonl):$(tr-events two.jsonl 2>/dev/null | grep '^##dis')" "1:##disagrees mean_e2el_ms 300 210.000000000 2" "a real disagreement too"

# several results
f=$C/vllm_sweep_summary.json
is "$(status "$f"):$(tr-events "$f" | records | cut -f8,9 | tr '\t\n' ' ;')" "0:summary result=1;outcome result=1;summary result=2;outcome result=2;" "a sweep's list: a record a result"
is "$(of "$f" request_throughput):$(of "$f" ttft)" "2.750000 2 .:. 0 2 results have only a summary: their values cannot be combined" "counts add up, means and percentiles do not"
{ echo '['; cat "$C/usage_tail.json"; echo ,; sed '1d;$d' "$f"; echo ']'; } >mixed.json
is "$(of mixed.json ttft)" "150.000000 2 without 2 results that have only a summary" "results with and without their requests"
echo '{"backend":"vllm","duration":0,"completed":3,"request_throughput":1.5}' >d0.json
is "$(of d0.json request_throughput):$(of d0.json output_throughput)" ". 1 the benchmark's duration is 0:. 0 the benchmark's duration is 0" "a duration of 0: unknown"
{ echo '{"backend":"vllm","duration":10,"request_throughput":0.3,"mean_ttft_ms":1}'; echo '{"backend":"vllm","duration":2,"completed":4,"request_throughput":2}'; } >nocount.jsonl
is "$(of nocount.jsonl request_throughput)" "2.000000 1 no counts on 1 of 2 results; without 1 result that has only a summary" "a duration without its count does not dilute the rate"
done_testing
