# After tr.awk: the arithmetic of step_flops. In: windows, facts of the card and the trace. Out:
# steps with flop and capacity.
# in:  X	10	20	0	1	.	window	ProfilerStep#1	win=ProfilerStep#1	win_n=0
# out: X	10	20	.	.	.	step	ProfilerStep#1	phase=training	flop=600	capacity=19780000
BEGIN {
	model = "workload.model."
	arch = "workload.model.model_arch."
	data = "workload.data."
	plan = "Model-executor.model_plan_parallelization."
}
/^#/ { if (/^##(lost|trace|rank|world|source|note) /) print; next }
$cat == "card" { card[$name] = tag("value"); next }
$cat == "trace" {
	if ($name == "deviceProperties" && gpu == "") gpu = tag("name")
	next
}
# A phase interval belongs to one device; a step of the host to all of them.
card[model "phase"] == "inference" && tag("phase") != "" {
	if ($pid == ".") phases++
	else take(tag("win_n"), $ts, $dur, $name, tag("phase"))
	next
}
{ window[++windows] = tag("win_n") FS $ts FS $dur FS $name }

function take(n, start, length_ns, label, phase) {
	if (!(n in longest)) {
		order[++steps] = n
		label_of[n] = label
		start_of[n] = start
		longest[n] = length_ns
		phase_of[n] = phase
		if (phase != "")
			tokens_of[n] = tag(phase == "prefill" ? "prefill_tokens" : "decode_tokens")
	}
	if (length_ns + 0 > longest[n] + 0) longest[n] = length_ns
}
# A number of the card; if it is not one, 0, and its name is added to lacking.
function fact(path) {
	if (path in card && card[path] ~ /^[0-9]+$/) return card[path] + 0
	if (!(path in lacks)) lacking = lacking (lacking == "" ? "" : ", ") path
	lacks[path] = 1
	return 0
}
# The number of ranks with their own batches: batch_size is the batch of one rank.
function copies(    a, b) {
	a = card[plan "dp_replicate"]
	b = card[plan "dp_shard"]
	return (a ~ /^[1-9][0-9]*$/ ? a : 1) * (b ~ /^[1-9][0-9]*$/ ? b : 1)
}
function is(text, pattern) { return tolower(text) ~ tolower(pattern) }
# The peak of a device; 0 if it is unknown, with the reason in why.
function peak_of(    line, f, device, precision, seen) {
	if (ENVIRON["FLOPS"] != "") return ENVIRON["FLOPS"] + 0
	device = gpu != "" ? gpu : card["workload.hardware.xpu_spec.model"]
	precision = tolower(card[model "precision"])
	if (precision ~ /^(bf16|bfloat16|fp16|float16|half)$/) precision = "bf16"
	if (precision ~ /^fp8|^float8/) precision = "fp8"
	if (device == "" || device == ".") {
		why = "no device in the trace or the card"
		return 0
	}
	while ((getline line < ENVIRON["peaks"]) > 0) {
		split(line, f, "\t")
		if (line ~ /^#/ || !is(device, f[1])) continue
		seen = 1
		if (f[2] == precision) return f[3] + 0
	}
	why = "no peak known for " device
	if (seen) why = why " with precision " (precision == "" ? "unknown" : precision)
	why = why " (peaks.tsv, or FLOPS)"
	return 0
}
# The FLOPs of a step: tokens (its own, where its name has them) x what one needs.
function flops(phase, tokens,    attended) {
	if (phase == "training")
		return batch * fact(data "seq_len") * (6 * weights + 12 * attention * fact(data "seq_len"))
	if (phase == "prefill") {
		if (tokens == "") tokens = batch * fact(data "input_len")
		return tokens * (2 * weights + 4 * attention * fact(data "input_len"))
	}
	if (phase == "decode") {
		if (tokens == "") tokens = batch
		attended = fact(data "input_len") + fact(data "output_len") / 2
		return tokens * (2 * weights + 4 * attention * attended)
	}
	return 0
}
END {
	if (!steps && phases) {
		print "##why no device event that a step of a known phase launched"
		exit
	}
	intervals = steps
	for (i = 1; i <= windows && !intervals; i++) {
		split(window[i], f, FS)
		take(f[1], f[2], f[3], f[4])
	}
	if (!steps) exit
	weights = fact(arch (card[model "moe"] ~ /^[Tt]rue$/ ? "num_params_active" : "num_params"))
	weights -= fact(arch "num_params_embedding")
	attention = fact(arch "num_layers") * fact(arch "num_heads") * fact(arch "head_dim")
	peak = peak_of()
	devices = fact("workload.hardware.xpu_spec.total_count")
	batch = fact(data "batch_size") * copies()
	for (i = 1; i <= steps; i++) {
		n = order[i]
		phase = phase_of[n] == "" ? "other" : phase_of[n]
		if (card[model "phase"] == "training") phase = "training"
		flop = flops(phase, tokens_of[n])
		out[i] = record("X", start_of[n], longest[n], "", "", "", "step", label_of[n])
		out[i] = out[i] OFS "phase=" phase
		capacity = peak * devices * longest[n] / 1e9
		if (flop) out[i] = out[i] sprintf("\tflop=%.0f\tcapacity=%.0f", flop, capacity)
		useful += flop > 0
	}
	if (lacking != "") why = "the card lacks " lacking
	if (!useful && why == "") why = "no step of training, prefill or decode alone"
	if (why != "") {
		print "##why " why
		exit
	}
	for (i = 1; i <= steps; i++) print out[i]
}
