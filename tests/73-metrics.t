#!/usr/bin/env bash
# The metrics of results, bandwidths, shares and links: values by hand, on the sample, and against tests/oracle.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
cp "$(stream sample)" s.tr
printf '## tr 1\nM\t.\t.\t.\t.\t.\tcard\tversion\tvalue=1\n' >card.tr
core="coll_bytes coll_call_num comm_fraction comm_overhead comm_overlap comm_time dominant_kernel exposed_comm_time gpu_busy kernel_time step_time"
on_sample="wait_by_group breakdown clock_offset straggler bubble coll_bandwidth comm_by_group exposed_memcpy load_imbalance memcpy_bandwidth memory_bound_fraction mfu moe_fraction nvlink_check sm_coverage throughput_tokens_sec"
elsewhere="imbalance pipeline_bubble what_if burst_duration burst_intensity bw_usage e2e_latency eplb failed_requests flop_rate hbm_bandwidth hockney itl nvlink_avg nvlink_peak nvlink_total output_throughput phase_bandwidth request_throughput total_token_throughput tpot tpot_trace ttft ttft_trace"
alike "$(cd "$P" && grep -ls '^# unit:' * | tr '\n' ' ')" "$(tr ' ' '\n' <<<"$core $on_sample $elsewhere" | sort | tr '\n' ' ')" "every metric is tested here, in 70-pipelines, or in 46 to 48.t"
stages_of s.d "$PWD/s.tr"
stages_of card.d "$PWD/card.tr"
for m in $on_sample $elsewhere; do
	run "$P/$m" -h
	like "$rc:$out" "^0:usage: $m \[STREAM\|DIR\]"$'\n'"$m: .*unit: .*n: " "$m -h: usage, definition, unit, n"
	is "$(grep -cvE '^(#|$)' "$P/$m" | awk '$1 > 15')" "" "$m: fifteen lines at most"
	run kept_metric s.d "$m"
	[[ " $on_sample " == *" $m "* ]] && want=0 || want=3
	is "$rc:$(records <<<"$out" | some | awk -F'\t' 'NF != 8 || $5 == ""')" "$want:" "$m: on the sample status $want; eight columns, none empty"
	run kept_metric card.d "$m"
	is "$rc:$(records <<<"$out" | cut -f5 | sort -u)" "3:." "$m: no evidence: status 3 and no number"
	like "$(records <<<"$out" | cut -f8 | sort -u)" "^no " "$m: and why"
done
v() { metric_of "$1" "$2" 2>/dev/null | awk -F'\t' -v s="${3-all}" -v t="${4-total}" '$3 == s && $4 == t { print $5 }'; }
# by hand
k() { printf 'X\t%s\t%s\t0\t0\t7\t%s\t%s\t%s\n' "$@"; }
{ k 0 400 kernel gemm blocks_per_SM=2; k 400 400 kernel nccl "coll=allreduce${T}bytes=1000${T}nranks=4${T}pg=tp"; k 900 100 kernel fused_moe_kernel blocks_per_SM=0.5; k 780 70 gpu_memcpy "Memcpy HtoD" bytes=140; } >h.tr
is "$(v bubble h.tr rank=0)" 50.000000 "bubble: 500 of 1000 ns without computing"
is "$(v exposed_memcpy h.tr rank=0)" 5.000000 "exposed_memcpy: 50 of 1000 ns"
is "$(v memcpy_bandwidth h.tr 'rank=0,name=Memcpy HtoD')" 2.000000 "memcpy_bandwidth"
is "$(v coll_bandwidth h.tr rank=0,coll=allreduce,size=512 algbw) $(v coll_bandwidth h.tr rank=0,coll=allreduce,size=512 busbw)" "2.500000 3.750000" "coll_bandwidth: 1000 bytes in 400 ns among 4"
is "$(v moe_fraction h.tr rank=0)" 11.111111 "moe_fraction: 100 of 900 ns"
is "$(v sm_coverage h.tr rank=0)" 90.000000 "sm_coverage: (400 x 1 + 100 x 0.5) / 500"
is "$(v comm_by_group h.tr rank=0,group=tp,coll=allreduce) $(v comm_by_group h.tr rank=0,group=tp,coll=allreduce bytes)" "0.000000400 1000" "comm_by_group"
{ k 0 10 kernel nccl "coll=allgather${T}bytes=100"; k 50 20 kernel nccl "coll=allgather${T}bytes=200"; k 90 30 kernel nccl "coll=allgather${T}bytes=300"; } >hk.tr
is "$(v hockney hk.tr rank=0,coll=allgather alpha) $(v hockney hk.tr rank=0,coll=allgather beta) $(v hockney hk.tr rank=0,coll=allgather residual)" "0.000000000 0.000000000100000000 0.000000000" "hockney: 0.1 ns a byte, no latency"
is "$("$P/coll_bandwidth" <(k 0 9 kernel nccl coll=other) | records | cut -f5,8 | sort -u)" ".${T}no message sizes" "coll_bandwidth: sizes unknown: '.', never 0"
# a well-known tool counts a collective that crosses each step's edge in both: 66.7 % where half is right
for i in 0 1 2 3; do
	printf 'X\t%s\t700000\t0\t1\t1\tuser_annotation\tProfilerStep#%s\n' $((i * 800000)) $i
	printf 'X\t%s\t5\t0\t1\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=%s\nX\t%s\t5\t0\t1\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=%s\n' $((i * 800000 + 10)) $((i * 2 + 1)) $((i * 800000 + 20)) $((i * 2 + 2))
	printf 'X\t%s\t400000\t0\t0\t7\tkernel\tgemm\tcorrelation=%s\nX\t%s\t400000\t0\t0\t8\tkernel\tnccl\tcoll=allreduce\tcorrelation=%s\n' $((i * 800000 + 100000)) $((i * 2 + 1)) $((i * 800000 + 500000)) $((i * 2 + 2))
