#!/usr/bin/env bash
# tr-card redact: names that are nobody's but the user's, host names, credentials and telephone numbers do not come
# through; names of known libraries and of steps do, and what metrics look for in a name.
. "${0%/*}/lib.sh"
export PATH=$top/pipelines:$PATH
redacted() { printf 'X\t1\t1\t0\t0\t7\t%s\t%s\n' "$1" "$2" | tr-card redact ${3-} -s salt - | records | cut -f8; }
hash() { python3 -c 'import hmac, sys; print("h" + hmac.new(b"salt", sys.argv[1].encode(), "sha256").hexdigest()[:12])' "$1"; }
hidden() { is "$(redacted "$1" "$2" | grep -ci "${3-zorro}")" 0 "$1: ${2:0:60}"; }
kept() { is "$(redacted "$1" "$2")" "$2" "$1 stays: ${2:0:60}"; }

# The user's own
hidden kernel 'void zorro::secret_attention<float, 4>(float*)'
hidden kernel zorro_fused_rope
hidden kernel triton_poi_fused_zorro_add_0
hidden kernel _zorro_fwd_kernel_0d1d2
hidden kernel 'void (anonymous namespace)::zorro_kernel<float>(float*)'
hidden kernel 'void at::native::elementwise_kernel<4, zorro::SecretFunctor<float>, at::detail::Array<char*, 2>>(int)'
hidden kernel 'void cutlass::device_kernel<zorro::Gemm<cutlass::bfloat16_t>>(zorro::Params)'
hidden kernel _ZN5zorro6kernelIfEEvPT_
hidden kernel custom-call.zorro.3
hidden counter zorro_queue_depth
hidden cpu_op zorro::fused_op
hidden cpu_op 'autograd::engine::evaluate_function: ZorroBackward0'
hidden user_annotation 'zorro phase 3'
hidden python_function '/home/zorro/x.py(3): zorro_step'
hidden gpu_memcpy 'Memcpy zorro'
hidden cuda_runtime 'zorroLaunch'
hidden nvtx 'zorro range'
alike "$(redacted kernel zorro_k)" "$(hash zorro_k)" "one hash for a name"
is "$(redacted kernel 'void at::native::f<zorro::G>(int)')" "void at::native::f<$(hash zorro::G)>(int)" "in a known function: the argument alone"

# Known libraries, frameworks, calls, steps
while IFS= read -r name; do kept kernel "$name"; done <<'N'
ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096ul>)
nvjet_tst_192x192_64x4_2x1_v_bz_coopB_TNN
ampere_bf16_s16816gemm_bf16_128x128_ldg8_f2f_stages_32x5_tn
sm80_xmma_gemm_f32f32_f32f32_f32_tn_n_tilesize64x64x8_stage3_warpsize1x4x1_ffma_aligna4_alignc4_execute_kernel__5x_cublas
void at::native::vectorized_elementwise_kernel<4, at::native::CUDAFunctor_add<c10::BFloat16>, std::array<char*, 3ul> >(int, at::native::CUDAFunctor_add<c10::BFloat16>, std::array<char*, 3ul>)
void at::native::(anonymous namespace)::CatArrayBatchedCopy<float, unsigned int, 1, 128, 1>(float*, at::native::(anonymous namespace)::CatArrInputTensorMetadata<float, unsigned int, 128, 1>)
void (anonymous namespace)::softmax_warp_forward<float, float, float, 8, true, false>(float*, float const*, int, int, int, bool const*, int, bool)
void cub::DeviceRadixSortOnesweepKernel<cub::DeviceRadixSortPolicy<long, float, int>::Policy800, false>(int*, long const*)
void vllm::rms_norm_kernel<c10::BFloat16, 8, 2>(c10::BFloat16*, c10::BFloat16 const*, long)
void cutlass::Kernel<cutlass_80_tensorop_s1688gemm_128x128_nn_align4>(cutlass_80_tensorop_s1688gemm_128x128_nn_align4::Params)
triton_poi_fused_add_mul_sub_3
_ZN5aiter24add_rmsnorm_quant_kernelIDF16bDF16bLi256EEEvPT0_
void deep_ep::internode::dispatch<false, 4>(int4*, float*, long*)
cudnn_generated_fort_native_sdpa_sm90_flash_fprop_wgmma_f16_knob_7_64x128x128_4x1x1_cga1x1x1_kernel0_0
loop_multiply_fusion.7
all-reduce-start.1
broadcast_add_fusion.1
N
while IFS= read -r name; do kept user_annotation "$name"; done <<'N'
ProfilerStep#12
execute_context_1(128)_generation_3(3)
execute_128_context_1(128)_generation_0(0)
execute_new_8_cached_3
step[EXTEND bs=3 toks=77]
step[DECODE bs=8]
step[MIXED bs=4 c=1 g=3 c_sq=100 g_sq=3]
[Executor] _forward_step 3: 2 ctx reqs, 100 ctx tokens, 0 gen reqs
run_batch
prefill
decode
N
kept cpu_op aten::_scaled_dot_product_flash_attention
kept cuda_runtime cudaLaunchKernelExC
kept cuda_driver cuLaunchKernel
kept cuda_runtime hipModuleLaunchKernel
kept gpu_memcpy 'Memcpy DtoD (Device -> Device)'
kept gpu_memset 'Memset (Device)'
kept counter nvlink_tx_bytes
kept counter tokens_per_expert

