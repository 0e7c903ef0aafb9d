#!/usr/bin/env bash
# Execution traces: nodes, their order, collectives against tests/oracle/raw.py; sizes filled in for kernels that have none.
. "${0%/*}/lib.sh"
T=$'\t'
et() { tr-events "$@" 2>err | records | tr '\t' ' '; }
A='{"name":"rf_id","type":"uint64","value":7},{"name":"tid","type":"uint64","value":4},{"name":"op_schema","type":"string","value":""}'
coll() { echo "{\"name\":\"collective_name\",\"value\":\"$1\"},{\"name\":\"dtype\",\"value\":\"BFloat16\"},{\"name\":\"in_msg_nelems\",\"value\":10},{\"name\":\"out_msg_nelems\",\"value\":40},{\"name\":\"pg_size\",\"value\":4},{\"name\":\"pg_desc\",\"value\":\"g\"},{\"name\":\"global_rank_start\",\"value\":1},{\"name\":\"global_rank_stride\",\"value\":2}"; }
node() { echo "{\"id\":$1,\"name\":\"$2\",\"ctrl_deps\":$3,\"inputs\":{\"values\":[${5-}],\"shapes\":[[2,3]],\"types\":[\"Int\"],\"strides\":[]},\"outputs\":{\"values\":[],\"shapes\":[],\"types\":[]},\"attrs\":[$A${4:+,${4-}}]}"; }
doc() { local IFS=,; echo "{\"schema\":\"1.1.1-chakra.0.0.4\",\"pid\":99,\"start_ts\":1,\"nodes\":[$*],\"finish_ts\":9}"; }
doc "$(node 5 aten::add 3)" "$(node 3 outer 1)" >torch_et_3.json
is "$(et torch_et_3.json)" 'i . . 3 99 4 et_node outer id=3 parent=1 input_shapes=[[2,3]] input_types=["Int"] rf_id=7
i . . 3 99 4 et_node aten::add id=5 parent=3 input_shapes=[[2,3]] input_types=["Int"] rf_id=7' "nodes as instants without a time, by id; empty values left out"
is "$(tr-events torch_et_3.json | grep '^##' | grep -v pg | tr '\n' ';')" "## tr 1;##rank 3;##source et torch_et_3.json;##events 2 torch_et_3.json;" "description: no base, since there are no times"
is "$(tr-events -p torch_et_3.json | tail -1)" "et${T}3$T-${T}torch_et_3.json" "a probe: base '-'"
is "$(et -a rf_id torch_et_3.json | tail -1)" "i . . 3 99 4 et_node aten::add rf_id=7" "-a: which tags"
is "$(for o in "-x et_node" "-c kernel"; do tr-events $o torch_et_3.json | records; echo ${PIPESTATUS[0]}; done | tr '\n' ' ')" "0 0 " "-x and -c"
for c in "allreduce allreduce 20" "_allgather_base allgather 80" "_reduce_scatter_base reducescatter 20" "all_to_allv alltoall 20" "broadcast broadcast 80"; do
	set -- $c
	like "$(doc "$(node 5 record_param_comms 3 "$(coll "$1")" '0,"x"')" | et -)" "id=5 parent=3 coll=$2 bytes=$3 nranks=4 pg=g inputs" "$1: $2 of $3 bytes"
