#!/usr/bin/env bash
# make report: its files, what is computed again after a change, names, failures.
. "${0%/*}/lib.sh"
# A copy of the tree, so that touching a pipeline is nobody else's business.
mkdir tree && cp -Rp "$top"/{Makefile,filters,lib,pipelines,tests} tree/ && mkdir tree/build &&
	cp -Rp "$B"/{tr-*,lib,filters,config,libtr.a} "$B"/*.{h,inc} tree/build/
cd tree
run_report() { TR_BIN=$PWD/build TR_RULES=$PWD/lib/trace/coll.rules pipelines/report -o ../out "$@" >../said 2>../err; }
S=../'my run[1]-tp_2'; cp -R "$sample" "$S"
run_report "$S"
is "$?:$(cat ../err)" "0:" "a directory with blanks and brackets"
o="../out/my run[1]-tp_2"
is "$(cat ../said)" ../out/report.md "it says where the report is"
ok "the stream is kept" grep -q '^## tr 1' "$o/stream.tr"
same "comm_time.tsv is what pipelines/comm_time prints of the directory" "$o/comm_time.tsv" <(TR_BIN=$PWD/build pipelines/comm_time "$S")
for m in $(cd pipelines && grep -ls '^# unit:' *); do
	alike "$(<"$o/$m.tsv")" "$(TR_BIN=$PWD/build pipelines/$m "$o/stream.tr")" "$m.tsv is what pipelines/$m prints"
done
alike "$(records "$o/metrics.tsv" | cut -f2 | sort -u | wc -l)" "$(grep -ls '^# unit:' pipelines/* | wc -l)" "metrics.tsv has all metrics"
is "$(grep -c '^#' ../out/report.tsv)" 1 "report.tsv has one legend"
for want in "llama-1b-blocks, training, bf16" "4 x nvidia_h100" "| comm_time |" "| allreduce | 112 | 939.524 MB |" "kineto_trace_3.json.gz (kineto)"; do
	ok "report.md: $want" grep -qF "$want" ../out/report.md
done
stamp() { find "$o" -type f -newer ../mark -printf '%f\n' | sort | tr '\n' ' '; }
again() { sleep 1.1; touch ../mark; sleep 0.1; "$@"; run_report "$S" || cat ../err; }
again true
is "$(stamp)" "" "nothing changed, nothing is made"
again touch pipelines/comm_time
is "$(stamp)" "comm_time.tsv metrics.tsv step_breakdown.said " "a touched pipeline: its metric alone"
again touch "$S/kineto_trace_2.json.gz"
like "$(stamp)" "comm_time.tsv .*inputs .*stream.tr " "a touched trace: the stream and what depends on it"
again touch "$S/workload_card.yaml"
like "$(stamp)" "stream.tr" "a touched card too"
again touch build/tr-window
is "$(stamp | tr ' ' '\n' | grep -c '^stream.tr$'):$(stamp | tr ' ' '\n' | grep -c '^comm_time.tsv$')" "0:1" "a new filter: what it makes, not what it does not"
again touch build/tr-events
like "$(stamp)" "stream.tr" "a new reader: the stream"
again touch lib/trace/coll.rules
like "$(stamp)" "stream.tr" "new rules: the stream"
again rm "$S/kineto_trace_3.json.gz"
like "$(grep -c '3 of 4 ranks' ../out/report.md):$(stamp)" "^[1-9].*stream.tr" "a rank less: said"
# a metric of one's own
printf '#!/usr/bin/env bash\n# mine: kernels.\n# unit: count   n: kernels\n. "$(dirname "$(readlink -f "$0")")/prelude.sh" || exit 2\nstream "$@" | tr-select '"'cat == \"kernel\"'"' | tr-stats -m mine -u count count\n' >pipelines/mine; chmod +x pipelines/mine
again true
is "$(stamp)" "metrics.tsv mine.tsv step_breakdown.said " "a new metric is found by its '# unit:' line"

mkdir ../two ../cardonly ../broken; cp "$sample"/kineto_trace_0.json.gz ../two/; cp "$sample/workload_card.yaml" ../cardonly/
gzip -dc "$sample/kineto_trace_0.json.gz" | head -c 900000 >../broken/kineto_trace_0.json
run_report ../two ../cardonly ../broken
is "$?" 1 "several runs, one of them only a card, one damaged: status 1"
ok "report.md: a run without a card" grep -q 'No workload card' ../out/report.md
ok "report.md: what could not be computed, and why" grep -q -- '- comm_time: no kernels' ../out/report.md
ok "report.md: damage" grep -q 'Damaged input.*cut 1' ../out/report.md
is "$(grep -c '^| \(two\|cardonly\|broken\) ' ../out/report.md)" 3 "report.md: a row for each run"
is "$(awk -F'\t' '!/^#/ { print $1 }' ../out/report.tsv | sort -u | tr '\n' ' ')" "broken cardonly two " "report.tsv: all runs"

ok "report.md: a mark where ranks are missing or the input is damaged" grep -q '^| broken \\\* ' ../out/report.md
ok "report.md: a row for each rank" grep -q '^| rank=0 | 2 | 0.366546 s |' ../out/report.md
ok "report.md: several metrics of one kind of scope are one table" grep -q '^| rank | memory_bound_fraction | moe_fraction | sm_coverage |$' ../out/report.md
ok "report.md: one of several stats has its own" grep -q '^| rank | coll | size | algbw | algbw_p50 | busbw | busbw_p50 | n |$' ../out/report.md
is "$(awk '/^## two$/ { on = 1 } /^## Tables/ { on = 0 } on && /unknown/ && !/^- /' ../out/report.md | grep -vc '^| rank')" 0 "report.md: each unknown value is reported once, with the reason"
ok "report.md: the definitions" grep -q '^- \*\*comm_time\*\*: time in which' ../out/report.md
mkdir -p ../nothing
run_report ../nothing ../two
like "$?:$(tail -1 ../err)" "^2:report: not reported: ../nothing" "a directory without evidence: the others are reported, status 2"
ok "report.md says so" grep -q '^- ../nothing' ../out/report.md

mkdir ../marks
printf 'X\t0\t9\t0\t.\t.\tcollective\tallreduce\tcoll=allreduce\tbytes=64\tcalls=1\n' | sed '1i## tr 1' >../marks/a.tr
run_report ../marks
is "$?:$(grep -c '^| marks ' ../out/report.md):$(grep -c '^| marks .\*' ../out/report.md)" "0:1:0" "that a number of ranks is not known does not mark a run as partial"

for bad in "/nonexistent:no such directory" "$PWD/Makefile:not a directory"; do
	run_report "${bad%%:*}"
	like "$?:$(cat ../err)" "^2:report: ${bad%%:*}: ${bad#*:}" "refused: ${bad%%:*}"
done
for name in 'a$b' 'a"b' 'a#b' 'a\b' 'a`b'; do
	mkdir -p "../$name"
	run_report "../$name"
	like "$?:$(cat ../err)" "^2:report: .*: make cannot handle this name" "refused by name: $name"
done
mkdir -p ../x/two
run_report ../two ../x/two "../a#b"
like "$?:$(cat ../err)" "^2:report: ../x/two: another run has the same name, two"$'\n'"report: ../a#b: make cannot handle this name .*"$'\n'"report: not reported: ../x/two: another" "two runs of one name"
is "$(sed -n '/^## Not reported/,/^## Tables/p' ../out/report.md | grep ^-)" "- ../x/two: another run has the same name, two
- ../a#b: make cannot handle this name (it has one of \$ \" \` \\ #)" "the others are reported, and report.md says which are not"
like "$(awk -F'\t' '{ print $1 }' ../out/report.tsv | sort -u | tr '\n' ' ')" "two" "and the first is there"
TR_BIN=$PWD/build pipelines/report >/dev/null 2>../err
is "$?:$(cat ../err)" "2:report: no trace directory" "no operand"

# killed at any moment and made again, it is what it would have been
run_report ../two
cp -r ../out ../whole
differ= kills=0
for t in "0.05 0.4" "0.1 0.5" "0.15 0.6" "0.2 0.8" "0.25 0.3"; do
	rm -rf ../out
	for moment in $t; do # the second of them in what the first one left
		setsid bash -c 'TR_BIN=$PWD/build exec pipelines/report -o ../out ../two' >/dev/null 2>&1 &
		pid=$!
		sleep "$moment"
		kill -KILL -- "-$pid" 2>/dev/null && kills=$((kills + 1))
		wait $pid 2>/dev/null
	done
	run_report ../two || differ+=" $t:status"
	cmp -s ../out/report.tsv ../whole/report.tsv && cmp -s ../out/report.md ../whole/report.md || differ+=" $t"
done
is "$differ" "" "killed $kills times, and made again: the same report"
# what a metric takes from the environment or from a table is looked at again
BUCKET=1ms run_report ../two
is "$(cd ../out/two && ls *.tsv | wc -l):$(cat ../out/two/settings | grep -v '=$')" "$(ls ../whole/two/*.tsv | wc -l):BUCKET=1ms" "the settings are kept"
touch -d '2001-01-01' pipelines/tables/kernels.moe
run_report ../two
echo nccl >>pipelines/tables/kernels.moe
run_report ../two
like "$(cut -f5 ../out/two/moe_fraction.tsv | sed -n 2p)" "^[1-9]" "a table that metrics read has changed: they are made again"
# through make
rm -rf ../mk
out=$(make -s report T="../two ../cardonly" O=../mk B=build 2>&1)
is "$?:$(tail -1 <<<"$out")" "0:../mk/report.md" "make report T='DIR DIR' O=DIR"
out=$(make -s report T='no$(touch pwned)such ;dir' O=../mk 2>&1)
is "$?:$([[ -e pwned ]] && echo ran)" "2:" "names are not run as commands"
done_testing
