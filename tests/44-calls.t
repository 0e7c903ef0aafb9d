#!/usr/bin/env bash
# matched_calls, and the metrics computed from them: a call's shortest rank is the one that came last.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
# n RANK TS DUR COLL BYTES NRANKS PG [TAGS]
n() { printf 'X\t%s\t%s\t%s\t%s\t24\tkernel\tnccl\tcoll=%s\tbytes=%s\tnranks=%s\tpg=%s%s\n' "$2" "$3" "$1" "$1" "$4" "$5" "$6" "$7" "${8:+$T$8}"; }
calls() { "$P/stages/matched_calls" 2>err | awk -F'\t' '$7 == "call"; END { if (!NR) print "(no output)" }' | cut -f2- | tr '\t' ' '; }
two() { n 0 100 900 allreduce 64 2 tp; n 1 800 200 allreduce 64 2 tp; n 0 1100 50 allreduce 64 2 tp; n 1 1100 60 allreduce 64 2 tp; }
is "$(two | calls)" "800 200 * . . call allreduce coll=allreduce bytes=64 nranks=2 pg=tp call=0 waits=700 matched=2 late=1
1100 50 * . . call allreduce coll=allreduce bytes=64 nranks=2 pg=tp call=1 waits=10 matched=2 late=0" "each call is as long as on its shortest rank, which the others waited for"
is "$(two | "$P/stages/matched_calls" | records | grep -c kernel)" 4 "the kernels come too"
# clocks do not matter: a second between the ranks
is "$(two | awk -F'\t' -v OFS='\t' '$4 == 1 { $2 += 1000000000 } 1' | calls | awk "{ print \$2, \$NF }")" "200 late=1
50 late=0" "another clock on one rank: the same"
alike "$(two | tac | calls | sort)" "$(two | calls | sort)" "in any order"
is "$({ n 0 0 5 allreduce 64 2 tp; n 1 9 5 allreduce 64 2 tp; } | calls | tail -1 | grep -o 'late=.*')" "late=none" "as long on both: nobody is late"
# what cannot be matched is not
is "$({ two; n 0 2000 5 allreduce 64 2 tp; } | calls)" "" "a rank with a call more: none is matched"
is "$(two | grep -v "^X${T}[0-9]*${T}[0-9]*${T}1" | calls)" "" "a rank missing: no call is whole"
is "$({ two; n 0 2000 5 allreduce 64 2 tp; n 1 2000 5 allreduce 128 2 tp; } | calls | wc -l)" 2 "other sizes: the calls from there on are not matched"
is "$({ n 0 0 9 broadcast 64 2 tp; n 1 0 5 broadcast 64 2 tp; } | calls)" "" "the root of a broadcast need not wait: not matched"
is "$(two | sed 's/nranks=2\t//' | calls)" "" "without the group's size nothing is matched"
members() { local r; for r in 0 1; do n $r $((r * 10)) $((90 + r)) allreduce 64 2 tp "Process_Group_Ranks=[0, 1]"; done; for r in 2 3; do n $r 0 $((50 + r)) allreduce 64 2 tp "Process_Group_Ranks=[2, 3]"; done; }
is "$(members | calls | awk "{ print \$2, \$NF }")" "90 late=0
52 late=2" "two groups of one name are told apart by their members"
is "$(members | sed 's/\tProcess_Group_Ranks.*//' | calls)" "" "and where these are not known, not matched"
is "$({ n 0 0 90 allreduce 64 2 tp seq=7; n 1 0 80 allreduce 64 2 tp seq=8; n 0 200 70 allreduce 64 2 tp seq=8; n 1 200 60 allreduce 64 2 tp seq=7; } | calls | cut -d" " -f2 | sort)" "60
70" "with seq, by seq"
# by step: the counts of one step do not spoil another
step() { printf 'X\t%s\t%s\t%s\t1\t1\tuser_annotation\tProfilerStep#%s\tstep=profiler\n' "$@"; }
{ for r in 0 1; do step 0 1000 $r 1; step 1000 1000 $r 2; n $r 100 $((50 + r)) allreduce 64 2 tp; n $r 1100 $((70 + r)) allreduce 64 2 tp; done; n 0 1300 5 allreduce 64 2 tp; } >steps.tr
is "$(calls <steps.tr | awk "{ print \$2, \$12, \$NF }")" "50 step=ProfilerStep#1 late=0" "by step: the one in which the counts differ is not matched, the other is"

