"""Metrics that need the workload card, and the balance of experts."""
import decimal
import json
import os
import re
from collections import defaultdict
from fractions import Fraction

import raw
from exact import line, ratio, root
from kineto import ranks_of, read, traces
from links import intervals

def card_facts(directory):
    """{dotted path: text} of the plain `key: value` lines of a YAML card"""
    name = os.path.basename(os.path.abspath(directory)) + ".yaml"
    facts, above = {}, []
    for path in (os.path.join(directory, x) for x in ("workload_card.yaml", name)):
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as f:
            for text in f:
                m = re.match(r"( *)([^\s:#-][^:]*):(?:\s+(.*))?$", text.rstrip())
                if not m:
                    continue
                depth = len(m.group(1))
                above = [(d, k) for d, k in above if d < depth] + [(depth, m.group(2))]
                facts[".".join(k for _, k in above)] = (m.group(3) or "").strip(" '\"")
        break
    return facts


def throughput_tokens_sec(metric, directory):
    facts = card_facts(directory)
    batch, length = (facts.get("workload.data." + k, "") for k in ("batch_size", "seq_len"))
    if not (batch.isdecimal() and length.isdecimal() and traces(directory)):
        return
    ranks = read(directory)
    most = max(len(r.steps) for r in ranks)
    slowest = [max(r.steps[k].dur for r in ranks if k < len(r.steps)) for k in range(most)]
    if slowest:
        mean = Fraction(sum(slowest), len(slowest))
        line(metric, "all", "total", int(batch) * int(length) * 10 ** 9 / mean, "tok/s",
             len(slowest))


# FLOP/s of one device, dense bf16: NVIDIA H100 Tensor Core GPU data sheet, SXM:
# "BFLOAT16 Tensor Core 1,979 teraFLOPS", with sparsity, which is twice the dense
# rate. Both runs with a card say nvidia_h100, their traces NVIDIA H100 80GB HBM3,
# which is the SXM module (the PCIe card has HBM2e, the NVL 94 GB).
PEAK = 1979 * 10 ** 12 // 2


def mfu(metric, directory):
    facts = card_facts(directory)
    if not facts or not traces(directory):
        return

    def fact(path):
        return int(facts["workload." + path])

    arch = "model.model_arch."
    weights = fact(arch + "num_params") - fact(arch + "num_params_embedding")
    attention = fact(arch + "num_layers") * fact(arch + "num_heads") * fact(arch + "head_dim")
    plan = "Model-executor.model_plan_parallelization."
    batch = fact("data.batch_size") * int(facts[plan + "dp_replicate"]) * int(facts[plan + "dp_shard"])
    devices = fact("hardware.xpu_spec.total_count")

    def flop(phase):
        """of one step"""
        if phase == "training":
            length = fact("data.seq_len")
            return batch * length * (6 * weights + 12 * attention * length)
        length = fact("data.input_len")
        if phase == "prefill":
            return batch * length * (2 * weights + 4 * attention * length)
        seen = length + Fraction(fact("data.output_len"), 2)
        return batch * (2 * weights + 4 * attention * seen)

    training = facts["workload.model.phase"] == "training"
    steps = defaultdict(lambda: defaultdict(int))   # phase -> k-th step -> slowest
    for r in ranks_of(directory):
        if training:
            # the host's; what a device does for prefill and decode, it does in its own time
            mine = {"training": {k: (s.start, s.end) for k, s in enumerate(r.steps)
                                 if s.name.startswith("ProfilerStep#")}}
        else:
            mine = intervals(r)
        for phase, spans in mine.items():
            for k, (start, end) in spans.items():
                steps[phase][k] = max(steps[phase][k], end - start)
    for phase, durations in steps.items():
        done = flop(phase) * len(durations)
        could = Fraction(PEAK * devices * sum(durations.values()), 10 ** 9)
        line(metric, "phase=" + phase, "total", 100 * done / could, "%", len(durations))


def eplb(metric, directory):
    tokens = defaultdict(Fraction)
    for path in traces(directory):
        doc = json.loads(raw.read(path), parse_float=str, parse_int=str)
        for e in doc["traceEvents"]:
            if e.get("ph") == "C" and e["name"] == "tokens_per_expert":
                for expert, value in e["args"].items():
                    tokens[expert] += Fraction(value)
    n, whole = len(tokens), sum(tokens.values())
    if not whole:
        return
    line(metric, "all", "share", ratio(max(tokens.values()), whole), "ratio", n)
    mean = whole / n
    square = sum((t - mean) ** 2 for t in tokens.values()) / n
    line(metric, "all", "cv", root(square / mean ** 2, 6), "ratio", n)
    line(metric, "all", "max_min", ratio(max(tokens.values()), min(tokens.values())), "ratio", n)
    if n > 1:
        with decimal.localcontext(decimal.Context(prec=50)):
            shares = [decimal.Decimal(x.numerator) / x.denominator
                      for x in (t / whole for t in tokens.values()) if x]
            entropy = -sum(x * x.ln() for x in shares) / decimal.Decimal(n).ln()
        line(metric, "all", "entropy", Fraction(entropy), "ratio", n)


METRICS = {"throughput_tokens_sec": throughput_tokens_sec, "mfu": mfu, "eplb": eplb}
