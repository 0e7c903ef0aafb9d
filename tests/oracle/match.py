#!/usr/bin/env python3
"""match.py WHAT[,WHAT] RUN... - slow, exact reference values across ranks: who waited for whom.

Reads the raw traces of each folder RUN and prints the records of each WHAT, sorted, without legend:
trace metric scope stat value unit n
WHAT: breakdown straggler clock_offset pipeline_bubble what_if calls (a line for each matched call and participant)

Written from the definitions alone. Shares the reader kineto.py. Kineto: kineto_trace_R.json[.gz]; XLA:
plugins/profile/*/*.trace.json.gz, where each device takes part by itself and no rank is known.
All is integer or Fraction, rounded once, half away from zero.

Choices where the definitions leave room.
A gap is `host` only if the next event was launched after the gap began, `queued` if at that instant or before; of
events that start at once, the earliest launch counts. Critical: who has least of the class `wait`; of equals nobody.
The share of a rank is of the waits that somebody caused. A step's wait is the mean of those that waited at all.
The calls of a group (rooted ones, too) are numbered in the order of their launches, sends and receives apart.
A kernel that no step launched belongs to no call where there are steps. Calls: matched calls. unmatched: kernels without one.
Why: the previous call is the one that began before; where it still runs, there is no time between. Busy is the union
of computation, copies and memsets; idle is the rest. Excesses are summed over the calls in which the one named is late.
A send and its receive are a call of which only the receiver waits, which nobody causes.
What-if: each chain goes from the begin of the first device step to the end of the last; how far apart they begin is
known from the ends of their first calls, at which all leave together; a time is the mean over the participants' chains.
Nothing is known of a participant that communicates and has no matched call, nor of a step of which it has none: `.`.
"""
import bisect
import functools
import glob
import gzip
import json
import os
import re
import sys
from collections import Counter, defaultdict
from fractions import Fraction

sys.dont_write_bytecode = True
import exact
import kernels
import kineto

TOGETHER = ("allreduce", "allgather", "reducescatter", "alltoall", "barrier")
CLASSES = ("compute", "transfer", "wait", "comm", "copy", "unknown", "host", "queued", "idle")
SHARE, WAIT, ERROR = Fraction(1, 2), Fraction(5, 100), Fraction(5, 100)
LINES = []


def note(text):
    print("match: " + text, file=sys.stderr)


def line(metric, scope, stat, value, unit, n):
    """value: ns where the unit is s; None where unknown; text as it is"""
    text = value if isinstance(value, str) else kernels.digits(value, unit)
    LINES.append("\t".join((RUN, metric, scope, stat, text, unit, "0" if text == "." else str(n))))


def median(values):
    return exact.quantile(values, Fraction(1, 2))


# What takes part: a rank, or a device of a rank that drives several

class Window:
    """A host step of a process"""

    def __init__(self, name, start, end):
        self.name, self.start, self.end, self.nth = name, start, end, None

    @property
    def key(self):
        return self.name, self.nth


def windows(spans):
    """[(name, start, end)] -> Windows; those of one name that overlap are one"""
    out = []
    for name, start, end in sorted(spans, key=lambda s: s[1]):
        for w in out:
            if w.name == name and start < w.end:
                w.end = max(w.end, end)
                break
        else:
            out.append(Window(name, start, end))
    seen = Counter()
    for w in out:
        w.nth = seen[w.name]
        seen[w.name] += 1
    return out


