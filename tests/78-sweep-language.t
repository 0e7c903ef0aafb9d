#!/usr/bin/env bash
# The language of sweep files: errors that plan finds before anything starts, experiment files, parts that are not evaluated.
. "${0%/*}/lib.sh"
P=$top/pipelines
# refused WANT NAME [OPTION...] <FILE: plan ends with status 2 and this message, and writes no plan
refused() {
	local want=$1 name=$2
	shift 2
	cat >bad.yaml
	run "$P/sweep" plan "$@" bad.yaml
	is "$rc:$out:$err" "2::sweep: $want" "$name"
}
b=$'name: r{n}\naxes:\n  n: [1, 2]\nclient: x\n' # four lines that are right

# keys that nothing reads
refused "bad.yaml:5: clinet: unknown key 'clinet' (did you mean 'client'?)" "a key of the top" <<<"${b}clinet: y"
refused "bad.yaml:5: colour: unknown key 'colour'" "nothing is near: no suggestion" <<<"${b}colour: y"
refused "bad.yaml:5: slurm.option: unknown key 'option' (did you mean 'options'?)" "a launcher's key" <<<"${b}slurm: {option: [--x]}"
refused "bad.yaml:6: docker.imgae: unknown key 'imgae' (did you mean 'image'?)" "of a launcher that is not in use" <<<"${b}docker:
  imgae: i"
refused "bad.yaml:6: card.hf_urll: unknown key 'hf_urll' (did you mean 'hf_url'?)" "a card's key" <<<"${b}card:
  hf_urll: u"
refused "bad.yaml:6: card.workload.data.seqlen: unknown key 'seqlen' (did you mean 'seq_len'?)" "a card's key further down" <<<"${b}card:
  workload: {data: {seqlen: 1}}"
refused "bad.yaml:7: card.workload.modle: unknown key 'modle' (did you mean 'model'?)" "the first part that is wrong" <<<"${b}card:
  workload:
    modle: {phase: inference}"
refused "bad.yaml:5: rules[0].whi: unknown key 'whi' (did you mean 'why'?)" "a rule's key" <<<"${b}rules: [{refuse: n == 1, whi: x}]"
refused "-s nn=3: no setting 'nn' (did you mean 'n'?)" "-s with a name that is not a setting" -s nn=3 <<<"$b"
for section in local ssh slurm docker; do
	case $section in local) key= ;; ssh) key='host: h, dir: d, options: [a]' ;; docker) key='image: i' ;; slurm) key='options: [a], setup: s' ;; esac
	printf '%s%s: {%s}\n' "$b" $section "$key" >good.yaml
	ok "keys that $section has" "$P/sweep" plan good.yaml
done
printf '%scard: {metrics: {any: 1}, Model-executor: {communication_library: {env: {NCCL_X: 1}}, protocol_selection: [a, b]}}\n' "$b" >good.yaml
ok "below env and metrics any key is good, and a list may be one" "$P/sweep" plan good.yaml

# values of the wrong shape
refused "bad.yaml:3: axes.n: an axis is a list of values, such as n: [4]" "a scalar axis" <<<$'name: r{n}\naxes:\n  n: 4\nclient: x'
refused "bad.yaml:4: axes.m: an axis without values: give at least one, m: [VALUE, ...]" "an empty axis" <<<$'name: r{n}\naxes:\n  n: [1]\n  m: [ ]\nclient: x'
refused "bad.yaml:2: axes.m: an axis without values: give at least one, m: [VALUE, ...]" "an empty axis in braces" <<<$'name: r{n}\naxes: {n: [1], m: []}\nclient: x'
refused "bad.yaml:3: axes.n: an axis without values: give at least one, n: [VALUE, ...]" "an axis with nothing after its name" <<<$'name: r\naxes:\n  n:\nclient: x'
printf 'name: r{n}\naxes:\n  n: ["a: []", 2] # m: []\nclient: "x: []"\n' >good.yaml
is "$("$P/sweep" plan good.yaml | tail -1)" "# 2 of 2 runs" "brackets in a text or a comment are no empty axis"
refused "bad.yaml:3: axes.n[1][0]: a value of an axis is one value, or settings: {KEY: VALUE, ...}" "a list in a list" <<<$'name: r{n}\naxes:\n  n: [1, [2]]\nclient: x'
refused "bad.yaml:4: client[0]: client: must be one value" "a list for a script" <<<$'name: r{n}\naxes:\n  n: [1]\nclient: [a, b]'
refused "bad.yaml:5: set: must be a mapping: NAME: VALUE" "a scalar for settings" <<<"${b}set: 5"
refused "bad.yaml:5: files: must be a list of file names" "a scalar for files" <<<"${b}files: a.py"
refused "bad.yaml:5: expect: must be a list" "a scalar for expect" <<<"${b}expect: a.json"
refused "bad.yaml:5: card: must be a mapping" "a scalar for the card" <<<"${b}card: c"
refused "bad.yaml:6: card.workload: must be a mapping" "a scalar for a mapping of the card" <<<"${b}card:
  workload: w"

