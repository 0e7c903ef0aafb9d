#!/usr/bin/env bash
# Sweeps: why a run failed, whose server answers, what counts as complete, and the settings of a run.
. "${0%/*}/lib.sh"
P=$top/pipelines
export TR_GRACE=1
cat >ways.yaml <<'Y'
name: "{way}"
axes: {way: [killed, skipped, handled, memory, follows, server_oom, shm, kernel, numpy]}
server: |
  [[ $way == server_oom ]] || exec sleep 600
  echo "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB."
  echo "RuntimeError: Engine core initialization failed. See root cause above."
  exit 1
client: |
  case $way in
  killed) kill -KILL $$ ;;
  skipped) echo "WARNING: skipping batch 256: CUDA out of memory"; echo "ValueError: no such dataset"; exit 1 ;;
  handled) echo "CUDA out of memory"; echo "batch 128 is used"; echo "config error: no such model"; exit 2 ;;
  memory) printf 'Traceback (most recent call last):\n  File "x.py", line 1\nMemoryError\n'; exit 1 ;;
  follows) echo "[rank0]: torch.OutOfMemoryError: CUDA out of memory"; echo "torch.distributed.elastic.multiprocessing.errors.ChildFailedError:"; echo "train.py FAILED"; exit 1 ;;
  server_oom) sleep 600 ;;
  shm) echo "OSError: [Errno 28] No space left on device: '/dev/shm/psm_1234'"; exit 1 ;;
  kernel) [[ ! -s $CGROUP ]] || echo $$ >"$(<"$CGROUP")/cgroup.procs"; python3 -c 'x = bytearray(200 << 20); print(len(x), sum(x[::4096]))' ;;
  numpy) echo "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 3 TiB"; exit 1 ;;
  esac
Y
# A cgroup of 50 MB, where one can be made: the kernel ends what needs more.
export CGROUP=$tmp/cgroup
: >"$CGROUP"
own=$(sed -n 's/^[0-9]*:memory:/\/sys\/fs\/cgroup\/memory/p' /proc/self/cgroup)
own=${own:-/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)}
G=$own/tr-test.$$
if mkdir "$G" 2>/dev/null && { echo 50M >"$G/memory.limit_in_bytes" || echo 50M >"$G/memory.max"; } 2>/dev/null; then
	echo 0 2>/dev/null >"$G/memory.swap.max"
	trap 'rmdir "$G" 2>/dev/null; rm -rf "$tmp"' EXIT
fi
run "$P/sweep" run -s way=kernel -o none ways.yaml
[[ $rc == 0 ]] && pass "200 MB are there without a limit" || skip "200 MB are not there"
# All of the run must be in the cgroup whose count run.sh reads.
[[ ! -e $G/cgroup.procs ]] || in_cgroup=(bash -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' - "$G")
run "${in_cgroup[@]}" "$P/sweep" run -o out ways.yaml
is "$(grep -v kernel <<<"$out" | cut -f1,2 | tr '\t\n' ' ;')" "failed killed;failed skipped;failed handled;oom memory;oom follows;oom server_oom;failed shm;oom numpy;" "out of memory only where it is the last cause that explains the status"
for want in "killed	status 137" "skipped	.*: ValueError: no such dataset" "handled	.*: config error: no such model" "shm	.*/dev/shm/psm_1234"; do
	ok "the log: $want" grep -qE "^##.*	${want/	/	attempt 1 of 1: }" out/profiling_errors.log
done
if [[ -n ${in_cgroup-} ]]; then
	like "$(grep kernel <<<"$out")" "^oom	kernel	.*run.sh: the kernel ended processes for want of memory .*oom_kill 0, now [1-9]" "ended by the kernel, as its own count says: out of memory"
else
	skip "no cgroup can be made: the kernel's own record not tried"
fi

# Other lines that say so, and such that only look like it
cause() { printf '%s\n' "$@" | awk -f "$P/sweep.d/causes.awk" "$P/sweep.d/causes" - | cut -f1; }
while IFS= read -r line; do
	is "$(cause "$line" "torch.distributed.DistBackendError: NCCL error in: x")" oom "out of memory: ${line:0:60}"
done <<'L'
RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)
vm:1:2 [0] NCCL WARN Cuda failure 2 'out of memory'
vm:1:2 [0] NCCL WARN Cuda failure 'out of memory'
RuntimeError: CUDA driver error: out of memory
torch.AcceleratorError: CUDA error: out of memory
RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB
RuntimeError: HIP out of memory. Tried to allocate 2.00 GiB
RuntimeError: [enforce fail at alloc_cpu.cpp:83] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 2 bytes
memory allocation of 1234 bytes failed
jax.errors.JaxRuntimeError: RESOURCE_EXHAUSTED: Failed to allocate 12.0G
L
is "$(cause "CUDA out of memory: retrying with a smaller batch" "FileNotFoundError: x"):$(cause "NCCL WARN Cuda failure 2 'invalid argument'"):$(cause "CUBLAS_STATUS_NOT_INITIALIZED: failed to create")" \
	"error:error:error" "not one that was dealt with, nor another failure of CUDA"

