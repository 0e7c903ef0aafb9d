# The records of breakdown_parts, once with the name of their step, once for the rank's sum
# (step=*), and their means over the ranks (rank *), with the rank that waited least. A key with
# the value * is left out of the scope.
# in:  X	10	900	0	0	.	partition	s	win=s	win_n=0	compute=0	transfer=200	wait=700	...
# out: M	.	.	0	*	.	partition	s	step=s	total=900	compute=0	transfer=200	wait=700	...
#      M	.	.	*	*	.	partition	s	step=s	critical=1	total=900	...
BEGIN { n_class = split("compute transfer wait comm copy unknown host queued idle", class, " ") }
/^#/ { print; next }
$cat == "partition" {
	tags(has)
	see($rank, $pid)
	k = ++n
	rank_of[k] = $rank; dev[k] = $pid; total[k] = $dur; name_of_step[k] = $name
	nth[k] = "nth" in has ? has["nth"] : ""
	out[k] = !("win" in has)
	has["wait"] += has["recv_wait"]
	for (c = 1; c <= n_class; c++) value[k, c] = has[class[c]]
	if (nth[k] != "") repeated[name_of_step[k]] = 1
}
# The record: where, step, what is added, and the sums divided by `by`.
function put(r, d, step, more, sums, at, by,   c, line) {
	line = record("M", ".", ".", r, d, ".", "partition", ".") OFS "step=" step more
	line = line OFS "total=" ns(sums[at, 0] / by)
	for (c = 1; c <= n_class; c++) line = line OFS class[c] "=" ns(sums[at, c] / by)
	print line
}
# The participant that waited least: of a step, or of all; "none" where several did.
function critical(at,   p, least, who) {
	if (!all[at, 2] && !all[at, 3]) return OFS "n=" n_who[at] OFS "critical=." # nothing is matched
	who = "none"
	for (p = 1; p <= n_who[at]; p++)
		if (p == 1 || waited[at, p] < least) {
			least = waited[at, p]; who = whose[at, p]
		} else if (waited[at, p] == least) who = "none"
	return OFS "n=" n_who[at] OFS "critical=" who
}
function add(at, k, who,   c) {
	for (c = 1; c <= n_class; c++) all[at, c] += value[k, c]
	all[at, 0] += total[k]
	if (!((at, who) in place)) { place[at, who] = ++n_who[at]; whose[at, n_who[at]] = who }
	waited[at, place[at, who]] += value[k, 3]
}
END {
	for (k = 1; k <= n; k++) {
		d = scope_dev(rank_of[k], dev[k])
		outside[rank_of[k], d] += 0
		if (out[k]) {
			for (c = 1; c <= n_class; c++) outside[rank_of[k], d] += value[k, c]
			continue
		}
		who = participant(rank_of[k], dev[k])
		step = name_of_step[k] (name_of_step[k] in repeated ? "#" (nth[k] == "" ? 0 : nth[k]) : "")
		split("", one)
		for (c = 1; c <= n_class; c++) one[1, c] = value[k, c]
		one[1, 0] = total[k]
		put(rank_of[k], d, step, OFS "n=1", one, 1, 1)
		put(rank_of[k], d, "*", OFS "n=1", one, 1, 1)
		if (!(step in n_who)) steps[++n_steps] = step
		add(step, k, who)
		add("*", k, who)
	}
	for (k = 1; k <= n; k++) {
		d = scope_dev(rank_of[k], dev[k])
		if (!((rank_of[k], d) in outside)) continue
		print record("M", ".", ".", rank_of[k], d, ".", "partition", "outside"), \
			"step=*", "outside=" ns(outside[rank_of[k], d])
		delete outside[rank_of[k], d]
	}
	for (s = 1; s <= n_steps; s++)
		put("*", "*", steps[s], critical(steps[s]), all, steps[s], n_who[steps[s]])
	if (n_steps) put("*", "*", "*", critical("*"), all, "*", n_who["*"])
}
