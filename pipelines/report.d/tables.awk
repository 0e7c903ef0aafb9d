# The tables over the runs, from the lines RUN, FACTS (run_facts), BENCH (token counts) and METRIC
# of pipelines/report: experiment_metrics.csv and results_summary.csv in the folder out. An unknown
# cell is empty, and the reason goes to standard output for report.md. Links: both directions;
# total and peak over all GPUs (sum, largest), other columns are means.
function quoted(s) { if (s ~ /[",]/) { gsub(/"/, "\"\"", s); s = "\"" s "\"" } return s }
function fact(k) { if ((run, k) in facts) return facts[run, k]; reason = "neither the card nor the run's name has it"; return "" }
# A metric's value over the devices or ranks: how is mean, sum or max.
function over(metric, scope, stat, how,   v, n, i, best) {
	for (i = 1; i <= n_lines[run, metric]; i++) {
		split(line[run, metric, i], f, "\t")
		if (f[1] !~ scope || f[2] != stat) continue
		if (f[3] == ".") { reason = f[4]; continue }
		v += f[3]; n++
		if (n == 1 || f[3] > best) best = f[3] + 0
	}
	if (n) return sprintf("%.6f", how == "max" ? best : how == "sum" ? v : v / n)
	if (reason == "") reason = why[run, metric] != "" ? why[run, metric] : "not measured"
	return ""
}
function cell(column, value,   sep) {
	row = row (row == "" ? "" : ",") quoted(value)
	if (value == "") empty[reason] = empty[reason] (empty[reason] == "" ? "" : ", ") "`" column "`"
	if (value == "" && !(reason in seen)) { seen[reason] = 1; reasons[++n_reasons] = reason }
	reason = ""
}
function heading(file, columns) { print columns >(out "/" file) }
$1 == "RUN" { run = $2; runs[++n_runs] = run; next }
$1 == "FACTS" { facts[run, $2] = $3; next }
$1 == "BENCH" { if ($2 != ".") tokens_in[run] += $2; if ($3 != ".") tokens_out[run] += $3; next }
$1 == "METRIC" { line[run, $3, ++n_lines[run, $3]] = $4 "\t" $5 "\t" $6 "\t" $9; if ($6 == "." && why[run, $3] == "") why[run, $3] = $9 }
END {
	experiments = "experiment,backend,tp,batch,total_nvlink_gb,peak_nvlink_gb_s,avg_nvlink_gb_s,burst_intensity,burst_duration_s,bw_usage_pct,prefill_avg_bw_gb_s,decode_avg_bw_gb_s,nccl_contribution_pct,mean_ttft_ms,p99_ttft_ms,mean_tpot_ms,p99_tpot_ms,throughput_tok_s,throughput_req_s,total_input_tokens,total_output_tokens"
	results = "run,model,phase,precision,backend,device,devices,dp_replicate,dp_shard,tp,pp,cp,ep,batch,seq_len,input_len,output_len,step_time_s,throughput_tokens_sec,output_throughput_tok_s,ttft_ms,tpot_ms,comm_overhead_pct,bubble_pct"
	heading("experiment_metrics.csv", experiments); heading("results_summary.csv", results)
	both = "(^|,)name=both($|,)"
	for (r = 1; r <= n_runs; r++) {
		run = runs[r]; row = ""; n_reasons = 0; split("", empty); split("", seen)
		cell("experiment", run); cell("backend", fact("backend")); cell("tp", fact("tp")); cell("batch", fact("batch"))
		cell("total_nvlink_gb", over("nvlink_total", both, "total", "sum")); cell("peak_nvlink_gb_s", over("nvlink_peak", both, "total", "max"))
		cell("avg_nvlink_gb_s", over("nvlink_avg", both, "total", "mean")); cell("burst_intensity", over("burst_intensity", both, "total", "mean"))
		cell("burst_duration_s", over("burst_duration", both, "total", "mean")); cell("bw_usage_pct", over("bw_usage", both, "total", "mean"))
		cell("prefill_avg_bw_gb_s", over("phase_bandwidth", "name=both,phase=prefill", "total", "mean"))
		cell("decode_avg_bw_gb_s", over("phase_bandwidth", "name=both,phase=decode", "total", "mean"))
		cell("nccl_contribution_pct", over("comm_fraction", "^all$", "mean", "mean"))
		cell("mean_ttft_ms", over("ttft", "^all$", "mean", "mean")); cell("p99_ttft_ms", over("ttft", "^all$", "p99", "mean"))
		cell("mean_tpot_ms", over("tpot", "^all$", "mean", "mean")); cell("p99_tpot_ms", over("tpot", "^all$", "p99", "mean"))
		cell("throughput_tok_s", over("output_throughput", "^all$", "total", "mean")); cell("throughput_req_s", over("request_throughput", "^all$", "total", "mean"))
		reason = "no result of a load generator"; cell("total_input_tokens", tokens_in[run]); reason = "no result of a load generator"; cell("total_output_tokens", tokens_out[run])
		print row >(out "/experiment_metrics.csv")
		row = ""; reason = ""
		cell("run", run)
		n = split("model phase precision backend device devices dp_replicate dp_shard tp pp cp ep batch seq_len input_len output_len", key, " ")
		for (i = 1; i <= n; i++) cell(key[i], fact(key[i]))
		cell("step_time_s", over("step_time", "^all$", "mean", "mean")); cell("throughput_tokens_sec", over("throughput_tokens_sec", "^all$", "total", "mean"))
		cell("output_throughput_tok_s", over("output_throughput", "^all$", "total", "mean")); cell("ttft_ms", over("ttft", "^all$", "mean", "mean")); cell("tpot_ms", over("tpot", "^all$", "mean", "mean"))
		cell("comm_overhead_pct", over("comm_overhead", "^all$", "mean", "mean")); cell("bubble_pct", over("bubble", "^all$", "mean", "mean"))
		print row >(out "/results_summary.csv")
		for (i = 1; i <= n_reasons; i++) printf "%s\t%s: %s\n", run, empty[reasons[i]], reasons[i]
	}
}
