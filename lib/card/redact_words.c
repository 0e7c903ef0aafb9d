#include "card/redact.h"

/* How the kernels of known libraries begin: a namespace ends in ::, any other entry is the
 * beginning of names that nobody else uses. */
const char *const redact_kernels[] = {
	/* PyTorch and what comes with it */
	"at::", "c10::", "c10d::", "torch::", "caffe2::", "at_cuda_detail::", "fbgemm_gpu::",
	"std::", "cuda::", "__nv_", "__hip_", "__half", "nv_bfloat16", "TensorListMetadata",
	"AdamFunctor", "multi_tensor_apply_kernel", "softmax_warp_", "elementwise_kernel",
	"vectorized_elementwise_kernel", "unrolled_elementwise_kernel", "reduce_kernel",
	"CatArrayBatchedCopy", "indexing_backward_kernel", "multimem_all_reduce_kernel",
	"vectorized_gather_kernel", "compute_cuda_kernel", "triton__0d", "linearize_index_kernel",
	"bounds_check_indices_kernel", "permute_pooled_embs_kernel", "one_shot_all_reduce_kernel",
	"two_shot_all_reduce_kernel", "cunn_", "cuda_kernel", "apex::",
	/* NVIDIA */
	"nccl", "cublas", "cudnn", "cask_cudnn", "cutlass", "cute::", "CUtensorMap", "cusparse",
	"cufft", "curand", "cusolver", "cub::", "thrust::", "nvjet_", "ampere_", "volta_",
	"turing_", "hopper_", "maxwell_", "pascal_", "sm70_xmma", "sm75_xmma", "sm80_xmma",
	"sm86_xmma", "sm89_xmma", "sm90_xmma", "sm100_xmma", "fmhaSm", "splitKreduce_kernel",
	"splitKreduce", "gemv2T_kernel", "gemv2N_kernel", "gemvNSP_kernel", "gemmSN_",
	"dot_kernel", "reduce_1Block_kernel", "scal_kernel", "sgemm_", "dgemm_",
	"nchwToNhwcKernel", "nhwcToNchwKernel", "implicit_convolve_sgemm",
	"explicit_convolve_sgemm", "wgrad_alg0_engine", "SubTensorOpWith", "batched_transpose_",
	"bmm_Bfloat16_", "bmm_E4m3_", "bmm_E2m1_", "bmm_MxE", "_matmul_ogs_", "nvshmem",
	"transformer_engine::", "userbuffers_",
	"tensorrt_llm::", "batched_gemm::", "epilogue::impl::",
	/* AMD, Intel, Huawei, Moore Threads, T-Head */
	"rccl", "msccl", "rocblas", "rocprim::", "hipblas", "hipcub::", "miopen",
	"ck::", "ck_tile::", "Cijk_", "igemm_", "aiter::", "oneccl", "hcom_", "aclnn", "mccl",
	"pccl",
	/* attention, serving, communication */
	"flash::", "flash_fwd_", "flash_bwd_", "flash_attn_", "FlashAttn",
	"pytorch_flash::", "fmha_", "vllm::", "sglang::", "sgl_hip::", "flashinfer::", "deep_ep::",
	"deep_gemm::", "moe::dev::", "quickreduce::", "mscclpp::", "quantization::", "marlin::",
	"paged_attention_", "kernel_unified_attention_", "rotary_embedding_kernel",
	"reshape_and_cache_", "cross_device_reduce_", "fused_moe_kernel", "moe_align_block_size_",
	"xla::", "tsl::", NULL
};

/* Words that the tables of kernels (moe, membound) look for in a name. If a name with one is
 * hidden, the word is appended to the hash, so that the shares of these kernels stay the same. */
