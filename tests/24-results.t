#!/usr/bin/env bash
# Results of load generators, timing files, arrivals, dmon, nsys stats: by hand, damaged, and against tests/oracle/raw.py.
. "${0%/*}/lib.sh"
T=$'\t'
# What the results say of all their requests, records named outcome, is tested in 24-failed-requests.t.
r() { tr-events "$@" 2>err | records | grep -v "${T}outcome${T}result=" | tr '\t' ' '; }
d() { tr-events "$@" 2>/dev/null | grep -E '^##(base_ns|rank|source|lost|disagrees)' | tr '\n' ';'; }

# bench serve. Two requests succeed (one of a single token), one fails.
B='{"backend":"vllm","num_prompts":3,"duration":2.0,"completed":2,"request_throughput":1.0,"total_input_tokens":30,"total_output_tokens":4,"mean_ttft_ms":25.0,"median_ttft_ms":25.0,"p99_ttft_ms":29.9,"std_ttft_ms":5.0,"mean_tpot_ms":15.0,"mean_itl_ms":15.0,"p90_itl_ms":19.0,"mean_e2el_ms":40.0,"input_lens":[10,20,5],"output_lens":[3,1,0],"ttfts":[0.020,0.030,0.0],"itls":[[0.010,0.020],[],[]],"errors":["","","Bad"],"generated_texts":["a]","b","c"]}'
echo "$B" >b.json
is "$(r b.json)" 'M . . . . . bench summary result=1 backend=vllm num_prompts=3 duration=2.0 completed=2 request_throughput=1.0 total_input_tokens=30 total_output_tokens=4 mean_ttft_ms=25.0 median_ttft_ms=25.0 p99_ttft_ms=29.9 std_ttft_ms=5.0 mean_tpot_ms=15.0 mean_itl_ms=15.0 p90_itl_ms=19.0 mean_e2el_ms=40.0
X . 50000000 . . . request request result=1 n=0 prompt_tokens=10 output_tokens=3 ttft_ns=20000000 tpot_ns=15000000.000 itls_ns=[10000000,20000000]
X . 30000000 . . . request request result=1 n=1 prompt_tokens=20 output_tokens=1 ttft_ns=30000000 itls_ns=[]
X . . . . . request request result=1 n=2 prompt_tokens=5 output_tokens=0 itls_ns=[] failed=1 error=Bad' "bench serve: the summary, a span a request, a failed one"
is "$(tr-events b.json >/dev/null 2>err; echo $?:$(cat err))" "0:" "a summary that the detail bears out: status 0, no word"
is "$(d b.json)" "##source bench b.json;" "no rank and no base: it has no times"
is "$(tr-events -p b.json | tail -1)" "bench$T.$T-${T}b.json" "a probe"
alike "$(r - <b.json; cat b.json | r -)" "$(r b.json; r b.json)" "a pipe"
for edit in "mean_ttft_ms 25.0 26.0 25.000000000" "median_ttft_ms 25.0 24.9 25.000000000" "p99_ttft_ms 29.9 30.0 29.900000000" "std_ttft_ms 5.0 5.1 5.000000000" "mean_tpot_ms 15.0 14 15.000000000" "p90_itl_ms 19.0 20.0 19.000000000" "mean_e2el_ms 40.0 41.0 40.000000000" "completed 2 3 2" "total_input_tokens 30 35 30" "total_output_tokens 4 5 4"; do
	set -- $edit
	sed "s/\"$1\":$2/\"$1\":$3/" b.json >e.json
	run tr-events e.json
	is "$rc:$err:$(grep '^##dis' <<<"$out")" "1:tr-events: e.json: result 1: $1: the summary says $3, the detail gives $4:##disagrees $1 $3 $4 1" "an edited $1 is caught"
