# After tr.awk: does the line make sense? If not, says why.
# in:  tags intercept_dur_bytes, slope_dur_bytes, residual_dur_bytes, std_dur, count
# out: the record with the tags alpha, beta, residual and calls; or with why
/^#/ { print; next }
{
	alpha = tag("intercept_dur_bytes")
	beta = tag("slope_dur_bytes")
	residual = tag("residual_dur_bytes")
	deviation = tag("std_dur")
	why = ""
	if (alpha !~ /[0-9]/ || beta !~ /[0-9]/) why = "no two message sizes"
	else if (alpha + 0 < 0) why = "the line has a latency below 0"
	else if (beta + 0 <= 0) why = "the line has a bandwidth that is not above 0"
	else if (2 * residual * residual > deviation * deviation)
		why = "the line explains less than half of the variance"
	print $0, "calls=" tag("count"), \
		(why == "" ? "alpha=" alpha OFS "beta=" beta OFS "residual=" residual : "why=" why)
}
