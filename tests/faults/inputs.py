"""Writes a small sound input of each kind into the current folder, for the commands in tests/faults/commands.
usage: inputs.py CARD"""
import gzip, json, random, re, struct, sys

random.seed(5)
events = [{"ph": "M", "name": "process_name", "pid": 0, "tid": 0, "args": {"name": "python"}}]
for i in range(4):
    t = 1000 + 100 * i
    events += [
        {"ph": "X", "cat": "user_annotation", "name": f"ProfilerStep#{i}", "pid": 9, "tid": 1, "ts": t, "dur": 90},
        {"ph": "X", "cat": "cuda_runtime", "name": "cudaLaunchKernel", "pid": 9, "tid": 1, "ts": t + 1.5, "dur": 2,
         "args": {"correlation": 2 * i + 1, "External id": 10 + i}},
        {"ph": "X", "cat": "cpu_op", "name": "record_param_comms", "pid": 9, "tid": 1, "ts": t + 1, "dur": 3,
         "args": {"External id": 10 + i, "Record function id": 20 + i}},
        {"ph": "X", "cat": "kernel", "name": "gemm", "pid": 0, "tid": 7, "ts": t + 5.001, "dur": 30.25,
         "args": {"correlation": 2 * i + 2, "device": 0, "stream": 7}},
        {"ph": "X", "cat": "kernel", "name": "ncclDevKernel_AllReduce_Sum_bf16_RING_LL", "pid": 0, "tid": 8,
         "ts": t + 20, "dur": 40, "args": {"correlation": 2 * i + 1, "External id": 10 + i, "device": 0}},
        {"ph": "B", "cat": "x", "name": "open", "pid": 9, "tid": 2, "ts": t + 2},
        {"ph": "E", "pid": 9, "tid": 2, "ts": t + 4}]
kineto = {"schemaVersion": 1, "traceEvents": events, "baseTimeNanoseconds": 1743450000000000000,
          "distributedInfo": {"backend": "nccl", "rank": 3, "world_size": 4},
          "pad": "".join(chr(random.randrange(97, 123)) for _ in range(140000))}
text = json.dumps(kineto)
open("kineto_trace_3.json", "w").write(text)
gzip.open("kineto_trace_3.json.gz", "wt").write(text)
open("chrome.json", "w").write(json.dumps(events))
open("sizes.tr", "w").write("".join(
    f"i\t.\t.\t3\t9\t1\tet_node\trecord_param_comms\tid={i}\tcoll=allreduce\tbytes={100 * i + 100}\tnranks=4\trf_id={20 + i}\n"
    for i in range(4)))
node = lambda i, name, attrs: {"id": i, "name": name, "ctrl_deps": 1, "inputs": {"values": [], "shapes": [], "types": []},
                               "outputs": {"values": [], "shapes": [], "types": []}, "attrs": attrs}
json.dump({"schema": "1.1.1-chakra.0.0.4", "pid": 9, "start_ts": 1, "nodes": [
    node(2, "aten::add", [{"name": "rf_id", "type": "uint64", "value": 3}]), node(1, "outer", [])]}, open("torch_et_3.json", "w"))
json.dump({"rank": 0, "world": 4, "marks": [
    {"bytes": 1048576, "reps": 10, "start_mono_ns": 5 + 9 * i, "end_mono_ns": 9 + 9 * i} for i in range(3)]}, open("marks.json", "w"))
json.dump({"rank": 0, "iteration_times_s": [0.5, 0.25, 0.125], "ttft_s": [0.02, 0.03, 0.04]}, open("timing.json", "w"))
json.dump({"backend": "vllm", "duration": 2.0, "completed": 2, "request_throughput": 1.0, "total_input_tokens": 30,
           "total_output_tokens": 5, "mean_ttft_ms": 25.0, "input_lens": [10, 20], "output_lens": [3, 2],
           "ttfts": [0.02, 0.03], "itls": [[0.01, 0.02], [0.01]], "errors": ["", ""]}, open("bench.json", "w"))
json.dump({"avg_latency": 1.5, "latencies": [1.0, 2.0], "percentiles": {"50": 1.5}}, open("latency.json", "w"))
open("bench.log", "w").write("============ Serving Benchmark Result ============\nSuccessful requests:   2\n"
                             "Mean TTFT (ms):     20.22\n" + "=" * 50 + "\n")
open("arrivals.csv", "w").write("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9,1,2\n2023-11-16 18:17:04.9,3,4\n")
open("nsys.csv", "w").write("Start (ns),Duration (ns),CorrId,GrdX,GrdY,GrdZ,BlkX,BlkY,BlkZ,Device,Strm,Name\n"
                            "100,50,1,1,1,1,32,1,1,NVIDIA H100 (0),7,ncclDevKernel_AllReduce\n200,5,2,1,1,1,32,1,1,NVIDIA H100 (0),7,k\n")
