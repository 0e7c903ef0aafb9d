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
# N of vLLM's execute_context_A(N)_generation_B(M), or M
function in_name(name, part,   s) { s = name; sub("^.*" part "_[0-9]+[(]", "", s); sub(/[)].*$/, "", s); return s + 0 }

function take(n, ts, length_ns, name) {
	if (!(n in dur)) { order[++steps] = n; label[n] = name; dur[n] = length_ns; start[n] = ts }
	if (length_ns + 0 > dur[n] + 0) dur[n] = length_ns + 0
}

/^#/ { if (/^##(lost|trace|rank|world) /) print; next }
$7 == "card" { card[$8] = tag("value"); next }
$7 == "trace" { if ($8 == "deviceProperties" && gpu == "") gpu = tag("name"); next }
{
	if ($7 == "user_annotation") {
		if (card["workload.model.phase"] != "inference" || $3 == ".") next
		ranges++
		# By start: the n-th of each rank are one step.
		for (i = ++last[$4]; i > 1 && at[$4, i - 1] > $2 + 0; i--) { at[$4, i] = at[$4, i - 1]; of[$4, i] = of[$4, i - 1] }
		at[$4, i] = $2 + 0; of[$4, i] = $2 "\t" $3 "\t" $8
		next
	}
	window[++windows] = tag("win_n") "\t" $2 "\t" $3 "\t" $8
}
END {
	a = "workload.model.model_arch."; d = "workload.data."
	for (rank in last)
		for (i = 1; i <= last[rank]; i++) { split(of[rank, i], f, "\t"); take(i, f[1], f[2], f[3]) }
	for (i = 1; i <= windows && !ranges; i++) { split(window[i], f, "\t"); take(f[1], f[2], f[3], f[4]) } # inference: its own ranges count
	if (!steps) exit
	if (ranges) print "##note by the host's ranges"
	params = a (card["workload.model.moe"] ~ /^[Tt]rue$/ ? "num_params_active" : "num_params")
	weights = fact(params) - fact(a "num_params_embedding")
	attention = fact(a "num_layers") * fact(a "num_heads") * fact(a "head_dim")
	peak = peak_of(); devices = fact("workload.hardware.xpu_spec.total_count"); batch = fact(d "batch_size") * copies()
	training = card["workload.model.phase"] == "training"
	for (i = 1; i <= steps; i++) {
		n = order[i]; name = label[n]; vllm = name ~ /^execute_context_[0-9]+[(][0-9]+[)]_generation_[0-9]+[(][0-9]+[)]/
		prompts = vllm ? in_name(name, "context") : name == "prefill"
		decodes = vllm ? in_name(name, "generation") : name == "decode"
		phase = training ? "training" : prompts && decodes ? "mixed" : prompts ? "prefill" : decodes ? "decode" : "other"
		if (phase == "training") { tokens = batch * fact(d "seq_len"); flop = tokens * (6 * weights + 12 * attention * fact(d "seq_len")) }
		else if (phase == "prefill") { tokens = vllm ? prompts : batch * fact(d "input_len"); flop = tokens * (2 * weights + 4 * attention * fact(d "input_len")) }
		else if (phase == "decode") { tokens = vllm ? decodes : batch; flop = tokens * (2 * weights + 4 * attention * (fact(d "input_len") + fact(d "output_len") / 2)) }
		else flop = 0
		record[i] = sprintf("X\t%s\t%s\t.\t.\t.\tstep\t%s\tphase=%s", start[n], dur[n], name, phase) (flop ? sprintf("\tflop=%.0f\tcapacity=%.0f", flop, peak * devices * dur[n] / 1e9) : "")
		useful += flop > 0
	}
	if (lacking != "") why = "the card lacks " lacking
	if (!useful && why == "") why = "no step of training, prefill or decode alone"
	if (why != "") { print "##why " why; exit }
	for (i = 1; i <= steps; i++) print record[i]
}
