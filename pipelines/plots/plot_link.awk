# After tr.awk: the numbers of plot_link. From windows (prefill or decode, from, to, GPU) and
# link_buckets' records of 10 ms it writes the table to standard output and gnuplot's files to the
# folder DIR: vars, gpus (a block each), all, and the windows of both panels.
function seconds(ns) { return sprintf("%.6f", (ns - first * 1e7) / 1e9) }
# The rate in the k buckets from B on; unknown if no bucket's is known.
function rate(g, way, b,    i, sum, known) {
	for (i = b; i < b + k; i++)
		if ((g, way, i) in bytes) { known = 1; sum += bytes[g, way, i] }
	return known ? sprintf("%.6f", sum / k / 1e7) : "."
}
# Buckets of G from B to END: rows called WHAT, points in the middle of the bucket to FILE; unknown
# rates leave a gap.
function rates(g, b, end, what, file,    tx, rx) {
	for (; b <= end; b += k) {
		tx = rate(g, "tx", b); rx = rate(g, "rx", b)
		print what, seconds(b * 1e7), seconds((b + k) * 1e7), tx, rx
		print tx == "." || rx == "." ? "" : seconds((b + k / 2) * 1e7) "\t" tx "\t" rx >(DIR file)
		if (tx + 0 > top) top = tx + 0
		if (rx + 0 > top) top = rx + 0
	}
	print "\n" >(DIR file)
}
# The scale of a panel: a little above the top, and a round number below it to mark.
function scale(name,    e, mark) {
	if (!top) top = 1
	split(sprintf("%e", top), e, "e")
	mark = 10 ^ e[2]
	mark *= top >= 5 * mark ? 5 : top >= 4 * mark ? 4 : top >= 2 * mark ? 2 : 1
	printf "%s_top = %.6g; %s_mark = %.6g\n", name, top * 1.12, name, mark >(DIR "vars")
	top = 0
}
# The windows of GPU G (0: of all) between FROM and TO; windows of one name less than APART apart
# are joined. Writes both files, if necessary with a box of width 0.
function shade(prefix, g, from, to, apart,    i, begin, end, name) {
	print seconds(from), seconds(from) >(DIR prefix "prefill")
	print seconds(from), seconds(from) >(DIR prefix "decode")
	for (i = 1; i <= n_windows; i++) {
		if (g && number[w_gpu[i]] != g) continue
		if (w_to[i] <= from || w_from[i] >= to) continue
		if (w_name[i] == name && w_from[i] - end < apart) { if (w_to[i] > end) end = w_to[i]; continue }
		if (name != "") print seconds(begin), seconds(end) >(DIR prefix name)
		name = w_name[i]; begin = w_from[i]; end = w_to[i]
	}
	if (name != "") print seconds(begin), seconds(end) >(DIR prefix name)
}
/^#/ { next }
$ph != "M" {
	w_name[++n_windows] = $1
	w_from[n_windows] = $2 + 0
	w_to[n_windows] = $3 + 0
	w_gpu[n_windows] = $4
	next
}
$name == "both" { next }
{
	b = tag("win") / 1e7
	if (!($pid in number)) {
		number[$pid] = ++n
		gpu[n] = $pid
	}
	if (first == "" || b < first) first = b
	if (last == "" || b > last) last = b
	sum = tag("sum_bytes")
	if (sum == "") next
	bytes[number[$pid], $name, b] = sum
	bytes["all", $name, b] += sum
}
END {
	if (!n) exit
	print "#what", "from_s", "to_s", "tx_gb_s", "rx_gb_s"
	k = int((last - first) / 2000) + 1
	printf "n = %d; shown = %d; end = %s; width = %d\n", n, n < 8 ? n : 8, seconds((last + 1) * 1e7), k * 10 >(DIR "vars")
	for (g = 1; g <= n; g++) rates(g, first, last, "gpu=" gpu[g], g <= 8 ? "gpus" : "others")
	peak = top
	scale("gpus")
	for (g = 1; g <= n && g <= 8; g++) {
		gsub(/'/, "''", gpu[g])
		list = list (g > 1 ? ", " : "") "'GPU " gpu[g] "'"
	}
	printf "array gpu = [%s]\n", list >(DIR "vars")
	from = first * 1e7; to = (last + 1) * 1e7
	for (i = 1; i <= n_windows; i++) {
		if (w_to[i] <= from || w_from[i] >= to) continue
		print w_name[i] ",gpu=" w_gpu[i], seconds(w_from[i]), seconds(w_to[i]), ".", "."
		if (++count[w_name[i], w_gpu[i]] > most[w_name[i]]) most[w_name[i]] = count[w_name[i], w_gpu[i]]
		if (low == "" || w_from[i] < low) low = w_from[i]
		if (w_to[i] > high) high = w_to[i]
	}
	printf "prefills = %d; decodes = %d\n", most["prefill"], most["decode"] >(DIR "vars")
	for (g = 1; g <= n && g <= 8; g++) shade("gpu" g "_", g, from, to, (to - from) / 2000)
	if (low == "")
		for (b = first; b <= last; b += k)
			for (g = 1; g <= n; g++)
				if (rate(g, "tx", b) + 0 > peak / 100 || rate(g, "rx", b) + 0 > peak / 100) { if (low == "") low = b * 1e7; high = (b + k) * 1e7 }
	larger = low != "" && high - low < (to - from) / 3
	printf "larger = %d\n", larger >(DIR "vars")
	if (!larger) exit
	from = low - (high - low) / 20; to = high + (high - low) / 20
	if (from < first * 1e7) from = first * 1e7
	if (to > (last + 1) * 1e7) to = (last + 1) * 1e7
	b = int(from / 1e7); end = int(to / 1e7)
	k = int((end - b) / 2000) + 1
	printf "low = %s; high = %s; fine = %d\n", seconds(from), seconds(to), k * 10 >(DIR "vars")
	rates("all", b, end, "all", "all")
	scale("all")
	shade("larger_", 0, from, to, 0)
}