done
sed 's/"input_lens".*}/"x":1}/' b.json >plain.json
is "$(r plain.json | wc -l):$(tr-events plain.json >/dev/null 2>&1; echo $?)" "1:0" "without detail: the summary alone"
{ cat b.json; sed 's/"mean_ttft_ms":25.0/"mean_ttft_ms":7/' plain.json; echo; } >two.jsonl
is "$(r two.jsonl | cut -d' ' -f7-9 | tr '\n' ';')" "bench summary result=1;request request result=1;request request result=1;request request result=1;bench summary result=2;" "JSON Lines: result by result"
echo '{"backend":"sglang","dataset_name":"random","request_rate":Infinity,"max_concurrency":null,"duration":1.5,"completed":4,"mean_e2e_latency_ms":3.5}' >sg.json
is "$(r sg.json)" "M . . . . . bench summary result=1 backend=sglang dataset_name=random request_rate=Infinity max_concurrency=. duration=1.5 completed=4 mean_e2e_latency_ms=3.5" "SGLang's bare Infinity"
is "$(tr-events sg.json >/dev/null 2>&1; echo $?):$(tr-events sg.json | grep '^##mended')" "0:##mended bare_word 1 146" "accounted for, no loss"
sed 's/"ttfts":\[0.020,0.030,0.0\]/"ttfts":[0.020,0.030]/' b.json >u.json
run tr-events u.json
like "$rc:$err" "^1:tr-events: u.json: ttfts has 2 elements, others 3: requests from there on are left out" "lists of different lengths"
is "$(records <<<"$out" | grep -c "^X.*request$T")" 2 "the others are there"
sed 's/0.020,/"x",/' b.json >w.json
like "$(tr-events w.json 2>&1 >/dev/null)" "damaged: bad_latency 1" "a latency that is no number"
head -c 350 b.json >c.json
run tr-events c.json
like "$rc:$err:$(records <<<"$out" | wc -l)" "^1:.*damaged: cut 1 .first at byte 350.*:[1-9]" "a cut result"
{ echo "$B"; echo '{"backend":"vllm", junk'; echo "$B"; } >g.jsonl
like "$(r g.jsonl | grep -c ' bench '):$(cat err)" "^[23]:.*damaged: garbage 1" "an invalid line among others"
echo "{\"start_times\":[1.5],\"ttfts\":[0.5],\"itls\":[[]],\"output_lens\":[1]}" >st.json
is "$(r st.json)" $'M . . . . . bench summary result=1\nX . 500000000 . . . request request result=1 n=0 output_tokens=1 ttft_ns=500000000 itls_ns=[] start_time=1.5' "start times of a monotonic clock: unplaced"
is "$(r -b 1700000000000000000 -k 1000000000,1700000000000000000 st.json | tail -1 | cut -d' ' -f1-3)" "X 500000000 500000000" "-k places them"
echo '{"avg_latency":0.2,"latencies":[0.1,0.3],"percentiles":{"50":0.2,"90":0.28}}' >lat.json
is "$(r lat.json | tr '\n' ';')$(tr-events lat.json >/dev/null 2>&1; echo $?)" 'M . . . . . bench summary result=1 avg_latency=0.2 percentiles={"50":0.2,"90":0.28};X . 100000000 . . . bench_iteration batch result=1 n=0;X . 300000000 . . . bench_iteration batch result=1 n=1;0' "bench latency: a batch an iteration"
like "$(sed 's/0.28/0.29/' lat.json | tr-events 2>&1 >/dev/null)" "90: the summary says 0.29, the detail gives 0.28" "its percentiles are checked"
like "$(sed 's/"avg_latency":0.2/"avg_latency":0.3/' lat.json | tr-events 2>&1 >/dev/null)" "avg_latency: the summary says 0.3, the detail gives 0.2" "its mean too"
# text logs
{ echo "INFO: starting"; printf '============ Serving Benchmark Result ============\nSuccessful requests:                     32\nBenchmark duration (s):                  10.96\n---------------Time to First Token----------------\nMean TTFT (ms):                          20.22\nP99 TTFT (ms):                           24.38\nOutput token throughput (tok/s):         186.92\n==================================================\nMean ITL (ms): 3\n'; } >l.log
is "$(r l.log)" "M . . . . . bench summary result=1 completed=32 duration=10.96 mean_ttft_ms=20.22 p99_ttft_ms=24.38 output_throughput=186.92" "a text log, under the JSON's names"
head -5 l.log >lc.log
run tr-events lc.log
like "$rc:$err" "^1:.*damaged: cut 1" "a cut one"
like "$(tr-events -f bench_log b.json 2>&1 >/dev/null)" "no table of a benchmark's result" "-f bench_log of another file"