# Servers: somebody else's on the port, before and after ours is started.
cat >server.py <<'Y'
import http.server, sys, time
time.sleep(float(sys.argv[2]))
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self): self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
Y
port=$((21000 + $$ % 20000))
cat >serve.yaml <<'Y'
name: "s{late}"
axes: {late: [0, 9]}
timeout: 30
set: {port: PORT}
files: [server.py]
server: exec "$TR_PYTHON" server.py "$port" "$late"
ready: exec 3<>"/dev/tcp/127.0.0.1/$port"
client: echo answered >answer
expect: [answer]
Y
sed -i "s/PORT/$port/" serve.yaml
run "$P/sweep" run -s late=0 -o ours serve.yaml
is "$rc:$(cut -f1,2 <<<"$out")" "0:collected	s0" "our own server answers: collected"
"$TR_PYTHON" server.py $port 0 &
foreign=$!
for ((i = 0; i < 100; i++)); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
run "$P/sweep" run -s late=0 -o before serve.yaml
like "$rc:$out" "^1:failed	s0	.*port $port is in use before the server is started: process $foreign, .*server.py" "somebody else's server: said, with its process; not collected"
kill $foreign; wait $foreign 2>/dev/null
"$P/sweep" run -s late=9 -o after serve.yaml >said 2>&1 &
a=$!
for ((i = 0; i < 200; i++)); do compgen -G 'after/.sweep/work/*/logs/server.log' >/dev/null && break; sleep 0.05; done
sleep 0.5
env -i "$TR_PYTHON" server.py $port 0 &
foreign=$!
wait $a
like "$?:$(head -1 said)" "^1:failed	s9	.*port $port is answered by another server: process $foreign" "a server that is started later on our port: not collected"
kill $foreign; wait $foreign 2>/dev/null
printf 'name: r{n}\naxes: {n: [1]}\nserver: sleep 600\nready: "true"\nclient: "true"\n' >always.yaml
run "$P/sweep" run -o always always.yaml
like "$rc:$out" "^1:failed	r1	.*ready.sh succeeds before the server is started" "a ready that succeeds without a server is refused"

# Complete files
cat >files.yaml <<'Y'
name: "{way}"
axes: {way: [good, empty, dangling, cut_json, cut_gz, cut_trace, cut_xplane, cut_sqlite, few, check]}
client: |
  echo '{"a": [1, 2]}' >a.json
  gzip -dc "$SAMPLE" 2>/dev/null | head -c 40000 >long || true
  gzip -c "$SAMPLE.plain" >t.json.gz
  echo x >r0; echo x >r1
  printf '\x0a\x0f\x12\x0d/device:TPU:0' >h.xplane.pb
  { printf 'SQLite format 3\0\2\0\1\1\0\100\40\40\0\0\0\1\0\0\0\2'; head -c 992 /dev/zero; } >d.sqlite
  case $way in
  empty) : >a.json ;;
  dangling) ln -sf nowhere a.json ;;
  cut_json) echo '{"a": [1, 2' >a.json ;;
  cut_gz) gzip -c "$SAMPLE.plain" | head -c 300 >t.json.gz || true ;;
  cut_trace) gzip -c long >t.json.gz ;;
  cut_xplane) printf '\x0a\x30\x12\x0d/device:TPU:0' >h.xplane.pb ;;
  cut_sqlite) truncate -s 600 d.sqlite ;;
  few) rm r1 ;;
  check) echo y >r1 ;;
  esac
expect: [a.json, t.json.gz, h.xplane.pb, d.sqlite, {files: "r[0-9]", min: 2, check: "grep -q x"}]
Y
export SAMPLE=$tmp/sample.json.gz
cp "$sample/kineto_trace_0.json.gz" "$SAMPLE"
printf '{"schemaVersion":1,"traceEvents":[%s]}' "$(for i in $(seq 200); do printf '{"ph":"X","cat":"kernel","name":"k%d","pid":0,"tid":7,"ts":%d,"dur":1},' $i $i; done | sed 's/,$//')" >"$SAMPLE.plain"
run "$P/sweep" run -o files files.yaml
is "$(cut -f1,2,5 <<<"$out")" "collected	good	.
failed	empty	a.json: empty
failed	dangling	a.json: a link to nothing
failed	cut_json	a.json: cut short
failed	cut_gz	t.json.gz: cut short
failed	cut_trace	t.json.gz: cut short
failed	cut_xplane	h.xplane.pb: cut short
failed	cut_sqlite	d.sqlite: cut short: 600 of 1024 bytes
failed	few	1 of 2 r[0-9] were made
failed	check	r1: the check failed: grep -q x" "what is expected must be complete"

