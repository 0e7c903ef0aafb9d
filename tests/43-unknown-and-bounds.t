#!/usr/bin/env bash
# What a trace does not show limits the numbers made from it: no false zero, a bound is marked, damage is in the note.
. "${0%/*}/lib.sh"
P=$top/pipelines c=$tests/cases/trace T=$'\t'
# v METRIC FILE SCOPE [STAT]: value, n and note
v() { metric_of "$1" "$2" 2>err | awk -F'\t' -v s="$3" -v t="${4-total}" '$3 == s && $4 == t { print $5, $7, $8 }'; }
stream() { tr-events "$c/$1" 2>/dev/null; }
k() { printf 'X\t%s\t%s\t0\t0\t%s\tkernel\t%s\n' "$@"; } # ts dur stream name

# a time of 0 among others was not measured
stream zero_ts_kernel.pt.trace.json >zero.tr
is "$(v gpu_busy zero.tr rank=0)" "57.142857 4 1 of 5 kernels without a time; damaged input" "200 of 350 us busy: the kernel at time 0 has no time, and is counted"
is "$(v bubble zero.tr rank=0)" "42.857143 4 1 of 5 kernels without a time; damaged input" "bubble: the rest"
is "$(grep -c $'^X\t\\.\t\\.\t0\t0\t7\tkernel' zero.tr):$(grep '^##lost' zero.tr | cut -d' ' -f2,3)" "1:zero_ts 1" "its record is there, and the loss is counted"
first() { printf '{"schemaVersion":1,"traceEvents":[%s' '{"ph":"X","cat":"kernel","name":"lost","pid":0,"tid":7,"ts":0,"dur":0},'; printf '{"ph":"X","cat":"kernel","name":"k","pid":0,"tid":7,"ts":%s,"dur":5}]}' "$1"; }
is "$(first 1750000000000000 | tr-events 2>/dev/null | grep '^X\|##base' | cut -f1-3 | tr '\t\n' ' ;')" "##base_ns 1743521598000000000;X . .;X 6478402000000000 5000;" \
	"as the first event of a file it does not cost it its base"
is "$(first 5 | tr-events 2>/dev/null | grep '^X' | cut -f1-3 | tr '\t\n' ' ;')" "X 0 0;X 5000 5000;" "among times near 0 it is a time"
first 1750000000000000 >first.json
is "$(tr-events -p first.json | tail -1 | cut -f3)" 1743521598000000000 "a probe finds the base after it"

# lengths that overlap on one stream
stream dur_over_next.pt.trace.json >over.tr
over="1 kernel runs past the next one's start on the stream, by 0.999800000 s in all (99.93 % of the kernels' time)"
is "$(v kernel_time over.tr rank=0)" "1.000500000 6 $over" "a kernel's length over those after it: in the note"
is "$(v comm_overlap over.tr rank=0)" "100.000000 1 $over" "of every number made of lengths"
lacks_over() { "$P/$1" over.tr | cut -f8 | grep -c overlap; }
is "$(lacks_over coll_call_num)" 0 "and not of a number of calls"
# by hand: ends 10, 25 and 40 over starts 8 and 20 on stream 7: 2 + 5; stream 8 is another
{ k 0 10 7 a; k 8 17 7 b; k 20 20 7 c; k 5 100 8 d; } | awk -F'\t' '{ printf "%s{\"ph\":\"X\",\"cat\":\"kernel\",\"name\":\"%s\",\"pid\":0,\"tid\":%s,\"ts\":%s,\"dur\":%s}", (NR > 1) ? "," : "{\"schemaVersion\":1,\"traceEvents\":[", $8, $6, $2, $3 } END { print "]}" }' >hand.json
is "$(tr-events hand.json | grep ^##device)" $'##device kernels 4 147000 . 0\n##device overlaps 2 7000 . 0' "counted by stream: its end less the next start"
alike "$(python3 -c 'import json; d = json.load(open("hand.json")); d["traceEvents"].reverse(); print(json.dumps(d))' | tr-events | grep ^##device)" "$(tr-events hand.json | grep ^##device)" "in any order of the events"
# 40,000 kernels, more than are held in memory: every 1000th runs 1 us past the next start, 3 events later on its stream
awk 'BEGIN { printf "{\"schemaVersion\":1,\"traceEvents\":["; for (i = 0; i < 40000; i++) printf "%s{\"ph\":\"X\",\"cat\":\"kernel\",\"name\":\"k\",\"pid\":0,\"tid\":%d,\"ts\":%d,\"dur\":%d}", i ? "," : "", i % 3, i * 10, i % 1000 ? 30 : 31; print "]}" }' >many.json
is "$(tr-events many.json | grep overlaps)" "##device overlaps 40 40000 . 0" "40,000 kernels on three streams"

# a kernel without a length
stream kernel_without_dur.pt.trace.json >nodur.tr
is "$(v kernel_time nodur.tr rank=0)" "0.000200250 2 >=: 1 of 3 kernels without a length" "a kernel without a length: the time is a lower bound"
is "$(v gpu_busy nodur.tr rank=0)" ". 2 1 of 3 kernels without a length" "a share is unknown"
is "$(v comm_time nodur.tr rank=0)" "0.000100250 1 ." "communication is not concerned: that kernel computes"
sed "s/\t\.\t0\t0\t7\tkernel\t\(.*\)$/\t.\t0\t0\t7\tkernel\t\1/; s/no_length/comm_no_length/" nodur.tr >commdur.tr
is "$(v comm_time commdur.tr rank=0)" "0.000100250 1 >=: 1 of 3 kernels without a length" "if it communicates, it is"

