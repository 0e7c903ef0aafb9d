#!/usr/bin/env bash
# Faults that attempts to break the other readers found: each case once.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
valid() { awk -F'\t' '!/^#/ { for (i = 1; i <= 8; i++) if ($i == "") exit 1; if (NF < 8 || $2 !~ /^(-?[0-9]+|\.)$/ || $3 !~ /^([0-9]+|\.)$/) exit 1 }' && ! grep -q '[[:cntrl:]]' <(tr -d '\t\n' <<<"$1"); }
printf '{"schema":"1.0.1","nodes":[{"id":1,"name":"record_param_comms","inputs":[[1,2,0,4,4,"c"],1,2,3,"allreduce",[]],"input_types":["Tensor(float)"],"outputs":[[1]]}]}' >a1.json
is "$(tr-events a1.json | records | cut -f1,7-12 | tr '\t' ' ')" "i et_node record_param_comms id=1 coll=allreduce bytes=16 inputs=[[1,2,0,4,4,\"c\"],1,2,3,\"allreduce\",[]]" "et: a tensor of too few members"
printf '{"schema":"1.1","nodes":[{"id":1,"name":"a","attrs":[{"name":"x\ty\nz\001","value":1},{"name":"a b=c","value":2},{"name":"","value":3},{"name":"bytes","value":9}]}]}' >b1.json
out=$(tr-events b1.json 2>/dev/null | records)
is "$(wc -l <<<"$out"):$(cut -f10- <<<"$out" | tr '\t' ' ')" '1:x\ty\nz\x01=1 a_b\x3dc=2 _=3 et_bytes=9' "et: names of attrs as keys"
python3 -c 'print("{\"schema\":\"1.0.1\",\"nodes\":[{\"id\":1,\"name\":\"record_param_comms\",\"inputs\":[" + "1," * 100000 + "\"allreduce\",[]]}]}")' >d1.json
ok "et: 100,000 inputs in no time" timeout 5 tr-events d1.json
# protobuf: a field of another wire type than it should have
x() { xxd -r -p <<<"0a610801120d2f6465766963653a4750553a30220c08011208080112046b65726e2a0a080112060801120273742a14080212100802120c686c6f5f63617465676f72791a1e08011207584c41204f707318e807220e080110e8071888272204$1"; }
if command -v xxd >/dev/null; then
	for st in 0801284d 0801304d; do is "$(x $st | tr-events | records | grep -c 'st=')" 0 "xspace: a text that is a number is no value ($st)"; done
else
	skip "no xxd"
fi
# sizes are filled in for the right kernels, whatever comes between
k() { echo "{\"ph\":\"$1\",\"cat\":\"kernel\",\"name\":\"ncclDevKernel_AllReduce_x\",\"pid\":0,\"tid\":$3$2}"; }
S() { printf 'i\t.\t.\t.\t9\t4\tet_node\trecord_param_comms\tid=%s\tcoll=allreduce\tbytes=%s\n' "$@"; }
S 1 100 2 200 3 300 >s.tr
echo "{\"schemaVersion\":1,\"traceEvents\":[$(k X ',"ts":1,"dur":1' 7),$(k X ',"dur":1' 7),$(k X ',"ts":3,"dur":1' 7),$(k X ',"ts":4,"dur":1' 7)]}" >l.json
is "$(tr-events -s s.tr l.json 2>/dev/null | tr-select -o ts,bytes coll | records | tr '\t\n' ' ;')" "1000 100;3000 200;4000 300;" "sizes: a kernel without a time takes nobody's size"
S 1 100 2 200 >s.tr
echo "{\"schemaVersion\":1,\"traceEvents\":[$(k B ',"ts":0' 8),$(k X ',"ts":1,"dur":1' 7),$(k X ',"ts":2,"dur":1' 7),{\"ph\":\"E\",\"ts\":9,\"pid\":0,\"tid\":8}]}" >l.json
is "$(tr-events -s s.tr l.json 2>/dev/null | tr-select -o ts,bytes coll | records | sort -n | tr '\t\n' ' ;')" "0 .;1000 100;2000 200;" "nor one of B and E"
# -n names, it does not open
echo '{"rank":0,"iteration_times_s":[0.5]}' >mine.json; echo '{"rank":0,"iteration_times_s":[0.25,1]}' >other.json
is "$(tr-events -n other.json mine.json | records | cut -f3)" 500000000 "-n of a file's name"
# lists
for j in '{"iteration_times_s":[0.5,@,0.6]}' '{"request_throughput":1,"ttfts":[1,@,3]}' '{"avg_iteration_time":1}{"avg_iteration_time":2}'; do
	run tr-events <(echo "$j")
	like "$rc:$err" "^1:.*damaged: (broken_list|garbage) 1" "said: $j"
