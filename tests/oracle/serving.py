"""Metrics of a load generator's results (results_json/*.json, the detail), and of a serving engine's steps."""
import glob
import json
import os
import re
from fractions import Fraction

from exact import STAT, line, ratio, root
from kineto import ranks_of

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
        line(metric, "all", stat, STAT[stat](values), "ms", n)
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
                line(metric, r.scope, stat, STAT[stat](values), "ms", len(values))


METRICS = dict.fromkeys(("ttft", "tpot", "itl", "e2e_latency"), latency)
METRICS.update(dict.fromkeys(("request_throughput", "output_throughput", "total_token_throughput"), throughput))
METRICS.update(failed_requests=failures, ttft_trace=phase_time, tpot_trace=phase_time)
