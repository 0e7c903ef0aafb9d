#!/usr/bin/env bash
# The metrics of results, bandwidths, shares and links: by hand, on the sample, and against tests/oracle_more.py.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
"$P/events" -q "$sample" >s.tr
printf '## tr 1\nM\t.\t.\t.\t.\t.\tcard\tversion\tvalue=1\n' >card.tr
core="coll_bytes coll_call_num comm_fraction comm_overhead comm_overlap comm_time dominant_kernel exposed_comm_time gpu_busy kernel_time step_time"
on_sample="bubble coll_bandwidth comm_by_group exposed_memcpy load_imbalance memcpy_bandwidth memory_bound_fraction moe_fraction sm_coverage throughput_tokens_sec"
elsewhere="burst_duration burst_intensity bw_usage e2e_latency flop_rate hbm_bandwidth hockney itl nvlink_avg nvlink_peak nvlink_total output_throughput phase_bandwidth request_throughput total_token_throughput tpot tpot_trace ttft ttft_trace"
is "$(cd "$P" && grep -ls '^# unit:' * | tr '\n' ' ')" "$(tr ' ' '\n' <<<"$core $on_sample $elsewhere" | sort | tr '\n' ' ')" "every metric is tested here or in 70-pipelines.t"
for m in $on_sample $elsewhere; do
	run "$P/$m" -h
	like "$rc:$out" "^0:$m: .*unit: .*n: " "$m -h: definition, unit, n"
	is "$(grep -cvE '^(#|$)' "$P/$m" | awk '$1 > 15')" "" "$m: fifteen lines at most"
	run "$P/$m" s.tr
	[[ " $on_sample " == *" $m "* ]] && want=0 || want=3
	is "$rc:$(awk -F'\t' '!/^#/ && (NF != 8 || $5 == "")' <<<"$out")" "$want:" "$m: on the sample status $want; eight columns, none empty"
	run "$P/$m" card.tr
	is "$rc:$(records <<<"$out" | cut -f5 | sort -u)" "3:." "$m: no evidence: status 3 and no number"
	like "$(records <<<"$out" | cut -f8 | sort -u)" "^no " "$m: and why"
done
v() { records "$2" >/dev/null 2>&1; "$P/$1" "$2" 2>/dev/null | records | awk -F'\t' -v s="${3-all}" -v t="${4-total}" '$3 == s && $4 == t { print $5 }'; }
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
done >edge.tr
is "$(v comm_fraction edge.tr rank=0 mean) $(v comm_fraction edge.tr rank=0)" "50.000000 50.000000" "comm_fraction: 50 %, each step and in all"
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
{ sed '/card/d' c.tr; printf 'X\t5000000\t5000000\t0\t1\t1\tuser_annotation\tprefill\nX\t10000000\t30000000\t0\t1\t1\tuser_annotation\tdecode\n'; } >ph.tr
is "$(v phase_bandwidth ph.tr dev=0,name=tx,phase=prefill) $(v phase_bandwidth ph.tr dev=0,name=tx,phase=decode)" "40.000000 3.333333" "phase_bandwidth"
for n in prefill 'execute_context_1(888)_generation_0(0)'; do printf 'X\t0\t2000000\t0\t1\t1\tuser_annotation\t%s\n' "$n"; done >tt.tr
for n in decode 'execute_context_0(0)_generation_4(4)' 'execute_context_1(8)_generation_4(4)'; do printf 'X\t0\t3000000\t0\t1\t1\tuser_annotation\t%s\n' "$n"; done >>tt.tr
is "$("$P/ttft_trace" tt.tr | sed -n 2p | cut -f5,7) $("$P/tpot_trace" tt.tr | sed -n 2p | cut -f5,7)" "2.000000${T}2 3.000000${T}2" "ttft_trace, tpot_trace: vLLM's and plain names, mixed steps apart"
{ printf 'M\t.\t.\t.\t.\t.\tcard\tworkload.data.%s\tvalue=%s\n' batch_size 4 seq_len 100; cat edge.tr; } >tk.tr
is "$(v throughput_tokens_sec tk.tr)" "571428.571429" "throughput_tokens_sec: 400 tokens in 0.7 ms"
printf 'X\t0\t100\t0\t0\t.\tkernel\tf\tbytes_accessed=500\tmodel_flops=7\nX\t50\t100\t0\t0\t.\tkernel\tg\tbytes_accessed=100\tmodel_flops=8\nX\t0\t150\t0\t0\t.\txla_module\tm\tbytes_accessed=999\n' >x.tr
is "$(v hbm_bandwidth x.tr rank=0,dev=0) $(v flop_rate x.tr rank=0,dev=0)" "4.000000 100000000" "hbm_bandwidth, flop_rate: ops only, over their union"
{ k 0 100 kernel a x=1; k 0 50 kernel b x=1 | sed 's/^\(X\t0\t50\t\)0/\11/'; } >li.tr
is "$(v load_imbalance li.tr)" 2.000000 "load_imbalance"
# the oracle
oracle() { # DIR STREAM METRIC...
	local dir=$1 s=$2 m
	shift 2
	for m; do
		python3 "$tests/oracle_more.py" "$m" "$dir" | sort >want
		"$P/$m" "$s" 2>/dev/null | records | awk -F'\t' '$5 != "."' | cut -f2-7 | sort >got
		python3 - "$m" <<'Q'
import sys
def read(f): return {tuple(l.rstrip("\n").split("\t")[i] for i in (1, 2)): l.rstrip("\n").split("\t")[3:] for l in open(f)}
w, g = read("want"), read("got"); bad = []
for k in w:
    if k not in g: bad.append(("missing", k)); continue
    a, b = float(w[k][0]), float(g[k][0])
    if abs(a - b) > 2e-6 * max(1e-3, abs(a)) or w[k][1:] != g[k][1:]: bad.append((k, w[k], g[k]))
open("diff", "w").write("" if w and not bad else repr(bad[:4] or "nothing to compare"))
Q
		[[ -s diff ]] && fail "$(basename "$dir"): $m" "$(cat diff)" || pass "$(basename "$dir"): $m: $(wc -l <want) values as the oracle's"
	done
}
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: values are compared with the oracle on the plain one"; done_testing; exit; }
oracle "$sample" s.tr bubble coll_bandwidth comm_by_group exposed_memcpy load_imbalance memcpy_bandwidth sm_coverage throughput_tokens_sec
if [[ ! -d $shared/traces ]]; then
	skip "no traces beside the repository"
	done_testing
	exit
