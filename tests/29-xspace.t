#!/usr/bin/env bash
# XSpace: small files written here byte by byte, damage, and real ones against tests/oracle/raw.py and the JSON of the same run.
. "${0%/*}/lib.sh"
T=$'\t'
cat >pb.py <<'P'
import struct
def vi(u):
    u &= (1 << 64) - 1; o = b""
    while u > 127: o += bytes([u & 127 | 128]); u >>= 7
    return o + bytes([u])
def f(n, v):
    if isinstance(v, int): return vi(n << 3) + vi(v)
    if isinstance(v, float): return vi(n << 3 | 1) + struct.pack("<d", v)
    if isinstance(v, str): v = v.encode()
    return vi(n << 3 | 2) + vi(len(v)) + v
def msg(*fields): return b"".join(f(n, v) for n, v in fields)
def stat(i, n, v): return msg((1, i), (n, v))
def event(m, off, dur, *stats): return msg((1, m), (2, off), (3, dur), *[(4, s) for s in stats])
def line(i, name, t, *events): return msg((1, i), (2, name), (3, t), *[(4, e) for e in events])
def emeta(i, name, display="", *stats): return msg((1, i), (2, msg((1, i), (2, name), *([(4, display)] if display else []), *[(5, s) for s in stats])))
def smeta(i, name): return msg((1, i), (2, msg((1, i), (2, name))))
def plane(i, name, lines=(), em=(), sm=(), stats=()): return msg((1, i), (2, name), *[(3, l) for l in lines], *[(4, e) for e in em], *[(5, s) for s in sm], *[(6, s) for s in stats])
def space(*planes): return msg(*[(1, p) for p in planes])
ENV = plane(0, "Task Environment", (), (), [smeta(1, "profile_start_time")], [stat(1, 3, 1700000000000000000)])
SM = [smeta(1, "hlo_category"), smeta(2, "corr id"), smeta(3, "a ref"), smeta(4, "w"), smeta(5, "step_num"), smeta(6, "blob")]
P
x() { python3 -c "from pb import *; import sys; sys.stdout.buffer.write($1)"; }
r() { tr-events "$@" 2>err | records | grep -v "^M" | tr '\t' ' '; }
one='space(plane(2, "/device:TPU:1", [line(3, "XLA Ops", 10, event(7, 1499, 2500, stat(2, 3, 2**64-1), stat(3, 7, 9), stat(2, 3, 5)), event(8, 2000, 0, stat(4, 2, 0.1), stat(6, 6, b"abc"), stat(4, 4, -3)))], [emeta(7, "%all-reduce.3 = f32[]", "all-reduce.3", stat(1, 5, "all-reduce")), emeta(8, "copy-start.1")], SM + [smeta(9, "the\tref")]), ENV)'
x "$one" >a.pb
is "$(r a.pb)" 'X 3813830000000011 3 . 1 3 kernel all-reduce.3 coll=allreduce long_name=%all-reduce.3 = f32[] hlo_category=all-reduce start_ps=11499 duration_ps=2500 corr_id=18446744073709551615 a_ref=the\tref
X 3813830000000012 0 . 1 3 gpu_memcpy copy-start.1 async=start start_ps=12000 duration_ps=0 w=0.1 blob=<3 bytes>' "ops of a device: ns rounded, ps in tags, stats of every type"
is "$(tr-events a.pb | grep '^##' | grep -v '^##pg\|^##meta' | tr '\n' ';')" "## tr 1;##base_ns 1696186170000000000;##rank .;##source xspace a.pb;##device kernels 1 3 . 1;##events 2 a.pb;" "the profile's start is the base"
is "$(tr-events a.pb | grep ^M | tr '\t' ' ')" $'M . . . 1 . . process_name name=/device:TPU:1\nM . . . 1 3 . thread_name name=XLA Ops' "processes and threads are named"
is "$(tr-events -p a.pb | tail -1)" "xspace$T.${T}1696186170000000000${T}a.pb" "a probe"
gzip -k a.pb
alike "$(r a.pb.gz)" "$(r a.pb)" "compressed"
alike "$(r - <a.pb; cat a.pb | r -)" "$(r a.pb; r a.pb)" "standard input, a pipe"
is "$(r -a duration_ps,w a.pb | cut -d' ' -f9- | tr '\n' ';')" "coll=allreduce duration_ps=2500;async=start duration_ps=0 w=0.1;" "-a: which tags"
is "$(r -c gpu_memcpy a.pb | wc -l)" 1 "-c"
is "$(r -b 1700000000000000000 a.pb | cut -d' ' -f2 | tr '\n' ' ')" "11 12 " "-b"
x 'space(plane(0, "/host:CPU", [line(2**64-5, "py", 5, event(1, 0, 1000), event(1, 5, 1000, stat(5, 4, 7)), event(99, 0, 1))], [emeta(1, "f")], SM), plane(5, "/device:GPU:0", [line(1, "Stream #7(Compute)", 0, event(1, 0, 1000)), line(2, "XLA Ops", 0, event(1, 0, 1000)), line(3, "XLA Modules", 0, event(1, 0, 1000))], [emeta(1, "gemm")]))' >h.pb
is "$(r h.pb)" 'X 5 1 . 701 4294967291 cpu_op f start_ps=5000 duration_ps=1000
X 5 1 . 701 4294967291 user_annotation f step=jax start_ps=5005 duration_ps=1000 step_num=7
X 5 0 . 701 4294967291 cpu_op . start_ps=5000 duration_ps=1
X 0 1 . 0 1 kernel gemm start_ps=0 duration_ps=1000
X 0 1 . 0 2 xla_op gemm start_ps=0 duration_ps=1000
X 0 1 . 0 3 xla_module gemm start_ps=0 duration_ps=1000' "the host, its steps; of a GPU the streams are work, ops and modules repeat it"
like "$(cat err)" "h.pb: damaged: no_name 1 .first at byte [0-9]+." "an event without a name"
is "$(tr-events h.pb 2>/dev/null | grep '^##base')" "##base_ns ." "no start of the profile: no base"
x 'space(plane(1, "/device:TPU:0", [line(1, "XLA Ops", 1700000000000000000, event(1, 3000, 1000))], [emeta(1, "k")]))' >abs.pb
is "$(r abs.pb | cut -d' ' -f2):$(tr-events abs.pb | grep '^##base')" "3813830000000003:##base_ns 1696186170000000000" "times since the epoch"
x 'space(plane(1, "/device:TPU:0", [line(1, "XLA Ops", 1700000000000000000, event(1, 3000, 1000))], [emeta(1, "k")]), ENV)' >abs.pb
is "$(r abs.pb | cut -d' ' -f2)" "3813830000000003" "both"
x 'space(plane(0, "/host:metadata", [], [emeta(1, "p", "", stat(1, 6, b"x" * 100000))], SM)) + '"$one" >m.pb
alike "$(r m.pb)" "$(r a.pb)" "programs in /host:metadata are passed over"
# the same metadata on lines of two kinds; fields in another order, an unknown field
x 'space(msg((2, "/device:TPU:0"), (4, emeta(1, "k")), (77, "unknown"), (3, msg((4, event(1, 0, 1000)), (11, "XLA Modules"), (3, 7), (1, 9))), (3, line(8, "XLA Ops", 0, event(1, 0, 1000))), (1, 4)))' >o.pb
is "$(r o.pb)" $'X 7 1 . 0 9 xla_module k start_ps=7000 duration_ps=1000\nX 0 1 . 0 8 kernel k start_ps=0 duration_ps=1000' "fields in any order, a display name, unknown fields"
# damage
n=$(stat -c %s a.pb)
for cut in 40 70 $((n - 60)) $((n - 3)); do
	head -c $cut a.pb >c.pb
	run tr-events c.pb
	like "$rc:$err" "^1:.*c.pb: byte [0-9]+: the end of the file inside a message" "cut at byte $cut of $n: said, status 1"
