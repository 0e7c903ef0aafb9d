#!/usr/bin/env python3
"""oracle_last.py METRIC[,METRIC] DIR - slow, exact reference values of the last metrics.

Reads the raw files of the trace directory DIR and prints the records of the
metrics, sorted, without legend:   metric scope stat value unit n
Nothing is printed where there is nothing to compute from.

mfu           kineto steps, workload card; peak by PEAK below
nvlink_check  kineto kernels' args (or, where there are no traces, the bursts
              of allreduce_marks_N.json in equal pieces), NVLink counters
phase_bandwidth        what each prefill and decode launched on the GPU, its NVLink counters
bw_usage               NVLink counters, workload card
moe_fraction           kineto kernels, pipelines/tables/kernels.moe
memory_bound_fraction  kineto kernels, pipelines/tables/kernels.membound
eplb                   kineto counters named tokens_per_expert

GAP (environment, ns, default 40000000) is that of nvlink_check.

Written from the definitions alone, like oracle.py, oracle_more.py and raw.py,
whose readers it shares. All is integer or Fraction, rounded once when printed;
eplb's root is exact too, its logarithms are decimals of 50 digits.
"""
import decimal
import functools
import glob
import json
import os
import re
import sys
from collections import defaultdict
from fractions import Fraction

sys.dont_write_bytecode = True
import oracle
import oracle_more as more
import raw

line, ratio = more.line, more.ratio

# FLOP/s of one device, dense bf16: NVIDIA H100 Tensor Core GPU data sheet, SXM:
# "BFLOAT16 Tensor Core 1,979 teraFLOPS", with sparsity, which is twice the dense
# rate. Both runs with a card say nvidia_h100, their traces NVIDIA H100 80GB HBM3,
# which is the SXM module (the PCIe card has HBM2e, the NVL 94 GB).
PEAK = 1979 * 10 ** 12 // 2


def intervals(rank):
    """{phase: {k-th step of it: (start, end) of what it launched on the device}}, wall clock"""
    found = defaultdict(dict)
    for s in rank.steps:
        if s.name in ("prefill", "decode") and s.events:
            found[s.name][s.nth] = (min(v.start for v in s.events) + rank.base - more.BASE,
                                    max(v.end for v in s.events) + rank.base - more.BASE)
    return found


def mfu(metric, directory):
    facts = more.card_facts(directory)
    if not facts or not more.traces(directory):
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
    for r in more.ranks_of(directory):
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


GAP = int(os.environ.get("GAP", 4 * 10 ** 7))