done
like "$(doc "$(node 5 record_param_comms 3 "$(coll wait)")" | et - | grep -c coll=)" 0 "wait is not a collective"
# 1.0.1: sizes from the tensors
old() { echo "{\"schema\":\"1.0.1\",\"pid\":9,\"nodes\":[{\"name\":\"record_param_comms\",\"id\":6,\"rf_id\":4,\"parent\":5,\"tid\":2,\"inputs\":$1,\"input_types\":[\"$2\"],\"outputs\":$3}]}"; }
like "$(old '[[718,715,0,6144,4,"cuda:0"],147,945,0,"all_to_allv",[7,8],[7,8]]' 'Tensor(float)' '[[1,2,0,768,4,"cuda:0"]]' | et -)" "i . . . 9 2 et_node record_param_comms id=6 parent=5 coll=alltoall bytes=24576 nranks=2 rf_id=4 " "schema 1.0.1: a tensor"
like "$(old '[[[1,2,0,10,2,"cuda:0"],[1,2,0,5,2,"cuda:0"]],147,945,0,"allreduce",[],[]]' 'GenericList[Tensor(c10::Half)]' '[]' | et -)" "coll=allreduce bytes=30 rf_id" "a list of them"
like "$(old '[141,0,0,"wait",[],[]]' Int '[]' | et - | grep -c coll=)" 0 "wait is not a collective"
# rank: name against contents; damage
doc "$(node 5 record_param_comms 3 "$(coll allreduce)" '0,"allreduce"')" >torch_et_1.json; cp torch_et_1.json torch_et_3b_0.json; cp torch_et_1.json torch_et_2.json
run tr-events torch_et_1.json
is "$rc:$err" "0:" "rank 0 of a group from 1 by 2 is rank 1"
run tr-events torch_et_2.json
is "$rc:$err" "1:tr-events: torch_et_2.json: its collectives belong to rank 1, but it is read as rank 2" "two sources that disagree on the rank"
head -c $(($(stat -c %s torch_et_3.json) - 60)) torch_et_3.json >cut.json
run tr-events cut.json
like "$rc:$(records <<<"$out" | wc -l):$err" "^1:1:.*damaged: broken_event 1 .first at byte [0-9]+., cut 1" "a cut trace: whole nodes are there"
sed 's/"id":5,/"id":"x",/' torch_et_3.json >noid.json
like "$(tr-events noid.json 2>&1 >/dev/null)" "damaged: no_id 1 .first at byte [1-9]" "a node without an id"
like "$(echo '{"schema":"1.1.1","nodes":3}' | tr-events 2>&1 >/dev/null)" "an execution trace without nodes" "no list of nodes"

# sizes filled in: each way, from the trace that has them all to its copy without
k() { echo "{\"ph\":\"X\",\"cat\":\"kernel\",\"name\":\"$1\",\"pid\":0,\"tid\":7,\"ts\":$2,\"dur\":1,\"args\":{$3}}"; }
op() { echo "{\"ph\":\"X\",\"cat\":\"cpu_op\",\"name\":\"record_param_comms\",\"pid\":9,\"tid\":9,\"ts\":1,\"dur\":1,\"args\":{\"External id\":$1,\"Record function id\":$2}}"; }
rt() { echo "{\"ph\":\"X\",\"cat\":\"cuda_runtime\",\"name\":\"cudaLaunchKernel\",\"pid\":9,\"tid\":9,\"ts\":1,\"dur\":1,\"args\":{\"External id\":$1,\"correlation\":$2}}"; }
kin() { local IFS=,; echo "{\"schemaVersion\":1,\"distributedInfo\":{\"rank\":3},\"baseTimeNanoseconds\":0,\"traceEvents\":[$*]}"; }
S() { printf 'i\t.\t.\t%s\t9\t4\tet_node\trecord_param_comms\tid=%s\tcoll=%s\tbytes=%s\tnranks=4\tpg=%s\trf_id=%s\n' "$@"; }
{ S 3 1 allreduce 10 g 71; S 3 2 allreduce 20 g 72; S 0 3 allreduce 99 g 71; } >sizes.tr
filled() { tr-events -c kernel -a none -s sizes.tr "$@" 2>err | grep -v '^##pg' | sed -n '/^X/s/^X\t\([0-9]*\).*7\tkernel\t[^\t]*/\1/p; s/^##filled/&/p' | tr '\t\n' ' ;'; }
N=ncclDevKernel_AllReduce_x
kin "$(op 500 72)" "$(k $N 1 '"External id":500')" >a.json
is "$(filled a.json)" "1000 coll=allreduce bytes=20 nranks=4 pg=g filled=rf_id;##filled rf_id 1;" "by the record function's id"
kin "$(k $N 1 '"External id":500')" "$(op 500 72)" >a.json
is "$(filled a.json)" "1000 coll=allreduce bytes=20 nranks=4 pg=g filled=rf_id;##filled rf_id 1;" "whatever comes first"
is "$(filled - <a.json)" "1000 coll=allreduce bytes=20 nranks=4 pg=g filled=rf_id;##filled rf_id 1;" "from a pipe too"
kin "$(k $N 1 '"correlation":8')" "$(rt 500 8)" "$(op 500 71)" >a.json
is "$(filled a.json)" "1000 coll=allreduce bytes=10 nranks=4 pg=g filled=correlation;##filled correlation 1;" "by the runtime call"
kin "$(k $N 5 '')" "$(k $N 3 '')" >a.json
is "$(filled a.json)" "5000 coll=allreduce bytes=20 nranks=4 pg=g filled=order;3000 coll=allreduce bytes=10 nranks=4 pg=g filled=order;##filled order 2;" "by order of start"
kin "$(k $N 5 '')" >a.json
is "$(filled a.json)" "5000 coll=allreduce;##filled none 1;" "not where the counts differ"
kin "$(k ncclDevKernel_AllGather_x 5 '')" "$(k $N 3 '')" >a.json
is "$(filled a.json)" "5000 coll=allgather;3000 coll=allreduce;##filled none 2;" "nor where the kinds do"
kin "$(k ncclKernel_SendRecv_x 5 '')" "$(k $N 3 '')" >a.json
is "$(filled a.json | cut -d';' -f1)" "5000 coll=allreduce bytes=20 nranks=4 pg=g filled=order" "a kernel without a kind takes it"
kin "$(k $N 5 '"Collective name":"allreduce","In msg nelems":8,"dtype":"Float"')" >a.json
is "$(filled a.json)" "5000 coll=allreduce bytes=32;" "a kernel's own size stays"
kin "$(k $N 5 '')" "$(k $N 3 '')" >a.json
is "$(tr-events -s sizes.tr a.json | "$top/pipelines/coll_bytes" | sed -n 2p | cut -f5,7,8)" "30${T}2${T}message sizes of 2 filled in from the execution trace (order)" "and the metric's note says so"
run tr-events -s /nonexistent a.json
like "$rc:$err" "^2:.*/nonexistent: No such file" "-s: a missing file"
run tr-events -s torch_et_1.json a.json
like "$rc:$err" "^2:tr-events: torch_et_1.json: JSON, not event records" "-s: no records"

