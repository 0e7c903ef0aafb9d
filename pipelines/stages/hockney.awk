# Is the line an answer? in: X	.	...	stats	.	rank.. tags intercept_dur_bytes slope_dur_bytes residual_dur_bytes std_dur count
# out: the record with the tags alpha, beta, residual and calls; or with why.
BEGIN { FS = OFS = "\t" }
/^#/ { print; next }
{
	split("", v)
	for (i = 9; i <= NF; i++) { eq = index($i, "="); v[substr($i, 1, eq - 1)] = substr($i, eq + 1) }
	a = v["intercept_dur_bytes"]; b = v["slope_dur_bytes"]; r = v["residual_dur_bytes"]; s = v["std_dur"]
	why = ""
	if (a !~ /[0-9]/ || b !~ /[0-9]/) why = "no two message sizes"
	else if (a + 0 < 0) why = "the line has a latency below 0"
	else if (b + 0 <= 0) why = "the line has a bandwidth that is not above 0"
	else if (2 * r * r > s * s) why = "the line explains less than half of the variance"
	print $0, "calls=" v["count"] (why == "" ? "\talpha=" a "\tbeta=" b "\tresidual=" r : "\twhy=" why)
}
