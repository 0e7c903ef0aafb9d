#!/usr/bin/env bash
# Kernels that communicate and with unknown message sizes: '.', with the count, never 0; their time is still known.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'

# by hand
mkdir -p graph
cat >graph/kineto_trace_0.json <<'J'
{"schemaVersion":1,"baseTimeNanoseconds":1000,"distributedInfo":{"rank":0,"world_size":1},"traceEvents":[
{"ph":"X","cat":"cuda_runtime","name":"cudaGraphLaunch","pid":1,"tid":1,"ts":1,"dur":2,"args":{"correlation":5}},
{"ph":"X","cat":"kernel","name":"ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096ul>)","pid":0,"tid":7,"ts":10,"dur":5,"args":{"correlation":5,"graph node id":3}},
{"ph":"X","cat":"kernel","name":"ncclDevKernel_Generic_1(ncclDevKernelArgsStorage<4096ul>)","pid":0,"tid":7,"ts":20,"dur":6,"args":{"correlation":5}},
{"ph":"X","cat":"kernel","name":"ncclDevKernel_Generic_1(ncclDevKernelArgsStorage<4096ul>)","pid":0,"tid":7,"ts":28,"dur":1},
{"ph":"X","cat":"kernel","name":"gemm","pid":0,"tid":7,"ts":30,"dur":5}]}
J
"$P/events" -q graph >graph.tr
first() { "$P/$1" "$2" 2>/dev/null | records | sed -n 1p | cut -f3-5,8; }
is "$(first coll_bytes graph.tr)" "rank=0${T}total${T}.${T}no message sizes on 3 of 3 kernels" "CUDA graph, Generic: coll_bytes is '.', with the count"
is "$(first comm_time graph.tr)" "rank=0${T}total${T}0.000012000${T}." "CUDA graph, Generic: comm_time is known: 12 us"
is "$("$P/comm_by_group" graph.tr | records | some | awk -F'\t' 'NF < 8 || $4 == "bytes" && ($5 != "." || $8 == ".") { print $3, $5, $8 }')" "" "CUDA graph, Generic: comm_by_group: bytes are '.', and why"
sed 's/"graph node id":3/"Collective name":"allreduce","In msg nelems":100,"Out msg nelems":100,"Group size":4,"dtype":"Float"/' graph/kineto_trace_0.json >mixed.json
"$P/events" -q mixed.json >mixed.tr
is "$(first coll_bytes mixed.tr)" "rank=0${T}total${T}400${T}no message sizes on 2 of 3 kernels" "one size of three: its bytes, and the count of the others"
printf '##rank 0\nX\t0\t9\t0\t0\t7\tkernel\tnccl\tcoll=allreduce\tbytes=8\tnranks=4\nX\t10\t9\t0\t0\t7\tkernel\tnccl\tcoll=allreduce\tbytes=8\tnranks=4\n' >onesize.tr
is "$("$P/hockney" onesize.tr | records | some | awk -F'\t' 'NF < 8 || $5 != "." || $8 == "no message sizes" { print $4, $5, $8 }')" "" "hockney: no line through one size, and the reason is not that there are no sizes"

# public traces
K=$shared/corpus/kineto
[[ -d $K ]] || { skip "no ../shared: public files"; done_testing; exit; }
for f in "$K"/hta-hist__large_integer* "$K"/hta__negative_queue* "$K"/hta__trace_filter__sampled_rank-{0,1}* "$K"/param-dlrm-kineto__worker{0,3}_*; do
	name=$(basename "$f")
	name=${name:0:40}
	# by the names alone: how many kernels communicate, how many have sizes, and the union of their times
	read -r kernels sized union < <(python3 - "$f" <<'Q'
import gzip, json, sys
from collections import defaultdict
from fractions import Fraction
doc = json.loads(gzip.open(sys.argv[1]).read(), parse_float=str, parse_int=str)
comm = [e for e in doc["traceEvents"] if e.get("ph") == "X" and e.get("cat", "").lower() == "kernel" and e["name"].lower().startswith("nccl")]
sized = sum("In msg nelems" in e.get("args", {}) for e in comm)
by, total = defaultdict(list), 0
for e in comm: by[e["pid"]].append((Fraction(e["ts"]), Fraction(e["ts"]) + Fraction(e["dur"])))
for spans in by.values():
    end = None
    for a, b in sorted(spans):
        if end is None or a > end: total += b - a; end = b
        elif b > end: total += b - end; end = b
print(len(comm), sized, "%d" % (total * 1000))
Q
	)
	"$P/events" -q "$f" >corpus.tr 2>/dev/null
	is "$sized:$(first coll_bytes corpus.tr | cut -f2-)" "0:total${T}.${T}no message sizes on $kernels of $kernels kernels" "$name: coll_bytes: '.', $kernels kernels without sizes"
	"$P/coll_bytes" corpus.tr >c.bytes 2>/dev/null
	is "$?:$(records c.bytes | cut -f5 | sort -u)" "3:." "$name: and no number in any line: status 3"
	is "$(first comm_time corpus.tr | cut -f3 | tr -d . | sed 's/^0*//')" "$union" "$name: comm_time: $union ns"
done
done_testing
