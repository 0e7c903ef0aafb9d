# The rows of compare as tables in Markdown: differences of the runs, gates, values.
# in:  value	step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
# out: | step_time | all | mean | s | 0.100 | 0.120 | 0.020 | 20.00 | worse | n=1 |
function cell(s) { gsub(/\\/, "&&", s); gsub(/[|]/, "\\|", s); return s }
BEGIN {
	title["setting"] = "Settings that differ"
	title["gate"] = "Gates"
	title["value"] = "Values"
}
$1 != last {
	print (last == "" ? "" : "\n") "## " title[$1] "\n"
	print "| metric | scope | stat | unit | base | new | change | % | verdict | note |"
	print "|---|---|---|---|---|---|---|---|---|---|"
	last = $1
}
{
	line = "|"
	for (k = 2; k <= 11; k++) line = line " " cell($k) " |"
	print line
}
END { if (last == "") print "Nothing changed." }
