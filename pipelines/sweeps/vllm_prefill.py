#!/usr/bin/env python3
"""A batch of prompts in vLLM, offline: three times without a profiler, the first of which compiles, then once recorded, into
$VLLM_TORCH_PROFILER_DIR. The times of the second and third are results_json/bench.latency.json.

A file, and all of it below main: a process that vLLM spawns reads this file again."""
import argparse
import json
import os
import time


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", required=True)
    for name, value in (("tp", 8), ("batch", 1), ("input", 1024), ("output", 1), ("max-model-len", 1025)):
        p.add_argument(f"--{name}", type=int, default=value)
    p.add_argument("--utilisation", type=float, default=0.95)
    p.add_argument("--out", default="results_json")
    a = p.parse_args()

    from vllm import LLM, SamplingParams

    llm = LLM(model=a.model, tensor_parallel_size=a.tp, max_model_len=a.max_model_len, max_num_seqs=a.batch,
              gpu_memory_utilization=a.utilisation, enable_prefix_caching=False)
    prompts = [{"prompt_token_ids": [100 + i] * a.input} for i in range(a.batch)]
    sampling = SamplingParams(max_tokens=a.output, ignore_eos=True, temperature=0.0)

    def once():
        began = time.monotonic()
        llm.generate(prompts, sampling, use_tqdm=False)
        return time.monotonic() - began

    once()
    timed = [once(), once()]
    llm.start_profile()
    once()
    llm.stop_profile()
    os.makedirs(a.out, exist_ok=True)
    with open(f"{a.out}/bench.latency.json", "w") as f:
        json.dump({"avg_latency": sum(timed) / len(timed), "latencies": timed}, f)


if __name__ == "__main__":
    main()