# values that no run could use
refused "bad.yaml:5: expect[0].min: without files: which?" "a number of files, but not of which" <<<"${b}expect: [{min: 2}]"
refused "bad.yaml:5: expect[1].min: not a number of files: 'two'" "a number of files that is not one" <<<"${b}expect: [a, {files: b, min: two}]"
refused "bad.yaml:5: expect[0].min: not a number of files: '0.5'" "nor of the first run" <<<"${b}expect: [{files: b, min: '{n / 2}'}]"
refused "bad.yaml:5: ready: there is no server to wait for" "a test of no server" <<<"${b}ready: x"
refused "bad.yaml:5: files[1]: two files of one name: 'a.py'" "two files that would be one" <<<"${b}files: [a.py, b/a.py]"
refused "bad.yaml:5: files[0]: sweep makes a file of this name: 'client.sh'" "a file that sweep makes itself" <<<"${b}files: [../client.sh]"
refused "/etc: no such file (files)" "a directory" <<<"${b}files: [/etc]"
refused "bad.yaml:5: docker.image: the launcher needs it: it is empty" "a key that must be there is empty" -l docker <<<"${b}docker: {image: ''}"
refused "bad.yaml:5: slurm.nodes: not a number of nodes: '0'" "no node at all" -l slurm <<<"${b}slurm: {nodes: '{n - 1}'}"
refused "bad.yaml:5: slurm.nodes: not a number of nodes: '1.5'" "a node and a half" -l slurm <<<"${b}slurm: {nodes: 1.5}"
refused "bad.yaml:5: slurm.at_once: not a number of tasks: 'many'" "tasks at a time" -l slurm <<<"${b}slurm: {at_once: many}"
refused "bad.yaml:5: slurm.launcher: no launcher of a task: 'dokcer' (did you mean 'docker'?)" "a task's launcher" -l slurm <<<"${b}slurm: {launcher: dokcer}"
printf '%sserver: x\nready: y\nexpect: [{files: a, min: "{n - 1}"}]\nslurm: {nodes: 2-4, at_once: "{n}", launcher: docker}\n' "$b" >good.yaml
printf 'files: ["%s"]\n' "$tmp/good.yaml" >>good.yaml
ok "and such that it can" "$P/sweep" plan -l slurm good.yaml

# every expression, wherever it is
refused "bad.yaml:5: expect[0]: unknown name 'nn' (did you mean 'n'?)" "expect" <<<"${b}expect: ['{nn}.json']"
refused "bad.yaml:6: card.description: { without }" "the card" <<<"${b}card:
  description: '{n'"
refused "bad.yaml:5: slurm.options[1]: unknown name 'gpus'" "a launcher's value" <<<"${b}slurm: {options: [--a, '--gpus={gpus}']}"
refused "bad.yaml:5: set.a: division by zero" "a setting that no rule asks for" <<<"${b}set: {a: '{n / 0}'}"
refused "bad.yaml:5: rules[0].why: unknown name 'x'" "the why of a rule that refuses nothing" <<<"${b}rules: [{refuse: n > 9, why: '{x}'}]"
refused "bad.yaml:7: card.workload.model.moe: 'perhaps': expected true or false" "a value that no card takes" <<<"${b}card:
  workload:
    model: {moe: perhaps}"
refused "bad.yaml:6: card.Model-executor.model_plan_parallelization.tp: num_heads is 9, which tp 2 does not divide" "of the second run only" <<<"${b}card:
  Model-executor: {model_plan_parallelization: {tp: '{n}'}}
  workload: {model: {model_arch: {num_heads: 9}}}"
refused "bad.yaml:1: docker: the launcher needs the key 'image'" "a launcher without what it needs" -l docker <<<"$b"
refused "no launcher 'slrum'" "a launcher that is not there" <<<"${b}launcher: slrum"
refused "$tmp/nope.py: no such file (files)" "a file to copy that is not there" <<<"${b}files: [nope.py]"
printf '# mine\n# keys: who! when\nlaunch() { :; }\n' >mine
refused "bad.yaml:6: mine.whoo: unknown key 'whoo' (did you mean 'who'?)" "keys of one's own launcher" <<<"${b}launcher: ./mine
mine: {whoo: me}"
is "$(ls)" "bad.yaml
good.yaml
mine" "plan has made nothing"

