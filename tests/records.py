#!/usr/bin/env python3
"""records.py FILE - what the records of a Trace Event JSON file must be: ph ts dur pid tid cat name and the
args as tags, one line an event, by python's own json. Independent of the toolchain; events that pair (B E b e
S F) are left out. Times: the source's microseconds as ns, absolute ones less the quarter's base."""
import gzip, json, sys
from decimal import Decimal, ROUND_HALF_UP

QUARTER = 7889238 * 10**9
OLD = {"Kernel": "kernel", "Memcpy": "gpu_memcpy", "Memset": "gpu_memset", "Runtime": "cuda_runtime", "Operator": "cpu_op"}

class Num(str):
    """A number or word as the source writes it."""

def pairs(items):
    out = {}
    for k, v in items:
        out.pop(k, None)      # of a key given twice the last one counts, at its place
        out[k] = v
    return out

def escape(s):
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

def main(path):
    op = gzip.open if open(path, "rb").read(2) == b"\x1f\x8b" else open
    with op(path, "rb") as f:
        doc = json.loads(f.read().decode("utf-8", "surrogateescape"), parse_float=Num, parse_int=Num,
                         parse_constant=Num, object_pairs_hook=pairs)
    events = doc["traceEvents"] if isinstance(doc, dict) else doc
    times = [ns(e["ts"]) for e in events if e.get("ph") not in ("M", None) and e.get("ts") is not None]
    first = next((t for t in times if t >= 10**17), 0)
    absolute = not (isinstance(doc, dict) and "baseTimeNanoseconds" in doc) and first
    base = first // QUARTER * QUARTER if absolute else 0
    for e in events:
        if not e or e["ph"] in ("B", "E", "b", "e", "S", "F"):
            continue
        ph = "i" if e["ph"] == "I" else e["ph"][0]
        ts = ns(e.get("ts"))
        cat = OLD.get(e.get("cat"), column(e, "cat"))
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
        print("\t".join([ph, "." if ts is None else str(ts - base), "." if dur is None or dur < 0 else str(dur),
                         column(e, "pid"), tid, cat, column(e, "name")] + tags))

sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
main(sys.argv[1])
