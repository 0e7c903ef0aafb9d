#!/usr/bin/env bash
# pipelines/events: every kind of source in one stream; duplicates; unused files; clocks; real runs.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
mkdir -p run/results_json; cd run
K() { echo "{\"schemaVersion\":1,\"baseTimeNanoseconds\":${2-1696186170000000000},\"distributedInfo\":{\"rank\":$1,\"world_size\":2},\"traceEvents\":[{\"ph\":\"X\",\"cat\":\"kernel\",\"name\":\"ncclDevKernel_AllReduce_x\",\"pid\":0,\"tid\":7,\"ts\":10,\"dur\":1,\"args\":{}}]}"; }
N() { echo "{\"id\":2,\"name\":\"record_param_comms\",\"ctrl_deps\":1,\"inputs\":{\"values\":[]},\"outputs\":{},\"attrs\":[{\"name\":\"rf_id\",\"value\":7},{\"name\":\"collective_name\",\"value\":\"allreduce\"},{\"name\":\"dtype\",\"value\":\"Float\"},{\"name\":\"in_msg_nelems\",\"value\":4}]}"; }
K 0 >kineto_trace_0.json; K 1 | gzip >rank1_trace.json.gz
echo "{\"schema\":\"1.1.1\",\"nodes\":[$(N)]}" >torch_et_0.json
nvf1() { python3 -c 'import struct, sys; sys.stdout.buffer.write(b"NVF1" + struct.pack("<HHi", 1, 40, 8) + b"".join(struct.pack("<QIIqqIIQ", t, 138, 0, 0, 0, 3, 0, t) for t in (100, 200)))'; }
nvf1 >nvlink_gpu0.bin
echo '{"gpu":0,"monotonic_ns":100,"realtime_ns":1700000000000000000}' >nvlink_gpu0.clock.json
echo '{"duration":1,"request_throughput":1,"ttfts":[0.5],"itls":[[]],"output_lens":[1]}' >results_json/b.json
echo '{"rank":1,"iteration_times_s":[0.5]}' >timing_stats_1.json
printf 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-14 22:13:20.5,1,2\n' >AzureLLM_x.csv
printf 'version: 1\n' >run.yaml
echo hello >notes.txt
echo '{"a":1}' >results_json/params.json
cd ..
run "$P/events" run
is "$rc:$err" "0:events: not recognised: notes.txt params.json
events: found 1 arrivals (arrivals), 1 nvf1 (counter), 1 bench (result), 1 et (sizes), 1 timing (timing), 2 kineto (trace)" "what was used, what was passed over and why"
is "$(grep '^##source' <<<"$out" | tr '\n' ';')" "##source card run.yaml;##source et torch_et_0.json;##source timing timing_stats_1.json;##source bench b.json;##source arrivals AzureLLM_x.csv;##source kineto kineto_trace_0.json;##source kineto rank1_trace.json.gz;##source nvf1 nvlink_gpu0.bin;" "in the stream too"
is "$(grep '^##base_ns' <<<"$out" | sort -u)" "##base_ns 1696186170000000000" "one base"
is "$(records <<<"$out" | cut -f1-8 | tr '\t' ' ' | grep -v ' trace ')" 'M . . . . . card version
X . 500000000 1 . . timing_step iteration
M . . . . . bench summary
X . 500000000 . . . request request
M . . . . . bench outcome
i 3813830500000000 . . . . request arrival
X 10000 1000 0 0 7 kernel ncclDevKernel_AllReduce_x
X 10000 1000 1 0 7 kernel ncclDevKernel_AllReduce_x
C 3813830000000000 . . 0 nvlink0.tx counter nvlink_tx_bytes
C 3813830000000100 . . 0 nvlink0.tx counter nvlink_tx_bytes' "one stream on one clock"
is "$(grep "${T}kernel$T" <<<"$out" | cut -f4,10,11)" "0${T}bytes=16${T}filled=order
1" "sizes filled in for the rank whose execution trace is there"
is "$("$P/events" -A run 2>/dev/null | grep -c "${T}et_node$T")" 1 "-A: its nodes too"
is "$("$P/events" -q run 2>&1 >/dev/null | grep -c found)" 0 "-q"
alike "$("$P/events" -j 1 run 2>/dev/null | cksum)" "$("$P/events" -j 4 run 2>/dev/null | cksum)" "whatever the jobs, byte for byte"
is "$("$P/events" -l run | cut -f1 | uniq -c | tr -s ' \n' ' ')" " 2 trace 1 sizes 1 counter 1 result 1 timing 1 arrivals 1 clock 1 card " "-l: by kind"
printf '# mine\nresult\tnotes.*\n' >mine
is "$(TR_SOURCES=$PWD/mine "$P/events" run 2>&1 >/dev/null | head -1)" "events: run/notes.txt: not a known source" "TR_SOURCES: a line of one's own"
# the same thing twice
two() { rm -rf two; mkdir two; for f; do cp "$f" two/; done; }
gzip -k run/kineto_trace_0.json
two run/kineto_trace_0.json run/kineto_trace_0.json.gz
run "$P/events" two
like "$rc:$err" "^0:events: two/kineto_trace_0.json.gz: the same as kineto_trace_0.json" "a file and its .gz: once"
is "$(grep -c "${T}kernel$T" <<<"$out")" 1 "so its kernels count once"
if command -v sqlite3 >/dev/null; then
	sqlite3 nsys_0.sqlite 'CREATE TABLE META_DATA_EXPORT(a); CREATE TABLE StringIds(id, value); CREATE TABLE TARGET_INFO_SESSION_START_TIME(utcEpochNs); INSERT INTO TARGET_INFO_SESSION_START_TIME VALUES(1700000000000000000); CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL(start, "end", deviceId, contextId, streamId, demangledName, gridX, gridY, gridZ, blockX, blockY, blockZ); INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES(5, 8, 0, 1, 7, 1, 1, 1, 1, 1, 1, 1)'
	two nsys_0.sqlite; touch two/nsys_0.nsys-rep
	run "$P/events" two
	like "$rc:$err" "^0:events: two/nsys_0.nsys-rep: the same as nsys_0.sqlite" "an .nsys-rep and its .sqlite: once"
	is "$(grep "${T}kernel$T" <<<"$out" | cut -f2-4)" "5${T}3${T}0" "read, with the rank of its name"
	two nsys_0.sqlite run/kineto_trace_0.json
	run "$P/events" two
	like "$rc:$err" "^0:events: two/nsys_0.sqlite: rank 0 is read from kineto_trace_0.json already" "Kineto's and Nsight's trace of one rank: once"
	echo junk >two/nsys_1.sqlite
	run "$P/events" two
	like "$rc:$err" "^1:events: two/nsys_1.sqlite: file is not a database" "an SQLite file that is not a database"