# work that a trace does not show in detail
stream_device() { printf '##rank 0\n##device kernels 2 150 0 0\n'; [[ -z $1 ]] || echo "$1"; printf 'X\t0\t100\t0\t0\t7\tkernel\tgemm\nX\t100\t50\t0\t0\t7\tkernel\tgemm\n'; }
is "$(stream_device '' | "$P/comm_time" | grep 'rank=0.total' | cut -f5,8)" "0.000000000${T}." "kernels, all of which compute: communication is a true 0"
graphs="3 CUDA graphs recorded without kernels ran 0.000570000 s"
is "$(stream_device '##device graphs 3 570000 0 0' | "$P/comm_time" | grep 'rank=0.total' | cut -f5,8)" ".${T}$graphs" "with graphs recorded without kernels, a 0 is unknown"
is "$(stream_device '##device graphs 3 570000 0 0' | "$P/kernel_time" | grep 'rank=0.total' | cut -f5,8)" "0.000000150${T}>=: $graphs" "another time is a lower bound"
is "$(stream_device '##device graphs 3 570000 1 0' | "$P/comm_time" | grep 'rank=0.total' | cut -f5,8)" "0.000000000${T}." "another rank's graphs do not concern it"
is "$(stream_device '##device unknown_lines 1 50000 0 0' | "$P/coll_call_num" | grep 'rank=0.total' | cut -f5,8)" ".${T}1 event on unrecognised device lines ran 0.000050000 s" "so is a 0 with unrecognised device lines"
peer='##device peer_copies 2 4000 0 0'
is "$({ echo '##world 2'; stream_device "$peer"; } | "$P/comm_time" | grep 'rank=0.total' | cut -f5,8)" ".${T}2 copies between devices, which may be communication, ran 0.000004000 s" "and with copies between devices"
is "$(stream_device "$peer" | "$P/comm_time" | grep 'rank=0.total' | cut -f5,8)" "0.000000000${T}." "but for a rank that is alone"
is "$({ echo '##world 2'; stream_device "$peer"; } | "$P/kernel_time" | grep 'rank=0.total' | cut -f5,8)" "0.000000150${T}." "which says nothing of kernels' time"
{ stream_device '##device graphs 3 570000 0 0'; echo '##rank 1'; echo '##device kernels 1 70 1 0'; printf 'X\t0\t70\t1\t0\t7\tkernel\tgemm\n'; } >two.tr
is "$(v comm_time two.tr all mean)" ". 1 $graphs; 1 of 2 known" "over the ranks: how many are known"
# the same from files
cat >graph.json <<'JSON'
{"schemaVersion":1,"traceEvents":[
{"ph":"X","cat":"kernel","name":"gemm","pid":0,"tid":7,"ts":1,"dur":2},
{"ph":"X","cat":"cuda_graph","name":"graph 1","pid":0,"tid":7,"ts":4,"dur":5.5},
{"ph":"X","cat":"gpu_memcpy","name":"Memcpy PtoP (Device -> Device)","pid":0,"tid":20,"ts":1,"dur":3},
{"ph":"X","cat":"gpu_memcpy","name":"Memcpy HtoD (Pinned -> Device)","pid":0,"tid":20,"ts":6,"dur":3}]}
JSON
want=$'##device kernels 1 2000 . 0\n##device graphs 1 5500 . 0\n##device peer_copies 1 3000 . 0'
is "$(tr-events graph.json | grep ^##device)" "$want" "graphs and copies between devices are counted while a source is read"
is "$(tr-events -c kernel graph.json | grep ^##device):$(tr-events -c kernel graph.json | records | wc -l)" "$want:1" "also where -c leaves them out"

# sources left out, notes of stages, damage: in every value's note
out() { printf '##rank 0\n%s\n' "$1"; k 0 100 7 gemm; }
is "$(out '##source none rank1.json: cut' | "$P/kernel_time" | records | cut -f8 | sort -u)" "left out: rank1.json: cut" "a source left out is in the note of every value"
is "$({ for i in 1 2 3 4; do echo "##source none $i.json: cut"; done; k 0 100 7 gemm; } | "$P/kernel_time" | records | cut -f8 | sort -u)" \
	"left out: 1.json: cut; left out: 2.json: cut; 2 more like these" "many: the first two, and how many more"
is "$({ out '##note one'; echo '##note two'; echo '##note one'; } | "$P/kernel_time" | records | cut -f8 | sort -u)" "one; two" "notes of several stages are all there, each once"
is "$({ printf '##rank 0\n##rank 1\n'; k 0 100 7 gemm; } | tr-stats -a -m m -u s -g rank -e none sum:dur | records | cut -f3-5,8)" \
	"rank=0${T}total${T}0.000000100${T}.
rank=1${T}total${T}.${T}nothing to compute it from on this rank" "-a: each rank that the stream names has a line"
is "$(printf '##rank 0\n' | tr-stats -a -m m -u s -g rank -e none sum:dur 2>/dev/null | records | cut -f3-5,8)" "rank=0${T}total${T}.${T}none" "and where there is nothing at all, the reason"
is "$(printf 'M\t.\t.\t0\t.\t.\tstats\t.\twhy=so it is\n' | tr-stats -a -m m -u s -g rank -w why -e none sum:dur | records | cut -f5,8)" ".${T}so it is" "-w: a group's own reason"
is "$(k 0 100 7 gemm | tr-window -W 'name == "nope"' 2>/dev/null | "$P/kernel_time" 2>/dev/null | records | cut -f5,8 | sort -u)" ".${T}no span matches -W: nothing is in a window" "where windows left nothing, that is the reason, and not that there were no kernels"
run tr-stats -a -m m -u s -d nonsense sum:dur
like "$rc:$err" "^2:tr-stats: not a kind of metric .*: 'nonsense'" "-d: what there is not"
done_testing
