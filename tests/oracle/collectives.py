"""Metrics of collectives; and matched calls: what all ranks of a group did together, without a clock."""
import functools
import json
import sys
from collections import defaultdict
from fractions import Fraction

import raw
from exact import LINES, line, median, ratio, root
from kineto import duration, ranks_of

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
                print("collectives: a group's ranks disagree: its step ends here", file=sys.stderr)
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


def comm_by_group(metric, directory):
    for r in ranks_of(directory):
        groups = defaultdict(list)
        for k in r.comm:
            group = k.args.get("Process Group Description")
            if group:
                groups[group, k.coll].append(k)
        for (group, coll), ks in groups.items():
            scope = "%s,group=%s,coll=%s" % (r.scope, raw.esc(group), coll)
            line(metric, scope, "total", Fraction(duration(ks), 10 ** 9), "s", len(ks))
            line(metric, scope, "calls", len(ks), "count", len(ks))
            known = [k.bytes for k in ks if k.bytes is not None]
            if known:
                line(metric, scope, "bytes", sum(known), "bytes", len(known))


METRICS = {"coll_bandwidth": coll_bandwidth, "hockney": hockney, "comm_by_group": comm_by_group}
