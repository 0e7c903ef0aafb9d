#!/usr/bin/env bash
# Who waited for whom, and where each step's time went, against the oracle, on runs made up: ranks late by device and by host,
# groups in crossed order, calls that are missing or disagree, ranks swapped, another clock, files in another order.
. "${0%/*}/lib.sh"
P=$top/pipelines
[[ -x $B/tr-match ]] || { skip "tr-match is not here"; done_testing; exit; }
cases=(plain one groups kinds kinds+groups front middle seq+front seq+middle groups+front swapped clock files partial bare phases late)
python3 "$tests/oracle_match_run.py" runs 1 "${cases[@]}"
python3 "$tests/oracle_match.py" breakdown,straggler,clock_offset "${cases[@]/#/runs/}" >want 2>reasons
for c in "${cases[@]}"; do
	tr-events "runs/$c"/*.json >"runs/$c.tr" 2>/dev/null
	for m in breakdown straggler clock_offset; do
		"$P/$m" "runs/$c.tr" 2>/dev/null | records | cut -f2-7 >"runs/$c.$m"
		awk -F'\t' -v c="$c" -v m=$m '$1 == c && $2 == m' want | cut -f2- | sort >mine
		# Time outside of the steps that is 0 need not be printed.
		sort "runs/$c.$m" | grep -v $'\toutside\t0\.0*\t' >got
		grep -v $'\toutside\t0\.0*\t' mine >all
		[[ -s all ]] && cmp -s all got && pass "$c: $m: $(wc -l <got) values as the oracle's" || fail "$c: $m" "$(diff all got | head -8)"
	done
done
for c in clock files; do
	for m in breakdown straggler; do
		ok "$c: $m: byte for byte as without" cmp "runs/plain.$m" "runs/$c.$m"
	done
done
# What was made up: rank 2 computes longer in the second step, the host of rank 3 sleeps in the third, rank 1 computes longer in
# the fourth; in `one` rank 2 in all of them.
verdict() { awk -F'\t' '$2 ~ "'"$2"'" && ($3 == "late" || $3 == "why") { printf "%s ", $4 }' "runs/$1.straggler"; }
is "$(verdict plain step=)" "none 2 device 3 host 1 device none " "each step's straggler, by device or by host"
is "$(verdict plain all)" "none " "no straggler of a run in which it changes"
is "$(verdict one all)" "2 device " "a straggler of the run"
is "$(verdict partial all)$(verdict partial step=)" ". . . . . . " "a rank is missing: nobody is named"
done_testing
