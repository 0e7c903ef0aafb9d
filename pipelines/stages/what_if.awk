# From matched calls and device steps: a replay of the ranks' chains of local times and calls, with
# the times as they were and as they might be.
# in:  X	10	900	0	0	7	kernel	k	coll=allreduce	pg=tp	call=0	wait=700	transfer=200	...
# out: M	.	.	*	*	.	what_if	.	row=all	calls=1	measured=900	replay=900	error=0	even=550	...
/^#/ { print; next }
{
	tags(has)
	p = $rank OFS $pid
}
$cat == "window" {
	if ($pid == ".") next
	if (!(p in from) || $ts + 0 < from[p]) from[p] = $ts + 0
	if (!(p in to) || $ts + $dur > to[p]) to[p] = $ts + $dur
	next
}
$cat != "kernel" || !("coll" in has) { next }
!("call" in has) { unmatched++; next }
has["coll"] == "sendrecv" { pairs++; next }
{
	if (!(p in n)) {
		who[++n_who] = p; rank_of[n_who] = $rank; dev[n_who] = $pid
		see($rank, $pid)
	}
	k = ++n[p]
	call[p, k] = has["pg"] OFS has["Process_Group_Name"] OFS has["Process_Group_Ranks"]
	call[p, k] = call[p, k] OFS has["call"]
	start[p, k] = $ts + 0; end[p, k] = $ts + $dur
	need[call[p, k]]++; transfer[call[p, k]] = has["transfer"] + 0
}
# Sorts the calls of a chain by start (they nearly are).
function sort_chain(p,   i, k, c, s, e) {
	for (i = 2; i <= n[p]; i++) {
		c = call[p, i]; s = start[p, i]; e = end[p, i]
		for (k = i - 1; k >= 1 && start[p, k] > s; k--) {
			call[p, k + 1] = call[p, k]; start[p, k + 1] = start[p, k]; end[p, k + 1] = end[p, k]
		}
		call[p, k + 1] = c; start[p, k + 1] = s; end[p, k + 1] = e
	}
}
# The local times, 1 to n+1; returns why there is none.
function chain(p,   k, last) {
	last = from[p]
	for (k = 1; k <= n[p]; k++) {
		if (start[p, k] < last && k == 1) return "a call begins before the first device step"
		if (start[p, k] < last) return "calls of one rank overlap"
		gap[p, k] = start[p, k] - last
		last = end[p, k]
	}
	if (to[p] < last) return "a call ends after the last device step"
	gap[p, k] = to[p] - last
	return ""
}
# Runs the chains with the local times t; returns the mean of their lengths, -1 if calls wait for
# each other. Clocks are not compared: ranks begin so that their first calls end together.
function replay(speed,   i, p, c, at, now, arrived, latest, left, moved, sum) {
	split("", at); split("", now); split("", arrived); split("", latest)
	for (i = 1; i <= n_who; i++) {
		p = who[i]
		at[p] = 1; now[p] = begin[p] + t[p, 1]; left += n[p]
		arrive(p, 1, now, arrived, latest)
	}
	while (left) {
		moved = 0
		for (i = 1; i <= n_who; i++) {
			p = who[i]
			while (at[p] <= n[p] && arrived[c = call[p, at[p]]] == need[c]) {
				now[p] = latest[c] + transfer[c] / speed
				left--; moved = 1
				now[p] += t[p, ++at[p]]
				arrive(p, at[p], now, arrived, latest)
			}
		}
		if (!moved) return -1
	}
	for (i = 1; i <= n_who; i++) sum += now[who[i]] - begin[who[i]]
	return sum / n_who
}
function arrive(p, k, now, arrived, latest,   c) {
	if (k > n[p]) return
	c = call[p, k]
	arrived[c]++
	if (!(c in latest) || now[p] > latest[c]) latest[c] = now[p]
}
function median(k,   i, j, v, a, m) {
	m = 0
	for (i = 1; i <= n_who; i++) {
		v = gap[who[i], k]
		for (j = m++; j >= 1 && a[j] > v; j--) a[j + 1] = a[j]
		a[j + 1] = v
	}
	return (a[int((m + 1) / 2)] + a[int(m / 2) + 1]) / 2
}
function put(more) {
	print record("M", ".", ".", "*", "*", ".", "what_if", "."), "row=all", \
		"calls=" n_calls + 0 more
}
function unknown(why) { put(OFS "even=." OFS "fast=." shown OFS "why_not=" why); exit }
END {
	if (!n_who && unmatched) unknown("no call is matched")
	if (!n_who && pairs) unknown("only point-to-point calls")
	if (!n_who) exit
	for (c in need) n_calls++
	if (pairs) unknown("point-to-point calls: only the receiver's wait is known")
	if (unmatched) unknown(unmatched " calls are not matched")
	for (i = 1; i <= n_who; i++) {
		p = who[i]
		if (!(p in from)) unknown("no device steps")
		sort_chain(p)
		if ((why = chain(p)) != "") unknown(why)
		measured += (to[p] - from[p]) / n_who
		begin[p] = from[p] - end[p, 1]
		for (k = 1; k <= n[p] + 1; k++) t[p, k] = gap[p, k]
	}
	again = replay(1)
	if (again < 0) unknown("ranks call their groups in crossed order")
	error = measured ? 100 * (again - measured) / measured : 0
	shown = OFS "measured=" ns(measured) OFS "replay=" ns(again)
	shown = shown OFS "error=" sprintf("%.9f", error)
	if (error > 5 || error < -5) unknown("the replay is more than 5 % off")
	fast = replay(link)
	for (i = 2; i <= n_who; i++)
		for (k = 1; k <= n[who[i]] || k <= n[who[1]]; k++)
			if (call[who[i], k] != call[who[1], k]) { split_groups = 1; break }
	if (split_groups) unknown("ranks make different calls: local times cannot be compared")
	for (k = 1; k <= n[who[1]] + 1; k++) even[k] = median(k)
	for (i = 1; i <= n_who; i++)
		for (k = 1; k <= n[who[1]] + 1; k++) t[who[i], k] = even[k]
	put(shown OFS "even=" ns(replay(1)) OFS "fast=" ns(fast))
	for (i = 1; i <= n_who; i++)
		for (k = 1; k <= n[who[1]] + 1; k++) t[who[i], k] = gap[who[i], k]
	for (i = 1; i <= n_who; i++) {
		p = who[i]
		for (k = 1; k <= n[p] + 1; k++) t[p, k] = even[k]
		d = scope_dev(rank_of[i], dev[i])
		print record("M", ".", ".", rank_of[i], d, ".", "what_if", "."), "calls=" n[p], \
			"without=" ns(replay(1))
		for (k = 1; k <= n[p] + 1; k++) t[p, k] = gap[p, k]
	}
}