# what is not needed is not worked out, but its names must be known
cat >dead.yaml <<'Y'
name: r{n}
axes: {n: [0, 4]}
set: {a: "{n == 0 ? 'none' : 8 / n}", b: "{n != 0 && 8 / n == 2}", c: "{n == 0 || 8 / n == 3}", d: "{n == 4 ? n : 1 % n}"}
rules: [{refuse: "a == 'x'", why: "{8 / n}"}]
expect: ["{n == 0 ? '' : 'f'}"]
client: x
Y
sed -i 's/, d: .*"}/}/' dead.yaml
is "$(ALL=1 "$P/sweep" plan dead.yaml | cut -f1-2)" "#state	run
run	r0
run	r4
# 2 of 2 runs" "a division by zero on the side that is not taken"
refused "bad.yaml:5: set.a: unknown name 'm'" "a name on the side that is not taken" <<<"${b}set: {a: '{n > 0 ? 1 : m}'}"
refused "bad.yaml:5: set.a: division by zero" "and on the side that is" <<<"${b}set: {a: '{n > 0 ? 1 / 0 : 1}'}"

# experiment files
mkdir exp
cat >exp/sweep.yaml <<'Y'
name: "{folder}-{n}"
set: {folder: "e-tp{tp}", tp: 1, batch: 4, label: ""}
axes:
  n: [a, b]
  experiment: {files: [E1.yaml, "E=2 it's.yaml"]}
client: 'echo "$label $tp $batch" >said'
Y
printf 'base: sweep.yaml\nabout: the first\nlabel: E1\ntp: 1\n' >exp/E1.yaml
printf 'label: "E 2"\nparallelism: {tp: 2}\ndata:\n  batch: 8\n' >"exp/E=2 it's.yaml"
is "$("$P/sweep" plan exp/sweep.yaml)" "#state	run	why	settings
run	e-tp1-a	.	n=a	label=E1	tp=1	batch=4
run	e-tp2-a	.	n=a	label=E 2	tp=2	batch=8
run	e-tp1-b	.	n=b	label=E1	tp=1	batch=4
run	e-tp2-b	.	n=b	label=E 2	tp=2	batch=8
# 4 of 4 runs" "each file is an experiment; what it does not give is the sweep's"
is "$("$P/sweep" plan exp/E1.yaml | cut -f2)" "run
e-tp1-a
e-tp1-b
# 2 of 2 runs" "an experiment file by itself: its base with only that one"
is "$("$P/sweep" plan -s tp=2 exp/sweep.yaml | grep -c '^run	e-tp2-')" 2 "-s with a value that an experiment has picks it"
is "$("$P/sweep" plan -s batch=16 exp/sweep.yaml | grep -c '	batch=16$')" 4 "-s with another value sets it for all"
run "$P/sweep" run -o out exp/E1.yaml
is "$rc:$(cat out/e-tp1-a/said)" "0:E1 1 4" "and it runs"
cp exp/E1.yaml exp/E3.yaml
sed -i 's/label: E1/label: E3/; s/tp: 1/tp: 4/' exp/E3.yaml
is "$("$P/sweep" plan exp/E3.yaml | sed -n 2p)" "run	e-tp4-a	.	n=a	label=E3	tp=4" "a new experiment: a copy, edited"
x() { # WANT NAME <FILE
	cat >exp/E1.yaml
	run "$P/sweep" plan exp/sweep.yaml
	is "$rc:$out:$err" "2::sweep: $1" "$2"
}
x "$tmp/exp/E1.yaml:3: data.bacth: unknown key 'bacth' (did you mean 'batch'?): an experiment gives settings that the sweep has under set" "an experiment's unknown key: its file and line" <<<$'tp: 1\ndata:\n  bacth: 3'
x "$tmp/exp/E1.yaml:3: data.tp: 'tp' is given twice, by tp too" "a setting given twice" <<<$'tp: 1\ndata:\n  tp: 3'
x "$tmp/exp/E1.yaml:1: tp[0]: a setting is one value" "a list" <<<$'tp: [1]'
x "$tmp/exp/E1.yaml:1: experiment: no setting in this file" "a file without settings" <<<$'about: nothing'
rm exp/E1.yaml
run "$P/sweep" plan exp/sweep.yaml
is "$rc:$err" "2:sweep: exp/sweep.yaml: axes.experiment.files: $tmp/exp/E1.yaml: no such file" "a file that is not there"
printf 'base: nothing\ntp: 1\n' >lost.yaml
run "$P/sweep" plan lost.yaml
is "$rc:$err" "2:sweep: lost.yaml: base: nothing: no such sweep" "a base that is not there"
printf 'base: good.yaml\ntp: 1\n' >lost.yaml
run "$P/sweep" plan lost.yaml
is "$rc:$err" "2:sweep: lost.yaml: base: good.yaml has no axis of experiment files" "a base without experiments"

