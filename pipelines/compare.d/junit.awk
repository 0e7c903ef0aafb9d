# The gates of compare as JUnit's XML, or without gates its values: a breach or what is worse is a
# failure, what is unknown or insufficient an error.
# in:  step_time	all	mean	s	0.100	0.120	0.020	20.00	worse	n=1
# out: <testcase classname="step_time" name="all mean"><failure message="0.100 s -&gt; 0.120 s ...
function xml(s) {
	gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s)
	gsub(/[[:cntrl:]]/, "?", s)
	return s
}
$9 == "differs" { next }
{
	gate = $9 ~ /^(pass|breach|insufficient)$/ || $9 == "unknown" && $10 ~ /[<>]/
	if (gate && !gates) { gates = 1; n = failures = errors = 0 }
	if (gates && !gate) next
	what = xml($5 " " $4 " -> " $6 " " $4 " (" ($8 == "." ? "?" : $8 " %") "); " $10)
	name = gate ? $10 : $2 " " $3
	if (gate) sub(/;.*/, "", name)
	line = sprintf("  <testcase classname=\"%s\" name=\"%s\">", xml($1), xml(name))
	if ($9 == "breach" || $9 == "worse" && !gate) {
		failures++
		line = line "<failure message=\"" what "\"/>"
	} else if ($9 == "unknown" || $9 == "insufficient") {
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
