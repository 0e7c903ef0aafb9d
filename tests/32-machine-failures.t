#!/usr/bin/env bash
# Failures of the machine are status 2 and a message, whatever is read a second time: closed descriptors, reads, opens,
# memory; and lengths that would fill the disk.
. "${0%/*}/lib.sh"
rec() { printf 'X\t%s\t%s\t0\t%s\t7\t%s\t%s\n' "$@"; }
{ for i in {0..99}; do rec $((100 * i)) 90 1 user_annotation ProfilerStep#$i; rec $((100 * i + 5)) 50 0 kernel k; done; } >s.tr

# closed standard descriptors: what is opened does not take their place
for cmd in "tr-window -W dur==90 s.tr" "tr-select ph s.tr" "tr-decompress s.tr" "tr-stats count <s.tr" "tr-events -j s.tr" "tr-select -h" "tr-card --version"; do
	run bash -c "ulimit -f 2000; timeout 20 $cmd >&-"
	like "$rc:$err" "^2:${cmd%% *}: standard output: Bad file descriptor$" "$cmd >&-"
done
run bash -c 'tr-select ph <&-'
like "$rc:$err" "^2:tr-select: \(standard input\): Bad file descriptor$" "a filter whose input is closed"
is "$(tr-select 'dur == 50' s.tr <&- | records | wc -l)" 100 "one that reads a file does not miss it"
{ cat s.tr; echo bad; rec 1 x 0 kernel k; } >damaged.tr
want=$(tr-window -W 'cat == "user_annotation"' damaged.tr 2>/dev/null)
is "$(tr-window -W 'cat == "user_annotation"' damaged.tr 2>&-)" "$want" "messages to a closed descriptor do not get into what is kept"
is "$(records <<<"$want" | wc -l)" 200 "which is all of it"

# passes behind the first
if [[ $B == *-san* ]]; then
	skip "the sanitizers' build: it has its own malloc"
else
	ok "what makes calls fail is built" make -s -C "$top" "${B#"$top/"}/faults.so"
	ok "inputs" python3 "$tests/faults/inputs.py" "$sample/workload_card.yaml"
	# fault WHAT COMMAND...: the n-th call fails, for each n
	each() {
		local what=$1 name=$2 n bad= hits=0
		shift 2
		for ((n = 1; n < 40; n++)); do
			rm -f hit
			FAULT=${what%:*}:$n:${what#*:} FAULT_LOG=hit LD_PRELOAD=$B/faults.so "$@" >got 2>err </dev/null && rc=0 || rc=$?
			[[ -e hit ]] || break
			hits=$n
			((rc == 2)) && [[ -s err ]] || bad+="$what $n: status $rc $(head -1 err); "
		done
		((hits > 1)) || bad+="only $hits calls"
		is "$bad" "" "$name: each $what ($hits) is status 2 and said"
	}
	for what in read:EIO open:EMFILE; do
		each $what timing tr-events timing.json
		each $what marks tr-events -k none marks.json
		each $what bench tr-events bench.json
		each $what latency tr-events latency.json
		each $what xspace tr-events a.xplane.pb
		each $what sizes tr-events -s sizes.tr kineto_trace_3.json
	done
	FAULT=read:3+:EIO LD_PRELOAD=$B/faults.so timeout 20 tr-events a.xplane.pb >got 2>err && rc=0 || rc=$?
	is "$rc" 2 "xspace: no read works any more: it ends"
	FAULT=read:4:EIO LD_PRELOAD=$B/faults.so tr-events bench.json >got 2>/dev/null
	is "$(grep -c '^##lost input 1' got)" 1 "and whoever reads the stream sees it"
	# regular expressions for want of memory: an answer that there is not
	printf '{"schemaVersion":1,"traceEvents":[{"ph":"X","ts":1,"dur":1,"cat":"kernel","name":"ncclDevKernel_AllReduce","pid":0,"tid":7}]}' >k.json
	for n in 1 2 3; do
		FAULT=regexec:$n:ENOMEM LD_PRELOAD=$B/faults.so tr-events k.json >got 2>err && rc=0 || rc=$?
		like "$rc:$(cat err)" "^2:tr-events: out of memory: a regular expression" "rules: no memory for match $n"
	done
	FAULT=regexec:7:ENOMEM LD_PRELOAD=$B/faults.so tr-select 'name ~ "S.*[0-9]$"' s.tr >got 2>err && rc=0 || rc=$?
	like "$rc:$(cat err)" "^2:tr-select: out of memory: a regular expression" "tr-select: the same"
	# glibc's regexec says no match where its own memory ran out
	FAULT=malloc:20+:ENOMEM LD_PRELOAD=$B/faults.so tr-select 'name ~ "(S|T)[a-z]*[0-9]$"' s.tr >got 2>err && rc=0 || rc=$?
	like "$rc:$(cat err)" "^2:tr-select: out of memory" "and for want of its own"
	FAULT=write:1+:ENOSPC LD_PRELOAD=$B/faults.so tr-window -W 'dur == 90' s.tr >got 2>err && rc=0 || rc=$?
	like "$rc:$(cat err)" "^2:tr-window: temporary file: No space left on device" "no room for what is kept"
	# libyaml
	bad= hits=0
	for what in malloc realloc; do
		for ((n = 1; n < 400; n++)); do
			rm -f hit
			FAULT=$what:$n:ENOMEM FAULT_LOG=hit LD_PRELOAD=$B/faults.so tr-card list card.yaml >got 2>err && rc=0 || rc=$?
			[[ -e hit ]] || break
			((++hits, rc == 2)) && grep -q 'out of memory' err || bad+="$what $n: status $rc $(head -1 err); "
		done
	done
	like "$hits:$bad" "^[0-9][0-9]+:$" "a card, and no memory at any point: status 2, and said"
fi
# where what is kept would be
run env TMPDIR=/nonexistent tr-window -W 'cat == "user_annotation"' s.tr
like "$rc:$err" "^2:tr-window: /nonexistent/tr\.[^:]*: No such file or directory" "no TMPDIR"
# -b: a length of years
{ rec 0 9000000000000000000 0 kernel k; rec 5 1 0 kernel k; rec 7 10000000000 0 kernel k; } >long.tr
for o in "" "-o union" "-o measure" "-o complement"; do
	# shellcheck disable=SC2086
	run timeout 60 tr-window -b 1us $o <(head -2 long.tr)
	like "$rc:$err" "^1:tr-window: /dev/fd/[0-9]*:1: dur: more than 10 million buckets of -b: left out: '9000000000000000000'$" "-b $o: said"
	is "$(grep '^##lost' <<<"$out"):$(records <<<"$out" | wc -l)" "##lost lines 1 1:$(case $o in '' | *union) echo 1 ;; *) echo 2 ;; esac)" "-b $o: counted, and the others are there"
done
run tr-window -b 1000us <(tail -2 long.tr)
is "$rc:$(records <<<"$out" | wc -l)" "0:10002" "10,001 buckets are none too many"
is "$(printf 'C\t0\t.\t.\t0\tl\tcounter\tn_bytes\tvalue=1\nX\t0\t9000000000000000000\t0\t0\t7\tkernel\tk\n' | tr-window -k -o rates -b 1us 2>&1 | records | wc -l)" 1 "-k of -o rates cuts nothing"

# every program prints its version, and quotes unknown arguments
for t in tr-decompress tr-events tr-select tr-window tr-match tr-stats tr-card nvlink-poll; do
	run "$t" --version
	like "$rc:$out:$err" "^0:$t \(tr\) [0-9.]+:$" "$t --version"
	run "$t" --no-such-thing
	like "$rc:$err" "^2:$t: unknown option '--no-such-thing' \($t -h for help\)$" "$t: a long option as it was typed"
	out=$(bash -c "$t -h >/dev/full" 2>&1)
	is "$?:$out" "2:$t: standard output: No space left on device" "$t -h >/dev/full"
done

# the rules are in the program; files extend them
cp "$B/tr-events" mine
unset TR_RULES
e() { "$@" | tail -n +2 | cut -f1 | tr '\n' ' '; }
is "$(cd / && e "$tmp/mine" -e ncclDevKernel_AllReduce frobnicate)" "allreduce none " "a copied program classifies"
echo 'name alltoall ^frob' >more.rules
is "$(TR_RULES=more.rules e ./mine -e ncclDevKernel_AllReduce frobnicate)" "allreduce alltoall " "TR_RULES extends the table"
is "$(e ./mine -R more.rules -e ncclDevKernel_AllReduce frobnicate)" "allreduce alltoall " "-R does"
echo 'name broadcast ^ncclDevKernel_All' >mine.rules
is "$(TR_RULES=more.rules e ./mine -R mine.rules -e ncclDevKernel_AllReduce frobnicate)" "broadcast alltoall " "what is first wins"
printf 'tag nranks Group size\n' >tag.rules
printf '{"schemaVersion":1,"traceEvents":[{"ph":"X","ts":1,"dur":1,"cat":"kernel","name":"ncclDevKernel_AllReduce","pid":0,"tid":7,"args":{"Group size":4}}]}' >k.json
is "$(TR_RULES=tag.rules ./mine k.json | records | grep -o 'nranks=' | wc -l)" 1 "a tag is not given twice"
run env TR_RULES=/nonexistent ./mine k.json
like "$rc:$err" "^2:tr-events: /nonexistent: No such file" "a TR_RULES that is not there"
is "$(TR_RULES=$top/lib/trace/coll.rules e ./mine -e ncclDevKernel_AllReduce)" "allreduce " "the table itself, as a file, is nothing new"
done_testing
