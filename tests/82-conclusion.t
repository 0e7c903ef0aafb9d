#!/usr/bin/env bash
# The beginning of a run's report: the words made from straggler and breakdown, the table and the picture's numbers.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
# m METRIC SCOPE STAT VALUE UNIT N; b SCOPE N then the classes' shares and total, as breakdown has them
m() { printf 'METRIC\tr\t%s\t%s\t%s\t%s\t%s\t%s\t.\n' "$@"; }
b() { # SCOPE N TOTAL COMPUTE WAIT HOST: seconds
	awk -v s="$1" -v n="$2" -v total="$3" -v c="$4" -v w="$5" -v h="$6" 'BEGIN {
		split("compute transfer wait comm copy unknown host queued idle", k, " "); v[1] = c; v[3] = w; v[7] = h
		for (i = 1; i <= 9; i++) {
			printf "METRIC\tr\tbreakdown\t%s\t%s\t%.9f\ts\t%d\t.\n", s, k[i], v[i], n
			printf "METRIC\tr\tbreakdown\t%s\t%s_share\t%.6f\t%%\t%d\t.\n", s, k[i], 100 * v[i] / total, n
		}
		printf "METRIC\tr\tbreakdown\t%s\ttotal\t%.9f\ts\t%d\t.\n", s, total, n
	}'
}
words() { { printf 'RUN\tr\n'; cat; } | awk -F'\t' -f "$P/report.d/conclusion.awk" -f "$P/report.d/report.awk" | grep ' devices\?\. ' ; }
four() { b all 4 1 .7 .2 .1; b rank=0 2 1 .6 .4 0; b rank=1 2 1 .6 .38 .02; b rank=2 2 1 .9 0 .1; }
is "$({ four; m straggler all late 2 name 10; m straggler all share 90 % 10; m straggler all why device name 10; m straggler rank=2 late_calls 9 count 10; for s in a b; do m straggler step=$s late 2 name 5; done; } | words)" \
	"2 steps of 500.0 ms on 3 devices. Rank 2 is late in 9 of 10 calls and 2 of 2 steps: it computes 150.0 ms per step longer than the others. The others wait for 38 to 40 % of the time, and it causes 90 % of all waits. Where the time goes, as a mean over the devices: computing 70 %; waiting for other ranks 20 %; nothing to do: the host had launched nothing 10 %." \
	"a rank whose device has more to do"
like "$({ four; m straggler all late 2 name 10; m straggler all share 90 % 10; m straggler all why host name 10; m straggler rank=2 late_calls 9 count 10; } | words)" \
	"Rank 2 is late in 9 of 10 calls: its host leaves its device without work for 45.0 ms per step longer than the other hosts do. " "a rank whose host launches late"
like "$({ four; m straggler all late none name 10; m straggler all share 40 % 10; m straggler all wait_share 12.4 % 10; } | words)" \
	"No rank is late: the waiting ranks wait for 12 % of the steps' time, and no rank causes more than 40 % of it\. " "nobody"
is "$({ b all 1 .05 .05 0 0; b rank=0 1 .05 .05 0 0; } | words)" "1 step of 50.0 ms on 1 device. Where the time goes, as a mean over the devices: computing 100 %." "one device alone"
is "$({ four; m straggler all late 2 name 10; } | { printf 'RUN\tr\n'; cat; } | awk -F'\t' -f "$P/report.d/conclusion.awk" -f "$P/report.d/report.awk" | grep -A1 '^| 0 ')" \
	"| 0 | 500.000 ms | 60.0 % | 0.0 % | 40.0 % | 0.0 % | 0.0 % | 0.0 % | 0.0 % | 0.0 % | 0.0 % |
| 1 | 500.000 ms | 60.0 % | 0.0 % | 38.0 % | 0.0 % | 0.0 % | 0.0 % | 2.0 % | 0.0 % | 0.0 % |" "the table: shares by rank"
# the picture
run "$P/plots/plot_breakdown" -o pic /dev/null
if command -v gnuplot >/dev/null; then
	is "$rc:$err" "3:plot_breakdown: no breakdown" "no breakdown, no picture"
	{ b rank=0,step=s 1 .1 .06 .04 0; b rank=1,step=s 1 .1 .1 0 0; b rank=0 1 .1 .06 .04 0; } | cut -f2- >two.tsv
	ok "a picture" "$P/plots/plot_breakdown" -o pic two.tsv
	is "$(cut -f1,2,4 pic.tsv)" "rank and step${T}compute${T}wait
rank 0 s${T}60${T}40
rank 1 s${T}100${T}0" "its numbers, in ms"
	is "$(head -c 4 pic.png | tail -c 3) $(grep -c '<svg' pic.svg)" "PNG 1" "PNG and SVG"
else
	skip "gnuplot is not installed"
fi
done_testing
