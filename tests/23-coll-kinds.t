#!/usr/bin/env bash
# What a rule gives in addition to the kind of a collective: that a kernel ends a call which another one began, and that
# it computes, too. Expected values: by hand from the times below.
. "${0%/*}/lib.sh"
export PATH=$top/pipelines:$PATH
v() { "$1" "$2" 2>/dev/null | awk -F'\t' -v s="$3" -v t="${4-total}" '$3 == s && $4 == t { print $5 }'; }
kernel() { echo "{\"ph\":\"X\",\"cat\":\"kernel\",\"name\":\"$1\",\"pid\":0,\"tid\":7,\"ts\":$2,\"dur\":$3},"; }
trace() { echo '{"schemaVersion":1,"deviceProperties":[],"distributedInfo":{"rank":0},"traceEvents":['; cat; echo '{}]}'; }
mn='void flashinfer::trtllm_mnnvl_allreduce'

# Two all-reduces in two halves, 60 + 20 us and 50 + 30 us, and 100 us of computation: 160 us, 2 calls
{
	kernel "${mn}::twoshotAllreduceKernel<(unsigned char)2, __nv_bfloat16, true>(Params)" 100 60
	kernel "${mn}::rmsNormLamport<__nv_bfloat16, (flashinfer::QuantType)0, true, 8>(Params)" 160 20
	kernel gemm 180 100
	kernel "void tensorrt_llm::kernels::mnnvl::twoshot_allreduce_kernel<8, float>(float*)" 280 50
	kernel "void tensorrt_llm::kernels::mnnvl::RMSNorm<7168, 128, 1, float, float>(float*)" 330 30
} | trace >halves.json
tr-events halves.json >halves.tr
is "$(records halves.tr | grep -c 'coll=allreduce')" 4 "the halves of an all-reduce are communication"
is "$(records halves.tr | grep -c 'async=done')" 2 "the second halves are marked"
is "$(v coll_call_num halves.tr rank=0)" 2 "two halves are one call: coll_call_num"
is "$(v comm_by_group halves.tr rank=0,group=.,coll=allreduce calls)" 2 "two halves are one call: comm_by_group"
is "$(v comm_time halves.tr rank=0)" 0.000160000 "the time of both halves is communication"
is "$(v exposed_comm_time halves.tr rank=0)" 0.000160000 "and no computation"
# pplx' kernels: what sends and what receives
{
	kernel 'void (anonymous namespace)::dispatchKernel<16u, true, false>(int*)' 10 5
	kernel 'void (anonymous namespace)::dispatchKernel<16u, false, true>(int*)' 20 5
	kernel 'void (anonymous namespace)::dispatchKernel<16u, true, true>(int*)' 30 5
	kernel a2a_combine_send_kernel 40 5
	kernel a2a_combine_recv_kernel 50 5
} | trace >moe.json
is "$(tr-events moe.json | tr-select -o coll,async 'cat == "kernel"' | records | tr '\n\t' ';:')" \
	"alltoall:.;alltoall:done;alltoall:.;alltoall:.;alltoall:done;" "a call that is sent and received in two kernels"

# A matrix product with its all-reduce, 100 us, next to 50 us of computation and 30 us of communication alone
{
	kernel MatmulAllReduce_11000000000000000001 100 100
	kernel MatMulV2 200 50
	kernel hcom_allReduce_ 250 30
} | trace >fused.json
tr-events fused.json >fused.tr
is "$(tr-select -o name,coll,fused 'cat == "kernel"' fused.tr | records | tr '\n\t' ';:')" \
	"MatmulAllReduce_11000000000000000001:allreduce:compute;MatMulV2:.:.;hcom_allReduce_:allreduce:.;" "a fused kernel is marked"
is "$(v comm_time fused.tr rank=0)" 0.000130000 "a fused kernel communicates"
is "$(v exposed_comm_time fused.tr rank=0)" 0.000030000 "and computes meanwhile"
is "$(v comm_overlap fused.tr rank=0)" 76.923077 "so that 100 of 130 us are hidden"
is "$(v bubble fused.tr rank=0)" 16.666667 "30 of 180 us compute nothing"
is "$(v coll_call_num fused.tr rank=0)" 2 "and it is a call"

# A file of one's own has the same kinds of rules.
printf 'done broadcast ^my_tail\nfused reduce ^my_fused\n' >my.rules
{ kernel my_tail 10 5; kernel my_fused 20 5; } | trace >my.json
is "$(tr-events -R my.rules my.json | tr-select -o coll,async,fused 'cat == "kernel"' | records | tr '\n\t' ';:')" \
	"broadcast:done:.;reduce:.:compute;" "-R with done and fused"
is "$(tr-events -R my.rules -e my_tail | records | cut -f1)" broadcast "-e knows them"
printf 'done nothing x\n' >my.rules
run tr-events -R my.rules -e x
like "$rc:$err" "^2:tr-events: my.rules:1: unknown collective: 'nothing'" "an unknown kind of collective"

# XLA's categories: each goes before the op's name.
hlo() { # CATEGORY NAME
	printf '%s\n' '{"displayTimeUnit":"ns","metadata":{"highres-ticks":true},"traceEvents":[
{"ph":"M","pid":3,"name":"process_name","args":{"name":"/device:TPU:0"}},
{"ph":"M","pid":3,"tid":3,"name":"thread_name","args":{"name":"XLA Ops"}},
{"ph":"X","pid":3,"tid":3,"ts":1,"dur":5,"name":"'"$2"'","args":{"hlo_category":"'"$1"'"}}]}' |
		tr-events | tr-select -o coll,fused 'ph == "X"' | records | tr '\t' ' '
}
is "$(hlo 'all-reduce-scatter fusion' fusion.3)" "reducescatter ." "all-reduce-scatter fusion: a reduce-scatter"
is "$(hlo all-reduce-scatter all-reduce-scatter.7)" "reducescatter ." "and without a fusion"
is "$(hlo 'all-reduce fusion' fusion.9)" "allreduce ." "all-reduce fusion: an all-reduce"
is "$(hlo 'reduce-scatter fusion' fusion.9)" "reducescatter ." "reduce-scatter fusion"
is "$(hlo async-collective-fusion async_collective_fusion.3)" "other compute" "a fusion that computes during a collective"
is "$(hlo 'loop fusion' all-gather_fusion.2)" ". ." "what the category says goes before the name"
done_testing
