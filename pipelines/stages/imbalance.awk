# The all-to-all kernels of matched_calls, summed by rank; and for each call how uneven it is.
# in:  X	10	900	0	0	7	kernel	k	coll=alltoall	bytes=64	pg=ep	call=0	wait=700	late=1	...
# out: M	.	.	0	*	.	imbalance	.	row=rank	calls=1	bytes=64	of=192	waited=700	caused=0
/^#/ { print; next }
{ tags(has) }
$cat != "kernel" || has["coll"] != "alltoall" { next }
!("call" in has) { lost++; next }
!("bytes" in has) || has["bytes"] == "." { unsized++; next }
{
	w = $rank OFS $pid
	if (!(w in calls)) { who[++n] = w; see($rank, $pid); rank_of[n] = $rank; dev[n] = $pid }
	calls[w]++
	bytes[w] += has["bytes"]; all += has["bytes"]; waited[w] += has["wait"]
	c = has["pg"] OFS has["Process_Group_Name"] OFS has["Process_Group_Ranks"] OFS has["call"]
	if (!(c in sum)) call[++n_calls] = c
	sum[c] += has["bytes"]; parts[c]++; waits[c] += has["wait"]; late[c] = has["late"]
	if (!(c in most) || has["bytes"] + 0 > most[c]) most[c] = has["bytes"] + 0
}
END {
	for (k = 1; k <= n_calls; k++) caused[late[call[k]]] += waits[call[k]]
	for (k = 1; k <= n; k++) {
		w = who[k]
		d = scope_dev(rank_of[k], dev[k])
		print record("M", ".", ".", rank_of[k], d, ".", "imbalance", "."), \
			"row=rank", "calls=" calls[w], sprintf("bytes=%.0f", bytes[w]), \
			sprintf("of=%.0f", all), \
			sprintf("waited=%.0f", waited[w]), \
			sprintf("caused=%.0f", caused[participant(rank_of[k], dev[k])])
	}
	for (k = 1; k <= n_calls; k++)
		if (sum[call[k]])
			print record("M", ".", ".", "*", "*", ".", "imbalance", "."), "row=all", "calls=1", \
				"one=1", sprintf("ratio=%.9f", most[call[k]] * parts[call[k]] / sum[call[k]])
	if (!n && unsized) print "##why no message sizes on " unsized " all-to-all calls"
	else if (!n && lost) print "##why no all-to-all call is matched"
}
