#!/usr/bin/env python3
"""A workload that needs nothing but torch (2.4 or later) and makes a complete trace directory in about two minutes.

  python3 -m torch.distributed.run --standalone --nproc-per-node=4 torch_workload.py --mode dense --out DIR

dense  prefill and decode of a Llama-like model, tensor parallel: two all-reduces a block
moe    the same with experts on all ranks: two all-to-alls a block, attention on each rank's own requests
fsdp   training of the dense model, parameters sharded: all-gathers and reduce-scatters

There is no embedding; inputs are random hidden states. In order: warm-up; timed rounds without a profiler
(timing_stats_<rank>.json, results_json/bench.json; phases.json: CLOCK_MONOTONIC start, end of prefill or forward pass, and
end of each round); a ladder of all-reduces of known size (allreduce_marks_<rank>.json); rounds under torch.profiler
(kineto_trace_<rank>.json.gz, torch_et_<rank>.json.gz); workload_card.yaml. If NVLink counters are polled meanwhile, each
GPU sends bytes x reps x 2(n-1)/n between the two marks of one size of the ladder, with NCCL_NVLS_ENABLE=0."""
import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import time

import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F
from torch.profiler import ExecutionTraceObserver, ProfilerActivity, profile, record_function, schedule

MIB = 1 << 20
LADDER_MIB, LADDER_REPS = (1, 4, 16, 64, 256), (1, 10, 50)


class Attention(nn.Module):
    """Heads of this rank only, with a cache of keys and values."""

    def __init__(self, a, tp):
        super().__init__()
        self.heads, self.dim = a.heads // tp, a.hidden // a.heads
        self.qkv = nn.Linear(a.hidden, 3 * self.heads * self.dim, bias=False)
        self.out = nn.Linear(self.heads * self.dim, a.hidden, bias=False)
        self.cache, self.at = None, 0

    def forward(self, x):
        b, s, _ = x.shape
        q, k, v = self.qkv(x).view(b, s, 3, self.heads, self.dim).permute(2, 0, 3, 1, 4)
        if self.cache is not None:
            end = self.at + s
            self.cache[0, :, :, self.at:end], self.cache[1, :, :, self.at:end] = k, v
            k, v, self.at = self.cache[0, :, :, :end], self.cache[1, :, :, :end], end
        y = F.scaled_dot_product_attention(q, k, v, is_causal=s > 1)
        return self.out(y.transpose(1, 2).reshape(b, s, -1))