else
	skip "no sqlite3"
fi
# counters without a clock of their own
two run/kineto_trace_0.json run/nvlink_gpu0.bin
run "$P/events" two
like "$rc:$err" "^1:events: two/nvlink_gpu0.bin: its times have no known base, other files' have: left out" "no clock: left out, reported"
echo '{"name":"n","wall_clock_ns":1700000000000000000,"monotonic_ns":100}' >two/timing_main.json
run "$P/events" two
is "$rc:$(grep -c "^C$T" <<<"$out")" "0:2" "the run's timing file places it"
cp two/nvlink_gpu0.bin two/nvlink_b_gpu0.bin
run "$P/events" two
like "$rc:$err" "^1:.*two/nvlink_gpu0.bin: GPU 0, the same as nvlink_b_gpu0.bin: left out" "two files of one GPU"
two run/nvlink_gpu0.bin
run "$P/events" two
like "$rc:$err:$(grep -c "^C$T" <<<"$out")" "^0:.*nvlink_gpu0.bin: no clock file next to it.*:2$" "counters alone stay on their own clock, said"
two run/kineto_trace_0.json; cp run/torch_et_0.json two/x_et_.json; cp run/torch_et_0.json two/torch_et_x.json
run "$P/events" two
like "$rc:$err" "^1:events: two/torch_et_x.json: the rank of these sizes is unknown: left out" "sizes of nobody knows whom"
if [[ ! -d $shared/traces ]]; then
	skip "no ../shared: real runs"
	done_testing
	exit
