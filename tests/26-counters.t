#!/usr/bin/env bash
# Counters: NVF1 as tr-events reads it, clocks, damage; tr-window -o rates and -s, by hand and against tests/oracle/raw.py.
. "${0%/*}/lib.sh"
T=$'\t'
# nvf1 FIELD:LINK:TIME:KIB[:RC[:TYPE]]...: a file of these samples
nvf1() { python3 -c '
import struct, sys
o = sys.stdout.buffer
o.write(b"NVF1" + struct.pack("<HHi", 1, 40, 8))
for a in sys.argv[1:]:
    f, l, t, v, rc, ty = a.split(":") + ["0", "3"][a.count(":") - 3:]
    o.write(struct.pack("<QIIqqIIQ", int(t), int(f), int(l), 0, 0, int(ty), int(rc), int(v)))' "$@"; }
r() { tr-events "$@" 2>err | records | tr '\t' ' '; }
mkdir d; cd d
nvf1 138:3:100:1 139:3:100:2 138:3:200:5 >nvlink_gpu2.bin
is "$(r nvlink_gpu2.bin)" 'C 100 . . 2 nvlink3.tx counter nvlink_tx_bytes value=1024
C 100 . . 2 nvlink3.rx counter nvlink_rx_bytes value=2048
C 200 . . 2 nvlink3.tx counter nvlink_tx_bytes value=5120' "samples in bytes, by link and direction"
is "$(cat err)" "tr-events: nvlink_gpu2.bin: no clock file next to it: times stay on CLOCK_MONOTONIC; -k aligns them" "no clock: said"
is "$(tr-events nvlink_gpu2.bin 2>/dev/null | grep '^##' | grep -v pg | tr '\n' ';')" "## tr 1;##source nvf1 nvlink_gpu2.bin;##base_ns .;##events 3 nvlink_gpu2.bin;" "and the base is not known"
is "$(tr-events -k none nvlink_gpu2.bin 2>&1 >/dev/null)" "" "-k none: as asked"
gzip -k nvlink_gpu2.bin
alike "$(r nvlink_gpu2.bin.gz)" "$(r nvlink_gpu2.bin)" "compressed"
is "$(r - <nvlink_gpu2.bin | cut -d' ' -f5 | sort -u)" "." "standard input: whose GPU is not known"
is "$(r -g 7 - <nvlink_gpu2.bin | cut -d' ' -f5 | sort -u)" "7" "-g says it"
is "$(r -r 5 nvlink_gpu2.bin | cut -d' ' -f4 | sort -u)" "5" "-r: a rank's"
# 1700000000 s - 100 ns; the quarter's base is 1696186170 s: 3813830 s
is "$(r -k 100,1700000000000000000 nvlink_gpu2.bin | cut -d' ' -f2 | tr '\n' ' ')" "3813830000000000 3813830000000000 3813830000000100 " "-k MONOTONIC,REALTIME places it"
is "$(r -b 1700000000000000000 -k 100,1700000000000000000 nvlink_gpu2.bin | cut -d' ' -f2 | tr '\n' ' ')" "0 0 100 " "on the stream's base"
echo '{"gpu":2,"monotonic_ns":100,"realtime_ns":1700000000000000000}' >nvlink_gpu2.clock.json
is "$(r nvlink_gpu2.bin.gz | head -1 | cut -d' ' -f2):$(cat err)" "3813830000000000:" "the clock next to the file"
is "$(tr-events -p nvlink_gpu2.bin | tail -1)" "nvf1$T.${T}1696186170000000000${T}nvlink_gpu2.bin" "a probe"
echo '{"name":"a","wall_clock_ns":1700000000000000000,"monotonic_ns":100}' >timing_a.json
is "$(r -k timing_a.json nvlink_gpu2.bin | head -1 | cut -d' ' -f2)" 3813830000000000 "-k FILE: a timing file"
echo '{"gpu":3,"monotonic_ns":100,"realtime_ns":1700000000000000000}' >nvlink_gpu2.clock.json
run tr-events nvlink_gpu2.bin
is "$rc:$err" "1:tr-events: nvlink_gpu2.bin: the clock file belongs to GPU 3, not to 2: not used" "a clock of another GPU: status 1"
is "$(records <<<"$out" | wc -l)" 3 "its samples are there, on their own clock"
echo '{}' >nvlink_gpu2.clock.json
run tr-events nvlink_gpu2.bin
like "$rc:$err" "^1:tr-events: nvlink_gpu2.clock.json: not a clock" "a clock file that is not one"
run tr-events -k /nonexistent nvlink_gpu2.bin
like "$rc:$err" "^2:tr-events: /nonexistent: No such file" "-k: a missing file"
rm nvlink_gpu2.clock.json
# damage
nvf1 138:0:1:1 138:0:2:9:3 138:0:3:4 138:0:4:2 138:0:5:8:0:0 138:0:6:9007199254740993:0 >v.bin
is "$(r -k none v.bin | cut -d' ' -f2,9- | tr '\n' ';')" "1 value=1024;2 void=3;3 value=4096;4 value=2048 reset=1;5 void=0;6 void=0;" "void samples and resets are marked"
like "$(cat err)" "damaged: value_type 1 .first at byte 204., beyond_int64 1 .first at byte 252." "a double, a value beyond int64"
for n in 11 12 30 100; do
	head -c $n nvlink_gpu2.bin >cut.bin
	run tr-events -k none cut.bin
	case $n in
	11) like "$rc:$err" "^1:tr-events: cut.bin: byte 11: truncated inside the NVF1 header" "cut inside the header" ;;
	12) is "$rc:$(records <<<"$out")" "0:" "a header alone" ;;
	*) like "$rc:$(records <<<"$out" | wc -l):$err" "^1:$((n / 60)):.*damaged: cut 1 .first at byte $(((n - 12) / 48 * 48 + 12))" "cut at byte $n: whole records are there" ;;
	esac