class Part:
    def __init__(self, rank, dev, base, events, steps):
        self.rank, self.dev, self.base, self.events, self.steps = rank, dev, base, events, steps
        self.scope = "rank=%s" % rank + ("" if dev is None else ",dev=%s" % dev)
        self.label = str(rank) if dev is None else "dev=%s" % dev
        self.blind = not any(v.at is not None for v in events)   # no launches
        for v in events:
            at = v.start if self.blind else v.at
            v.step = next((w.key for w in steps if at is not None and w.start <= at < w.end), None)
            v.owner, v.call, v.wait = self, None, 0
        self.comm = [v for v in events if v.comm]
        self.starts = sorted({v.start for v in events})
        self.tiles = self.device_steps()

    def device_steps(self):
        """[(key, begin, end)]"""
        if not self.events:
            return []
        if not self.steps:
            return [(None, min(v.start for v in self.events), max(v.end for v in self.events))]
        own = [(w.key, w.start, w.end) for w in self.steps]
        if self.blind:
            return own
        plain = self.tile(lambda v: True)
        if plain is None:
            return own
        for key, _, end in plain:
            mine = [v for v in self.events if v.step == key]
            late = sum(max(0, v.end - max(v.start, end)) for v in mine)
            if 20 * late > sum(v.dur for v in mine):
                work = Counter()
                for v in self.events:
                    if v.what == "compute":
                        work[v.stream] += v.dur
                most = max(work, key=work.get)
                chosen = self.tile(lambda v: v.stream == most)
                return own if chosen is None else chosen
        return plain

    def tile(self, chosen):
        starts = {}
        for v in self.events:
            if v.step and chosen(v):
                starts[v.step] = min(v.start, starts.get(v.step, v.start))
        begins = [(starts[w.key], w.key) for w in self.steps if w.key in starts]
        if not begins or any(a >= b for (a, _), (b, _) in zip(begins, begins[1:])):
            return None if begins else []
        last = max(v.end for v in self.events if v.step == begins[-1][1])
        return [(key, b, e) for (b, key), e in zip(begins, [b for b, _ in begins[1:]] + [last])]


class Event:
    def __init__(self, start, dur, what, at, stream, name, args):
        self.start, self.dur, self.end, self.what = start, dur, start + dur, what
        self.at, self.stream, self.name, self.args = at, stream, name, args
        self.comm = what == "comm"
        self.coll = kineto.collective(args.get("Collective name") or name) if self.comm else None
        self.bytes = kineto.message_bytes(self.coll, args) if self.comm else None


def torch(run):
    parts = []
    for r in kineto.read(run):
        steps = windows([(s.name, s.start, s.end) for s in r.steps])
        kind = {id(k): "comm" if k.comm else "compute" for k in r.kernels}
        devices = defaultdict(list)
        for v in r.events:
            devices[v.device].append(
                Event(v.start, v.dur, kind.get(id(v), "copy"), v.at, v.stream, v.name, v.args))
        for dev, events in sorted(devices.items()):
            parts.append(Part(r.rank, dev if len(devices) > 1 else None, r.base, events, steps))
    return parts


def whole(text):
    """us -> ns, rounded half away from zero"""
    value = Fraction(text) * 1000
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def xla(path):
    with gzip.open(path, "rt", encoding="utf-8") as f:
        doc = json.load(f, parse_float=str, parse_int=str)
    spans, process, thread = [], {}, {}
    for e in doc["traceEvents"]:
        if e.get("ph") == "X":
            spans.append(e)
        elif e.get("name") == "process_name":
            process[e["pid"]] = e["args"]["name"]
        elif e.get("name") == "thread_name":
            thread[e["pid"], e["tid"]] = e["args"]["name"]
    launch, steps, devices = {}, [], defaultdict(list)
    for e in spans:
        args = e.get("args", {})
        if process[e["pid"]].startswith("/device:"):
            continue
        if "step_num" in args:
            steps.append((e["name"], whole(e["ts"]), whole(e["ts"]) + whole(e["dur"])))
        if "correlation_id" in args:
            key, at = (args.get("device_id"), args["correlation_id"]), whole(e["ts"])
            launch[key] = min(at, launch.get(key, at))
    for e in spans:
        where = re.fullmatch(r"/device:[A-Z]+:([0-9]+)", process[e["pid"]])
        on = thread.get((e["pid"], e["tid"]), "")
        if not where or not (on == "XLA Ops" or on.startswith("Stream #")):
            continue
        args, name = e.get("args", {}), e["name"]
        kind = args.get("hlo_category", "")
        what = "compute"
        if re.match(r"Mem(set|cpy)", name) or kind in ("copy", "copy-start", "copy-done"):
            what = "copy"
        elif name.startswith("nccl") or kind in ("all-reduce", "all-gather", "reduce-scatter", "all-to-all"):
            what = "comm"
        at = launch.get((where.group(1), args.get("correlation_id")))
        devices[int(where.group(1))].append(
            Event(whole(e["ts"]), whole(e["dur"]), what, at, e["tid"], name, args))
    steps = windows(steps)
    return [Part(".", dev, 0, events, steps) for dev, events in sorted(devices.items())]