is "$({ grep -v "0${T}1${T}1${T}user_annotation${T}ProfilerStep#1" steps.tr; step 2000 1000 0 3; n 0 2100 60 allreduce 64 2 tp; step 2000 1000 1 3; n 1 2100 61 allreduce 64 2 tp; } | calls | awk "{ print \$2, \$12 }")" "60 step=ProfilerStep#3" \
	"a step is known by its name, not by its number on a rank"
is "$({ cat steps.tr; n 0 5000 9 allreduce 64 2 tp; n 1 5000 8 allreduce 64 2 tp; } | calls | wc -l)" 1 "where there are steps, calls outside of them are not matched"
is "$({ n 0 0 9 allreduce 64 2 tp dtype=Float; n 1 0 5 allreduce 64 2 tp dtype=Int; } | calls)" "" "another type: not matched"
is "$(two | "$P/stages/matched_calls" | grep -c '^##note calls are matched by their order')" 1 "matching by order is in the note"

# coll_bandwidth: a rank's own, and what the fabric did. 64 bytes in 200 and 50 ns are 128/250 GB/s; rank 0 alone 128/950
v() { metric_of "$1" "$2" 2>err | awk -F'\t' -v s="$3" -v t="$4" '$3 == s && $4 == t { print $5 }'; }
two >two.tr
is "$(v coll_bandwidth two.tr rank=0,coll=allreduce,size=64 algbw) $(v coll_bandwidth two.tr all,coll=allreduce,size=64 algbw)" "0.134737 0.512000" "coll_bandwidth: by rank with the wait, in all without"
is "$(v coll_bandwidth two.tr all,coll=allreduce,size=64 busbw)" "0.512000" "busbw of 2 ranks: the factor is 2 x 1/2"

# hockney: 10 + bytes / 4 ns in the calls; on rank 0 the waits hide it
fit() { local i=0 b; for b in 40 80 400 800; do n 0 $((i * 10000)) $((10 + b / 4 + (i % 2) * 5000)) allreduce $b 2 tp; n 1 $((i * 10000 + 9)) $((10 + b / 4)) allreduce $b 2 tp; i=$((i + 1)); done; }
fit >fit.tr
is "$(v hockney fit.tr all,coll=allreduce alpha) $(v hockney fit.tr all,coll=allreduce beta) $(v hockney fit.tr rank=1,coll=allreduce beta)" "0.000000010 0.000000000250000000 0.000000000250000000" "hockney: 10 ns and 4 bytes a ns"
why() { "$P/hockney" "$1" 2>err | awk -F'\t' -v s="$2" '$3 == s { sub(/; calls are matched .*/, "", $8); print $5 " " $8 }' | sort -u; }
is "$(why fit.tr rank=0,coll=allreduce)" ". the line explains less than half of the variance" "a line that explains little is no answer"
{ n 0 0 100 allgather 10 1 g; n 0 200 50 allgather 20 1 g; } >falls.tr
is "$(why falls.tr rank=0,coll=allgather)" ". the line has a bandwidth that is not above 0" "nor is one that falls"
{ n 0 0 10 allgather 10 1 g; n 0 200 100 allgather 20 1 g; } >below.tr
is "$(why below.tr rank=0,coll=allgather)" ". the line has a latency below 0" "nor one that begins below 0"
n 0 0 10 allgather 10 1 g >one.tr
is "$(why one.tr rank=0,coll=allgather)" ". no two message sizes" "one size has no line"
done_testing
