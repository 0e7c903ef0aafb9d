#!/usr/bin/env python3
"""oracle.py METRIC[,METRIC] DIR - slow, exact reference values of trace metrics.

Reads every kineto_trace_<rank>.json[.gz] in DIR and prints the records of the
metrics, tab separated, without legend:   metric scope stat value unit n
METRIC: step_time coll_call_num comm_time exposed_comm_time comm_fraction
comm_overhead comm_overlap coll_bytes kernel_time gpu_busy dominant_kernel

Written from the definitions alone, not from the toolchain that it tests.
Times are integer nanoseconds made from the decimal text, all else is a Fraction
rounded once, half away from zero, when printed: no float anywhere.

Terms. kernel: an X event of cat "kernel". comm: a kernel with the arg
"Collective name" or a name that begins with "nccl"; compute: any other kernel.
union: length of the union of the half-open intervals [ts, ts+dur) of one device
(rank, pid), added up over the devices of a rank. step: a ProfilerStep#N span of
cat user_annotation; in a trace without any, a span named `prefill` or `decode`.
A kernel belongs, whole, to the step that holds the start of its launch: the
cuda_runtime/cuda_driver event of the same file with its args.correlation (the
earliest, if several); without a launch, to the step that holds its own start.
device event: a kernel, copy or memset. device step: begins at the earliest start of
the device events launched in a step (a real launch: none without one), ends where
the next one begins, the last with the last event that its step launched; a step
that launched nothing has none. Where more than 5 % of the launched time of a step
lies after its device step, only the stream with the most computation tells the
beginnings. comm_overhead cuts kernels at these edges; without any step, its one
window holds all device events.

Lines. scope rank=R: `total` over all kernels in steps or not, then mean p50 p99
min max over the steps, if any. scope all: mean min max over the ranks' totals.
A value that the evidence cannot give is `.`, and doubts are told on stderr.
"""
import functools
import gzip
import json
import os
import re
import sys
from collections import Counter, defaultdict
from fractions import Fraction

WIDTH = {"float": 4, "int": 4, "half": 2, "bfloat16": 2, "short": 2, "double": 8,
         "long": 8, "complexfloat": 8, "byte": 1, "char": 1, "bool": 1}

def warn(text):
    print("oracle: " + text, file=sys.stderr)

def nanoseconds(text):
    """Decimal text in microseconds -> integer nanoseconds, exactly."""
    m = re.fullmatch(r"(-?)([0-9]+)(?:\.([0-9]+))?", text)
    if not m:
        raise ValueError("not a plain decimal number: %r" % text)
    frac = m.group(3) or ""
    if frac[3:].strip("0"):
        raise ValueError("finer than a nanosecond: %r" % text)
    value = int(m.group(2) + frac[:3].ljust(3, "0"))
    return -value if m.group(1) else value

def collective(text):
    """The kind of collective that a Collective name or a kernel name tells."""
    t = re.sub(r"[^a-z0-9]", "", text.lower())
    for part in ("allreduce", "allgather", "reducescatter", "alltoall", "broadcast",
                 "barrier", "sendrecv", "reduce"):
        if part in t:
            return part
    return "sendrecv" if t in ("send", "recv") else "other"

def message_bytes(coll, args):
    """Elements x width, or None where the trace does not say."""
    elements = args.get("Out msg nelems" if coll == "allgather" else "In msg nelems")
    dtype = str(args.get("dtype", "")).lower()
    width = 1 if dtype.startswith("float8_") else WIDTH.get(dtype)
    return None if elements is None or width is None else int(elements) * width

class Kernel:
    def __init__(self, event):
        args = event.get("args", {})
        self.name = event["name"]
        self.device = event["pid"]
        self.start = nanoseconds(event["ts"])
        self.dur = nanoseconds(event["dur"])
        self.end = self.start + self.dur
        self.corr = args.get("correlation")
        self.args = args
        self.stream = args.get("stream", event.get("tid"))
        self.at = self.step = None      # start of its launch, and the step that holds it
        self.comm = "Collective name" in args or self.name.startswith("nccl")
        self.coll = self.bytes = None
        if self.comm:
            self.coll = collective(args.get("Collective name") or self.name)
            self.bytes = message_bytes(self.coll, args)
        if self.dur < 0:
            raise ValueError("negative duration: " + self.name)

