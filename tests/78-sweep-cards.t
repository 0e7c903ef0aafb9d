#!/usr/bin/env bash
# The ready sweeps with stand-ins for GPUs, vLLM, torch and Nsight: the commands run, cards are finished and true.
. "${0%/*}/lib.sh"
P=$top/pipelines
mkdir -p bin fake/vllm fake/torch
ln -s "$B"/tr-* bin/
export PATH=$tmp/bin:$PATH TR_BIN=$tmp/bin FAKE=$tmp/fake STANDIN=$tmp TR_GRACE=1
# These settings reach the stand-ins: a script that assigns an exported name passes it on.
export port=$((20000 + $$ % 20000)) requests= input_len= output_len= profiler= tp=
version() { mkdir "fake/$1-$2.dist-info" && printf 'Name: %s\nVersion: %s\n' "$1" "$2" >"fake/$1-$2.dist-info/METADATA"; }
version vllm 0.12.0; version torch 2.9.0; version nvidia_nccl_cu12 2.27.5; version libtpu 0.0.17; version jax 0.8.0

cat >bin/nvidia-smi <<'X'
#!/usr/bin/env bash
case "$*" in
*query-gpu=name*) for i in 0 1 2 3; do echo "NVIDIA A100-SXM4-40GB, 550.54.15, 40960 MiB"; done ;;
*-L*) for i in 0 1 2 3; do echo "GPU $i: NVIDIA A100-SXM4-40GB (UUID: GPU-$i)"; done ;;
*nvlink*) for i in {0..11}; do printf '\t Link %d: 25 GB/s\n' $i; done ;;
"") echo "| NVIDIA-SMI 550.54.15    Driver Version: 550.54.15   CUDA Version: 12.4 |" ;;
esac
X
cat >bin/nsys <<'X'
#!/usr/bin/env bash
verb=$1
shift
out= args=()
while (($#)); do
	case $1 in
	-o) out=${2//%q\{RANK\}/${RANK-}}; shift 2 ;;
	-t | -f | --type | --force-overwrite) shift 2 ;;
	-*) shift ;;
	*) break ;;
	esac
done
case $verb in
profile) "$@" && echo report >"$out.nsys-rep" ;;
launch) exec "$@" ;;
start) echo report >"$out.nsys-rep" ;;
export) [[ -s $1 ]] && "$TR_PYTHON" "$STANDIN/sqlite.py" "$out" ;;
esac
X
cat >sqlite.py <<'Y'
# An export of Nsight Systems: of one rank if its name has one of several, else of the sweep's four devices.
import os, re, sqlite3, sys
rank = int(re.search(r"nsys_(\d+)", sys.argv[1]).group(1))
devices = [rank] if os.environ.get("profiler") == "nsys" else range(int(os.environ.get("tp") or 4))
db = sqlite3.connect(sys.argv[1])
db.executescript("""CREATE TABLE StringIds(id INTEGER, value TEXT);
INSERT INTO StringIds VALUES(1, 'gemm'), (2, 'ncclDevKernel_AllReduce_Sum_bf16_RING_LL');
CREATE TABLE TARGET_INFO_SESSION_START_TIME(utcEpochNs INTEGER);
INSERT INTO TARGET_INFO_SESSION_START_TIME VALUES(1700000000000000000);
CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL(start INTEGER, "end" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER,
 correlationId INTEGER, globalPid INTEGER, demangledName INTEGER, gridX INTEGER, gridY INTEGER, gridZ INTEGER, blockX INTEGER,
 blockY INTEGER, blockZ INTEGER);
CREATE TABLE TARGET_INFO_GPU(id INTEGER, name TEXT, smCount INTEGER, totalMemory INTEGER);""")
for d in devices:
    for name in (1, 2):
        db.execute("INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES(?,?,?,1,7,?,?,?,1,1,1,32,1,1)",
                   (name * 100, name * 100 + 50, d, name, (11 + d) << 24, name))
    db.execute("INSERT INTO TARGET_INFO_GPU VALUES(?, 'NVIDIA A100-SXM4-40GB', 108, 1)", (d,))
