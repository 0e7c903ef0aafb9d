#!/usr/bin/env bash
# Situations from the field, small: steps, phases and communication as they should be read.
. "${0%/*}/lib.sh"
P=$top/pipelines c=$tests/cases/trace T=$'\t'
v() { metric_of "$1" "$2" 2>err | awk -F'\t' -v s="$3" -v t="${4-total}" '$3 == s && $4 == t { print $5, $7 }'; }
note() { metric_of "$1" "$2" 2>err | awk -F'\t' '!/^#/ { print $8 }' | sort -u; }
run_of() { "$P/events" -q "$c/$1" >run.tr 2>err || true; }

run_of step_on_two_threads.pt.trace.json
is "$(v step_time run.tr rank=0 mean) $(v comm_time run.tr rank=0 mean)" "0.000500000 2 0.000100000 2" "a step on two threads is one step: 2 steps, half the communication in each"
is "$(v coll_call_num run.tr rank=0 mean)" "1 2" "one call per step"
run_of tpu_async.trace.json
is "$(v comm_time run.tr rank=.):$(v comm_overlap run.tr rank=.):$(v exposed_comm_time run.tr rank=.):$(v step_time run.tr rank=. mean)" \
	"0.000101000 3:98.019802 3:0.000002000 3:0.000200000 1" "TPU: a collective in flight communicates, and computation hides it"
is "$(v coll_call_num run.tr rank=.) $(v kernel_time run.tr rank=.)" "1 1 0.000151000 4" "start, flight and done are one call; a flight is no kernel"
run_of sparsecore.trace.json
is "$(v comm_time run.tr rank=.,dev=0) $(v comm_overlap run.tr rank=.,dev=0) $(v comm_time run.tr rank=.,dev=1)" "0.000050000 1 100.000000 1 0.000000000 0" "TPU: an all-reduce on a SparseCore; the other device's 0 is earned"
is "$(v coll_call_num run.tr rank=.,dev=0)" "1 1" "which is one call"
run_of device_only.pt.trace.json
is "$(v step_time run.tr rank=0 mean)" "0.000400000 2" "steps that only the device has"
is "$(note ttft_trace run.tr)" "steps on the device, but none at the host" "phases are the host's"
if command -v sqlite3 >/dev/null; then
	run_of nsys_whole_graphs.sqlite
	is "$(note gpu_busy run.tr | head -1):$(v gpu_busy run.tr rank=.)" "3 CUDA graphs recorded without kernels ran 0.000570000 s:. 2" "graphs recorded whole: shares are unknown"
	is "$(v comm_time run.tr rank=.):$(note comm_time run.tr | head -1)" "0.000100000 1:>=: 3 CUDA graphs recorded without kernels ran 0.000570000 s" "times are lower bounds"
else
	skip "no sqlite3"
fi

# comm_overhead: the device lags behind its host, and is busy with one all-reduce for all of both steps but 20 ns
step() { printf 'X\t%s\t%s\t0\t1\t1\tuser_annotation\t%s\t%s\n' "$@"; }
call() { printf 'X\t%s\t1\t0\t1\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=%s\n' "$@"; }
kern() { printf 'X\t%s\t%s\t0\t0\t7\tkernel\t%s\tcorrelation=%s%s\n' "$1" "$2" "$3" "$4" "${5:+$T$5}"; }
{
	step 0 100 ProfilerStep#1 step=profiler; step 100 100 ProfilerStep#2 step=profiler
	call 10 1; call 20 2; call 110 3; call 120 4
	kern 1000 20 gemm 1; kern 1010 400 nccl 2 coll=allreduce; kern 1400 20 gemm 3; kern 1420 380 nccl 4 coll=allreduce
} >lag.tr
# steps [1000, 1400) and [1400, 1800): communication in 390 of the first; in 10 + 380 of the second
is "$(v comm_overhead lag.tr rank=0) $(v comm_overhead lag.tr rank=0 max)" "97.500000 2 97.500000 2" "comm_overhead: cut at the device steps' edges, never above 100 %"
is "$(v comm_time lag.tr rank=0 max)" "0.000000400 2" "comm_time: a kernel counts whole in the step that launched it"
is "$(grep -v nser lag.tr | grep kernel | "$P/comm_overhead" 2>err | awk -F'\t' '$3 == "rank=0" && $4 == "total" { print $5, $8 }')" "97.500000 no steps: over all of the device's events" "no steps: 780 of 800 ns"

# phases: GPU 0's rank works for its prefill from 50 to 90 ms, GPU 1's from 0 to 20; each GPU's counters by its own
ms=000000
phase() { printf 'X\t%s\t%s\t%s\t1\t1\tuser_annotation\tprefill\tstep=plain\tphase=prefill\n' "$@"; }
launch() { printf 'X\t%s\t1\t%s\t1\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=%s\n' "$@"; }
work() { printf 'X\t%s\t%s\t%s\t%s\t7\tkernel\tgemm\tcorrelation=%s\n' "$@"; }
count() { local i; for i in 0 1 2 3 4 5 6 7 8 9 10; do printf 'C\t%s\t.\t.\t%s\tnvlink.tx\tcounter\tnvlink_tx_bytes\tvalue=%s\n' $((i * 10))$ms "$1" $(($2 * i + (i > 5 ? (i - 5) * $3 : 0))); done; }
{
	phase 0 1$ms 0; launch 10 0 1; launch 20 0 2; work 50$ms 10$ms 0 0 1; work 80$ms 10$ms 0 0 2
	phase 0 1$ms 1; launch 10 1 1; work 0 20$ms 1 1 1
	count 0 10000000 90000000; count 1 40000000 0
} >phases.tr
is "$(v phase_bandwidth phases.tr dev=0,name=tx,phase=prefill) $(v phase_bandwidth phases.tr dev=1,name=tx,phase=prefill)" "10.000000 1 4.000000 1" \
	"phase_bandwidth: 400 MB in 40 ms on GPU 0, 80 MB in 20 ms on GPU 1"
is "$(note ttft_trace <(step 0 5 ProfilerStep#1 step=profiler))" "1 steps, but no name that shows a phase" "steps, but no name that shows a phase"
is "$(note ttft_trace <(step 0 5 decode "step=plain${T}phase=decode"))" "no prefill steps" "no prefill steps, where all phases are known"
is "$(note tpot_trace <(step 0 5 prefill "step=plain${T}phase=prefill"; step 9 5 execute_x step=vllm))" "1 of 2 steps have no name that shows a phase" "and where some are not, how many"
done_testing
