#!/usr/bin/env bash
# tr-match: finds the same call on several ranks, who waited, why the late rank was late; and calls that are not matched.
. "${0%/*}/lib.sh"
T=$'\t'
# n RANK TS DUR COLL [TAGS]: a call of 64 bytes on two ranks of the group tp
n() { printf 'X\t%s\t%s\t%s\t%s\t24\tkernel\tnccl\tcoll=%s\tbytes=64\tnranks=2\tpg=tp%s\n' "$2" "$3" "$1" "$1" "$4" "${5:+$T$5}"; }
k() { printf 'X\t%s\t%s\t%s\t%s\t7\tkernel\tgemm\n' "$2" "$3" "$1" "$1"; } # RANK TS DUR: work
m() { tr-match "$@" 2>err | records | some; }
tags() { m "$@" | cut -f9- | sed 's/.*pg=tp\t//'; } # what was added
two() { n 0 100 900 allreduce; n 1 800 200 allreduce; }

alike "$(two | m | cut -f1-12)" "$(two)" "what a record had stays as it was"
alike "$({ k 0 0 50; two; } | m | head -1)" "$(k 0 0 50)" "other records pass"
is "$({ two; n 0 2000 30 allreduce pg=dp; } | sed 's/pg=tp\tpg=dp/pg=dp/' | m | grep -c 'unmatched=partial')" 1 "of another group, of which one rank is there: partial"

# clocks and order
alike "$(two | awk -F'\t' -v OFS='\t' '$4 == 1 { $2 = sprintf("%.0f", $2 + 11000000000) } 1' | tags)" "$(two | tags)" "11 s between the clocks change nothing"
many() { local i; for ((i = 0; i < 5; i++)); do n 0 $((i * 1000)) $((90 + i)) allreduce; done; for ((i = 0; i < 5; i++)); do n 1 $((i * 1000)) $((50 + i * 9)) allreduce; done; }
alike "$(many | sort -t "$T" -k2,2n -k4,4n | m | sort)" "$(many | m | sort)" "merged by time or rank after rank: the same"
alike "$(many | tac | m | sort)" "$(many | m | sort)" "backwards: the same"
is "$(many | m | awk -F'\t' '$4 == 0' | grep -o 'wait=[0-9]*' | tr '\n' ' ')" "wait=40 wait=32 wait=24 wait=16 wait=8 " "the waits of five calls"

# what is not matched, and why
why() { m "$@" | grep -oE 'unmatched=.*|\(no output\)' | sort | uniq -c | awk '{ print $1, $2 }' | tr '\n' ' '; }
is "$({ two; n 0 2000 5 allreduce; n 1 2000 5 allgather; n 0 3000 5 allreduce; n 1 3000 5 allreduce; } | why)" "4 unmatched=disagree " "kinds disagree: that one, and what follows"
is "$(two | sed 's/nranks=2\t//' | why)" "2 unmatched=size " "how many take part is not known"
is "$(two | sed 's/nranks=2\t//' | why -r 2)" "" "-r gives it"
is "$(two | sed 's/pg=tp/pg=tp\tProcess_Group_Ranks=[0, 3]/' | why)" "2 unmatched=ambiguous " "a rank that is not in the list of the group's members"
is "$(two | sed 's/pg=tp/pg=tp\tProcess_Group_Ranks=[0, ...]/' | why)" "" "a list that is cut shows nothing"
is "$(n 0 0 5 allreduce | sed 's/nranks=2/nranks=1/' | why)" "1 unmatched=kind " "a group of one has nobody to wait for"
w() { printf 'X\t0\t1000\t%s\t.\t.\twindow\t%s\twin=%s\twin_n=%s%s\n' "$1" "$2" "$2" "$3" "${4:+${T}nth=$4}"; }
in_step() { printf 'win=%s\twin_n=%s' "$1" "$2"; }
is "$({ w 0 s 0; w 1 s 0; n 0 0 9 allreduce "$(in_step s 0)"; n 1 0 5 allreduce "$(in_step s 0)"; n 0 2000 5 allreduce; n 1 2000 5 allreduce; } | why)" "2 unmatched=no_step " "launched in no step, where there are steps"

# steps
steps() { for r in 0 1; do w $r d $((r + 3)) 0; w $r d $((r + 4)) 1; done; n 0 0 9 allreduce "$(in_step d 3)"; n 1 0 5 allreduce "$(in_step d 4)"; n 0 0 20 allreduce "$(in_step d 4)"; n 1 0 60 allreduce "$(in_step d 5)"; }
is "$(steps | m -c | awk -F'\t' '$7 == "call"' | grep -o 'step=.*' | cut -f1,3,5)" "step=d#0${T}waits=4${T}late=1
step=d#1${T}waits=40${T}late=0" "a step is its name and which one of that name it is, not its number on a rank"
is "$({ steps; n 0 50 1 allreduce "$(in_step d 3)"; } | why)" "3 unmatched=counts " "counts that differ in one step leave the others alone"