db.commit()
Y
cat >bin/python3 <<'X'
#!/usr/bin/env bash
# Python with modules that stand in for torch and vLLM; torch.distributed.run starts the ranks one after the other.
n=1
for a; do [[ $a != --nproc-per-node=* ]] || n=${a#*=}; done
case "$*" in
*torch.distributed.run*)
	while [[ $1 != --no-python && $1 != *.py ]]; do shift; done
	if [[ $1 == --no-python ]]; then shift; else set -- torch_ranks "$@"; fi
	for ((r = 0; r < n; r++)); do
		export RANK=$r LOCAL_RANK=$r WORLD_SIZE=$n
		if [[ $1 == torch_ranks ]]; then PYTHONPATH=$FAKE "$TR_PYTHON" "$STANDIN/rank.py" || exit; else "$@" || exit; fi
	done
	;;
*sglang.launch_server*) exec "$TR_PYTHON" "$STANDIN/server.py" "$port" ;;
*) PYTHONPATH=$FAKE exec "$TR_PYTHON" "$@" ;;
esac
X
cat >bin/vllm <<'X'
#!/usr/bin/env bash
[[ $1 != serve ]] || exec "$TR_PYTHON" "$STANDIN/server.py" "$port"
for ((i = 0, t = 0; i < requests; i++)); do lens+=,$input_len outs+=,$output_len ttfts+=,0.5 itls+=,[0.1] errs+=,\"\"; done
printf '{"backend":"vllm","completed":%d,"input_lens":[%s],"output_lens":[%s],"ttfts":[%s],"errors":[%s]}' "$requests" \
	"${lens#,}" "${outs#,}" "${ttfts#,}" "${errs#,}" >results_json/bench.json
