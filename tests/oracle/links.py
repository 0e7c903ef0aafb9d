"""Metrics of NVLink counters. GAP (environment, ns, default 40000000) is that of nvlink_check."""
import functools
import glob
import json
import os
import re
import sys
from collections import defaultdict
from fractions import Fraction

import raw
from collectives import factor
from exact import line, ratio
from kineto import ranks_of

BASE = 1790857026000000000      # baseTimeNanoseconds of the traces
BUCKET = 10 ** 7                # ns
BURST = 20                      # GB/s


class Counter:
    """One GPU: samples by (field, link), bytes by bucket and direction."""

    def __init__(self, path):
        self.gpu = int(re.search(r"nvlink_gpu([0-9]+)\.bin", path).group(1))
        clock = re.sub(r"\.bin(\.gz)?$", ".clock.json", path)
        with open(clock, encoding="utf-8") as f:
            clock = json.load(f)
        self.offset = clock["realtime_ns"] - clock["monotonic_ns"] - BASE
        self.path = path
        self.in_buckets = None
        self.series = defaultdict(list)
        for ts, field, link, code, value in raw.nvf1_records(path):
            if code == 0 and field in raw.DIRECTION:
                self.series[raw.DIRECTION[field], link].append((ts, value))

    def pick(self, name):
        """The series of a direction, or of both."""
        return [s for (d, _), s in self.series.items() if name in (d, "both")]

    def total(self, name):
        return 1024 * sum(max(0, y[1] - x[1]) for s in self.pick(name)
                          for x, y in zip(s, s[1:]))

    def intervals(self, name):
        return [(x[0], y[0]) for s in self.pick(name) for x, y in zip(s, s[1:])
                if y[0] > x[0]]

    def span(self, name):
        times = [t for s in self.pick(name) for t, _ in s]
        return max(times) - min(times) if times else 0

    def average(self, name):
        """Over the span less the share of the time between samples that resets hide"""
        pairs = [(y[0] - x[0], y[1] < x[1]) for s in self.pick(name) for x, y in zip(s, s[1:])]
        hidden, between = sum(t for t, reset in pairs if reset), sum(t for t, _ in pairs)
        known = self.span(name) * (1 - Fraction(hidden, between)) if between else 0
        return ratio(self.total(name), known)

    def touched(self, name):
        """How many buckets hold some part of an interval."""
        found = set()
        for a, b in set(self.intervals(name)):
            found.update(range((a + self.offset) // BUCKET,
                               (b - 1 + self.offset) // BUCKET + 1))
        return len(found)

    def buckets(self, name):
        if not self.in_buckets:
            self.in_buckets = list(raw.nvf1_buckets(self.path, BUCKET, self.offset))
        sums = defaultdict(int)
        for _, k, direction, b in self.in_buckets:
            if name in (direction, "both"):
                sums[k] += b
        return sums

    def peak(self, name):
        return Fraction(max(self.buckets(name).values(), default=0), BUCKET)


@functools.lru_cache(None)
def counter_of(path):
    return Counter(path)


def nvlink(metric, directory):
    pattern = os.path.join(glob.escape(directory), "nvlink_gpu*.bin*")
    for c in (counter_of(p) for p in sorted(glob.glob(pattern))):
        for name in ("tx", "rx", "both"):
            scope = "dev=%d,name=%s" % (c.gpu, name)
            n = len(c.intervals(name))
            if not n:
                continue
            if metric == "nvlink_total":
                line(metric, scope, "total", Fraction(c.total(name), 10 ** 9), "GB", n)
            elif metric == "nvlink_avg":
                line(metric, scope, "total", c.average(name), "GB/s", n)
            elif metric == "nvlink_peak":
                line(metric, scope, "total", c.peak(name), "GB/s", c.touched(name))
            elif metric == "burst_intensity":
                line(metric, scope, "total", ratio(c.peak(name), c.average(name)), "ratio",
                     c.touched(name))
            else:
                over = sum(b > BURST * BUCKET for b in c.buckets(name).values())
                line(metric, scope, "total", Fraction(over * BUCKET, 10 ** 9), "s",
                     c.touched(name))


def intervals(rank):
    """{phase: {k-th step of it: (start, end) of what it launched on the device}}, wall clock"""
    found = defaultdict(dict)
    for s in rank.steps:
        if s.name in ("prefill", "decode") and s.events:
            found[s.name][s.nth] = (min(v.start for v in s.events) + rank.base - BASE,
                                    max(v.end for v in s.events) + rank.base - BASE)
    return found


GAP = int(os.environ.get("GAP", 4 * 10 ** 7))


def marked(directory):
    """(rank, device, start, end, bytes, moved) of the bursts' repetitions, ns since BASE"""
    for path in sorted(glob.glob(os.path.join(glob.escape(directory), "allreduce_marks_*.json"))):
        with open(path, encoding="utf-8") as f:
            doc = json.load(f)
        with open(os.path.join(directory, "nvlink_gpu%d.clock.json" % doc["rank"]),
                  encoding="utf-8") as f:
            clock = json.load(f)
        to_wall = clock["realtime_ns"] - clock["monotonic_ns"] - BASE
        for m in doc["marks"]:
            start, whole = m["start_mono_ns"], m["end_mono_ns"] - m["start_mono_ns"]
            edges = [start + whole * i // m["reps"] + to_wall for i in range(m["reps"] + 1)]
            for a, b in zip(edges, edges[1:]):
                # 2(n-1)/n among 4
                yield doc["rank"], str(doc["rank"]), a, b, m["bytes"], m["bytes"] * Fraction(3, 2)


def collectives(directory):
    """The same of the traces' communication kernels whose kind is known"""
    for r in ranks_of(directory):
        for k in r.comm:
            if k.coll == "other":
                continue
            known = k.bytes is not None and factor(k) is not None
            start = k.start + r.base - BASE
            yield (r.rank, k.device, start, start + k.dur, k.bytes,
                   k.bytes * factor(k) if known else None)


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
        counter = counter_of(path)
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
                sys.exit("links: a window with kernels of unknown size or two ranks")
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


def counters(directory):
    found = glob.glob(os.path.join(glob.escape(directory), "nvlink_gpu*.bin*"))
    return [counter_of(p) for p in sorted(found)]


def phase_bandwidth(metric, directory):
    """Each interval by itself: where those of a phase overlap, bytes and time count in each."""
    for counter in counters(directory):
        mine = [r for r in ranks_of(directory)
                if str(counter.gpu) in {v.device for v in r.events}]
        if len(mine) > 1:
            sys.exit("links: a GPU of two ranks")
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
    path = os.path.join(directory, "workload_card.yaml")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
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
    if not counters(directory) or len(listed(directory, "bandwidth_gbps")) < 2:
        return
    gigabits = listed(directory, "bandwidth_gbps")[1]   # scale-up, one direction
    for counter in counters(directory):
        for name in ("tx", "rx", "both"):
            could = Fraction(gigabits) / 8 * (2 if name == "both" else 1)
            line(metric, "dev=%d,name=%s" % (counter.gpu, name), "total",
                 100 * counter.average(name) / could, "%", known(counter, name))


METRICS = dict.fromkeys(("nvlink_total", "nvlink_avg", "nvlink_peak", "burst_intensity", "burst_duration"), nvlink)
METRICS.update(nvlink_check=nvlink_check, phase_bandwidth=phase_bandwidth, bw_usage=bw_usage)