done | named >edge.tr
is "$(v comm_fraction edge.tr rank=0 mean) $(v comm_fraction edge.tr rank=0)" "50.000000 50.000000" "comm_fraction: 50 %, each step and in all"
for bad in "BURST=abc burst_duration" "PEAK=-1 bw_usage" "FLOPS=-1 mfu" "NRANKS=1.5 nvlink_check" "BUCKET=0 nvlink_peak" "GAP=x nvlink_check" "BUCKET=0.5 nvlink_peak"; do
	run env "${bad% *}" "$P/${bad#* }" s.tr
	like "$rc:$err" "^2:${bad#* }: ${bad% *}: not a (number|length of time)" "$bad: refused"
done
# requests
q() { printf 'X\t.\t%s\t.\t.\t.\trequest\trequest\tttft_ns=%s\titls_ns=%s\t%s\n' "$@"; }
{ q 40000000 10000000 '[20000000,10000000]' tpot_ns=15000000; q 30000000 30000000 '[]' x=1; printf 'X\t.\t.\t.\t.\t.\trequest\trequest\terror=bad\n'; printf 'M\t.\t.\t.\t.\t.\tbench\tsummary\tduration=2\tcompleted=2\ttotal_input_tokens=10\ttotal_output_tokens=4\n'; } >q.tr
is "$(v ttft q.tr all mean) $(v ttft q.tr all p50) $(v itl q.tr all max) $(v e2e_latency q.tr all mean)" "20.000000 20.000000 20.000000 35.000000" "ttft, itl, e2e_latency; failed requests are left out"
is "$("$P/tpot" q.tr | sed -n 2p | cut -f5,7,8)" "15.000000${T}1${T}no further tokens on 1 of 2 requests" "tpot: requests of one token are left out and counted"
is "$(v request_throughput q.tr) $(v output_throughput q.tr) $(v total_token_throughput q.tr)" "1.000000 2.000000 7.000000" "throughputs"
# counters: 100 bytes in the first 10 ms, 10 in the next 30
C() { printf 'C\t%s\t.\t.\t0\tnvlink.%s\tcounter\tnvlink_%s_bytes\tvalue=%s\n' "$@"; }
{ C 0 tx tx 0; C 10000000 tx tx 400000000; C 40000000 tx tx 500000000; C 0 rx rx 0; C 40000000 rx rx 0; printf 'M\t.\t.\t.\t.\t.\tcard\tworkload.hardware.network_topo.bandwidth_gbps[1]\tvalue=400\n'; } >c.tr
sed -n '/card/p' c.tr >c2.tr; sed '/card/d' c.tr >>c2.tr
is "$(v nvlink_total c2.tr dev=0,name=tx) $(v nvlink_avg c2.tr dev=0,name=tx) $(v nvlink_peak c2.tr dev=0,name=tx)" "0.500000000 12.500000 40.000000" "nvlink_total, avg, peak"
is "$(v burst_intensity c2.tr dev=0,name=tx) $(v burst_duration c2.tr dev=0,name=tx) $(BURST=50 v burst_duration c2.tr dev=0,name=tx)" "3.200000 0.010000000 0.000000000" "burst_intensity is peak / average; burst_duration by its threshold"
is "$(BUCKET=20ms v nvlink_peak c2.tr dev=0,name=tx) $(v nvlink_total c2.tr dev=0,name=both)" "21.666667 0.500000000" "another bucket; both directions"
is "$(v bw_usage c2.tr dev=0,name=tx) $(v bw_usage c2.tr dev=0,name=both) $(PEAK=50 v bw_usage c2.tr dev=0,name=tx)" "25.000000 12.500000 50.000000" "bw_usage: 50 GB/s a direction by the card, or PEAK"
printf 'X\t.\t%s\t%s\t.\t.\ttiming_step\titeration\tn=%s\n' 1000000000 0 0 3000000000 0 1 2000000000 1 0 3000000000 1 1 >ts.tr
is "$("$P/step_time" ts.tr | records | awk -F'\t' '$4 == "mean" { print $3, $5, $7, $8 }')" "rank=0 2.000000000 2 by timing_stats
rank=1 2.500000000 2 by timing_stats
all 2.500000000 2 by timing_stats" "step_time: no steps in a trace: by timing_stats, which is reported"
is "$({ cat ts.tr; printf 'X\t0\t7000000000\t0\t1\t1\tuser_annotation\tProfilerStep#1\n' | named; } | "$P/step_time" | records | awk -F'\t' '$3 == "rank=0" && $4 == "mean" { print $5, $8 }')" "7.000000000 ." "step_time: the trace's steps come first"
{ sed '/card/d' c.tr; printf 'X\t5000000\t5000000\t0\t1\t1\tuser_annotation\tprefill\nX\t10000000\t30000000\t0\t1\t1\tuser_annotation\tdecode\n'; } | named | busy >ph.tr
is "$(v phase_bandwidth ph.tr dev=0,name=tx,phase=prefill) $(v phase_bandwidth ph.tr dev=0,name=tx,phase=decode)" "40.000000 3.333333" "phase_bandwidth"
for n in prefill 'execute_context_1(888)_generation_0(0)'; do printf 'X\t0\t2000000\t0\t1\t1\tuser_annotation\t%s\n' "$n"; done | named >tt.tr
for n in decode 'execute_context_0(0)_generation_4(4)' 'execute_context_1(8)_generation_4(4)'; do printf 'X\t0\t3000000\t0\t1\t1\tuser_annotation\t%s\n' "$n"; done | named >>tt.tr
is "$("$P/ttft_trace" tt.tr | sed -n 2p | cut -f5,7) $("$P/tpot_trace" tt.tr | sed -n 2p | cut -f5,7)" "2.000000${T}2 3.000000${T}2" "ttft_trace, tpot_trace: vLLM's and plain names, mixed steps apart"
{ printf 'M\t.\t.\t.\t.\t.\tcard\tworkload.data.%s\tvalue=%s\n' batch_size 4 seq_len 100; cat edge.tr; } >tk.tr
is "$(v throughput_tokens_sec tk.tr)" "571428.571429" "throughput_tokens_sec: 400 tokens in 0.7 ms"
printf 'X\t0\t100\t0\t0\t.\tkernel\tf\tbytes_accessed=500\tmodel_flops=7\nX\t50\t100\t0\t0\t.\tkernel\tg\tbytes_accessed=100\tmodel_flops=8\nX\t0\t150\t0\t0\t.\txla_module\tm\tbytes_accessed=999\n' >x.tr
is "$(v hbm_bandwidth x.tr rank=0,dev=0) $(v flop_rate x.tr rank=0,dev=0)" "4.000000 100000000" "hbm_bandwidth, flop_rate: ops only, over their union"
{ k 0 100 kernel a x=1; k 0 50 kernel b x=1 | sed 's/^\(X\t0\t50\t\)0/\11/'; } >li.tr
is "$(v load_imbalance li.tr)" 2.000000 "load_imbalance"
# mfu: 100 parameters but 20 of the embedding, 2 layers, 1 head of 4; 8 tokens of 10: training 6 x 80 + 12 x 2 x 1 x 4 x 10
facts() { # PHASE PRECISION KEY=VALUE...
	local kv
	for kv in workload.model.phase=$1 workload.model.precision=$2 workload.model.model_arch.{num_params=100,num_params_embedding=20,num_layers=2,num_heads=1,head_dim=4} workload.data.{batch_size=2,seq_len=4,input_len=10,output_len=4} workload.hardware.xpu_spec.{total_count=2,model=nvidia_h100} "${@:3}"; do
		printf 'M\t.\t.\t.\t.\t.\tcard\t%s\tvalue=%s\n' "${kv%%=*}" "${kv#*=}"
	done
}
gpu() { printf 'M\t.\t.\t0\t.\t.\ttrace\tdeviceProperties\tid=0\tname=%s\n' "$1"; }
step() { printf 'X\t%s\t%s\t%s\t1\t1\tuser_annotation\t%s\n' "$@" | named; }
{ facts training bf16; step 0 1000000000 0 ProfilerStep#1; step 0 2000000000 1 ProfilerStep#1; } >mfu.tr
is "$(FLOPS=3456 v mfu mfu.tr phase=training)" 50.000000 "mfu, training: 8 x (480 + 384) FLOPs in 2 s (the slowest rank's) of 2 x 3456"
{ facts inference bf16; step 0 1000000000 0 prefill; step 1000000000 1000000000 0 decode; step 2000000000 1000000000 0 decode; } | busy >mfu.tr
is "$(FLOPS=4800 v mfu mfu.tr phase=prefill) $(FLOPS=4800 v mfu mfu.tr phase=decode)" "100.000000 11.333333" "mfu, inference: 20 x (160 + 320) and 2 x (160 + 384) FLOPs of 2 x 4800"
{ facts inference bf16; step 0 1000000000 0 'execute_context_1(15)_generation_0(0)'; step 1000000000 1000000000 0 'execute_context_0(0)_generation_3(3)'; step 2000000000 1000000000 0 'execute_context_1(2)_generation_3(3)'; } | busy >mfu.tr
is "$(FLOPS=4800 v mfu mfu.tr phase=prefill) $(FLOPS=4800 v mfu mfu.tr phase=decode) $(FLOPS=4800 v mfu mfu.tr phase=mixed)" "75.000000 17.000000 ." "mfu: vLLM's own counts of tokens; mixed steps are unknown"
{ facts inference bf16; step 0 9000000000 0 ProfilerStep#1; step 0 9000000000 1 ProfilerStep#1; step 5000000000 1000000000 0 decode; step 0 1000000000 0 prefill; step 0 2000000000 1 prefill; step 5000000000 1000000000 1 decode; } | busy >mfu.tr
is "$(FLOPS=4800 v mfu mfu.tr phase=prefill) $(FLOPS=4800 v mfu mfu.tr phase=decode)" "50.000000 11.333333" "mfu, inference: its own ranges count before ProfilerStep, in any order; a step is its slowest rank's"
{ facts training bf16 Model-executor.model_plan_parallelization.dp_shard=2 Model-executor.model_plan_parallelization.dp_replicate=3; step 0 2000000000 0 ProfilerStep#1; } >mfu.tr
is "$(FLOPS=3456 v mfu mfu.tr phase=training)" 300.000000 "mfu: batch_size is that of each of 2 x 3 data-parallel ranks"
mfu_why() { { facts "$@"; [[ -z $on ]] || gpu "$on"; step 0 1000 0 ProfilerStep#1; } | "$P/mfu" | records | cut -f5,8; }
on=
is "$(mfu_why training bf16)" ".${T}no peak known for nvidia_h100 (peaks.tsv, or FLOPS)" "mfu: an H100 alone may be one of three"
on="NVIDIA H100 80GB HBM3"
is "$(mfu_why training int3)" ".${T}no peak known for $on with precision int3 (peaks.tsv, or FLOPS)" "mfu: a precision that the table lacks"
is "$(mfu_why training bf16 workload.model.moe=true)" ".${T}the card lacks workload.model.model_arch.num_params_active" "mfu: an MoE without its active parameters"
alike "$(mfu_why training bf16 workload.model.moe=true workload.model.model_arch.num_params_active=100 | cut -f1)" "$(mfu_why training bf16 | cut -f1)" "mfu: active parameters count"
is "$(mfu_why training bf16 workload.model.model_arch.num_layers=.)" ".${T}the card lacks workload.model.model_arch.num_layers" "mfu: a key that is empty"
is "$(mfu_why inference bf16)" ".${T}no step of training, prefill or decode alone" "mfu: steps of inference that are neither"
# each device of the table: its name as a trace gives it, by the data sheet
while IFS='|' read -r device precision want; do
	{ facts training "$precision" workload.hardware.xpu_spec.total_count=1; gpu "$device"; step 0 1000000000 0 ProfilerStep#1; } | "$P/stages/step_flops" >peak
	is "$(records peak | sed 's/.*capacity=//')" "$want" "peak of $device, $precision"
done <<'E'
NVIDIA A100-SXM4-40GB|bf16|312000000000000
NVIDIA A100 80GB PCIe|fp16|312000000000000
NVIDIA H100 80GB HBM3|bfloat16|989500000000000
NVIDIA H100 80GB HBM3|fp8|1979000000000000
NVIDIA H100 PCIe|bf16|756500000000000
NVIDIA H100 NVL|bf16|835500000000000
NVIDIA H200|fp8_e4m3|1979000000000000
NVIDIA B200|bf16|2250000000000000
NVIDIA GB200|fp8|5000000000000000
AMD Instinct MI250X|bf16|191500000000000
AMD Instinct MI300X|bf16|1307400000000000
TPU v4|bf16|275000000000000
TPU v5 lite|bf16|197000000000000
TPU v5e|bf16|197000000000000
TPU v5p|bf16|459000000000000
TPU v6e|bf16|918000000000000
E
is "$(awk -F'\t' '!/^#/ && (NF != 4 || $3 !~ /^[0-9]+$/ || length($4) < 15)' "$P/tables/peaks.tsv")" "" "peaks.tsv: each peak has its source"
# nvlink_check: 1000 bytes among 4 are 1500 on the links; small messages doubled; 7 bytes outside
{ k 100000000 1000 kernel nccl "coll=allreduce${T}bytes=1000${T}nranks=4"; k 300000000 1000 kernel nccl "coll=allgather${T}bytes=64${T}nranks=4"; k 300002000 1000 kernel nccl "coll=allgather${T}bytes=64${T}nranks=4"; k 500000000 1000 kernel nccl coll=allreduce; for x in tx rx; do C 0 $x $x 0; C 70000000 $x $x 7; C 99000000 $x $x 7; C 103000000 $x $x 1507; C 280000000 $x $x 1507; C 310000000 $x $x 1699; C 600000000 $x $x 1699; done; } >nc.tr
is "$(v nvlink_check nc.tr dev=0,from=512,to=512 tx) $(v nvlink_check nc.tr dev=0,from=64,to=64 rx)" "1.000000 2.000000" "nvlink_check: by size class"
is "$(v nvlink_check nc.tr dev=0,from=.,to=. counted_tx)" 0.000000007 "nvlink_check: what lies outside"
is "$("$P/nvlink_check" nc.tr | records | some | awk -F'\t' 'NF < 8 || $3 == "dev=0,from=.,to=." && $4 ~ /^(tx|implied)/')" "" "nvlink_check: no ratio for messages without a size"
is "$({ cat nc.tr; k 100000000 1000 kernel nccl "coll=allreduce${T}bytes=1000${T}nranks=4" | sed 's/^\(X\t[0-9]*\t[0-9]*\t\)0/\11/'; } | "$P/nvlink_check" | records | awk -F'\t' '$3 == "dev=0,from=512,to=512" && $4 == "tx" { print $5 }')" "." "nvlink_check: two ranks that call their device 0: unknown"
for g in 400ms 40ms; do GAP=$g "$P/nvlink_check" nc.tr | records | cut -f3 | sort -u | wc -l; done >gaps
is "$(tr '\n' ' ' <gaps)" "1 3 " "nvlink_check: GAP"
# eplb: 20, 60 and 40 tokens
printf 'C\t%s\t.\t0\t1\t.\tcounter\ttokens_per_expert\t%s\n' 5 "0=10${T}1=30" 7 "0=10${T}1=30${T}2=40" >ep.tr
is "$(v eplb ep.tr all share) $(v eplb ep.tr all cv) $(v eplb ep.tr all max_min) $(v eplb ep.tr all entropy)" "0.500000 0.408248 3.000000 0.920620" "eplb"
printf 'C\t5\t.\t0\t1\t.\tcounter\ttokens_per_expert\t0=14.0\t1=7\t2=3\n' >ep.tr
is "$(v eplb ep.tr all share)" 0.583333 "eplb: 14.0 is a whole number"
printf 'C\t5\t.\t0\t1\t.\tcounter\ttokens_per_expert\t0=0\t1=0\n' >ep.tr
is "$("$P/eplb" ep.tr | records | cut -f5 | sort -u) $(printf 'C\t5\t.\t0\t1\t.\tcounter\ttokens_per_expert\t0=9\n' | "$P/eplb" | records | awk -F'\t' '$4 == "entropy" { print $5 }')" ". ." "eplb: no tokens, or one expert: unknown, not 0"
is "$(sed 's/^\(X\t[^\t]*\t[^\t]*\t\)0/\12/' ph.tr | "$P/phase_bandwidth" | records | awk -F'\t' '$3 == "dev=0,name=tx,phase=prefill" { print $5 }')" 40.000000 "phase_bandwidth: without rank 0, by the first there is"
printf 'X\t0\t10\t0\t0\t1\tkernel\tloop_add_fusion.7\n' >fusion.tr
run "$P/memory_bound_fraction" fusion.tr
is "$rc:$(records <<<"$out" | cut -f3-)" "3:rank=0	total	.	%	0	no known name on 1 of 1 kernels; by name" "memory_bound_fraction: names that no pattern knows are unknown, not 0"
for m in BUCKET=10 BUCKET=50us BUCKET=10ns; do
	run env $m "$P/nvlink_peak" fusion.tr
	is "$rc:$err" "2:nvlink_peak: $m: not a length of time of 100us or more, such as 10ms" "refused: $m"
done
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: values are compared with the oracle on the plain one"; done_testing; exit; }
oracle sample bubble coll_bandwidth hockney comm_by_group exposed_memcpy load_imbalance memcpy_bandwidth sm_coverage throughput_tokens_sec
if [[ ! -d $shared/traces ]]; then
	skip "no ../shared: real runs"
	done_testing
	exit
fi
L=$shared/traces
for run in llama8b16l-torch-tp4-batch4-h100 llama1b-torch-fsdp2-tp2-batch4-h100 ddp4-straggler-rank2-h100; do
	oracle $run bubble coll_bandwidth hockney comm_by_group load_imbalance sm_coverage $([[ $run == ddp* ]] || echo exposed_memcpy memcpy_bandwidth)
done
oracle llama8b16l-torch-tp4-batch4-h100 ttft tpot itl e2e_latency request_throughput output_throughput total_token_throughput failed_requests throughput_tokens_sec ttft_trace tpot_trace nvlink_total nvlink_avg nvlink_peak burst_intensity burst_duration
ln -s "$(stream nvlink-bursts-4-h100)" bursts.tr
oracle nvlink-bursts-4-h100 nvlink_total nvlink_avg nvlink_peak burst_intensity burst_duration
oracle offload-jax-tpu-4chip hbm_bandwidth flop_rate
l8=llama8b16l-torch-tp4-batch4-h100
of() { records "$(measured "$l8" "$1")" | awk -F'\t' -v s="$2" -v t="$3" '$3 == s && $4 == t { print $5 }'; }
is "$(of ttft all mean) $(of ttft all p99) $(of tpot all mean) $(of tpot all p99)" "20.222900 24.383255 21.414919 71.022504" "llama8b: ttft 20.2229 and 24.3833 ms, tpot 21.4149 and 71.0225 ms"
is "$(of request_throughput all total) $(of output_throughput all total) $(of total_token_throughput all total)" "2.920627 186.920109 3177.641853" "llama8b: 2.92063 requests/s, 186.920 and 3,177.64 tok/s"
is "$(of nvlink_total dev=0,name=tx total)" 19.349634048 "llama8b: GPU 0 sends 19.349634048 GB"
for c in 16777216:1.00 268435456:1.00 1073741824:1.00 1048576:2.00; do
	is "$(printf '%.2f' "$(NRANKS=4 v nvlink_check bursts.tr "dev=0,from=${c%:*},to=${c%:*}" tx_p50)")" "${c#*:}" "bursts: nvlink_check of ${c%:*} bytes"
done
peak=$(BUCKET=50ms v nvlink_peak bursts.tr dev=0,name=tx)
is "$(awk -v p="$peak" 'BEGIN { print (p > 356 * 0.9 && p < 356 * 1.1) ? "fine" : p }')" fine "bursts: peak within 10 % of 356 GB/s in buckets of 50 ms"
is "$(awk -v i="$(v burst_intensity bursts.tr dev=0,name=tx)" -v p="$(v nvlink_peak bursts.tr dev=0,name=tx)" -v a="$(v nvlink_avg bursts.tr dev=0,name=tx)" 'BEGIN { d = i - p / a; print (d < 1e-4 && d > -1e-4) ? "fine" : d }')" fine "bursts: intensity is peak over average"
done_testing
