#!/usr/bin/env bash
# A tag's key with odd characters is spelt the same way for every source: a blank is _, '=' is \x3d.
. "${0%/*}/lib.sh"
keys() { records "$@" | cut -f9- | tr '\t' '\n' | sed 's/=.*//' | grep -F 'od'; }
want='o_d\x3dd'

# Trace Event JSON, its own members and args; execution traces
echo '{"traceEvents":[{"ph":"X","cat":"kernel","name":"k","ts":1,"dur":1,"pid":0,"tid":7,"o d=d":1}]}' | tr-events >a
is "$(records a | cut -f9-)" "$want=1" "Trace Event JSON: a member"
echo '{"traceEvents":[{"ph":"X","cat":"kernel","name":"k","ts":1,"dur":1,"pid":0,"tid":7,"args":{"o d=d":1,"":2,"=":3}}]}' | tr-events >a
is "$(records a | cut -f9-)" "$want=1"$'\t_=2\t\\x3d=3' "Trace Event JSON: args; no name at all; nothing but ="
tr-events -j a | tr-events >b
alike "$(records b)" "$(records a)" "events -> JSON -> events keeps them"
is "$(tr-events -j a | python3 -c 'import json, sys; print([k for e in json.load(sys.stdin)["traceEvents"] if e["ph"] == "X" for k in e["args"]])')" \
	"['o_d=d', '_', '=']" "in JSON the '=' is itself again"
alike "$(tr-select 'cat == "kernel"' a | records | cut -f9-)" "$(records a | cut -f9-)" "tr-select keeps them"

# CSV: arrivals (small letters), nsys stats
printf 'Timestamp,Request tokens,Response tokens,O D=D\n1,2,3,4\n' >arrivals.csv
is "$(tr-events arrivals.csv | records | grep -o '[^	]*=4$')" "$want=4" "CSV of arrivals"
printf 'Start (ns),Duration (ns),CorrId,GrdX,GrdY,GrdZ,BlkX,BlkY,BlkZ,Reg/Trd,StcSMem (MB),DymSMem (MB),Bytes (MB),Throughput (MBps),SrcMemKd,DstMemKd,Device,Ctx,Strm,Name,o d=d\n' >nsys.csv
printf '100,50,1,1,1,1,32,1,1,16,0,0,,,,,NVIDIA H100 (0),1,7,kern,9\n' >>nsys.csv
is "$(tr-events nsys.csv | records | grep -o '[^	]*=9$')" "$want=9" "CSV of nsys stats"

# A benchmark's log
printf '============ Serving Benchmark Result ============\nSuccessful requests:                     2\nBenchmark duration (s):                  1.0\nO D=D:                                   7\n==================================================\n' >bench.log
is "$(tr-events bench.log | records | grep -o '[^	]*=7$')" "$want=7" "a benchmark's log"

# XPlane: the name of a stat
python3 - >a.pb <<'P'
def v(n):
    out = b""
    while n > 127: out += bytes([n & 127 | 128]); n >>= 7
    return out + bytes([n])
def f(k, x): return v(k << 3) + v(x) if isinstance(x, int) else v(k << 3 | 2) + v(len(x)) + x
def meta(k, i, name): return f(k, f(1, i) + f(2, f(1, i) + f(2, name)))
event = f(1, 1) + f(2, 5000) + f(3, 2000) + f(4, f(1, 1) + f(4, 8))
line = f(1, 3) + f(2, b"XLA Ops") + f(3, 1000) + f(4, event)
plane = f(1, 1) + f(2, b"/device:TPU:0") + f(3, line) + meta(4, 1, b"fusion.1") + meta(5, 1, b"o d=d")
import sys; sys.stdout.buffer.write(f(1, plane))
P
is "$(tr-events a.pb | tr-select 'cat == "kernel"' | records | grep -o '[^	]*=8')" "$want=8" "XPlane: a stat"

# Tools that write keys: tr-stats -f tr, redaction (od is nobody's word: x is one letter, and public)
printf 'X\t1\t1\t0\t0\t7\tkernel\tk\ta\\x3db=5\tb_x=6\n' >c
is "$(tr-stats -F tr -g 'a\x3db' count 'count[rank == 0]' <c | records | cut -f9-)" $'a\\x3db=5\tcount=1\tcount_rank_\\x3d\\x3d_0_=1' "tr-stats -F tr"
is "$(tr-card redact -s x - <c | records | cut -f9-)" $'a\\x3db=5\tb_x=6' "tr-card redact"
done_testing
