#!/usr/bin/env bash
# Metric records of very many ranks: the right values, and time that grows only with the records.
. "${0%/*}/lib.sh"
# The less of two runs' processor time in ms, 999999 where it fails: what else runs counts little.
ms() { # FILE ARGUMENTS OF tr-stats...
	local TIMEFORMAT=%U best=999999 t file=$1
	shift
	for _ in 1 2; do
		t=$( { time timeout 20 tr-stats -m t -u count "$@" sum:dur <"$file" >/dev/null 2>&1 || echo 999999; } 2>&1)
		[[ $t != 999999* ]] || break
		t=$((10#${t/./}))
		((t < best)) && best=$t
	done
	echo "$best"
}
# within TIMES MS ONE NAME: at most so many times the other, 20 ms for granted. A rank more or less has lines
# of its own to write; what went by ranks x ranks took hundreds of times.
within() { if (($2 <= $1 * ($3 > 20 ? $3 : 20))); then pass "$4: $2 ms, of one rank $3 ms"; else fail "$4: $2 ms, of one rank $3 ms"; fi; }
# made RANKS WAY: a file of 100,000 records
made() { awk -v n="$1" 'BEGIN { print "## tr 1"; for (i = 0; i < n && n > 1; i++) print "##rank " i
	for (i = 0; i < 100000; i++) printf "X\t%d\t%d\t%d\t0\t7\tkernel\tk%d\twin=s\twin_n=%d\n", i, i % n + 1, i % n, i % n, i / n }'; }
made 50000 >many.tr
made 1 | sed 's/\tk0\twin=s\twin_n=.*/\tk0\twin=s\twin_n=3/' >one.tr
within 50 "$(ms many.tr)" "$(ms one.tr)" "50,000 ranks of two steps"
within 50 "$(ms many.tr -g name)" "$(ms one.tr -g name)" "and with a scope for each of 50,000 names"
within 50 "$(ms many.tr -g name -k 1)" "$(ms one.tr -g name -k 1)" "and its largest"
within 50 "$(ms many.tr -S)" "$(ms one.tr -S)" "and the slowest rank of each step"

# rank r has two records of r + 1
many() { tr-stats -m t -u count "$@" sum:dur <many.tr; }
many >out
is "$(awk -F'\t' '$4 == "total" { n++; bad += $5 != 2 * (substr($3, 6) + 1) } END { print n, bad + 0 }' out)" "50000 0" "each rank's total is twice its length"
is "$(grep -c $'\tp99\t' out)" 50000 "and each has its steps"
is "$(grep -P '\tall\t' out | cut -f4,5,7)" $'mean\t50001\t50000\nmin\t2\t50000\nmax\t100000\t50000' "over the ranks"
is "$(many -S | grep -P '\tall\t' | cut -f4,5,7 | tr '\n' ' ')" $'mean\t50000\t2 p50\t50000\t2 p99\t50000\t2 min\t50000\t2 max\t50000\t2 ' "a step is its slowest"
# what takes no looking at every other rank: devices, ranks without records, their order
{
	printf '##rank %s\n' 0 1 2 10 x
	printf 'X\t0\t%d\t%s\t%s\t7\tkernel\t%s\n' 5 10 0 a 7 2 1 b 9 2 0 a 1 1 0 b 2 2 0 b
} >few.tr
is "$(tr-stats -m t -u count -e nothing sum:dur <few.tr | cut -f3- | tail -n +2)" "$(printf '%s\t%s\t%s\tcount\t%s\t%s\n' \
	rank=1 total 1 1 . rank=2,dev=0 total 11 2 . rank=2,dev=1 total 7 1 . rank=10 total 5 1 . all mean 6 4 . all min 1 4 . all max 11 4 . \
	rank=0 total . 0 nothing rank=x total . 0 nothing)" "devices of a rank, ranks without a record, numbers by value"
is "$(tr-stats -m t -u count -g name sum:dur <few.tr | cut -f3-5 | grep name)" "$(printf '%s\t%s\t%s\n' \
	rank=2,dev=0,name=a total 9 rank=10,name=a total 5 all,name=a mean 7 all,name=a min 5 all,name=a max 9 \
	rank=1,name=b total 1 rank=2,dev=0,name=b total 2 rank=2,dev=1,name=b total 7 all,name=b mean 3.333333 all,name=b min 1 all,name=b max 7)" "scopes by name, then by rank"
is "$(tr-stats -m t -u count -g name -k 1 sum:dur <few.tr | cut -f3-5 | grep name)" "$(printf '%s\t%s\t%s\n' \
	rank=1,name=b total 1 rank=2,dev=0,name=a total 9 rank=2,dev=1,name=b total 7 rank=10,name=a total 5)" "the largest of each rank"
# A run of 48 ranks with 100 calls each, made of four real ones: rank 2 is late in every call.
"$top/pipelines/events" -q "$top/tests/sample/ddp4-straggler-rank2-h100" >four.tr
python3 "$tests/many_ranks.py" four.tr 48 100 >many.tr
is "$(grep -c $'\tkernel\t.*\tcoll=' many.tr)" 4800 "48 ranks, 100 calls each"
is "$("$top/pipelines/straggler" many.tr | awk -F'\t' '$3 == "all" && $4 ~ /^(late|calls|unmatched)$/ || $3 == "rank=2" && $4 == "late_calls" { print $4, $5 }' | sort | tr '\n' ';')" "calls 100;late 2;late_calls 100;unmatched 0;" "the late rank of 48"
done_testing