X
cat >bin/nvlink-poll <<'X'
#!/usr/bin/env bash
echo NVF1 >nvlink_gpu0.bin
trap 'exit 0' TERM
while :; do sleep 0.05; done
X
printf '#!/usr/bin/env bash\n[[ "$*" == *instance/zone ]] && { echo projects/1/zones/us-east1-d; exit; }\nexec /usr/bin/env -u PATH "$TR_PYTHON" -c "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])" "${@: -1}"\n' >bin/curl
chmod +x bin/*
cat >server.py <<'Y'
import http.server, json, sys
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self): self.send_response(200); self.end_headers()
    def do_POST(self):
        b = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200); self.end_headers()
        self.wfile.write(b'data: {"choices":[{"text":"x"}]}\n\n' * b["max_tokens"])
        self.wfile.write(b'data: {"choices":[],"usage":{"completion_tokens":%d}}\n\ndata: [DONE]\n\n' % b["max_tokens"])
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
Y
cat >fake/torch/__init__.py <<'Y'
import contextlib, gzip, json, os, sys, time, types
RANKS, RANK = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
ranges = []
@contextlib.contextmanager
def record_function(name):
    began = time.monotonic_ns()
    yield
    ranges.append((name, began, time.monotonic_ns() - began))
def trace():
    events = [{"ph": "X", "cat": "user_annotation", "name": n, "pid": 1, "tid": 1, "ts": t / 1000, "dur": d / 1000} for n, t, d in ranges]
    t = ranges[0][1] / 1000 if ranges else 1.0
    events += [{"ph": "X", "cat": "kernel", "name": "gemm", "pid": RANK, "tid": 7, "ts": t, "dur": 1, "args": {"device": RANK}},
               {"ph": "X", "cat": "kernel", "name": "ncclDevKernel_AllReduce_Sum_bf16_RING_LL", "pid": RANK, "tid": 8, "ts": t + 1,
                "dur": 1, "args": {"device": RANK, "Collective name": "allreduce", "Group size": RANKS, "dtype": "BFloat16"}}]
    return {"schemaVersion": 1, "deviceProperties": [{"id": RANK, "name": "NVIDIA A100-SXM4-40GB"}], "cuda_driver_version": 12040,
            "distributedInfo": {"backend": "nccl", "rank": RANK, "world_size": RANKS, "nccl_version": "2.27.5"}, "traceEvents": events}
class Observer:
    def register_callback(self, path): open(path, "w").write('{"schema": "1.1.1-chakra.0.0.4", "nodes": []}')
class Profile:
    def __init__(self, **k): pass
    def start(self): ranges.clear()
    def stop(self): pass
    def export_chrome_trace(self, path): json.dump(trace(), open(path, "w"))
profiler = types.SimpleNamespace(profile=Profile, ProfilerActivity=types.SimpleNamespace(CPU=0, CUDA=1), record_function=record_function,
                                 ExecutionTraceObserver=Observer)
sys.modules["torch.profiler"] = profiler
cuda = types.SimpleNamespace(synchronize=lambda: None, is_available=lambda: True, nvtx=types.SimpleNamespace(range=lambda n: contextlib.nullcontext()),
                             profiler=types.SimpleNamespace(start=lambda: None, stop=lambda: None))
Y
cat >rank.py <<'Y'
import gzip, json, torch
r = torch.RANK
for name, what in ((f"kineto_trace_{r}.json.gz", torch.trace()), (f"torch_et_{r}.json.gz", {"schema": "1.1.1-chakra.0.0.4", "nodes": []})):
    with gzip.open(name, "wt") as f: json.dump(what, f)
json.dump({"rank": r, "iteration_times_s": [0.5]}, open(f"timing_stats_{r}.json", "w"))
json.dump({"marks": []}, open(f"allreduce_marks_{r}.json", "w"))
Y
cat >fake/vllm/__init__.py <<'Y'
# An engine that prefills all its requests in one step and decodes a token of each in every further one, 2 ms a step.
import gzip, json, multiprocessing, os, time, types
NS = types.SimpleNamespace
def child(): pass
class SamplingParams:
    def __init__(self, max_tokens, **k): self.n = max_tokens
class LLM:
    def __init__(self, model, tensor_parallel_size=1, **k):
        p = multiprocessing.get_context("spawn").Process(target=child)
        p.start(); p.join()
        assert p.exitcode == 0, "a spawned process did not come up"
        self.tp, self.llm_engine, self.queue, self.new = tensor_parallel_size, self, {}, set()
        self.worker = NS(model_runner=NS(execute_model=lambda s: time.sleep(0.002)))
    def add_request(self, i, prompt, sampling):
        self.queue[i] = NS(request_id=i, prompt=len(prompt["prompt_token_ids"]), n=sampling.n, outputs=[NS(token_ids=[])])
        self.new.add(i)
    def has_unfinished_requests(self): return bool(self.queue)
    def step(self):
        counts = {i: r.prompt if i in self.new else 1 for i, r in self.queue.items()}
        self.worker.model_runner.execute_model(NS(num_scheduled_tokens=counts, scheduled_new_reqs=[NS(req_id=i) for i in self.new]))
        self.new.clear()
        done = list(self.queue.values())
        for r in done:
            r.outputs[0].token_ids.append(7)
            if len(r.outputs[0].token_ids) == r.n: del self.queue[r.request_id]
        return done
    def generate(self, prompts, sampling, use_tqdm): time.sleep(0.002)
    def collective_rpc(self, f, args): f(self.worker, *args)
    def start_profile(self): pass
    def stop_profile(self):
        os.makedirs(os.environ["VLLM_TORCH_PROFILER_DIR"] + "/plugins/profile/1")
        e = [{"ph": "M", "name": "process_name", "pid": d + 3, "args": {"name": f"/device:TPU:{d}"}} for d in range(self.tp)]
        e += [{"ph": "M", "name": "thread_name", "pid": d + 3, "tid": 3, "args": {"name": "XLA Ops"}} for d in range(self.tp)]
        e += [{"ph": "X", "pid": d + 3, "tid": 3, "ts": 1, "dur": 2, "name": "fusion.1", "args": {"hlo_category": "loop fusion"}} for d in range(self.tp)]
        with gzip.open(os.environ["VLLM_TORCH_PROFILER_DIR"] + "/plugins/profile/1/t1v.trace.json.gz", "wt") as f:
            json.dump({"traceEvents": e + [{}]}, f)
Y

# ready NAME RUNS OPTION...: the runs are collected, and each card is without fault, by itself and with the run's records
ready() {
	local name=$1 n=$2 d bad=
	shift 2
	run "$P/sweep" run -l local -r 0 -o "$name" "$@" "$name"
	is "$rc:$(find "$name" -name SHA256SUMS | wc -l)" "0:$n" "$name: $n runs"
	((rc == 0)) || sed 's/^/# /' "$name/profiling_errors.log" | tail -20
	for d in "$name"/*/; do
		[[ -e $d/SHA256SUMS ]] || continue
		bad+=$("$P/events" -q "$d" 2>/dev/null | tr-card check -e - "$d/workload_card.yaml" 2>&1)
		[[ ! -e $d/logs/card.log ]] || bad+=$d/logs/card.log
	done
	is "$bad" "" "$name: each card passes tr-card check -e"
}
card() { tr-card get "$1" "$2/workload_card.yaml"; } # PATH RUN
H=workload.hardware L=Model-executor.communication_library
ready tpu-v6e8-vllm 1 -s tp=8 -s batch=2 -s short=llama3.3-70b -s hf_home="$tmp"
d=tpu-v6e8-vllm/llama3.3-70b-tp_8-batch_2-vllm-v6e8
is "$(card $H.driver_version $d) $(card $L.version $d)" "libtpu_0.0.17 libtpu_0.0.17" "TPU: libtpu's version is the driver's and the library's"
is "$(card workload.model.model_arch.num_heads $d) $(card workload.data.seq_len $d)" "64 1025" "TPU: what the plan does not check is in the card"
like "$(card description $d)" "; disk: Hyperdisk Balanced, 300 GB, at /mnt/disks/huggingface; zone us-east1-d$" "TPU: zone and disk in the card"
ok "TPU: zone and disk in the README" grep -qx '| machine.zone | us-east1-d |' $d/README.md
ready mixtral-moe-perlmutter 1 -s max_seqs=8 -s batch_tokens=2048 -s par=TP -s requests=2 -s port=$port
d=mixtral-moe-perlmutter/Mixtral8x7B-vllmTP4-Perlmutter[baseline_8_2048]-group12
is "$(card $H.driver_version "$d"):$(card $H.xpu_spec.model "$d"):$(card $L.version "$d")" \
	"cuda_12.4, driver 550.54.15:nvidia_a100-sxm4-40gb:2.27.5" "Mixtral: driver, GPU and library as the machine has them"
