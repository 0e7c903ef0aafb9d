#!/usr/bin/env bash
# The README's "How to contribute", done in a copy of the tree: a metric, a dialect and an operation, by its steps, with the
# files that it names and no others.
. "${0%/*}/lib.sh"
[[ $B == "$top/build" ]] || { skip "the sanitizers' build: what a contributor does is built once"; done_testing; exit; }
new=$tests/cases/contributing T=$'\t'
mkdir tree && cp -Rp "$top"/{Makefile,README.md,filters,lib,pipelines,tests} tree/
mkdir tree/build && cp -Rp "$B"/{lib,filters,config,libtr.a} "$B"/*.{h,inc} "$B"/tr-* tree/build/
cd tree
unset MAKEFLAGS MFLAGS
export TR_BIN=$PWD/build PATH=$PWD/build:$PATH
section() { awk -v what="$1" '/^\*\*Add / { on = $2 ~ /^an?$/ && index($3, what) == 1 } on' README.md; } # TASK
begin() { sleep 0.02; touch ../mark; sleep 0.02; }
# touched TASK NAME FILE...: the files written since begin() are these, and each stands in the section: a new one as NAME
touched() {
	local task=$1 name=$2 f
	shift 2
	is "$(find . -path ./build -prune -o -type f -newer ../mark -printf '%P\n' | sort | tr '\n' ' ')" "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" \
		"$task: the files written are those of its steps"
	for f; do
		ok "$task: the steps name ${f//$name/NAME}" grep -qF "\`${f//$name/NAME}" <(section "$task")
	done
}
builds() { # TASK PROGRAM: without a warning
	run make -s "build/$2"
	is "$rc:$err" "0:" "$1: $2 is built, without a warning"
}

# a metric
begin
cp "$new/idle_gap_p99" pipelines/ && chmod +x pipelines/idle_gap_p99
sed -i '/^- device:/s/`gpu_busy`/&, `idle_gap_p99`/' README.md
sed -i 's/^\.It Nm bubble ,/.It Nm idle_gap_p99 , bubble ,/' filters/tr.7
make -s metrics-doc W=1 >../said 2>&1
cat "$new/idle_gap_p99.py" >>tests/oracle/kernels.py
sed -i 's/^elsewhere="/&idle_gap_p99 /' tests/73-metrics.t
touched metric idle_gap_p99 pipelines/idle_gap_p99 README.md filters/tr-metrics.7 filters/tr.7 tests/oracle/kernels.py tests/73-metrics.t
# gaps of 100 and 300 ns: 100 + 0.99 x 200
printf 'X\t%s\t100\t0\t0\t7\tkernel\tk\n' 0 200 600 >gap.tr
is "$(pipelines/idle_gap_p99 gap.tr | records)" ".${T}idle_gap_p99${T}all${T}total${T}0.000000298${T}s${T}2${T}." "metric: by hand"
is "$(pipelines/idle_gap_p99 -h | sed -n '2,3p')" "idle_gap_p99: the gap between kernels of a device that 99 % of its gaps do not exceed.
unit: s   n: gaps   subject: device" "metric: -h is its comment"
alike "$(pipelines/idle_gap_p99 "$sample" | records | cut -f2-7)" "$(python3 tests/oracle/values idle_gap_p99 "$sample")" "metric: on the sample as the oracle's"
for t in 91-metrics-doc 91-pages; do
	ok "metric: $t.t holds in the copy" bash -c "! B=build bash tests/$t.t 2>&1 | grep '^not ok'"
done
alike "$(sed -n 's/^\(core\|on_sample\|elsewhere\)="\(.*\)"$/\2/p' tests/73-metrics.t | tr ' ' '\n' | grep . | sort)" "$(cd pipelines && grep -ls '^# unit:' * | sort)" "metric: 73-metrics.t knows it"

# a dialect: JSON lines
begin
cp "$new/spans.c" lib/dialect/
sed -i 's/dialect_xla;/dialect_xla, dialect_spans;/; s/&dialect_chrome,/\&dialect_spans, &/' lib/dialect/dialects.c
sed -i "s/^content${T}timing timing$/&\ncontent${T}timing spans/" pipelines/tables/sources
sed -i 's/timing arrivals; default/timing arrivals spans; default/' filters/tr-events.c
sed -i 's/^\.Cm bench_log , /&spans , /; s/^\.It timing Ta .*/&\n.It spans Ta spans of one'\''s own Ta "span" and "length_ns"/' filters/tr-events.1
sed -i '/^\.Ss Categories/,/^\.It Cm/s/^\.It Cm/.It Cm span\nA stretch of time.\n&/' filters/tr-record.5
touched dialect spans lib/dialect/spans.c lib/dialect/dialects.c pipelines/tables/sources filters/tr-events.c filters/tr-events.1 filters/tr-record.5
builds dialect tr-events
mkdir mine
printf '{"span":"gemm","start_ns":%s,"length_ns":50,"rank":1}\n' 100 '"x"' 300 >mine/log.json
run tr-events mine/log.json
is "$rc:$(records <<<"$out")" "1:X${T}100${T}50${T}.${T}.${T}.${T}span${T}gemm
X${T}300${T}50${T}.${T}.${T}.${T}span${T}gemm" "dialect: recognised and read"
is "$(grep '^##lost' <<<"$out" | cut -d' ' -f2,3)" "bad_ts 1" "dialect: what is damaged is counted"
is "$(tr-events -p mine/log.json | records | cut -f1):$(pipelines/events -l mine | cut -f1)" "spans:timing" "dialect: a trace directory has it"
ok "dialect: 91-pages.t holds in the copy" bash -c "! B=build bash tests/91-pages.t 2>&1 | grep '^not ok'"

# an operation of tr-stats
begin
sed -i 's/AGG_FIRST, AGG_LAST,/& AGG_RANGE,/' lib/stats/agg.h
sed -i -e 's/{ "last", AGG_LAST },/& { "range", AGG_RANGE },/' \
	-e 's/if (op->kind == \(AGG_M[IA][NX]\) &&/if ((op->kind == \1 || op->kind == AGG_RANGE) \&\&/' \
	-e "/^${T}case AGG_MAX:/,/break;/{/break;/r $new/range.c" -e '}' lib/stats/agg.c
sed -i 's/min max median p99/min max range median p99/' filters/tr-stats.c
sed -i 's/^\.It Cm median : Ns Ar FIELD$/.It Cm range : Ns Ar FIELD\nThe largest value less the smallest.\n&/' filters/tr-stats.1
touched operation range lib/stats/agg.h lib/stats/agg.c filters/tr-stats.c filters/tr-stats.1
builds operation tr-stats
is "$(printf 'X\t0\t%s\t0\t0\t7\tkernel\tk\tv=%s\n' 5 -1.5 30 2.25 7 0 | tr-stats -g rank range:dur range:v | records | cut -f2,3)" "25${T}3.75" "operation: 30 - 5, 2.25 - -1.5"
like "$(tr-stats -h)" " max range " "operation: in the help"
done_testing
