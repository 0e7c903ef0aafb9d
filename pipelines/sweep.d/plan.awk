# The runs of a sweep: every combination of its axes, the first axis outermost, and why one is left
# out.
# in:  the sweep file itself (for line numbers in messages), and the output of `tr-card list` for it
# out: #state	run	why	KEY=VALUE...
#      run	qwen3-4b-tp_8	.	model=Qwen/Qwen3-4B	tp=8
#      out	qwen3-32b-tp_1	out of memory: 65.5 GB a chip of 30.4	model=Qwen/Qwen3-32B	tp=1
#      # 1 of 2 runs
# Every key, expression and template of the file is checked, those of card, expect and launchers
# too; the first fault ends it.
# With expr.awk and check.awk. Environment:
#   ALL        not empty: the lines also have the fixed settings, expanded for this run
#   SET        lines KEY=VALUE: another value of a fixed setting; of an axis, only runs with it
#   FILE       the sweep file's name for messages
#   CARD       the card's template, as `tr-card list` writes it
#   LAUNCHERS  the folder of the launchers; LAUNCHER the file of the one in use
#   REPLACED   the axis whose values are experiment files

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
		if (key ~ /[].[]/)
			complain(path, "a value of an axis is one value, or settings: {KEY: VALUE, ...}")
	} else if (v == ".")
		complain(path, "an axis without values: give at least one, " name ": [VALUE, ...]")
	else
		complain(path, "an axis is a list of values" (rest == "" ? ", such as " name ": [" v "]" : ""))
	name_ok(path, key)
	if (!(name in axis_n)) axis[++naxes] = name
	if (key in owner && owner[key] != name) complain(path, "'" key "' is on another axis too")
	if (!(key in owner)) axis_key[name, ++axis_keys[name]] = key
	owner[key] = name
	if (i + 1 > axis_n[name]) axis_n[name] = i + 1
	axis_v[name, i, key] = plain(v)
}
function top_keys() {
	return "name sweep about launcher timeout retries " scripts " set axes rules files expect card " \
		"local docker ssh slurm " own_key
}
function add(path, v,    top) {
	top = path
	sub(/[.[].*/, "", top)
	if (top == "axes") {
		if (path !~ /^axes[.]/) complain(path, "must be a mapping: NAME: [VALUE, ...]")
		add_axis(path, v)
	} else if (top == "set") {
		if (path == "set" && v == ".") return
		if (path !~ /^set[.]/) complain(path, "must be a mapping: NAME: VALUE")
		if (path ~ /[[]/ || path ~ /^set[.].*[.]/) complain(path, "a setting is one value")
		name_ok(path, substr(path, 5))
		SET[substr(path, 5)] = plain(v)
		set_name[++nset] = substr(path, 5)
	} else if (path ~ /^rules\[[0-9]+\][.](refuse|why)$/) {
		if (path ~ /refuse$/) rule[++nrules] = path
		else whys[++nwhys] = path
		rules[path] = v
	} else if (top == "rules") {
		if (path == "rules" && v == ".") return
		if (!match(path, /^rules\[[0-9]+\][.][^.[]+/))
			complain(path, "a rule is {refuse: EXPRESSION, why: TEMPLATE}")
		top = path
		sub(/^rules\[[0-9]+\][.]/, "", top)
		if (top ~ /^(refuse|why)[.[]/) complain(path, "must be one value")
		unknown_key(path, top, "refuse why")
	} else if (has_word("name sweep about launcher timeout retries", top) || has_word(scripts, top)) {
		if (path != top) complain(path, top ": must be one value")
		TOPV[path] = plain(v)
	} else if (top == "files") {
		if (path !~ /^files\[[0-9]+\]$/ && v != ".") complain(path, "must be a list of file names")
		copied_name(path, v)
	} else if (top == "expect") {
		if (path !~ /^expect\[/ && v != ".") complain(path, "must be a list")
		if (path ~ /^expect\[[0-9]+\][.]/) {
			top = path
			sub(/^expect\[[0-9]+\][.]/, "", top)
			if (!has_word("files min check", top)) unknown_key(path, top, "files min check")
			if (top == "files") expected[substr(path, 1, length(path) - 6)]
		} else if (path !~ /^expect(\[[0-9]+\])?$/) complain(path, "must be one value")
		template_at(path, v)
	} else if (top == "card") {
		if (path == "card" && v == ".") return
		if (path !~ /^card[.]/) complain(path, "must be a mapping")
		template_at(path, v)
	} else {
		template_at(path, v)
		section[++nsection] = path
	}
}
function template_at(path, v) { template[++ntemplates] = path; template_v[ntemplates] = v == "." ? "" : v }
# copied_name(PATH, FILE): in the run's directory it has the last part of its name, which is its alone
function copied_name(path, v) {
	sub(/.*\//, "", v)
	if (has_word(made_names, v)) complain(path, "sweep makes a file of this name: '" v "'")
	if (v in copied) complain(path, "two files of one name: '" v "'")
	copied[v]
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
	if (k in SET && !picks(k, v)) {
		gsub(/[{]/, "{{", v)
		SET[k] = v
		if (k in owner) fixed[k]
		return
	}
	if (!(k in owner)) misused(s, "no setting '" k "'" meant(k, setting_names()))
	axis_of = owner[k]
	for (i = 0; i < axis_n[axis_of]; i++)
		if (axis_v[axis_of, i, k] == v) keep[axis_of, i]
	keep_only(axis_of)
	if (!axis_n[axis_of]) misused(s, "not a value of this axis")
}
# picks(KEY, VALUE): is it a value of an axis? Experiment files give fixed settings other values.
function picks(k, v,    i) {
	if (!(k in owner)) return 0
	for (i = 0; i < axis_n[owner[k]]; i++)
		if (axis_v[owner[k], i, k] == v) return 1
	return 0
}
function setting_names(    k, s) {
	for (k in SET) s = s " " k
	for (k in owner) s = s " " k
	return s " run sweep index"
}
# Of an axis, the values in keep[]
function keep_only(name,    i, k, n) {
	for (i = 0; i < axis_n[name]; i++) {
		if (!((name, i) in keep)) continue
		for (k = 1; k <= axis_keys[name]; k++) move_value(name, i, n + 0, axis_key[name, k])
		n++
	}
	axis_n[name] = n + 0
	split("", keep)
}
function move_value(name, from, to, k) {
	if ((name, from, k) in axis_v) axis_v[name, to, k] = axis_v[name, from, k]
	else delete axis_v[name, to, k]
}
# The keys of launchers: those that their files list.
function check_sections(    i, path, top, key, keys, needs, w, n) {
	for (i = 1; i <= nsection; i++) {
		path = key = section[i]
		top = path
		sub(/[.[].*/, "", top)
		if (!has_word(top_keys(), top)) unknown_key(top, top, top_keys())
		keys = ENVIRON["LAUNCHERS"] "/" top
		keys = launcher_keys(top == own_key ? ENVIRON["LAUNCHER"] : keys)
		gsub(/!/, "", keys)
		if (path == top && template_of(path) == "") continue
		if (!sub(/^[^.[]*[.]/, "", key)) complain(path, "must be a mapping")
		sub(/[.[].*/, "", key)
		if (keys != "" && !has_word(keys, key)) unknown_key(top "." key, key, keys)
		has_key[top, key]
	}
	keys = launcher_keys(ENVIRON["LAUNCHER"])
	top = ENVIRON["LAUNCHER"]
	sub(/.*\//, "", top)
	n = split(keys, w, " ")
	for (i = 1; i <= n; i++)
		if (sub(/!$/, "", w[i])) {
			if (!((top, w[i]) in has_key)) complain(top, "the launcher needs the key '" w[i] "'")
			needed[top "." w[i]]
		}
}
function template_of(path,    i) {
	for (i = 1; i <= ntemplates; i++) if (template[i] == path) return template_v[i]
}
function check(    i, k) {
	check_sections()
	for (i = 1; i <= ntemplates; i++) if (template[i] ~ /^card[.]/) card_key(template[i])
	if (!("name" in TOPV)) complain("name", "missing: the template of a run's name")
	if (!("client" in TOPV)) complain("client", "missing: the commands of a run")
	if (!naxes) complain("axes", "missing")
	if (TOPV["timeout"] != "" && (!numeric(TOPV["timeout"]) || TOPV["timeout"] <= 0)) complain("timeout", "not a number of seconds: '" TOPV["timeout"] "'")
	if (TOPV["retries"] !~ /^[0-9]*$/) complain("retries", "not a number: '" TOPV["retries"] "'")
	if (TOPV["ready"] != "" && TOPV["server"] == "") complain("ready", "there is no server to wait for")
	for (i = 1; i <= ntemplates; i++) {
		k = template[i]
		if (sub(/[.](min|check)$/, "", k) && k ~ /^expect/ && !(k in expected))
			complain(template[i], "without files: which?")
	}
	for (i in SET) if (i in owner && owner[i] != ENVIRON["REPLACED"]) complain("set." i, "is an axis too")
	for (i = 1; i <= nrules; i++) {
		k = rule[i]
		sub(/refuse$/, "why", k)
		if (!(k in rules)) complain(rule[i], "a rule without why")
	}
	for (i = 1; i <= nwhys; i++) {
		k = whys[i]
		sub(/why$/, "refuse", k)
		if (!(k in rules)) complain(whys[i], "a rule without refuse")
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
			if (axis_key[name, k] in fixed) continue
			if (!((name, i, axis_key[name, k]) in axis_v)) {
				if (axis_key[name, k] in SET) continue
				complain("axes." name "[" i "]", "has no '" axis_key[name, k] "'")
			}
			V[axis_key[name, k]] = axis_v[name, i, axis_key[name, k]]
		}
	}
}
function settings(    a, k, s, name) {
	for (a = 1; a <= naxes; a++)
		for (k = 1; k <= axis_keys[axis[a]]; k++) {
			name = axis_key[axis[a], k]
			AT = "set." name
			s = s "\t" name "=" value(name)
		}
	for (k = 1; k <= nset; k++) {
		if (set_name[k] in owner) continue
		AT = "set." set_name[k]
		name = value(set_name[k])
		if (ENVIRON["ALL"] != "") s = s "\t" set_name[k] "=" name
	}
	if (ENVIRON["ALL"] == "") return s
	return s "\tindex=" V["index"]
}
function refused(    i, path, why) {
	for (i = 1; i <= nrules; i++) {
		AT = path = rule[i]
		sub(/refuse$/, "why", path)
		if (truth(evaluate(rules[rule[i]]))) {
			AT = path
			return expand(rules[path])
		}
		AT = path
		DEAD++ # only read: it may divide by what the rule refuses
		expand(rules[path])
		DEAD--
	}
	return ""
}
# Checks a run's card, expect and launchers' keys.
function check_templates(    i) {
	for (i = 1; i <= ntemplates; i++) {
		AT = template[i]
		check_value(AT, expand(template_v[i]))
	}
}
# check_value(PATH, VALUE): of keys that not every value suits; launchers' keys, where that is in use
function check_value(path, v,    line) {
	if (path ~ /^expect.*[.]min$/ && v !~ /^[0-9]+$/) complain(path, "not a number of files: '" v "'")
	if (path in needed && v == "") complain(path, "the launcher needs it: it is empty")
	if (own_key != "slurm" || v == "") return
	if (path == "slurm.nodes" && v !~ /^0*[1-9][0-9]*(-[1-9][0-9]*)?$/)
		complain(path, "not a number of nodes: '" v "'")
	if (path == "slurm.at_once" && v !~ /^0*[1-9][0-9]*$/)
		complain(path, "not a number of tasks: '" v "'")
	if (path == "slurm.launcher" && v !~ /\// &&
	    (v == "slurm" || (getline line <(ENVIRON["LAUNCHERS"] "/" v)) < 0))
		complain(path, "no launcher of a task: '" v "'" meant(v, "local docker ssh"))
}

BEGIN {
	FS = "\t"
	scripts = "prepare server ready poller client facts"
	made_names = "run.sh ranks.sh prepare.sh server.sh ready.sh poller.sh client.sh facts.sh " \
		"settings.tsv workload_card.yaml README.md SHA256SUMS OUT_OF_MEMORY logs results_json"
	own_key = ENVIRON["LAUNCHER"]
	sub(/.*\//, "", own_key)
	card_known(ENVIRON["CARD"])
}
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
		if (run == "" || run ~ /^[.]|[\/\\]/ || run ~ /^(report|slurm|profiling_errors[.]log)$|[.]failed$/) complain("name", "no name for a directory: '" run "'")
		if (length(run) > 200) complain("name", "longer than 200 bytes: '" run "'")
		if (run in taken) complain("name", "two runs are called '" run "'")
		taken[run]
		why = refused()
		if (why == "") {
			kept++
			V["run"] = run
			check_templates()
			delete V["run"]
		}
		print (why == "" ? "run" : "out") "\t" run "\t" (why == "" ? "." : why) settings()
	}
	printf "# %d of %d runs\n", kept, total
}
