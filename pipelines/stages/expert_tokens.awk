# After tr.awk: counters of tokens by expert (one series each) to one record per expert.
# in:  C	10	.	0	0	.	counter	tokens_per_expert	e0=3	e1=1
# out: i	.	.	.	.	.	expert	e0	tokens=3	entropy=0.311278124459
/^#/ { print; next }
{
	for (i = 9; i <= NF; i++)
		if (split($i, kv, "=") != 2 || kv[2] !~ /^[0-9]+([.]0+)?$/) bad++
		else {
			tokens[kv[1]] += kv[2]
			all += kv[2]
		}
}
function entropy(share) { return share ? -share * log(share) / log(n) : 0 }
END {
	for (expert in tokens) n++
	if (bad) print "##lost bad_value " bad " 0"
	for (expert in tokens)
		print record("i", "", "", "", "", "", "expert", expert), \
			sprintf("tokens=%.0f", tokens[expert]) \
			(all && n > 1 ? OFS sprintf("entropy=%.12f", entropy(tokens[expert] / all)) : "")
}
