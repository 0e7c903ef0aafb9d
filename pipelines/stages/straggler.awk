# The records of waits, to one for each rank, step and the run: who is late, or why that is not known.
# in:  i	.	.	0	0	.	waits	s	calls=1	late=0	waited=700	caused=0	busy=0	idle=0	who=0
# out: M	.	.	0	*	.	waits	s	step=*	row=rank	calls=1	waited=700	caused=0	part=0	of=700
#      M	.	.	*	*	.	waits	s	step=s	row=step	calls=1	late=1	part=700	of=700	wait=700	step=900
BEGIN { FS = OFS = "\t" }
/^##unmatched / { split($0, w, " "); reasons = reasons (reasons == "" ? "" : ", ") w[2] " " w[3] }
/^#/ { print; next }
{
	split("", tag)
	for (i = 9; i <= NF; i++) tag[substr($i, 1, index($i, "=") - 1)] = substr($i, index($i, "=") + 1)
}
$7 == "window" {
	if ($5 == ".") next
	name = tag["win"] ("nth" in tag ? "#" tag["nth"] : "")
	length_of[name] += $3; devices[name]++
	if (!(($4, $5) in seen)) { seen[$4, $5] = 1; n_devices++ }
	all_length += $3
	next
}
$4 == "*" {
	if (!($8 in place)) { steps[++n_steps] = $8; place[$8] = n_steps }
	matched[$8] += tag["matched"]; unmatched[$8] += tag["unmatched"]; calls[$8] += tag["calls"]
	all_matched += tag["matched"]; all_unmatched += tag["unmatched"]; all_calls += tag["calls"]
	next
}
$7 == "waits" {
	p = tag["who"]
	if (!(p in known)) { known[p] = 1; who[++n_who] = p; rank[p] = $4; dev[p] = p == $4 ? "*" : $5 }
	in_step[$8, ++members[$8]] = p
	waited[$8, p] = tag["waited"] + 0; caused[$8, p] = tag["caused"] + 0
	busy[$8, p] = tag["busy"] + 0; idle[$8, p] = tag["idle"] + 0
	rank_waited[p] += tag["waited"]; rank_caused[p] += tag["caused"]; rank_calls[p] += tag["calls"]
	rank_busy[p] += tag["busy"]; rank_idle[p] += tag["idle"]
	all_caused += tag["caused"]
}
function tagged(key, v) { return OFS key "=" v }
function ns(v) { return v == int(v) ? sprintf("%.0f", v) : sprintf("%.3f", v) }
# The verdict over n participants, whose figures are w, c, b, i: sets late, part, of, wait, why.
function verdict(n, step,   k, most, waiting, sum) {
	most = of = waiting = sum = 0
	late = "none"; why = "."
	for (k = 1; k <= n; k++) {
		of += c[k]; sum += w[k]
		if (w[k] > 0) waiting++
		if (!most || c[k] > c[most]) most = k
	}
	part = most ? c[most] : 0
	wait = waiting ? sum / waiting : 0
	share = late_share == "" ? 1 / n + (1 - 1 / n) / 2 : late_share / 100
	if (!of || part < share * of || wait < (late_wait == "" ? 5 : late_wait) / 100 * step) return
	late = name_of[most]
	if (b[most] > i_[most] && b[most] > 0) why = "device"
	if (i_[most] > b[most] && i_[most] > 0) why = "host"
}
function put(row, step_name, n_calls, step, why_not) {
	line = "M" OFS "." OFS "." OFS "*" OFS "*" OFS "." OFS "waits" OFS "." tagged("step", step_name) tagged("row", row)
	line = line tagged("calls", ns(n_calls))
	if (why_not != "") line = line tagged("late", ".") tagged("why_not", why_not)
	else {
		line = line tagged("late", late) tagged("part", ns(part)) tagged("of", ns(of)) tagged("wait", ns(wait))
		if (why != ".") line = line tagged("why", why)
		if (step) line = line tagged("step_ns", ns(step))
	}
	if (row == "all") line = line tagged("unmatched", ns(all_unmatched))
	print line
}
function half(m, u) {
	if (m + u == 0 || m >= u) return ""
	return m + 0 " of " m + u " calls are matched" (reasons == "" ? "" : " (not matched: " reasons ")")
}
END {
	for (k = 1; k <= n_who; k++) {
		p = who[k]
		print "M", ".", ".", rank[p], dev[p], ".", "waits", ".", "step=*", "row=rank", "calls=" ns(rank_calls[p]), \
			"waited=" ns(rank_waited[p]), "caused=" ns(rank_caused[p]), "part=" ns(rank_caused[p]), "of=" ns(all_caused)
	}
	for (s = 1; s <= n_steps; s++) {
		name = steps[s]
		if (name == ".") continue
		for (k = 1; k <= members[name]; k++) {
			p = name_of[k] = in_step[name, k]
			w[k] = waited[name, p]; c[k] = caused[name, p]; b[k] = busy[name, p]; i_[k] = idle[name, p]
		}
		mean = devices[name] ? length_of[name] / devices[name] : 0
		if (members[name]) verdict(members[name], mean)
		put("step", name, calls[name], mean, half(matched[name], unmatched[name]))
	}
	if (!all_matched && !all_unmatched) exit
	for (k = 1; k <= n_who; k++) {
		p = name_of[k] = who[k]
		w[k] = rank_waited[p]; c[k] = rank_caused[p]; b[k] = rank_busy[p]; i_[k] = rank_idle[p]
	}
	mean = n_devices ? all_length / n_devices : 0
	if (n_who) verdict(n_who, mean)
	put("all", "*", all_calls, mean, half(all_matched, all_unmatched))
}
