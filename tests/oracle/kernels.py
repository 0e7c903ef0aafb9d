"""Metrics of kernels and steps.

Lines. scope rank=R: `total` over all kernels in steps or not, then mean p50 p99 min max over the steps, if any.
scope all: mean min max over the ranks' totals. A value that the evidence cannot give is `.`.
"""
import functools
import os
import re
from collections import defaultdict
from fractions import Fraction

import raw
from exact import LINES, STAT, decimal, line, ratio
from kineto import (comm, compute, device_steps, duration, overlap, ranks_of, read, span, union, warn, within)

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

OVER_STEPS = ("mean", "p50", "p99", "min", "max")
OVER_RANKS = ("mean", "min", "max")

def digits(value, unit):
    """Text of an exact value; s: from nanoseconds to nine decimals."""
    if value is None:
        return "."
    value = Fraction(value, 10 ** 9) if unit == "s" else Fraction(value)
    text = decimal(value, 9 if unit == "s" else 6)
    return text.rstrip("0").rstrip(".") if unit in ("count", "bytes") else text

def put(metric, scope, stat, value, unit, n):
    """value: exact, seconds in nanoseconds; None is unknown"""
    LINES.append("\t".join((metric, scope, stat, digits(value, unit), unit, str(n))))

def distribution(metric, scope, stats, values, unit):
    known = [v for v in values if v is not None]
    if known:
        for stat in stats:
            put(metric, scope, stat, STAT[stat](known), unit, len(known))

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

def plain(metric, directory, coll=None):
    """A metric that is one function of a set of kernels, be it a trace's or a step's."""
    unit, value, counted = PLAIN[metric]
    suffix = ",coll=" + coll if coll else ""
    totals = []
    for r in read(directory):
        def pick(ks):
            return [k for k in ks if k.coll == coll] if coll else ks
        mine = pick(r.kernels)
        if coll and not mine:
            continue
        scope = "rank=%d%s" % (r.rank, suffix)
        totals.append(value(mine))
        put(metric, scope, "total", totals[-1], unit, len(counted(mine)))
        distribution(metric, scope, OVER_STEPS, [value(pick(s.kernels)) for s in r.steps], unit)
        if metric == "kernel_time":
            put(metric, scope, "union", union(mine), unit, len(mine))
    distribution(metric, "all" + suffix, OVER_RANKS, totals, unit)

def by_collective(metric, directory):
    plain(metric, directory)
    for coll in sorted({k.coll for r in read(directory) for k in comm(r.kernels)}):
        plain(metric, directory, coll)

def comm_overhead(metric, directory):
    totals = []
    for r in read(directory):
        if r.steps:
            windows = [(b, e) for _, b, e in device_steps(r)]
        else:
            windows = [(min(v.start for v in r.events), max(v.end for v in r.events))]
        parts = [within(r.comm, b, e) for b, e in windows]
        counted = [k for k in r.comm if any(k.start < e and k.end > b for b, e in windows)]
        totals.append(percent(sum(parts), sum(e - b for b, e in windows)))
        put(metric, r.scope, "total", totals[-1], "%", len(counted))
        if r.steps:
            distribution(metric, r.scope, OVER_STEPS,
                         [percent(p, e - b) for p, (b, e) in zip(parts, windows)], "%")
    distribution(metric, "all", OVER_RANKS, totals, "%")

def step_time(metric, directory):
    for r in read(directory):
        distribution(metric, "rank=%d" % r.rank, OVER_STEPS, [s.dur for s in r.steps], "s")
    if len({len(r.steps) for r in read(directory)}) > 1:
        warn("ranks differ in their number of steps; k-th over the ranks that have it")
    most = max(len(r.steps) for r in read(directory))
    slowest = [max(r.steps[k].dur for r in read(directory) if k < len(r.steps)) for k in range(most)]
    distribution(metric, "all", OVER_STEPS, slowest, "s")

def dominant_kernel(metric, directory):
    for r in read(directory):
        named = defaultdict(list)
        for k in r.kernels:
            named[k.name].append(k)
        if named:
            name = min(named, key=lambda n: (-duration(named[n]), n))
            put(metric, "rank=%d,name=%s" % (r.rank, name), "total",
                percent(duration(named[name]), duration(r.kernels)), "%", len(named[name]))


def bubble(metric, directory):
    for r in ranks_of(directory):
        if r.kernels:
            busy = ratio(union(r.compute), span(r.kernels))
            if busy is not None:
                line(metric, r.scope, "total", 100 * (1 - busy), "%", len(r.kernels))


def sm_coverage(metric, directory):
    for r in ranks_of(directory):
        ks = [k for k in r.kernels if "blocks per SM" in k.args]
        part = sum(k.dur * min(Fraction(k.args["blocks per SM"]), 1) for k in ks)
        line(metric, r.scope, "total", ratio(100 * part, duration(ks)), "%", len(ks))


def memcpy_bandwidth(metric, directory):
    for r in ranks_of(directory):
        named = defaultdict(list)
        for k in r.memcpys:
            if "bytes" in k.args:
                named[k.name].append(k)
        for name, ks in named.items():
            line(metric, "%s,name=%s" % (r.scope, raw.esc(name)), "total",
                 ratio(sum(int(k.args["bytes"]) for k in ks), duration(ks)),
                 "GB/s", len(ks))


def exposed_memcpy(metric, directory):
    for r in ranks_of(directory):
        if r.memcpys:
            both = r.memcpys + r.kernels
            exposed = union(both) - union(r.kernels)
            line(metric, r.scope, "total", ratio(100 * exposed, span(both)), "%",
                 len(r.memcpys))


def load_imbalance(metric, directory):
    busy = [union(r.compute) for r in ranks_of(directory) if r.kernels]
    if busy:
        line(metric, "all", "total", ratio(max(busy), min(busy)), "ratio", len(busy))


@functools.lru_cache(None)
def kernels_of(directory):
    """{rank: [(name, duration)]}"""
    return {r.rank: [(k.name, k.dur) for k in r.kernels] for r in ranks_of(directory)}


def named_fraction(metric, directory):
    rules = {"moe_fraction": "kernels.moe", "memory_bound_fraction": "kernels.membound"}[metric]
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "..", "..", "pipelines", "tables", rules), encoding="utf-8") as f:
        rules = [t.rstrip("\n") for t in f if t.strip() and not t.startswith("#")]
    for rank, kernels in kernels_of(directory).items():
        mine = [dur for name, dur in kernels if any(re.search(rule, name) for rule in rules)]
        part = ratio(100 * sum(mine), sum(dur for _, dur in kernels))
        if part is not None:        # none of these kernels is no lack of evidence: 0 of n = 0
            LINES.append("\t".join((metric, "rank=%d" % rank, "total",
                                         decimal(part, 6), "%", str(len(mine)))))


METRICS = dict.fromkeys(PLAIN, plain)
METRICS.update(coll_call_num=by_collective, coll_bytes=by_collective, comm_overhead=comm_overhead, step_time=step_time,
               dominant_kernel=dominant_kernel)
NEED_TRACES = set(METRICS)
METRICS.update(bubble=bubble, sm_coverage=sm_coverage,
               memcpy_bandwidth=memcpy_bandwidth, exposed_memcpy=exposed_memcpy, load_imbalance=load_imbalance,
               moe_fraction=named_fraction, memory_bound_fraction=named_fraction)
