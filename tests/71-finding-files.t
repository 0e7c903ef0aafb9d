#!/usr/bin/env bash
# pipelines/events: files are recognised by their content, whatever their names; ranks in names; duplicates.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
# k FILE RANK|- FIRST_US LENGTH_US [PID]: a trace of one step with one collective
k() {
	local dist=
	[[ $2 == - ]] || dist="\"distributedInfo\":{\"rank\":$2,\"world_size\":4},"
	mkdir -p "$(dirname "$1")"
	echo "{\"schemaVersion\":1,\"baseTimeNanoseconds\":1743000000000000000,$dist\"traceEvents\":[{\"ph\":\"X\",\"cat\":\"user_annotation\",\"name\":\"ProfilerStep#$3\",\"pid\":${5-100},\"tid\":1,\"ts\":$3,\"dur\":1000,\"args\":{}},{\"ph\":\"X\",\"cat\":\"cuda_runtime\",\"name\":\"cudaLaunchKernel\",\"pid\":${5-100},\"tid\":1,\"ts\":$(($3 + 10)),\"dur\":5,\"args\":{\"correlation\":$3}},{\"ph\":\"X\",\"cat\":\"kernel\",\"name\":\"ncclDevKernel_AllReduce_x\",\"pid\":0,\"tid\":7,\"ts\":$(($3 + 100)),\"dur\":$4,\"args\":{\"device\":0,\"stream\":7,\"correlation\":$3}}]}" >"$1"
}
ranks() { "$P/events" "$@" 2>/dev/null | sed -n 's/^##rank //p' | tr '\n' ' '; }
# names of frameworks, with the ranks that the files state, and then without
names=(rank-0.json trace-rank-1.json profile_2.json profile_trace_rank_3.json trace_rank4.json rank5.json torch_profile_rank6.json chrome_trace_7.json x_rank_8.pt.trace.json rank9_trace.json)
for i in "${!names[@]}"; do k "a/${names[i]}" "$i" 1000 $((100 + i)); k "b/${names[i]}" - 1000 $((100 + i)); done
is "$(ranks a)" "0 1 2 3 4 5 6 7 8 9 " "ten names, found by content; the files' own ranks"
is "$(ranks b)" "0 1 2 3 4 5 6 7 8 9 " "without them: the names' numbers"
is "$("$P/comm_time" b 2>/dev/null | grep "rank=7${T}total" | cut -f5)" 0.000107000 "each has its own file's kernels"
r() { rm -rf c; for f; do k "c/$f" - 1000 5; done; ranks c; }
is "$(r p_0.json p_1.json p_2.json)" "0 1 2 " "numbers from 0 on distinguish names"
is "$(r 1743-TP-0.trace.json 1743-TP-1.trace.json)" "0 1 " "SGLang's TP-N"
is "$(r 1743-TP-2.trace.json 1743-TP-3.trace.json)" "2 3 " "a word for rank before the number: any numbers"
is "$(r worker0.1743000000001.pt.trace.json worker1.1743000000007.pt.trace.json)" "0 1 " "not the time of the recording"
is "$(r gpu3/trace.json gpu1/trace.json)" "1 3 " "of the folder, with a word for rank"
is "$(r host_11.json host_22.json)" ". " "numbers that are not ranks are not used"
is "$(r a_0_1.json a_1_0.json)" ". " "two numbers that disagree are not used"
k c/q_0.json 1 1000 5; k c/q_1.json - 1000 5; rm c/a_*
is "$(ranks c)" "1 . " "a file's own rank that differs from its name's number: the names are not used"
# two stretches of one rank
k two/host_1.1743000000100.pt.trace.json 0 1000 100; k two/host_1.1743000090100.pt.trace.json 0 91000 200
run "$P/comm_time" two
is "$rc:$(grep "rank=0${T}\(total\|mean\|max\)" <<<"$out" | cut -f4-7 | tr '\t\n' ' ;')" "0:total 0.000300000 s 2;mean 0.000150000 s 2;max 0.000200000 s 2;" "a schedule with repeat=2: both files and both steps count"
k none2/host_1.1743000000100.pt.trace.json - 1000 100; k none2/host_1.1743000090100.pt.trace.json - 91000 200
is "$("$P/comm_time" none2 2>/dev/null | grep 'total' | cut -f5)" 0.000300000 "of one worker, without a rank: both"
k dup/a.json 0 1000 100; k dup/b.json 0 1050 100
run "$P/events" dup
like "$rc:$err" "^1:events: dup/b.json: rank 0 is given twice, also by a.json: left out" "the same time twice: the second is left out, status 1"
is "$(grep -c "${T}kernel$T" <<<"$out"):$(grep '^##source none' <<<"$out")" "1:##source none b.json: rank 0 is given twice, also by a.json: left out" "and the stream says so"
k hosts/hosta_11.1743000000000.pt.trace.json - 1000 100; k hosts/hostb_22.1743000000000.pt.trace.json - 1000 200
run "$P/events" hosts
is "$rc:$(grep -c "${T}kernel$T" <<<"$out"):$(grep -c '^##source none hostb_22.*its rank is unknown, like that of hosta_11' <<<"$out")" "1:1:1" "two hosts without a rank: one counts, and the stream says which does not"
# results alone are a run
B='{"date":"20260901-101112","backend":"vllm","num_prompts":2,"request_rate":"inf","duration":4.0,"completed":2,"total_input_tokens":20,"total_output_tokens":8,"request_throughput":0.5,"output_throughput":2.0,"total_token_throughput":7.0}'
mkdir -p vllm sglang "sweep/BENCH--max_concurrency=4" logs
echo "$B" >vllm/openai-infqps-concurrency4-m-20260901-101112.json; echo "$B" >sglang/sglang_0901_4_random.jsonl
echo "$B" >"sweep/BENCH--max_concurrency=4/run=0.json"; echo "$B" >"sweep/BENCH--max_concurrency=4/run=1.json"; echo "[$B,$B]" >"sweep/BENCH--max_concurrency=4/summary.json"
for d in vllm sglang; do
	run "$P/request_throughput" $d
	is "$rc:$(records <<<"$out" | grep total | cut -f5,7)" "0:0.500000${T}1" "$d's own name, and nothing else: 2 requests in 4 s"
