# The numbers of plot_scaling: runs after plot_facts.awk, writes the table to standard output and
# gnuplot's files to DIR. Runs that differ only in tp are a series; ep equal to tp does not count
# as a difference.
function count(metric, stat,    r, n) { for (r = 1; r <= n_runs; r++) n += get(runs[r], metric, stat) != "."; return n + 0 }
function cell(v) { return v == "." ? v : sprintf("%.6f", v) }
function series(run) { return label(run, "tp") }
function panel(title, column, column2) {
	n_panels++
	titles = add(titles, quoted(title)); columns = add(columns, column); seconds = add(seconds, column2)
}
END {
	for (r = 1; r <= n_runs; r++) {
		run = runs[r]
		if (of(run, "tp") == "" && run in ranks) fact[run, "tp"] = ranks[run]
		if (of(run, "tp") > 1 && of(run, "ep") == of(run, "tp")) fact[run, "ep"] = "= TP"
	}
	n = split("throughput_tokens_sec total,output_throughput total,comm_overhead mean,comm_fraction mean", shown, ",")
	for (r = 1; r <= n_runs; r++) {
		run = runs[r]
		if (of(run, "tp") !~ /^[1-9][0-9]*$/) continue
		for (i = 1; i <= n; i++) { split(shown[i], c, " "); if (get(run, c[1], c[2]) != ".") keep[run] = 1 }
	}
	keep_runs()
	compare_facts()
	for (r = 1; r <= n_runs; r++) if (!((series(runs[r]), of(runs[r], "tp")) in size)) { size[series(runs[r]), of(runs[r], "tp")] = 1; sizes[series(runs[r])]++ }
	split("", keep)
	for (r = 1; r <= n_runs; r++) if (sizes[series(runs[r])] > 1) keep[runs[r]] = 1
	keep_runs()
	if (!n_runs) exit
	rate = count("output_throughput", "total") > count("throughput_tokens_sec", "total") ? "output_throughput" : "throughput_tokens_sec"
	compare_facts()
	differs["tp"] = 0
	sort_runs()
	print "#series", "tp", "run", rate "_tok_s", "speedup", "comm_overhead_pct", "comm_fraction_pct"
	for (r = 1; r <= n_runs; r++) {
		run = runs[r]; s = series(run); tp = of(run, "tp") + 0; v = get(run, rate, "total")
		if (r == 1 || s != series(runs[r - 1])) {
			if (r > 1) print "\n" >(DIR "series")
			names = add(names, quoted(s)); n_series++
			base = "."; n = 0
		}
		# The smallest is the mean of the runs of this size, which are the first of the series.
		if (v != "." && base == ".")
			for (i = r; i <= n_runs && series(runs[i]) == s && of(runs[i], "tp") == tp; i++)
				if (get(runs[i], rate, "total") != ".") { base = (base * n + get(runs[i], rate, "total")) / (n + 1); n++ }
		line = cell(v) OFS (v == "." ? v : cell(v / base)) OFS cell(get(run, "comm_overhead", "mean")) OFS cell(get(run, "comm_fraction", "mean"))
		print s == "" ? "." : s, tp, run, line
		print tp, line >(DIR "series")
		if (!(tp in tick)) { tick[tp] = 1; ticks = add(ticks, tp) }
		if (low == "" || tp < low) low = tp
		if (tp > high) high = tp
	}
	if (count(rate, "total")) { panel(rate " (tok/s)", 2, 0); panel("speed-up over smallest TP", 3, 0) }
	if (count("comm_overhead", "mean") + count("comm_fraction", "mean")) panel("communication (%)", 4, 5)
	printf "n = %d; n_series = %d; low = %d; high = %d\narray titles = [%s]\narray columns = [%s]\narray seconds = [%s]\n", n_panels, n_series, low, high, titles, columns, seconds >(DIR "vars")
	printf "array names = [%s]\ncommon = %s\nset xtics (%s)\n", names, quoted(common), ticks >(DIR "vars")
	printf "%d\n", n_series >(DIR "rows")
}