class Step:
    def __init__(self, event):
        self.name = event["name"]
        self.nth = None                 # of its name
        self.events = []                # what it launched on the device
        self.start = nanoseconds(event["ts"])
        self.dur = nanoseconds(event["dur"])
        self.end = self.start + self.dur
        self.kernels = []

class Rank:
    """One trace file: its kernels, and its steps with their kernels."""

    def __init__(self, path):
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8") as f:
            doc = json.load(f, parse_float=str, parse_int=str)
        self.rank = int(doc["distributedInfo"]["rank"])
        self.scope = "rank=%d" % self.rank
        self.base = int(doc.get("baseTimeNanoseconds", 0))
        spans = [e for e in doc["traceEvents"] if e.get("ph") == "X"]
        self.kernels = [Kernel(e) for e in spans if e.get("cat") == "kernel"]
        self.memcpys = [Kernel(e) for e in spans if e.get("cat") == "gpu_memcpy"]
        self.events = self.kernels + self.memcpys + [
            Kernel(e) for e in spans if e.get("cat") == "gpu_memset"]
        self.comm = comm(self.kernels)
        self.compute = compute(self.kernels)

        notes = [e for e in spans if e.get("cat") == "user_annotation"]
        steps = [e for e in notes if re.fullmatch(r"ProfilerStep#[0-9]+", e["name"])]
        if not steps:
            steps = [e for e in notes if e["name"] in ("prefill", "decode")]
        self.notes = [(e["name"], nanoseconds(e["ts"]), nanoseconds(e["dur"])) for e in notes]
        self.steps = sorted((Step(e) for e in steps), key=lambda s: s.start)
        seen = Counter()
        for s in self.steps:
            s.nth = seen[s.name]
            seen[s.name] += 1
        for a, b in zip(self.steps, self.steps[1:]):
            if b.start < a.end:
                warn("rank %d: steps overlap; the earlier one takes" % self.rank)

        launch = {}
        for e in spans:
            corr = e.get("args", {}).get("correlation")
            if e.get("cat") in ("cuda_runtime", "cuda_driver") and corr is not None:
                at = nanoseconds(e["ts"])
                launch[corr] = min(at, launch.get(corr, at))
        for k in self.kernels:
            at = launch.get(k.corr, k.start)
            for s in self.steps:
                if s.start <= at < s.end:
                    s.kernels.append(k)
                    break
        for v in self.events:
            v.at = launch.get(v.corr)
            for s in self.steps:
                if v.at is not None and s.start <= v.at < s.end:
                    v.step = s
                    s.events.append(v)
                    break

@functools.lru_cache(None)
def read(directory):
    names = [n for n in os.listdir(directory)
             if re.fullmatch(r"kineto_trace_[0-9]+\.json(\.gz)?", n)]
    ranks = sorted((Rank(os.path.join(directory, n)) for n in names), key=lambda r: r.rank)
    if not ranks or len({r.rank for r in ranks}) != len(ranks):
        sys.exit("oracle: no traces, or two of one rank, in " + directory)
    return ranks

def comm(kernels):
    return [k for k in kernels if k.comm]

def compute(kernels):
    return [k for k in kernels if not k.comm]

def by_device(kernels):
    devices = defaultdict(list)
    for k in kernels:
        devices[k.device].append(k)
    return devices.values()

def union(kernels):
    total = 0
    for device in by_device(kernels):
        reached = None
        for k in sorted(device, key=lambda k: k.start):
            begin = k.start if reached is None else max(k.start, reached)
            if k.end > begin:
                total += k.end - begin
                reached = k.end
    return total

def span(kernels):
    return sum(max(k.end for k in d) - min(k.start for k in d) for d in by_device(kernels))

