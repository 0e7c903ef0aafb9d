#!/usr/bin/env bash
# Huawei's NPUs: torch_npu's trace_view.json and msprof's msprof_*.json.
. "${0%/*}/lib.sh"
P=$top/pipelines
kind() { tr-events -a none "$@" | grep ^X | cut -f5-9 | tr '\t\n' ' ;'; }
value() { tr-events -r 0 "$2" | "$P/$1" 2>&1 | records | awk -F'\t' -v w="$3" '$4 == w { print $5, $6; exit }'; }

# 100 us of all-reduce, all under a matrix product of 200.02 us, in one step of 1 ms
f=$tests/cases/ascend/ascend_trace_view.json
is "$(tr-events -p "$f" | tail -1 | cut -f1)" "ascend" "recognised"
is "$(kind "$f")" "1 100 user_annotation ProfilerStep#1 step=profiler;0 8 kernel aclnnMatmul_MatMulCommon_MatMulV2;0 hccl:1 kernel hcom_allReduce__123_0_1 coll=allreduce;" "step, kernel, collective; on one device"
is "$(value comm_time "$f" total)" "0.000100000 s" "comm_time: 100 us"
is "$(value comm_overlap "$f" total)" "100.000000 %" "comm_overlap: 100 %"
is "$(value step_time "$f" mean)" "0.001000000 s" "step_time: one step of 1 ms"

# As torch_npu writes it: operators and ranges, then the device, whose processes are named after their events; device 3;
# the parts of a collective on its planes, and its twin on a stream, are no further collectives
op() { printf '{"ph":"X","name":"%s","pid":77,"tid":77,"ts":"%s","dur":%s,"cat":"cpu_op","args":{"Sequence number":1}},' "$@"; }
task() { printf '{"ph":"X","name":"%s","pid":5539,"tid":%s,"ts":"%s","dur":%s,"args":{"Model Id":4294967295,"Task Type":"%s","Physic Stream Id":2,"Task Id":1,"Batch Id":0,"Subtask Id":0,"connection_id":5}},' "$@"; }
plane() { printf '{"ph":"X","name":"%s","pid":5571,"tid":1,"ts":"%s","dur":%s,"args":{"notify_id":"7","task type":"SDMA","src rank":3,"dst rank":0,"transport type":"SDMA","size(Byte)":4096,"model id":4294967295}},' "$@"; }
name() { printf '{"ph":"M","name":"%s","pid":%s,"tid":%s,"args":{"name":"%s"}},' "$@"; }
comm() { printf '{"ph":"X","name":"hcom_allReduce__123_0_1","pid":5571,"tid":0,"ts":"1150.000","dur":100,"args":{"connection_id":5,"model id":4294967295,"data_type":"BFP16","alg_type":"MESH-RING","count":1024}},'; }
hidden() { task hcom_allReduce__123_0_1 5 1150.000 100 AI_VECTOR_CORE; }
write() { # BETWEEN...: the file with what these print between operators and device
	printf '['
	op ProfilerStep#2 1000.000 1000
	op aten::mm 1010.000 5
	op execute_context_1'(8)'_generation_0'(0)' 1020.000 5
	for part; do "$part"; done
	task aclnnMatmul_MatMulV2 2 1100.100 200.02 AI_CORE
	task EVENT_WAIT 2 1400.000 50 EVENT_WAIT_SQE
	task MEMCPY_ASYNC 2 1500.000 10 MEMCPY_ASYNC
	task aclnnAdd_Add 12 1600.000 20 KERNEL_AIVEC
	name process_name 5539 0 'Ascend Hardware'
	name thread_name 5539 2 'Stream 2'
	printf '{"ph":"X","name":"Computing","pid":5603,"tid":0,"ts":"1100.100","dur":200.02}]'
}
named() { name process_name 5571 0 Communication; name thread_name 5571 0 'Group 0 Communication'; plane Notify_Wait 1150.000 60; plane Memcpy 1210.000 40; comm; }
write named hidden >npu.json
is "$(kind npu.json)" "$(tr '\n' ';' <<'X'
77 77 user_annotation ProfilerStep#2 step=profiler
77 77 cpu_op aten::mm
77 77 user_annotation execute_context_1(8)_generation_0(0) step=vllm
3 hccl:1 ascend_comm_task Notify_Wait
3 hccl:1 ascend_comm_task Memcpy
3 hccl:0 kernel hcom_allReduce__123_0_1 coll=allreduce
3 5 ascend_task hcom_allReduce__123_0_1
3 2 kernel aclnnMatmul_MatMulV2
3 2 ascend_task EVENT_WAIT
3 2 gpu_memcpy MEMCPY_ASYNC
3 12 kernel aclnnAdd_Add
5603 0 . Computing
X
)" "each event is what its arguments say"
is "$(value comm_time npu.json total) $(value comm_overlap npu.json total)" "0.000100000 s 100.000000 %" "the same numbers"
is "$(value kernel_time npu.json total)" "0.000320020 s" "kernel_time: 100 + 200.02 + 20 us"
is "$(tr-events -c kernel npu.json | grep -c ^X) $(tr-events -c user_annotation npu.json | grep -c ^X)" "3 2" "-c: kernels, ranges"
alike "$(kind <npu.json)" "$(kind npu.json)" "from a pipe"
# a task of a collective without the collective itself: unknown, and said
write hidden >part.json
run tr-events part.json
is "$rc:$err" "1:tr-events: part.json: 1 tasks of collectives, but no collective (process Communication): their durations are unknown" "collectives that were not exported are reported"
# the case's inverse: a Chrome trace with arguments of such names elsewhere
printf '[{"ph":"X","cat":"io","name":"read","pid":1,"tid":1,"ts":1,"dur":1,"args":{"count":4,"data_type":"x","Task Type":"y","Task Id":1}}]' >other.json
is "$(tr-events -p other.json | tail -1 | cut -f1):$(kind other.json)" "chrome:1 1 io read;" "an event with a category is not one"
done_testing