@functools.lru_cache(None)
def parts():
    found = sorted(glob.glob(os.path.join(glob.escape(FOLDER), "plugins/profile/*/*.trace.json.gz")))
    out = xla(found[0]) if found else torch(FOLDER)
    out = [p for p in out if p.events]
    seen = defaultdict(set)
    for p in out:
        for w in p.steps:
            seen[w.name].add(w.nth)
    NTH.update(name for name, nths in seen.items() if len(nths) > 1)
    match(out)
    return out


NTH = set()             # names that repeat


def step_scope(key):
    return "step=all" if key is None else "step=%s" % key[0] + ("#%d" % key[1] if key[0] in NTH else "")


# Matched calls

CALLS, REASONS = [], Counter()


class Call:
    def __init__(self, by, step, group):
        self.by, self.step, self.group = by, step, group      # by: {Part: Event}
        durs = sorted(v.dur for v in by.values())
        self.transfer = durs[0]
        shortest = [p for p, v in by.items() if v.dur == durs[0]]
        self.late = shortest[0] if len(shortest) == 1 and len(by) > 1 else None
        for v in by.values():
            v.call, v.wait = self, v.dur - self.transfer


class Pair(Call):
    """A send and its receive: only the receiver's wait is known, nobody is late"""

    def __init__(self, send, receive):
        super().__init__({send.owner: send, receive.owner: receive}, receive.step, None)
        self.late, send.wait = None, 0


def point_to_point(everyone):
    """The k-th send from src to dst with the k-th receive: the receiver's wait alone"""
    sides = defaultdict(list)
    for p in everyone:
        for v in sorted((v for v in p.comm if v.coll == "sendrecv"), key=lambda v: v.start):
            way = (v.args.get("Src Rank"), v.args.get("Dst Rank"))
            name = str(v.args.get("Collective name", "")).lower()
            if None not in way and re.match(r"i?(send|recv)$", name):
                sides[("send" if "send" in name else "recv",) + tuple(str(x) for x in way)].append(v)
    for (kind, src, dst), sends in sides.items():
        if kind == "send":
            for s, r in zip(sends, sides.get(("recv", src, dst), [])):
                CALLS.append(Pair(s, r))


def order(v):
    return v.at is None, v.at or 0, v.start


def match(everyone):
    point_to_point(everyone)
    many = len({p.rank for p in everyone}) < len(everyone)
    stepped = any(p.steps for p in everyone)
    groups = defaultdict(list)
    for p in everyone:
        for v in p.comm:
            if v.coll != "sendrecv":
                groups[tuple(str(v.args.get(k)) for k in
                             ("Process Group Name", "Process Group Ranks", "Group size"))].append(v)
    for group, events in groups.items():
        name, members, size = group
        users = {v.owner for v in events}
        listed = None if members == "None" or "..." in members else set(json.loads(members))
        if size == "None" or name == "None":
            REASONS["size or name of the group unknown"] += len(events)
        elif listed is not None and not many and not {str(p.rank) for p in users} <= {str(m) for m in listed}:
            REASONS["a user that is no member"] += len(events)
        elif len(users) > int(size):
            REASONS["ambiguous group"] += len(events)
        elif len(users) < int(size):
            REASONS["partial: fewer participants than nranks"] += len(events)
        else:
            match_group(group, events, users, stepped)