class Mlp(nn.Module):
    def __init__(self, hidden, inner):
        super().__init__()
        self.up, self.gate = nn.Linear(hidden, inner, bias=False), nn.Linear(hidden, inner, bias=False)
        self.down = nn.Linear(inner, hidden, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Experts(nn.Module):
    """Experts spread over the ranks: tokens go to theirs and come back, by all-to-all."""

    def __init__(self, a, world):
        super().__init__()
        self.world, self.local, self.top = world, a.experts // world, a.top_k
        self.router = nn.Linear(a.hidden, a.experts, bias=False)
        self.mlps = nn.ModuleList(Mlp(a.hidden, a.ffn) for _ in range(self.local))

    def exchange(self, rows, send, receive):
        out = rows.new_empty(sum(receive), rows.shape[1])
        dist.all_to_all_single(out, rows, output_split_sizes=receive, input_split_sizes=send)
        return out

    def forward(self, x):
        tokens = x.reshape(-1, x.shape[-1])
        weight, expert = self.router(tokens).softmax(-1).topk(self.top)
        order = expert.reshape(-1).argsort(stable=True)
        to = torch.bincount(expert.reshape(-1), minlength=self.world * self.local)
        come = torch.empty_like(to)
        dist.all_to_all_single(come, to)
        send, receive = (c.view(self.world, self.local).sum(1).tolist() for c in (to, come))
        rows = self.exchange(tokens[order // self.top], send, receive)
        owner = torch.arange(self.local, device=x.device).repeat(self.world).repeat_interleave(come)
        done = torch.empty_like(rows)
        for i, mlp in enumerate(self.mlps):
            mine = (owner == i).nonzero(as_tuple=True)[0]
            done[mine] = mlp(rows[mine])
        back = torch.empty(order.numel(), rows.shape[1], dtype=rows.dtype, device=rows.device)
        back[order] = self.exchange(done, receive, send)
        return (back.view(-1, self.top, rows.shape[1]) * weight.unsqueeze(-1)).sum(1).view_as(x)


class Block(nn.Module):
    def __init__(self, a, world):
        super().__init__()
        self.tp = world if a.mode == "dense" else 1
        self.norm1, self.norm2 = nn.RMSNorm(a.hidden), nn.RMSNorm(a.hidden)
        self.attention = Attention(a, self.tp)
        self.mlp = Experts(a, world) if a.mode == "moe" else Mlp(a.hidden, a.ffn // self.tp)

    def summed(self, x):
        if self.tp > 1:
            dist.all_reduce(x)
        return x

    def forward(self, x):
        x = x + self.summed(self.attention(self.norm1(x)))
        return x + self.summed(self.mlp(self.norm2(x)))


class Run:
    def __init__(self, a):
        self.a = a
        self.rank, self.world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        cuda = torch.cuda.is_available()
        self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
        if cuda:
            torch.cuda.set_device(self.device)
            dist.init_process_group("nccl", device_id=self.device)
        else:
            dist.init_process_group("gloo")
        if a.mode == "dense" and (a.heads % self.world or a.ffn % self.world):
            raise SystemExit(f"{self.world} ranks do not divide {a.heads} heads and {a.ffn} columns")
        if a.mode == "moe" and a.experts % self.world:
            raise SystemExit(f"{self.world} ranks do not divide {a.experts} experts")
        torch.manual_seed(17 if a.mode == "fsdp" else 17 + self.rank)
        torch.set_default_dtype(torch.bfloat16)
        with self.device:
            self.model = nn.Sequential(*(Block(a, self.world) for _ in range(a.layers)))
            torch.manual_seed(17 + (self.rank if a.mode == "moe" else 0))  # TP: the same input everywhere
            self.x = torch.randn(a.batch, a.input, a.hidden)
        torch.set_default_dtype(torch.float32)
        self.params, self.active = self.count_params(), self.count_params(active=True)
        if a.mode == "fsdp":
            self.shard()
        else:
            self.model.requires_grad_(False)
            for block in self.model:
                at = block.attention
                at.cache = torch.empty(2, a.batch, at.heads, a.input + a.output, at.dim, dtype=torch.bfloat16,
                                       device=self.device)
        self.marks = []

    def count_params(self, active=False):
        """Of the complete model: sharded parameters times the number of ranks; or only those that one token uses."""
        n = 0
        for name, p in self.model.named_parameters():
            apart = (self.a.mode == "dense" and "norm" not in name) or ".mlps." in name
            part = self.a.top_k / self.a.experts if active and ".mlps." in name else 1
            n += int(p.numel() * (self.world if apart else 1) * part)
        return n

    def shard(self):
        try:
            from torch.distributed.fsdp import fully_shard
        except ImportError:  # before 2.6
            from torch.distributed._composable.fsdp import fully_shard
        for block in self.model:
            fully_shard(block)
        fully_shard(self.model)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-4)

    def sync(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def now(self):
        """When all that was asked for is done, CLOCK_MONOTONIC."""
        self.sync()
        return time.monotonic_ns()

    def serve(self):
        """One round of inference; the moments at which each token was there."""
        for block in self.model:
            block.attention.at = 0
        times = [self.now()]
        with torch.no_grad():
            with record_function("prefill"):
                y = self.model(self.x)
                times.append(self.now())
            for _ in range(self.a.output - 1):
                with record_function("decode"):
                    y = self.model(y[:, -1:])
                    times.append(self.now())
        return times

    def train(self):
        times = [self.now()]
        with record_function("forward"):
            loss = self.model(self.x).float().square().mean()
            times.append(self.now())
        with record_function("backward"):
            loss.backward()
        with record_function("optimizer"):
            self.optimizer.step()
            self.optimizer.zero_grad()
        times.append(self.now())
        return times

    def round(self):
        return self.train() if self.a.mode == "fsdp" else self.serve()

    def timed(self):
        rounds = []
        for _ in range(self.a.rounds):
            dist.barrier()
            rounds.append(self.round())
        return rounds

    def ladder(self):
        marks = []
        for mib in LADDER_MIB:  # NCCL's first, one-time traffic must not be counted below
            dist.all_reduce(torch.ones(mib * MIB // 2, dtype=torch.bfloat16, device=self.device))
        for mib in LADDER_MIB:
            data = torch.ones(mib * MIB // 2, dtype=torch.bfloat16, device=self.device)
            for reps in LADDER_REPS:
                dist.barrier()
                self.sync()
                time.sleep(0.15)  # between the polls of the counters
                start = self.now()
                for _ in range(reps):
                    dist.all_reduce(data)
                marks.append({"bytes": mib * MIB, "reps": reps, "start_mono_ns": start, "end_mono_ns": self.now()})
            del data
        time.sleep(0.15)
        return marks

    def profiled(self):
        out, a = self.a.out, self.a
        observer = ExecutionTraceObserver()
        observer.register_callback(f"{out}/torch_et_{self.rank}.json")
        activities = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if self.device.type == "cuda" else [])
        with profile(activities=activities, schedule=schedule(wait=0, warmup=1, active=a.profiled, repeat=1),
                     record_shapes=True, execution_trace_observer=observer,
                     on_trace_ready=lambda p: p.export_chrome_trace(f"{out}/kineto_trace_{self.rank}.json.gz")) as p:
            for _ in range(1 + a.profiled):
                dist.barrier()
                self.round()
                p.step()
        plain = f"{out}/torch_et_{self.rank}.json"
        with open(plain, "rb") as r, gzip.open(plain + ".gz", "wb", compresslevel=1) as w:
            shutil.copyfileobj(r, w)
        os.remove(plain)


def spread(values):
    return {"avg_iteration_time": sum(values) / len(values), "min_iteration_time": min(values), "max_iteration_time": max(values)}


def write(path, what):
    with open(path, "w") as f:
        json.dump(what, f)


def write_times(run, rounds, began):
    a, seconds = run.a, [[(t - r[0]) / 1e9 for t in r] for r in rounds]
    stats = {"rank": run.rank, "iteration_times_s": [s[-1] for s in seconds], **spread([s[-1] for s in seconds])}
    if a.mode != "fsdp":
        stats["ttft_s"] = [s[1] for s in seconds]
    write(f"{a.out}/timing_stats_{run.rank}.json", stats)
    if run.rank:
        return
    write(f"{a.out}/phases.json", {
        "wall0_ns": began[0], "mono0_ns": began[1], "marks_monotonic_ns": [[r[0], r[1], r[-1]] for r in rounds],
        "batch": a.batch, "inp": a.input, "out": a.output, "L": a.layers, "world": run.world, "mode": a.mode})
    if a.mode != "fsdp":
        write_bench(run, rounds, seconds)


def write_bench(run, rounds, seconds):
    """As vllm's bench serve with --save-detailed: each sequence of a batch is a request."""
    a = run.a
    each = [s for s in seconds for _ in range(a.batch)]
    duration = (rounds[-1][-1] - rounds[0][0]) / 1e9
    n, itls = len(each), [[y - x for x, y in zip(s[1:], s[2:])] for s in each]
    os.makedirs(f"{a.out}/results_json", exist_ok=True)
    write(f"{a.out}/results_json/bench.json", {
        "date": time.strftime("%Y%m%d-%H%M%S"), "backend": "torch-loop", "model_id": f"{a.mode}-{a.layers}x{a.hidden}",
        "num_prompts": n, "request_rate": "inf", "max_concurrency": a.batch, "duration": duration, "completed": n, "failed": 0,
        "total_input_tokens": n * a.input, "total_output_tokens": n * a.output, "request_throughput": n / duration,
        "output_throughput": n * a.output / duration, "total_token_throughput": n * (a.input + a.output) / duration,
        "mean_ttft_ms": 1000 * sum(s[1] for s in each) / n, "mean_e2el_ms": 1000 * sum(s[-1] for s in each) / n,
        "input_lens": [a.input] * n, "output_lens": [a.output] * n, "ttfts": [s[1] for s in each], "itls": itls,
        "errors": [""] * n})


CARD = """version: 1

description: >
  {description}

hf_url:
trace_url:
contributor:
contact:

workload:
  model:
    phase: {phase}
    moe: {moe}
    granularity: {granularity}
    model_family: llama-like-blocks
    precision: bf16
    epochs: 1
    iteration: {iterations}
    model_arch:
      num_params: {params}
{active}      num_params_embedding: 0
      num_layers: {layers}
      num_heads: {heads}
      head_dim: {head_dim}
  data:
    batch_size: {batch}
    seq_len: {seq}
    input_len: {input}
    output_len: {output}
    dataset: random_hidden_states
  hardware:
    network_topo:
      topology: {topology}
      bandwidth_gbps:
        -
        - {bandwidth}
    xpu_spec:
      type: {xpu}
      model: {device}
      total_count: {world}
      count_per_node: {local}
    driver_version: {driver}

Model-executor:
  framework:
    name: pytorch
    compiler_tool_selection: plain_pytorch
  model_plan_parallelization:
    dp_replicate: {dp}
    dp_shard: {shard}
    tp: {tp}
    pp: 1
    cp: 1
    ep: {ep}
    pp_mb: 1
  communication_library:
    name: {library}
    version: "{library_version}"
    env:
{env}
  protocol_selection:
    - {topology}

metric_source:
  traces:
    - json
  metrics_specific_trace:
    - nvml_nvlink
"""


def links(cuda):
    """How the GPUs are connected, and Gbit/s of one of them in one direction; "" if that is not known."""
    try:
        text = subprocess.run(["nvidia-smi", "nvlink", "-s", "-i", "0"], capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        text = ""
    n = len(re.findall(r"Link \d+: +[0-9.]+ GB/s", text)) if cuda else 0
    # NVLink 3 and 4 carry 25 GB/s a link and direction (NVIDIA H100 whitepaper: 900 GB/s for 18 links, both directions)
    return ("nvlink", n * 25 * 8) if n else ("", "")


def write_card(run):
    a, world, cuda = run.a, run.world, run.device.type == "cuda"
    env = {k: v for k, v in sorted(os.environ.items()) if k.startswith("NCCL_")}
    topology, bandwidth = links(cuda)
    what = {"dense": "Tensor-parallel inference", "moe": "Expert-parallel inference", "fsdp": "Training with sharded parameters"}
    with open(f"{a.out}/workload_card.yaml", "w") as f:
        f.write(CARD.format(
            description=f"{what[a.mode]} in plain PyTorch, {a.layers} Llama-like blocks of width {a.hidden}, random input.",
            phase="training" if a.mode == "fsdp" else "inference", moe=str(a.mode == "moe").lower(),
            granularity="model_fwd_bwd_pass" if a.mode == "fsdp" else "model_fwd_pass", iterations=a.profiled,
            params=run.params, active=f"      num_params_active: {run.active}\n" if a.mode == "moe" else "", topology=topology, bandwidth=bandwidth, layers=a.layers, heads=a.heads, head_dim=a.hidden // a.heads, batch=a.batch,
            seq=a.input if a.mode == "fsdp" else a.input + a.output, input="" if a.mode == "fsdp" else a.input,
            output="" if a.mode == "fsdp" else a.output, xpu="GPU" if cuda else "CPU",
            device=torch.cuda.get_device_name(run.device).lower().replace(" ", "_") if cuda else "cpu", world=world,
            local=int(os.environ.get("LOCAL_WORLD_SIZE", world)), driver=f"cuda_{torch.version.cuda}" if cuda else "",
            dp=world if a.mode == "moe" else 1, shard=world if a.mode == "fsdp" else 1, tp=world if a.mode == "dense" else 1,
            ep=world if a.mode == "moe" else 1, library="NCCL" if cuda else "gloo",
            library_version=".".join(map(str, torch.cuda.nccl.version())) if cuda else torch.__version__,
            env="\n".join(f"      {k}: {json.dumps(v)}" for k, v in env.items())))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mode", choices=("dense", "moe", "fsdp"), default="dense")
    p.add_argument("--out", default=".")
    for name, value in (("layers", 16), ("hidden", 4096), ("heads", 32), ("ffn", 14336), ("experts", 8), ("top_k", 2),
                        ("batch", 4), ("input", 1024), ("output", 64), ("warmup", 3), ("rounds", 5), ("profiled", 2)):
        p.add_argument(f"--{name}", type=int, default=value)
    a = p.parse_args()
    a.out = os.path.abspath(a.out)
    os.makedirs(a.out, exist_ok=True)
    began = (time.time_ns(), time.monotonic_ns())
    run = Run(a)
    for _ in range(a.warmup):
        run.round()
    rounds = run.timed()
    write_times(run, rounds, began)
    write(f"{a.out}/allreduce_marks_{run.rank}.json", {"rank": run.rank, "world": run.world, "marks": run.ladder()})
    run.profiled()
    if run.rank == 0 and not os.path.exists(f"{a.out}/workload_card.yaml"):  # a sweep has its own
        write_card(run)
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
