#!/usr/bin/env bash
# Pictures: the numbers by hand, the content of the SVG, options, no data, no gnuplot, names, and that they are part of the report.
. "${0%/*}/lib.sh"
P=$top/pipelines
T=$'\t'
# texts FILE: what is written in an SVG, one text a line; fails where it is no XML
texts() {
	[[ $1.texts -nt $1 ]] || python3 -c '
import sys, xml.etree.ElementTree as x
for t in x.parse(sys.argv[1]).iter("{http://www.w3.org/2000/svg}text"): print(t.text or "")' "$1" >"$1.texts"
	cat "$1.texts"
}
has() { ok "$3" grep -qxF -- "$2" <(texts "$1"); }
lacks() { is "$(texts "$1" | grep -cF -- "$2")" 0 "$3"; }
# filled FILE R,G,B: the polygons of this colour
filled() { tr -d ' ' <"$1" | grep -F "<polygonfill='rgb($2)'"; }
png_size() { python3 -c 'import struct, sys; b = open(sys.argv[1], "rb").read(24); print(b[1:4].decode(), *struct.unpack(">II", b[16:]))' "$1"; }
PREFILL=220,179,208 DECODE=207,227,189 TX=11,83,148 RX=230,159,0

# plot_link. Two GPUs, three buckets of 10 ms: 10^8 bytes in one are 10 GB/s.
c() { printf 'C\t%s\t.\t.\t%s\t.\tcounter\tnvlink_%s_bytes\tvalue=%s\n' "$@"; }
w() { printf 'X\t%s\t%s\t%s\t1\t1\tuser_annotation\t%s\n' "$@" | named | busy; }
head='## tr 1\n##base_ns 0\n##trace '
series() { local i=0 v; for v in "${@:3}"; do c $((i++ * 10000000)) "$1" "$2" "$v"; done; }
counters() {
	series 0 tx 0 100000000 300000000 300000000
	series 0 rx 0 50000000 50000000 200000000
	series 1 tx 0 200000000 200000000 200000000
	series 1 rx 0 0 0 400000000
}
{
	printf "$head%s\n" 'a_b^{2} @x & "q" '"'s' [1] <ü>"
	counters
	w 0 12000000 0 prefill
	w 12000000 6000000 0 decode
	w 19000000 6000000 0 decode
	w 5000000 1000000 1 decode
	w 100000000 5000000 0 decode
} >hand.tr
run "$P/plots/plot_link" -o link hand.tr
is "$rc:$out:$err" "0::" "plot_link: status 0, silent"
is "$(cat link.tsv)" "#what${T}from_s${T}to_s${T}tx_gb_s${T}rx_gb_s
gpu=0${T}0.000000${T}0.010000${T}10.000000${T}5.000000
gpu=0${T}0.010000${T}0.020000${T}20.000000${T}0.000000
gpu=0${T}0.020000${T}0.030000${T}0.000000${T}15.000000
gpu=1${T}0.000000${T}0.010000${T}20.000000${T}0.000000
gpu=1${T}0.010000${T}0.020000${T}0.000000${T}0.000000
gpu=1${T}0.020000${T}0.030000${T}0.000000${T}40.000000
prefill,gpu=0${T}0.000000${T}0.012000${T}.${T}.
decode,gpu=0${T}0.012000${T}0.018000${T}.${T}.
decode,gpu=0${T}0.019000${T}0.025000${T}.${T}.
decode,gpu=1${T}0.005000${T}0.006000${T}.${T}." "the rates, and when each GPU worked for a phase; what is after the counters is left out"
# The panels of 84 less 8 pixels from y = 72 and 156 on, of 660 from x = 68 on; their scale is 1.12 x 40 GB/s up and down: 10 GB/s are
# 8.48 pixels, and 5 ms, the middle of the first bucket, are 110.
like "$(filled link.svg $TX | sed -n 2p)" "points='178.00,101.52398.00,93.04" "10 and 20 GB/s sent are in the right place"
like "$(filled link.svg $RX | sed -n 2p)" "points='178.00,114.25398.00,110.00" "5 GB/s received, downwards"
# a window in each of two panels, and one in the key
is "$(filled link.svg $PREFILL | wc -l):$(filled link.svg $DECODE | wc -l)" "2:4" "prefill and two of decode are shaded on GPU 0, one of decode on GPU 1"
like "$(filled link.svg $PREFILL | sed -n 2p)" "points='68.00,148.00332.01,148.00332.01,72.0068.00,72.00'" "prefill: 12 of 30 ms"
for text in "GB/s" "time (s), in buckets of 10 ms" "prefill (1)" "decode (2)" "sent (tx), up" "received (rx), down" "GPU 0" "GPU 1" 'a_b^{2} @x & "q" '"'s' [1] <ü>"; do
	has link.svg "$text" "the SVG says: $text"
