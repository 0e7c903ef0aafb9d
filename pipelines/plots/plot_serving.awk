# The numbers of plot_serving: runs after plot_facts.awk, writes the table to standard output and
# gnuplot's files to DIR.
function short(v) { return sprintf(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f", v) }
function kind(run) { return of(run, "model") SUBSEP of(run, "framework") SUBSEP of(run, "platform") SUBSEP of(run, "kind") SUBSEP of(run, "backend") }
# A panel of one or two bars per run; no panel if no run has a value.
function panel(title, unit, metric, stat1, stat2,    i, a, b, top, file) {
	for (i = 1; i <= n_runs; i++) {
		a = get(runs[i], metric, stat1); b = stat2 == "" ? "." : get(runs[i], metric, stat2)
		if (a + 0 > top) top = a + 0
		if (b + 0 > top) top = b + 0
	}
	if (top == "") return
	file = DIR "panel" ++n_panels
	for (i = 1; i <= n_runs; i++) {
		a = get(runs[i], metric, stat1); b = stat2 == "" ? "." : get(runs[i], metric, stat2)
		if (a != ".") print 1, place[i] + (stat2 == "" ? 0.5 : 0.46), place[i] + (stat2 == "" ? 0.84 : 0.67), a, short(a) >file
		if (b != ".") print 2, place[i] + 0.68, place[i] + 0.89, b, short(b) >file
		if (a == "." && b == ".") print 3, place[i] + 0.5, place[i] + 0.84, 0, "unknown" >file
	}
	titles = add(titles, quoted(title)); units = add(units, quoted(title " (" unit ")")); tops = add(tops, top * 1.4); marks = add(marks, mark(top))
}
END {
	n = split("ttft mean,ttft p99,tpot mean,tpot p99,request_throughput total,output_throughput total", columns, ",")
	for (r = 1; r <= n_runs; r++)
		for (i = 1; i <= n; i++) { split(columns[i], c, " "); if (get(runs[r], c[1], c[2]) != ".") keep[runs[r]] = 1 }
	keep_runs()
	if (!n_runs) exit
	compare_facts()
	sort_runs()
	for (r = 1; r <= n_runs; r++) if (label(runs[r]) == "" || uses[label(runs[r])]++) by_name = 1
	print "#run", "label", "ttft_mean_ms", "ttft_p99_ms", "tpot_mean_ms", "tpot_p99_ms", "requests_s", "output_tok_s"
	for (r = 1; r <= n_runs; r++) {
		text = by_name ? runs[r] : label(runs[r])
		line = runs[r] OFS text
		for (i = 1; i <= n; i++) { split(columns[i], c, " "); line = line OFS get(runs[r], c[1], c[2]) }
		print line
		if (r > 1 && kind(runs[r]) != kind(runs[r - 1])) at += 0.35
		place[r] = at + 0
		printf "set label %d %s at screen 0.02, first %g left front\n", r, quoted(text), at + 0.26 >(DIR "labels")
		at++
	}
	panel("TTFT", "ms", "ttft", "mean", "p99")
	panel("TPOT", "ms", "tpot", "mean", "p99")
	panel("requests", "1/s", "request_throughput", "total")
	panel("output tokens", "tok/s", "output_throughput", "total")
	printf "n = %d; rows = %g\narray titles = [%s]\narray units = [%s]\narray tops = [%s]\narray marks = [%s]\ncommon = %s\n", n_panels, at, titles, units, tops, marks, quoted(common) >(DIR "vars")
	printf "%d\n", at * 46 + 0.999 >(DIR "height")
}