open("dmon.txt", "w").write("#Date       Time        gpu    pwr     sm    mem\n#YYYYMMDD   HH:MM:SS    Idx      W      %      %\n"
                            " 20250401   12:00:01      0    300     50     20\n 20250401   12:00:02      0    310     60     30\n")
with open("nvlink_gpu0.bin", "wb") as o:
    o.write(b"NVF1" + struct.pack("<HHi", 1, 40, 8))
    for i in range(5):
        o.write(struct.pack("<QIIqqIIQ", 100 * i, 138, 3, 0, 0, 3, 0, 1000 * i))
open("nvlink_gpu0.clock.json", "w").write('{"gpu":0,"monotonic_ns":100,"realtime_ns":1743450000000000000}')


def vi(u):
    u &= (1 << 64) - 1
    o = b""
    while u > 127:
        o += bytes([u & 127 | 128])
        u >>= 7
    return o + bytes([u])


def f(n, v):
    if isinstance(v, int):
        return vi(n << 3) + vi(v)
    v = v.encode() if isinstance(v, str) else v
    return vi(n << 3 | 2) + vi(len(v)) + v


msg = lambda *fields: b"".join(f(n, v) for n, v in fields)
stat = lambda i, n, v: msg((1, i), (n, v))
event = lambda m, off, dur, *stats: msg((1, m), (2, off), (3, dur), *[(4, s) for s in stats])
meta = lambda i, name, *stats: msg((1, i), (2, msg((1, i), (2, name), *[(5, s) for s in stats])))
line = msg((1, 3), (2, "XLA Ops"), (3, 10), *[(4, event(7 + i % 2, 2000 * i, 1500)) for i in range(6)])
plane = msg((1, 2), (2, "/device:TPU:1"), (3, line), (4, meta(7, "all-reduce.3", stat(1, 5, "all-reduce"))),
            (4, meta(8, "fusion")), (5, meta(1, "hlo_category")))
host = msg((1, 3), (2, "/host:CPU"), (3, msg((1, 1), (2, "python"), (3, 5), (4, event(1, 10, 20)))), (4, meta(1, "call")))
start = msg((2, "Task Environment"), (5, meta(1, "profile_start_time")), (6, stat(1, 3, 1700000000000000000)))
open("a.xplane.pb", "wb").write(msg((1, plane), (1, host), (1, start)))
rec = "X\t{}\t{}\t{}\t0\t7\tkernel\t{}\tcoll=allreduce\tbytes={}\tcorrelation={}\n"
with open("s.tr", "w") as o:
    o.write("## tr 1\n##base_ns 0\n##trace t\n##rank 0\n#ph\tts\tdur\trank\tpid\ttid\tcat\tname\n")
    for i in range(4):
        o.write(f"X\t{1000 * i}\t900\t0\t1\t1\tuser_annotation\tProfilerStep#{i}\n")
        o.write(rec.format(1000 * i + 10, 300, 0, "ncclDevKernel_AllReduce", 4096, i + 1))
        o.write(f"X\t{1000 * i + 200}\t400\t0\t0\t8\tkernel\tgemm\tl=[1,{i}]\n")
with open("many.tr", "w") as o:  # more than fits into memory at once, for the sort
    for i in range(17000):
        o.write(f"X\t{(i * 7919) % 17000}\t3\t0\t0\t7\tk\tn\n")
with open("c.tr", "w") as o:
    for i in range(4):
        o.write(f"C\t{100 * i}\t.\t.\t0\tl\tcounter\tn_bytes\tvalue={1000 * i}\n")
open("card.yaml", "w").write("version: 1\ndescription: >\n  two\n  lines\nhf_url: https://huggingface.co/a/b\n"
                             "contributor: Jane Doe\nlist: [x, {k: v}]\nnested:\n  deep: {er: 1.50}\n")
card = open(sys.argv[1]).read()
open("sound.yaml", "w").write(card)
card = re.sub("seq_len: .*", "seq_len: 1,024", card)
open("fix.yaml.in", "w").write(card)
open("fill.yaml.in", "w").write(card)
open("metrics.tsv", "w").write("#trace\tmetric\tscope\tstat\tvalue\tunit\tn\tnote\n"
                               "t\tstep_time\tall\tmean\t0.5\ts\t2\t.\nt\tstep_time\tall\tmax\t0.75\ts\t2\t.\n")
open("my.rules", "w").write("name none ^ncclDebug\nsize alltoall In msg nelems\n")