done
lacks link.svg "all GPUs" "nothing is shown larger: the windows are most of the time"
is "$(png_size link.png)" "PNG 800 286" "the PNG is 800 pixels wide"
ok "and so is the SVG" grep -q 'width="800" height="286"' link.svg
cp link.svg first.svg; cp link.png first.png
touch -t 200001010000 link.*
"$P/plots/plot_link" -o link hand.tr
is "$(find . -name 'link.*' -newermt 2001-01-01)" "" "the same again: nothing is written"
"$P/plots/plot_link" -o again <hand.tr
ok "standard input, another name: the same SVG" cmp first.svg again.svg
ok "and the same PNG" cmp first.png again.png
"$P/plots/plot_link" -o dash - <hand.tr
ok "- is standard input" cmp first.svg dash.svg

# a third of the time: shown larger, all GPUs together. 1 to 4 ms of 30; rates of the first bucket: 10 + 20 and 5 + 0
{ printf "$head"'x\n'; counters; w 1000000 3000000 0 'execute_context_1(8)_generation_0(0)'; w 4000000 0 0 other; } >near.tr
"$P/plots/plot_link" -o near near.tr
is "$(grep -v '^gpu' near.tsv | tail -n +2)" "prefill,gpu=0${T}0.001000${T}0.004000${T}.${T}.
all${T}0.000000${T}0.010000${T}30.000000${T}5.000000" "vLLM's context step is prefill; the buckets it is in are there once more, of all GPUs"
has near.svg "all GPUs" "windows within a third of the time: a panel for them"
has near.svg "around prefill and decode" "which says so"
is "$(filled near.svg $PREFILL | wc -l):$(filled near.svg $DECODE | wc -l)" "3:0" "shaded there too"
lacks near.svg "decode (" "and no key for what is not there"
{ printf "$head"'x\n'; counters; w 1000000 3000000 0 'execute_context_0(0)_generation_4(4)'; w 5000000 3000000 0 'execute_context_2(9)_generation_4(4)'; } | "$P/plots/plot_link" -o vllm
is "$(grep -E '^(prefill|decode)' vllm.tsv)" "decode,gpu=0${T}0.001000${T}0.004000${T}.${T}." "a generation step is decode, a mixed one neither"

# without windows: where there is traffic. One bucket of ten has any.
{ printf "$head"'x\n'; series 3 tx 0 0 0 0 70000000 70000000 70000000 70000000 70000000 70000000; } | "$P/plots/plot_link" -o traffic
is "$(grep ^all traffic.tsv | cut -f2-4 | head -1)" "0.020000${T}0.030000${T}0.000000" "traffic: from the bucket before it"
is "$(grep ^all traffic.tsv | cut -f4 | tr '\n' ' ')" "0.000000 7.000000 0.000000 " "to the one after it"
has traffic.svg "while there is traffic" "no windows: the time with traffic"

# buckets: 2000 as they are, 2001 in pairs
many() { awk -v n="$1" 'BEGIN { for (i = 0; i <= n; i++) printf "C\t%.0f\t.\t.\t0\t.\tcounter\tnvlink_tx_bytes\tvalue=%.0f\n", i * 1e7, i * 1e8 }'; }
for n in 2000 2001; do { printf "$head"'x\n'; many $n; } | "$P/plots/plot_link" -o many$n; done
is "$(grep -c ^gpu many2000.tsv):$(grep -c ^gpu many2001.tsv)" "2000:1001" "at most 2000 points"
has many2000.svg "time (s), in buckets of 10 ms" "2000 buckets are of 10 ms"
has many2001.svg "time (s), in buckets of 20 ms" "2001 are of 20 ms"
is "$(sed -n '2p;1002p' many2001.tsv | cut -f2-4 | tr '\t\n' '  ')" "0.000000 0.020000 10.000000 20.000000 20.020000 5.000000 " "the rate stays; the last bucket is half full"