# timing_stats
echo '{"rank":2,"iteration_times_s":[0.5,0.25],"ttft_s":[0.02,0.01]}' >timing_stats_2.json
is "$(r timing_stats_2.json | tr '\n' ';')" "X . 500000000 2 . . timing_step iteration n=0 ttft_ns=20000000;X . 250000000 2 . . timing_step iteration n=1 ttft_ns=10000000;" "timing: a span an iteration"
echo '{"avg_iteration_time":0.5,"ttft_p99":0.02}' >timing_stats_1.json
is "$(r timing_stats_1.json)" "M . . 1 . . timing summary avg_iteration_time=0.5 ttft_p99=0.02" "the other shape: a summary"
cp timing_stats_2.json timing_stats_3.json
run tr-events timing_stats_3.json
like "$rc:$err" "^1:.*timing_stats_3.json: the file says rank 2, its name 3" "two sources that disagree on the rank"
echo '{"iteration_times_s":[0.5,0.25],"ttft_s":[0.02]}' >t.json
like "$(tr-events t.json 2>&1 >/dev/null)" "t.json: iteration_times_s has 2 elements, ttft_s 1: the rest is left out" "lists of different lengths"
echo '{"iteration_times_s":[-1]}' | tr-events 2>err >/dev/null; like "$(cat err)" "damaged: bad_dur 1" "a negative time"
head -c 30 timing_stats_2.json | tr-events 2>err >/dev/null; like "$?:$(cat err)" "^1:.*damaged: cut 1" "a cut file"

# marks of bursts
echo '{"rank":3,"world":4,"marks":[{"bytes":1024,"reps":10,"start_mono_ns":500,"end_mono_ns":900},{"bytes":7,"reps":1,"start_mono_ns":9,"end_mono_ns":8},{"bytes":7},5]}' >allreduce_marks_3.json
run tr-events allreduce_marks_3.json
is "$rc:$(records <<<"$out" | tr '\t' ' ')" "1:X 500 400 3 . . collective allreduce coll=allreduce bytes=1024 calls=10 nranks=4" "marks: a span a burst, on their own clock"
is "$err" "tr-events: allreduce_marks_3.json: no clock file: times stay on CLOCK_MONOTONIC; -k aligns them
tr-events: allreduce_marks_3.json: damaged: broken_mark 3 (first at byte 29)" "marks: no clock, broken ones: said"
run tr-events -k 100,1700000000000000100 allreduce_marks_3.json
is "$(grep -E '^##(base|world|rank)' <<<"$out" | tr '\n' ' ')$(($(records <<<"$out" | cut -f2) + 1700000000000000000 / 7889238000000000 * 7889238000000000 - 1700000000000000000))" "##base_ns $((1700000000000000000 / 7889238000000000 * 7889238000000000)) ##rank 3 ##world 4 500" "marks: -k places them on the wall clock"
run tr-events -k nonsense allreduce_marks_3.json
like "$rc:$err" "^2:tr-events: nonsense: No such file" "marks: -k is no clock"
run tr-events -c kernel allreduce_marks_3.json
is "$(grep -c '^##events' <<<"$out"):$(records <<<"$out")" "1:" "marks: -c"
head -c 120 allreduce_marks_3.json | tr-events -k none 2>err >/dev/null; like "$?:$(cat err)" "^1:.*damaged: " "marks: a cut file"

cat allreduce_marks_3.json allreduce_marks_3.json >twice.json; tr-events -k none twice.json 2>err >/dev/null
like "$(cat err)" "damaged: .*garbage 1" "marks: what follows the object"

# arrivals
printf 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45.25,"a,""b",1,2,3,\n1e2,GPT-4,1,2,3,API log\nx,y,1,2,3,z\n7,short\n' >burst.csv
is "$(r burst.csv)" 'i 5000000000 . . . . request arrival model=ChatGPT prompt_tokens=472 output_tokens=18 total_tokens=490 log_type=Conversation log
i 45250000000 . . . . request arrival model=a,"b prompt_tokens=1 output_tokens=2 total_tokens=3 log_type=.
i 100000000000 . . . . request arrival model=GPT-4 prompt_tokens=1 output_tokens=2 total_tokens=3 log_type=API log' "BurstGPT"
like "$(cat err):$(d burst.csv)" "damaged: bad_ts 1 .first at byte [0-9]+., broken_row 1.*##base_ns .;" "rows that are none are accounted for; its own clock"
is "$(r -b 7 -a prompt_tokens burst.csv | head -1)" "i 5000000000 . . . . request arrival prompt_tokens=472" "-b: where its start lies; -a"
printf 'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n2024-02-29 00:00:00.5+00:00,1,2\r\n2023-13-01 00:00:00,1,2\r\n' >az.csv
# date -u -d '2023-11-16 18:17:03' +%s: 1700158623; 2024-02-29: 1709164800; base 1696186170
is "$(r az.csv | tr '\n' ';')$(d az.csv)" "i 3972453979960000 . . . . request arrival prompt_tokens=4808 output_tokens=10;i 12978630500000000 . . . . request arrival prompt_tokens=1 output_tokens=2;##base_ns 1696186170000000000;##source arrivals az.csv;##lost bad_ts 1 111;" "Azure: dates in UTC"
printf 'Timestamp,Request tokens,Response tokens\n5,"1,2' | tr-events 2>err >/dev/null; like "$(cat err)" "cut 1" "cut inside quotes"