fi
L=$shared/traces/llama8b16l-torch-tp4-batch4-h100
run "$P/events" "$L"
is "$rc:$err" "0:events: not recognised: phases.json
events: found 4 nvf1 (counter), 1 bench (result), 1 et (sizes), 4 timing (timing), 4 kineto (trace)" "llama8b: all of it"
echo "$out" >l.tr
is "$(grep '^##base' l.tr | sort -u):$(tr-stats -g cat count <l.tr | records | grep -E '^(kernel|request|counter|timing_step|card|user_annotation)' | tr '\t\n' ' ;')" "##base_ns 1790857026000000000:card 46;counter 329976;kernel 10184;request 32;timing_step 32;user_annotation 1056;" "kernels, requests, counters, steps and card on one clock"
python3 - l.tr "$L" <<'Q' >got
import json, sys
L = sys.argv[2]; c = json.load(open(L + "/nvlink_gpu0.clock.json")); marks = json.load(open(L + "/phases.json"))["marks_monotonic_ns"]
off = c["realtime_ns"] - c["monotonic_ns"] - 1790857026000000000
a, b = marks[0][0] + off, marks[-1][-1] + off
links = {}
for l in open(sys.argv[1]):
    f = l.rstrip("\n").split("\t")
    if f[0] == "C" and f[4] == "0" and f[7] == "nvlink_tx_bytes": links.setdefault(f[5], []).append((int(f[1]), int(f[8][6:])))
# from the last sample before the first mark to the first one after the last
before = during = after = 0
for s in links.values():
    x, y = max(p for p in s if p[0] <= a)[1], min(p for p in s if p[0] >= b)[1]
    before += x - s[0][1]; during += y - x; after += s[-1][1] - y
print("%.3f %.3f %.3f" % (before / 1e9, during / 1e9, after / 1e9))
Q
is "$(cat got)" "4.874 14.476 0.000" "GPU 0 sends 14.476 GB from the first to the last mark, 4.874 before, nothing after"
mkdir dlrm
for r in 0 1 2 3 4 5 6 7; do
	ln -s "$shared"/corpus/kineto/param-dlrm-kineto__worker${r}_* "dlrm/worker$r.$r.pt.trace.json.gz"
	ln -s "$shared/corpus/et/param-dlrm-et__dlrm_eg_$r.json.gz" "dlrm/dlrm_eg_$r.json.gz"
done
run "$P/events" dlrm
is "$rc:$(tr-select coll <<<"$out" | tr-stats -g rank count <(:) 2>/dev/null; tr-select coll <<<"$out" | tr-stats -g rank count sum:bytes | records | tr '\t\n' ' ;')" "0:$(for r in 0 1 2 3 4 5 6 7; do printf '%s 8 2549700 0;' $r; done)" "DLRM: 64 NCCL kernels of ranks 0 to 7, sizes filled by the execution traces"
is "$(grep -c '^##filled order 8$' <<<"$out")" 8 "by order, and it says so"
for d in mlp8-jax-tp4-h100 offload-jax-tpu-4chip; do
	run "$P/events" "$shared/traces/$d"
	like "$rc:$(grep '^##source' <<<"$out" | tr '\n' ';')" "^0:##source same [^ ]*.trace.json.gz: the same as [^ ]*.xplane.pb;##source xspace [^ ]*.xplane.pb;$" "$d: the xplane, not its JSON"
done
done_testing
