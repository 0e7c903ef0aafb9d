# Arrivals (ns, tokens in, tokens out), sorted, to a schedule. A time of 19 digits does not fit a
# double: seconds and ns are computed separately, and the scale is the fraction P / Q.
BEGIN {
	i = index(scale, ".")
	decimals = i ? length(scale) - i : 0
	sub(/[.]/, "", scale)
	sub(/^0+/, "", scale)
	if (length(scale) > 6) {
		print "schedule: a scale of more than six digits" >"/dev/stderr"
		bad = 2
		exit
	}
	p = scale + 0
	for (q = 1; decimals > 0; decimals--) q *= 10
}
n && NR > n { next } # read to the end: the writer must not fail
bad { next }
{
	if ($1 ~ /^-/) {
		print "schedule: a time before the start: " $1 >"/dev/stderr"
		bad = 1
		exit
	}
	s = 0
	ns = $1
	if (length($1) > 9) {
		s = substr($1, 1, length($1) - 9) + 0
		ns = substr($1, length($1) - 8)
	}
	if (NR == 1) {
		s0 = s
		ns0 = ns + 0
	}
	s -= s0
	ns -= ns0
	if (ns < 0) {
		s--
		ns += 1000000000
	}
	# (s * 10^9 + ns) * p / q, rounded
	whole = int(s * p / q)
	rest = (s * p - whole * q) * 1000000000 + ns * p
	ns = int((rest + q / 2) / q)
	s = whole + int(ns / 1000000000)
	ns %= 1000000000
	if ($2 !~ /^[0-9]+$/ || $3 !~ /^[0-9]+$/) {
		printf "schedule: request %d has no token counts: '%s', '%s'\n", NR, $2, $3 >"/dev/stderr"
		bad = 1
		next
	}
	printf "{\"at_ns\":%s,\"prompt_tokens\":%s,\"output_tokens\":%s}\n", s ? sprintf("%.0f%09.0f", s, ns) : sprintf("%.0f", ns), $2, $3
}
END {
	if (bad) exit bad
	if (!NR) {
		print "schedule: no arrivals" >"/dev/stderr"
		exit 1
	}
}
