# From the records of waits, one record for each rank, each step and the run: who is late, or why
# that is unknown.
# in:  i	.	.	0	0	.	waits	s	calls=1	late=0	waited=700	caused=0	busy=0	idle=0	who=0
# out: M	.	.	0	*	.	waits	s	step=*	row=rank	calls=1	waited=700	caused=0	part=0	of=700
#      M	.	.	*	*	.	waits	s	step=s	row=step	calls=1	late=1	part=700	of=700	wait=700	step=900
/^##unmatched / { split($0, w, " "); reasons = reasons (reasons == "" ? "" : ", ") w[2] " " w[3] }
/^#/ { print; next }
{ tags(has) }
$cat == "window" {
	if ($pid == ".") next
	at = has["win"] ("nth" in has ? "#" has["nth"] : "")
	length_of[at] += $dur; n_at[at]++
	if (!(($rank, $pid) in seen)) n_devices++
	see($rank, $pid)
	all_length += $dur
	next
}
$rank == "*" {
	if (!($name in place)) { steps[++n_steps] = $name; place[$name] = n_steps }
	matched[$name] += has["matched"]; all_matched += has["matched"]
	unmatched[$name] += has["unmatched"]; all_unmatched += has["unmatched"]
	calls[$name] += has["calls"]; all_calls += has["calls"]
	next
}
$cat == "waits" {
	p = has["who"]
	if (!(p in known)) {
		known[p] = 1
		who[++n_who] = p; rank_of[p] = $rank; dev[p] = p == $rank ? "*" : $pid
	}
	in_step[$name, ++members[$name]] = p
	waited[$name, p] = has["waited"] + 0; caused[$name, p] = has["caused"] + 0
	busy[$name, p] = has["busy"] + 0; idle[$name, p] = has["idle"] + 0
	rank_waited[p] += has["waited"]; rank_caused[p] += has["caused"]; rank_calls[p] += has["calls"]
	rank_late[p] += has["late"]
	rank_busy[p] += has["busy"]; rank_idle[p] += has["idle"]
	all_caused += has["caused"]; all_waited += has["waited"]
}
function tagged(key, v) { return OFS key "=" v }
# Why there are no shares, as the tag why_not.
function shareless(sum) {
	return tagged("why_not", sum > 0 ? "no call has one rank that came last" : "no rank waited")
}
# Decides who of n participants is late, from w (waited), c (caused), b (busy) and i_ (idle): sets
# late, part, of, wait, why.
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
	line = record("M", ".", ".", "*", "*", ".", "waits", ".") tagged("step", step_name)
	line = line tagged("row", row)
	line = line tagged("calls", ns(n_calls))
	if (why_not != "") line = line tagged("late", ".") tagged("why_not", why_not)
	else {
		line = line tagged("late", late) tagged("part", ns(part)) tagged("of", ns(of))
		line = line tagged("wait", ns(wait)) (of ? "" : shareless(wait))
		if (why != ".") line = line tagged("why", why)
		if (step) line = line tagged("step_ns", ns(step))
	}
	if (row == "all") line = line tagged("unmatched", ns(all_unmatched))
	print line
}
function half(m, u) {
	if (m + u == 0 || m >= u) return ""
	return m + 0 " of " m + u " calls are matched" \
		(reasons == "" ? "" : " (not matched: " reasons ")")
}
END {
	for (k = 1; k <= n_who; k++) {
		p = who[k]
		print record("M", ".", ".", rank_of[p], dev[p], ".", "waits", "."), "step=*", "row=rank", \
			"calls=" ns(rank_calls[p]), "late_calls=" ns(rank_late[p]), \
			"waited=" ns(rank_waited[p]), \
			"caused=" ns(rank_caused[p]), "part=" ns(rank_caused[p]), \
			"of=" ns(all_caused) (all_caused ? "" : shareless(all_waited))
	}
	for (s = 1; s <= n_steps; s++) {
		at = steps[s]
		if (at == ".") continue
		for (k = 1; k <= members[at]; k++) {
			p = name_of[k] = in_step[at, k]
			w[k] = waited[at, p]; c[k] = caused[at, p]
			b[k] = busy[at, p]; i_[k] = idle[at, p]
		}
		mean = n_at[at] ? length_of[at] / n_at[at] : 0
		if (members[at]) verdict(members[at], mean)
		put("step", at, calls[at], mean, half(matched[at], unmatched[at]))
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
