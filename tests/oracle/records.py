#!/usr/bin/env python3
"""records.py [TR-EVENTS] FILE... - whether tr-events makes of Trace Event JSON what python's own json makes of it.

For each FILE a line: its path, a tab, and "fine EVENTS" or what differs. Compared are ph ts dur pid tid cat name and the
args as tags, in any order of lines. Independent of the toolchain. Left out are events that pair (B E b e S F), the rank,
and the tags that the reader derives or takes from other members of the event. Times: the source's microseconds as ns,
absolute ones less the quarter's base. With "-" for TR-EVENTS prints the records instead.
"""
import gzip, json, re, subprocess, sys
from collections import Counter
from decimal import Decimal, ROUND_HALF_UP

QUARTER = 7889238 * 10**9
OLD = {"Kernel": "kernel", "Memcpy": "gpu_memcpy", "Memset": "gpu_memset", "Runtime": "cuda_runtime", "Operator": "cpu_op"}
PAIRED = ("B", "E", "b", "e", "S", "F")
DERIVED = {"coll", "bytes", "nranks", "pg", "seq", "step", "phase", "prefill_tokens", "decode_tokens", "id", "bp", "s",
           "sf", "tts", "tdur", "cname"}
plain = re.compile(r"[\x20-\x5b\x5d-\x7e]*").fullmatch

class Num(str):
    """A number or word as the source writes it."""

def pairs(items):
    out = dict(items)
    if len(out) < len(items):     # of a key given twice the last one counts, at its place
        out = {}
        for k, v in items:
            out.pop(k, None)
            out[k] = v
    return out

def escape(s):
    if plain(s):
        return str(s)
    b = s.encode("utf-8", "surrogatepass")
    out, i = "", 0
    while i < len(b):
        for n in (1, 2, 3, 4):
            try:
                c = b[i:i + n].decode("utf-8")
                break
            except UnicodeDecodeError:
                c = None
        if c is None or len(c) != 1:
            out += "\\x%02x" % b[i]
            i += 1
            continue
        o = ord(c)
        out += {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"}.get(c) or ("\\x%02x" % o if o < 32 or o == 127 else c)
        i += n
    return out

def compact(v):
    """Minified JSON, strings as they come out of the source (only compared where they hold no escapes)."""
    if isinstance(v, dict):
        return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" + compact(x) for k, x in v.items()) + "}"
    if isinstance(v, list):
        return "[" + ",".join(compact(x) for x in v) + "]"
    if isinstance(v, Num):
        return v
    if isinstance(v, str):
        return json.dumps(v, ensure_ascii=False)
    return {True: "true", False: "false", None: "null"}[v]

def text(v):
    if v is None:
        return "."
    if v is True or v is False:
        return str(v).lower()
    if isinstance(v, (dict, list)):
        return escape(compact(v))
    return "\\x2e" if not isinstance(v, Num) and v == "." else escape(v)

def column(e, key):
    return (text(e[key]) or ".") if key in e else "."

def ns(v):
    return int((Decimal(v) * 1000).quantize(Decimal(1), ROUND_HALF_UP)) if v is not None else None

def load(path):
    with open(path, "rb") as f:
        data = f.read()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    return json.loads(data.decode("utf-8", "surrogateescape"), parse_float=Num, parse_int=Num, parse_constant=Num,
                      object_pairs_hook=pairs)

def records(doc):
    """The lines that the events of a document are"""
    events = doc["traceEvents"] if isinstance(doc, dict) else doc
    absolute = not (isinstance(doc, dict) and "baseTimeNanoseconds" in doc)
    first = next((t for t in (ns(e["ts"]) for e in events if e.get("ph") not in ("M", None) and e.get("ts") is not None)
                  if t >= 10**17), 0) if absolute else 0
    base = first // QUARTER * QUARTER
    for e in events:
        if not e or e["ph"] in PAIRED:
            continue
        ph = "i" if e["ph"] == "I" else e["ph"][0]
        ts = ns(e.get("ts"))
        cat = OLD.get(e.get("cat")) or column(e, "cat")
        if e.get("cat") == "Operator" and e["name"].startswith("ProfilerStep#"):
            cat = "user_annotation"
        if ph == "C" and cat == ".":
            cat = "counter"
        tid = column(e, "tid")
        tid = tid[7:] if tid.startswith("stream ") and len(tid) > 7 else tid
        dur = ns(e.get("dur")) if ph == "X" else None
        tags = []
        if isinstance(e.get("args"), dict):
            tags = [escape(k).replace(" ", "_").replace("=", "\\x3d") + "=" + text(v) for k, v in e["args"].items()]
        yield "\t".join([ph, "." if ts is None else str(ts - base), "." if dur is None or dur < 0 else str(dur),
                         column(e, "pid"), tid, cat, column(e, "name")] + tags)

def bare(line):
    """A line without the tags that are not compared"""
    c = line.split("\t")
    return "\t".join(c[:7] + [t for t in c[7:] if t.split("=", 1)[0] not in DERIVED])

def compare(program, path):
    p = subprocess.run([program, path], capture_output=True, timeout=60)
    if p.returncode:
        return "status %d: %s" % (p.returncode, p.stderr[:200])
    doc, got, counted = load(path), Counter(), 0
    for l in p.stdout.decode("utf-8", "surrogateescape").split("\n"):
        if l.startswith("##events "):
            counted = int(l.split()[1])
        if l and l[0] != "#":
            c = l.split("\t")
            if c[6] != "trace" and c[0] not in PAIRED:
                got[bare("\t".join(c[:3] + c[4:]))] += 1
    events = sum(1 for e in (doc["traceEvents"] if isinstance(doc, dict) else doc) if e)
    if events != counted:
        return "%d events, ##events %d" % (events, counted)
    want = Counter(map(bare, records(doc)))
    lacks, more = want - got, got - want
    if not want or lacks or more:
        return "%d records; without: %r; too many: %r" % (sum(want.values()), list(lacks)[:2], list(more)[:2])
    return "fine %d" % events

def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    for path in sys.argv[2:]:
        if sys.argv[1] == "-":
            print("\n".join(records(load(path))))
        else:
            print(path, compare(sys.argv[1], path), sep="\t", flush=True)

main()