# keys
key() { printf 'i\t.\t.\t%s\t.\t.\tet_node\tn\tpg=a\tid=%s\tbytes=%s\n' "$@"; }
is "$({ key 0 x 1; key 0 y 2; key 1 y 2; } | m -A 'cat == "et_node"' -g pg -k id -s bytes -r 2 | cut -f8-)" "n${T}pg=a${T}id=x${T}bytes=1${T}unmatched=partial
n${T}pg=a${T}id=y${T}bytes=2${T}unmatched=no_length
n${T}pg=a${T}id=y${T}bytes=2${T}unmatched=no_length" "-k: by any tags, of any record"
is "$({ n 0 0 90 allreduce seq=7; n 1 0 80 allreduce seq=8; n 0 200 70 allreduce seq=8; n 1 200 60 allreduce seq=7; } | tags | grep -o 'seq=.*wait=[0-9]*' | cut -f1,3)" "seq=7${T}wait=30
seq=8${T}wait=10
seq=8${T}wait=0
seq=7${T}wait=0" "by seq, where it is there"
is "$({ n 0 0 90 allreduce seq=1; n 1 0 80 allreduce seq=2; n 0 9 90 allreduce seq=2; } | why)" "1 unmatched=partial " "a seq of which one rank is missing"
is "$(two | sed 's/bytes=64/bytes=32/2; 2s/bytes=64/bytes=32/' | why)" "2 unmatched=disagree " "sizes differ"
is "$(two | sed '2s/bytes=64/bytes=32/' | why -s coll)" "" "-s: but only these must agree"

# point to point
p() { printf 'X\t%s\t%s\t%s\t%s\t9\tkernel\tnccl\tcoll=sendrecv\tbytes=8\tnranks=4\tpg=pp\tCollective_name=%s\tSrc_Rank=0\tDst_Rank=1\n' "$2" "$3" "$1" "$1" "$4"; }
is "$({ p 0 0 300 send; p 1 0 900 recv; } | m | grep -o 'call=.*' | tr '\t' ' ')" "call=0 wait=0 transfer=300 late=none matched=2
call=0 wait=600 transfer=300 late=none matched=2" "the receiver waits for the sender, and nobody is called late"
is "$({ p 0 0 900 send; p 1 0 300 recv; } | m | grep -o 'call=.*' | tr '\t' ' ')" "call=0 wait=0 transfer=900 late=none matched=2
call=0 wait=0 transfer=300 late=none matched=2" "of a sender nothing is claimed"
is "$({ p 0 0 900 send; p 1 0 300 recv; } | sed 's/\tSrc_Rank.*//; s/nranks=4/nranks=2/' | why)" "2 unmatched=kind " "without its peers it is not matched"

# why: the late one's work or its idle time between its last call and this one, against the median of the others
late() { n 0 0 10 allreduce; n 1 0 10 allreduce; k 0 20 "$1"; k 1 20 "$2"; n 0 "$3" 100 allreduce; n 1 "$4" 40 allreduce; }
is "$(late 30 90 60 120 | m -B 'name == "gemm"' | tail -1 | grep -o 'why=.*' | cut -f1)" "why=device" "it had more to do"
is "$(late 30 30 60 120 | m -B 'name == "gemm"' | tail -1 | grep -o 'why=.*' | cut -f1)" "why=host" "it had no more to do, and began later"
is "$(late 30 90 60 120 | m -B 'name == "gemm"' | grep -c why=)" 2 "the first call has none before it"
is "$(late 30 90 60 120 | m -B 'name == "gemm"' -o waits | tr '\t' ' ')" "i . . * . . waits . calls=2 matched=4 unmatched=0 waits=60
i . . 0 0 . waits . calls=2 late=0 waited=60 caused=0 busy=0 idle=0 who=0
i . . 1 1 . waits . calls=2 late=1 waited=0 caused=60 busy=60 idle=0 who=1" "-o waits: sums by step and rank"

# parts
is "$(two | sed 's/pg=tp/pg=tp\tlag=5/' | m -p | grep -c lag=5)" 2 "the first of them keeps the lag"

# participants that are not ranks
dev() { sed 's/^\(X\t[^\t]*\t[^\t]*\)\t[^\t]*/\1\t./' ; }
is "$(two | dev | m | grep -o 'late=[^	]*' | sort -u)" "late=dev=1" "devices of one process go by their device"
is "$({ two; two | sed 's/^\(X\t[^\t]*\t[^\t]*\t\)\([01]\)\t[01]/\10\t\2/'; } | tail -2 | m | grep -o 'late=[^	]*' | sort -u)" "late=0.1" "of a rank with several devices, by both"

# usage
usage() { run tr-match "${@:2}"; is "$rc $err" "2 tr-match: $1 (tr-match -h for help)" "usage: ${*:2}"; }
usage "-r: not a number of ranks of 2 or more: 'x'" -r x
usage "unknown output (waits, offsets): 'y'" -o y
usage "-c and -p cannot be combined with -o, which writes no records of calls" -o waits -c
usage "more than 8 tags" -k a,b,c,d,e,f,g,h,i
usage "option '-A' needs an argument" -A
run tr-match /dev/null
is "$rc" 0 "nothing to match is no error"
run tr-match nowhere.tr
is "$rc" 2 "a file that is not there"
run tr-match <(printf 'X\t1\n')
is "$rc" 1 "a damaged line is status 1"
done_testing