const struct redact_mark redact_marks[] = { { "fused_moe", "" },
					    { "moe_align", "" },
					    { "topkGating", "" },
					    { "topk_softmax", "" },
					    { "moe_sum", "" },
					    { "moe_gemm", "" },
					    { "grouped_gemm", "" },
					    { "group_gemm", "" },
					    { "GroupGemm", "" },
					    { "GroupedGemm", "" },
					    { "m_grouped", "" },
					    { "expandInputRows", "" },
					    { "finalizeMoeRouting", "" },
					    { "permute_kernel", "" },
					    { "deep_ep::", "" },
					    { "routing", "expert" },
					    { "elementwise", "" },
					    { "vectorized", "" },
					    { "reduce_kernel", "" },
					    { "layer_norm", "" },
					    { "layernorm", "" },
					    { "rms_norm", "" },
					    { "rmsnorm", "" },
					    { "RMSNorm", "" },
					    { "softmax", "" },
					    { "CatArray", "" },
					    { "copy_kernel", "" },
					    { "fill_kernel", "" },
					    { "triton_poi_", "" },
					    { "triton_red_", "" },
					    { "triton_per_", "" },
					    { "indexSelect", "" },
					    { "index_", "" },
					    { "gather", "" },
					    { "scatter", "" },
					    { "embedding", "" },
					    { "rotary", "" },
					    { "silu", "" },
					    { "gelu", "" },
					    { "act_and_mul", "" },
					    { NULL, NULL } };

/* The public words: of profilers, frameworks, libraries, hardware, and of records and cards. A
 * word that is missing here is hidden: a reader loses a name, nobody loses a secret. */
