#!/usr/bin/env bash
# straggler, breakdown, clock_offset, what_if: of a real run of four GPUs (../shared), changed in ways that must not
# matter, and in ways after which nothing is claimed.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t' run=$shared/traces/ddp4-straggler-rank2-h100

# made: three ranks, calls in two steps; rank 1 late by its device
made() { # SHIFT-OF-RANK-2
	local r s t c=0
	for r in 0 1 2; do
		for s in 1 2; do
			t=$((s * 10000 + (r == 2 ? ${1:-0} : 0)))
			printf 'X\t%s\t5000\t%s\t9\t9\tuser_annotation\tProfilerStep#%s\tstep=profiler\n' $t $r $s
			for c in 1 2 3; do
				printf 'X\t%s\t5\t%s\t9\t9\tcuda_runtime\tl\tcorrelation=%s\n' $((t + c * 10)) $r $((s * 10 + c))
			done
			printf 'X\t%s\t100\t%s\t%s\t7\tkernel\tnccl\tcorrelation=%s\tcoll=allreduce\tbytes=8\tnranks=3\tpg=g\n' $((t + 200)) $r $r $((s * 10 + 1))
			printf 'X\t%s\t%s\t%s\t%s\t7\tkernel\tgemm\tcorrelation=%s\n' $((t + 300)) $((r == 1 ? 1000 : 400)) $r $r $((s * 10 + 2))
			printf 'X\t%s\t%s\t%s\t%s\t7\tkernel\tnccl\tcorrelation=%s\tcoll=allreduce\tbytes=8\tnranks=3\tpg=g\n' $((t + (r == 1 ? 1300 : 700))) $((r == 1 ? 200 : 800)) $r $r $((s * 10 + 3))
		done
	done
}
made >made.tr
v() { metric_of "$1" "$2" 2>err | awk -F'\t' -v s="$3" '$3 == s { printf "%s%s=%s", (n++ ? " " : ""), $4, $5 }'; }
# by hand: device steps of 10,000 and 1,300 ns; in each, ranks 0 and 2 wait for 600 ns
is "$(v straggler made.tr all)" "late=1 share=100.000000 wait=0.000001200 why=device wait_share=10.619469 calls=4 unmatched=0" "rank 1 is late, because of its device"
is "$(v straggler made.tr step=ProfilerStep#2)" "late=1 share=100.000000 wait=0.000000600 why=device" "in each step"
is "$(v straggler made.tr rank=1)" "waited=0.000000000 caused=0.000002400 share=100.000000 late_calls=2" "by rank"
is "$(v what_if made.tr all)" "measured=0.000011300 replay=0.000011300 error=0.000000 no_straggler=0.000010100 fast_link=0.000011000" "what_if: twice 600 ns less; half the transfers less"
is "$(v what_if made.tr rank=1) $(v what_if made.tr rank=0)" "without=0.000010100 without=0.000011300" "what_if: without rank 1, without rank 0"
is "$(LINK=4 v what_if made.tr all | grep -o 'fast_link.*')" "fast_link=0.000010850" "what_if: a link four times as fast"
is "$(v clock_offset made.tr rank=2)" "offset=0.000000000 residual=0.000000000" "clocks that agree"
made 3000000 >moved.tr
for m in straggler breakdown what_if; do alike "$("$P/$m" moved.tr 2>err)" "$("$P/$m" made.tr 2>err)" "$m: 3 ms on one rank's clock change nothing"; done
is "$(v clock_offset moved.tr rank=2) $(v clock_offset moved.tr rank=0)" "offset=0.003000000 residual=0.000000000 offset=0.000000000 residual=0.000000000" "clock_offset finds them"
alike "$($P/aligned moved.tr 2>said | records)" "$(records made.tr)" "aligned takes them away"
is "$(cat said)" "aligned: clocks aligned by collectives: rank 0 -0 ns, rank 1 -0 ns, rank 2 -3000000 ns" "and reports it"
is "$(grep -v coll made.tr | $P/aligned 2>&1 >/dev/null)" "aligned: clocks are not aligned: no matched calls" "without calls nothing is moved"
for m in straggler breakdown; do alike "$(tac made.tr | "$P/$m" 2>err)" "$("$P/$m" made.tr 2>err)" "$m: in another order"; done

