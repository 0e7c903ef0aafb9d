#!/usr/bin/env bash
# tr-select: the language, three values, units, errors that point, projection.
. "${0%/*}/lib.sh"
{
	printf '## tr 1\n##base_ns 0\n'
	printf 'X\t0\t5000\t0\t0\t7\tkernel\tncclDevKernel_AllReduce\tcoll=allreduce\tbytes=1048576\tnranks=4\n'
	printf 'X\t10\t20000\t1\t0\t7\tkernel\tgemm\tgrid=[1,2]\tocc.=0.5\n'
	printf 'X\t20\t7\t2\t0\t7\tgpu_memcpy\tMemcpy HtoD\tbytes=4096\tempty=\tdot=.\n'
	printf 'i\t30\t.\t.\t9\t9\tuser_annotation\tmark 10\tbytes=9\n'
} >in.tr
sel() { tr-select "$@" in.tr 2>err | records | cut -f2 | tr '\n' ' '; }
t() { is "$(sel "$1")" "$2" "$1"; }
t "cat == 'kernel'" "0 10 "
t 'cat == "kernel" && coll && dur > 10us' ""
t 'cat == "kernel" && coll && dur > 4us' "0 "
t 'dur >= 5us' "0 10 "
t 'dur < 0.00002 s' ""
t 'dur < 0.00002s' "0 20 "
t 'name ~ "^nccl"' "0 "
t 'name !~ "e"' "30 "
t 'rank in 0-1' "0 10 "
t 'rank in 0, 2' "0 20 "
t 'rank in 2,0-0' "0 20 "
t 'cat in "gpu_memcpy","user_annotation"' "20 30 "
t 'coll' "0 "
t '! coll' "10 20 30 "
t 'defined( bytes ) && bytes >= 1MiB' "0 "
t 'bytes < 10B || dur == 20us' "10 30 "
t '!(coll == "allreduce")' ""
t 'rank == 0' "0 "
t 'rank > -1' "0 10 20 "
t 'defined(dot)' ""
t 'defined(empty)' "20 "
t 'ts == 20 && pid == 0' "20 "
t '2 < nranks' "0 "
t 'name == "mark 10"' "30 "
t 'name < "h"' "10 20 "
t 'bytes == "9"' "30 "
is "$(sel -v 'dur > 1us')" "20 30 " "-v: false and unknown"
alike "$(tr-select -v 'dur > 1us' in.tr | records | sort)" "$(records in.tr | sort | comm -23 - <(tr-select 'dur > 1us' in.tr | records | sort))" "-v is the complement"
alike "$(tr-select 'coll' in.tr | tr-select 'coll' | records)" "$(tr-select 'coll' in.tr | records)" "selecting twice is selecting once"
is "$(tr-select 'coll' in.tr | head -3 | tr '\n\t' '; ')" "## tr 1;##base_ns 0;##pg tr-select coll in.tr;" "description passes, ##pg after it"
is "$(tr-select -s big=bytes*2 -a big coll in.tr | records | cut -f9-)" "big=2097152" "-a sees what was set"
run tr-select -a x -o y ts in.tr
like "$rc:$err" "^2:tr-select: -a cannot be combined with -o, which names the tags itself" "-a with -o: refused"
is "$(tr-select 'coll' in.tr in.tr - <in.tr | records | wc -l)" 3 "several files"
is "$(gzip -c in.tr | tr-select coll | records | wc -l)" 1 "a compressed stream"

