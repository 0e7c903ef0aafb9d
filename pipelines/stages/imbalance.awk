# The all-to-all kernels of matched_calls, summed by rank; their calls by how uneven they are.
# in:  X	10	900	0	0	7	kernel	k	coll=alltoall	bytes=64	nranks=2	pg=ep	call=0	wait=700	transfer=200	late=1
# out: M	.	.	0	*	.	imbalance	.	row=rank	calls=1	bytes=64	of=192	waited=700	caused=0
BEGIN { FS = OFS = "\t" }
/^#/ { print; next }
{
	split("", tag)
	for (i = 9; i <= NF; i++) tag[substr($i, 1, index($i, "=") - 1)] = substr($i, index($i, "=") + 1)
}
$7 != "kernel" || tag["coll"] != "alltoall" { next }
!("call" in tag) { lost++; next }
!("bytes" in tag) || tag["bytes"] == "." { unsized++; next }
{
	w = $4 OFS $5
	if (!(w in calls)) { who[++n] = w; devices[$4]++; rank[n] = $4; dev[n] = $5 }
	calls[w]++
	bytes[w] += tag["bytes"]; all += tag["bytes"]; waited[w] += tag["wait"]
	c = tag["pg"] OFS tag["Process_Group_Name"] OFS tag["Process_Group_Ranks"] OFS tag["call"]
	if (!(c in sum)) call[++n_calls] = c
	sum[c] += tag["bytes"]; parts[c]++; waits[c] += tag["wait"]; late[c] = tag["late"]
	if (!(c in most) || tag["bytes"] + 0 > most[c]) most[c] = tag["bytes"] + 0
}
function label(k) { return rank[k] == "." ? "dev=" dev[k] : devices[rank[k]] > 1 ? rank[k] "." dev[k] : rank[k] }
END {
	for (k = 1; k <= n_calls; k++) caused[late[call[k]]] += waits[call[k]]
	for (k = 1; k <= n; k++) {
		w = who[k]
		print "M", ".", ".", rank[k], label(k) == rank[k] ? "*" : dev[k], ".", "imbalance", ".", "row=rank", "calls=" calls[w], \
			sprintf("bytes=%.0f", bytes[w]), sprintf("of=%.0f", all), sprintf("waited=%.0f", waited[w]), \
			sprintf("caused=%.0f", caused[label(k)])
	}
	for (k = 1; k <= n_calls; k++)
		if (sum[call[k]])
			print "M", ".", ".", "*", "*", ".", "imbalance", ".", "row=all", "calls=1", "one=1", \
				sprintf("ratio=%.9f", most[call[k]] * parts[call[k]] / sum[call[k]])
	if (!n && unsized) print "##why no message sizes on " unsized " all-to-all calls"
	else if (!n && lost) print "##why no all-to-all call is matched"
}
