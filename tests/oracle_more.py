#!/usr/bin/env python3
"""oracle_more.py METRIC[,METRIC] DIR - slow, exact reference values of more metrics.

Reads the raw files of the trace directory DIR and prints the records of the
metrics, sorted, without legend:   metric scope stat value unit n
Nothing is printed where there is nothing to compute from.

requests   ttft tpot itl e2e_latency request_throughput output_throughput
           total_token_throughput            (results_json/*.json, the detail)
card       throughput_tokens_sec             (workload_card.yaml, kineto steps)
kineto     coll_bandwidth hockney bubble sm_coverage memcpy_bandwidth
           exposed_memcpy load_imbalance comm_by_group ttft_trace tpot_trace
counters   nvlink_total nvlink_avg nvlink_peak burst_intensity burst_duration
xplane     hbm_bandwidth flop_rate           (planes /device:TPU:N)

Written from the definitions alone, like oracle.py and raw.py, whose readers it
shares. Numbers are taken from their decimal text; all is integer or Fraction,
rounded once, half away from zero, when printed: nine decimals for s and GB, 18
for s/B, none for count and bytes (as in oracle.py), six for the rest.
"""
import functools
import glob
import json
import math
import os
import re
import sys
from collections import defaultdict
from fractions import Fraction

sys.dont_write_bytecode = True
import oracle
import raw

LINES = []


def decimal(value, places):
    """Text of an exact value, rounded half away from zero."""
    scaled = abs(Fraction(value)) * 10 ** places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(whole).rjust(places + 1, "0")
    if places:
        text = text[:-places] + "." + text[-places:]
    return "-" + text if value < 0 and whole else text


PLACES = {"s": 9, "GB": 9, "s/B": 18, "count": 0, "bytes": 0}


def line(metric, scope, stat, value, unit, n):
    """value: exact, in the unit itself"""
    if value is not None and n:
        text = decimal(value, PLACES.get(unit, 6))
        LINES.append("\t".join((metric, scope, stat, text, unit, str(n))))


def ratio(a, b):
    return Fraction(a) / Fraction(b) if b else None


