#!/usr/bin/env bash
# Device steps, phase intervals and matched calls against the oracles, on runs made up: ranks that wait, or differ in what they did.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
made() { # KIND SEED [SWITCH...]: every line, with its n
	local run what=$* m
	run=run.${what// /.}
	python3 "$tests/oracle/made_run.py" "$run" "$@"
	"$P/events" -q "$run" >"$run.tr" 2>/dev/null
	m=comm_overhead,comm_time,step_time,coll_bandwidth,hockney,comm_by_group,mfu
	[[ $1 == train ]] || m+=,phase_bandwidth
	"$tests/oracle/values" $m "$run" >want 2>/dev/null
	stages_of "$run.d" "$PWD/$run.tr"
	for m in ${m//,/ }; do kept_metric "$run.d" "$m" 2>/dev/null; done | records | cut -f2-7 >got
	as_oracle -e "$what" want got $(cut -f1 want | sort -u)
	alike "$(cut -f1 want | sort -u | wc -l)" "$([[ $1 == train ]] && echo 7 || echo 8)" "$what: the oracle knows each metric"
}
made train 100
made serve 101
made train 100 gap
made train 100 edge
made train 100 dtype
made serve 101 loose
done_testing
