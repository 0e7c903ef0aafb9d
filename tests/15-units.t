#!/usr/bin/env bash
# The C units, each a program that prints TAP; the scanner also without SIMD.
. "${0%/*}/lib.sh"
for u in "$B"/unit/*; do
	[[ -x $u && ! -d $u && $u != *.d && $u != */peak ]] || continue
	"$u" >got
	is "$?" 0 "$(basename "$u"): status"
	while read -r line; do
		[[ $line == ok* ]] && pass "$(basename "$u"): ${line#*- }"
		[[ $line == not\ ok* ]] && fail "$(basename "$u"): ${line#*- }"
	done <got
	is "$(tail -1 got)" "1..$(grep -c 'ok ' got)" "$(basename "$u"): ran to its end"
done
((count >= 20)) && pass "the units were there" || fail "the units were there"
if [[ $B == "$top/build" ]]; then
	ok "builds without SIMD" variant scalar lib/input/scan.o SCALAR=1 build-scalar/unit/scan build-scalar/tr-events
	ok "the scanner without SIMD" "$top/build-scalar/unit/scan"
	same "the same records" <("$top/build-scalar/tr-events" <"$sample/kineto_trace_0.json.gz") <(tr-events <"$sample/kineto_trace_0.json.gz")
fi
done_testing
