#!/usr/bin/env bash
# mfu and nvlink_check: by hand, on bursts of known size, and against tests/oracle; against that too the bandwidth of
# phases, bw_usage, the fractions by kernels' names and eplb.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
ms=000000
# What a metric says of a file is computed once; so no file is written twice.
said() { [[ -e $2.$1${GAP-} ]] || "$P/$1" "$2" >"$2.$1${GAP-}" 2>/dev/null; cat "$2.$1${GAP-}"; }
v() { said "$1" "$2" | awk -F'\t' -v s="$3" -v t="${4-total}" '!/^#/ && $3 == s && $4 == t { print $5 }'; }
why() { said "$1" "$2" | awk -F'\t' '!/^#/ && $5 == "." { print $8 }' | sort -u; }

# mfu: 900 parameters without the embedding, LHQ = 30, two devices of 10^6 FLOP/s
card() { # PATH=VALUE...
	local f a=workload.model.model_arch
	for f in $a.num_params=1000 $a.num_params_embedding=100 $a.num_layers=2 $a.num_heads=3 $a.head_dim=5 \
		workload.data.batch_size=2 workload.data.seq_len=10 workload.data.input_len=10 workload.data.output_len=4 \
		workload.hardware.xpu_spec.total_count=2 "$@"; do
		printf 'M\t.\t.\t.\t.\t.\tcard\t%s\tvalue=%s\n' "${f%%=*}" "${f#*=}"
	done
}
note() { printf 'X\t%s\t%s\t%s\t1\t1\tuser_annotation\t%s\n' "$@" | named; }
{ card workload.model.phase=training; note 0 400$ms 0 ProfilerStep#1 0 500$ms 1 ProfilerStep#1; } >train.tr
cp train.tr nopeak.tr
export FLOPS=1000000
is "$(v mfu train.tr phase=training)" 18.000000 "mfu, training: 20 tokens x (6 x 900 + 12 x 30 x 10) in 0.5 s of the slowest rank"
{ card workload.model.phase=inference; note 0 100$ms 0 prefill 200$ms 50$ms 0 decode 300$ms 50$ms 0 decode; } | busy >infer.tr
is "$(v mfu infer.tr phase=prefill) $(v mfu infer.tr phase=decode)" "30.000000 6.480000" "mfu: 20 x (2 x 900 + 4 x 30 x 10) in 0.1 s; 2 x (2 x 900 + 4 x 30 x 12) in 0.05 s"
{ card workload.model.phase=inference; note 0 100$ms 0 'execute_context_1(7)_generation_0(0)' 200$ms 50$ms 0 'execute_context_0(0)_generation_3(3)' 300$ms 50$ms 0 'execute_context_1(7)_generation_3(3)'; } | busy >vllm.tr
is "$(v mfu vllm.tr phase=prefill) $(v mfu vllm.tr phase=decode) $(v mfu vllm.tr phase=mixed)" "10.500000 9.720000 ." "mfu: vLLM's own count of tokens; mixed steps have no value"
{ card workload.model.phase=training workload.model.moe=true workload.model.model_arch.num_params_active=400; note 0 500$ms 0 ProfilerStep#1; } >moe.tr
is "$(v mfu moe.tr phase=training)" 10.800000 "mfu, mixture of experts: 300 active parameters"
grep -v num_heads train.tr >lacks.tr
is "$(why mfu lacks.tr)" "the card lacks workload.model.model_arch.num_heads" "mfu: what the card lacks is named"
grep -v seq_len train.tr >lacks2.tr
is "$(why mfu lacks2.tr)" "the card lacks workload.data.seq_len" "mfu: the same of the workload"
unset FLOPS
like "$(why mfu nopeak.tr)" "^no device in the trace or the card" "mfu: no peak without a device"
{ card workload.model.phase=training workload.model.precision=bf16 workload.hardware.xpu_spec.model=abacus; note 0 500 0 ProfilerStep#1; } >peak.tr
like "$(why mfu peak.tr)" "^no peak known for abacus" "mfu: a device whose peak nobody knows"
# 180,000 FLOP in 500 ns on two devices of 989.5 x 10^12 FLOP/s are 0.018191 %
{ sed 's/=abacus/=NVIDIA H100 80GB HBM3/' peak.tr; } >h100.tr
is "$(v mfu h100.tr phase=training)" 0.018191 "mfu: the peak of an H100 SXM with bf16 is 989.5 TFLOP/s (data sheet: 1,979 with sparsity)"
{ cat peak.tr; printf 'M\t.\t.\t0\t.\t.\ttrace\tdeviceProperties\tname=NVIDIA H100 80GB HBM3\n'; } >both.tr
is "$(v mfu both.tr phase=training)" 0.018191 "mfu: the trace's device goes before the card's"

# nvlink_check: 40 ms apart or not
k() { printf 'X\t%s\t%s\t0\t0\t7\tkernel\tnccl\t%s\n' "$1" "$2" "${3//,/$T}"; }
C() { printf 'C\t%s\t.\t.\t0\tnvlink.%s\tcounter\tnvlink_%s_bytes\tvalue=%s\n' "$@"; }
count() { C 0 tx tx 0 100$ms tx tx 1000 200$ms tx tx 4001000 900$ms tx tx 4001000; C 0 rx rx 0 900$ms rx rx 900000; }
{ k 100$ms 10$ms coll=allreduce,bytes=1000000,nranks=4; k 130$ms 10$ms coll=allreduce,bytes=1000000,nranks=4; count; } >one.tr
s=dev=0,from=524288,to=524288
is "$(v nvlink_check one.tr $s counted_tx) $(v nvlink_check one.tr $s implied) $(v nvlink_check one.tr $s tx)" "0.002400200 0.003000000 0.800067" "nvlink_check: a window of 80 to 160 ms, bytes shared out over time"
is "$(v nvlink_check one.tr dev=0,from=.,to=. counted_tx) $(v nvlink_check one.tr dev=0,from=.,to=. tx)" "0.001600800 " "nvlink_check: the rest is outside of all windows"
is "$(v nvlink_check one.tr $s counted_rx) $(v nvlink_check one.tr $s rx)" "0.000080000 0.026667" "nvlink_check: what was received too"
n() { said nvlink_check "$1" | awk -F'\t' -v s="$2" '$3 == s && $4 == "tx" { print $7 }'; }
is "$(n one.tr $s)" 1 "nvlink_check: 20 ms apart are one window"
sed 's/^X\t130/X\t150/' one.tr >two.tr
is "$(n two.tr $s)" 2 "nvlink_check: 40 ms apart are two"
is "$(GAP=41ms n two.tr $s)" 1 "nvlink_check: GAP"
for c in allgather:0.750000 reducescatter:0.750000 alltoall:0.750000 broadcast:1.000000 reduce:1.000000 sendrecv:1.000000 allreduce:1.500000; do
	{ k 100$ms 10$ms "coll=${c%:*},bytes=1000000000,nranks=4"; count; } >${c%:*}.tr
	is "$(v nvlink_check ${c%:*}.tr dev=0,from=536870912,to=536870912 implied)" "${c#*:}000" "nvlink_check: factor ${c#*:} of ${c%:*} among 4"
done
{ k 100$ms 10$ms coll=allreduce,bytes=1000000,nranks=4; k 110$ms 5$ms coll=allreduce; k 116$ms 1$ms coll=other; count; } >unsized.tr
is "$(v nvlink_check unsized.tr $s tx):$(why nvlink_check unsized.tr | grep -c '^no ')" ".:2" "nvlink_check: a kernel of unknown size in the window: no ratio, and why"
{ k 100$ms 10$ms coll=allreduce,bytes=1000000,nranks=4; k 105$ms 10$ms coll=allreduce,bytes=1000000,nranks=4 | sed 's/^\(X\t[0-9]*\t[0-9]*\t\)0/\11/'; count; } >ranks.tr
is "$(v nvlink_check ranks.tr $s tx)" . "nvlink_check: two ranks with one counter (devices of two hosts): no ratio"
{ k 100$ms 10$ms coll=allreduce,bytes=1000000; count; } >nranks.tr
is "$(v nvlink_check nranks.tr $s tx)$(v nvlink_check nranks.tr dev=0,from=.,to=. tx)" . "nvlink_check: an all-reduce among an unknown number: no ratio"
{ k 100$ms 10$ms coll=allreduce,bytes=1000000,nranks=4; } >nocount.tr
is "$(v nvlink_check nocount.tr $s tx)$(v nvlink_check nocount.tr $s counted_tx) $(v nvlink_check nocount.tr $s implied)" ".. 0.001500000" "nvlink_check: no counters: what the arguments imply, and no ratio"

[[ $B == "$top/build" ]] || { skip "the sanitizers' build: values are compared with the oracle on the plain one"; done_testing; exit; }
neither() { # RUN METRIC...: not a number, from the oracle or the metric
	local run=$1 m
	shift
	for m; do
		records "$(measured "$run" $m)" | awk -F'\t' '$5 != "."' >got
		records "$(measured "$run" $m)" | awk -F'\t' '$5 == "." { print $8 }' >why
		grep "^$m$T" "$(values "$run")" >mine
		[[ ! -s mine && ! -s got && -s why ]] && pass "$run: $m: no number, and why" || fail "$run: $m: a number" "$(cat mine got)"
	done
}
fractions="moe_fraction memory_bound_fraction"
oracle sample $fractions
neither sample phase_bandwidth bw_usage eplb
# made up, the same each time: two ranks, experts that only one of them has, voids and resets of the counters
mkdir run && (cd run && python3 - <<'EOF'
import json, random, struct
r = random.Random(75)
BASE = 1790857026 * 10 ** 9
NAMES = ("fused_moe_kernel", "Fused_MoE", "moe_align_block_size_kernel", "void deep_ep::internode::dispatch<4>(int*)",
         "sm90_fp8_gemm_grouped", "DeepGemm::m_grouped_gemm", "routing::top_expert", "topk_softmax<float, 8>",
         "void at::native::vectorized_elementwise_kernel<4>(int)", "layernorm_fwd", "Layer_Norm", "fused_rms_norm",
         "triton_poi_fused_add_0", "triton_tem_fused_mm", "indexSelectLargeIndex", "silu_and_mul", "sm80_xmma_gemm_bf16",
         "ncclDevKernel_AllGather_RING_LL", "nccl_allgather", "# Names of", "expertrouting")
for rank in 0, 1:
    events = []

    def event(ph, name, ts, **more):
        events.append(dict(ph=ph, name=name, pid=rank, tid=7, ts=ts / 1000, **more))
    for i in range(40):
        for name in "tokens_per_expert", "tokens_per_expert_max":
            experts = r.sample(range(12 + 4 * rank), 9)
            event("C", name, i * 10 ** 6, args={"e%d" % e: r.randrange(10 * e + 11) for e in experts})
    for i in range(400):
        event("X", r.choice(NAMES), i * 10 ** 5, dur=r.randrange(1, 9 * 10 ** 4) / 1000, cat="kernel", args={})
    with open("kineto_trace_%d.json" % rank, "w") as f:
        json.dump({"distributedInfo": {"rank": rank, "world_size": 2}, "baseTimeNanoseconds": BASE,
                   "traceEvents": events}, f)
for gpu in 0, 1:
    data, value, ts = struct.pack("<4sHHi", b"NVF1", 1, 40, 8), {}, 500
    for i in range(36):
        ts += r.choice((77777, 10 ** 6 // 3, 10 ** 6, 2 * 10 ** 6 + 1))
        for series in ((field, link) for field in (138, 139) for link in range(3)):
            value[series] = value.get(series, 10 ** 6) + r.randrange(1000) * r.randrange(3)
            if r.random() < .03:
                value[series] = r.randrange(1000)
            data += struct.pack("<QIIqqIIQ", ts, *series, 0, 0, 3, r.randrange(20) // 19, value[series])
    with open("nvlink_gpu%d.bin" % gpu, "wb") as f:
        f.write(data)
    with open("nvlink_gpu%d.clock.json" % gpu, "w") as f:
        json.dump({"realtime_ns": BASE + 1000, "monotonic_ns": 1000}, f)
with open("workload_card.yaml", "w") as f:
    f.write("workload:\n  hardware:\n    network_topo:\n      bandwidth_gbps:\n        - 25\n        - 100\n")
EOF
)
"$tests/oracle/values" bw_usage,${fractions/ /,},eplb run >want
"$P/events" -q run >made.tr 2>/dev/null
for m in bw_usage $fractions eplb; do "$P/$m" made.tr 2>/dev/null; done | records | cut -f2-7 >got
as_oracle "made up" want got bw_usage $fractions eplb

L=$shared/traces
[[ -d $L ]] || { skip "no ../shared: mfu, nvlink_check and phase_bandwidth of real runs"; done_testing; exit; }
D=$L/nvlink-bursts-4-h100
oracle llama8b16l-torch-tp4-batch4-h100 mfu nvlink_check bw_usage phase_bandwidth $fractions
oracle llama1b-torch-fsdp2-tp2-batch4-h100 mfu nvlink_check bw_usage $fractions
neither llama1b-torch-fsdp2-tp2-batch4-h100 phase_bandwidth
oracle ddp4-straggler-rank2-h100 $fractions
neither ddp4-straggler-rank2-h100 phase_bandwidth

# bursts of known size, as if each had been traced: its repetitions are equal pieces of it
tr-select 'cat != "collective"' "$(stream nvlink-bursts-4-h100)" >counters.tr # the marks are taken below
marks() { # RANK FIRST LAST: the kernels of these marks
	jq -r --argjson c "$(cat "$D/nvlink_gpu$1.clock.json")" --argjson a "$2" --argjson z "$3" '
		.rank as $r | .marks[$a:$z + 1][] | . as $m | range(.reps) | . as $i |
		(($m.end_mono_ns - $m.start_mono_ns) * $i / $m.reps | floor) as $s |
		(($m.end_mono_ns - $m.start_mono_ns) * ($i + 1) / $m.reps | floor) as $e |
		[$m.start_mono_ns - $c.monotonic_ns + $s, $e - $s, $r, $m.bytes] | @tsv' "$D/allreduce_marks_$1.json" |
		awk -F'\t' -v wall="$(grep -o '[0-9]\{19\}' "$D/nvlink_gpu$1.clock.json")" -v base=1790857026000000000 '
			BEGIN { at = substr(wall, 1, 10) - substr(base, 1, 10); ns = substr(wall, 11) - substr(base, 11) }
			{ printf "X\t%.0f\t%s\t%s\t%s\t7\tkernel\tnccl\tcoll=allreduce\tbytes=%s\tnranks=4\n", at * 1e9 + ns + $1, $2, $3, $3, $4 }'
}
for r in 0 1 2 3; do marks $r 0 11; done | cat counters.tr - >bursts.tr
is "$(records bursts.tr | grep -c "${T}kernel$T")" $((4 * 4 * 61)) "bursts: 61 repetitions of four sizes on four devices"
"$P/nvlink_check" bursts.tr | records | cut -f2-7 >got
as_oracle bursts "$(values nvlink-bursts-4-h100)" got nvlink_check
for r in 0 1 2 3; do
	for size in 16777216 268435456 1073741824; do
		for way in tx rx; do
			x=$(v nvlink_check bursts.tr dev=$r,from=$size,to=$size $way)
			is "$(awk -v x="$x" 'BEGIN { print (x >= 0.995 && x <= 1.005) ? "fine" : x }')" fine "bursts, GPU $r: $size bytes: $way counted is implied within 0.5 %"
		done
	done
done
# The warm-up ends less than 5 ms before the first mark: the other two bursts of 1 MiB are looked at.
for r in 0 1 2 3; do marks $r 1 2; done | cat counters.tr - >mib.tr
marks 0 2 2 | cat counters.tr - >fifty.tr
for r in 0 1 2 3; do
	x=$(v nvlink_check mib.tr dev=$r,from=1048576,to=1048576 tx)
	is "$(awk -v x="$x" 'BEGIN { print (x >= 1.95 && x <= 2.05) ? "fine" : x }')" fine "bursts, GPU $r: 1 MiB: a flag with every word: about twice the message"
done
s=dev=0,from=1048576,to=1048576
is "$(printf '%.3f %.3f' "$(v nvlink_check fifty.tr $s counted_tx)" "$(v nvlink_check fifty.tr $s implied)")" "0.157 0.079" "bursts: 50 x 1 MiB: 0.157 GB counted, 0.079 GB by the formula"
done_testing
