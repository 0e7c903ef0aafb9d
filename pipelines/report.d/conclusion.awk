# The beginning of a run's report: who is late and what it costs, and where the steps' time went,
# in words made from the records of straggler and breakdown; then the table of classes.
BEGIN {
	n_class = split("compute transfer wait comm copy unknown host queued idle", class, " ")
	in_words["compute"] = "computing"
	in_words["transfer"] = "transferring"
	in_words["wait"] = "waiting for other ranks"
	in_words["comm"] = "communication that has no known partner"
	in_words["copy"] = "copying"
	in_words["unknown"] = "work that the trace does not show in detail"
	in_words["host"] = "nothing to do: the host had launched nothing"
	in_words["queued"] = "nothing to do: launched work had not started"
	in_words["idle"] = "nothing to do, for an unknown reason"
}
# Keeps a METRIC line's value; returns whether it is shown here and not in the other tables.
function conclusion_keeps(run, metric, scope, stat, value, count) {
	if (metric !~ /^(breakdown|straggler)$/) return 0
	found[run, metric, scope, stat] = value
	many[run, metric, scope] = count
	if (metric == "breakdown" && stat == "total" && scope ~ /^rank=[^,]*(,dev=[^,]*)?$/)
		participant[run, ++n_participants[run]] = scope
	if (metric == "straggler" && stat == "late" && scope ~ /^step=/) {
		late_steps[run]++
		late_in[run, value]++
	}
	return 1
}
function got(run, metric, scope, stat) { return found[run, metric, scope, stat] + 0 }
function has_it(run, metric, scope, stat) { return (run, metric, scope, stat) in found }
function plural(n, one) { return n " " one (n == 1 ? "" : "s") }
# ms of one step, on a participant
function each_step(run, scope, stat) {
	return 1000 * got(run, "breakdown", scope, stat) / many[run, "breakdown", scope]
}
function who_of(scope) {
	sub(/^rank=/, "", scope)
	sub(/^\.,/, "", scope)
	sub(/,dev=/, ".", scope)
	return scope
}
# The median over the other participants.
function others(run, who, stat,   i, j, n, v, sorted) {
	for (i = 1; i <= n_participants[run]; i++) {
		if (who_of(participant[run, i]) == who) continue
		v = each_step(run, participant[run, i], stat)
		for (j = n++; j >= 1 && sorted[j] > v; j--) sorted[j + 1] = sorted[j]
		sorted[j + 1] = v
	}
	return n ? (sorted[int((n + 1) / 2)] + sorted[int(n / 2) + 1]) / 2 : 0
}
# "38 to 39 %": the shares of the ranks that wait.
function waits_of(run, who,   i, v, lo, hi, n) {
	for (i = 1; i <= n_participants[run]; i++) {
		if (who_of(participant[run, i]) == who) continue
		v = got(run, "breakdown", participant[run, i], "wait_share")
		if (!n || v < lo) lo = v
		if (!n || v > hi) hi = v
		n++
	}
	lo = sprintf("%.0f", lo); hi = sprintf("%.0f", hi)
	return lo == hi ? lo " %" : lo " to " hi " %"
}
function scope_of(run, who,   i) {
	for (i = 1; i <= n_participants[run]; i++)
		if (who_of(participant[run, i]) == who) return participant[run, i]
	return ""
}
function straggler_words(run,   who, s, why, stat, more) {
	if (!has_it(run, "straggler", "all", "late")) return ""
	who = found[run, "straggler", "all", "late"]
	if (who == "none") {
		s = sprintf("No rank is late: the waiting ranks wait for %.0f %% of the steps' time", \
			got(run, "straggler", "all", "wait_share"))
		return s sprintf(", and no rank causes more than %.0f %% of it.", \
			got(run, "straggler", "all", "share"))
	}
	s = scope_of(run, who)
	more = sprintf("Rank %s is late in %d of %d calls", who, \
		got(run, "straggler", s, "late_calls"), \
		many[run, "straggler", s])
	if (late_steps[run])
		more = more sprintf(" and %d of %d steps", late_in[run, who], late_steps[run])
	why = found[run, "straggler", "all", "why"]
	stat = why == "device" ? "compute" : why == "host" ? "host" : ""
	if (stat != "" && each_step(run, s, stat) > others(run, who, stat))
		more = more sprintf(why == "device" ? ": it computes %.1f ms per step longer than the others" : \
			": its host leaves its device without work for %.1f ms per step" \
			" longer than the other hosts do", \
			each_step(run, s, stat) - others(run, who, stat))
	else if (why != "")
		more = more ": because of its " why
	return more sprintf(". The others wait for %s of the time, and it causes %.0f %% of all waits.", \
		waits_of(run, who), got(run, "straggler", "all", "share"))
}
# "computing 57 %, waiting for other ranks 29 %": all of 1 % and more, the largest first.
function classes_words(run,   i, k, v, best, most, used, text) {
	for (k = 1; k <= n_class; k++) {
		best = 0
		for (i = 1; i <= n_class; i++) {
			v = got(run, "breakdown", "all", class[i] "_share")
			if (!(i in used) && v >= 1 && (!best || v > most)) { best = i; most = v }
		}
		if (!best) break
		used[best] = 1
		text = text (text == "" ? "" : "; ") in_words[class[best]] \
			sprintf(" %.0f %%", got(run, "breakdown", "all", class[best] "_share"))
	}
	return text
}
# print_conclusion(RUN): the paragraph, the picture and the table.
function print_conclusion(run,   i, k, s, steps, line, words) {
	if (!n_participants[run]) return
	steps = many[run, "breakdown", participant[run, 1]]
	printf "\n%s of %.1f ms on %s. ", plural(steps, "step"), \
		1000 * got(run, "breakdown", "all", "total") / steps, plural(n_participants[run], "device")
	words = straggler_words(run)
	if (words != "") printf "%s ", words
	print "Where the time goes, as a mean over the devices: " classes_words(run) "."
	printf "%s", conclusion_picture[run]
	line = "\n| " (participant[run, 1] ~ /dev=/ ? "device" : "rank") " | step"
	for (k = 1; k <= n_class; k++) line = line " | " class[k]
	print line " |\n|---|---|---|---|---|---|---|---|---|---|---|"
	for (i = 1; i <= n_participants[run] && i <= 64; i++) {
		s = participant[run, i]
		line = sprintf("| %s | %.3f ms", who_of(s), each_step(run, s, "total"))
		for (k = 1; k <= n_class; k++)
			line = line sprintf(" | %.1f %%", got(run, "breakdown", s, class[k] "_share"))
		print line " |"
	}
	if (n_participants[run] > 64) print "\nand " n_participants[run] - 64 " more, in metrics.tsv."
	print "\nEach step of each rank, and who was late: `breakdown` and `straggler` in metrics.tsv."
}