fi
L=$shared/traces
for run in llama8b16l-torch-tp4-batch4-h100 llama1b-torch-fsdp2-tp2-batch4-h100 ddp4-straggler-rank2-h100; do
	"$P/events" -q "$L/$run" >"$run.tr" 2>/dev/null
	oracle "$L/$run" "$run.tr" bubble coll_bandwidth comm_by_group load_imbalance sm_coverage $([[ $run == ddp* ]] || echo exposed_memcpy memcpy_bandwidth)
done
oracle "$L/llama8b16l-torch-tp4-batch4-h100" llama8b16l-torch-tp4-batch4-h100.tr hockney ttft tpot itl e2e_latency request_throughput output_throughput total_token_throughput throughput_tokens_sec ttft_trace tpot_trace nvlink_total nvlink_avg nvlink_peak burst_intensity burst_duration
"$P/events" -q "$L/nvlink-bursts-4-h100" >bursts.tr 2>/dev/null
oracle "$L/nvlink-bursts-4-h100" bursts.tr nvlink_total nvlink_avg nvlink_peak burst_intensity burst_duration
"$P/events" -q "$L/offload-jax-tpu-4chip" >tpu.tr 2>/dev/null
oracle "$L/offload-jax-tpu-4chip" tpu.tr hbm_bandwidth flop_rate
l8=llama8b16l-torch-tp4-batch4-h100.tr
is "$(v ttft $l8 all mean) $(v ttft $l8 all p99) $(v tpot $l8 all mean) $(v tpot $l8 all p99)" "20.222900 24.383255 21.414919 71.022504" "llama8b: ttft 20.2229 and 24.3833 ms, tpot 21.4149 and 71.0225 ms"
is "$(v request_throughput $l8) $(v output_throughput $l8) $(v total_token_throughput $l8)" "2.920627 186.920109 3177.641853" "llama8b: 2.92063 requests/s, 186.920 and 3,177.64 tok/s"
is "$(v nvlink_total $l8 dev=0,name=tx)" 19.349634048 "llama8b: GPU 0 sends 19.349634048 GB"
peak=$(BUCKET=50ms v nvlink_peak bursts.tr dev=0,name=tx)
is "$(awk -v p="$peak" 'BEGIN { print (p > 356 * 0.9 && p < 356 * 1.1) ? "fine" : p }')" fine "bursts: peak within 10 % of 356 GB/s in buckets of 50 ms"
is "$(awk -v i="$(v burst_intensity bursts.tr dev=0,name=tx)" -v p="$(v nvlink_peak bursts.tr dev=0,name=tx)" -v a="$(v nvlink_avg bursts.tr dev=0,name=tx)" 'BEGIN { d = i - p / a; print (d < 1e-4 && d > -1e-4) ? "fine" : d }')" fine "bursts: intensity is peak over average"
done_testing