is "$(grep -cE '^\| (machine.host|machine.gpus|machine.system|software.vllm|workload.hardware.driver_version) \| ..* \|$' "$d/README.md")" 5 "Mixtral: the README says environment and hardware"
is "$(grep '^| machine.gpus' "$d/README.md")" "| machine.gpus | 4 x NVIDIA A100-SXM4-40GB, 40960 MiB |" "Mixtral: which GPUs"
printf 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n1,m,7,3,10,a\n1.1,m,12,2,12,a\n' >b.csv
ready qwen3-serving-nvlink 2 -s tp=4 -s batch=4 -s short=qwen3-32b -s backend=vllm -s requests=2 -s output_len=4 -s port=$port -s burst_csv=b.csv
d=qwen3-serving-nvlink/qwen3-32b-tp_4-batch_4-burst-vllm-group_11
is "$(card workload.data.input_len $d) $(card workload.data.output_len $d) $(card workload.data.seq_len $d)" "10 3 13" "Qwen3: means of the requests, 9.5 and 2.5, rounded; their sum"
is "$(card workload.data.seq_len ${d/-burst/})" 1028 "Qwen3: 1024 + 4 where all are alike"
ready torch-local 1 -s gpus=2 -s mode=moe
d=torch-local/moe8l-torch-gpus_2-batch_4
is "$(card $H.network_topo.bandwidth_gbps[1] $d) $(card $H.network_topo.topology $d)" "2400 nvlink" "PyTorch: 12 links of 25 GB/s are 2400 Gbit/s"
is "$(card workload.model.model_arch.num_params $d) $(card workload.model.model_arch.num_params_active $d)" \
	"1744994304 537034752" "PyTorch: 8 x (4 h^2 + 2 h + 8 h + 8 or 2 x 3 h f), h 2048, f 4096"

# each rank has its times and its traces; ttft and tpot of the runs
ready llama8b-tp-perlmutter 2 -s max_tokens=5 -s seq_len=16 -s warmup_iterations=1 -s profile_iterations=2 -s experiment=E1.2
d=llama8b-tp-perlmutter/llama-8b-tp2
is "$(cd $d && ls timing_stats_* kineto_* torch_et_* | tr '\n' ' ')" \
	"kineto_trace_0.json.gz kineto_trace_1.json.gz timing_stats_0.json timing_stats_1.json torch_et_0.json torch_et_1.json " "Llama: traces and times of each rank"
is "$(cd $d-nsys && ls timing_stats_* nsys_* | tr '\n' ' ')" \
	"nsys_0.nsys-rep nsys_0.sqlite nsys_1.nsys-rep nsys_1.sqlite timing_stats_0.json timing_stats_1.json " "Llama: a report of each rank"
