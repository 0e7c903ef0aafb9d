#!/usr/bin/env bash
# Counters that fall between two samples: the bytes in between are unknown, and that time is left out of averages.
. "${0%/*}/lib.sh"
P=$top/pipelines
# counter LINK NAME START VALUES...: a sample each 100 ms, in bytes
counter() {
	local link=$1 name=$2 t=$3 v
	shift 3
	for v; do printf 'C\t%d\t.\t.\t0\t%s\tcounter\t%s\tvalue=%d\n' "$t" "$link" "$name" "$v"; ((t += 100000000)); done
}
value() { PEAK=${3-900} "$P/$1" "$2" 2>/dev/null | awk -F'\t' -v s="dev=0,name=$4" '$3 == s { print $5, $7, $8 }'; }
G=1000000000
# 10 GB/s each way; the fourth sample of tx has fallen to 0.5 GB, where a driver was loaded anew
{
	counter nvlink nvlink_tx_bytes 0 0 $G $((2 * G)) $((G / 2)) $((3 * G / 2)) $((5 * G / 2))
	counter nvlink nvlink_rx_bytes 0 0 $G $((2 * G)) $((3 * G)) $((4 * G)) $((5 * G))
} | sort -s -t$'\t' -k2,2n >one.tr
note="no bytes (counter reset) on 1 of 5 intervals"
is "$(value nvlink_total one.tr 900 tx)" "4.000000000 4 $note" "the total says what it lacks"
is "$(value nvlink_avg one.tr 900 tx)" "10.000000 4 $note" "the average is over the 400 ms that are known"
is "$(value nvlink_avg one.tr 900 rx)" "10.000000 5 ." "of the other direction over all 500 ms"
is "$(value bw_usage one.tr 900 tx)" "2.222222 4 $note" "usage: 10 of 450 GB/s"
is "$(value bw_usage one.tr '' tx)" ". 4 no peak of the links (PEAK, or the card) on 5 of 5 intervals" "without a peak, that is what lacks"
note="no bytes (counter reset) on 10 of 50 buckets"
is "$(value burst_intensity one.tr 900 tx)" "1.000000 40 $note" "a constant rate has no bursts"
is "$(value nvlink_peak one.tr 900 tx)" "10.000000 40 $note" "and its peak is that rate"
is "$(BURST=5 value burst_duration one.tr 900 tx)" "0.400000000 40 $note" "time above 5 GB/s, as far as it is known"
# two links, both reset in one interval, and a bucket that the reset touches with one half
{ counter nvlink0 nvlink_tx_bytes 0 $G $((2 * G)) 0 $G; counter nvlink1 nvlink_tx_bytes 0 $((3 * G)) $((4 * G)) 7 $((G + 7)); } | sort -s -t$'\t' -k2,2n >two.tr
is "$(value nvlink_avg two.tr 900 tx)" "20.000000 4 no bytes (counter reset) on 2 of 6 intervals" "two links"
is "$(BUCKET=30ms value burst_intensity two.tr 900 tx)" "1.000000 6 no bytes (counter reset) on 4 of 10 buckets" "buckets that a reset touches are left out"
# a long run: terms of 128 bits, and all decimals
{ counter nvlink0 nvlink_tx_bytes 0 0; counter nvlink0 nvlink_tx_bytes 360000000000000 1234567890123456; } >long.tr
is "$(value nvlink_avg long.tr 900 tx)" "3.429355 1 ." "100 hours: 1,234,567.890123456 GB over 360,000 s"

# dmon and dcgmi
cat >dcgmi.txt <<'T'
#Entity   NVLTX         NVLRX         PCITX
ID
GPU 1     N/A           N/A           N/A
GPU 0     20779220484   21900091841   449138
GPU-I 0   0             0             N/A
GPU-CI 0  0             0             N/A
T
run tr-events dcgmi.txt
is "$rc:$(grep ^C <<<"$out" | cut -f5,8,9 | tr '\t\n' ' ;')" "0:0 NVLTX value=20779220484;0 NVLRX value=21900091841;0 PCITX value=449138;GPU-I 0 NVLTX value=0;GPU-I 0 NVLRX value=0;GPU-CI 0 NVLTX value=0;GPU-CI 0 NVLRX value=0;" "entities of dcgmi are apart, and its header is no damage"
is "$(grep -c nvidia-smi <<<"$err"):$(grep -c 'no times in it' <<<"$err")" "0:1" "and nobody is sent to nvidia-smi"
sed 's/^#Entity/# Entity/; s/^ID/      Id/' dcgmi.txt >other.txt
alike "$(tr-events other.txt 2>/dev/null | grep -v '^##[spe]')" "$(grep -v '^##[spe]' <<<"$out")" "the other form of its header"
times() { printf '#Date Time gpu pwr\n#YYYYMMDD HH:MM:SS Idx W\n'; printf '20261025 %s 0 100\n' "$@"; }
run tr-events <(times 02:59:58 02:59:59 02:00:00 02:00:01)
is "$rc:$(grep ^C <<<"$out" | cut -f2 | tr '\n' ' ')" "0:0 1000000000 2000000000 3000000000 " "a clock that was set back an hour: steps of one second"
like "$out$err" "##mended clock_set_back 1 .*set back by 1 h" "counted and reported"
run tr-events <(times 02:59:58 02:59:59 02:10:00 02:10:01)
is "$rc:$(grep ^C <<<"$out" | cut -f2 | tr '\n' ' ')" "1:0 1000000000 . . " "a time before the last that no hour explains: not a time"
like "$out" "##lost clock_set_back 1 " "counted as lost"
run tr-events <(printf '#gpu pwr sm\n#Idx W %%\n0 100 50\n0 101 5')
is "$rc:$(grep ^C <<<"$out" | cut -f8,9 | tr '\t\n' ' ;')" "1:pwr value=100;sm value=50;pwr value=101;" "a last line without its end: no number from its last field"
like "$out$err" "##lost cut 1 .*damaged: cut 1" "counted and reported"
run tr-events <(printf 'Start (ns),Duration (ns),CorrId,Device,Strm,Name\n100,20,1,NVIDIA H100 (0),7,gemm\n200,20,2,NVIDIA H100 (0),7,ncclDevKernel_All')
is "$rc:$(grep ^X <<<"$out" | cut -f2,8)" $'1:100\tgemm' "nsys stats: a last row without its end is lost"
like "$out$err" "##lost cut 1 .*damaged: cut 1" "counted and reported too"
done_testing