def overlap(kernels):
    """|A and B| = |A| + |B| - |A or B|."""
    return union(comm(kernels)) + union(compute(kernels)) - union(kernels)

def duration(kernels):
    return sum(k.dur for k in kernels)

def known_bytes(kernels):
    known = [k.bytes for k in comm(kernels) if k.bytes is not None]
    if len(known) < len(comm(kernels)):
        warn("%d of %d comm kernels have no size" % (len(comm(kernels)) - len(known),
                                                    len(comm(kernels))))
        if not known:
            return None
    return sum(known)

def percent(part, whole):
    return Fraction(100 * part, whole) if whole else None

def tiles(steps, events_of):
    """[(step, begin, end)] by the starts of the events chosen from each step's"""
    chosen = [(s, events_of(s)) for s in steps]
    begins = [(min(v.start for v in vs), s) for s, vs in chosen if vs]
    ends = [b for b, _ in begins[1:]]
    if begins:
        ends.append(max(v.end for v in begins[-1][1].events))
    if any(a >= b for (a, _), (b, _) in zip(begins, begins[1:])):
        sys.exit("oracle: device steps that are out of order: not covered")
    return [(s, b, e) for (b, s), e in zip(begins, ends)]

def device_steps(rank):
    if len({v.device for v in rank.events}) > 1:
        sys.exit("oracle: a rank of several devices: not covered")
    if rank.steps and not any(s.events for s in rank.steps):
        sys.exit("oracle: steps, but no launches: not covered")
    plain = tiles(rank.steps, lambda s: s.events)
    for s, _, end in plain:
        late = sum(max(0, v.end - max(v.start, end)) for v in s.events)
        if 20 * late > duration(s.events):
            work = Counter()
            for k in rank.compute:
                work[k.stream] += k.dur
            most = max(work, key=work.get)
            return tiles(rank.steps, lambda s: [v for v in s.events if v.stream == most])
    return plain

def within(kernels, begin, end):
    """Length of the union of the kernels' parts in [begin, end)"""
    covered, reached = 0, begin
    for k in sorted(kernels, key=lambda k: k.start):
        lo, hi = max(k.start, reached), min(k.end, end)
        if hi > lo:
            covered += hi - lo
            reached = hi
    return covered

def quantile(values, q):
    """Linear between order statistics, as numpy's default."""
    v = sorted(values)
    at = q * (len(v) - 1)
    low = at.numerator // at.denominator
    high = min(low + 1, len(v) - 1)
    return v[low] + (v[high] - v[low]) * (at - low)

STAT = {"mean": lambda v: Fraction(sum(v)) / len(v),
        "p50": lambda v: quantile(v, Fraction(50, 100)),
        "p99": lambda v: quantile(v, Fraction(99, 100)),
        "min": min, "max": max}
OVER_STEPS = ("mean", "p50", "p99", "min", "max")
OVER_RANKS = ("mean", "min", "max")

def digits(value, unit):
    """Text of an exact value; s: from nanoseconds to nine decimals."""
    if value is None:
        return "."
    value = Fraction(value, 10 ** 9) if unit == "s" else Fraction(value)
    places = 9 if unit == "s" else 6
    scaled = abs(value) * 10 ** places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(whole).rjust(places + 1, "0")
    text = text[:-places] + "." + text[-places:]
    if unit in ("count", "bytes"):
        text = text.rstrip("0").rstrip(".")
    return "-" + text if value < 0 and whole else text

def line(metric, scope, stat, value, unit, n):
    print(metric, scope, stat, digits(value, unit), unit, n, sep="\t")

def distribution(metric, scope, stats, values, unit):
    known = [v for v in values if v is not None]
    if known:
        for stat in stats:
            line(metric, scope, stat, STAT[stat](known), unit, len(known))

