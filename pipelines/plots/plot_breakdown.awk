# Metric records of breakdown to a table for a picture: one bar per rank and step, in ms.
# in:  run	breakdown	rank=0,step=ProfilerStep#3	compute	0.037626346	s	1	.
# out: rank 0 ProfilerStep#3	37.626346	...
BEGIN { n_class = split("compute transfer wait comm copy unknown host queued idle", class, " ") }
$2 != "breakdown" || $3 !~ /^rank=/ || $5 == "." || $6 != "s" { next }
{
	label = $3; is_step = sub(/,step=/, " ", label)
	sub(/=/, " ", label); sub(/^rank \.,/, "", label); gsub(/[,=]/, " ", label)
	if (!(label in seen)) {
		seen[label] = 1
		if (is_step) bar[++n_bars] = label
		else whole[++n_whole] = label
	}
	ms[label, $4] = $5 * 1000
	if (!is_step && $4 == "total") steps[label] = $7
}
END {
	line = "rank and step"
	for (k = 1; k <= n_class; k++) line = line OFS class[k]
	if (n_bars) print line
	if (n_bars > 120) {
		for (i = 1; i <= n_whole; i++) put(whole[i], steps[whole[i]])
		exit
	}
	for (i = 1; i <= n_bars; i++) put(bar[i], 1)
}
function put(label, by,   k, line) {
	line = label
	for (k = 1; k <= n_class; k++) line = line OFS ms[label, class[k]] / by
	print line
}