# evidence that is not there
late() { "$P/straggler" 2>err | awk -F'\t' -v s="${1:-all}" '$3 == s && $4 == "late" { sub(/; calls are matched by.*/, "", $8); print $5, $8 }'; }
is "$(awk -F'\t' '$4 != 2' made.tr | late)" ". 0 of 8 calls are matched (not matched: partial 8)" "a rank is missing: no wait is claimed"
is "$(grep -v "${T}1${T}1${T}7${T}kernel${T}nccl${T}correlation=11" made.tr | late step=ProfilerStep#1)" ". 0 of 5 calls are matched (not matched: counts 5)" "a call is missing on one rank: unknown in its step"
is "$(grep -v "${T}1${T}1${T}7${T}kernel${T}nccl${T}correlation=11" made.tr | late step=ProfilerStep#2)" "1 calls are matched by their order in group and step" "and known in the other"
is "$(sed '/correlation=11/s/allreduce/allgather/' made.tr | awk -F'\t' -v OFS='\t' '$4 == 1 && /allgather/ { sub(/allgather/, "allreduce") } 1' | late step=ProfilerStep#1)" ". 0 of 6 calls are matched (not matched: disagree 6)" "kinds disagree"
swap() { awk -F'\t' -v OFS='\t' '$4 == 1 || $4 == 2 { $4 = 3 - $4; if ($5 != 9) $5 = $4 } 1' made.tr; }
is "$(swap | late | cut -d' ' -f1)" "2" "two ranks swapped: the other name"
sed "s/${T}1000${T}1${T}1${T}7${T}kernel${T}gemm/${T}400${T}1${T}1${T}7${T}kernel${T}gemm/" made.tr >host.tr
is "$(v straggler host.tr all | grep -o 'late=[^ ]*\|why=[^ ]*' | tr '\n' ' ')" "late=1 why=host " "it had no more to do, but began later: its host"
sed "/${T}nccl/s/${T}[12]00${T}1${T}1/${T}800${T}1${T}1/; /${T}nccl/s/${T}100${T}/${T}800${T}/" made.tr >even.tr
is "$(late <even.tr | cut -d' ' -f1)" "none" "all as long: nobody is late"

# the real run: waits, steps and calls as an independent script found them (explain.md)
if [[ -d $run ]]; then
	"$P/events" -q "$run" >run.tr
	is "$(for r in 0 1 2 3; do v straggler run.tr rank=$r | grep -o 'waited=[0-9.]*'; done | tr '\n' ' ')" "waited=0.124670066 waited=0.124833006 waited=0.000000000 waited=0.127754820 " "the waits of the four ranks, to the ns"
	is "$(v straggler run.tr all | grep -o 'late=[^ ]*\|why=.*\|calls=.*' | tr '\n' ' ')" "late=2 why=device wait_share=38.271592 calls=30 unmatched=0 " "rank 2 in all, because of its device"
	is "$("$P/straggler" run.tr 2>err | awk -F'\t' '$3 ~ /^step=/ && $4 == "late" { print $5 }' | sort | uniq -c | awk '{ print $1, $2 }')" "5 2" "and in 5 of 5 steps"
	is "$(v straggler run.tr rank=2 | grep -o 'late_calls=.*')" "late_calls=30" "in 30 of 30 calls"
	is "$("$P/breakdown" run.tr 2>err | awk -F'\t' '$3 == "rank=0" && $4 == "transfer" { print $5 }')" "0.010139374" "the transfers of 30 calls"
	is "$("$P/breakdown" run.tr 2>err | awk -F'\t' '$3 ~ /^rank=.,step=/ && $6 == "s" { sub(/\./, "", $5); if ($4 == "total") { if (s != $5 + 0) bad++; s = 0; n++ } else s += $5 }
		END { print n, bad + 0 }')" "20 0" "the classes of each step add up to it, to the ns"
	for d in 3000000 300000000 11000000000; do
		awk -F'\t' -v OFS='\t' -v d=$d '!/^#/ && $4 == 0 && $2 != "." { $2 = sprintf("%.0f", $2 + d) } 1' run.tr >off.tr
		for m in straggler breakdown; do alike "$("$P/$m" off.tr 2>err)" "$("$P/$m" run.tr 2>err)" "$m: $d ns on rank 0's clock change nothing"; done
	done
else
	skip "no ../shared: the waits of a real run"
fi
# A share of nothing is unknown, and the note says why: nobody waited; all calls have two that came last.
pair() { # LENGTH of each rank's kernel
	local r=0 n
	for n; do
		printf 'X\t0\t1000\t%d\t9\t1\tuser_annotation\tProfilerStep#1\tstep=profiler\n' $r
		printf 'X\t10\t5\t%d\t9\t1\tcuda_runtime\tl\tcorrelation=1\n' $r
		printf 'X\t100\t%d\t%d\t0\t7\tkernel\tnccl\tcorrelation=1\tcoll=allreduce\tbytes=64\tnranks=%d\tpg=tp\n' "$n" $((r++)) $#
	done
}
is "$(pair 200 200 | "$P/straggler" | awk -F'\t' '$4 == "share" { split($8, n, ";"); print $5, n[1] }' | sort -u)" ". no rank waited" "nobody waited"
is "$(pair 200 200 900 | "$P/straggler" | awk -F'\t' '$4 == "share" { split($8, n, ";"); print $5, n[1] }' | sort -u)" ". no call has one rank that came last" "two came last together"

# By group: a matched call is its wait and its transfer (waits to the ns as in the definitions' own check).
"$P/wait_by_group" "$top/tests/sample/ddp4-straggler-rank2-h100" >by_group
is "$(awk -F'\t' '$4 == "wait" { print $5 }' by_group | tr '\n' ' ')" "0.124670066 0.124833006 0.000000000 0.127754820 " "wait_by_group: the waits of four ranks"
is "$(awk -F'\t' '$4 == "transfer" { print $5, $7 }' by_group | sort | uniq -c | tr -s ' ')" " 4 0.010139374 30" "and what all transferred, in 30 calls"
is "$(pair 200 | "$P/wait_by_group" | awk -F'\t' '$4 == "wait" { split($8, n, ";"); print $5, n[1] }')" ". no match on 1 of 1 calls" "a call without a match has no wait"
done_testing
