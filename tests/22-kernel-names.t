#!/usr/bin/env bash
# The classification table on labelled kernel names: tests/names.tsv, labelled without a look at the rules.
. "${0%/*}/lib.sh"
records "$tests/names.tsv" | cut -f3- | tr '\n' '\0' | xargs -0 tr-events -e | grep -v '^#coll' >got
records "$tests/names.tsv" | cut -f1,3- >want
alike "$(wc -l <got)" "$(wc -l <want)" "every name is answered"
(($(wc -l <want) >= 300)) && pass "300 names or more" || fail "300 names or more"
for label in $(cut -f1 want | sort -u); do
	paste want got | awk -F'\t' -v l="$label" '$1 == l && $3 != l' >wrong
	is "$(wc -l <wrong)" 0 "$label: $(grep -c "^$label	" want) names"
done
# A classifier that says yes to all, or no to all, must not pass: both kinds are there in numbers.
(($(grep -c '^none' want) >= 100 && $(grep -vc '^none' want) >= 100)) && pass "100 of each kind" || fail "100 of each kind"
# The same through the reader, as kernels: a tag where it is communication, none where not.
{
	echo '['
	cut -f2- want | jq -R '{ph: "X", cat: "kernel", name: ., pid: 0, tid: 7, ts: 1, dur: 1}' | sed '/^}$/s/$/,/'
	echo '{}]'
} | tr-events | records | awk -F'\t' '{ c = "none"; for (i = 9; i <= NF; i++) if (sub(/^coll=/, "", $i)) c = $i; print c }' >got2
same "the reader tags what -e says" <(cut -f1 want) got2
done_testing