# a counter that goes back: unknown, and a gap
{ printf "$head"'x\n'; series 0 tx 0 100000000 5 100000005; } | "$P/plots/plot_link" -o reset
is "$(cut -f4 reset.tsv | tr '\n' ' ')" "tx_gb_s 10.000000 . 10.000000 " "a reset is unknown, not 0"
for i in 9 10; do { printf "$head"'x\n'; for ((g = 0; g < i; g++)); do series $g tx 0 1000; done; } | "$P/plots/plot_link" -o gpus$i; done
has gpus10.svg "the first 8 of 10 GPUs" "many GPUs: eight are shown"
lacks gpus10.svg "GPU 8" "and no ninth"
is "$(grep -c '^gpu=9' gpus10.tsv)" 1 "the table has all"

# plot_scaling: 2 models, tp 1 2 4 and 2 4; a run of its own
m() { printf '%s\t%s\tall\t%s\t%s\tx\t4\t.\n' "$@"; }
f() { local run=$1 kv; for kv in "${@:2}"; do printf '%s\t%s\t%s\n' "$run" "${kv%%=*}" "${kv#*=}"; done; }
{
	echo "#trace${T}metric${T}scope${T}stat${T}value${T}unit${T}n${T}note"
	m A1 throughput_tokens_sec total 100; m A2 throughput_tokens_sec total 150; m A4 throughput_tokens_sec total 250
	m A2b throughput_tokens_sec total 170
	m B2 throughput_tokens_sec total 10; m B4 throughput_tokens_sec total 18
	m A2 comm_overhead mean 20; m A4 comm_overhead mean 35; m A4 comm_fraction mean 40; m A1 comm_overhead mean .
	m C8 throughput_tokens_sec total 1000
} >metrics.tsv
{
	for r in A1 A2 A2b A4; do f $r model=a_1 tp=${r:1:1} framework=vllm group=7; done
	for r in B2 B4; do f $r model=b tp=${r:1:1} ep=${r:1:1} framework=vllm; done
	f C8 model=c tp=8 framework=vllm
} >facts.tsv
run "$P/plots/plot_scaling" -o scaling -f facts.tsv metrics.tsv
is "$rc:$out:$err" "0::" "plot_scaling: status 0, silent"
is "$(cat scaling.tsv)" "#series${T}tp${T}run${T}throughput_tokens_sec_tok_s${T}speedup${T}comm_overhead_pct${T}comm_fraction_pct
a_1${T}1${T}A1${T}100.000000${T}1.000000${T}.${T}.
a_1${T}2${T}A2${T}150.000000${T}1.500000${T}20.000000${T}.
a_1${T}2${T}A2b${T}170.000000${T}1.700000${T}.${T}.
a_1${T}4${T}A4${T}250.000000${T}2.500000${T}35.000000${T}40.000000
b, EP = TP${T}2${T}B2${T}10.000000${T}1.000000${T}.${T}.
b, EP = TP${T}4${T}B4${T}18.000000${T}1.800000${T}.${T}." "series by what else differs, each against its smallest; a run alone is no series"
for text in "throughput_tokens_sec (tok/s)" "speed-up over smallest TP" "communication (%)" "TP (GPUs)" "a_1" "b, EP = TP" "vllm" "linear" "comm_overhead" "comm_fraction"; do
	has scaling.svg "$text" "the SVG says: $text"
