# The calls of matched_calls, from its kernels in the order of group, step, rank and ts: a record
# for each call that all ranks of its group took part in, as long as on the rank that came last.
# in:  tp . . 2	s#0	0	10	900	allreduce	64	2	tp	.	.
#      tp . . 2	s#0	1	700	200	allreduce	64	2	tp	.	.
# out: X	700	200	*	.	.	call	allreduce	coll=allreduce	bytes=64	nranks=2	pg=tp	step=s#0	late=1
BEGIN { FS = OFS = "\t" }
$1 != group || $2 != step {
	finish()
	group = $1
	step = $2
	ranks = calls = 0
	split("", count)
	split("", at)
}
{
	if (!($3 in count)) rank[++ranks] = $3
	count[$3]++
	id = $10 != "." ? "seq " $10 : count[$3]
	if (!(id in at)) {
		at[id] = ++calls
		name[calls] = id
	}
	has[$3, id] = group FS step
	ts[$3, id] = $4
	dur[$3, id] = $5
	what[$3, id] = $6 FS $7 FS $11
	size = $8
	pg = $9
}
END { finish() }
function finish(    i, r, k, first, late, tie) {
	if (group == "" || ranks != size || size < 2) return
	for (r = 2; r <= ranks; r++) if (count[rank[r]] != count[rank[1]]) return
	first = rank[1]
	for (i = 1; i <= calls; i++) {
		k = name[i]
		late = first
		tie = 0
		for (r = 1; r <= ranks; r++) {
			if (has[rank[r], k] != group FS step || what[rank[r], k] != what[first, k]) return
			if (r > 1 && dur[rank[r], k] + 0 == dur[late, k] + 0) tie = 1
			if (dur[rank[r], k] + 0 < dur[late, k] + 0) {
				late = rank[r]
				tie = 0
			}
		}
		if (k !~ /^seq/ && !noted++)
			print "##note calls are matched by their order in group and step"
		write(k, first, late, tie)
	}
}
function write(k, first, late, tie,    w) {
	split(what[first, k], w, FS)
	print "X", ts[late, k], dur[late, k], "*", ".", ".", "call", w[1], \
		"coll=" w[1] (w[2] == "." ? "" : OFS "bytes=" w[2]), "nranks=" size, \
		"pg=" pg (step == "." ? "" : OFS "step=" step), "late=" (tie ? "none" : late)
}
