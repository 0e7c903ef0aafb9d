#!/usr/bin/env bash
# compare: two runs, several baselines, gates with statuses 4 and 5, formats. Values by hand.
. "${0%/*}/lib.sh"
P=$top/pipelines
# records RUN: "METRIC SCOPE STAT VALUE UNIT N NOTE" a line, as metric records
records() { printf '#trace\tmetric\tscope\tstat\tvalue\tunit\tn\tnote\n'; sed "s/^/$1 /" | tr ' ' '\t' | sed 's/_\t/ /g'; }
records a >base.tsv <<'R'
step_time all mean 0.100 s 5 .
step_time all max 0.110 s 5 .
ttft all p99 . ms 0 no_results
tpot all mean 12.5 ms 9 .
mfu all mean 40.00 % 5 .
coll_bytes all mean 1000 bytes 5 .
straggler all late 2 name 30 .
bubble all mean 0.0 s 5 .
R
records b >new.tsv <<'R'
step_time all mean 0.108 s 5 .
step_time all max 0.1115 s 5 .
ttft all p99 250.5 ms 9 .
tpot all mean . ms 0 no_results
mfu all mean 44.00 % 5 .
coll_bytes all mean 1500 bytes 5 .
straggler all late none name 30 .
bubble all mean 0.001 s 5 .
R
run "$P/compare" base.tsv base.tsv
is "$rc:$(wc -l <<<"$out"):$err" "0:1:compare: 0 better, 0 worse, 0 changed, 7 as before, 0 unknown on one side" "a run against itself: nothing changed"
run "$P/compare" base.tsv new.tsv
is "$rc:$err" "0:compare: 1 better, 2 worse, 2 changed, 1 as before, 2 unknown on one side" "what changed: the counts"
is "$(sed 1d <<<"$out" | cut -f1,3,5-10 | tr '\t' ' ')" "coll_bytes mean 1000 1500 500 50.00 changed n=1
mfu mean 40.00 44.00 4.00 10.00 better n=1
step_time mean 0.100 0.108 0.008 8.00 worse n=1
bubble mean 0.0 0.001 0.001 . worse n=1
straggler late 2 none . . changed .
tpot mean 12.5 . . . unknown no_results
ttft p99 . 250.5 . . unknown no_results" "the rows, by effect"
run "$P/compare" -t 10 base.tsv new.tsv
is "$(grep -c $'\tmfu\|^mfu\|^step_time' <<<"$out")" 0 "-t 10: 8 and 10 % are as before"
run "$P/compare" -a base.tsv new.tsv
is "$(grep -c $'\tsame\t' <<<"$out")" 1 "-a: also what did not change"

# Gates.
gate() { run "$P/compare" "${@:2}" -g "$1" base.tsv new.tsv; echo "$rc $(sed -n 2p <<<"$out" | cut -f9)"; }
is "$(gate 'step_time.mean > +5%')" "4 breach" "8 % above a limit of 5 %"
is "$(gate 'step_time > +5%')" "4 breach" "the mean, if no stat is given"
is "$(gate 'step_time.mean > +8%')" "0 pass" "8 % is not above 8 %"
is "$(gate 'mfu < -5%')" "0 pass" "it rose"
is "$(gate 'step_time.max@all > 0.111')" "4 breach" "a limit in the metric's unit"
is "$(gate 'step_time.mean > +0.01')" "0 pass" "a limit of the change"
is "$(gate 'tpot.mean > +5%')" "5 unknown" "missing on one side"
is "$(gate 'tpot.mean > +5% ?')" "0 pass" "which does no harm with ?"
is "$(gate 'ttft.p99 > 250')" "4 breach" "a limit needs no base"
is "$(gate 'nosuch > +5%')" "5 unknown" "no such metric"
is "$(gate 'bubble.mean > +5%')" "5 unknown" "no percentage of 0"
printf '# ours\nstep_time.mean > +20%%\n\ntpot.mean > +5%%   # serving\n' >rules
run "$P/compare" -g rules -g 'mfu < +20%' base.tsv new.tsv
is "$rc:$(grep -c $'\tbreach\t' <<<"$out"):$(grep -c $'\tunknown\ttpot' <<<"$out")" "4:1:1" "a file of rules, and one more"
run "$P/compare" -g 'step_time over 5' base.tsv new.tsv
is "$rc:$err" "2:compare: -g: neither a rule nor a file: 'step_time over 5'" "no rule"
echo 'step_time.mean = 3' >odd
run "$P/compare" -g odd base.tsv new.tsv
is "$rc:$err" "2:compare: odd: not a rule: 'step_time.mean = 3'" "no rule in a file"