# tr-sweep(5): each example does what it says
mkdir page && cd page
awk '/^\.Bd -literal/ { n++; inside = 1; next } /^\.Ed/ { inside = 0 }
	inside { gsub(/\\e/, "\\"); print >("block" n) }' "$top/filters/tr-sweep.5"
for block in block*; do
	read -r _ word name rest <"$block"
	case $word in
	file) cp "$block" "$name" ;;
	keys:) cp "$block" mine ;;
	esac
done
examples=0
for block in block*; do
	read -r _ word want <"$block"
	case $word in
	plans)
		cp "$block" tr-sweep.yaml
		run "$P/sweep" plan tr-sweep.yaml
		is "$rc:$err:$(tail -1 <<<"$out")" "0::# ${want% with *} runs" "the page: $(sed -n 2p "$block")"
		examples=$((examples + 1))
		[[ ! -e E1.1.yaml ]] || ! grep -q E1.1.yaml "$block" || {
			is "$("$P/sweep" plan E1.1.yaml | sed -n 2p | cut -f2,4-)" "tp1	experiment=E1.1	tp=1	batch_size=8" "the page: an experiment alone"
		}
		;;
	values)
		{
			printf 'name: r\naxes: {x: [1]}\nclient: x\nset:\n  n: 6\n  tp: 2\n  s: abc\n  e: ""\n'
			sed 1d "$block" | awk -F'   *' '{ gsub(/"/, "\\\""); printf "  v%d: \"%s\"\n", NR, $1 }'
		} >values.yaml
		sed 1d "$block" | awk -F'   *' '{ print "| v" NR " | " $2 " |" }' >want
		sed -i 's/^client: x/client: "true"/' values.yaml
		"$P/sweep" run -o values values.yaml >/dev/null 2>&1
		grep '^| v[0-9]' values/r/README.md >got
		is "$(wc -l <got)" 12 "the page: twelve expressions"
		ok "the page: each has the value that is given" cmp got want
		examples=$((examples + 1))
		;;
	esac
done
is "$examples" 11 "the page: eleven examples"
for key in $(sed -n '/^function top_keys/,/^}/p' "$P/sweep.d/plan.awk" | grep -o '"[^"]*"' | tr -d '"') prepare server ready poller client facts; do
	grep -qE "^\.It Ic (.* , )?$key( ,|\$)" "$top/filters/tr-sweep.5" || fail "the page: the key $key is not there"
done
# absent WORD...: those that the page does not have, as macro $1 writes them
absent() {
	local macro=$1 w
	shift
	for w; do grep -qE "^\.It $macro (.* , )?$w( |\$)" "$top/filters/tr-sweep.5" || echo "$w"; done
}
listed() { sed -n "s/^\.It $1 \([^ ]*\).*/\1/p" "$top/filters/tr-sweep.5"; } # what the page has
commands=$(sed -n 's/.*$what == @(\([a-z|]*\)).*/\1/p' "$P/sweep" | sed -n 1p | tr '|' ' ')
is "$(absent Cm $commands)$(listed Cm | sort)" "$(tr ' ' '\n' <<<"$commands" | sort)" "the page: each command that sweep has, and no other"
options=$(sed -n 's/^while getopts :\([a-z:]*\) .*/\1/p' "$P/sweep" | tr -d : | fold -w1 | paste -sd' ')
is "$(absent Fl $options)$(listed Fl | sort | paste -sd' ')" "$(printf '%s\n' $options h | sort | paste -sd' ')" "the page: each option that sweep has, and no other"
variables=$(cat "$P/sweep" $(find "$P/sweep.d" -type f) | grep -ohE '\bTR_(SWEEP|GRACE|SSH)[A-Z_]*' | sort -u)
is "$(absent Ev $variables)$(listed Ev | grep ^TR_ | sort | paste -sd' ')" "$(paste -sd' ' <<<"$variables")" "the page: each variable of sweep's own, and no other"
# used KEY: an example has it as a key
used() { grep -qhE "(^|[ {,])\"?$1\"?:( |\$)" "$tmp"/page/block*; }
for section in docker ssh slurm; do
	for key in $(sed -n 's/^# keys://p' "$P/sweep.d/launchers/$section"); do
		used "${key%!}" || fail "the page: $section's key ${key%!} has no example"
	done
done
for key in $(sed -n '/^function top_keys/,/^}/p' "$P/sweep.d/plan.awk" | grep -o '"[^"]*"' | tr -d '"') prepare server ready poller client facts refuse why min check files; do
	[[ $key == local ]] || used "$key" || fail "the page: the key $key has no example"
done
used no_such_key && fail "the page: a key that it does not have is found" || pass "the page: each key has an example"
for f in fact machine nvidia packages library; do
	grep -q "^\.It Ic $f\b" "$top/filters/tr-sweep.5" && grep -q "^$f()" "$P/sweep.d/facts.sh" || fail "the page: $f"
done
cd ..
done_testing