const char redact_words[] =
    /* records and description */
    "tr base ns rank ranks world source sources events event lost filled mended windows window pg "
    "disagrees trace traces legend ph ts dur pid tid cat name value card select decompress stats "
    "none unknown complete true false null na yes no on off spans span measure interval union "
    "intersection difference complement cut input lines line bytes count offset cause order rf "
    "correlation same the as is of by to and in at for or with from not left out given twice too "
    "first missing "
    /* categories and what has them */
    "kernel kernels gpu cpu tpu xpu memcpy memset op ops user annotation python function overhead "
    "runtime driver cuda hip ac2g fwdbwd fwd bwd async flow et node nodes counter sync graph nvtx "
    "request requests bench iteration iterations timing step steps xla module modules framework "
    "scope other traceme recording record records host device devices process processes thread "
    "threads stream streams sort labels label index memory copy context id start end begin done size "
    "total mean median min max std avg p50 p90 p95 p99 group groups seq "
    /* kernels' arguments */
    "external queued registers per shared blocks block warps warp sm sms grid est achieved occupancy "
    "bandwidth elapsed sequence number ev idx bp cbid sizes shapes dims type types strides concrete "
    "inputs output outputs msg nelems split dtype collective coll nranks win global stride desc "
    "description config allreduce allgather reducescatter alltoall broadcast reduce sendrecv barrier "
    "all gather scatter send recv coalesced wait backend init nccl rccl mpi gloo ucc hccl oneccl "
    "nvshmem mscclpp custom comms param params default mesh dp tp pp cp ep fsdp hsdp ddp shard "
    "replicate tensor data expert pipeline parallel model bf16 fp16 fp32 fp64 fp8 fp4 int4 int8 "
    "int16 int32 int64 uint8 uint32 uint64 f16 f32 f64 f8 s8 s32 s64 u8 u16 u32 u64 pred e4m3 e5m2 "
    "e4m3fn bfloat16 bfloat float16 float32 float half double long int short byte char bool scalar "
    "scalarlist list tensorlist c10 aten ring tree simple ll ll128 "
    /* top level of the sources */
    "schema schemaversion version deviceproperties distributedinfo displaytimeunit "
    "basetimenanoseconds tracename stack cupti pytorch profiler ms us totalglobalmem computemajor "
    "computeminor maxthreadsperblock maxthreadspermultiprocessor regsperblock warpsize "
    "sharedmemperblock numsms regspermultiprocessor sharedmemperblockoptin "
    "sharedmempermultiprocessor "
    /* steps and annotations */
    "profilerstep prefill decode execute generation new cached run batch forward backward optimizer "
    "zero grad adam adamw sgd root pre post reshard unshard callback lazy loading buffer activity "
    "instrumentation pinned pageable dtod dtoh htod htoh dtop ptod unified void "
    /* XLA */
    "hlo category deduplicated raw accessed access breakdown flops program symbol layout shape tf "
    "unique core replica queue ct dimensions fusion loop convolution call permute update slice "
    "dynamic pad transpose reshape bitcast dot while conditional rng iota tuple non elementwise jit "
    "main xlamodule theoretical suggested details regs static kind num ps duration train unit "
    "instruction infeed outfeed "
    /* results of benchmarks */
    "result results date endpoint prompts prompt tokens tokenizer rate burstiness concurrency "
    "completed failed throughput ttft tpot itl itls e2el e2e latency latencies percentiles inf "
    "infinity nan errors error ok success openai vllm sglang generated texts text lens "
    /* counters */
    "nvlink tx rx link links util power temp clock mem dec enc pstate sys "
    /* cards */
    "workload phase moe granularity family precision epochs arch heads head dim layers layer "
    "embedding len dataset hardware network topo topology gbps spec executor compiler tool selection "
    "plan parallelization mb communication library env protocol metric metrics specific url hf "
    "contributor contact training inference pass nvswitch infiniband ib roce ethernet slingshot pcie "
    "ici dcn torus nvidia amd intel google h100 h200 h20 h800 a100 a800 a10 a10g a40 a30 v100 l4 l40 "
    "l40s t4 b100 b200 b300 gb200 gb300 gh200 mi250 mi250x mi300x mi300a mi325x mi355x rtx geforce "
    "tesla v4 v5e v5p v6e v7 sxm sxm4 sxm5 hbm hbm2 hbm2e hbm3 hbm3e nvl trillium gaudi plain torch "
    "torchtitan megatron lm deepspeed jax tensorflow flax maxtext tensorrt llm inductor compile "
    "eager triton cutlass cudnn cublas flash attention transformer engine random dummy json csv yaml "
    "yml xplane pb gz bin kineto nsys rep sqlite chakra nvml dmon phases llama qwen mixtral mistral "
    "deepseek gpt gemma phi falcon bert vit opt mlp instruct chat lite definition values stat "
    "coverage counts "
    /* metrics */
    "comm time overlap exposed fraction busy bubble dominant imbalance bound hockney flop burst "
    "intensity bw usage peak peaks over ratio wave "
    /* names of steps; ops of XLA and ATen, which generated kernels are named after; gauges */
    "extend ctx reqs gen toks bs sq sum split verify target mixed c g v add multiply mul "
    "subtract sub divide div negate neg abs sign maximum minimum exponential exp log log1p "
    "expm1 power pow sqrt rsqrt cbrt tanh logistic cosine cos sine sin floor ceil round clamp "
    "compare select convert concatenate concat reverse sort gather scatter reducewindow "
    "window atan2 not xor shift left right clone remat wrapped input fused poi red per tem "
    "copyto to view unsafe where eq ne ge gt le lt bitwise mm bmm addmm native norm rms gelu "
    "silu relu sigmoid softmax embedding unsqueeze squeeze expand cat stack arange full like "
    "zeros ones empty fill masked index put mean var amax argmax topk cumsum detach constant "
    "nd gemm gemv matmul dense fp blas custom memcpyh2d memcpyd2h memcpyd2d memcpyp2p dir jpg "
    "ofa fb bar1 ccpm mclk pclk pviol tviol rxpci txpci gtemp mtemp pwr nvltx nvlrx pcitx "
    "pcirx gract smact smocc tenso drama fp64a fp32a fp16a meta type lambda instance const "
    "anonymous namespace unnamed exists volatile restrict static inline invoke result "
    "operator std unsigned signed decltype nullptr enable bool char16 size_t uint16 array "
    "vector pair autograd engine evaluate forwardbackward sdpa scaled product "
    /* environment */
    "debug nvls enable disable algo proto nchannels p2p shm socket ifname hca net gdr level buffsize "
    "nthreads visible omp launch blocking alloc conf info warn ";