# Several baselines: their median, and a change only outside of what they range over.
for v in 0.100 0.112 0.104; do sed "s/step_time\tall\tmean\t0.100/step_time\tall\tmean\t$v/" base.tsv >base$v.tsv; done
run "$P/compare" -b base0.100.tsv -b base0.112.tsv base0.104.tsv new.tsv
is "$rc:$(grep -c '^step_time' <<<"$out")" "0:0" "0.108 is within [0.100, 0.112]"
sed -i 's/\t0.108\t/\t0.120\t/' new.tsv
run "$P/compare" -b base0.100.tsv -b base0.112.tsv base0.104.tsv new.tsv
is "$(grep '^step_time' <<<"$out" | cut -f5-10 | tr '\t' ' ')" "0.104 0.120 0.016 15.38 worse [0.100, 0.112]" "0.120 is not: against the median"
sed -i 's/\t0.120\t/\t0.111\t/' new.tsv
run "$P/compare" -b base0.100.tsv -b base0.112.tsv -g 'step_time.mean > +5%' base0.104.tsv new.tsv
is "$rc:$(sed -n 2p <<<"$out" | cut -f9)" "5:insufficient" "above the limit, within the spread: insufficient"

# Formats.
run "$P/compare" --format json -g 'tpot.mean > +5%' base.tsv new.tsv
is "$(jq -r '.[0] | "\(.metric) \(.base) \(.new) \(.verdict)"' <<<"$out")" "tpot 12.5 null unknown" "JSON: unknown is null"
run "$P/compare" -F junit -g 'tpot.mean > +5%' -g 'step_time.mean > +5%' base.tsv new.tsv
is "$(python3 -c 'import sys, xml.etree.ElementTree as x; r = x.fromstring(sys.stdin.read()); print(r.get("tests"), r.get("failures"), r.get("errors"), [c.tag for t in r for c in t])' <<<"$out")" "2 1 1 ['failure', 'error']" "JUnit"
run "$P/compare" --format=md base.tsv base.tsv
is "$out" "Nothing changed." "Markdown: nothing"
sed 's/\tall\tmean\t/\tname=a|b"<\&\x01\\\tmean\t/' base.tsv >odd.tsv
sed 's/\t0.100\t/\t0.2\t/' odd.tsv >odd2.tsv
run "$P/compare" -F json odd.tsv odd2.tsv
is "$(jq -r '.[0].scope' <<<"$out")" $'name=a|b"<&\x01\\' "names are data: JSON"
run "$P/compare" -F md odd.tsv odd2.tsv
is "$(grep -c '| name=a\\|b"<&' <<<"$out")" 1 "Markdown"
run "$P/compare" -F junit odd.tsv odd2.tsv
ok "XML" python3 -c 'import sys, xml.etree.ElementTree as x; x.fromstring(sys.argv[1])' "$out"

