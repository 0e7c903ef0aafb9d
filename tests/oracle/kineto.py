"""Kineto traces of a directory: every kineto_trace_<rank>.json[.gz], its kernels, copies and steps.

Times are integer nanoseconds made from the decimal text.

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
"""
import functools
import gzip
import json
import os
import re
import sys
from collections import Counter, defaultdict

WIDTH = {"float": 4, "int": 4, "half": 2, "bfloat16": 2, "short": 2, "double": 8,
         "long": 8, "complexfloat": 8, "byte": 1, "char": 1, "bool": 1}

def warn(text):
    print("kineto: " + text, file=sys.stderr)

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
        sys.exit("kineto: no traces, or two of one rank, in " + directory)
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

def tiles(steps, events_of):
    """[(step, begin, end)] by the starts of the events chosen from each step's"""
    chosen = [(s, events_of(s)) for s in steps]
    begins = [(min(v.start for v in vs), s) for s, vs in chosen if vs]
    ends = [b for b, _ in begins[1:]]
    if begins:
        ends.append(max(v.end for v in begins[-1][1].events))
    if any(a >= b for (a, _), (b, _) in zip(begins, begins[1:])):
        sys.exit("kineto: device steps that are out of order: not covered")
    return [(s, b, e) for (b, s), e in zip(begins, ends)]

def device_steps(rank):
    if len({v.device for v in rank.events}) > 1:
        sys.exit("kineto: a rank of several devices: not covered")
    if rank.steps and not any(s.events for s in rank.steps):
        sys.exit("kineto: steps, but no launches: not covered")
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

def traces(directory):
    names = [n for n in os.listdir(directory)
             if re.fullmatch(r"kineto_trace_[0-9]+\.json(\.gz)?", n)]
    return [os.path.join(directory, n) for n in sorted(names)]


def ranks_of(directory):
    return read(directory) if traces(directory) else []
