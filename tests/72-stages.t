#!/usr/bin/env bash
# `from STAGE`: how a pipeline begins, typed by hand and in a report; which failure gives which status.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
printf '##rank 0\nX\t0\t9\t0\t0\t7\tkernel\tgemm\nX\t9\t5\t0\t0\t7\tkernel\tnccl\tcoll=allreduce\tbytes=4\n' >s.tr
of() { records | cut -f3-5 | grep "${1-total}" | tr '\t\n' ' ;'; }
want="rank=0 total 0.000000005;"
is "$("$P/comm_time" s.tr | of)" "$want" "a stream file"
is "$("$P/comm_time" <s.tr | of)" "$want" "standard input"
is "$("$P/comm_time" - <s.tr | of)" "$want" "-"
is "$("$P/comm_time" <(cat s.tr) | of)" "$want" "a pipe"
is "$("$P/stages/launched" s.tr | "$P/stages/comm_measures" | tail -1 | cut -f1-4)" \
	"$("$P/stages/comm_measures" <s.tr | tail -1 | cut -f1-4)" "a stage reads an operand or standard input"
run "$P/stages/links" -h
like "$rc:$out" "^0:usage: links \[STREAM\|DIR\]"$'\n'"links: " "a stage's help"
run "$P/stages/links" nosuch.tr
is "$rc:$out:$err" "2::links: nosuch.tr: no such file or directory" "a stage's missing file"
run "$P/stages/links" s.tr s.tr
is "$rc:$out:$err" "2::links: one stream or trace directory at a time" "one operand"

# in a report: the file is there, and neither stage nor stream is looked at
mkdir kept
"$P/stages/comm_measures" s.tr | sed 's/\ta=5/\ta=6/' >kept/comm_measures.kept
is "$(TR_KEEP=kept "$P/comm_time" nosuch.tr | of)" "rank=0 total 0.000000006;" "what is kept is read instead"
is "$(TR_KEEP=kept "$P/kernel_time" s.tr | of)" "rank=0 total 0.000000014;" "what is not kept is made"
cp s.tr kept/stream.tr
is "$(TR_KEEP=kept "$P/stages/light" </dev/null | grep -c coll=)" 1 "a stage of the stream reads the report's"
# the first filter reads the file itself, not a copy through a pipe
mkdir bin
printf '#!/bin/sh\nreadlink /proc/self/fd/0 >&2\nexec %q "$@"\n' "$B/tr-stats" >bin/tr-stats; chmod +x bin/tr-stats
alike "$(TR_BIN=$PWD/bin TR_KEEP=kept "$P/comm_time" 2>&1 >/dev/null)" "$(readlink -f kept/comm_measures.kept)" "without a copy of it"

# a metric finds prelude.sh by its own path, in a report too
mkdir one
cp -R "$P" own
sed 's/^\. .*/. "$(dirname "$(readlink -f "$0")")\/prelude.sh" || exit 2/' "$P/comm_time" >own/comm_time
cp s.tr one/stream.tr
(cd one && TR_BIN=$B bash ../own/report.d/metrics.sh 1 comm_time) 2>err
is "$?:$(cat err):$(of <one/comm_time.tsv)" "0::$want" "a metric that looks for prelude.sh next to itself, in a report"

# damage, and stages that fail
printf 'X\t0\t9' >>s.tr
run "$P/comm_time" s.tr
is "$rc:$(of <<<"$out"):$(cut -f8 <<<"$out" | tail -1)" "1:$want:damaged input" "a damaged stream: its status, and the numbers"
run bash -c '"$1/comm_time" <s.tr' - "$P"
is "$rc:$(of <<<"$out")" "1:$want" "from standard input too"
cp -R "$P" pipes
for how in 'exit 2' 'exit 127' 'kill -KILL $BASHPID'; do
	printf '#!/bin/sh\n%s\n' "$how" >pipes/stages/launched
	TR_BIN=$B run pipes/comm_time s.tr
	is "$rc:$out" "2:" "a stage that ends with $how: status 2, and no number"
	TR_BIN=$B run pipes/stages/comm_measures s.tr
	is "$rc" 2 "and of a stage after it"
done
rm pipes/stages/launched
TR_BIN=$B run pipes/comm_time s.tr
is "$rc:$out" "2:" "a stage that is not there"
# what is not read to its end does not keep the stage, nor the stage the metric
cp "$P/stages/launched" pipes/stages/
sed 's/^tr-stats .*/head -n 1/' "$P/comm_time" >pipes/first; chmod +x pipes/first
TR_BIN=$B run timeout 20 pipes/first <(printf '##rank 0\n'; seq -f "X${T}%.0f${T}1${T}0${T}0${T}7${T}kernel${T}gemm" 200000)
is "$rc:${out:0:6}" "0:##rank" "an input that is not read to its end"
done_testing