def match_group(group, events, users, stepped):
    numbered, ordered = defaultdict(list), defaultdict(list)
    for v in events:
        seq = v.args.get("Seq", v.args.get("seq"))
        if seq is not None:
            numbered[int(seq)].append(v)
        elif stepped and v.step is None:
            REASONS["launched in no step"] += 1
        else:
            ordered[v.step].append(v)
    sets = defaultdict(list)            # step -> candidates, in order: {Part: Event}
    for seq in sorted(numbered):
        for by in zipped(numbered[seq], users):
            sets["seq", next(iter(by.values())).step].append(by)
    for step, mine in ordered.items():
        sets["order", step] = zipped(mine, users)
    for (_, step), candidates in sets.items():
        for i, by in enumerate(candidates):
            if len({(v.coll, str(v.args.get("dtype")), v.bytes) for v in by.values()}) > 1:
                REASONS["kinds, types or sizes disagree"] += len(by) * (len(candidates) - i)
                break
            if by and next(iter(by.values())).coll in TOGETHER:
                CALLS.append(Call(by, step, group))
            else:
                REASONS["rooted or other kind"] += len(by)


def zipped(events, users):
    lists = {p: sorted((v for v in events if v.owner is p), key=order)
             for p in sorted(users, key=lambda p: p.scope)}
    if len({len(x) for x in lists.values()}) != 1:
        REASONS["counts differ"] += len(events)
        return []
    return [dict(zip(lists, row)) for row in zip(*lists.values())]


# Breakdown

def intervals(part):
    """[(begin, end, class)] of what runs on a participant's device"""
    for v in part.events:
        if not v.comm:
            yield v.start, v.end, v.what
        elif v.call is None:
            yield v.start, v.end, "comm"
        else:
            yield v.start, v.start + v.wait, "wait"
            yield v.start + v.wait, v.end, "transfer"


def pieces(part, edges):
    """[(begin, end, class)], without gap or overlap, cut at all edges, from the first of them to the last"""
    change = defaultdict(Counter)
    for a, b, what in intervals(part):
        if a < b:
            change[a][what] += 1
            change[b][what] -= 1
    for x in edges:
        change[x]["none"] += 0
    first_launch = {}
    for v in part.events:
        if v.at is not None:
            first_launch[v.start] = min(v.at, first_launch.get(v.start, v.at))
    starts = part.starts
    running, points, free = Counter(), sorted(change), None
    for x, y in zip(points, points[1:]):
        running.update(change[x])
        what = next((c for c in CLASSES[:6] if running[c] > 0), None)
        if what:
            free = y
        else:
            i = bisect.bisect_left(starts, y)
            at = first_launch.get(starts[i]) if i < len(starts) else None
            what = "idle" if at is None else "host" if free is None or at > free else "queued"
        yield x, y, what


@functools.lru_cache(None)
def breakdown_of(part):
    """({step key: Counter of the classes}, busy time outside)"""
    edges = sorted({x for _, b, e in part.tiles for x in (b, e)})
    rows = {key: Counter() for key, _, _ in part.tiles}
    outside = 0
    for x, y, what in pieces(part, edges):
        inside = [key for key, b, e in part.tiles if b <= x and y <= e]
        for key in inside:
            rows[key][what] += y - x
        if not inside and what in CLASSES[:6]:
            outside += y - x
    for key, b, e in part.tiles:
        assert sum(rows[key].values()) == e - b
    return rows, outside


def least(waits, key):
    """label of the one that waited least, of {Part: ns}; `.` where nothing of what communicates is matched"""
    comm = [v for p in waits for v in p.comm if key is None or v.step == key]
    if comm and all(v.call is None for v in comm):
        return "."
    low = min(waits.values())
    mine = [p for p, w in waits.items() if w == low]
    return mine[0].label if len(mine) == 1 and len(waits) > 1 else "none"


def classes(scope, rows, n, shares):
    """rows: one Counter for each participant; the mean over them"""
    total = Fraction(sum(sum(r.values()) for r in rows), len(rows))
    for c in CLASSES:
        mean = Fraction(sum(r[c] for r in rows), len(rows))
        line("breakdown", scope, c, mean, "s", n)
        if shares:
            line("breakdown", scope, c + "_share", 100 * mean / total if total else None, "%", n)
    line("breakdown", scope, "total", total, "s", n)


