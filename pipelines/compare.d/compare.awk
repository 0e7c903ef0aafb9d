# Joins the values of the baselines and of the new run. Reads tables/directions, the gates, then of
# each run its facts, kernels and metric records. Writes lines: what they are (0setting, 1gate or
# 2value: in that order), their effect in %, and the columns of compare. The file verdict gets the
# status.
function decimals(v) { return index(v, ".") ? length(v) - index(v, ".") : 0 }
function plain(v) { return v ~ /^-?[0-9]+([.][0-9]+)?$/ }
# The difference of two decimals, exact up to 2^53 of their last digit.
function minus(a, b,   d, unit) {
	d = decimals(a) > decimals(b) ? decimals(a) : decimals(b)
	unit = 10 ^ d
	return sprintf("%.*f", d, (int_of(a * unit) - int_of(b * unit)) / unit)
}
function int_of(x) { return x < 0 ? -int(0.5 - x) : int(x + 0.5) }
function relative(change, base) {
	return base + 0 ? change / (base < 0 ? -base : base) * 100 : change + 0 ? "." : 0
}
function magnitude(x) { return x < 0 ? -x : x }
# The median of the known values of a key over the baselines; sets low and high.
function base_of(key,   k, j, m, v, list) {
	m = 0
	for (k = 1; k <= n_bases; k++) {
		v = value["base" k, key]
		if (v == "" || v == ".") continue
		for (j = ++m; j > 1 && list[j - 1] + 0 > v + 0; j--) list[j] = list[j - 1]
		list[j] = v
	}
	known = m
	if (!m) return "."
	low = list[1]; high = list[m]
	return list[int((m + 1) / 2)]
}
# Is the new value within the range of several baselines?
function within_spread() { return known > 1 && new + 0 >= low + 0 && new + 0 <= high + 0 }
function add(key, v, u, why) {
	if (!(key in seen)) { seen[key] = 1; keys[++n_keys] = key }
	value[run, key] = v; note[run, key] = why
	if (u != "") unit[key] = u
}
function way(metric, stat) {
	if ((metric, stat) in direction) return direction[metric, stat]
	return direction[metric, "*"]
}
# better, worse, changed, same, unknown, appeared, gone: sets base, new, change, rel, remark
function judge(key,   p, w) {
	split(key, p, SUBSEP)
	base = base_of(key); new = value["new", key]
	change = rel = "."; remark = "."
	if (new == "") new = "."
	if (p[1] == "kernel" && (base == "." || new == ".")) return base == "." ? "appeared" : "gone"
	if (base == "." || new == ".") {
		remark = note[new == "." ? "new" : "base1", key]
		if (remark == "" || remark == ".")
			remark = new == "." ? "not in the new run" : "not in the base"
		return base == new ? "both" : "unknown"
	}
	if (!plain(base) || !plain(new)) return base == new ? "same" : "changed"
	change = minus(new, base); rel = relative(change, base)
	remark = known > 1 ? "[" low ", " high "]" : "n=1"
	if (within_spread()) return "same"
	if (rel != "." && magnitude(rel) <= threshold + 0) return "same"
	w = way(p[1], p[3])
	if (w == "") return "changed"
	return (change > 0) == (w == "higher") ? "better" : "worse"
}
# What judge has found, as a line.
function row(what, key, verdict,   p) {
	split(key, p, SUBSEP)
	print what, rel == "." || what != "2value" ? 0 : sprintf("%.6f", magnitude(rel)), \
		p[1], p[2], p[3], unit[key] == "" ? "." : unit[key], base, new, change, \
		rel == "." ? "." : sprintf("%.2f", rel), verdict, remark
}
# A gate: METRIC[.STAT][@SCOPE] OP LIMIT[%][?]
function gate(text,   g, optional, at, dot, op, limit, against_base, metric, stat, scope, key, v, \
		i, left, verdict) {
	g = text
	gsub(/[ \t]/, "", g)
	optional = sub(/[?]$/, "", g)
	i = index(g, ">"); if (!i) i = index(g, "<")
	op = substr(g, i, 1); limit = substr(g, i + 1); left = substr(g, 1, i - 1)
	scope = "all"
	if (at = index(left, "@")) { scope = substr(left, at + 1); left = substr(left, 1, at - 1) }
	stat = ""
	if (dot = index(left, ".")) { stat = substr(left, dot + 1); left = substr(left, 1, dot - 1) }
	metric = left
	if (stat == "") stat = (metric SUBSEP scope SUBSEP "mean") in seen ? "mean" : "total"
	key = metric SUBSEP scope SUBSEP stat
	judge(key)
	against_base = limit ~ /^[-+]|%$/
	v = limit ~ /%$/ ? rel : against_base ? change : new
	if (v == ".") verdict = optional ? "pass" : "unknown"
	else if (op == ">" ? v > limit + 0 : v < limit + 0)
		verdict = against_base && within_spread() ? "insufficient" : "breach"
	else verdict = "pass"
	if (verdict == "breach") breached = 1
	if (verdict == "unknown" || verdict == "insufficient") unsure = 1
	if (verdict == "unknown" && remark == ".") remark = "no such value"
	remark = text (remark == "." ? "" : "; " remark)
	row("1gate", key, verdict)
}
FNR == 1 { run = FILENAME; kind = run; sub(/[.].*$/, "", run); sub(/^.*[.]/, "", kind) }
FILENAME == "gates" { gates[++n_gates] = $0; next }
kind == "facts" {
	has_facts[run] = 1
	fact[run, $1] = $2
	if (!($1 in is_fact)) { is_fact[$1] = 1; facts[++n_facts] = $1 }
	next
}
kind == "kernels" {
	has_kernels[run] = 1
	add("kernel" SUBSEP "name=" $1 SUBSEP "calls", $2, "count", ".")
	add("kernel" SUBSEP "name=" $1 SUBSEP "total", sprintf("%.9f", $3 / 1e9), "s", ".")
	next
}
kind == "tsv" && !/^#/ {
	if (traces[run] == "") traces[run] = $1
	else if (traces[run] != $1) { several = $1; exit 2 }
	add($2 SUBSEP $3 SUBSEP $4, $5, $6, $8)
	next
}
!/^#/ { direction[$1, $2] = $3 }
END {
	if (several != "") {
		print "compare: records of several runs (" traces[run] ", " several "): one run a side" \
			>"/dev/stderr"
		exit 2
	}
	if (!("base1" in has_facts && "new" in has_facts)) n_facts = 0
	for (k = 1; k <= n_facts; k++) {
		base = fact["base1", facts[k]]; new = fact["new", facts[k]]
		if (base == new) continue
		differ = differ (differ == "" ? "" : ", ") facts[k] " " (base == "" ? "?" : base) \
			" -> " (new == "" ? "?" : new)
		n_differ++
		remark = "the runs differ"; change = rel = "."
		if (base == "") base = "."
		if (new == "") new = "."
		row("0setting", "fact" SUBSEP facts[k] SUBSEP ".", "differs")
	}
	if (n_differ > 1 && !force) {
		print "compare: not the same settings: " differ " (-f: compare them all the same)" \
			>"/dev/stderr"
		exit 2
	}
	for (k = 1; k <= n_gates; k++) gate(gates[k])
	for (k = 1; k <= n_keys; k++) {
		if (keys[k] ~ /^kernel\034/ && !("base1" in has_kernels && "new" in has_kernels)) continue
		verdict = judge(keys[k])
		if (verdict == "both") continue
		count[verdict]++
		if (verdict == "same" && !all) continue
		row("2value", keys[k], verdict)
	}
	printf "compare: %d better, %d worse, %d changed, %d as before, %d unknown on one side\n", \
		count["better"], count["worse"], \
		count["changed"] + count["appeared"] + count["gone"], count["same"], \
		count["unknown"] >"/dev/stderr"
	print breached ? 4 : unsure ? 5 : 0 >"verdict"
}
