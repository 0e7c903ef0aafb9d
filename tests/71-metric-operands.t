#!/usr/bin/env bash
# The operand of a metric, opened once; a stage that fails because of the machine; fields that no record has.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
{ # 2,000 kernels, of which half communicate: 1000 x 5 us
	printf '## tr 1\n##trace t\n##rank 0\n'
	for ((i = 0; i < 2000; i++)); do printf 'X\t%d\t5000\t0\t0\t7\tkernel\tk%d%s\n' $((i * 10000)) $((i % 2)) "$( ((i % 2)) || printf '\tcoll=allreduce')"; done
} >s.tr
total() { grep "${T}total$T" | cut -f5; }
is "$("$P/comm_time" s.tr | total)" 0.005000000 "a stream file: 1,000 x 5 us"
is "$("$P/comm_time" <(cat s.tr) | total)" 0.005000000 "a process substitution: not a byte is lost"
mkfifo ff; cat s.tr >ff & is "$(timeout 20 "$P/comm_time" ff | total)" 0.005000000 "a FIFO is opened once"
is "$("$P/comm_time" /dev/stdin <s.tr | total)" 0.005000000 "/dev/stdin, a file"
is "$(cat s.tr | "$P/comm_time" /dev/stdin | total)" 0.005000000 "/dev/stdin, a pipe"
is "$("$P/comm_time" <(gzip -c s.tr) | total)" 0.005000000 "compressed, through a pipe"
mkdir d; cp s.tr d/; cp s.tr ./-s.tr
is "$("$P/comm_time" -- d | total)" 0.005000000 "-- DIR"
is "$("$P/comm_time" -- -s.tr | total)" 0.005000000 "-- and a name that begins with a dash"
echo '{"schemaVersion":1,"traceEvents":[{"ph":"X","cat":"kernel","name":"ncclDevKernel_AllReduce_x","pid":0,"tid":7,"ts":10,"dur":3,"args":{}}]}' | gzip >x.json.gz
is "$("$P/comm_time" x.json.gz | total)" 0.000003000 "a trace is read"
run "$P/comm_time" <(gzip -dc x.json.gz)
like "$rc:$out:$err" "^2::.*JSON, not event records .tr-events makes" "a trace through a pipe: refused at its first bytes, with what to do, no row"
run tr-select coll x.json.gz
like "$rc:$err" "^2:tr-select: x.json.gz: JSON, not event records .tr-events makes event records of traces: tr-events FILE" "tr-select: a trace"
is "$(wc -l <<<"$err"):$(grep -c '^##lost input' <<<"$out")" 1:1 "one message, and the stream says so"
printf 'SQLite format 3\0' >x.db; run tr-stats count <x.db; sh_run 'tr-stats count <x.db'
like "$rc:$err" "^2:tr-stats: .standard input.: binary data, not event records" "tr-stats: a database"
for c in "tr-select ph" "tr-window -b 1ms" "tr-stats count" "tr-stats -m m -u s sum:dur"; do
	sh_run "$c </dev/null"
	like "$err" "^${c%% *}: .standard input.: empty input" "$c: an empty input is reported"
done
is "$(tr-select ph <s.tr | tr-window -b 1ms 2>&1 >/dev/null; : | sed 's/a/b/' | tr-window -o union -A ph s.tr 2>&1 >/dev/null)" "" "and nothing else is"
# a stage that fails for reasons of the machine: status 2, a message, no row
for m in comm_time kernel_time coll_bytes bubble; do
	out=$(TMPDIR=/nonexistent "$P/$m" s.tr 2>err); rc=$?
	like "$rc:$out:$(cat err)" "^2::.*/nonexistent/.*No such file" "$m: a stage within the pipe fails: status 2, a message, no row"
done
mkdir bin; for f in "$B"/tr-*; do ln -s "$f" bin/; done
fails() { rm bin/"$1"; printf '#!/bin/sh\n%s\n' "$2" >bin/"$1"; chmod +x bin/"$1"; }
fails tr-window 'echo "tr-window: no memory" >&2; exit 2'
cp -R "$P" pipes; mkdir -p build; for f in bin/*; do ln -s "$PWD/$f" build/; done
out=$(TR_BIN=$PWD/bin pipes/gpu_busy s.tr 2>err); like "$?:$out:$(cat err)" '^2::tr-window: no memory' "the first stage of a pipeline within a pipeline"
fails tr-window 'kill -9 $$'
out=$(TR_BIN=$PWD/bin pipes/gpu_busy s.tr 2>err); is "$?:$out" '2:' "killed, as for want of memory: status 2, no row"
fails tr-window 'cat >/dev/null; exit 1'
out=$(TR_BIN=$PWD/bin pipes/gpu_busy s.tr 2>err); like "$?:$out" "^[13]:.*gpu_busy" "damaged input is no failure of the machine: a row"
rm bin/tr-window; ln -s "$B/tr-window" bin/
fails tr-events 'echo "tr-events: coll.rules: No such file or directory" >&2; exit 2'
mkdir run; cp x.json.gz run/kineto_trace_0.json.gz
out=$(TR_BIN=$PWD/bin pipes/gpu_busy run 2>err); like "$?:$out:$(cat err)" '^2::' "a reader that cannot start: status 2, no row"
like "$(cat err)" 'coll.rules: No such file' "and what it says"
out=$(TMPDIR=/nonexistent TR_BIN=$B "$P/comm_time" run 2>err); like "$?:$out:$(cat err)" '^2::.*/nonexistent' "a directory, and nowhere to write: status 2, no row"
out=$(ulimit -f 1; TR_BIN=$B "$P/comm_time" "$sample" 2>err); is "$?:$out" '2:' "no room for what a reader writes: status 2, no row"
# in a report
cp -R "$P"/* pipes/ 2>/dev/null; mkdir rep; cp s.tr rep/stream.tr; printf '%s\n' '. /dev/null' 'from stream "$@"' '	{ cat >/dev/null; exit 2; } |' "	sh -c 'cat; exit 3'" >pipes/broken
run bash -c 'cd rep && TR_BIN=$PWD/../bin bash ../pipes/report.d/metrics.sh 1 broken'
is "$rc:$(ls rep)" "2:stream.tr" "in a report too: nothing is kept of it"
# a full or closed standard output
for to in '>/dev/full' '>&-'; do
	sh_run "'$P/comm_time' s.tr $to"
	like "$rc:$err" "^2:comm_time: standard output: cannot be written to" "comm_time $to"
done
# a field that no record has, a time without a unit
sh_run 'tr-select -o name,nmae coll s.tr'
is "$rc:$err" "0:tr-select: no record has the field 'nmae'" "-o: a field that no record has"
sh_run 'tr-select -o name,coll,win,dur ph s.tr; tr-select -o coll "name == \"x\"" s.tr'
is "$err" "tr-select: no record has the field 'win'" "-o: what one record has is enough; columns are always there; nothing selected, nothing said"
sh_run 'tr-stats -g name,rnak,coll count <s.tr'
is "$rc:$err" "0:tr-stats: no record has the field 'rnak'" "-g: a field that no record has"
for t in 0,10 10,20us 5us,7; do
	run tr-window -t "$t" s.tr
	like "$rc:$err" "^2:tr-window: -t: a time needs a unit .*'$t'" "-t $t: needs a unit"
done
is "$(tr-window -t 0,10us s.tr | records | cut -f2)" 0 "-t 0,10us: 0 is 0 in any unit"
done_testing