done
is "$("$P/events" sweep 2>/dev/null | grep -c "${T}bench${T}summary")" 2 "a sweep: each result once, not its summary too"
echo "$B" >logs/r.json; printf '============ Serving Benchmark Result ============\nSuccessful requests: 2\nBenchmark duration (s): 4.00\nRequest throughput (req/s): 0.50\n=======\n' >logs/client.log
is "$("$P/events" logs 2>/dev/null | grep '^##source')" "##source same client.log: a log of results that exist as JSON
##source bench r.json" "a result and the log of it: once"
rm logs/r.json; is "$("$P/events" logs 2>/dev/null | grep -c "${T}bench${T}summary")" 1 "the log alone is read"
# what is not read
k odd/rank0_trace.json 0 1000 100; echo '{"header":{"rank":0},"coll_perf":{"coll":"AllReduce","coll_sn":1}}' >odd/g.json; : >odd/rank1.json; echo x >odd/notes.txt; echo x >odd/run.sh; echo '<html>' >odd/rank2_trace.json; k "odd/tab${T}.json" 1 1000 5
run "$P/events" odd
is "$rc:$(grep '^##source none' <<<"$out" | sort)" "1:##source none g.json: NCCL inspector's records: not read; the profiler's trace has the same collectives
##source none odd: 1 names with a tab or newline: left out
##source none rank1.json: empty
##source none rank2_trace.json: HTML or XML, not JSON" "results of others, an empty file, a name that promises a trace, a name with a tab: all in the stream"
like "$err" "events: not recognised: notes.txt run.sh" "the rest in one line"
run "$P/comm_time" <(cat odd/g.json); run "$P/comm_time" odd/g.json
like "$rc:$out:$err" "^2::.*NCCL inspector's records" "a metric of what is not read: the reason and no row"
run "$P/events" <(cat odd/rank0_trace.json)
is "$rc:$(grep -c "${T}kernel$T" <<<"$out")" "0:1" "events of a pipe: it is read once"
"$P/events" -q dup >kept.tr 2>/dev/null; is "$("$P/events" kept.tr | grep -c "${T}kernel$T")" 1 "events of a stream file: the stream"
k "o/ä b\\[x]'\$(touch pwned).json" 3 1000 5; echo x >"o/ü.json"
is "$(ranks o):$([[ -e pwned ]] || echo no)" "3 :no" "names with odd bytes, brackets, a command: they are names"
# hundreds of files cost no more than looking at them
for ((i = 0; i < 300; i++)); do echo "{\"a\":$i}" >"dup/p$i.json"; done
ok "300 files more are looked at in one go" timeout 30 "$P/events" -l dup
if [[ -d $shared/corpus ]]; then
	alike "$("$P/events" -l "$shared/corpus/kineto" | grep -c '^trace')" "$(ls "$shared"/corpus/kineto/*.json.gz | wc -l)" "all public Kineto files"
else
	skip "no ../shared: public files"
fi
done_testing
