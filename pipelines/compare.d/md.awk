# The rows of compare as tables in Markdown: differences of the runs, gates, values.
# in:  step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
# out: | step_time | all | mean | s | 0.100 | 0.120 | 0.020 | 20.00 | worse | n=1 |
function cell(s) { gsub(/\\/, "&&", s); gsub(/[|]/, "\\|", s); return s }
function title(t) {
	if (t == last) return
	print (last == "" ? "" : "\n") "## " t "\n"
	print "| metric | scope | stat | unit | base | new | change | % | verdict | note |"
	print "|---|---|---|---|---|---|---|---|---|---|"
	last = t
}
{
	gate = $9 ~ /^(pass|breach|insufficient)$/ || $9 == "unknown" && $10 ~ /[<>]/
	title($9 == "differs" ? "Settings that differ" : gate ? "Gates" : "Values")
	line = "|"
	for (k = 1; k <= 10; k++) line = line " " cell($k) " |"
	print line
}
END { if (last == "") print "Nothing changed." }
