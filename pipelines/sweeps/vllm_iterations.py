#!/usr/bin/env python3
"""Iterations of a batch in vLLM, offline. Each rank is a process: start one a rank, with RANK, LOCAL_RANK, WORLD_SIZE,
MASTER_ADDR and MASTER_PORT set, as torch.distributed.run does. In order: warm-up; iterations without a profiler
(timing_stats_<rank>.json, results_json/bench.json with the moments of each request's tokens); as many recorded:
with --torch a Kineto trace and an execution trace of each rank, with --nsys inside cudaProfilerStart/Stop, for
`nsys profile --capture-range=cudaProfilerApi`. Eager, so that collectives have their sizes. In the trace an iteration is a
range ProfilerStep#N, and each step of the model one named as vLLM's own profiler names it:
execute_context_1(2048)_generation_0(0) is a prefill of one prompt with 2048 tokens."""
import argparse
import contextlib
import gzip
import json
import os
import shutil
import time

# The engine in this process, as vLLM's external launcher wants it; functions may go to the workers.
os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
os.environ.setdefault("VLLM_ALLOW_INSECURE_SERIALIZATION", "1")


def step_name(scheduled):
    """The name of a step, of what vLLM's scheduler hands out: a request with one token that was there before is a
    decode, any other a prefill."""
    counts = scheduled.num_scheduled_tokens
    new = {r.req_id for r in scheduled.scheduled_new_reqs}
    prefills = [n for r, n in counts.items() if r in new or n > 1]
    decodes = [n for r, n in counts.items() if r not in new and n == 1]
    return f"execute_context_{len(prefills)}({sum(prefills)})_generation_{len(decodes)}({sum(decodes)})"


@contextlib.contextmanager
def marked(name):
    """A range for Kineto and for NVTX."""
    import torch

    nvtx = torch.cuda.nvtx.range(name) if torch.cuda.is_available() else contextlib.nullcontext()
    with torch.profiler.record_function(name), nvtx:
        yield


def mark_steps(worker):
    """Puts a range around each step of the worker's model."""
    runner = getattr(worker, "worker", worker).model_runner
    inner = runner.execute_model

    def execute_model(scheduled, *args, **kwargs):
        if not getattr(scheduled, "num_scheduled_tokens", None):
            return inner(scheduled, *args, **kwargs)
        with marked(step_name(scheduled)):
            return inner(scheduled, *args, **kwargs)

    runner.execute_model = execute_model


def torch_start(worker, out, rank):
    import torch
    from torch.profiler import ExecutionTraceObserver, ProfilerActivity, profile

    mark_steps(worker)
    observer = ExecutionTraceObserver()
    observer.register_callback(f"{out}/torch_et_{rank}.json")
    worker.tr_profile = profile(
        activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA], record_shapes=True, execution_trace_observer=observer)
    worker.tr_profile.start()
    torch.cuda.synchronize()


def torch_stop(worker, out, rank):
    import torch

    torch.cuda.synchronize()
    worker.tr_profile.stop()
    path = f"{out}/kineto_trace_{rank}.json"
    worker.tr_profile.export_chrome_trace(path)
    worker.tr_profile = None
    with open(path, "rb") as plain, gzip.open(path + ".gz", "wb", compresslevel=4) as packed:
        shutil.copyfileobj(plain, packed)
    os.remove(path)


def cuda_start(worker, out, rank):
    import torch

    mark_steps(worker)
    torch.cuda.synchronize()
    torch.cuda.profiler.start()


def cuda_stop(worker, out, rank):
    import torch

    torch.cuda.synchronize()
    torch.cuda.profiler.stop()


def iterate(engine, prompts, sampling, ids):
    """One batch, from its start to its last token: the start, and the moments at which each request's tokens were there."""
    began = time.monotonic()
    at = {}
    for prompt in prompts:
        ids.append(str(len(ids)))
        at[ids[-1]] = []
        engine.add_request(ids[-1], prompt, sampling)
    while engine.has_unfinished_requests():
        outputs = engine.step()
        now = time.monotonic()
        for o in outputs:
            tokens = at[o.request_id]
            tokens += [now] * (len(o.outputs[0].token_ids) - len(tokens))
    return began, list(at.values())