done
is "$(r c.pb | wc -l)" 2 "and what is whole is there"
python3 - <<'P'
d = bytearray(open("a.pb", "rb").read()); i = d.index(b"XLA Ops") - 1; d[i] = 0x7f; open("long.pb", "wb").write(d)
d = bytearray(open("a.pb", "rb").read()); i = d.index(b"\x22", d.index(b"XLA Ops") + 8); d[i + 1] = 0xff; d[i + 2] = 0x7f; open("long2.pb", "wb").write(d)
P
run tr-events long.pb
like "$rc:$err" "^1:.*long.pb: byte [0-9]+: a length that runs past the end of its message" "a length past the end"
run tr-events long2.pb
like "$rc:$err" "^1:.*long2.pb: byte [0-9]+: a length that runs past the end of its message" "an event's"
x 'space(plane(1, "/device:TPU:0", [line(1, "XLA Ops", 0, event(1, 0, -5), event(1, 2**63 - 1, 5), event(1, 1000, 1000))], [emeta(1, "k")]))' >neg.pb
is "$(r neg.pb | wc -l)" 2 "a negative length is left out"
like "$(cat err)" "negative_dur 1" "and accounted for"
for k in 1 2 3 4 5 6 7 8; do
	python3 -c "
import random; random.seed($k); d = bytearray(open('h.pb','rb').read())
for i in range(3): d[random.randrange(40, len(d))] = random.randrange(256)
open('f.pb','wb').write(d)"
	run timeout 10 tr-events f.pb
	((rc <= 1)) || fail "bytes changed at random, $k" "status $rc $err"
