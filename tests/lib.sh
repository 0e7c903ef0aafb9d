# Sourced by the tests: TAP, a scratch folder, the filters of the build under test on PATH.
set -uo pipefail
export LC_ALL=C
tests=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
top=$(cd "$tests/.." && pwd)
B=$top/${B:-build}
export PATH=$B:$PATH TR_BIN=$B
# What the files of one `make check` share: the streams of real runs, the oracles' answers. Alone, a file has its own.
tmp=$(mktemp -d "${TMPDIR:-/tmp}/tr-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
suite=${TR_SUITE:-$tmp/.suite}
# The real python3, if python3 is a script that searches for it each time: the search costs more than our programs.
[[ -d $suite ]] || "${BASH_SOURCE[0]%/*}/suite" "$suite"
export PATH=$suite/bin:$PATH TR_PYTHON=$suite/bin/python3
[[ -x $TR_PYTHON ]] || TR_PYTHON=python3
# The filters free their memory by ending. 85-memory.t measures whether it grows with the input, so LeakSanitizer
# is not needed.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}
sample=$tests/sample/llama1b-fsdp2-tp2-4xh100
shared=${TR_SHARED:-$top/../shared}
cd "$tmp"
count=0

# A "#" in a name would begin a directive: a name with "# TODO" could not fail.
pass() { echo "ok $((++count)) - ${1//#/\\#}"; }
fail() {
	echo "not ok $((++count)) - ${1//#/\\#}"
	[[ -z ${2-} ]] || head -c 1500 <<<"$2" | head -12 | sed 's/^/# /'
}
# is GOT WANT NAME
is() { if [[ $1 == "$2" ]]; then pass "$3"; else fail "$3" "got:  $1"$'\n'"want: $2"; fi; }
# alike GOT WANT NAME: the same, if both are computed; fails if both are empty, 0, or a checksum of nothing
alike() {
	case $2 in
	'' | 0 | "4294967295 0" | d41d8cd98f00b204e9800998ecf8427e*) fail "$3" "nothing to compare with: '$2'" ;;
	*) is "$@" ;;
	esac
}
# same NAME A B: two files, or the output of two <(...), are the same and not empty
same() {
	cat "$2" >"$tmp/.a"
	cat "$3" >"$tmp/.b"
	[[ -s $tmp/.a ]] && cmp -s "$tmp/.a" "$tmp/.b" && pass "$1" || fail "$1" "$(diff "$tmp/.a" "$tmp/.b" | head -8)"
}
like() { if [[ $1 =~ $2 ]]; then pass "$3"; else fail "$3" "got:  $1"$'\n'"want a match of: $2"; fi; }
ok() { # NAME COMMAND...
	local name=$1
	shift
	if "$@" >/dev/null 2>"$tmp/.err"; then pass "$name"; else fail "$name" "status $?: $* : $(cat "$tmp/.err")"; fi
}
# skip WHY: "no ../shared: what is not compared"; `make check` ends with the number of skipped tests, by the text before the colon
skip() { echo "ok $((++count)) - # SKIP $1"; echo "skipped: $1" >>"$suite/not-run"; }
# of_today N ITEM...: N of the items, different ones each day
of_today() {
	local n=$1 day year i
	printf -v day '%(%j)T'
	printf -v year '%(%Y)T'
	day=$((10#$day + 366 * year))
	shift
	for ((i = 0; i < n && i < $#; i++)); do echo "${@:(day * n + i) % $# + 1:1}"; done
}
# cut_short WHAT: names what a check without ALL=1 leaves out
cut_short() { echo "# left out: $1 (ALL=1)"; echo "left out: $1" >>"$suite/not-run"; }
# run COMMAND...: status in $rc, standard output in $out, messages in $err
run() { out=$("$@" 2>"$tmp/.err" </dev/null); rc=$?; err=$(<"$tmp/.err"); }
# sh_run 'SHELL CODE': the same for a shell line
sh_run() { out=$(bash -o pipefail -c "$1" 2>"$tmp/.err"); rc=$?; err=$(<"$tmp/.err"); }
# named: the tags that tr-events gives to ranges that are steps, for streams made by hand.
named() {
	awk -F'\t' -v OFS='\t' '
		$7 == "user_annotation" && !/\tstep=/ {
			tags = ""
			if ($8 ~ /^ProfilerStep#/) tags = "step=profiler"
			if ($8 == "prefill" || $8 == "decode") tags = "step=plain\tphase=" $8
			if (split($8, p, /[()]/) == 5 && $8 ~ /^execute_context_/)
				tags = "step=vllm\tphase=" (p[1] ~ /_0$/ ? "decode\tdecode_tokens=" p[4] : p[3] ~ /_0$/ ? "prefill\tprefill_tokens=" p[2] : "mixed")
			if (tags != "") { $8 = $8 "\t" tags; $0 = $0 }
		}
		{ print }'
}
# busy: for each range of a known phase, rank R's device R works for the same time.
busy() { awk -F'\t' -v OFS='\t' '{ print } $7 == "user_annotation" && /\tphase=/ { print $1, $2, $3, $4, $4, 7, "kernel", "work" }'; }
# once NAME COMMAND...: prints the path of a file with the command's output, which is created the first time that a
# test file needs it. Do not change its content.
once() {
	local file=$suite/$1
	shift
	[[ -e $file ]] || (
		flock 9 2>/dev/null # without it the worst is that two files make the same
		[[ -e $file ]] || { "$@" >"$file.$$" 2>/dev/null; mv "$file.$$" "$file"; }
	) 9>>"$file.lock"
	echo "$file"
}
# run_dir RUN: the folder of "sample", of a run of tests/sample, or of one of ../shared/traces
run_dir() {
	case $1 in
	sample) echo "$sample" ;;
	*) [[ -d $tests/sample/${1##*/} ]] && echo "$tests/sample/${1##*/}" || echo "$shared/traces/${1##*/}" ;;
	esac
}
# stream RUN: the path of the event stream of a run
stream() {
	[[ -e $suite/${1##*/}.tr ]] || once "${1##*/}.tr" "$top/pipelines/events" -q "$(run_dir "$1")" >"$tmp/.made"
	echo "$suite/${1##*/}.tr"
}
# values RUN: the path of the oracle's values for a run: slow, and independent of lib/ and the filters
values() {
	[[ -e $suite/${1##*/}.values ]] || once "${1##*/}.values" "$tests/oracle/values" all "$(run_dir "$1")" >"$tmp/.made"
	echo "$suite/${1##*/}.values"
}
# keep_stages DIR: makes every stage that metrics begin with from DIR/stream.tr, as in a report: a metric that runs
# there with TR_KEEP=. reads them, so each stage is computed only once.
keep_stages() (
	cd "$1" && export TR_KEEP=. TR_PRELUDE=$top/pipelines/prelude.sh || exit
	local from=stream next stage line
	declare -A after=()
	while IFS=: read -r stage line; do
		line=${line#from }
		after[${line%% *}]+=" ${stage##*/}"
	done < <(grep -H '^from ' "$top"/pipelines/stages/*)
	while [[ -n $from ]]; do
		next=
		for stage in $from; do next+=${after[$stage]-}; done
		for stage in $next; do bash "$top/pipelines/stages/$stage" >"$stage.kept" 2>/dev/null; done
		from=$next
	done
)
# kept_metric DIR METRIC: the metric's output for DIR/stream.tr and its stages
kept_metric() { (cd "$1" && TR_KEEP=. TR_PRELUDE=$top/pipelines/prelude.sh exec bash "$top/pipelines/$2" stream.tr); }
# stages_of DIR STREAM: makes DIR for it
stages_of() { mkdir -p "$1" && ln -s "$2" "$1/stream.tr" && keep_stages "$1"; }
# measured RUN METRIC...: the path of each metric's output for a run's stream
measured() {
	local run=${1##*/} m
	once "$run.kept" stages_of "$suite/$run.d" "$(stream "$1")" >"$tmp/.made"
	shift
	for m; do
		[[ -e $suite/$run.$m ]] || once "$run.$m" kept_metric "$suite/$run.d" "$m" >"$tmp/.made"
		echo "$suite/$run.$m"
	done
}
# metric_of METRIC FILE: what the metric prints of the file, typed by hand; of the same bytes and settings it is kept
metric_of() {
	local kept
	[[ -f $2 ]] || { "$top/pipelines/$1" "$2"; return; }
	kept=$(cksum <"$2")
	kept=$tmp/.kept/$1.${kept// /.}.${BURST-}.${PEAK-}.${FLOPS-}.${BUCKET-}.${GAP-}.${NRANKS-}.${LATE_SHARE-}.${LATE_WAIT-}.${LINK-}
	kept+=.${STAGES-}.${MICROBATCHES-}
	if [[ ! -e $kept ]]; then
		[[ -d $tmp/.kept ]] || mkdir "$tmp/.kept"
		"$top/pipelines/$1" "$2" >"$kept" 2>"$kept.err"
	fi
	printf '%s\n' "$(<"$kept")"
	[[ ! -s $kept.err ]] || cat "$kept.err" >&2
}
# variant NAME OBJECT SWITCH TARGET...: a build in which one object differs; the others are the plain build's
variant() {
	local v=$top/build-$1 same=()
	if [[ $B == "$top/build" ]]; then
		mkdir -p "$v" && cp -Rp "$B"/{lib,filters} "$B"/*.{h,inc} "$v/" && rm -f "$v/$2" || return
		same=(-o "build-$1/config")
	fi
	env -u MAKEFLAGS -u MFLAGS make -s -C "$top" SAN= COV= SCALAR= NO_ISAL= "${same[@]}" "$3" "${@:4}"
}
# as_oracle [-e] NAME VALUES GOT METRIC...: the metrics' output in GOT, without columns 1 and 8, equals VALUES; -e: line by line
as_oracle() {
	local exact=
	[[ $1 != -e ]] || { exact=-e; shift; }
	local name=$1 values=$2 got=$3 m how n=0
	shift 3
	while IFS=$'\t' read -r m how; do
		n=$((n + 1))
		[[ $how == "fine "[1-9]* ]] && pass "$name: $m: ${how#fine } values as the oracle's" || fail "$name: $m" "$how"
	done < <(python3 "$tests/oracle/compare" $exact "$values" "$got" "$@")
	is "$n" $# "$name: $# metrics were compared"
}
# oracle RUN METRIC...: the metrics of a run equal the oracle's values
oracle() {
	local run=$1
	shift
	measured "$run" "$@" | tr '\n' '\0' | xargs -0 cat | grep -v '^#' | cut -f2-7 >"got.${run##*/}"
	as_oracle "${run##*/}" "$(values "$run")" "got.${run##*/}" "$@"
}
# some: the input, and a line that says so where there is none: what a filter after it leaves out of that is not nothing
some() { awk '{ print } END { if (!NR) print "(no output)" }'; }
done_testing() { echo "1..$count"; }
# records: the lines other than description
records() { grep -v '^#' "$@"; }