def root(square, places):
    """Square root of an exact value, correctly rounded to so many decimals."""
    scaled = Fraction(square) * 10 ** (2 * places)
    # round(x) = floor((2x + 1) / 2), and floor(2x) = isqrt(floor(4 x^2))
    return Fraction((math.isqrt(4 * scaled.numerator // scaled.denominator) + 1) // 2,
                    10 ** places)


def median(values):
    return oracle.quantile(values, Fraction(1, 2))


# Client side: requests

def results(directory):
    for path in sorted(glob.glob(os.path.join(glob.escape(directory), "results_json",
                                              "*.json"))):
        with open(path, encoding="utf-8") as f:
            yield json.load(f, parse_float=Fraction, parse_int=int)


def requests(directory):
    """(ttft, itls, output tokens), in s, of every request without an error"""
    for doc in results(directory):
        if "ttfts" not in doc:
            continue
        errors = doc.get("errors") or [""] * len(doc["ttfts"])
        for ttft, itls, out, error in zip(doc["ttfts"], doc["itls"],
                                          doc["output_lens"], errors):
            if not error:
                yield Fraction(ttft), [Fraction(x) for x in itls], int(out)


def latency(metric, directory):
    values = []
    for ttft, itls, out in requests(directory):
        if metric == "ttft":
            values.append(ttft)
        elif metric == "itl":
            values += itls
        elif metric == "e2e_latency":
            values.append(ttft + sum(itls))
        elif out > 1:
            values.append((ttft + sum(itls) - ttft) / (out - 1))
    if not values:
        return
    values = [v * 1000 for v in values]
    n = len(values)
    for stat in ("mean", "p50", "p99", "min", "max"):
        line(metric, "all", stat, oracle.STAT[stat](values), "ms", n)
    mean = sum(values) / n
    line(metric, "all", "std", root(sum((v - mean) ** 2 for v in values) / n, 6), "ms", n)


def throughput(metric, directory):
    """Over several results: all of the counts over all of the durations."""
    count, seconds, n = 0, 0, 0
    for doc in results(directory):
        if "duration" not in doc:
            continue
        count += {"request_throughput": lambda: doc["completed"],
                  "output_throughput": lambda: doc["total_output_tokens"],
                  "total_token_throughput":
                      lambda: doc["total_input_tokens"] + doc["total_output_tokens"],
                  }[metric]()
        seconds += doc["duration"]
        n += 1
    unit = "1/s" if metric == "request_throughput" else "tok/s"
    line(metric, "all", "total", ratio(count, seconds), unit, n)


def failures(metric, directory):
    """An error, or neither a token nor a first one."""
    failed, sent, n = 0, 0, 0
    for doc in results(directory):
        n += 1
        if "ttfts" in doc:
            rows = list(zip(doc.get("errors") or [""] * len(doc["ttfts"]), doc["output_lens"],
                            doc["ttfts"], doc["itls"]))
            failed += sum(1 for e, out, ttft, itls in rows if e or not (out or ttft or itls))
            sent += len(rows)
        else:
            failed += doc["failed"]
            sent += doc["failed"] + doc["completed"]
    if n:
        line(metric, "all", "total", Fraction(failed), "count", n)
        line(metric, "all", "share", Fraction(failed * 100, sent), "%", n)


# Card

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
    ranks = oracle.read(directory)
    most = max(len(r.steps) for r in ranks)
    slowest = [max(r.steps[k].dur for r in ranks if k < len(r.steps)) for k in range(most)]
    if slowest:
        mean = Fraction(sum(slowest), len(slowest))
        line(metric, "all", "total", int(batch) * int(length) * 10 ** 9 / mean, "tok/s",
             len(slowest))


# Kineto

def traces(directory):
    names = [n for n in os.listdir(directory)
             if re.fullmatch(r"kineto_trace_[0-9]+\.json(\.gz)?", n)]
    return [os.path.join(directory, n) for n in sorted(names)]


def ranks_of(directory):
    return oracle.read(directory) if traces(directory) else []


# Matched calls: what all ranks of a group did together, without a clock.

TOGETHER = ("allreduce", "allgather", "reducescatter", "alltoall", "barrier")


@functools.lru_cache(None)
def matched(directory):
    """[{rank: kernel}]: one call each. Of one group (name, members, size), the n-th that was
    launched in the step of one name and occurrence; or, where kernels have a number, that."""
    found = defaultdict(lambda: defaultdict(list))
    for r in ranks_of(directory):
        for k in r.comm:
            if r.steps and k.step is None:
                continue                # launched in no step: belongs to no call
            group = tuple(k.args.get("Process Group " + x) for x in ("Name", "Ranks"))
            step = (k.step.name, k.step.nth) if k.step else None
            number = k.args.get("Seq", k.args.get("seq"))
            where = ("seq", number) if number is not None else ("step", step)
            found[group + (k.args.get("Group size"),) + where][r.rank].append(k)
    calls = []
    for (_, members, size, *_), by in found.items():
        if size is None or len(by) != int(size) or len({len(ks) for ks in by.values()}) != 1:
            continue                    # ranks are missing, or counts differ
        if members and "..." not in members and set(json.loads(members)) != set(by):
            continue
        order = {r: sorted(ks, key=lambda k: (k.at is None, k.at or 0, k.start))
                 for r, ks in by.items()}
        for i in range(len(next(iter(by.values())))):
            call = {r: ks[i] for r, ks in order.items()}
            kinds = {(k.coll, k.args.get("dtype"), k.bytes) for k in call.values()}
            if len(kinds) != 1:
                print("oracle_more: a group's ranks disagree: its step ends here", file=sys.stderr)
                break
            if next(iter(call.values())).coll in TOGETHER:
                calls.append(call)
    return calls


def shortest(directory):
    """The kernel of each matched call on the rank that waited for nobody"""
    return [min(call.values(), key=lambda k: k.dur) for call in matched(directory)]


def observed(directory):
    """(scope, comm kernels): by rank what its kernels saw; in all, matched calls"""
    for r in ranks_of(directory):
        yield r.scope, r.comm
    yield "all", shortest(directory)


def factor(kernel):
    """Bus bandwidth over algorithm bandwidth, or None."""
    if kernel.coll not in ("allreduce", "allgather", "reducescatter", "alltoall"):
        return Fraction(1)
    if "Group size" not in kernel.args:
        return None
    n = int(kernel.args["Group size"])
    return Fraction((2 if kernel.coll == "allreduce" else 1) * (n - 1), n)


def coll_bandwidth(metric, directory):
    for who, kernels in observed(directory):
        classes = defaultdict(list)
        for k in kernels:
            if k.bytes and k.dur > 0:
                classes[k.coll, 1 << (k.bytes.bit_length() - 1)].append(k)
        for (coll, size), ks in classes.items():
            scope = "%s,coll=%s,size=%d" % (who, coll, size)
            # bytes per ns are GB/s
            line(metric, scope, "algbw",
                 ratio(sum(k.bytes for k in ks), sum(k.dur for k in ks)), "GB/s", len(ks))
            line(metric, scope, "algbw_p50",
                 median([Fraction(k.bytes, k.dur) for k in ks]), "GB/s", len(ks))
            ks = [k for k in ks if factor(k) is not None]
            if ks:
                line(metric, scope, "busbw",
                     ratio(sum(k.bytes * factor(k) for k in ks), sum(k.dur for k in ks)),
                     "GB/s", len(ks))
                line(metric, scope, "busbw_p50",
                     median([Fraction(k.bytes, k.dur) * factor(k) for k in ks]),
                     "GB/s", len(ks))


def fit(points):
    """alpha, beta, mean square of the residual: of the line of least squares that is an answer,
    or None: one size only, a cost below nothing, or less than half of the variance explained"""
    if len({x for x, _ in points}) < 2:
        return None
    n = len(points)
    mx = Fraction(sum(x for x, _ in points), n)
    my = Fraction(sum(y for _, y in points), n)
    beta = (sum((x - mx) * (y - my) for x, y in points)
            / sum((x - mx) ** 2 for x, _ in points))
    alpha = my - beta * mx
    square = sum((y - alpha - beta * x) ** 2 for x, y in points) / n
    variance = sum((y - my) ** 2 for _, y in points) / n
    return None if alpha < 0 or beta <= 0 or 2 * square > variance else (alpha, beta, square)


def hockney(metric, directory):
    for who, kernels in observed(directory):
        colls = defaultdict(list)
        for k in kernels:
            if k.bytes is not None:
                colls[k.coll].append((k.bytes, k.dur))
        for coll, points in colls.items():
            scope, n, found = "%s,coll=%s" % (who, coll), len(points), fit(points)
            if not found:
                for stat, unit in ("alpha", "s"), ("beta", "s/B"), ("residual", "s"):
                    LINES.append("\t".join((metric, scope, stat, ".", unit, "0")))
                continue
            alpha, beta, square = found
            line(metric, scope, "alpha", alpha / 10 ** 9, "s", n)
            line(metric, scope, "beta", beta / 10 ** 9, "s/B", n)
            line(metric, scope, "residual", root(square / 10 ** 18, 9), "s", n)


def bubble(metric, directory):
    for r in ranks_of(directory):
        if r.kernels:
            busy = ratio(oracle.union(r.compute), oracle.span(r.kernels))
            if busy is not None:
                line(metric, r.scope, "total", 100 * (1 - busy), "%", len(r.kernels))


def sm_coverage(metric, directory):
    for r in ranks_of(directory):
        ks = [k for k in r.kernels if "blocks per SM" in k.args]
        part = sum(k.dur * min(Fraction(k.args["blocks per SM"]), 1) for k in ks)
        line(metric, r.scope, "total", ratio(100 * part, oracle.duration(ks)), "%", len(ks))


def memcpy_bandwidth(metric, directory):
    for r in ranks_of(directory):
        named = defaultdict(list)
        for k in r.memcpys:
            if "bytes" in k.args:
                named[k.name].append(k)
        for name, ks in named.items():
            line(metric, "%s,name=%s" % (r.scope, raw.esc(name)), "total",
                 ratio(sum(int(k.args["bytes"]) for k in ks), oracle.duration(ks)),
                 "GB/s", len(ks))


def exposed_memcpy(metric, directory):
    for r in ranks_of(directory):
        if r.memcpys:
            both = r.memcpys + r.kernels
            exposed = oracle.union(both) - oracle.union(r.kernels)
            line(metric, r.scope, "total", ratio(100 * exposed, oracle.span(both)), "%",
                 len(r.memcpys))


def load_imbalance(metric, directory):
    busy = [oracle.union(r.compute) for r in ranks_of(directory) if r.kernels]
    if busy:
        line(metric, "all", "total", ratio(max(busy), min(busy)), "ratio", len(busy))


def comm_by_group(metric, directory):
    for r in ranks_of(directory):
        groups = defaultdict(list)
        for k in r.comm:
            group = k.args.get("Process Group Description")
            if group:
                groups[group, k.coll].append(k)
        for (group, coll), ks in groups.items():
            scope = "%s,group=%s,coll=%s" % (r.scope, raw.esc(group), coll)
            line(metric, scope, "total", Fraction(oracle.duration(ks), 10 ** 9), "s", len(ks))
            line(metric, scope, "calls", len(ks), "count", len(ks))
            known = [k.bytes for k in ks if k.bytes is not None]
            if known:
                line(metric, scope, "bytes", sum(known), "bytes", len(known))


def phase(name):
    """prefill, decode, or None for what is neither or both"""
    if name in ("prefill", "decode"):
        return name
    m = re.match(r"execute_context_([0-9]+)\([^)]*\)_generation_([0-9]+)\([^)]*\)", name)
    if not m:
        return None
    prefills, decodes = int(m.group(1)), int(m.group(2))
    if (prefills > 0) == (decodes > 0):
        return None
    return "prefill" if prefills else "decode"


def phase_time(metric, directory):
    want = {"ttft_trace": "prefill", "tpot_trace": "decode"}[metric]
    for r in ranks_of(directory):
        values = [Fraction(dur, 10 ** 6) for name, _, dur in r.notes if phase(name) == want]
        if values:
            for stat in ("mean", "p50", "p99", "min", "max"):
                line(metric, r.scope, stat, oracle.STAT[stat](values), "ms", len(values))


# NVLink counters

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
        sums = defaultdict(int)
        for _, k, direction, b in raw.nvf1_buckets(self.path, BUCKET, self.offset):
            if name in (direction, "both"):
                sums[k] += b
        return sums

    def peak(self, name):
        return Fraction(max(self.buckets(name).values(), default=0), BUCKET)


@functools.lru_cache(None)
def counter(path):
    return Counter(path)


def nvlink(metric, directory):
    pattern = os.path.join(glob.escape(directory), "nvlink_gpu*.bin*")
    for c in (counter(p) for p in sorted(glob.glob(pattern))):
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


# XLA on TPU: the .xplane.pb

def whole_ns(ps):
    """Picoseconds to nanoseconds, rounded half away from zero."""
    return (abs(ps) + 500) // 1000 * (1 if ps >= 0 else -1)


def stat_value(stat, names):
    s = raw.message(stat, raw.STAT)
    for kind in ("int64", "uint64", "double", "str"):
        if kind in s["has"]:
            return s[kind]
    return names.get(s["ref"]) if "ref" in s["has"] else None


def is_copy(category, op):
    kinds = ("copy", "copy-start", "copy-done")
    return category in kinds or re.sub(r"\.[0-9]+$", "", op.lstrip("%")) in kinds


def union(spans):
    total, reached = 0, None
    for start, dur in sorted(spans):
        begin = start if reached is None else max(start, reached)
        if start + dur > begin:
            total += start + dur - begin
            reached = start + dur
    return total


def xla_rate(metric, directory):
    key = {"hbm_bandwidth": "bytes_accessed", "flop_rate": "model_flops"}[metric]
    pattern = os.path.join(glob.escape(directory), "plugins", "profile", "*", "*.xplane.pb")
    for path in sorted(glob.glob(pattern)):
        for plane in raw.planes(path):
            device = re.fullmatch(r"/device:TPU:([0-9]+)", plane["name"])
            if not device:
                continue
            names = {i: m["name"] for i, m in plane["stat_metadata"].items()}
            amount, spans = 0, []
            for ops in plane["lines"]:
                if ops["name"] != "XLA Ops":
                    continue
                for e in ops["events"]:
                    e = raw.message(e, raw.EVENT)
                    meta = plane["event_metadata"][e["metadata_id"]]
                    stats = {}
                    for s in meta["stats"] + e["stats"]:
                        i = raw.message(s, raw.STAT)["metadata_id"]
                        stats[names.get(i)] = stat_value(s, names)
                    op = (meta["display_name"] or meta["name"]).split(" = ")[0]
                    if stats.get(key) is None or is_copy(stats.get("hlo_category"), op):
                        continue
                    amount += Fraction(stats[key])
                    start = ops["timestamp_ns"] * 1000 + e["offset_ps"]
                    spans.append((whole_ns(start), whole_ns(e["duration_ps"])))
            length = union(spans)
            if metric == "hbm_bandwidth":    # bytes per ns are GB/s
                line(metric, "rank=.,dev=" + device.group(1), "total",
                     ratio(amount, length), "GB/s", len(spans))
            else:
                line(metric, "rank=.,dev=" + device.group(1), "total",
                     ratio(amount * 10 ** 9, length), "FLOP/s", len(spans))


METRICS = {"ttft": latency, "tpot": latency, "itl": latency, "e2e_latency": latency,
           "request_throughput": throughput, "output_throughput": throughput,
           "total_token_throughput": throughput, "failed_requests": failures,
           "throughput_tokens_sec": throughput_tokens_sec,
           "coll_bandwidth": coll_bandwidth, "hockney": hockney, "bubble": bubble,
           "sm_coverage": sm_coverage, "memcpy_bandwidth": memcpy_bandwidth,
           "exposed_memcpy": exposed_memcpy, "load_imbalance": load_imbalance,
           "comm_by_group": comm_by_group, "ttft_trace": phase_time,
           "tpot_trace": phase_time, "nvlink_total": nvlink, "nvlink_avg": nvlink,
           "nvlink_peak": nvlink, "burst_intensity": nvlink, "burst_duration": nvlink,
           "hbm_bandwidth": xla_rate, "flop_rate": xla_rate}


def main():
    wanted = sys.argv[1].split(",") if len(sys.argv) == 3 else []
    if not wanted or set(wanted) - set(METRICS):
        sys.exit(__doc__)
    for metric in wanted:
        METRICS[metric](metric, sys.argv[2])
    for text in sorted(LINES):
        print(text)


if __name__ == "__main__":
    main()