# dmon
printf '# gpu    pwr     sm\n# Idx      W      %%\n    0     45      7\n    1      -      9\n' >dm.txt
is "$(r dm.txt | tr '\n' ';')$(cat err)" "C . . . 0 dmon counter pwr value=45 unit=W;C . . . 0 dmon counter sm value=7 unit=%;C . . . 1 dmon counter sm value=9 unit=%;tr-events: dm.txt: no times in it (nvidia-smi dmon -o DT writes them)" "nvidia-smi dmon, without times: said"
printf '#Date       Time        gpu   sm\n#YYYYMMDD   HH:MM:SS    Idx    %%\n 20260101   23:59:59      0    7\n 20260102   00:00:01      0    8\n x\n' >dt.txt
is "$(r dt.txt | cut -d' ' -f2,9 | tr '\n' ';')" "0 value=7;2000000000 value=8;" "with times, from the first sample on"
like "$(cat err)" "times are relative to the first sample.*damaged: broken_row 1" "said; a broken row accounted for"
printf '#Entity   NVLTX        NVLRX   SMACT\nID\nGPU 3     123   N/A  0.5\n' >dc.txt
is "$(r dc.txt | tr '\n' ';')" "C . . . 3 dmon counter NVLTX value=123 unit=B/s;C . . . 3 dmon counter SMACT value=0.5;" "dcgmi dmon"

# nsys stats
printf 'Start (ns),Duration (ns),CorrId,GrdX,Bytes (MB),Device,Ctx,Strm,Name\n100,50,9,4,,NVIDIA H100 80GB (2),1,7,"ncclDevKernel_AllReduce(a, b)"\n200,5,,,1.5,NVIDIA H100 80GB (2),1,7,[CUDA memcpy Host-to-Device]\nx,5,,,,,,,k\n' >ns.csv
is "$(r ns.csv)" 'X 100 50 . 2 7 kernel ncclDevKernel_AllReduce(a, b) coll=allreduce correlation=9 grdx=4 device=NVIDIA H100 80GB (2) ctx=1 strm=7
X 200 5 . 2 7 gpu_memcpy [CUDA memcpy Host-to-Device] bytes_(mb)=1.5 device=NVIDIA H100 80GB (2) ctx=1 strm=7' "nsys stats' cuda_gpu_trace"
like "$(cat err)" "damaged: broken_row 1" "a broken row"

if [[ -d $shared/traces ]]; then
	f=$shared/traces/llama8b16l-torch-tp4-batch4-h100/results_json/bench.json
	run tr-events "$f"
	is "$rc:$err:$(records <<<"$out" | grep -c "${T}request$T")" "0::32" "bench.json: 32 requests, the summary borne out"
	tr-events "$f" >b.tr
	python3 "$tests/oracle/raw.py" bench "$f" | awk -F'\t' '$1 ~ /^(ttft|tpot|itl|e2el)$/ && $2 ~ /mean|p99|median/ { printf "%s %s %.4f\n", $1, $2, $3 }' | sort >want
	{
		for m in ttft:ttft_ns tpot:tpot_ns e2el:dur; do
			tr-select 'cat == "request"' b.tr | tr-stats mean:${m#*:} p50:${m#*:} p99:${m#*:} | records | awk -v m=${m%:*} '{ printf "%s mean %.4f\n%s median %.4f\n%s p99 %.4f\n", m, $1 / 1e6, m, $2 / 1e6, m, $3 / 1e6 }'
		done
	} | sort >got
	alike "$(cat got)" "$(grep -v ^itl want)" "mean, p50 and p99 of ttft, tpot and latency as an independent reader's"
	like "$(grep '^ttft mean' got)" " 20.2229" "mean ttft 20.2229 ms"
	sed 's/"mean_ttft_ms": 20.22/"mean_ttft_ms": 20.23/' "$f" | tr-events >/dev/null 2>err
	like "$?:$(cat err)" "^1:.*mean_ttft_ms: the summary says 20.23.*the detail gives 20.2228" "an edited summary is caught"
else
	skip "no ../shared: real runs"
fi
done_testing