def spread(name, values):
    return {f"avg_{name}": sum(values) / len(values), f"min_{name}": min(values), f"max_{name}": max(values)}


def write(path, what):
    with open(path + ".new", "w") as f:
        json.dump(what, f)
    os.rename(path + ".new", path)


def write_times(a, out, rank, batches):
    """The lengths of the iterations, and of each the time until all of its prompts had their first token; of rank 0 also each
    request, as `vllm bench serve --save-detailed` writes it."""
    times = [max(at[-1] for at in each) - began for began, each in batches]
    firsts = [max(at[0] for at in each) - began for began, each in batches]
    write(f"{out}/timing_stats_{rank}.json",
          {"rank": rank, "iteration_times_s": times, **spread("iteration_time", times), "ttft_s": firsts})
    if rank:
        return
    requests = [(began, at) for began, each in batches for at in each]
    n, total, tokens = len(requests), sum(times), sum(len(at) for _, at in requests)
    os.makedirs(f"{out}/results_json", exist_ok=True)
    write(f"{out}/results_json/bench.json", {
        "date": time.strftime("%Y%m%d-%H%M%S"), "backend": "vllm", "model_id": a.model, "num_prompts": n,
        "request_rate": "inf", "max_concurrency": a.batch, "duration": total, "completed": n, "failed": 0,
        "total_input_tokens": n * a.input, "total_output_tokens": tokens, "request_throughput": n / total,
        "output_throughput": tokens / total, "total_token_throughput": (tokens + n * a.input) / total,
        "mean_ttft_ms": 1000 * sum(at[0] - began for began, at in requests) / n,
        "mean_e2el_ms": 1000 * sum(at[-1] - began for began, at in requests) / n,
        "input_lens": [a.input] * n, "output_lens": [len(at) for _, at in requests],
        "ttfts": [at[0] - began for began, at in requests],
        "itls": [[y - x for x, y in zip(at, at[1:])] for _, at in requests], "errors": [""] * n})


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True)
    for name, value in (("tp", 1), ("batch", 4), ("input", 2048), ("output", 512), ("warmup", 2), ("iterations", 5)):
        p.add_argument(f"--{name}", type=int, default=value)
    p.add_argument("--out", default=".")
    p.add_argument("--torch", action="store_true")
    p.add_argument("--nsys", action="store_true")
    a = p.parse_args()
    out, rank = os.path.abspath(a.out), int(os.environ.get("RANK", 0))

    from vllm import LLM, SamplingParams

    # The same seed everywhere: each rank schedules for itself, and must do what the others do.
    llm = LLM(model=a.model, tensor_parallel_size=a.tp, distributed_executor_backend="external_launcher", seed=0,
              max_model_len=a.input + a.output + 1, max_num_seqs=a.batch, enforce_eager=True, enable_prefix_caching=False)
    prompts = [{"prompt_token_ids": [100 + i] * a.input} for i in range(a.batch)]
    sampling = SamplingParams(max_tokens=a.output, ignore_eos=True, temperature=0.0)

    ids, engine = [], llm.llm_engine
    for _ in range(a.warmup):
        iterate(engine, prompts, sampling, ids)
    write_times(a, out, rank, [iterate(engine, prompts, sampling, ids) for _ in range(a.iterations)])
    if a.torch or a.nsys:
        start, stop = (torch_start, torch_stop) if a.torch else (cuda_start, cuda_stop)
        llm.collective_rpc(start, args=(out, rank))
        for i in range(a.iterations):
            with marked(f"ProfilerStep#{i}"):
                iterate(engine, prompts, sampling, ids)
        llm.collective_rpc(stop, args=(out, rank))


if __name__ == "__main__":
    main()