done
{ head -c 6 nvlink_gpu2.bin; printf '\x30\x00'; tail -c +9 nvlink_gpu2.bin; } >f.bin
run tr-events f.bin
like "$rc:$err" "^1:tr-events: f.bin: byte 6: NVF1 with fields of 48 and times of 8 bytes, not 40 and 8" "a wrong field size"
{ head -c 4 nvlink_gpu2.bin; printf '\x02\x00'; tail -c +7 nvlink_gpu2.bin; } >f.bin
like "$(tr-events f.bin 2>&1 >/dev/null)" "byte 4: NVF1 version 2, not 1" "another version"
for bad in "-g x:not a GPU: 'x'" "-k:option '-k' needs an argument"; do
	run tr-events ${bad%%:*}
	like "$rc:$err" "^2:tr-events: ${bad#*:}" "misuse: ${bad%%:*}"
done

# rates, by hand
C() { printf 'C\t%s\t.\t.\t0\tnvlink0.tx\tcounter\tnvlink_tx_bytes\t%s\n' "$@"; }
w() { tr-window "$@" 2>err | records | cut -f2,3,9- | tr '\t\n' ' ;'; }
is "$(C 0 value=0 10 value=100 30 value=101 | w -o rates)" "0 10 bytes=100;10 20 bytes=1;" "spans of bytes"
is "$(C 0 value=0 10 void=3 30 value=99 | w -o rates)" "0 30 bytes=99;" "void samples are bridged"
is "$(C 0 value=7 10 value=3 30 value=9 | w -o rates)" "0 10 reset=1;10 20 bytes=6;" "a reset: bytes unknown, not 0"
is "$(C 0 value=0 0 value=4 10 value=6 10 value=9 | w -o rates)" "0 10 bytes=6;10 0 bytes=3;" "a repeated time: nothing is lost, at the end neither"
is "$(C 0 value=0 10 value=6 5 value=4 20 value=9 | w -o rates):$(cat err)" "0 10 bytes=6;10 10 bytes=3;:tr-window: 1 samples are older than the one before them: left out" "samples that go back are left out, with word"
is "$(C 0 value=0 30 value=100 | w -o rates -b 10)" "0 10 bytes=33 win=0 win_n=0 whole_ts=0 whole_dur=30;10 10 bytes=33 win=10 win_n=1 whole_ts=0 whole_dur=30;20 10 bytes=34 win=20 win_n=2 whole_ts=0 whole_dur=30;" "-b: shared out, rounded so that the parts add up"
is "$(printf 'X\t0\t30\t.\t0\t.\tc\tn\ta=1\tv=10\tz=2\n' | w -b 20 -s v)" "0 20 a=1 v=6 z=2 win=0 win_n=0 whole_ts=0 whole_dur=30;20 10 a=1 v=4 z=2 win=20 win_n=1 whole_ts=0 whole_dur=30;" "-s: any number of any span"
is "$(printf 'C\t0\t.\t.\t0\t.\tcounter\tq\tvalue=1\nC\t9\t.\t.\t0\t.\tcounter\tq\tvalue=3\n' | w -o rates -A 'name == "q"')" "0 9 bytes=2;" "-A: which counters"
is "$(printf 'C\t0\t.\t.\t0\t.\tcounter\tgauge\tvalue=1\nC\t9\t.\t.\t0\t.\tcounter\tgauge\tvalue=3\n' | tr-window -o rates | cut -d' ' -f1,2)" "##pg tr-window" "a gauge is not a cumulative counter"
for bad in "-o rates -W ts:-o rates takes its windows" "-o union -s v:-s works on records" "-o windows -W ts==1 -s v:-s works on records" "-o rates -s v:-s and -l cannot be combined with -o rates" "-o rates -l -w x:-s and -l cannot be combined with -o rates"; do
	run tr-window ${bad%%:*}
	like "$rc:$err" "^2:tr-window: ${bad#*:}" "misuse: ${bad%%:*}"