# Runs: directories and folders of a report; what differs in their settings; a kernel by name.
mkdir one two
kineto() { # DUR of the second kernel, NAME of the third
	printf '{"schemaVersion":1,"baseTimeNanoseconds":1000,"distributedInfo":{"rank":0,"world_size":1},"traceEvents":['
	printf '{"ph":"X","cat":"kernel","name":"gemm_a","pid":0,"tid":7,"ts":1,"dur":10},'
	printf '{"ph":"X","cat":"kernel","name":"gemm_b","pid":0,"tid":7,"ts":20,"dur":%s},' "$1"
	printf '{"ph":"X","cat":"kernel","name":"%s","pid":0,"tid":7,"ts":200,"dur":5}]}' "$2"
}
kineto 100 old_name >one/kineto_trace_0.json
kineto 120 new_name >two/kineto_trace_0.json
run "$P/compare" one two
is "$rc:$(grep $'^kernel\t.*\ttotal\t' <<<"$out" | cut -f2,5-9 | tr '\t' ' ' | tr '\n' ';')" "0:name=gemm_b 0.000100000 0.000120000 0.000020000 20.00 worse;name=new_name . 0.000005000 . . appeared;name=old_name 0.000005000 . . . gone;" "two runs: the kernel that takes 20 % longer, to the ns; appeared, gone"
"$P/report" -o rep one two >/dev/null 2>&1
run "$P/compare" -g 'kernel.total@name=gemm_b > +10%' rep/one rep/two
is "$rc:$(sed -n 2p <<<"$out" | cut -f9)" "4:breach" "folders of a report, a gate on a kernel"
run "$P/compare" rep rep/two
is "$rc:$err" "2:compare: rep: a report on 2 runs: name the folder of one of them" "a report on two runs"
printf 'tp\t4\tname\nbatch\t8\tname\n' >rep/one/facts.tsv
printf 'tp\t8\tname\nbatch\t8\tname\n' >rep/two/facts.tsv
run "$P/compare" rep/one rep/two
is "$rc:$(sed -n 2p <<<"$out" | cut -f1,2,5,6,9 | tr '\t' ' ')" "0:fact tp 4 8 differs" "one setting differs: first"
sed -i 's/^batch\t8/batch\t16/' rep/two/facts.tsv
run "$P/compare" rep/one rep/two
is "$rc:$err" "2:compare: not the same settings: tp 4 -> 8, batch 8 -> 16 (-f: compare them all the same)" "two differ: not compared"
run "$P/compare" -f rep/one rep/two
is "$rc:$(grep -c differs <<<"$out")" "0:2" "-f: compared all the same"

# Kernels and settings are compared only if both runs have them.
run "$P/compare" rep/one rep/two/metrics.tsv
is "$rc:$(grep -cP '^(kernel|fact)\t' <<<"$out")" "0:0" "a run and a file of metric records: no kernel is gone, no setting differs"
# What a row is does not depend on its note.
sed 's/no_results/a<b/' base.tsv >note.tsv
run "$P/compare" -F md note.tsv new.tsv
is "$rc:$(grep -c '^## Gates' <<<"$out"):$(grep -c 'a<b' <<<"$out")" "0:0:1" "a note with < is not a gate"
run "$P/compare" -F junit -g 'mfu < -5%' note.tsv new.tsv
is "$(grep -c '<testcase' <<<"$out")" 1 "nor in JUnit's XML"
run "$P/compare" --nope base.tsv new.tsv
is "$rc:$err" "2:compare: unknown option '--nope' (compare -h for help)" "an unknown long option"
run "$P/compare" --format
is "$rc:$err" "2:compare: -F: tsv, md, json or junit: ''" "--format without a format"

# Misuse.
for words in "" "-b one" "one" "-x a b" "-t x a b" "-F csv a b" "-t"; do
	run "$P/compare" $words </dev/null
	is "$rc:${out}:$(grep -c '^compare: ' <<<"$err")" "2::1" "compare $words"
done
run "$P/compare" none.tsv new.tsv
is "$rc:$err" "2:compare: none.tsv: no such file or directory" "a missing file"
echo hello >text
run "$P/compare" text new.tsv
is "$rc:$err" "2:compare: text: not a file of metric records" "another file"
cat base.tsv <(sed 1d new.tsv) >both.tsv
run "$P/compare" both.tsv new.tsv
is "$rc:$err" "2:compare: records of several runs (a, b): one run a side" "records of two runs"
done_testing
