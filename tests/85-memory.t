#!/usr/bin/env bash
# Peak memory of each filter: at most 16 MiB, and the same for ten times the input.
. "${0%/*}/lib.sh"
[[ $B == "$top/build" ]] || { skip "measured on the plain build only"; done_testing; exit; }
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
flat tr-card "tr-card list $sample/workload_card.yaml"
done_testing
