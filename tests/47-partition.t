#!/usr/bin/env bash
# tr-window: a device's time divided among classes, the lag of an event, windows that share a name; and the breakdown.
. "${0%/*}/lib.sh"
T=$'\t' P=$top/pipelines
k() { printf 'X\t%s\t%s\t0\t0\t7\tkernel\t%s%s\n' "$1" "$2" "$3" "${4:+${T}lag=$4}"; } # TS DUR NAME [LAG]
w() { printf 'X\t%s\t%s\t0\t0\t.\twindow\t%s\n' "$1" "$2" "$3"; }
part() { tr-window "${W[@]}" -o partition -P a='name == "a"' -P b='name == "b"' "$@" 2>err | records | cut -f2-5,8- | tr '\t' ' '; }
W=(-W 'cat == "window"')
is "$({ w 0 100 s; k 10 20 a; k 20 30 b; } | part)" "0 100 0 0 s win=s win_n=0 a=20 b=20 host=0 queued=0 idle=60" "the first class counts where both run; the rest adds up"
is "$({ w 0 100 s; k 20 30 b; k 10 20 a; } | part)" "0 100 0 0 s win=s win_n=0 a=20 b=20 host=0 queued=0 idle=60" "in any order"
is "$({ w 0 100 s; k 10 20 a 5; k 40 10 a 2; k 60 10 a 12; k 75 5 a; } | part)" "0 100 0 0 s win=s win_n=0 a=45 b=0 host=20 queued=10 idle=25" \
	"a gap is the host's where what ends it was launched after it began, queued where before, idle where that is not known"
is "$({ w 0 50 s; w 50 50 t; k 40 20 a; } | part)" "0 50 0 0 s win=s win_n=0 a=10 b=0 host=0 queued=0 idle=40
50 50 0 0 t win=t win_n=1 a=10 b=0 host=0 queued=0 idle=40" "a span is cut at the edge of a window"
is "$({ w 0 50 s; w 50 50 t; k 0 10 a; k 80 20 a 75; } | part | grep -o 'host=.*')" "host=0 queued=40 idle=0
host=0 queued=30 idle=0" "a gap over an edge is one gap: what ends it decides for both windows"
is "$({ w 10 20 s; k 0 40 a; } | part)" "10 20 0 0 s win=s win_n=0 a=20 b=0 host=0 queued=0 idle=0
0 40 0 0 outside a=20 b=0 host=0 queued=0 idle=0" "what lies outside of all windows has a record of its own"
is "$({ w 0 100 s; k 10 20 c; k 40 10 a; } | part)" "0 100 0 0 s win=s win_n=0 a=10 b=0 host=0 queued=0 idle=90" "what is of no class is not there"
usage() { run tr-window "${@:2}"; is "$rc $err" "2 tr-window: $1 (tr-window -h for help)" "usage: ${*:2}"; }
usage "-o partition needs classes (-P), and -P needs -o partition" -o partition -W x
usage "-o partition needs classes (-P), and -P needs -o partition" -P a=b -W x
usage "-P needs NAME=EXPR: 'a'" -o partition -P a
usage "-P: two classes have the same name: 'a=x'" -o partition -P a=y -P a=x
usage "-P: host, queued and idle are reserved names: 'host=x'" -o partition -P host=x
usage "-P: a name is of small letters and '_': 'A=x'" -o partition -P A=x
usage "-A, -B, -b and -k cannot be combined with -o partition" -o partition -P a=x -k -W y

# lag: from the start of the runtime call
call() { printf 'X\t%s\t5\t0\t1\t1\tcuda_runtime\tlaunch\tcorrelation=%s\n' "$@"; }
dev() { printf 'X\t%s\t5\t0\t0\t7\tkernel\tk\tcorrelation=%s\n' "$@"; }
step() { printf 'X\t%s\t%s\t0\t1\t1\tuser_annotation\t%s\n' "$@"; }
lag() { tr-window -l -k -W 'cat == "user_annotation"' -a lag "$@" 2>err | awk -F'\t' '$7 == "kernel"' | cut -f9- | tr '\t' ' '; }
is "$({ step 0 100 s; call 10 1; call 20 2; dev 50 1; dev 60 2; dev 70 3; } | lag)" "win=s win_n=0 lag=40
win=s win_n=0 lag=40
win=s win_n=0" "the time from the call to the event; none without a call"
is "$({ step 0 100 s; call 10 1; call 30 1; dev 50 1; } | lag)" "win=s win_n=0 lag=40" "of two calls of one id in a step the first"
is "$({ step 0 100 s; step 100 100 t; call 10 1; call 130 1; dev 150 1; } | lag)" "win=t win_n=1" "of two in several steps none"
is "$({ step 0 100 s; call 70 1; dev 50 1; } | lag)" "win=s win_n=0" "an event before its call has none"
many() { step 0 1000000 s; for ((i = 511; i < 40000; i += 511)); do call $((i + 1)) $i; done; for ((i = 511; i < 40000; i += 511)); do dev $((2 * i + 2)) $i; done; }
is "$(many | lag | awk '{ sub(/lag=/, "", $3); if ($3 != NR * 511 + 1) bad++ } END { print NR, bad + 0 }')" "78 0" "of ids that are far apart, too"