def breakdown():
    sums, by_step = {}, defaultdict(dict)
    for p in parts():
        rows, outside = breakdown_of(p)
        sums[p] = Counter()
        for key, row in rows.items():
            classes(p.scope + "," + step_scope(key), [row], 1, True)
            by_step[key][p] = row
            sums[p].update(row)
        classes(p.scope, [sums[p]], len(rows), True)
        line("breakdown", p.scope, "outside", outside, "s", 1)
    for key, rows in by_step.items():
        classes(step_scope(key), list(rows.values()), len(rows), True)
        line("breakdown", step_scope(key), "critical",
             least({p: r["wait"] for p, r in rows.items()}, key), "name", len(rows))
    classes("all", list(sums.values()), len(sums), True)
    line("breakdown", "all", "critical", least({p: r["wait"] for p, r in sums.items()}, None), "name", len(sums))


# Straggler

def between(call, part):
    """(busy, idle) from the end of the participant's previous matched call to the start of this one, or None"""
    mine = chain(part)
    i = next(i for i, v in enumerate(mine) if v.call is call)
    if i == 0:
        return None
    begin, end = mine[i - 1].end, mine[i].start
    if begin >= end:
        return 0, 0
    busy = kineto.within([v for v in part.events if v.what in ("compute", "copy")], begin, end)
    return busy, end - begin - busy


@functools.lru_cache(None)
def chain(part):
    return sorted((v for v in part.comm if v.call), key=lambda v: (v.start, v.end))


@functools.lru_cache(None)
def excess(call):
    """(busy, idle) of the late one over the median of the others, or None"""
    mine = between(call, call.late)
    others = [b for b in (between(call, p) for p in call.by if p is not call.late) if b]
    if mine is None or not others:
        return None
    return tuple(mine[i] - median([Fraction(o[i]) for o in others]) for i in (0, 1))


def why(calls, late):
    """device or host: the one with more excess in sum, where that is positive, or `.`"""
    found = [e for e in (excess(c) for c in calls if c.late is late) if e]
    busy, idle = (sum(e[i] for e in found) for i in (0, 1))
    return "." if max(busy, idle) <= 0 or busy == idle else "device" if busy > idle else "host"


def judge(calls, comm, lengths):
    """late, share, wait, why, wait over the mean step; lengths: device time of the participants"""
    caused, waited = Counter(), Counter()
    for c in calls:
        for p, v in c.by.items():
            waited[p] += v.wait
            if c.late:
                caused[c.late] += v.wait
    who = [p for p in waited if waited[p] > 0]
    wait = Fraction(sum(waited.values()), len(who)) if who else Fraction(0)
    total = sum(caused.values())
    top = max(caused, key=caused.get) if total else None
    share = Fraction(caused[top], total) if total else None
    mean = Fraction(sum(lengths), len(lengths)) if lengths else None
    part = wait / mean if mean else None
    if 2 * sum(v.call is not None for v in comm) < len(comm):
        return None, None, None, ".", None
    n = len(waited)
    if top is None or share < Fraction(1, n) + (1 - Fraction(1, n)) * SHARE or part is None or part < WAIT:
        return "none", share, wait, ".", part
    return top.label, share, wait, why(calls, top), part


