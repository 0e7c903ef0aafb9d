#!/usr/bin/env bash
# Device steps, phase intervals and matched calls against the oracles, on runs made up: ranks that wait, or differ in what they did.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
same() { # KIND SEED [SWITCH...]: every line, with its n
	local run what=$* m
	run=run.${what// /.}
	python3 "$tests/oracle_run.py" "$run" "$@"
	"$P/events" -q "$run" >"$run.tr" 2>/dev/null
	{
		python3 "$tests/oracle.py" comm_overhead,comm_time,step_time "$run"
		python3 "$tests/oracle_more.py" coll_bandwidth,hockney,comm_by_group "$run"
		python3 "$tests/oracle_last.py" "mfu$([[ $1 == train ]] || echo ,phase_bandwidth)" "$run"
	} >want 2>/dev/null
	for m in comm_overhead comm_time step_time coll_bandwidth hockney comm_by_group mfu phase_bandwidth; do
		[[ $m:$1 != phase_bandwidth:train ]] || continue
		"$P/$m" "$run.tr" 2>/dev/null | records | cut -f2-7 | sort >got
		grep "^$m$T" want | sort >mine
		[[ -s mine ]] && cmp -s mine got && pass "$what: $m: $(wc -l <mine) values as the oracle's" || fail "$what: $m" "$(diff mine got | head -8)"
	done
}
same train 100
same serve 101
same train 100 gap
same train 100 edge
same train 100 dtype
same serve 101 loose
done_testing
