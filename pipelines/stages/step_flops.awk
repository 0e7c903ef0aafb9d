# The arithmetic of pipelines/step_flops: windows, the card's and the trace's facts in; steps with flop and capacity out.
function tag(name,   i, n) { n = length(name) + 1; for (i = 9; i <= NF; i++) if (substr($i, 1, n) == name "=") return substr($i, n + 1); return "" }
function fact(path) { return path in card && card[path] ~ /^[0-9]+$/ ? card[path] + 0 : lack(path) }
function lack(path) { if (!(path in lacks)) { lacks[path] = 1; lacking = lacking (lacking == "" ? "" : ", ") path } return 0 }
# Ranks that work at batches of their own: batch_size is that of one.
function copies(   p, a, b) {
	p = "Model-executor.model_plan_parallelization."; a = card[p "dp_replicate"]; b = card[p "dp_shard"]
	return (a ~ /^[1-9][0-9]*$/ ? a : 1) * (b ~ /^[1-9][0-9]*$/ ? b : 1)
}
function is(name, pattern) { return tolower(name) ~ tolower(pattern) }
# Of a device; 0 where it is not known, with the reason in why.
function peak_of(   line, f, device, precision, known) {
	if (ENVIRON["FLOPS"] != "") return ENVIRON["FLOPS"] + 0
	device = gpu != "" ? gpu : card["workload.hardware.xpu_spec.model"]
	precision = tolower(card["workload.model.precision"])
	if (precision ~ /^(bf16|bfloat16|fp16|float16|half)$/) precision = "bf16"
	if (precision ~ /^fp8|^float8/) precision = "fp8"
	if (device == "" || device == ".") { why = "no device in the trace or the card"; return 0 }
	while ((getline line < ENVIRON["peaks"]) > 0) {
		split(line, f, "\t")
		if (line ~ /^#/ || !is(device, f[1])) continue
		known = 1
		if (f[2] == precision) return f[3] + 0
	}
	why = "no peak known for " device (known ? " with precision " (precision == "" ? "unknown" : precision) : "") " (peaks.tsv, or FLOPS)"
	return 0
}
function take(n, ts, length_ns, name, kind, tokens) {
	if (!(n in dur)) { order[++steps] = n; label[n] = name; dur[n] = length_ns; start[n] = ts; phase_of[n] = kind; tokens_of[n] = tokens }
	if (length_ns + 0 > dur[n] + 0) dur[n] = length_ns + 0
}

/^#/ { if (/^##(lost|trace|rank|world|source|note) /) print; next }
$7 == "card" { card[$8] = tag("value"); next }
$7 == "trace" { if ($8 == "deviceProperties" && gpu == "") gpu = tag("name"); next }
# A phase interval is of a device; a step of the host of all of them.
{
	phase = tag("phase")
	if (card["workload.model.phase"] == "inference" && phase != "") {
		if ($5 != ".") take(tag("win_n"), $2, $3, $8, phase, tag(phase == "prefill" ? "prefill_tokens" : "decode_tokens"))
		else phases++
		next
	}
	window[++windows] = tag("win_n") "\t" $2 "\t" $3 "\t" $8
}
END {
	a = "workload.model.model_arch."; d = "workload.data."
	intervals = steps
	if (!intervals && phases) { print "##why no device event that a step of a known phase launched"; exit }
	for (i = 1; i <= windows && !intervals; i++) { split(window[i], f, "\t"); take(f[1], f[2], f[3], f[4]) }
	if (!steps) exit
	params = a (card["workload.model.moe"] ~ /^[Tt]rue$/ ? "num_params_active" : "num_params")
	weights = fact(params) - fact(a "num_params_embedding")
	attention = fact(a "num_layers") * fact(a "num_heads") * fact(a "head_dim")
	peak = peak_of(); devices = fact("workload.hardware.xpu_spec.total_count"); batch = fact(d "batch_size") * copies()
	training = card["workload.model.phase"] == "training"
	for (i = 1; i <= steps; i++) {
		n = order[i]
		phase = training ? "training" : phase_of[n] == "" ? "other" : phase_of[n]
		tokens = tokens_of[n]
		if (phase == "training") { tokens = batch * fact(d "seq_len"); flop = tokens * (6 * weights + 12 * attention * fact(d "seq_len")) }
		else if (phase == "prefill") { if (tokens == "") tokens = batch * fact(d "input_len"); flop = tokens * (2 * weights + 4 * attention * fact(d "input_len")) }
		else if (phase == "decode") { if (tokens == "") tokens = batch; flop = tokens * (2 * weights + 4 * attention * (fact(d "input_len") + fact(d "output_len") / 2)) }
		else flop = 0
		record[i] = sprintf("X\t%s\t%s\t.\t.\t.\tstep\t%s\tphase=%s", start[n], dur[n], label[n], phase) (flop ? sprintf("\tflop=%.0f\tcapacity=%.0f", flop, peak * devices * dur[n] / 1e9) : "")
		useful += flop > 0
	}
	if (lacking != "") why = "the card lacks " lacking
	if (!useful && why == "") why = "no step of training, prefill or decode alone"
	if (why != "") { print "##why " why; exit }
	for (i = 1; i <= steps; i++) print record[i]
}