done
points() { grep -c "xlink:href='#gpPt$2'" "$1"; }
# the first series: circles, 4 + 4 + 2 + 1 and one in the key; the second: squares, 2 + 2 and one
is "$(points scaling.svg 6):$(points scaling.svg 4)" "12:5" "as many points as values"
is "$(texts scaling.svg | grep -c '^TP (GPUs)$'):$(png_size scaling.png)" "3:PNG 800 384" "three panels, 800 pixels wide"
"$P/plots/plot_scaling" -o scaling2 -f facts.tsv <metrics.tsv
ok "standard input: the same SVG" cmp scaling.svg scaling2.svg
# throughput: what more runs have; without facts the ranks; no communication, no panel
ranks() { local i; for ((i = 0; i < $2; i++)); do printf '%s\tcomm_overhead\trank=%s\ttotal\t.\t%%\t0\tno kernels\n' "$1" $i; done; }
{ ranks R1 1; ranks R3 3; m R1 output_throughput total 40; m R3 output_throughput total 30; m R3 throughput_tokens_sec total 7; } | "$P/plots/plot_scaling" -o ranks
is "$(cut -f1-5 ranks.tsv)" "#series${T}tp${T}run${T}output_throughput_tok_s${T}speedup
.${T}1${T}R1${T}40.000000${T}1.000000
.${T}3${T}R3${T}30.000000${T}0.750000" "output_throughput, over the ranks"
has ranks.svg "output_throughput (tok/s)" "the axis says which"
lacks ranks.svg "comm" "no communication known: no panel and no key"
{ m B2 comm_fraction mean 5; m B4 comm_fraction mean 9; } | "$P/plots/plot_scaling" -o comm -f facts.tsv
is "$(texts comm.svg | grep -c '^TP (GPUs)$')" 1 "communication alone: one panel"

# plot_serving
{
	for r in 'E[on] x_1' B64 B8 none; do
		case $r in E*) v="100 200 10 20 4 1000" ;; B64) v="50 150 5 . 2 500" ;; B8) v=". . . . 8 2500.5" ;; none) v=". . . . . ." ;; esac
		set -- $v
		m "$r" ttft mean $1; m "$r" ttft p99 $2; m "$r" tpot mean $3; m "$r" tpot p99 $4
		m "$r" request_throughput total $5; m "$r" output_throughput total $6; m "$r" comm_time mean 3
	done
} >serving_metrics.tsv
{
	f 'E[on] x_1' model='m_{1}' kind=ep ep=4 tp=4 max_seqs=64 batch_tokens=8192 eplb=on burst=true batch=.
	f B64 model='m_{1}' kind=baseline tp=4 max_seqs=64 batch_tokens=8192
	f B8 model='m_{1}' kind=baseline tp=4 max_seqs=8 batch_tokens=8192
	f none model=other kind=baseline tp=9
} >serving_facts.tsv
run "$P/plots/plot_serving" -o serving -f serving_facts.tsv serving_metrics.tsv
is "$rc:$out:$err" "0::" "plot_serving: status 0, silent"
is "$(cat serving.tsv)" "#run${T}label${T}ttft_mean_ms${T}ttft_p99_ms${T}tpot_mean_ms${T}tpot_p99_ms${T}requests_s${T}output_tok_s
B8${T}baseline, 8 seqs${T}.${T}.${T}.${T}.${T}8${T}2500.5
B64${T}baseline, 64 seqs${T}50${T}150${T}5${T}.${T}2${T}500
E[on] x_1${T}ep, EP 4, burst, 64 seqs, EPLB on${T}100${T}200${T}10${T}20${T}4${T}1000" "in the facts' order, by number; only what differs; a run without results is not there"
for text in "TTFT (ms)" "TPOT (ms)" "requests (1/s)" "output tokens (tok/s)" "mean" "p99" "m_{1}, TP 4, 8192 tokens" "baseline, 8 seqs" "ep, EP 4, burst, 64 seqs, EPLB on" "unknown" "2500" "8.00"; do
	has serving.svg "$text" "the SVG says: $text"
