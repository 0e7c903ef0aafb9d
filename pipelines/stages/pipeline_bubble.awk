# The records of breakdown_parts, to the time in which the device had nothing to do.
# in:  X	10	900	0	0	.	partition	s	win=s	win_n=0	compute=200	recv_wait=600	host=100	queued=0	idle=0	...
# out: M	.	.	0	*	.	bubble	s	n=1	bubble=700	step_ns=900
BEGIN { FS = OFS = "\t" }
/^##matched / { split($0, w, " "); pairs += w[3] }
/^#/ { print; next }
{
	split("", tag)
	for (i = 9; i <= NF; i++) tag[substr($i, 1, index($i, "=") - 1)] = substr($i, index($i, "=") + 1)
}
$7 == "partition" && "win" in tag {
	k = ++n
	rank[k] = $4; dev[k] = $5; step[k] = $3; name[k] = $8
	bubble[k] = tag["recv_wait"] + tag["host"] + tag["queued"] + tag["idle"]
	if (!(($4, $5) in seen)) { seen[$4, $5] = 1; devices[$4]++ }
}
END {
	if (n && !pairs) { print "##why no matched point-to-point calls: not a pipeline"; exit }
	ideal = p >= 1 && m >= 1 ? OFS "ideal=" sprintf("%.9f", (p - 1) / (m + p - 1)) OFS "one=1" : ""
	for (k = 1; k <= n; k++) {
		d = devices[rank[k]] > 1 || rank[k] == "." ? dev[k] : "*"
		print "M", ".", ".", rank[k], d, ".", "bubble", name[k], "n=1", sprintf("bubble=%.0f", bubble[k]), "step_ns=" step[k]
		print "M", ".", ".", "*", "*", ".", "bubble", name[k], "n=1", sprintf("bubble=%.0f", bubble[k]), "step_ns=" step[k] ideal
	}
}