def marked(directory):
    """(rank, device, start, end, bytes, moved) of the bursts' repetitions, ns since BASE"""
    for path in sorted(glob.glob(os.path.join(glob.escape(directory), "allreduce_marks_*.json"))):
        with open(path, encoding="utf-8") as f:
            doc = json.load(f)
        with open(os.path.join(directory, "nvlink_gpu%d.clock.json" % doc["rank"]),
                  encoding="utf-8") as f:
            clock = json.load(f)
        to_wall = clock["realtime_ns"] - clock["monotonic_ns"] - more.BASE
        for m in doc["marks"]:
            start, whole = m["start_mono_ns"], m["end_mono_ns"] - m["start_mono_ns"]
            edges = [start + whole * i // m["reps"] + to_wall for i in range(m["reps"] + 1)]
            for a, b in zip(edges, edges[1:]):
                # 2(n-1)/n among 4
                yield doc["rank"], str(doc["rank"]), a, b, m["bytes"], m["bytes"] * Fraction(3, 2)


def collectives(directory):
    """The same of the traces' communication kernels whose kind is known"""
    for r in more.ranks_of(directory):
        for k in r.comm:
            if k.coll == "other":
                continue
            known = k.bytes is not None and more.factor(k) is not None
            start = k.start + r.base - more.BASE
            yield (r.rank, k.device, start, start + k.dur, k.bytes,
                   k.bytes * more.factor(k) if known else None)


def part(bytes_, a, b, lo, hi):
    """How many of the bytes counted in [a, b) fall into [lo, hi): floors, so that cuts add up"""
    lo, hi = max(a, lo), min(b, hi)
    return bytes_ * (hi - a) // (b - a) - bytes_ * (lo - a) // (b - a) if hi > lo else 0


def counted(counter, name, windows):
    """Bytes in each of the windows, which do not overlap, and outside of all of them"""
    inside, total = [0] * len(windows), 0
    for series in counter.pick(name):
        waiting = 0                     # counted in no time: belongs to what follows
        for (a, before), (b, after) in zip(series, series[1:]):
            waiting += max(0, after - before) * 1024
            if b <= a:
                continue
            total += waiting
            if waiting:
                for i, w in enumerate(windows):
                    if w["lo"] < b + counter.offset and w["hi"] > a + counter.offset:
                        inside[i] += part(waiting, a + counter.offset, b + counter.offset,
                                          w["lo"], w["hi"])
            waiting = 0
        total += waiting
    return inside, total - sum(inside)


def size_class(n):
    return 1 << (n.bit_length() - 1)


def nvlink_check(metric, directory):
    devices = defaultdict(list)
    for k in list(collectives(directory)) or marked(directory):
        devices[k[1]].append(k)
    for path in sorted(glob.glob(os.path.join(glob.escape(directory), "nvlink_gpu*.bin*"))):
        counter = more.Counter(path)
        windows = []
        for k in sorted(devices[str(counter.gpu)], key=lambda k: k[2]):
            if not windows or k[2] - windows[-1]["end"] >= GAP:
                windows.append({"start": k[2], "end": k[3], "of": []})
            windows[-1]["end"] = max(windows[-1]["end"], k[3])
            windows[-1]["of"].append(k)
        for w in windows:
            w["lo"], w["hi"] = w["start"] - GAP // 2, w["end"] + GAP // 2
        tx, tx_rest = counted(counter, "tx", windows)
        rx, rx_rest = counted(counter, "rx", windows)
        classes = defaultdict(list)
        for i, w in enumerate(windows):
            sizes = [size_class(k[4]) for k in w["of"] if k[4]]
            if any(k[5] is None for k in w["of"]) or len({k[0] for k in w["of"]}) > 1:
                sys.exit("oracle_last.py: a window with kernels of unknown size or two ranks")
            classes[min(sizes), max(sizes)].append((tx[i], rx[i], sum(k[5] for k in w["of"])))
        for (low, high), found in classes.items():
            scope = "dev=%d,from=%d,to=%d" % (counter.gpu, low, high)
            t, r, implied = (sum(f[i] for f in found) for i in range(3))
            line(metric, scope, "tx", ratio(t, implied), "ratio", len(found))
            line(metric, scope, "rx", ratio(r, implied), "ratio", len(found))
            line(metric, scope, "counted_tx", Fraction(t, 10 ** 9), "GB", len(found))
            line(metric, scope, "counted_rx", Fraction(r, 10 ** 9), "GB", len(found))
            line(metric, scope, "implied", Fraction(implied) / 10 ** 9, "GB", len(found))
        scope = "dev=%d,from=.,to=." % counter.gpu
        line(metric, scope, "counted_tx", Fraction(tx_rest, 10 ** 9), "GB", 1)
        line(metric, scope, "counted_rx", Fraction(rx_rest, 10 ** 9), "GB", 1)


@functools.lru_cache(None)
def counters(directory):
    found = glob.glob(os.path.join(glob.escape(directory), "nvlink_gpu*.bin*"))
    return [more.Counter(p) for p in sorted(found)]


def phase_bandwidth(metric, directory):
    """Each interval by itself: where those of a phase overlap, bytes and time count in each."""
    for counter in counters(directory):
        mine = [r for r in more.ranks_of(directory)
                if str(counter.gpu) in {v.device for v in r.events}]
        if len(mine) > 1:
            sys.exit("oracle_last.py: a GPU of two ranks")
        for phase, steps in intervals(mine[0]).items() if mine else ():
            for name in ("tx", "rx", "both"):
                times = [t + counter.offset for s in counter.pick(name) for t, _ in s]
                counted_here, length, n = 0, 0, 0
                for lo, hi in steps.values():
                    inside, _ = counted(counter, name, [{"lo": lo, "hi": hi}])
                    covered = min(hi, max(times)) - max(lo, min(times))
                    if covered > 0:
                        counted_here, length, n = counted_here + inside[0], length + covered, n + 1
                scope = "dev=%d,name=%s,phase=%s" % (counter.gpu, name, phase)
                # bytes per ns are GB/s
                line(metric, scope, "total", ratio(counted_here, length), "GB/s", n)


def listed(directory, key):
    """The items of the card's block list of this name, "" where empty"""
    items, inside = [], False
    with open(os.path.join(directory, "workload_card.yaml"), encoding="utf-8") as f:
        for text in (t.strip() for t in f):
            if inside and not text.startswith("-"):
                break
            if inside:
                items.append(text[1:].strip())
            inside = inside or text == key + ":"
    return items


def known(counter, name):
    """How many intervals between samples have a count: in a reset nobody knows it"""
    return sum(b > a and after >= before for series in counter.pick(name)
               for (a, before), (b, after) in zip(series, series[1:]))


def bw_usage(metric, directory):
    if not counters(directory):
        return
    gigabits = listed(directory, "bandwidth_gbps")[1]   # scale-up, one direction
    for counter in counters(directory):
        for name in ("tx", "rx", "both"):
            could = Fraction(gigabits) / 8 * (2 if name == "both" else 1)
            line(metric, "dev=%d,name=%s" % (counter.gpu, name), "total",
                 100 * counter.average(name) / could, "%", known(counter, name))


@functools.lru_cache(None)
def kernels_of(directory):
    """{rank: [(name, duration)]}"""
    return {r.rank: [(k.name, k.dur) for k in r.kernels] for r in more.ranks_of(directory)}


def named_fraction(metric, directory):
    rules = {"moe_fraction": "kernels.moe", "memory_bound_fraction": "kernels.membound"}[metric]
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "..", "pipelines", "tables", rules), encoding="utf-8") as f:
        rules = [t.rstrip("\n") for t in f if t.strip() and not t.startswith("#")]
    for rank, kernels in kernels_of(directory).items():
        mine = [dur for name, dur in kernels if any(re.search(rule, name) for rule in rules)]
        part = ratio(100 * sum(mine), sum(dur for _, dur in kernels))
        if part is not None:        # none of these kernels is no lack of evidence: 0 of n = 0
            more.LINES.append("\t".join((metric, "rank=%d" % rank, "total",
                                         more.decimal(part, 6), "%", str(len(mine)))))


