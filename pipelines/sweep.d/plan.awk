# The runs of a sweep: every combination of its axes, the first axis outermost, and why one is left out.
# in:  the sweep file itself (for line numbers in messages), and what `tr-card list` makes of it
# out: #state	run	why	KEY=VALUE...
#      run	qwen3-4b-tp_8	.	model=Qwen/Qwen3-4B	tp=8
#      out	qwen3-32b-tp_1	out of memory: 65.5 GB a chip of 30.4	model=Qwen/Qwen3-32B	tp=1
#      # 1 of 2 runs
# With ALL in the environment the fixed settings are there too, each as it is for this run. SET in the environment holds
# lines KEY=VALUE: a fixed setting of another value, or, of an axis, only what has that value. FILE is the name for messages.

function key_line(from, key,    i, re) {
	gsub(/[][.*+?()|^$\\]/, "\\\\&", key)
	re = (from ? "(^|[ ,{-])" : "^") "[\"']?" key "[\"']?[ ]*:"
	for (i = from ? from : 1; i <= nlines; i++)
		if (text[i] ~ re) return i
	return from
}
function item_line(from, n,    i, indent) {
	if (text[from] ~ /[[{]/) return from
	for (i = from + 1; i <= nlines; i++) {
		if (!match(text[i], /^ *- /)) continue
		if (!indent) indent = RLENGTH
		if (RLENGTH == indent && n-- == 0) return i
	}
	return from
}
function line_of(path,    at, key) {
	while (path != "") {
		if (match(path, /^\[[0-9]+\]/)) at = item_line(at, substr(path, 2, RLENGTH - 2) + 0)
		else {
			match(path, /^[^.[]+/)
			at = key_line(at, substr(path, 1, RLENGTH))
		}
		path = substr(path, RLENGTH + 1)
		sub(/^[.]/, "", path)
	}
	return at ? at : 1
}
function complain(path, why) {
	printf "sweep: %s:%d: %s: %s\n", ENVIRON["FILE"], line_of(path), path, why >"/dev/stderr"
	failed = 2
	exit 2
}
function plain(s) { return s == "." ? "" : s }
function name_ok(path, name) {
	if (name !~ /^[a-z_][a-z0-9_]*$/ || name == "_") complain(path, "no name for a setting (a-z, 0-9, _): '" name "'")
	if (name == "run" || name == "sweep" || name == "index") complain(path, "this name is taken")
}

# axes.NAME[i] or axes.NAME[i].KEY: the values of an axis, each one or several settings
function add_axis(path, v,    rest, name, i, key) {
	rest = substr(path, 6)
	match(rest, /^[^.[]+/)
	name = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	key = name
	if (match(rest, /^\[[0-9]+\]/)) {
		i = substr(rest, 2, RLENGTH - 2) + 0
		rest = substr(rest, RLENGTH + 1)
		if (rest != "") key = substr(rest, 2)
	} else if (rest != "") complain(path, "an axis is a list")
	name_ok(path, key)
	if (!(name in axis_n)) axis[++naxes] = name
	if (key in owner && owner[key] != name) complain(path, "'" key "' is on another axis too")
	if (!(key in owner)) axis_key[name, ++axis_keys[name]] = key
	owner[key] = name
	if (i + 1 > axis_n[name]) axis_n[name] = i + 1
	axis_v[name, i, key] = plain(v)
}
function add(path, v) {
	if (path ~ /^axes[.[]/) {
		if (path !~ /^axes[.]/) complain(path, "axes are NAME: [VALUE, ...]")
		add_axis(path, v)
	} else if (path ~ /^set[.[]/) {
		if (path ~ /[[]/ || path ~ /^set[.].*[.]/) complain(path, "a setting is one value")
		name_ok(path, substr(path, 5))
		SET[substr(path, 5)] = plain(v)
		set_name[++nset] = substr(path, 5)
	} else if (path ~ /^rules\[[0-9]+\][.](refuse|why)$/) {
		if (path ~ /refuse$/) rule[++nrules] = path
		rules[path] = v
	} else if (path ~ /^rules/) complain(path, "a rule has refuse and why")
	else if (path ~ /^(name|sweep|about|launcher|timeout|retries|server|ready|poller|prepare|client)$/) TOPV[path] = plain(v)
	else if (path !~ /^(card|files|expect|local|docker|ssh|slurm)([.[]|$)/) later[++nlater] = path
}
# KEY=VALUE from the command line
function misused(s, why) {
	printf "sweep: -s %s: %s\n", s, why >"/dev/stderr"
	failed = 2
	exit 2
}
function override(s,    k, v, i, axis_of) {
	i = index(s, "=")
	k = substr(s, 1, i - 1)
	v = substr(s, i + 1)
	if (k in SET) {
		gsub(/[{]/, "{{", v)
		SET[k] = v
		return
	}
	if (!(k in owner)) misused(s, "no setting '" k "'")
	axis_of = owner[k]
	for (i = 0; i < axis_n[axis_of]; i++)
		if (axis_v[axis_of, i, k] == v) keep[axis_of, i]
	keep_only(axis_of)
	if (!axis_n[axis_of]) misused(s, "not a value of this axis")
}
# Of an axis, the values in keep[]
function keep_only(name,    i, k, n) {
	for (i = 0; i < axis_n[name]; i++) {
		if (!((name, i) in keep)) continue
		for (k = 1; k <= axis_keys[name]; k++) axis_v[name, n + 0, axis_key[name, k]] = axis_v[name, i, axis_key[name, k]]
		n++
	}
	axis_n[name] = n + 0
	split("", keep)
}
function check(    i, k, own) {
	own = TOPV["launcher"]
	sub(/.*\//, "", own)
	for (i = 1; i <= nlater; i++) {
		k = later[i]
		sub(/[.[].*/, "", k)
		if (own == "" || k != own) complain(later[i], "no key of a sweep")
	}
	if (!("name" in TOPV)) complain("name", "missing: the template of a run's name")
	if (!("client" in TOPV)) complain("client", "missing: the commands of a run")
	if (!naxes) complain("axes", "missing")
	if (TOPV["timeout"] != "" && (!numeric(TOPV["timeout"]) || TOPV["timeout"] <= 0)) complain("timeout", "not a number of seconds: '" TOPV["timeout"] "'")
	if (TOPV["retries"] !~ /^[0-9]*$/) complain("retries", "not a number: '" TOPV["retries"] "'")
	for (i in SET) if (i in owner) complain("set." i, "is an axis too")
	for (i = 1; i <= nrules; i++) {
		k = rule[i]
		sub(/refuse$/, "why", k)
		if (!(k in rules)) complain(rule[i], "a rule without why")
	}
}
# The settings of combination n
function choose(n,    a, i, k, name) {
	split("", V)
	V["sweep"] = TOPV["sweep"]
	V["index"] = n
	for (a = naxes; a; a--) {
		name = axis[a]
		i = n % axis_n[name]
		n = int(n / axis_n[name])
		for (k = 1; k <= axis_keys[name]; k++) {
			if (!((name, i, axis_key[name, k]) in axis_v)) complain("axes." name "[" i "]", "has no '" axis_key[name, k] "'")
			V[axis_key[name, k]] = axis_v[name, i, axis_key[name, k]]
		}
	}
}
function settings(    a, k, s) {
	for (a = 1; a <= naxes; a++)
		for (k = 1; k <= axis_keys[axis[a]]; k++) s = s "\t" axis_key[axis[a], k] "=" V[axis_key[axis[a], k]]
	if (ENVIRON["ALL"] == "") return s
	for (k = 1; k <= nset; k++) {
		AT = "set." set_name[k]
		s = s "\t" set_name[k] "=" value(set_name[k])
	}
	return s "\tindex=" V["index"]
}
function refused(    i, path, why) {
	for (i = 1; i <= nrules; i++) {
		AT = rule[i]
		if (!truth(evaluate(rules[rule[i]]))) continue
		path = rule[i]
		sub(/refuse$/, "why", path)
		AT = path
		return expand(rules[path])
	}
	return ""
}

BEGIN { FS = "\t" }
FILENAME == ARGV[1] { text[++nlines] = $0; next }
{ add($1, substr($0, length($1) + 2)) }
END {
	if (failed) exit failed
	check()
	n = split(ENVIRON["SET"], extra, "\n")
	for (i = 1; i <= n; i++) if (extra[i] != "") override(extra[i])
	total = 1
	for (a = 1; a <= naxes; a++) total *= axis_n[axis[a]]
	print "#state\trun\twhy\tsettings"
	for (c = 0; c < total; c++) {
		choose(c)
		AT = "name"
		run = expand(TOPV["name"])
		if (run == "" || run ~ /^[.]|[\/\\]/ || run ~ /^(report|slurm|profiling_errors[.]log)$/) complain("name", "no name for a directory: '" run "'")
		if (length(run) > 200) complain("name", "longer than 200 bytes: '" run "'")
		if (run in taken) complain("name", "two runs are called '" run "'")
		taken[run]
		why = refused()
		if (why == "") kept++
		print (why == "" ? "run" : "out") "\t" run "\t" (why == "" ? "." : why) settings()
	}
	printf "# %d of %d runs\n", kept, total
}
