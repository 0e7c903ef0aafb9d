# From the records of breakdown_parts, the time in which the device had nothing to do.
# in:  X	10	900	0	0	.	partition	s	win=s	compute=200	recv_wait=600	host=100	...
# out: M	.	.	0	*	.	bubble	s	n=1	bubble=700	step_ns=900
/^##matched / { split($0, w, " "); pairs += w[3] }
/^#/ { print; next }
{ tags(has) }
$cat == "partition" && "win" in has {
	k = ++n
	rank_of[k] = $rank; dev[k] = $pid; step[k] = $dur; name_of_step[k] = $name
	bubble[k] = has["recv_wait"] + has["host"] + has["queued"] + has["idle"]
	see($rank, $pid)
}
END {
	if (n && !pairs) { print "##why no matched point-to-point calls: not a pipeline"; exit }
	ideal = p >= 1 && m >= 1 ? OFS "ideal=" sprintf("%.9f", (p - 1) / (m + p - 1)) OFS "one=1" : ""
	for (k = 1; k <= n; k++) {
		d = scope_dev(rank_of[k], dev[k])
		print record("M", ".", ".", rank_of[k], d, ".", "bubble", name_of_step[k]), "n=1", \
			sprintf("bubble=%.0f", bubble[k]), "step_ns=" step[k]
		print record("M", ".", ".", "*", "*", ".", "bubble", name_of_step[k]), "n=1", \
			sprintf("bubble=%.0f", bubble[k]), "step_ns=" step[k] ideal
	}
}
