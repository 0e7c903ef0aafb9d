# Shared by plot_scaling and plot_serving: from facts (RUN, KEY, VALUE) and metric records the
# runs, the facts of each, and a label with the facts in which it differs from the others.
BEGIN { n_keys = split("model framework platform kind backend tp ep batch burst max_seqs batch_tokens eplb", keys, " ") }
/^#/ { next }
NF < 8 { if ($3 != ".") fact[$1, $2] = $3; next }
$2 == "comm_overhead" && $3 ~ /^rank=[^,]*$/ && !(($1, $3) in is_rank) { is_rank[$1, $3] = 1; ranks[$1]++ }
$3 == "all" && $5 != "." { value[$1, $2, $4] = $5; if (!($1 in is_run)) { is_run[$1] = 1; runs[++n_runs] = $1 } }
function get(run, metric, stat) { return (run, metric, stat) in value ? value[run, metric, stat] : "." }
function of(run, key) { return (run, key) in fact ? fact[run, key] : "" }
function phrase(key, v) {
	if (v == "") return ""
	if (key == "ep" && v == 1) return "no EP"
	if (key == "tp" || key == "ep" || key == "eplb") return toupper(key) " " v
	if (key == "batch") return "batch " v
	if (key == "max_seqs") return v " seqs"
	if (key == "batch_tokens") return v " tokens"
	if (key == "burst") return v ~ /^(0|no|off|false)$/ ? "no burst" : v ~ /^(1|yes|on|true)$/ ? "burst" : "burst " v
	return v
}
function add(list, item) { return list == "" ? item : item == "" ? list : list ", " item }
# Sets differs[KEY], and common: a text with the facts that all runs have in common.
function compare_facts(    k, r) {
	common = ""
	for (k = 1; k <= n_keys; k++) {
		differs[keys[k]] = 0
		for (r = 2; r <= n_runs; r++) if (of(runs[r], keys[k]) != of(runs[1], keys[k])) differs[keys[k]] = 1
		if (!differs[keys[k]] && n_runs) common = add(common, phrase(keys[k], of(runs[1], keys[k])))
	}
}
# How RUN differs, without the fact WITHOUT.
function label(run, without,    k, text) {
	for (k = 1; k <= n_keys; k++)
		if (differs[keys[k]] && keys[k] != without) text = add(text, phrase(keys[k], of(run, keys[k])))
	return text
}
# -1, 0 or 1: by number where both are numbers.
function order(a, b) {
	if (a ~ /^[0-9.]+$/ && b ~ /^[0-9.]+$/) { a += 0; b += 0 } else { a = a ""; b = b "" }
	return a < b ? -1 : a > b
}
# Sorts the runs by the facts in which they differ, then by tp, then by name.
function sort_runs(    i, j, k, run, c) {
	for (i = 2; i <= n_runs; i++) {
		run = runs[i]
		for (j = i - 1; j > 0; j--) {
			c = 0
			for (k = 1; k <= n_keys && !c; k++) if (differs[keys[k]]) c = order(of(runs[j], keys[k]), of(run, keys[k]))
			if (!c) c = order(of(runs[j], "tp"), of(run, "tp"))
			if (!c) c = order(runs[j], run)
			if (c <= 0) break
			runs[j + 1] = runs[j]
		}
		runs[j + 1] = run
	}
}
# Removes the runs that are not in keep[].
function keep_runs(    i, n) {
	for (i = 1; i <= n_runs; i++) if (runs[i] in keep) runs[++n] = runs[i]
	n_runs = n + 0
}
function quoted(s) { gsub(/'/, "''", s); return "'" s "'" }
# A round number at or below V, to mark on an axis.
function mark(v,    e, m) {
	split(sprintf("%e", v), e, "e")
	m = 10 ^ e[2]
	return m * (v >= 5 * m ? 5 : v >= 4 * m ? 4 : v >= 2 * m ? 2 : 1)
}
