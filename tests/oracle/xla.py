"""Metrics of XLA on TPU: the planes /device:TPU:N of the .xplane.pb."""
import glob
import os
import re
from fractions import Fraction

import raw
from exact import line, ratio

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


METRICS = {"hbm_bandwidth": xla_rate, "flop_rate": xla_rate}
