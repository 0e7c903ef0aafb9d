#!/usr/bin/env bash
# What NVLinks counted: buckets of any width add up to the total, to the byte; bursts of known length.
. "${0%/*}/lib.sh"
P=$top/pipelines
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: real counters are looked at on the plain one"; done_testing; exit; }
L=$shared/traces
[[ -d $L ]] || { skip "no ../shared: real runs"; done_testing; exit; }
# One GPU's counters by link, 250 samples of them, and those of four GPUs polled every 3 ms.
mkdir part
gzip -dc "$L/llama8b16l-torch-tp4-batch4-h100/nvlink_gpu0.bin.gz" >whole
{ head -c 12 whole; tail -c +$((13 + 48 * 36 * 1500)) whole | head -c $((48 * 36 * 250)); } >part/nvlink_gpu0.bin
cp "$L/llama8b16l-torch-tp4-batch4-h100/nvlink_gpu0.clock.json" part/
for dir in part "$L/nvlink-bursts-4-h100"; do
	run=$(basename "$dir")
	for f in "$dir"/nvlink_gpu*.bin*; do
		g=${f##*nvlink_gpu}
		python3 "$tests/oracle/raw.py" nvf1 "$f" | awk -F'\t' -v g="${g%%.*}" '/^[tr]x_bytes/ { s += $2; print g "\t" substr($1, 1, 2) "\t" $2 } END { printf "%s\tboth\t%.0f\n", g, s }'
	done | sort >want
	ok "$run: a gigabyte and more was counted" awk -F'\t' '$3 < 1e9 { exit 1 }' want
	"$P/events" -q "$dir" 2>/dev/null >links.tr
	alike "$("$P/nvlink_total" links.tr | records | sed 's/dev=\([0-9]*\),name=/\1\t/' | awk -F'\t' '{ sub(/\./, "", $6); sub(/^0+/, "", $6); print $3 "\t" $4 "\t" $6 }' | sort)" "$(cat want)" "$run: nvlink_total to the byte"
	for width in 1ms 7ms 10ms 1s; do
		alike "$(BUCKET=$width "$P/stages/link_buckets" <links.tr | tr-stats -g pid,name sum:sum_bytes | records | cut -f1-3 | sort)" "$(cat want)" "$run: buckets of $width add up to the total, to the byte"
	done
done
# bursts: time above 20 GB/s between the first mark and the last, in buckets of 10 ms
D=$L/nvlink-bursts-4-h100
python3 - "$D" >marks <<'Q'
import glob, json, sys
for p in sorted(glob.glob(sys.argv[1] + "/allreduce_marks_*.json")):
    d = json.load(open(p)); m = d["marks"]
    c = json.load(open("%s/nvlink_gpu%d.clock.json" % (sys.argv[1], d["rank"])))
    wall = c["realtime_ns"] - c["monotonic_ns"] - 1790857026000000000
    big = [x["end_mono_ns"] - x["start_mono_ns"] for x in m if x["bytes"] >= 16 << 20]
    print(d["rank"], m[0]["start_mono_ns"] + wall, m[-1]["end_mono_ns"] + wall, sum(big), len(big))
Q
is "$(awk '{ print $1, $5 }' marks | tr '\n' ' ')" "0 9 1 9 2 9 3 9 " "bursts: four devices, nine bursts of 16 MiB and more"
while read -r g from to long n; do
	tr-window -t "${from}ns,${to}ns" <links.tr >cut.tr
	d=$(sed 's/\twin=.*//' cut.tr | BURST=20 BUCKET=10ms "$P/burst_duration" | records | cut -f3,5)
	x=$(awk -F'\t' -v s="dev=$g,name=tx" '$1 == s { print $2 }' <<<"$d")
	is "$(awk -v x="$x" -v long="$long" -v n="$n" 'BEGIN { print (x >= 0.350 && x <= long / 1e9 + 2 * n * 0.010) ? "fine" : "x=" x " marks=" long / 1e9 }')" fine "bursts, GPU $g: above 20 GB/s for $x s: 0.350 s at least, the bursts' own length and two buckets each at most"
	is "$(BURST=20 BUCKET=10ms "$P/burst_duration" cut.tr | records | cut -f3,5 | grep "dev=$g,name=tx")" "dev=$g,name=tx	$x" "bursts, GPU $g: the same of the stream as tr-window -t cut it, tags and all"
done <marks
done_testing