def straggler():
    everyone = parts()
    caused = Counter()
    for c in CALLS:
        if c.late:
            caused[c.late] += sum(v.wait for v in c.by.values())
    total = sum(caused.values())
    for p in everyone:
        mine = [c for c in CALLS if p in c.by]
        blank = p.comm and not mine
        line("straggler", p.scope, "waited", None if blank else sum(c.by[p].wait for c in mine), "s", len(mine))
        line("straggler", p.scope, "caused", None if blank else caused[p], "s", len(mine))
        line("straggler", p.scope, "late_calls", None if blank else sum(c.late is p for c in mine), "count", len(mine))
        line("straggler", p.scope, "share", 100 * Fraction(caused[p], total) if total else None, "%", len(mine))
    comm = [v for p in everyone for v in p.comm]
    keys = {w.key for p in everyone for w in p.steps}
    scopes = [(step_scope(k), [c for c in CALLS if c.step == k], [v for v in comm if v.step == k],
               [e - b for p in everyone for key, b, e in p.tiles if key == k]) for k in keys]
    scopes.append(("all", CALLS, comm, [sum(e - b for _, b, e in p.tiles) for p in everyone]))
    for scope, calls, kernels, lengths in scopes:
        late, share, wait, cause, part = judge(calls, kernels, lengths)
        n = len(calls)
        line("straggler", scope, "late", "." if late is None else late, "name", n)
        line("straggler", scope, "share", None if share is None else 100 * share, "%", n)
        line("straggler", scope, "wait", wait, "s", n)
        if cause != ".":
            line("straggler", scope, "why", cause, "name", n)
        if scope == "all":
            line("straggler", scope, "wait_share", None if part is None else 100 * part, "%", n)
    line("straggler", "all", "calls", len(CALLS), "count", len(CALLS))
    loose = sum(v.call is None for v in comm)
    line("straggler", "all", "unmatched", loose, "count", len(CALLS))


def calls():
    for i, c in enumerate(CALLS):
        for p, v in c.by.items():
            print(i, c.group and c.group[:2], c.step and step_scope(c.step), p.scope, v.coll, v.start, v.dur, v.wait,
                  c.late and c.late.label, sep="\t")


# Clock offsets

def clock_offset():
    away = defaultdict(list)
    for c in CALLS:
        if isinstance(c, Pair):
            continue
        ends = {p: Fraction(v.end + p.base) for p, v in c.by.items()}
        middle = median(list(ends.values()))
        for p, end in ends.items():
            away[p].append(end - middle)
    for p in parts():
        off = median(away[p]) if away[p] else None
        line("clock_offset", p.scope, "offset", off, "s", len(away[p]))
        line("clock_offset", p.scope, "residual",
             median([abs(x - off) for x in away[p]]) if away[p] else None, "s", len(away[p]))


# Pipeline bubble: the exposed wait of receivers, and what nothing fills

def pipeline_bubble():
    for p in parts():
        rows, _ = breakdown_of(p)
        bubbles, lengths = 0, 0
        receives = [(v.start, v.start + v.wait) for v in p.comm if isinstance(v.call, Pair)]
        exposed = Counter()
        for x, y, what in pieces(p, sorted({x for _, b, e in p.tiles for x in (b, e)} |
                                           {x for r in receives for x in r})):
            for key, b, e in p.tiles:
                if what == "wait" and b <= x and y <= e and any(r[0] <= x and y <= r[1] for r in receives):
                    exposed[key] += y - x
        for key, b, e in p.tiles:
            bubble = exposed[key] + sum(rows[key][c] for c in ("host", "queued", "idle"))
            bubbles, lengths = bubbles + bubble, lengths + e - b
            if key:
                scope = p.scope + "," + step_scope(key)
                line("pipeline_bubble", scope, "total", bubble, "s", 1)
                line("pipeline_bubble", scope, "share", 100 * Fraction(bubble, e - b), "%", 1)
        if not receives and not any(isinstance(v.call, Pair) for v in p.comm):
            bubbles = None
        line("pipeline_bubble", p.scope, "total", bubbles, "s", len(p.tiles))
        line("pipeline_bubble", p.scope, "share",
             None if bubbles is None else 100 * Fraction(bubbles, lengths), "%", len(p.tiles))


# What if

class Unknown(Exception):
    pass


def local_times(part):
    """[time before the first call, ..., time after the last]"""
    at, out = part.tiles[0][1], []
    for v in chain(part):
        if v.start < at:
            raise Unknown("%s: calls that overlap, or a call before the first device step" % part.scope)
        out.append(v.start - at)
        at = v.end
    end = part.tiles[-1][2]
    if end < at:
        raise Unknown("%s: a call after the last device step" % part.scope)
    return out + [end - at]


