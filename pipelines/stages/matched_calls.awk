# After tr.awk: writes each kernel as it is, and hands what tells its call to sort(1) and
# match.awk.
# in:  X	10	900	0	0	7	kernel	k	coll=allreduce	bytes=64	nranks=2	pg=tp	win=s	win_n=0
# out: the same; to sort: the group, its step (name#occurrence), rank, ts, dur, what the call is
BEGIN {
	matchable = "^(allreduce|allgather|reducescatter|alltoall|barrier)$"
	by_call = "sort -s -t '\t' -k1,1 -k2,2 -k3,3 -k4,4n | awk -f \"$here/stages/match.awk\""
}
function of(key) { return key in t ? t[key] : "." }
/^#/ { print; next }
{ tags(t) }
$cat == "window" { # the occurrence of the step's name on its rank
	steps = 1
	occurrence[$rank, of("win"), of("win_n")] = 0 + named[$rank, of("win")]++
	next
}
$cat == "kernel" {
	print
	if (steps && of("win") == ".") next
	if ($dur == "." || of("nranks") !~ /^[0-9]+$/ || of("coll") !~ matchable) next
	group = of("pg") " " of("Process_Group_Name") " " of("Process_Group_Ranks") " " of("nranks")
	step = steps ? of("win") "#" occurrence[$rank, of("win"), of("win_n")] : "."
	call = of("coll") OFS of("bytes") OFS of("nranks") OFS of("pg") OFS of("seq") OFS of("dtype")
	print group, step, $rank, $ts, $dur, call | by_call
	some = 1
}
END {
	if (fflush("/dev/stdout") != 0) exit 2
	if (some && close(by_call) != 0) exit 2
}