if [[ ! -d $shared/traces ]]; then
	skip "no ../shared: execution traces of real runs"
	done_testing
	exit
fi
for f in "$shared"/traces/*/torch_et_*.gz "$shared"/corpus/et/*; do
	python3 "$tests/oracle/raw.py" et "$f" | grep -v '^wait' | sort >want
	tr-events "$f" >e.tr
	{ echo "nodes$T$(records e.tr | wc -l)"; tr-select coll e.tr | tr-stats -g coll count sum:bytes | records | cut -f1-3 | sed "s/^/coll$T/"; } | sort >got
	alike "$(cat got)" "$(cat want)" "$(basename "$(dirname "$f")")/$(basename "$f"): nodes, calls and bytes as an independent reader's"
	is "$(records e.tr | cut -f9 | sed 's/id=//' | some | sort -nc 2>&1)" "" "in the order of ids"
done
L=$shared/traces/llama1b-torch-fsdp2-tp2-batch4-h100
tr-events "$L/torch_et_0.json.gz" >e.tr
is "$(records e.tr | wc -l):$(tr-stats -g coll count sum:bytes <e.tr | records | grep -v '^\.' | cut -f1-3 | tr '\t\n' ' ;')" "29272:allgather 64 3288858624;allreduce 224 1879048192;reducescatter 32 1644429312;" "llama1b: 29,272 nodes, collectives as the issue's"
is "$(tr-events -c kernel "$L/kineto_trace_0.json.gz" | tr-stats -g coll count sum:bytes | records | grep -v '^\.' | cut -f1-3 | tr '\t\n' ' ;')" "allgather 64 3288858624;allreduce 224 1879048192;reducescatter 32 1644429312;" "exactly those of rank 0's kernels"
is "$(grep -c 'collective_name=wait' e.tr)" 224 "224 wait nodes, none of them communication"
# what is filled in to a trace without sizes is what the trace with them has
python3 - "$L/kineto_trace_0.json.gz" <<'P'
import gzip, json, sys
d = json.load(gzip.open(sys.argv[1]))
def strip(test, *keys):
    for e in d["traceEvents"]:
        if test(e):
            for k in keys: e["args"].pop(k, None)
kernel = lambda e: e.get("cat") == "kernel"
strip(kernel, "Collective name", "In msg nelems", "Out msg nelems", "Group size", "dtype", "Process Group Name", "Process Group Description", "Process Group Ranks")
json.dump(d, open("rf_id.json", "w"))
strip(kernel, "External id"); json.dump(d, open("correlation.json", "w"))
strip(lambda e: e.get("name") == "record_param_comms", "Record function id"); json.dump(d, open("order.json", "w"))
P
tr-events -c kernel "$L/kineto_trace_0.json.gz" | tr-select -o ts,coll,bytes,nranks,pg coll >want
for how in rf_id correlation order; do
	tr-events -c kernel -s e.tr $how.json >k.tr
	is "$(grep '^##filled' k.tr):$(tr-select -o ts,coll,bytes,nranks,pg coll k.tr | cmp - want)" "##filled $how 320:" "llama1b: 320 sizes filled in by $how are the kernels' own"
done
done_testing