n() { "$P/$1" $2 2>/dev/null | awk -F'\t' '$4 == "mean" && $5 > 0 { n++; print $7 }' | sort -u | tr '\n' ' '; }
is "$(n ttft $d):$(n tpot $d-nsys)" "8 :8 " "Llama: ttft and tpot of 2 x 4 requests"
is "$("$P/events" -q $d | awk -F'\t' '$7 == "user_annotation" { print $8 }' | sort | uniq -c | sed 's/^ *//')" \
	"2 ProfilerStep#0
2 ProfilerStep#1
16 execute_context_0(0)_generation_4(4)
4 execute_context_4(64)_generation_0(0)" "Llama: of 2 ranks 2 iterations, each a prefill of 4 x 16 tokens and four decodes of 4"
is "$(n ttft_trace $d):$(n tpot_trace $d)" "2 :8 " "Llama: their ranges are steps: of each rank 2 prefills and 8 decodes"
is "$("$P/step_time" $d 2>/dev/null | awk -F'\t' '$4 == "mean" { print $7 }' | sort -u | tr '\n' ' ')" "2 " "Llama: a step is an iteration"
"$TR_PYTHON" - $d <<'Y' && pass "Llama: the summary agrees with the requests, the times with the iterations" || fail "Llama: times"
import json, sys
b, t = (json.load(open(sys.argv[1] + "/" + f)) for f in ("results_json/bench.json", "timing_stats_0.json"))
near = lambda x, y: abs(x - y) < 1e-6 * abs(y)
assert len(b["ttfts"]) == 8 and all(len(i) == 4 for i in b["itls"]) and b["output_lens"] == [5] * 8
assert near(b["mean_ttft_ms"], 1000 * sum(b["ttfts"]) / 8) and near(b["duration"], sum(t["iteration_times_s"]))
assert all(0.002 <= x for x in b["ttfts"]) and near(max(b["ttfts"][:4]), t["ttft_s"][0])
assert near(max(f + sum(i) for f, i in zip(b["ttfts"][:4], b["itls"][:4])), t["iteration_times_s"][0])
Y
# to add an experiment: a copy of a file with other values, and its name in the list
cp "$P"/sweeps/{llama8b-tp-perlmutter,E1.*}.yaml "$P/sweeps/vllm_iterations.py" .
sed 's/E1.3/E1.4/; s/seq_len: 2048/seq_len: 16384/; $a\folder: llama-8b-tp4-long' E1.3_llama8b_tp4.yaml >E1.4_llama8b_tp4_long.yaml
sed -i 's/E1.3_llama8b_tp4.yaml\]/E1.3_llama8b_tp4.yaml, E1.4_llama8b_tp4_long.yaml]/' llama8b-tp-perlmutter.yaml
is "$("$P/sweep" plan llama8b-tp-perlmutter.yaml | grep -c "^run	llama-8b-tp4-long.*	seq_len=16384")" 2 "a fourth experiment is planned"
is "$("$P/sweep" plan ./E1.4_llama8b_tp4_long.yaml | cut -f1,2 | tr '\t\n' ' ;')" "#state run;run llama-8b-tp4-long;run llama-8b-tp4-long-nsys;# 2 of 2 runs;" "and alone"
is "$("$P/sweep" plan E1.1_llama8b_baseline.yaml | tail -1)" "# 2 of 2 runs" "E1.1_llama8b_baseline.yaml is one"

# what cannot be known
printf '#!/bin/sh\nexit 9\n' >bin/nvidia-smi
sed -i 's/"cuda_driver_version": 12040,//; s/, "nccl_version": "2.27.5"//; s/"name": "NVIDIA A100-SXM4-40GB"//' fake/torch/__init__.py
rm -r fake/nvidia_nccl*
mv llama8b-tp-perlmutter.yaml own.yaml; mv llama8b-tp-perlmutter known
ready llama8b-tp-perlmutter 1 -s max_tokens=5 -s seq_len=16 -s experiment=E1.3 -s profiler=torch
d=llama8b-tp-perlmutter/llama-8b-tp4
is "$(card $H.driver_version $d):$(card $H.xpu_spec.model $d):$(card $L.version $d)" "not recorded:not recorded:not recorded" "what neither the machine nor the trace says is marked so"
done_testing
