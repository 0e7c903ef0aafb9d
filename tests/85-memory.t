#!/usr/bin/env bash
# Peak memory of each filter: at most 16 MiB, and the same for ten times the input.
. "${0%/*}/lib.sh"
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: memory is measured on the plain one"; done_testing; exit; }
tr-decompress "$sample/kineto_trace_0.json.gz" >one.json
python3 - <<'P'
s = open("one.json").read(); i = s.index('"traceEvents": [') + 16; j = s.rindex('  ],\n  "traceName"')
for n, f in ((1, "small"), (10, "large")):
    with open(f + ".json", "w") as o: o.write(s[:i] + ",".join([s[i:j].rstrip()] * n) + "\n" + s[j:])
P
# Peak resident KiB; unit/peak is a small program, since a child starts with its parent's peak.
peak() { "$B/unit/peak" "$@"; }
# The measure itself: 40 MB held are seen.
(($(peak python3 -c 'x = bytearray(40000000)') > 40000)) && pass "peak sees 40 MB" || fail "peak sees 40 MB"
(($(peak true) < 4096)) && pass "and little in true" || fail "and little in true"
for f in small large; do
	gzip -1 -k $f.json
	tr-events $f.json >$f.tr
done
flat() { # NAME COMMAND with @ for small or large
	local name=$1 a b
	shift
	a=$(peak bash -c "exec ${*//@/small}") b=$(peak bash -c "exec ${*//@/large}")
	if ((b <= 16384 && b <= a + 2048)); then pass "$name: $a KiB, at ten times the input $b KiB"; else fail "$name: $a KiB, at ten times the input $b KiB"; fi
}
flat tr-decompress tr-decompress @.json.gz
flat "tr-events" tr-events @.json
flat "tr-events of gz" tr-events -c kernel @.json.gz
flat "tr-events -j" tr-events -j @.tr
flat tr-select tr-select "'coll && dur > 1us'" @.tr
flat "tr-window -b" tr-window -b 1ms @.tr
flat "tr-window -o union" tr-window -o union -A "'cat == \"kernel\"'" @.tr
flat "tr-window -l -o measure" tr-window -l -W "'name ~ \"^ProfilerStep\"'" -o measure -A coll -B "'cat == \"kernel\" && !coll'" @.tr
flat "tr-stats, quantiles" "tr-stats -g cat,name sum:dur p50:dur p99:dur < @.tr"
# the other sources, made at both sizes
python3 - <<'P'
import json, struct
def vi(u):
    o = b""
    while u > 127: o += bytes([u & 127 | 128]); u >>= 7
    return o + bytes([u])
def f(n, v): return vi(n << 3) + vi(v) if isinstance(v, int) else vi(n << 3 | 2) + vi(len(v)) + v
def msg(*fs): return b"".join(f(n, v) for n, v in fs)
for name, n in (("small", 20000), ("large", 200000)):
    with open(name + ".bin", "wb") as o:
        o.write(b"NVF1" + struct.pack("<HHi", 1, 40, 8))
        for t in range(n): o.write(struct.pack("<QIIqqIIQ", t * 1000, 138 + t % 2, t // 2 % 18, 0, 0, 3, 0, t))
    node = '{"id":%d,"name":"aten::add","ctrl_deps":1,"inputs":{"values":[1],"shapes":[[2]],"types":["Int"]},"outputs":{},"attrs":[{"name":"rf_id","value":%d}]}'
    with open(name + ".et.json", "w") as o: o.write('{"schema":"1.1.1","nodes":[' + ",".join(node % (n - i, i) for i in range(n // 4)) + "]}")
    with open(name + ".csv", "w") as o:
        o.write("TIMESTAMP,ContextTokens,GeneratedTokens\n")
        for i in range(n): o.write("2023-11-16 18:17:%02d.5,%d,%d\n" % (i % 60, i, i))
    k = n // 40
    with open(name + ".bench.json", "w") as o: json.dump({"request_throughput": 1, "mean_itl_ms": 10.0, "p99_itl_ms": 10.0, "input_lens": [8] * k, "output_lens": [9] * k, "ttfts": [0.1] * k, "itls": [[0.01] * 64] * k, "generated_texts": ["words " * 50] * k}, o)
    ev = b"".join(f(4, msg((1, 1), (2, i * 1000), (3, 500), (4, msg((1, 1), (3, i))))) for i in range(n))
    plane = msg((1, 1), (2, b"/device:TPU:0"), (3, msg((1, 3), (2, b"XLA Ops"), (3, 5)) + ev), (4, msg((1, 1), (2, msg((1, 1), (2, b"op"))))), (5, msg((1, 1), (2, msg((1, 1), (2, b"corr"))))))
    open(name + ".pb", "wb").write(f(1, plane))
P
for f in small large; do tr-events -k none $f.bin >$f.c.tr; done
flat "tr-events of NVF1" tr-events -k none @.bin
flat "tr-events of an execution trace" tr-events @.et.json
flat "tr-events of arrivals" tr-events @.csv
flat "tr-events of a bench result" tr-events @.bench.json
flat "tr-events of an XSpace" tr-events @.pb
flat "tr-events of an XSpace on standard input" "tr-events < @.pb"
flat "tr-window -o rates -b" tr-window -o rates -b 10us @.c.tr
# A string beyond 64 MiB: only the window is held, not the string, nor its record. Kept are the
# first MiB and the text around it; later offsets are those of the source.
long() { # MEGABYTES TEXT
	python3 - "$1" "$2" <<-'P'
	import sys
	text = sys.argv[2].encode(); n = 1000000 // len(text); m = int(sys.argv[1])
	ev = b'{"ph":"X","cat":"kernel","name":"%s","pid":0,"tid":7,"ts":%d,"dur":1,"args":{"n":%d}}'
	top = b'{"schemaVersion":1,"traceEvents":[' + ev % (b"a", 1, 1) + b',{"name":'
	end = b'","ph":"X","cat":"kernel","pid":0,"tid":7,"ts":2,"dur":1},' + ev % (b"b", 3, 3) + b","
	open("want", "w").write("##lost long_string 1 %d ##lost garbage 1 %d " % (len(top), len(top) + 1 + m * n * len(text) + len(end)))
	w = sys.stdout.buffer; w.write(top + b'"')
	for i in range(m): w.write(text * n)
	w.write(end + b"#" + ev % (b"c", 4, 4) + b"]}")
	P
}
for text in 'x\\\\\"' '\ud83d\ude00' é a; do
	n=80
	[[ $text != a ]] || n=200
	a=$(long $n "$text" | peak bash -c "exec tr-events - >long.tr 2>err")
	((a > 65536 && a < 150000)) && pass "a string of $n MB, '$text': $a KiB" || fail "a string of $n MB, '$text': $a KiB"
	is "$(grep -v '^#\|^M' long.tr | awk -F'\t' '{ print $2, (length($8) > 100 ? "long" : $8), (length($8) <= 1048576) }' | tr '\n' ' ')" "1000 a 1 2000 long 1 3000 b 1 4000 c 1 " "and the events around them"
	alike "$(grep ^##lost long.tr | tr '\n' ' ')" "$(cat want)" "and what is lost, where the source has it"
	iconv -f UTF-8 -t UTF-16 long.tr >/dev/null 2>&1 && pass "and no character is cut" || fail "and no character is cut"
done
flat tr-card "tr-card list $sample/workload_card.yaml"
done_testing
