# Lines of pipelines/report (RUN, CARD, FACT, SAID, METRIC, PICTURE) to report.md.
function number(v, unit) {
	if (v == ".") return "unknown"
	if (unit == "s") return sprintf("%.6f s", v)
	if (unit == "%") return sprintf("%.2f %%", v)
	if (unit == "bytes") return v >= 1e9 ? sprintf("%.3f GB", v / 1e9) : v >= 1e6 ? sprintf("%.3f MB", v / 1e6) : v " B"
	if (unit == "ms" || unit == "GB" || unit == "GB/s" || unit == "ratio") return sprintf("%.3f%s", v, unit == "ratio" ? "" : " " unit)
	if (unit == "FLOP/s") return sprintf("%.3f TFLOP/s", v / 1e12)
	if (unit == "s/B") return sprintf("%.3e %s", v, unit)
	if (unit == "tok/s" || unit == "1/s") return sprintf("%.3f %s", v, unit)
	return unit == "count" ? v : v " " unit
}
function value_of(s, metric, stat) { return (run, s, metric, stat) in of_rank ? number(of_rank[run, s, metric, stat], units[metric]) : "unknown" }
function cell(s) { gsub(/\|/, "\\|", s); return s }
# The table of kernels is for the first rank; the others are in metrics.tsv.
function first_rank(scope) { sub(/,name=.*$/, "", scope); if (!(run in shown)) shown[run] = scope; return shown[run] == scope }
function card(path) { return (run, path) in facts && facts[run, path] != "." ? facts[run, path] : "?" }
function add(list, item) { return list == "" ? item : list ", " item }

# The names of a scope's keys, and their values as cells: "rank=0,coll=x" is "rank | coll" and
# "0 | x".
function keys_of(scope,   k, v, next_key) {
	k = v = ""
	while (match(scope, /^[a-z_]+=/)) {
		k = k (k == "" ? "" : " | ") substr(scope, 1, RLENGTH - 1)
		scope = substr(scope, RLENGTH + 1)
		next_key = match(scope, /,[a-z_]+=/) ? RSTART : length(scope) + 1
		v = v (v == "" ? "" : " | ") cell(substr(scope, 1, next_key - 1))
		scope = substr(scope, next_key + 1)
	}
	values = v
	return k
}
# Values other than one per rank: a table for each metric with several stats, and one for all
# others with the same kind of scope.
function further_tables(   i, j, k, g, n_groups, group, columns, n_columns, column, table, row, n_row, line, rule) {
	for (i = 1; i <= n_items[run]; i++) {
		if ((run, item_metric[run, i], "mean") in all) continue # is in the table above
		g = several[run, item_metric[run, i]] ? item_metric[run, i] : keys_of(item_scope[run, i])
		if (!(g in columns)) { group[++n_groups] = g; columns[g] = 1 }
		k = several[run, item_metric[run, i]] ? item_stat[run, i] : item_metric[run, i]
		if (!((g, "column", k) in table)) { table[g, "column", k] = 1; column[g, ++n_columns[g]] = k }
		if (!((g, "row", item_scope[run, i]) in table)) { table[g, "row", item_scope[run, i]] = 1; row[g, ++n_row[g]] = item_scope[run, i] }
		table[g, item_scope[run, i], k] = item_value[run, i]
		table[g, item_scope[run, i], "n"] = item_count[run, i]
	}
	for (i = 1; i <= n_groups; i++) {
		g = group[i]
		if (g == "") { # of the complete run
			print "\n| metric | value |\n|---|---|"
			for (k = 1; k <= n_columns[g]; k++) print "| " column[g, k] " | " table[g, "all", column[g, k]] " |"
			continue
		}
		line = "| " keys_of(row[g, 1]); rule = line; gsub(/[^|]+/, "---", rule)
		for (k = 1; k <= n_columns[g]; k++) { line = line " | " column[g, k]; rule = rule "|---" }
		if ((run, g) in several) { printf "\n`%s`:\n", g; line = line " | n"; rule = rule "|---" }
		print "\n" line " |\n" rule "|"
		for (k = 1; k <= n_row[g] && k <= 24; k++) {
			keys_of(row[g, k]); line = "| " values
			for (j = 1; j <= n_columns[g]; j++)
				line = line " | " ((g, row[g, k], column[g, j]) in table ? table[g, row[g, k], column[g, j]] : "unknown")
			print line ((run, g) in several ? " | " table[g, row[g, k], "n"] : "") " |"
		}
		if (n_row[g] > 24) print "\nand " n_row[g] - 24 " more, in metrics.tsv."
	}
}

# Between < and > a path may contain anything but these and characters with a meaning in a URL.
function address(s) { gsub(/%/, "%25", s); gsub(/\?/, "%3F", s); gsub(/</, "%3C", s); gsub(/>/, "%3E", s); return "<" s ">" }

