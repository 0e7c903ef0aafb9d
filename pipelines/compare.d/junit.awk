# The gates of compare as JUnit's XML, or without gates its values: a breach or what is worse is a
# failure, what is unknown or insufficient an error.
# in:  value	step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
# out: <testcase classname="step_time" name="all mean"><failure message="0.100 s -&gt; 0.120 s ...
function xml(s) {
	gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s)
	gsub(/[[:cntrl:]]/, "?", s)
	return s
}
$1 == "setting" || $1 == "value" && gates { next }
{
	gates = $1 == "gate"
	name = gates ? $11 : $3 " " $4
	if (gates) sub(/;.*/, "", name)
	line = sprintf("  <testcase classname=\"%s\" name=\"%s\">", xml($2), xml(name))
	what = xml($6 " " $5 " -> " $7 " " $5 " (" ($9 == "." ? "?" : $9 " %") "); " $11)
	if ($10 == "breach" || $10 == "worse") {
		failures++
		line = line "<failure message=\"" what "\"/>"
	} else if ($10 == "unknown" || $10 == "insufficient") {
		errors++
		line = line "<error message=\"" what "\"/>"
	}
	out[++n] = line "</testcase>"
}
END {
	print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
	printf "<testsuite name=\"compare\" tests=\"%d\" failures=\"%d\" errors=\"%d\">\n", \
		n, failures, errors
	for (k = 1; k <= n; k++) print out[k]
	print "</testsuite>"
}