def eplb(metric, directory):
    tokens = defaultdict(Fraction)
    for path in more.traces(directory):
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
    line(metric, "all", "cv", more.root(square / mean ** 2, 6), "ratio", n)
    line(metric, "all", "max_min", ratio(max(tokens.values()), min(tokens.values())), "ratio", n)
    if n > 1:
        with decimal.localcontext(decimal.Context(prec=50)):
            shares = [decimal.Decimal(x.numerator) / x.denominator
                      for x in (t / whole for t in tokens.values()) if x]
            entropy = -sum(x * x.ln() for x in shares) / decimal.Decimal(n).ln()
        line(metric, "all", "entropy", Fraction(entropy), "ratio", n)


METRICS = {"mfu": mfu, "nvlink_check": nvlink_check, "phase_bandwidth": phase_bandwidth,
           "bw_usage": bw_usage, "moe_fraction": named_fraction,
           "memory_bound_fraction": named_fraction, "eplb": eplb}


def main():
    wanted = sys.argv[1].split(",") if len(sys.argv) == 3 else []
    if not wanted or set(wanted) - set(METRICS):
        sys.exit(__doc__)
    for metric in wanted:
        METRICS[metric](metric, sys.argv[2])
    for text in sorted(more.LINES):
        print(text)


main()
