#!/usr/bin/env bash
# Results of load generators other than vLLM and SGLang, logs, arrivals; text that was cut.
. "${0%/*}/lib.sh"
T=$'\t' C=$tests/cases/serving
# of FILE METRIC [STAT]: value, n and note; the stream is read once a file.
of() {
	[[ $1 -ef last ]] || { tr-events "$1" >s.tr 2>err; ln -sf "$(readlink -f "$1")" last; }
	"$top/pipelines/$2" s.tr 2>/dev/null | records | awk -F'\t' -v s="${3-.}" '($4 == s) || (s == "." && $4 ~ /^(mean|total)$/) { print $5, $7, $8 }'
}
status() { tr-events "$1" >/dev/null 2>err; echo $?; }

# other load generators: file, then metric and value
while read -r file metric stat want; do
	is "$(of "$C/$file" $metric $stat)" "$want" "$file: $metric $stat"
done <<'W'
aiperf.json request_throughput total 2.500000 1 from the summary
aiperf.json ttft mean 50.000000 1 from the summary
aiperf.json tpot p99 7.000000 1 from the summary
aiperf.json itl mean . 0 no details of requests, and no value in the summary
aiperf_records.jsonl ttft mean 50.000000 3 .
aiperf_records.jsonl tpot mean 7.000000 3 .
aiperf_records.jsonl request_throughput total . 0 requests without the benchmark's duration (it is in profile_export_aiperf.json)
guidellm.json ttft mean 50.000000 1 from the summary
guidellm.json request_throughput total 2.500000 1 from the summary
inference_perf.json e2e_latency p50 400.000000 1 from the summary
inference_perf.json total_token_throughput total 375.000000 1 from the summary
inference_perf.json failed_requests total 0 1 .
trtllm_bench.json output_throughput total 125.000000 1 from the summary
trtllm_bench.json ttft mean 50.000000 1 from the summary
trtllm_bench.json e2e_latency mean 400.000000 1 from the summary
vllm_throughput.json total_token_throughput total 375.000000 1 from the summary
sglang_offline.jsonl total_token_throughput total 375.000000 1 .
sglang_one_batch.jsonl request_throughput total . 0 one batch was timed, not requests (SGLang's bench_one_batch)
multi_turn.json ttft mean 60.000000 1 from the summary
log_with_prefixes.log ttft mean 50.000000 1 from the summary; 2 of 12 requests failed
W
for f in aiperf.json aiperf_records.jsonl guidellm.json inference_perf.json trtllm_bench.json vllm_throughput.json sglang_offline.jsonl sglang_one_batch.jsonl multi_turn.json log_with_prefixes.log mooncake.jsonl; do
	is "$(status "$C/$f"):$(cat err):$(tr-events - <"$C/$f" 2>&1 | records | wc -l)" "0::$(tr-events "$C/$f" | records | wc -l)" "$f: a sound file, from a pipe too"
done
# AIPerf: other units, a failed and a cancelled request, one to warm up, the times between chunks
a() { printf '{"metadata":{"request_start_ns":%s,"benchmark_phase":"%s","was_cancelled":%s},"metrics":{"request_latency":{"unit":"%s","value":%s},"time_to_first_token":{"value":%s,"unit":"%s"},"output_sequence_length":{"value":3,"unit":"tokens"},"inter_chunk_latency":{"value":[0.5,1.5],"unit":"ms"}},"error":%s}\n' "$@"; }
{ a 1000 warmup false ms 99 98 ms null; a 2000 profiling false us 3000 1000 us null; a 3000 profiling false s 0.005 2000000 ns null
a 4000 profiling true ms 7 7 ms null; a 5000 profiling false ms 7 7 ms '{"code":500,"type":"x","message":"no\tserver"}'; } >ai.jsonl
is "$(of ai.jsonl ttft):$(of ai.jsonl e2e_latency):$(of ai.jsonl itl):$(of ai.jsonl failed_requests)" "1.500000 2 2 of 4 requests failed:4.000000 2 2 of 4 requests failed:1.000000 4 2 of 4 requests failed:2 1 ." "AIPerf's requests: units, failures, warm-up"
is "$(grep -o 'error=.*' s.tr | tr '\n' ';')" 'error=cancelled;error=no\tserver;' "why they failed"
head -c -20 ai.jsonl >cut.jsonl
like "$(status cut.jsonl):$(cat err)" "^1:.*damaged: cut 1" "a cut line of them"
# AIPerf's summary with counts and duration, in another unit; genai-perf's without a stream
echo '{"request_throughput":{"unit":"requests/sec","avg":9},"request_count":{"avg":30},"error_request_count":{"avg":10},"benchmark_duration":{"unit":"sec","avg":15},"total_isl":{"avg":300},"total_osl":{"avg":60},"time_to_first_token":{"unit":"us","avg":1500.5},"request_latency":{"avg":2,"unit":"s"}}' >ai.json
is "$(of ai.json request_throughput):$(of ai.json total_token_throughput):$(of ai.json ttft):$(of ai.json e2e_latency)" "2.000000 1 10 of 40 requests failed:24.000000 1 10 of 40 requests failed:1.500500 1 from the summary; 10 of 40 requests failed:2000.000000 1 from the summary; 10 of 40 requests failed" "AIPerf's counts over its duration"
echo '{"request_throughput":{"unit":"requests/sec","avg":9},"request_latency":{"unit":"ms","avg":5,"p99":7}}' >gp.json
is "$(of gp.json request_throughput):$(of gp.json e2e_latency p99)" "9.000000 1 from the summary:7.000000 1 from the summary" "genai-perf without streaming"
# guidellm: two results, percentiles in their own object, requests of many MiB passed over
python3 -c '
import json
def b(n): return {"requests": {"successful": ["x" * 1000] * 6000, "errored": []}, "metrics": {"request_totals": {"successful": n, "errored": 1, "total": n + 1}, "request_latency": {"successful": {"mean": 0.4, "percentiles": {"p99": 0.9}}}, "requests_per_second": {"successful": {"mean": 2.5}}}}
json.dump({"metadata": {"guidellm_version": "0.4"}, "benchmarks": [b(9), b(19)], "x": {"metrics": 1}}, open("g.json", "w"))' && sed -i 's/"metadata"/"_": "requests_per_second", "metadata"/; s/"_": "requests_per_second"/"requests_per_second": 0/' g.json
is "$(tr-events g.json 2>err | records | tr '\t' ' ' | grep 'bench summary'; cat err)" "M . . . . . bench summary result=1 tool=guidellm mean_e2el_ms=400 p99_e2el_ms=900 completed=9 failed=1 request_throughput=2.5
M . . . . . bench summary result=2 tool=guidellm mean_e2el_ms=400 p99_e2el_ms=900 completed=19 failed=1 request_throughput=2.5" "guidellm: a record a benchmark"
is "$(of g.json failed_requests) $(of g.json failed_requests share)" "2 2 . 6.666667 2 ." "its errors"
head -c 200 g.json >cut.json
like "$(status cut.json):$(cat err)" "^1:.*damaged: cut 1" "a cut one"
# logs: the prefix may be a time; other lines between; a name in brackets first; the last line cut
p='2026-01-02 03:04:0'
{ echo "[job] start"; for l in 5:'============ Serving Benchmark Result ============' 6:'Successful requests:   4' 7:'Mean TTFT (ms):  20.5' 8:'Total throughput (tok/s):  7' 9:'==========='; do echo "$p${l%%:*} [job] ${l#*:}"; echo 'server: Mean ITL (ms): 9'; done; } >t.log
is "$(tr-events t.log 2>/dev/null | records | head -1 | cut -f9-)" "result=1${T}completed=4${T}mean_ttft_ms=20.5${T}total_token_throughput=7" "a log with times in front, and other lines"
printf '[c] ====== Serving Benchmark Result ======\n[c] Successful requests: 10\n[c] Mean TTFT (ms): 50.0' >cut.log
is "$(status cut.log):$(tr-events cut.log 2>/dev/null | records | head -1 | cut -f9-)" "1:result=1${T}completed=10" "a cut log: no number of the last line"

# arrivals
is "$(tr-events "$C/mooncake.jsonl" | records | tr '\t' ' ')" "i 0 . . . . request arrival prompt_tokens=6758 output_tokens=500
i 0 . . . . request arrival prompt_tokens=7322 output_tokens=490
i 3000000000 . . . . request arrival prompt_tokens=2290 output_tokens=1" "Mooncake's arrivals, in ms"
{ cat "$C/mooncake.jsonl"; echo '{"timestamp":"x","input_length":1,"output_length":1}'; echo '{"timestamp": 40'; echo '{"timestamp":5000.25,"input_length":7,"output_length":8}'; } >m.jsonl
like "$(status m.jsonl):$(cat err):$(tr-events m.jsonl 2>/dev/null | records | tail -1 | cut -f2,9)" "^1:.*bad_ts 1.*garbage 1.*:5000250000${T}prompt_tokens=7" "lines that are none are counted"
# text cut inside the last field
cut_of() { tr-events "$1" 2>err >cut.tr; echo "$?:$(sed 's/.*: //' err):$(records cut.tr | cut -f2,9- | tr '\t' ' ')"; }
is "$(cut_of "$C/cut_arrivals.csv")" "1:cut 1 (first at byte 69):5000000000 model=ChatGPT prompt_tokens=472 output_tokens=18 total_tokens=490 log_type=." "a cut last field is unknown"
is "$(cut_of "$C/cut_azure.csv" | sed 's/:39[0-9]*/:T/')" "1:cut 1 (first at byte 40):T prompt_tokens=374 output_tokens=." "a number that looks whole may be cut"
is "$(cut_of "$C/cut_burst.csv")" "1:cut 1 (first at byte 69):5000000000 model=ChatGPT prompt_tokens=472 output_tokens=18 total_tokens=." "fields before it are whole"
is "$(cut_of "$C/cut_nsys.csv")" "1:cut 1 (first at byte 54):" "a kernel without its name is lost"
printf 'Start (ns),Duration (ns),Device,Strm,Name\n100,20,GPU (0),7,k\n200,30,GPU (0),7,ncclDevKernel_All' >n.csv
is "$(cut_of n.csv)" "1:cut 1 (first at byte 61):100 device=GPU (0) strm=7" "nor has a cut name a class"
printf 'Timestamp,Request tokens,Response tokens\n5,1,2\n17' >ts.csv
like "$(cut_of ts.csv)" "^1:.*cut 1.*:5000000000 prompt_tokens=1 output_tokens=2$" "a cut time is not used"
printf 'Timestamp,Request tokens,Response tokens\n5,1,2\n' >ts.csv
is "$(cut_of ts.csv)" "0::5000000000 prompt_tokens=1 output_tokens=2" "a last line with its end is whole"
printf 'Timestamp,Request tokens,Respo' >ts.csv; printf 'Timestamp,Request tokens,Response tokens' >ts2.csv
is "$(cut_of ts.csv | cut -d' ' -f1,2):$(cut_of ts2.csv | cut -d' ' -f1,2)" "1:cut 1:1:cut 1" "a cut header"
done_testing
