# Sourced by the tests: TAP, a scratch folder, the filters of the build under test on PATH.
set -uo pipefail
export LC_ALL=C
tests=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
top=$(cd "$tests/.." && pwd)
B=$top/${B:-build}
export PATH=$B:$PATH TR_BIN=$B
# Where python3 is a script that looks for the real one, it is looked for once, not hundreds of times.
export TR_PYTHON=${TR_PYTHON:-$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null || echo python3)}
[[ $TR_PYTHON != /* ]] || python3() { "$TR_PYTHON" "$@"; }
# The filters leave what they hold to the end of the process; whether it grows with the input is measured
# (85-memory.t), so that LeakSanitizer would only repeat that.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}
sample=$tests/sample/llama1b-fsdp2-tp2-4xh100
shared=${TR_SHARED:-$top/../shared}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/tr-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
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
like() { if [[ $1 =~ $2 ]]; then pass "$3"; else fail "$3" "got:  $1"$'\n'"want a match of: $2"; fi; }
ok() { # NAME COMMAND...
	local name=$1
	shift
	if "$@" >/dev/null 2>"$tmp/.err"; then pass "$name"; else fail "$name" "status $?: $* : $(cat "$tmp/.err")"; fi
}
skip() { echo "ok $((++count)) - # SKIP $1"; }
# run COMMAND...: status in $rc, standard output in $out, messages in $err
run() { out=$("$@" 2>"$tmp/.err" </dev/null); rc=$?; err=$(cat "$tmp/.err"); }
# sh_run 'SHELL CODE': the same for a shell line
sh_run() { out=$(bash -o pipefail -c "$1" 2>"$tmp/.err"); rc=$?; err=$(cat "$tmp/.err"); }
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
# busy: of each range of a known phase, rank R's device R works for just as long.
busy() { awk -F'\t' -v OFS='\t' '{ print } $7 == "user_annotation" && /\tphase=/ { print $1, $2, $3, $4, $4, 7, "kernel", "work" }'; }
done_testing() { echo "1..$count"; }
# records: the lines that are no description
records() { grep -v '^#' "$@"; }
