# The calls of matched_calls: writes each record as it is, and hands what tells its call to sort(1), group by group.
# in:  X	10	900	0	0	7	kernel	k	coll=allreduce	bytes=64	nranks=2	pg=tp	win=s	win_n=0
#      X	700	200	1	1	7	kernel	k	coll=allreduce	bytes=64	nranks=2	pg=tp	win=s	win_n=0
# out: these, and X	700	200	*	.	.	call	allreduce	coll=allreduce	bytes=64	nranks=2	pg=tp	step=s#0	late=1
BEGIN {
	FS = OFS = "\t"
	keys = "coll bytes nranks pg dtype Process_Group_Name Process_Group_Ranks win win_n seq"
	n_keys = split(keys, key, " ")
	by_call = "sort -s -t '\t' -k1,1 -k2,2 -k3,3 -k4,4n | awk -v matching=1 -f \"$here/stages/matched_calls.awk\""
}
!matching && /^#/ { print; next }
!matching {
	if ($7 == "kernel") print
	for (i = 1; i <= n_keys; i++) v[key[i]] = "."
	for (i = 9; i <= NF; i++) {
		eq = index($i, "=")
		k = substr($i, 1, eq - 1)
		if (k in v && v[k] == ".") v[k] = substr($i, eq + 1)
	}
	if ($7 == "window") { # the occurrence of the step's name on its rank
		steps = 1
		occurrence[$4, v["win"], v["win_n"]] = 0 + named[$4, v["win"]]++
		next
	}
	step = steps ? v["win"] "#" occurrence[$4, v["win"], v["win_n"]] : "."
	if (steps && v["win"] == ".") next
	if ($3 == "." || v["nranks"] !~ /^[0-9]+$/ || v["coll"] !~ /^(allreduce|allgather|reducescatter|alltoall|barrier)$/) next
	print v["pg"] " " v["Process_Group_Name"] " " v["Process_Group_Ranks"] " " v["nranks"], step, $4, $2, $3, \
		v["coll"], v["bytes"], v["nranks"], v["pg"], v["seq"], v["dtype"] | by_call
	some = 1
	next
}
# What follows reads what sort wrote: group, step, rank, ts, dur, coll, bytes, nranks, pg, seq, type.
{
	if ($1 != group || $2 != step) { finish(); group = $1; step = $2; ranks = calls = 0; split("", count); split("", at) }
	if (!($3 in count)) rank[++ranks] = $3
	c = ++count[$3]
	id = $10 != "." ? "seq " $10 : c
	if (!(id in at)) { at[id] = ++calls; name[calls] = id }
	has[$3, id] = group FS step
	ts[$3, id] = $4; dur[$3, id] = $5
	what[$3, id] = $6 FS $7 FS $11
	size = $8; pg = $9
}
END {
	if (matching) { finish(); exit }
	if (fflush("/dev/stdout") != 0) exit 2
	if (some && close(by_call) != 0) exit 2
}
function finish(   i, r, k, first, late, tie) {
	if (group == "" || ranks != size || size < 2) return
	for (r = 2; r <= ranks; r++) if (count[rank[r]] != count[rank[1]]) return
	for (i = 1; i <= calls; i++) {
		k = name[i]; first = rank[1]; late = first; tie = 0
		for (r = 1; r <= ranks; r++) {
			if (has[rank[r], k] != group FS step || what[rank[r], k] != what[first, k]) return
			if (r > 1 && dur[rank[r], k] + 0 == dur[late, k] + 0) tie = 1
			if (dur[rank[r], k] + 0 < dur[late, k] + 0) { late = rank[r]; tie = 0 }
		}
		split(what[first, k], w, FS)
		if (k !~ /^seq/ && !noted++) print "##note calls are matched by their order in group and step"
		print "X", ts[late, k], dur[late, k], "*", ".", ".", "call", w[1], "coll=" w[1] (w[2] == "." ? "" : OFS "bytes=" w[2]), \
			"nranks=" size, "pg=" pg (step == "." ? "" : OFS "step=" step), "late=" (tie ? "none" : late)
	}
}
