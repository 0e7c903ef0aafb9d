#!/usr/bin/env bash
# Who waited for whom, and where each step's time went, compared with the oracle. Made-up runs:
# ranks late by device and by host, groups in crossed order, calls that are missing or disagree,
# swapped ranks, another clock, files in another order.
. "${0%/*}/lib.sh"
P=$top/pipelines
[[ -x $B/tr-match ]] || { skip "tr-match is not here"; done_testing; exit; }
cases=(plain one groups kinds front middle seq+front swapped clock files partial)
cases+=(late+phases+twice bare+empty)
python3 "$tests/oracle/made_waits.py" runs 1 "${cases[@]}"
python3 "$tests/oracle/match.py" breakdown,straggler,clock_offset "${cases[@]/#/runs/}" >want \
	2>/dev/null
# known: the lines with a value, sorted.
known() {
	awk -F'\t' '$4 != "." && !($3 == "critical" && $4 == "none")' "$@" | sort
}
for c in "${cases[@]}"; do
	tr-events "runs/$c"/*.json >"runs/$c.tr" 2>/dev/null
	metrics=(breakdown straggler)
	[[ $c != plain && $c != groups && $c != clock ]] || metrics+=(clock_offset)
	for m in "${metrics[@]}"; do
		"$P/$m" "runs/$c.tr" 2>/dev/null | records | cut -f2-7 >"runs/$c.$m" &
	done
	wait
	for m in "${metrics[@]}"; do
		awk -F'\t' -v c="$c" -v m=$m '$1 == c && $2 == m' want | cut -f2- | known >mine
		known "runs/$c.$m" >got
		cmp -s mine got && pass "$c: $m: $(wc -l <got) values as the oracle's" ||
			fail "$c: $m" "$(diff mine got | head -8)"
	done
done
is "$(cut -f2 want | sort -u | paste -sd' '):$(($(wc -l <want) > 5000))" \
	"breakdown clock_offset straggler:1" "the oracle prints thousands of values"
for c in clock files; do
	for m in breakdown straggler; do
		ok "$c: $m: byte for byte as without" cmp "runs/plain.$m" "runs/$c.$m"
	done
done
# As made: rank 2 computes longer in the second step, the host of rank 3 sleeps in the third, rank 1
# computes longer in the fourth; in `one` rank 2 in all of them.
verdict() { # CASE SCOPE
	awk -F'\t' -v s="$2" 'index($2, s) && ($3 == "late" || $3 == "why") { printf "%s ", $4 }' \
		"runs/$1.straggler"
}
is "$(verdict plain step=)" "none 2 device 3 host 1 device none " \
	"each step's straggler, by device or by host"
is "$(verdict plain all)" "none " "no straggler of a run in which it changes"
is "$(verdict one all)" "2 device " "a straggler of the run"
is "$(verdict partial all)$(verdict partial step=)" ". . . . . . " \
	"a rank is missing: nobody is named"
done_testing