# -k keeps names, but not what nobody's name holds
is "$(redacted kernel 'void zorro::f<int>(int*)' -k)" 'void zorro::f<int>(int*)' "-k: a kernel"
is "$(redacted counter zorro_depth -k):$(redacted user_annotation 'zorro 3' -k):$(redacted cpu_op zorro::op -k):$(redacted python_function zorro -k)" \
	"zorro_depth:zorro 3:zorro::op:zorro" "-k: counters, annotations, operators, functions"
is "$(redacted kernel 'k /home/zorro/x.cu' -k | grep -c zorro)" 0 "-k: paths are hidden"
is "$(redacted nvtx zorro -k | grep -c zorro)" 0 "-k: other categories as without"

# Machines, credentials, telephones; put together here, so that no scanner finds them
fill=$(printf 'aB3%.0s' {1..20})
for x in node17 gpu-node-17 worker3.cluster host03 "AKIA${fill:0:0}ABCDEFGHIJKLMNOP" "ghp_${fill:0:36}" "hf_${fill:0:34}" "AIza${fill:0:35}" \
	"xoxb-${fill:0:24}" "eyJ${fill:0:20}.eyJ${fill:0:20}.${fill:0:20}" "sk-${fill:0:40}" \
	'+1 415 555 0123' '(415) 555-0123' 415-555-0123 1.415.555.0123 +14155550123; do
	for cat in user_annotation nvtx; do
		is "$(redacted "$cat" "step $x" | grep -cF -- "$x")" 0 "$cat: ${x:0:16}"
	done
done
for x in "ghp_${fill:0:36}" "hf_${fill:0:34}" "AKIAABCDEFGHIJKLMNOP"; do
	is "$(redacted kernel "nccl $x" -k | grep -cF -- "$x")" 0 "-k: ${x:0:8}"
done
alike "$(redacted kernel "-----BEGIN RSA PRIVATE KEY-----\\n${fill}" -k)" "$(hash "-----BEGIN RSA PRIVATE KEY-----"$'\n'"$fill")" "a key in PEM"
for x in 2026-11-22 20261122-065233 2.28.9 1790857026000000000 '[[4,512,2048]]' 'Stream 12' 'GPU 0'; do
	is "$(printf 'X\t1\t1\t0\t0\t7\tx\tx\tvalue=%s\n' "$x" | tr-card redact -s salt - | records | cut -f9)" "value=$x" "no telephone, no machine: $x"
done 2>/dev/null

# What the tables of kernels look for is found in a hidden name.
for table in moe membound; do
	ere=$(grep -v '^#' "$top/pipelines/tables/kernels.$table" | paste -sd'|')
	bad=
	for part in $(python3 - "$ere" <<'P'
import re, sys
def alternatives(s): # split at the top, then expand (a|b) and x?
    out, depth, cur = [], 0, ""
    for c in s:
        depth += (c == "(") - (c == ")")
        if c == "|" and not depth: out.append(cur); cur = ""
        else: cur += c
    out.append(cur)
    for a in out:
        m = re.search(r"\((.*?)\)", a)
        for b in ([a.replace(m[0], x) for x in m[1].split("|")] if m else [a]):
            m = re.search(r"(.)\?", b)
            for c in ([b.replace(m[0], ""), b.replace(m[0], m[1])] if m else [b]): print(c.replace(".*", "_zorro_"))
P
	); do
		got=$(redacted kernel "zorro_${part}_zorro")
		[[ $got =~ $ere && $got != *zorro* ]] || bad+=" $part"
	done
	is "$bad" "" "kernels.$table: each of its words is still found, and nothing else stays"
done
printf 'X\t1\t30\t0\t0\t7\tkernel\tzorro_fused_moe_x\nX\t40\t70\t0\t0\t7\tkernel\tzorro_gemmish\n' >moe.tr
tr-card redact -s salt - <moe.tr >moe2.tr
alike "$(moe_fraction moe2.tr | cut -f2-)" "$(moe_fraction moe.tr | cut -f2-)" "moe_fraction is what it was"
is "$(moe_fraction moe2.tr | awk -F'\t' '$3 == "rank=0" { print $5 }')" 30.000000 "30 of 100 ns"
done_testing