done
run tr-events <(echo '{"schemaVersion":1,"traceEvents":[{"ph":"X","ts":1,"dur":2,"name":"= Serving Benchmark Result =","cat":"kernel","pid":0,"tid":1,"args":{"ttft_s":5}}]}')
like "$rc:$(grep '^##source' <<<"$out")" "^0:##source kineto" "a trace that speaks of other sources is a trace"
printf '{"avg_latency":1.5,"latencies":[1,2],"percentiles":{"50":9,"5\nX\t1":9,"p50":1,"101":1}}' >inj.json
run tr-events inj.json
is "$rc:$(grep -c '^X' <<<"$out"):$(grep -c '^##disagrees' <<<"$out")" "1:2:1" "a percentile's key forges no record; other keys are not checked"
for j in '{"request_throughput":1,"ttfts":[-1],"itls":[[0.1]]}' '{"avg_latency":2,"latencies":[-1]}'; do
	run tr-events <(echo "$j")
	like "$rc:$(awk -F'\t' '/^X/ { print $3 }' <<<"$out"):$err" "^1:\.:.*bad_latency 1" "a negative latency has no length: $j"
done
run tr-events -r 1 <(printf 'Start (ns),Duration (ns),Name\n9223372036854775807,9,k\n')
like "$rc:$(grep -c '^X' <<<"$out")" "^1:0" "nsys stats: an end out of range"
python3 -c 'print("\n".join("{\"request_throughput\":1,\"ttfts\":[1],\"itls\":[[]]}" for i in range(3000)))' >many.jsonl
ok "3,000 results, 100 open files" bash -c "ulimit -n 100; timeout 60 tr-events many.jsonl"
(printf '{"pad":"%6000s",' x; sleep 0.3; echo '"rank":0,"iteration_times_s":[0.5]}') | tr-events >slow.tr 2>/dev/null
is "$(records slow.tr | grep -c timing_step)" 1 "recognised however it arrives"
printf '\xef\xbb\xbfTIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9,1,2' >bom.csv
is "$(tr-events bom.csv | records | wc -l):$(tr-events bom.csv | grep '^##lost')" "1:##lost cut 1 43" "a byte order mark; a last line without its end"
# rates
C() { printf 'C\t%s\t.\t.\t0\tl\tcounter\tn_bytes\tvalue=%s\n' "$@"; }
run bash -c 'tr-window -o rates -b 10ms' < <(C 0 1 4611686018427387904 2)
run tr-window -o rates -b 10ms <(C 0 1 4611686018427387904 2 4611686018427387905 3)
like "$rc:$err" "^1:.*1 spans between samples are too long for these buckets" "rates: a flipped bit in a time does not fill the disk"
run tr-window -o rates <(C 0 1.5 1 2 0 3)
like "$rc:$(grep -c '^##lost' <<<"$out")" "^1:2" "rates: what is left out is in the stream"
is "$(printf 'X\t0\t30\t.\t0\t.\tc\tn\tv=7.5\tz=1\n' | tr-window -b 20 -s v | records | cut -f9,10 | tr '\t\n' ' ;')" "z=1 win=0;z=1 win=20;" "-s: a number that cannot be shared out is in no part"
# directories
mkdir q 'run\new'; cp mine.json q/timing_stats_0.json; : >q/nvlink_gpu0.bin; cp l.json 'run\new/kineto_trace_0.json'
run "$P/events" q
like "$rc:$err" "^1:events: q/nvlink_gpu0.bin: .*" "events: an empty counter file: said"
is "$("$P/events" -q 'run\new' 2>/dev/null | grep -c '^X')" 3 "a backslash in a name"
cp -R q ./-dash; run "$P/events" -q -- -dash
is "$(grep -c timing_step <<<"$out")" 1 "a name that begins with a dash" 
done_testing