done
# any width gives the same total: random counters, in any bucket
python3 -c '
import random
random.seed(3); v = t = 0
for i in range(2000):
    t += random.choice((0, 1, 7, 1000, 123457)); v += random.choice((0, 1, 5, 10**9 + 7))
    print(f"C\t{t}\t.\t.\t0\tl\tcounter\tn_bytes\tvalue={v}")' >rnd.tr
want=$(awk -F'[\t=]' 'NR == 1 { a = $NF } { b = $NF } END { printf "%.0f", b - a }' rnd.tr)
for b in 1us 3333 10ms 1s; do is "$(tr-window -o rates -b $b rnd.tr | tr-stats sum:bytes | tail -1 | cut -f1)" "$want" "width $b: the total, to the byte"; done
cd ..
if [[ ! -d $shared/traces ]]; then
	skip "no ../shared: counters of real runs"
	done_testing
	exit
fi
for f in "$shared"/traces/*/nvlink_gpu*.bin.gz; do
	name=$(basename "$(dirname "$f")")/$(basename "$f")
	tr-events "$f" >c.tr 2>err
	{
		tr-window -o rates -b 7ms c.tr | tr-stats -g name sum:bytes | records | sed 's/nvlink_//' | cut -f1,2
		records c.tr | awk -F'\t' '/\tvoid=/ { void++ } NR == 1 { a = $2 } { b = $2 } END { printf "records\t%d\nvoid\t%d\nspan_ns\t%.0f\n", NR, void, b - a }'
	} | sort >got
	grep "^$name" "$shared/traces/REFERENCE.tsv" | cut -f2- | grep -E '^(records|void|span_ns|[tr]x_bytes)' | sort >want
	is "$(wc -l <got):$(cat got)" "5:$(cat want)" "$name: as in REFERENCE.tsv"
done
# bucket by bucket, against an independent reader
f=$shared/traces/nvlink-bursts-4-h100/nvlink_gpu0.bin.gz
off=$(python3 -c 'import json, sys; c = json.load(open(sys.argv[1])); print(c["realtime_ns"] - c["monotonic_ns"] - 1790857026000000000)' "${f%.bin.gz}.clock.json")
python3 "$tests/oracle/raw.py" nvf1-buckets "$f" 10000000 "$off" | sort >want
tr-events "$f" | tr-window -o rates -b 10ms | tr-stats -g win_n,name sum:bytes | records | awk -F'\t' '$3 > 0 { sub(/nvlink_/, "", $2); sub(/_bytes/, "", $2); print "bucket\t" $1 "\t" $2 "\t" $3 }' | sort >got
alike "$(cmp want got && wc -l <got)" "$(wc -l <want)" "bursts, GPU 0: every bucket of 10 ms, to the byte"
# bursts: from the last sample before each to the first 20 ms after it
tr-events "$f" >c.tr
python3 - c.tr "$shared/traces/nvlink-bursts-4-h100" <<'P' >got
import json, sys
off = (lambda c: c["realtime_ns"] - c["monotonic_ns"] - 1790857026000000000)(json.load(open(sys.argv[2] + "/nvlink_gpu0.clock.json")))
s = [(int(c[1]), int(c[8][6:])) for c in (l.rstrip("\n").split("\t") for l in open(sys.argv[1]) if l[0] == "C") if c[7] == "nvlink_tx_bytes"]
for m in json.load(open(sys.argv[2] + "/allreduce_marks_0.json"))["marks"]:
    if m["bytes"] < 1 << 24: continue
    a, b = m["start_mono_ns"] + off, m["end_mono_ns"] + off + 20000000
    got = min(v for t, v in s if t >= b) - max(v for t, v in s if t <= a)
    print("fine" if abs(got / (m["bytes"] * m["reps"] * 1.5) - 1) < 0.01 else m)
P
is "$(sort got | uniq -c | tr -s ' ')" " 9 fine" "bursts of 16 MiB and larger: the bytes of GPU 0 within 1 % of size x reps x 2(n-1)/n"
done_testing
