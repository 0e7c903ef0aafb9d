#!/usr/bin/env python3
"""Iterations of a batch in vLLM, offline: warm-up, then timed ones without a profiler (timing_stats_0.json), then as many
recorded: with --torch a Kineto trace and an execution trace of each rank, with --nsys inside cudaProfilerStart/Stop, for
`nsys profile --capture-range=cudaProfilerApi`. Eager, so that collectives have their sizes."""
import argparse
import gzip
import json
import os
import shutil
import time

# Functions go to the workers, which are processes of their own.
os.environ.setdefault("VLLM_ALLOW_INSECURE_SERIALIZATION", "1")
os.environ.setdefault("VLLM_WORKER_MULTIPROC_METHOD", "spawn")


def torch_start(worker, out):
    import torch
    from torch.profiler import ExecutionTraceObserver, ProfilerActivity, profile

    rank = worker.rank
    observer = ExecutionTraceObserver()
    observer.register_callback(f"{out}/torch_et_{rank}.json")
    worker.tr_profile = profile(
        activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA], record_shapes=True, execution_trace_observer=observer)
    worker.tr_profile.start()
    torch.cuda.synchronize()


def torch_stop(worker, out):
    import torch

    torch.cuda.synchronize()
    worker.tr_profile.stop()
    path = f"{out}/kineto_trace_{worker.rank}.json"
    worker.tr_profile.export_chrome_trace(path)
    worker.tr_profile = None
    with open(path, "rb") as plain, gzip.open(path + ".gz", "wb", compresslevel=4) as packed:
        shutil.copyfileobj(plain, packed)
    os.remove(path)


def cuda_start(worker, out):
    import torch

    torch.cuda.synchronize()
    torch.cuda.profiler.start()


def cuda_stop(worker, out):
    import torch

    torch.cuda.synchronize()
    torch.cuda.profiler.stop()


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", required=True)
    for name, value in (("tp", 1), ("batch", 4), ("input", 2048), ("output", 512), ("warmup", 2), ("iterations", 5)):
        p.add_argument(f"--{name}", type=int, default=value)
    p.add_argument("--out", default=".")
    p.add_argument("--torch", action="store_true")
    p.add_argument("--nsys", action="store_true")
    a = p.parse_args()
    out = os.path.abspath(a.out)

    from vllm import LLM, SamplingParams

    llm = LLM(model=a.model, tensor_parallel_size=a.tp, max_model_len=a.input + a.output + 1, max_num_seqs=a.batch,
              enforce_eager=True, enable_prefix_caching=False)
    prompts = [{"prompt_token_ids": [100 + i] * a.input} for i in range(a.batch)]
    sampling = SamplingParams(max_tokens=a.output, ignore_eos=True, temperature=0.0)

    def iterate():
        began = time.monotonic()
        llm.generate(prompts, sampling, use_tqdm=False)
        return time.monotonic() - began

    for _ in range(a.warmup):
        iterate()
    times = [iterate() for _ in range(a.iterations)]
    with open(f"{out}/timing_stats_0.json", "w") as f:
        json.dump({"rank": 0, "iteration_times_s": times, "avg_iteration_time": sum(times) / len(times),
                   "min_iteration_time": min(times), "max_iteration_time": max(times)}, f)
    if a.torch or a.nsys:
        start, stop = (torch_start, torch_stop) if a.torch else (cuda_start, cuda_stop)
        llm.collective_rpc(start, args=(out,))
        for _ in range(a.iterations):
            iterate()
        llm.collective_rpc(stop, args=(out,))


if __name__ == "__main__":
    main()