@functools.lru_cache(None)
def begins():
    """{Part: when its chain begins}, without a clock: all leave a call together. The earliest call of two tells."""
    found = {}
    for root in parts():
        if root in found or not root.tiles:
            continue
        found[root], todo = 0, [root]
        for p in todo:
            for v in chain(p):
                for q, w in v.call.by.items():
                    if q not in found:
                        found[q] = found[p] + (v.end - p.tiles[0][1]) - (w.end - q.tiles[0][1])
                        todo.append(q)
    return found


def replay(local, scale=1):
    """How long the participants take, on average; local: {Part: [ns]}"""
    clock, at = dict(begins()), {p: 0 for p in local}
    left = len(CALLS)
    while left:
        for p in local:
            mine = chain(p)
            if at[p] == len(mine):
                continue
            c = mine[at[p]].call
            if all(at[q] < len(chain(q)) and chain(q)[at[q]].call is c for q in c.by):
                end = max(clock[q] + local[q][at[q]] for q in c.by) + c.transfer * scale
                for q in c.by:
                    clock[q], at[q] = end, at[q] + 1
                left -= 1
                break
        else:
            raise Unknown("groups in crossed order: the replay cannot finish")
    return sum(Fraction(clock[p] + local[p][-1] - begins()[p]) for p in local) / len(local)


def what_if():
    everyone = [p for p in parts() if p.tiles]
    n = len(CALLS)
    measured = Fraction(sum(p.tiles[-1][2] - p.tiles[0][1] for p in everyone), len(everyone))
    line("what_if", "all", "measured", measured, "s", n)
    stats = ["no_straggler"] + ["without_" + p.scope for p in everyone] + ["transfer_half", "transfer_zero"]
    try:
        if not n:
            raise Unknown("no matched calls")
        local = {p: local_times(p) for p in everyone}
        again = replay(local)
        error = 100 * (again - measured) / measured
        line("what_if", "all", "replay", again, "s", n)
        line("what_if", "all", "error", error, "%", n)
        if abs(error) > 100 * ERROR:
            raise Unknown("the replay's error is above 5 %")
        if len({len(x) for x in local.values()}) > 1:
            raise Unknown("the participants' calls differ in number: no median")
        middle = [median([Fraction(x) for x in row]) for row in zip(*local.values())]
        line("what_if", "all", stats[0], replay({p: middle for p in everyone}), "s", n)
        for p, stat in zip(everyone, stats[1:]):
            line("what_if", "all", stat, replay({q: middle if q is p else local[q] for q in everyone}), "s", n)
        line("what_if", "all", "transfer_half", replay(local, Fraction(1, 2)), "s", n)
        line("what_if", "all", "transfer_zero", replay(local, 0), "s", n)
    except Unknown as e:
        note(str(e))
        for stat in stats:
            line("what_if", "all", stat, None, "s", n)


WHAT = {"breakdown": breakdown, "straggler": straggler, "clock_offset": clock_offset,
        "pipeline_bubble": pipeline_bubble, "what_if": what_if, "calls": calls}


def main():
    global RUN, FOLDER
    wanted = sys.argv[1].split(",") if len(sys.argv) > 2 else []
    if not wanted or set(wanted) - set(WHAT):
        sys.exit(__doc__)
    for FOLDER in sys.argv[2:]:
        for cached in parts, breakdown_of, chain, excess, begins:
            cached.cache_clear()
        for kept in CALLS, REASONS, NTH, LINES:
            kept.clear()
        RUN = os.path.basename(os.path.abspath(FOLDER))
        parts()
        for reason, count in sorted(REASONS.items()):
            note("%s: %s: %d kernels" % (RUN, reason, count))
        for what in wanted:
            WHAT[what]()
        for text in sorted(LINES):
            print(text)


if __name__ == "__main__":
    main()
