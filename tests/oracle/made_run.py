#!/usr/bin/env python3
"""oracle_run.py FOLDER train|serve SEED [SWITCH...] - makes a run of four ranks, the same each time.

Kineto traces, NVLink counters and a card: collectives of two sizes of groups that wait for each other or not,
counts and sizes that differ among the ranks in one step, a collective without a size, copies that run a step later. Switches, each for one more trouble:

outside  a collective before the first step
gap      the last rank has not recorded one of the steps
edge     collectives that run beyond the device step in which they began
dtype    types of one width differ among the ranks in one step
loose    a kernel without a launch in a step, as its last
"""
import json, os, random, struct, sys
folder, kind, seed, *switches = sys.argv[1:]
BASE = 1790857026 * 10 ** 9
DEVICE = ("kernel", "gpu_memcpy", "gpu_memset")
COLLS = ("allreduce", "_allgather_base", "_reduce_scatter_base", "broadcast", "all_to_all")
os.makedirs(folder, exist_ok=True)
for rank in range(4):
    # what all ranks do alike, and what each does by itself
    shared, mine = random.Random(int(seed)), random.Random(int(seed) * 10 + rank)
    events, free = [], {}

    def put(cat, name, ts, dur, pid, tid, **args):
        events.append(dict(ph="X", cat=cat, name=name, pid=pid, tid=tid, ts=ts / 1000, dur=dur / 1000, args=args))

    def launch(cat, name, at, dur, stream, late=0, seen=True, **args):
        corr = len(events)
        start = max(at + 5000 + late, free.get(stream, 0) + mine.randrange(300))
        free[stream] = start + dur
        if seen:
            put("cuda_runtime", "cudaLaunchKernel", at, 2000, 99, 1, correlation=corr)
        put(cat, name, start, dur, rank, stream, device=rank, stream=stream, correlation=corr, **args)

    def call(at, dur, coll, elements, ranks, dtype, sized=True, group="mesh"):
        n = len(ranks)
        into, out = (elements, elements * n) if "gather" in coll else (elements * n, elements) if "scatter" in coll else (elements, elements)
        sizes = {"In msg nelems": into, "Out msg nelems": out} if sized else {}
        launch("kernel", "ncclDevKernel", at, dur, 20, **{"Collective name": coll, "Group size": n, "dtype": dtype,
               "Process Group Name": group, "Process Group Description": group, "Process Group Ranks": str(ranks)}, **sizes)
    t = 10 ** 6
    launch("kernel", "warm_up", t - 500000, 100000, 7)
    if "outside" in switches:
        call(t - 400000, 80000 + mine.randrange(99), "allreduce", 64, [0, 1, 2, 3], "Float", group="world")
    for k in range(7):
        long = 900000 + mine.randrange(200000)
        if "gap" not in switches or k != 5 or rank != 3:
            put("user_annotation", "ProfilerStep#%d" % (3 + k) if kind == "train" else "prefill" if k in (0, 4) else "decode", t, long, 99, 1)
        for i in range(9):
            at = t + 20000 + i * 60000
            launch("kernel", "gemm%d" % (i % 3), at, 40000 + mine.randrange(30000), 7)
            coll, elements, dtype = shared.choice(COLLS), shared.choice((1000, 4096, 70000, 1 << 20)), shared.choice(("Float", "BFloat16"))
            world = shared.random() < .5
            if k == 2 and rank == 1 and i == 4 and not world:
                continue                # the ranks' counts differ
            if k == 3 and rank == 3 and i > 3:
                elements += 8           # sizes differ, later in the step
            if "dtype" in switches and k == 1 and rank == 2:
                dtype = {"Float": "Int", "BFloat16": "Half"}[dtype]
            late = 700000 if "edge" in switches and i == 8 else 0
            call(at + 10000, 9000 + elements // 40 + mine.randrange(5000) * mine.randrange(4) + late, coll, elements,
                 [0, 1, 2, 3] if world else [0, 1] if rank < 2 else [2, 3], dtype, k != 1 or i != 3, "world" if world else "mesh")
        # rank 2 of a training run copies for a step when the next one computes
        launch("gpu_memcpy", "Memcpy HtoD (Pageable -> Device)", t + 700000, 70000, 30, 900000 if rank == 2 and kind == "train" else 0, bytes=1000)
        launch("gpu_memset", "Memset (Device)", t + 750000, 900, 7, bytes=10)
        if k == 4 and (kind == "train" or "loose" in switches):
            launch("kernel", "no_launch", t + 800000, 700, 7, seen=False)
        t += long + mine.randrange(3) * 4000
    with open("%s/kineto_trace_%d.json" % (folder, rank), "w") as f:
        json.dump({"distributedInfo": {"rank": rank, "world_size": 4}, "baseTimeNanoseconds": BASE, "traceEvents": events}, f)
    # samples of two links each way; voids, resets
    data, value, ts = struct.pack("<4sHHi", b"NVF1", 1, 40, 8), {}, 500
    while ts < 9 * 10 ** 6:
        ts += mine.choice((77777, 10 ** 6 // 3, 10 ** 5, 2 * 10 ** 5 + 1))
        for series in ((field, link) for field in (138, 139) for link in range(2)):
            value[series] = value.get(series, 10 ** 6) + mine.randrange(1000) * mine.randrange(3)
            if mine.random() < .03:
                value[series] = mine.randrange(1000)
            data += struct.pack("<QIIqqIIQ", ts, *series, 0, 0, 3, mine.randrange(20) // 19, value[series])
    with open("%s/nvlink_gpu%d.bin" % (folder, rank), "wb") as f:
        f.write(data)
    with open("%s/nvlink_gpu%d.clock.json" % (folder, rank), "w") as f:
        json.dump({"realtime_ns": BASE + 1000, "monotonic_ns": 1000}, f)
with open(folder + "/workload_card.yaml", "w") as f:
    f.write("""version: 1
workload:
  model:
    phase: %s
    precision: bf16
    model_arch:
      num_params: 1100000
      num_params_embedding: 100000
      num_layers: 3
      num_heads: 5
      head_dim: 7
  data:
    batch_size: 2
    seq_len: 30
    input_len: 40
    output_len: 9
  hardware:
    xpu_spec:
      model: NVIDIA H100 80GB HBM3
      total_count: 4
Model-executor:
  model_plan_parallelization:
    dp_replicate: 1
    dp_shard: 2
""" % ("training" if kind == "train" else "inference"))