done
is "$(texts serving.svg | grep -c '^unknown$')" 2 "B8 has no TTFT and no TPOT: unknown, not 0"
# means: 2 TTFT, 2 TPOT, 3 requests, 3 output, the key; p99: 2 TTFT, 1 TPOT, the key
is "$(filled serving.svg $TX | wc -l):$(filled serving.svg $RX | wc -l)" "11:4" "a bar for each value"
# The scale is 1.4 x 200 ms on 184 pixels from x = 16 on: 100 ms end at 81.7, 200 at 147.4.
like "$(filled serving.svg $TX | tr '\n' ' ')" "'16.00,[0-9.]*81.7[12],[0-9.]*81.7[12]," "100 ms are as long as they should be"
like "$(filled serving.svg $RX | tr '\n' ' ')" "'16.00,[0-9.]*147.4[23],[0-9.]*147.4[23]," "200 ms are"
# no facts, or not enough to distinguish them: names
"$P/plots/plot_serving" -o names serving_metrics.tsv
is "$(cut -f2 names.tsv | tr '\n' ';')" "label;B64;B8;E[on] x_1;" "no facts: labelled by name, in their order"
has names.svg "E[on] x_1" "as it is"
"$P/plots/plot_serving" -o ambiguous -f <(grep -v max_seqs serving_facts.tsv) serving_metrics.tsv
is "$(cut -f2 ambiguous.tsv | tr '\n' ';')" "label;B64;B8;E[on] x_1;" "facts that are the same for two: all by name"
q="it's \"q\" \`id\` \$(id) {x}_^@&<>|"
m "$q" output_throughput total 3 | "$P/plots/plot_serving" -o quotes
has quotes.svg "$q" "a name with quotes, backquotes and what gnuplot takes for markup is drawn as it is"
is "$(texts quotes.svg | grep -c TTFT)" 0 "what no run has is no panel"

# no data
printf "$head"'x\nX\t0\t5\t0\t0\t7\tkernel\tk\n' >none.tr
for what in "link:no NVLink counters:none.tr" "scaling:no runs that differ in tp alone:serving_metrics.tsv" "serving:no results of a load generator:metrics.tsv"; do
	IFS=: read -r tool why input <<<"$what"
	touch old.svg old.png old.tsv
	run "$P/plots/plot_$tool" -o old "$input"
	is "$rc:$out:$err:$(ls old.* 2>/dev/null)" "3::plot_$tool: $why:" "plot_$tool without data: status 3, why, and no picture, not an old one either"
done
# options
for tool in link scaling serving; do
	t=$P/plots/plot_$tool
	run "$t" -h
	like "$rc:$out:$err" "^0:plot_$tool -o OUTSTEM .*:$" "plot_$tool -h: its comment"
	run "$t"; is "$rc:$err" "2:plot_$tool: no -o: where the picture goes, without .svg and .png" "plot_$tool without -o"
	run "$t" -o; is "$rc:$err" "2:plot_$tool: option '-o' needs an argument" "plot_$tool -o without an argument"
	run "$t" -Z; is "$rc:$err" "2:plot_$tool: unknown option '-Z' (plot_$tool -h for help)" "plot_$tool: an unknown option"
	run "$t" -o x a b; is "$rc:$err" "2:plot_$tool: one input at a time" "plot_$tool: two inputs"
	run "$t" -o x /nonexistent; is "$rc:$err" "2:plot_$tool: /nonexistent: no such file or directory" "plot_$tool: a missing input"
	is "$(grep -c '^# unit:' "$t")" 0 "plot_$tool is no metric"