# nth: which one of its name a window is
is "$({ step 0 10 d; step 20 10 d; step 40 10 e; } | tr-window -W 'cat == "user_annotation"' -o windows 2>err | records | cut -f8- | tr '\t' ' ')" "d win=d win_n=0 nth=0
d win=d win_n=1 nth=1
e win=e win_n=2" "windows of one name are numbered"
is "$({ step 0 10 d; step 20 10 d; } | tr-window -W 'cat == "user_annotation"' -o windows 2>err | grep -v 'nth=0' | tr-window -W 'cat == "window"' -o windows 2>err | records | grep -o 'nth=.*')" "nth=1" "and keep their number"

# the breakdown of a step: by hand
r() { printf 'X\t%s\t%s\t%s\t%s\t7\t%s\t%s\n' "$1" "$2" "$3" "$3" "$4" "$5"; } # TS DUR RANK CAT NAME+TAGS
two() {
	local k
	for k in 0 1; do
		printf 'X\t0\t100\t%s\t9\t9\tuser_annotation\tProfilerStep#1\tstep=profiler\n' $k
		for c in 1 2 3; do printf 'X\t%s\t2\t%s\t9\t9\tcuda_runtime\tl\tcorrelation=%s\n' $((c * 10)) $k $c; done
	done
	r 100 50 0 kernel "gemm${T}correlation=1" # 50 of computing
	r 160 90 0 kernel "nccl${T}correlation=2${T}coll=allreduce${T}bytes=8${T}nranks=2${T}pg=g" # 60 of waiting, 30 of transfer
	r 260 10 0 gpu_memcpy "copy${T}correlation=3"
	r 100 120 1 kernel "gemm${T}correlation=1"
	r 230 30 1 kernel "nccl${T}correlation=2${T}coll=allreduce${T}bytes=8${T}nranks=2${T}pg=g"
	r 270 10 1 gpu_memcpy "copy${T}correlation=3"
}
two >two.tr
v() { "$P/$1" two.tr 2>err | awk -F'\t' -v s="$2" '$3 == s { printf "%s%s=%s", (n++ ? " " : ""), $4, $5 }'; }
is "$(v breakdown rank=0,step=ProfilerStep#1 | grep -o '^.*total=[0-9.]*')" "compute=0.000000050 transfer=0.000000030 wait=0.000000060 comm=0.000000000 copy=0.000000010 unknown=0.000000000 host=0.000000000 queued=0.000000020 idle=0.000000000 total=0.000000170" "rank 0: it waits for rank 1"
is "$(v breakdown rank=1 | grep -o '^.*total=[0-9.]*')" "compute=0.000000120 transfer=0.000000030 wait=0.000000000 comm=0.000000000 copy=0.000000010 unknown=0.000000000 host=0.000000000 queued=0.000000020 idle=0.000000000 total=0.000000180" "rank 1 does not"
is "$(v breakdown step=ProfilerStep#1 | grep -o 'total=.*critical=.*')" "total=0.000000175 compute_share=48.571429 transfer_share=17.142857 wait_share=17.142857 comm_share=0.000000 copy_share=5.714286 unknown_share=0.000000 host_share=0.000000 queued_share=11.428571 idle_share=0.000000 critical=1" "over the ranks: means, and who waited least"
is "$(v straggler all)" "late=1 share=100.000000 wait=0.000000060 wait_share=34.285714 calls=1 unmatched=0" "straggler: rank 1, and the first call has no cause"
is "$(v straggler rank=0)" "waited=0.000000060 caused=0.000000000 share=0.000000 late_calls=0" "straggler: by rank"
is "$(LATE_WAIT=50 v straggler all | cut -d' ' -f1) $(LATE_SHARE=100 v straggler all | cut -d' ' -f1)" "late=none late=1" "straggler: its thresholds"
grep -v "^X${T}230" two.tr >one.tr
is "$("$P/straggler" one.tr 2>err | awk -F'\t' '$3 == "all" && $4 == "late" { print $4, $5, $8 }')" "late . 0 of 1 calls are matched (not matched: partial 1)" "a rank without the call: unknown, with the reason"
done_testing