# metric: unit, value of a list of kernels (None: undefined, left out), events counted
PLAIN = {
    "coll_call_num": ("count", lambda ks: len(comm(ks)), comm),
    "coll_bytes": ("bytes", known_bytes, comm),
    "comm_time": ("s", lambda ks: union(comm(ks)), comm),
    "exposed_comm_time": ("s", lambda ks: union(comm(ks)) - overlap(ks), comm),
    "comm_fraction": ("%", lambda ks: percent(duration(comm(ks)), duration(ks)), comm),
    "comm_overlap": ("%", lambda ks: percent(overlap(ks), union(comm(ks))), comm),
    "kernel_time": ("s", duration, lambda ks: ks),
    "gpu_busy": ("%", lambda ks: percent(union(ks), span(ks)), lambda ks: ks),
}

def plain(metric, ranks, coll=None):
    """A metric that is one function of a set of kernels, be it a trace's or a step's."""
    unit, value, behind = PLAIN[metric]
    suffix = ",coll=" + coll if coll else ""
    totals = []
    for r in ranks:
        def pick(ks):
            return [k for k in ks if k.coll == coll] if coll else ks
        mine = pick(r.kernels)
        if coll and not mine:
            continue
        scope = "rank=%d%s" % (r.rank, suffix)
        totals.append(value(mine))
        line(metric, scope, "total", totals[-1], unit, len(behind(mine)))
        distribution(metric, scope, OVER_STEPS, [value(pick(s.kernels)) for s in r.steps], unit)
        if metric == "kernel_time":
            line(metric, scope, "union", union(mine), unit, len(mine))
    distribution(metric, "all" + suffix, OVER_RANKS, totals, unit)

def by_collective(metric, ranks):
    plain(metric, ranks)
    for coll in sorted({k.coll for r in ranks for k in comm(r.kernels)}):
        plain(metric, ranks, coll)

def comm_overhead(metric, ranks):
    totals = []
    for r in ranks:
        if r.steps:
            windows = [(b, e) for _, b, e in device_steps(r)]
        else:
            windows = [(min(v.start for v in r.events), max(v.end for v in r.events))]
        parts = [within(r.comm, b, e) for b, e in windows]
        behind = [k for k in r.comm if any(k.start < e and k.end > b for b, e in windows)]
        totals.append(percent(sum(parts), sum(e - b for b, e in windows)))
        line(metric, r.scope, "total", totals[-1], "%", len(behind))
        if r.steps:
            distribution(metric, r.scope, OVER_STEPS,
                         [percent(p, e - b) for p, (b, e) in zip(parts, windows)], "%")
    distribution(metric, "all", OVER_RANKS, totals, "%")

def step_time(metric, ranks):
    for r in ranks:
        distribution(metric, "rank=%d" % r.rank, OVER_STEPS, [s.dur for s in r.steps], "s")
    if len({len(r.steps) for r in ranks}) > 1:
        warn("ranks differ in their number of steps; k-th over the ranks that have it")
    most = max(len(r.steps) for r in ranks)
    slowest = [max(r.steps[k].dur for r in ranks if k < len(r.steps)) for k in range(most)]
    distribution(metric, "all", OVER_STEPS, slowest, "s")

def dominant_kernel(metric, ranks):
    for r in ranks:
        named = defaultdict(list)
        for k in r.kernels:
            named[k.name].append(k)
        if named:
            name = min(named, key=lambda n: (-duration(named[n]), n))
            line(metric, "rank=%d,name=%s" % (r.rank, name), "total",
                 percent(duration(named[name]), duration(r.kernels)), "%", len(named[name]))

def main():
    special = {"coll_call_num": by_collective, "coll_bytes": by_collective,
               "comm_overhead": comm_overhead, "step_time": step_time,
               "dominant_kernel": dominant_kernel}
    wanted = sys.argv[1].split(",") if len(sys.argv) == 3 else []
    if not wanted or set(wanted) - set(PLAIN) - set(special):
        sys.exit(__doc__)
    ranks = read(sys.argv[2])
    for metric in wanted:
        special.get(metric, plain)(metric, ranks)

if __name__ == "__main__":
    main()