done
run "$P/plots/plot_link" -o x -f facts.tsv hand.tr; is "$rc:$err" "2:plot_link: unknown option '-f' (plot_link -h for help)" "plot_link has no -f"
run "$P/plots/plot_serving" -o x -f /nonexistent metrics.tsv; is "$rc:$err" "2:plot_serving: /nonexistent: no such file" "missing facts"
run "$P/plots/plot_link" -o /nonexistent/x hand.tr
like "$rc:$err" "^2:.*plot_link: /nonexistent/x.svg: cannot be written" "a folder that is not there"
mkdir failing; printf '#!/bin/sh\necho "no such terminal" >&2\nexit 1\n' >failing/gnuplot; chmod +x failing/gnuplot
PATH=$PWD/failing:$PATH run "$P/plots/plot_link" -o x hand.tr
is "$rc:$err:$(ls x.* 2>/dev/null)" "2:no such terminal
plot_link: gnuplot failed:" "gnuplot fails: status 2, what it said, no picture"
mkdir bare; ln -s /usr/bin/* /bin/* bare/ 2>/dev/null; rm -f bare/gnuplot*
touch x.svg x.png
PATH=$B:$PWD/bare run "$P/plots/plot_link" -o x hand.tr
is "$rc:$err:$(ls x.* 2>/dev/null)" "2:plot_link: gnuplot is not installed:" "no gnuplot: status 2, and no old picture"
head -c -9 hand.tr >cut.tr
run "$P/plots/plot_link" -o cut cut.tr
like "$rc:$err" "^1:.*unterminated last line: input truncated" "a damaged stream: status 1, said"
ok "the rest is drawn" grep -q '^gpu=1' cut.tsv

# in the report
bench() { printf '{"backend":"vllm","num_prompts":1,"duration":2.0,"completed":1,"request_throughput":0.5,"total_input_tokens":8,"total_output_tokens":%s}' "$1"; }
card() { printf 'workload:\n  model:\n    model_family: m\n  data:\n    batch_size: %s\nModel-executor:\n  framework:\n    name: vllm\n  model_plan_parallelization:\n    tp: %s\n    ep: 1\n' "$@"; }
for d in 'r[1] 50%_{x}' two; do mkdir -p "runs/$d/results_json"; done
one='runs/r[1] 50%_{x}'
bench 10 >"$one/results_json/b.json"; bench 30 >runs/two/results_json/b.json
card 1 1 >"$one/workload_card.yaml"; card 1 2 >runs/two/workload_card.yaml
# 138: sent, 139: received, in KiB; 10 ms apart
python3 -c '
import struct, sys
sys.stdout.buffer.write(b"NVF1" + struct.pack("<HHi", 1, 40, 8) + b"".join(struct.pack("<QIIqqIIQ", t * 10000000, f, 0, 0, 0, 3, 0, t * 1000) for t in range(4) for f in (138, 139)))' >"$one/nvlink_gpu0.bin"
report() { "$P/report" -o out "$one" runs/two >said 2>err; }
report
is "$?:$(cat said)" "0:out/report.md" "a report with pictures"
same "the picture of scaling" <("$P/plots/plot_scaling" -o by_hand -f out/facts.tsv out/report.tsv; cat by_hand.svg) out/scaling_analysis.svg
is "$(cut -f2-5 out/scaling_analysis.tsv | tail -n +2)" "1${T}r[1] 50%_{x}${T}5.000000${T}1.000000
2${T}two${T}15.000000${T}3.000000" "tp is of the cards, throughput of the results"
is "$(cut -f2,8 out/serving.tsv | tail -n +2)" "TP 1${T}5.000000
TP 2${T}15.000000" "the picture of serving: labelled by tp, in which the cards differ"
is "$(cut -f1,4 "out/r[1] 50%_{x}/throughput_dynamics.tsv" | tail -n +2 | sort -u)" "gpu=0${T}0.102400" "the picture of link rates: 1000 KiB in 10 ms"
for want in '![NVLink rates over time](<r[1] 50%25_{x}/throughput_dynamics.png>) ([SVG](<r[1] 50%25_{x}/throughput_dynamics.svg>))' \
	'(<scaling_analysis.png>) ([SVG](<scaling_analysis.svg>))' '(<serving.png>) ([SVG](<serving.svg>))' 'No picture of NVLink rates over time: no NVLink counters.'; do
	ok "report.md: $want" grep -qF -- "$want" out/report.md
done
is "$(find out/two -name 'throughput_dynamics.[spt]??' ! -name '*.said')" "" "no counters, no file"
sleep 1.1; touch mark; sleep 0.1
report
is "$?:$(find out \( -name '*.svg' -o -name '*.png' \) -newer mark)" "0:" "nothing changed: the pictures are kept"
bench 40 >runs/two/results_json/b.json
report
is "$(find out -name '*.svg' -newer mark | sort | tr '\n' ' ')" "out/scaling_analysis.svg out/serving.svg " "a result changed: what shows it is drawn anew"
cp -Rp out out2; find out2 -name 'throughput*' -delete
PATH=$B:$PWD/bare "$P/report" -o out2 "$one" >said 2>err
is "$?:$(find out2 -name '*.svg' -o -name '*.png')" "0:" "no gnuplot: a report all the same, without pictures"
is "$(grep -c '^No picture of .*: gnuplot is not installed\.$' out2/report.md)" 4 "and it says so"
"$P/report" -o out2 "$one" >said 2>err
is "$(find out2 -name '*.svg' | sort)" "out2/r[1] 50%_{x}/throughput_dynamics.svg
out2/serving.svg" "gnuplot has come: they are drawn"
ok "one run: no scaling, said" grep -q '^No picture of scaling: no runs that differ in tp alone\.$' out2/report.md
done_testing
