#!/usr/bin/env bash
# Sums that must agree, exactly: of communication, compute and their overlap; of steps, groups, collectives, ranks and buckets.
. "${0%/*}/lib.sh"
P=$top/pipelines
cat >identities.py <<'Q'
# identities.py FOLDER: the checks of one run; prints one line per check, NAME<TAB>fine or what disagrees.
import os, sys
from collections import defaultdict
from fractions import Fraction
os.chdir(sys.argv[1])

def table(f):
    return [l.rstrip("\n").split("\t") for l in open(f) if l[0] != "#"]
def tags(c):
    return dict(t.split("=", 1) for t in c[8:])
def union(spans):
    total, end = 0, None
    for a, b in sorted(spans):
        if end is None or a > end: total, end = total + b - a, b
        elif b > end: total, end = total + b - end, b
    return total
def places(value, n):
    """An exact value as text with n decimals, half away from zero"""
    x = abs(Fraction(value)) * 10 ** n
    t = str((2 * x.numerator + x.denominator) // (2 * x.denominator)).rjust(n + 1, "0")
    return ("-" if value < 0 else "") + (t[:-n] + "." + t[-n:] if n else t)
def say(name, bad, compared):
    print(name, "fine" if compared and not bad else repr(bad[:3] or "nothing to compare"), sep="\t")

# The kernels as they stand in the stream, looked at without tr-window and tr-stats.
kernels = defaultdict(list)
for c in table("kernels"):
    t = tags(c)
    kernels[c[3], c[4]].append((int(c[1]), int(c[1]) + int(c[2]), t.get("coll"), t.get("bytes"), t.get("pg")))
devices = defaultdict(set)
for rank, dev in kernels: devices[rank].add(dev)
def scope(rank, dev):
    return "rank=%s,dev=%s" % (rank, dev) if len(devices[rank]) > 1 else "rank=" + rank
mine = {}
for key, ks in kernels.items():
    a = [k[:2] for k in ks if k[2]]; b = [k[:2] for k in ks if not k[2]]
    u = {"a": union(a), "b": union(b), "any": union(a + b)}
    u["both"] = u["a"] + u["b"] - u["any"]
    u["only_a"] = u["a"] - u["both"]; u["only_b"] = u["b"] - u["both"]
    u["sum_a"] = sum(y - x for x, y in a); u["sum_b"] = sum(y - x for x, y in b); u["sum_any"] = u["sum_a"] + u["sum_b"]
    u["n_a"], u["n_b"], u["n_any"] = len(a), len(b), len(ks)
    u["span"] = max(k[1] for k in ks) - min(k[0] for k in ks)
    mine[key] = u

# tr-window's operations, one by one
op = {}
for name in "a", "b", "any", "both", "only_a":
    op[name] = {(c[0], c[1]): int(c[2]) for c in table("op." + name)}
bad = []
for key, u in mine.items():
    got = {n: op[n].get(key, 0) for n in op}
    if got["a"] + got["b"] - got["both"] != got["any"] or not got["only_a"] <= got["a"] <= got["any"] <= u["span"] or got["only_a"] + got["both"] != got["a"]:
        bad.append((key, got, u["span"]))
    if any(got[n] != u[n] for n in op): bad.append((key, got, u))
say("communication + compute - overlap = busy; exposed <= communication <= busy <= span", bad, mine)

# measure: the whole; steps and what lies outside of them; buckets
steps, whole = defaultdict(list), {}
for c in table("measure"):
    if c[6] != "measure": continue
    t = tags(c)
    if t["win"] == "*": whole[c[3], c[4]] = t
    else: steps[c[3], c[4]].append(t)
keys = ["a", "b", "any", "both", "only_a", "only_b", "sum_a", "sum_b", "sum_any", "n_a", "n_b", "n_any", "span"]
say("measure of the whole", [(k, n, t[n], mine[k][n]) for k, t in whole.items() for n in keys if int(t[n]) != mine[k][n]] + sorted(set(whole) ^ set(mine)), whole)
outside, seen = defaultdict(lambda: defaultdict(int)), 0
for c in table("outside"):
    x = "a" if "coll" in tags(c) else "b"
    for n in x, "any":
        outside[c[3], c[4]]["n_" + n] += 1; outside[c[3], c[4]]["sum_" + n] += int(c[2])
bad = []
for key, ts in steps.items():
    for n in keys[6:12]:
        got = sum(int(t[n]) for t in ts) + outside[key][n]
        if got != mine[key][n]: bad.append((key, n, got, mine[key][n]))
        seen += got
if steps: say("steps and what lies outside of them = the whole (%d steps)" % sum(map(len, steps.values())), bad, seen)
got = defaultdict(lambda: defaultdict(int))
for c in table("buckets"):
    t = tags(c)
    if c[6] == "measure" and t["win"] != "*":
        for n in keys[:9]: got[c[3], c[4]][n] += int(t[n])
say("buckets of 7 ms = the whole", [(k, n, got[k][n], mine[k][n]) for k in mine for n in keys[:9] if got[k][n] != mine[k][n]], got)

# the metrics
def metric(name):
    return {(c[2], c[3]): (c[4], c[6]) for c in table("m." + name)}
def ns(x): return int(x.replace(".", "")) if x != "." else None
m = {n: metric(n) for n in ("comm_time", "exposed_comm_time", "kernel_time", "comm_overlap", "comm_fraction", "gpu_busy", "bubble", "coll_bytes", "coll_call_num", "comm_by_group")}
bad = []
for key, u in mine.items():
    s = scope(*key)
    for name, stat, want in (("comm_time", "total", places(Fraction(u["a"], 10**9), 9)), ("exposed_comm_time", "total", places(Fraction(u["only_a"], 10**9), 9)),
            ("kernel_time", "total", places(Fraction(u["sum_any"], 10**9), 9)), ("kernel_time", "union", places(Fraction(u["any"], 10**9), 9)),
            ("comm_overlap", "total", places(Fraction(100 * u["both"], u["a"]), 6) if u["a"] else "."), ("comm_fraction", "total", places(Fraction(100 * u["sum_a"], u["sum_any"]), 6)),
            ("gpu_busy", "total", places(Fraction(100 * u["any"], u["span"]), 6)), ("bubble", "total", places(100 - Fraction(100 * u["b"], u["span"]), 6)),
            ("coll_call_num", "total", str(u["n_a"]))):
        if m[name].get((s, stat), ("none",))[0] != want: bad.append((name, s, stat, m[name].get((s, stat)), want))
say("comm_time, exposed_comm_time, kernel_time, comm_overlap, comm_fraction, gpu_busy, bubble, coll_call_num: the same lengths", bad, mine)

# over the steps: the mean, times the steps, and what lies outside are the total
bad, seen = [], 0
for key, ts in steps.items():
    s, n = scope(*key), len(ts)
    for name, tag, exact in ("comm_time", "a", False), ("kernel_time", "sum_any", False), ("coll_call_num", "n_a", True):
        want = Fraction(sum(int(t[tag]) for t in ts), n)
        text = places(want, 6).rstrip("0").rstrip(".") if exact else places(want / 10**9, 9)
        if m[name].get((s, "mean"), ("none",)) != (text, str(n)): bad.append((name, s, m[name].get((s, "mean")), text, n))
        seen += 1
    sizes = sum(int(k[3]) for k in kernels[key] if k[2] and k[3])
    out = sum(int(tags(c)["bytes"]) for c in table("outside") if (c[3], c[4]) == key and "bytes" in tags(c) and "coll" in tags(c))
    if all(k[3] for k in kernels[key] if k[2]) and mine[key]["n_a"]:
        v = m["coll_bytes"].get((s, "mean"), ("none",))[0]
        if v in ("none", ".") or abs(Fraction(v) * n + out - sizes) > Fraction(n, 10**6): bad.append(("coll_bytes", s, v, n, out, sizes))
if steps: say("mean over steps x steps + outside = total: comm_time, kernel_time, coll_call_num, coll_bytes", bad, seen)

# over process groups and collectives
bad, seen = [], 0
ranks = defaultdict(list)
for key, ks in kernels.items(): ranks[key[0]] += [k for k in ks if k[2]]
by = defaultdict(int)
for (s, stat), (v, _) in m["comm_by_group"].items():
    if v != ".": by[dict(x.split("=", 1) for x in s.split(","))["rank"] if s != "all" else "all", stat] += ns(v); seen += s != "all"
for rank, ks in ranks.items():
    want = sum(k[1] - k[0] for k in ks), len(ks)
    got = by[rank, "total"], by[rank, "calls"]
    num = sum(int(whole[k]["sum_a"]) for k in whole if k[0] == rank)
    if got != want or num != got[0]: bad.append((rank, got, want, num))
    if all(k[3] for k in ks) and by[rank, "bytes"] != sum(int(k[3]) for k in ks): bad.append((rank, "bytes", by[rank, "bytes"]))
if any(ranks.values()): say("comm_by_group over groups and collectives = the numerator of comm_fraction, all calls, all bytes", bad, seen)
bad, seen = [], 0
for name in "coll_bytes", "coll_call_num":
    over = defaultdict(int)
    for (s, stat), (v, _) in m[name].items():
        if ",coll=" in s and stat == "total" and v != ".": over[s.split(",coll=")[0]] += int(v); seen += 1
    for key, ks in kernels.items():
        s = scope(*key)
        sizes = [k[3] for k in ks if k[2]]
        want = len(sizes) if name == "coll_call_num" else sum(int(x) for x in sizes if x)
        known = name == "coll_call_num" or any(sizes) or not sizes
        v = m[name].get((s, "total"), ("none",))[0]
        if v != (str(want) if known else "."): bad.append((name, s, v, want))
        if known and over[s] != want: bad.append((name, s, "over collectives", over[s], want))
if any(ranks.values()): say("coll_bytes and coll_call_num over collectives = their total", bad, seen)

# each rank, then all
bad, seen = [], 0
for name in sorted(f[2:] for f in os.listdir(".") if f.startswith("m.")):
    per, al, unit = defaultdict(list), {}, ""
    for c in table("m." + name):
        unit = c[5]
        if c[2].startswith("rank=") and c[3] == "total" and c[4] != ".":
            rest = [x for i, x in enumerate(c[2].split(",")) if i and not x.startswith("dev=")]
            per[",".join(["all"] + rest)].append(Fraction(c[4]))
        if c[2].split(",")[0] == "all": al[c[2], c[3]] = c[4], c[6]
    for s, v in per.items():
        if (s, "mean") not in al: continue
        seen += 1
        n = {"s": 9, "count": 6, "bytes": 6}.get(unit, 6)
        trim = (lambda t: t.rstrip("0").rstrip(".")) if unit in ("count", "bytes") else (lambda t: t)
        mean = Fraction(al[s, "mean"][0])
        close = Fraction(1, 10**n) if n == 6 and unit not in ("count", "bytes") else Fraction(1, 2 * 10**n)
        if abs(mean - sum(v) / len(v)) > close or al[s, "mean"][1] != str(len(v)): bad.append((name, s, al[s, "mean"], places(sum(v) / len(v), n)))
        for stat, f in ("min", min), ("max", max):
            if al[s, stat][0] != trim(places(f(v), n)): bad.append((name, s, stat, al[s, stat], places(f(v), n)))
say("mean, min and max over the ranks are those of the ranks' totals", bad, seen)
Q

tables="comm_time exposed_comm_time kernel_time comm_overlap comm_fraction gpu_busy bubble coll_bytes coll_call_num comm_by_group comm_overhead exposed_memcpy"
# What metrics begin with is made once, as in a report: of the same stream it is the same.
identities() { # NAME STREAM
	local name=$1 s=$2 m line
	mkdir "f.$name"
	stages_of kept "$s"
	for m in $tables; do kept_metric kept "$m" >"f.$name/m.$m" 2>/dev/null; done
	cp kept/comm_measures.kept "f.$name/measure"
	rm -r kept
	cd "f.$name" || exit
	tr-select 'cat == "kernel"' <"$s" >kernels
	"$P/stages/steps" -k <"$s" 2>/dev/null | tr-select 'cat == "kernel" && !defined(win)' >outside
	tr-window -b 7ms -o measure -A 'cat == "kernel" && coll' -B 'cat == "kernel" && !coll' <kernels >buckets
	sums() { tr-window "$@" <kernels | tr-stats -g rank,pid sum:dur; }
	sums -o union -A coll >op.a
	sums -o union -A '!coll' >op.b
	sums -o union >op.any
	sums -o intersection -A coll -B '!coll' >op.both
	sums -o difference -A coll -B '!coll' >op.only_a
	cd ..
	python3 identities.py "f.$name" >said 2>err || echo "identities.py	$(tail -1 err)" >>said
	while IFS=$'\t' read -r what line; do is "$line" fine "$name: $what"; done <said
	checked="$checked$(wc -l <said) "
}
checked=
cp "$(stream sample)" sample.tr
identities sample "$PWD/sample.tr"
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: real runs are looked at on the plain one"; done_testing; exit; }
L=$shared/traces
[[ -d $L ]] || { skip "no ../shared: sums of real runs"; done_testing; exit; }
for run in ddp4-straggler-rank2-h100 mlp8-jax-tp4-h100 offload-jax-tpu-4chip llama8b16l-torch-tp4-batch4-h100 llama1b-torch-fsdp2-tp2-batch4-h100; do
	# the counters are 76-link-totals.t's
	tr-select 'cat != "counter" && cat != "gpu_user_annotation"' "$(stream "$run")" >"$run.tr"
	identities "$run" "$PWD/$run.tr"
done
is "$checked" "9 9 9 7 9 9 " "every check was made, but those of steps where there are none"

done_testing