e() { # EXPR COLUMN MESSAGE
	run tr-select "$1" in.tr
	is "$rc" 2 "error in: $1"
	is "$(sed -n 1p <<<"$err")" "tr-select: $3" "says: $3"
	is "$(sed -n 3p <<<"$err")" "tr-select:   $(printf '%*s^' "$2")" "points at column $2"
}
e 'coll)' 4 "expected an operator or the end"
e '"x"' 0 "a constant alone is not a condition"
e 'rank in x' 8 "expected a number, a range or a quoted text"
e 'defined(1)' 8 "expected a field"
e 'name ~ "("' 7 "Unmatched ( or \\("
run tr-select
like "$rc:$err" "^2:tr-select: no expression" "no expression"
run tr-select -o a,,b coll in.tr
like "$rc:$err" "^2:tr-select: an empty item" "an empty field"
# the whole is the sum of its parts: cat of two streams, sorted, is sort -m of the two sorted
tr-events "$sample/kineto_trace_0.json.gz" | records | sort >a
tr-events "$sample/kineto_trace_1.json.gz" | records | sort >b
same "cat, then sort, is sort, then sort -m" <(cat a b | sort) <(sort -m a b)
python3 -c 'print("X\t1\t2\t0\t0\t7\tkernel\t" + "n" * 1500000 + "\tend=1")' >long.tr
alike "$(tr-select 'end == 1 && name ~ "n$"' long.tr | records | wc -c)" "$(wc -c <long.tr)" "a line of 1.5 MB"
# -s: arithmetic; -e: elements
printf 'M\t.\t.\t.\t.\t.\tcard\tw.b\tvalue=4\nX\t10\t200\t0\t0\t7\tkernel\tk\tcoll=allreduce\tbytes=1000\tnranks=4\tl=[1,2.5,"x y"]\n' >ar.tr
set_() { tr-select -s "v=$1" -o v 'cat == "kernel"' ar.tr 2>&1 | tail -1; }
for t in "bytes/dur:5" "1/3:0.333333333333333" "2*(nranks-1)/nranks:1.5" "-dur+ts:-190" "1-2-3:-4" "8/2/2:2" "2+3*4:14" "min(bytes,3,-1):-1" "max(bytes,2000):2000" "floor(7/2):3" "floor(-7/2):-4" "pow2(bytes):512" "pow2(1024):1024" "pow2(0):." "10ms:10000000" 'card("w.b")*2:8' 'card("w.c"):.' "nope+1:." "1/0:." "name*2:." "1[coll]:1" "1[!coll]:."; do
	is "$(set_ "${t%:*}")" "${t##*:}" "-s v=${t%:*}"
done
is "$(tr-select -s 'a=1' -s 'a=a+1' -s 'b=a*2' 'b == 4 && coll' ar.tr | records | cut -f9- | tr '\t' ' ')" 'coll=allreduce bytes=1000 nranks=4 l=[1,2.5,"x y"] a=2 b=4' "-s several times: each sees those before, and EXPR sees them"
is "$(tr-select -s 'bytes=nope' coll ar.tr | records | cut -f9- | tr '\t' ' ')" 'coll=allreduce nranks=4 l=[1,2.5,"x y"]' "-s: what is unknown is no tag"
is "$(tr-select -e l -o l,ts 'cat == "kernel"' ar.tr | records | tr '\t\n' ' ;')" "1 10;2.5 10;x y 10;" "-e: a record for each element"
is "$(tr-select -e nope 'cat == "kernel"' ar.tr | records | cut -f9- | tr '\t' ' ')" 'coll=allreduce bytes=1000 nranks=4 l=[1,2.5,"x y"]' "-e: without a list as it was"
is "$(tr-select -e l -s 'm=l*2' -o m 'cat == "kernel"' ar.tr | records | tr '\n' ' ')" "2 5 . " "-e goes before -s"
for bad in "v=1+:expected a number or a field" "v=:expected a number or a field" "=1:not NAME=ARITH: '=1'" "ts=1:'ts' is a column: only tags can be set" "v=f(1):unknown function" "v=min(1):too few arguments" "v=1x:unknown unit" "v=(1:expected ')'" "v=1 2:expected an operator" "v=card(x):card() takes a path in double quotes" "v=1[coll:expected ']' at the end"; do
	run tr-select -s "${bad%%:*}" ph ar.tr
	[[ $rc == 2 && $err == *"${bad#*:}"* ]] && pass "misuse: -s ${bad%%:*}" || fail "misuse: -s ${bad%%:*}" "$rc $err"
done

# one language: a condition compares values, and a value has conditions
for t in 'bytes/dur == 5:1' 'bytes/dur > 5:0' '(bytes + dur) / nranks == 300:1' 'dur*2 > 0.4us:0' 'dur*2 in 300-400:1' \
	'!(ts + dur < 210) && (coll):1' 'bytes == dur*5:1' 'nranks - 1 >= 2 + 1:1' 'dur/nope > 1:0' '!(dur/nope > 1):0' \
	'min(bytes, dur) == 200:1' '0 > -ts:1' '`nranks`*2 == 8:1'; do
	is "$(tr-select "${t%:*}" ar.tr | records | grep -c kernel)" "${t##*:}" "a condition on values: ${t%:*}"
done
is "$(set_ '1[name ~ "[k]" && l != "]"]')" 1 "a bracket in a quoted text of a condition"
is "$(set_ '`bytes`*2')" 2000 "a field in backquotes in a value"
for t in 'dur + 1:a value alone is not a condition: compare it' 'dur*2 ~ "4":a value is a number' 'f(dur) > 1:unknown function' \
	'card("w.b") > 1:card() is for values' 'dur > 1 +:expected a number or a field'; do
	run tr-select "${t%%:*}" ar.tr
	like "$rc:$err" "^2:tr-select: $(printf %s "${t#*:}" | sed 's/[()]/\\&/g')" "misuse: ${t%%:*}"
done
done_testing