$1 == "PICTURE" {
	short = $3; sub(/:.*/, "", short)
	if ($2 ~ /\/step_breakdown$/ && $4 == "") { conclusion_picture[run] = "\n![" $3 "](" address($2 ".png") ") ([SVG](" address($2 ".svg") "))\n"; next }
	pictures[run] = pictures[run] "\n" ($4 == "" ? "![" $3 "](" address($2 ".png") ") ([SVG](" address($2 ".svg") "))" : "No picture of " short ": " $4 ".") "\n"
	next
}
$1 == "RUN" { run = $2; runs[++n_runs] = run; next }
$1 == "CARD" { facts[run, $2] = $3; has_card[run] = 1; next }
$1 == "FACT" && $2 == "source" && $3 ~ /^none / { passed[run] = passed[run] "- " cell(substr($3, 6)) "\n"; partial[run] = 1; next }
$1 == "FACT" && $2 == "source" && $3 ~ /^same / { next }
$1 == "FACT" && $2 == "rank" { if ($3 != "." && !((run, $3) in rank_seen)) { rank_seen[run, $3] = 1; n_seen[run]++ } next }
$1 == "FACT" && $2 == "world" { if ($3 + 0 > world[run]) world[run] = $3 + 0; next }
$1 == "FACT" && $2 == "source" { split($3, w, " "); sources[run] = add(sources[run], w[2] " (" w[1] ")"); next }
$1 == "FACT" && $2 == "events" { split($3, w, " "); events[run] += w[1]; next }
$1 == "FACT" && $2 == "lost" { split($3, w, " "); lost[run] = add(lost[run], w[1] " " w[2]); partial[run] = 1; next }
$1 == "SAID" { said[run] = said[run] "- `" $2 "`\n"; next }
$1 == "METRIC" {
	metric = $3; scope = $4; stat = $5; value = $6; unit = $7; count = $8; note = $9
	if (!((run, metric) in seen)) { seen[run, metric] = 1; order[run, ++n_metrics[run]] = metric }
	if (note ~ /[0-9] of [0-9]+ (ranks|requests failed)|damaged input/) partial[run] = 1
	if (value == ".") {
		key = why = metric ": " note
		gsub(/ on [0-9]+ of [0-9]+/, "", key)
		if (!told[run, key]++) { whys[run, ++n_whys[run]] = why; why_key[run, n_whys[run]] = key }
		next
	}
	if (conclusion_keeps(run, metric, scope, stat, value, count)) next
	units[metric] = unit
	if (metric == "dominant_kernel" && !((run, scope) in top) && first_rank(scope)) {
		top[run, scope] = 1
		name = scope; rank = scope
		sub(/^.*,name=/, "", name); sub(/,name=.*$/, "", rank)
		kernels[run] = kernels[run] sprintf("| %s | `%s` | %s | %d |\n", rank, cell(length(name) > 90 ? substr(name, 1, 87) "..." : name), number(value, unit), count)
	}
	if (scope == "all" && stat == "p50" && metric != "step_time") spread[run, metric] = 1
	if (metric != "dominant_kernel" && (stat == "total" || stat !~ /^(mean|p50|p99|min|max|std|union)$/ || (scope != "all" && stat == "mean"))) {
		i = ++n_items[run]
		item_metric[run, i] = metric; item_scope[run, i] = scope; item_stat[run, i] = stat; item_count[run, i] = count
		item_value[run, i] = number(value, unit)
		if (stat != "total") several[run, metric] = 1
	}
	if (metric == "comm_overhead" && value > 100) lagging = 1
	if (scope == "all") { all[run, metric, stat] = value; over[run, metric] = count }
	if (scope ~ /^all,coll=/ && stat == "mean") {
		coll = scope; sub(/^all,coll=/, "", coll)
		if (!((run, coll) in calls) && !((run, coll) in bytes)) colls[run] = colls[run] (colls[run] == "" ? "" : "\t") coll
		if (metric == "coll_call_num") calls[run, coll] = value
		if (metric == "coll_bytes") bytes[run, coll] = number(value, unit)
	}
	if (metric ~ /^(step_time|comm_time|exposed_comm_time|kernel_time)$/ && scope ~ /^rank=[^,]*(,dev=[^,]*)?$/ && (stat == "total" || (metric == "step_time" && stat == "mean") || stat == "union")) {
		if (!((run, scope) in is_rank)) { is_rank[run, scope] = 1; rank_of[run, ++n_ranks[run]] = scope }
		of_rank[run, scope, metric, stat] = value
		if (metric == "step_time") steps[run, scope] = count
	}
	if (note != "." && !((run, metric, note) in noted)) { noted[run, metric, note] = 1; notes[run] = notes[run] "- " metric ": " note "\n" }
}
END {
	print "## Runs\n\nOf the whole trace: means over the ranks (and devices). `step_time` is of one step: the mean over the steps of the slowest rank's. `*`: ranks are missing, requests failed or the input is damaged, see below.\n"
	n = split("step_time comm_time exposed_comm_time comm_fraction comm_overhead comm_overlap gpu_busy", cols, " ")
	line = "| run"; rule = "|---"
	for (i = 1; i <= n; i++) { line = line " | " cols[i]; rule = rule "|---" }
	print line " |\n" rule "|"
	for (r = 1; r <= n_runs; r++) {
		if (runs[r] in n_seen && n_seen[runs[r]] < world[runs[r]]) partial[runs[r]] = 1
		line = "| " cell(runs[r]) (runs[r] in partial ? " \\*" : "")
		for (i = 1; i <= n; i++)
			line = line " | " ((runs[r], cols[i], "mean") in all ? number(all[runs[r], cols[i], "mean"], units[cols[i]]) : "unknown")
		print line " |"
	}
	if (lagging) print "\n`comm_overhead` above 100 %: a kernel counts completely in the step that launched it, and the devices run later than their hosts."
	printf "%s", pictures[""]
	for (r = 1; r <= n_runs; r++) {
		run = runs[r]
		print "\n## " run "\n"
		if (run in has_card) {
			m = "workload.model."; h = "workload.hardware."; p = "Model-executor.model_plan_parallelization."
			printf "%s, %s, %s; batch %s, sequence %s; %s x %s; ", card(m "model_family"), card(m "phase"), card(m "precision"), card("workload.data.batch_size"), card("workload.data.seq_len"), card(h "xpu_spec.total_count"), card(h "xpu_spec.model")
			printf "tp %s, pp %s, ep %s, dp %s x %s; %s, %s %s.\n", card(p "tp"), card(p "pp"), card(p "ep"), card(p "dp_replicate"), card(p "dp_shard"), card("Model-executor.framework.name"), card("Model-executor.communication_library.name"), card("Model-executor.communication_library.version")
		} else
			print "No workload card: what was run is not known."
		printf "\nRead: %s; %d events.\n", (run in sources) ? sources[run] : "no trace", events[run]
		if (run in lost) print "\n**Damaged input**, what was lost: " lost[run] "."
		if (run in n_seen && n_seen[run] < world[run]) print "\n**Ranks are missing**: " n_seen[run] " of " world[run] " were read."
		if (run in passed) printf "\n**Passed over**, so that numbers may lack it:\n\n%s", passed[run]
		print_conclusion(run)
		printf "%s", pictures[run]
		line = "\n| metric | mean | min | max | over |\n|---|---|---|---|---|\n"
		for (i = 1; i <= n_metrics[run]; i++) {
			metric = order[run, i]
			if (!((run, metric, "mean") in all)) continue
			printf "%s", line
			line = ""
			printf "| %s | %s | %s | %s | %s |\n", metric, number(all[run, metric, "mean"], units[metric]), number(all[run, metric, "min"], units[metric]), number(all[run, metric, "max"], units[metric]), over[run, metric] ((run, metric) in spread ? " values" : metric == "step_time" ? " steps" : " ranks or devices")
		}
		further_tables()
		if (run in n_ranks) {
			print "\n| rank | steps | step_time | comm_time | exposed_comm_time | compute outside it | kernel_time union |\n|---|---|---|---|---|---|---|"
			for (i = 1; i <= n_ranks[run] && i <= 64; i++) {
				s = rank_of[run, i]
				busy = (run, s, "kernel_time", "union") in of_rank ? of_rank[run, s, "kernel_time", "union"] : ""
				comm = (run, s, "comm_time", "total") in of_rank ? of_rank[run, s, "comm_time", "total"] : ""
				printf "| %s | %s | %s | %s | %s | %s | %s |\n", s, (run, s) in steps ? steps[run, s] : "", value_of(s, "step_time", "mean"), value_of(s, "comm_time", "total"), value_of(s, "exposed_comm_time", "total"), busy == "" || comm == "" ? "unknown" : number(busy - comm, "s"), value_of(s, "kernel_time", "union")
			}
		}
		if (run in colls) {
			print "\n| collective | calls per rank | bytes per rank |\n|---|---|---|"
			k = split(colls[run], c, "\t")
			for (i = 1; i <= k; i++)
				printf "| %s | %s | %s |\n", c[i], (run, c[i]) in calls ? calls[run, c[i]] : "unknown", (run, c[i]) in bytes ? bytes[run, c[i]] : "unknown"
		}
		if (run in kernels) print "\n| rank | kernel | share | calls |\n|---|---|---|---|\n" kernels[run]
		if (run in n_whys) {
			print "\nNot computed:\n"
			for (i = 1; i <= n_whys[run]; i++)
				print "- " whys[run, i] (told[run, why_key[run, i]] > 1 ? " (" told[run, why_key[run, i]] " scopes)" : "")
		}
		if (run in notes) print "\nNotes:\n\n" notes[run]
		if (run in said) print "\nWarnings while reading:\n\n" said[run]
	}
}