done
pass "bytes changed at random: no crash, no hang"
# xprof's cap, in the JSON
python3 -c '
print("{\"metadata\":{\"highres-ticks\":true},\"traceEvents\":[{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":\"/device:TPU:0\"}}", end="")
for i in range(1000000): print(",{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":%d,\"dur\":1,\"name\":\"k\"}" % i, end="")
print("]}")' >cap.json
run tr-events -c kernel cap.json
like "$rc:$err" "^1:.*cap.json: exactly 1000000 events: xprof keeps no more" "a JSON with exactly 1,000,000 events was cut"
like "$out" "##lost xprof_cap 1 " "in the stream too"
sed 's/,{"ph":"X","pid":1,"tid":1,"ts":999999,[^}]*}//' cap.json >most.json
run tr-events -c kernel most.json
is "$rc:$err" "0:" "one less was not"
P1='{"ph":"M","pid":1,"name":"process_name","args":{"name":"/device:TPU:0"}}' P2='{"ph":"M","pid":2,"name":"process_name","args":{"name":"/device:TPU:1"}}'
like "$(echo "{\"metadata\":{\"highres-ticks\":true},\"traceEvents\":[$P1,$P2,{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":0,\"dur\":100,\"name\":\"k\"},{\"ph\":\"X\",\"pid\":2,\"tid\":1,\"ts\":0,\"dur\":50,\"name\":\"k\"}]}" | tr-events 2>&1 >/dev/null)" "its devices end at times 0.000 s apart: it may be truncated" "devices that end at different times: said"

if [[ ! -d $shared/traces ]]; then
	skip "no ../shared: real runs"
	done_testing
	exit
fi
for f in "$shared"/traces/*jax*/plugins/profile/*/*.pb "$shared"/corpus/xla/*.pb; do
	tr-events "$f" >x.tr
	tr-select -o tid,name,start_ps,duration_ps 'ph == "X"' x.tr | records | sort >got
	python3 "$tests/oracle/raw.py" xplane "$f" | python3 -c '
import sys
for l in sys.stdin:
    c = l.rstrip("\n").split("\t"); print(int(c[1]) & 0xffffffff, c[3] if c[6] == "." else c[6], c[4], c[5], sep="\t")' | sort >want
	is "$(wc -l <got):$(cmp got want && echo same)" "$(wc -l <want):same" "$(basename "$f"): every event's name, start and duration to the ps as an independent reader's"
	is "$(records x.tr | grep '^X' | awk -F'\t' '{ for (i = 9; i <= NF; i++) if ($i ~ /^duration_ps=/) { d = substr($i, 13); if ($3 != int(d / 1000 + 0.5)) print } }' | head -3)" "" "$(basename "$f"): dur is the duration, rounded"
done
# span by span against the JSON of the same run. mlp8: xprof's own, which drops what lasts 0 ns; the times of the TPU's begin
# at its first event, 482851900000 ps after the profile's start.
span() { tr-select -o pid,tid,cat,name,ts,dur "$1" "$2" | records | sort; }
for run in mlp8-jax-tp4-h100:0 offload-jax-tpu-4chip:482851900; do
	dir=$(echo "$shared/traces/${run%:*}"/plugins/profile/*)
	tr-events "$dir"/*.pb >x.tr
	start=$(python3 - "$dir"/*.pb "$tests" <<'P'
import re, sys
d = open(sys.argv[1], "rb").read(); i = d.rindex(b"profile_start_time")
# the value is a varint (field 3 or 4) in one of the plane's stats: the one that is a time since 2020
best = None
for m in re.finditer(rb"[\x18\x20]([\x80-\xff]{8}[\x01-\x7f])", d[d.rindex(b"Task Environment"):]):
    v = sum((b & 127) << 7 * k for k, b in enumerate(m[1]))
    if 1.5e18 < v < 2e18: best = v if best is None else min(best, v)
print(best)
P
)
	base=$(sed -n 's/^##base_ns //p' x.tr)
	tr-events -b 0 "$dir"/*.json.gz 2>/dev/null >j.tr
	shift=$(python3 -c "print($start - $base + ${run#*:})")
	is_dev='cat in "kernel","gpu_memcpy","gpu_memset","xla_async","xla_module","xla_traceme","xla_other"'
	span "ph == \"X\" && $is_dev" x.tr >a
	span "ph == \"X\" && $is_dev" j.tr | awk -F'\t' -v OFS='\t' -v s="$shift" '{ $5 = sprintf("%.0f", $5 + s); print }' | sort >b
	is "$(wc -l <a):$(comm -3 a b | head -4)" "$(wc -l <b):" "${run%:*}: $(wc -l <a) device spans, each as in the JSON: device, line, category, name, start and length to the ns"
	host() { tr-select -o tid,name,dur 'ph == "X" && cat in "cpu_op","user_annotation"' "$1" | records | sort; }
	host x.tr >a; host j.tr >b
	is "$(comm -13 a b | wc -l):$(comm -23 a b | awk -F'\t' '$3 > 0' | wc -l)" "0:0" "${run%:*}: host spans, too, but for $(comm -23 a b | wc -l) of length 0 that xprof drops"
done
tr-events "$shared"/traces/offload*/plugins/profile/*/*.pb >x.tr
is "$(tr-select 'coll && pid == 0' x.tr | tr-stats count sum:device_duration_ps | records | cut -f1,2)" "3${T}365061093750" "TPU: 3 all-reduces, 365,061,093,750 ps, as in the JSON"
done_testing