# Other settings
cat >set.yaml <<'Y'
name: r{n}
set: {seq_len: 2048, account: m1, note: a}
axes: {n: [1, 2]}
files: [helper.txt]
client: echo "$n $seq_len" >out
card: {description: "{note}"}
slurm: {options: ["--account={account}"]}
Y
echo 1 >helper.txt
run "$P/sweep" run -o set set.yaml
run "$P/sweep" run -s account=m2 -s note=b -o set set.yaml
is "$rc:$err" "0:sweep: 2 of 2 runs exist already" "another account or card: the same runs"
sed -i 's/2048/8192/; s/echo "/echo  "/; s/\[1, 2\]/[1, 2, 3]/' set.yaml
echo 2 >helper.txt
run "$P/sweep" run -o set set.yaml
is "$rc:$out:$err" "2::sweep: r1: made with other settings (seq_len 2048, now 8192, other client, other helper.txt)
sweep: r2: made with other settings (seq_len 2048, now 8192, other client, other helper.txt)
sweep: $tmp/set: 2 runs were made with other settings: -k keeps them, -a makes them again" "edited: what differs is named, and nothing is made"
run "$P/sweep" status -o set set.yaml
is "$rc:$(cut -f1 <<<"$out" | tr '\n' ';')" "1:changed;changed;missing;# 0 collected, 0 oom, 0 failed, 1 missing, 2 changed of 3;" "status says so"
run "$P/sweep" run -k -o set set.yaml
is "$rc:$(cut -f1,2 <<<"$out"):$(cat set/r?/out | tr '\n' ';')" "0:collected	r3:1 2048;2 2048;3 8192;" "-k keeps them"
run "$P/sweep" run -a -o set set.yaml
is "$rc:$(cut -f1,2 <<<"$out" | tr '\t\n' ' ;'):$(cat set/r?/out | tr '\n' ';')" "0:collected r1;collected r2;:1 8192;2 8192;3 8192;" "-a makes them again"
is "$(ls -A set set/.sweep/old | tr '\n' ' ')" "set: .sweep r1 r2 r3  set/.sweep/old: " "and the old ones are gone"

# A failed run keeps its folder, the last one; an odd directory stops nobody
printf 'name: r{n}\naxes: {n: [1, 2, 3]}\nclient: |\n  echo "$RANDOM" >mark; [[ $n != 2 ]]\n' >odd.yaml
mkdir -p odd/r1
run "$P/sweep" run -o odd odd.yaml
is "$rc:$(cut -f1,2 <<<"$out" | tr '\t\n' ' ;'):$(grep -c 'r1: exists, but was not made by sweep' <<<"$err")" "1:failed r2;collected r3;:1" "one odd directory: the others are made"
mkdir odd2
ln -s nowhere odd2/r1
: >odd2/r2
run "$P/sweep" run -o odd2 odd.yaml
is "$rc:$(cut -f1,2 <<<"$out" | tr '\t\n' ' ;'):$(grep -c 'exists, but was not made by sweep' <<<"$err")" "1:collected r3;:2" "nor does a link to nothing, or a file"
mark=$(cat odd/r2.failed/mark)
run "$P/sweep" run -o odd odd.yaml
[[ -n $mark && -s odd/r2.failed/mark && $(cat odd/r2.failed/mark) != "$mark" ]] && pass "RUN.failed is the last attempt" || fail "RUN.failed is the last attempt"

# On a cluster: the account and its like are settings of every ready sweep, of arrays and report alike
for f in "$P"/sweeps/{tpu,mixtral,qwen3,llama8b,torch}*.yaml; do
	name=${f##*/}
	run "$P/sweep" run -n -l slurm -s account=m77 -s partition=p7 -s setup="module load x7" -o "dry-$name" "$f"
	is "$rc:$(grep -L '^#SBATCH --account=m77$' "dry-$name"/slurm/1/*.sh)$(grep -L '^#SBATCH --partition=p7$' "dry-$name"/slurm/1/array-*.sh)$(grep -L '^module load x7$' "dry-$name"/slurm/1/*.sh)" \
		"0:" "$name: -s account, partition, setup reach arrays and report"
done
ok "Qwen3 asks for GPUs" grep -q '^#SBATCH --gpus=[24]$' dry-qwen3-serving-nvlink.yaml/slurm/1/array-1.sh
done_testing
